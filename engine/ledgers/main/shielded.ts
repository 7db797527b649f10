/**
 * Shielded transfers (D33; docs/proofs.md). Notes are stored by their commitments, what was spent by its nullifier; which
 * note a nullifier belongs to, and what notes are worth, nobody can see. Their STR lies in the pool's account, and
 * `shieldedTotal` says how much of that account it is: by sound proofs the sum of all unspent notes, and under the stub,
 * whose proofs anyone can write, at least a bound that no withdrawal passes.
 */
import type { FailureCode } from '../../chain/types.ts';
import type { Crypto } from '../../crypto/crypto.ts';
import { RING_SIZE } from '../../params/zk.ts';
import { concat, fromHex, utf8 } from '../../primitives/bytes.ts';
import type { Account, Hash, Payload } from '../../tx/transaction.ts';
import { fieldOfDigest, ZERO_FIELD } from '../../zk/field.ts';
import type { TransferStatement } from '../../zk/statements.ts';
import type { Operation } from '../ledger.ts';
import { SHIELDED_POOL } from '../protocol-accounts.ts';
import { notes, nullifiers, shieldedTotal } from '../tables.ts';
import { creditToken, debitToken } from '../tokens.ts';
import { moveStr } from './accounts.ts';

type ShieldedTransfer = Extract<Payload, { kind: 'shielded_transfer' }>;

/** The one key of `shieldedTotal`. */
export const TOTAL = 'total';

const CONTEXT_DOMAIN = utf8('stratus-shielded');

/**
 * What the proof must prove. Its context is sha256("stratus-shielded" ‖ genesis hash ‖ sender) without the first byte, so
 * that whoever copies a proof out of somebody's transaction has a proof of nothing (assumption).
 */
export function shieldedStatement(payload: Omit<ShieldedTransfer, 'kind' | 'proof'>, sender: Account, genesisHash: Hash, crypto: Crypto): TransferStatement {
  const { ring, nullifier, outputs, deposit, withdrawal } = payload;
  const padding = Array.from({ length: RING_SIZE - ring.length }, () => ZERO_FIELD);
  const context = fieldOfDigest(crypto.sha256(concat(CONTEXT_DOMAIN, fromHex(genesisHash), fromHex(sender))));
  return { type: 'transfer-within-balance', ring: [...ring, ...padding], nullifier, outputs, deposit, withdrawal, context };
}

export function shieldedTransfer(payload: ShieldedTransfer, operation: Operation): FailureCode | undefined {
  const { crypto, emit, genesisHash, journal, round, sender } = operation;
  const { ring, nullifier, outputs, deposit, withdrawal, proof } = payload;
  if (ring.some((commitment) => journal.get(notes, commitment) === undefined)) return 'not-found';
  if (journal.get(nullifiers, nullifier) !== undefined) return 'nullifier-spent';
  if (new Set(outputs).size < outputs.length || outputs.some((output) => journal.get(notes, output) !== undefined)) return 'already-exists';
  if (!operation.proves(shieldedStatement(payload, sender, genesisHash, crypto), proof)) return 'proof-refused';
  const failure =
    creditToken(journal, shieldedTotal, TOTAL, deposit) ??
    debitToken(journal, shieldedTotal, TOTAL, withdrawal) ??
    moveStr(operation, sender, SHIELDED_POOL, deposit) ??
    moveStr(operation, SHIELDED_POOL, sender, withdrawal);
  if (failure !== undefined) return failure;
  journal.set(nullifiers, nullifier, round);
  for (const output of outputs) journal.set(notes, output, round);
  emit({ type: 'shielded', nullifier, account: sender, deposit, withdrawal });
  return undefined;
}
