/**
 * Shielded transfers in the model's books (D33). Whether a proof holds is the chain's prover's to say, the engine's own; what
 * must be proved, and what follows from it, is written here again. `shieldedStatement` of the engine is not used.
 */
import { notes, nullifiers, shieldedTotal } from '../../../engine/ledgers/tables.ts';
import { SHIELDED_POOL } from '../../../engine/ledgers/protocol-accounts.ts';
import { concat, fromHex, toHex, utf8 } from '../../../engine/primitives/bytes.ts';
import type { Payload } from '../../../engine/tx/transaction.ts';
import { verifierOf } from '../../../engine/zk/verifiers.ts';
import type { Act, Refusal } from './act.ts';
import { give, move, sheet, take } from './transfers.ts';

/** Commitments that a proof is about, those that are left out being zero. */
const RING = 4;
const NONE = '00'.repeat(32);

export function shielded(act: Act, { ring, nullifier, outputs, deposit, withdrawal, proof }: Extract<Payload, { kind: 'shielded_transfer' }>): Refusal {
  const { book, scene, sender } = act;
  const { chain, number } = scene;
  for (const member of ring) if (book.get(notes, member) === undefined) return 'not-found';
  if (book.get(nullifiers, nullifier) !== undefined) return 'nullifier-spent';
  for (const output of outputs) {
    if (book.get(notes, output) !== undefined) return 'already-exists';
    book.set(notes, output, number);
  }

  const digest = toHex(chain.crypto.sha256(concat(utf8('stratus-shielded'), fromHex(chain.genesisHash), fromHex(sender))));
  const whole = [...ring, NONE, NONE, NONE, NONE].slice(0, RING);
  const statement = { type: 'transfer-within-balance', ring: whole, nullifier, outputs, deposit, withdrawal, context: `00${digest.slice(2)}` } as const;
  if (!verifierOf(chain.params.proofs).verify(statement, proof)) return 'proof-refused';
  book.set(nullifiers, nullifier, number);
  const total = sheet(book, shieldedTotal, '');
  return (
    move(act, 'STR', sender, SHIELDED_POOL, deposit) ??
    give(total, 'total', deposit) ??
    take(total, 'total', withdrawal) ??
    move(act, 'STR', SHIELDED_POOL, sender, withdrawal)
  );
}
