/**
 * CCOIN LEDGER: transfers of wSTR, and the bridge (D20).
 *
 * STR that is locked for a foreign chain lies in the escrow account; `bridgeLocked` says how much of it is that
 * chain's, so that no chain's messages can release another's. The two sides add up: escrow = sum over chains.
 */
import type { FailureCode } from '../../chain/types.ts';
import type { BridgeProof } from '../../tx/transaction.ts';
import { defineLedger, type Operation } from '../ledger.ts';
import { moveStr } from '../main/accounts.ts';
import { BRIDGE_ESCROW } from '../protocol-accounts.ts';
import { bridgeLocked, consumed, locks, wrappedBalances, wstrBalances } from '../tables.ts';
import { creditToken, debitToken, moveToken } from '../tokens.ts';
import { checkProof } from './proof.ts';

const wrappedKey = (chain: number, asset: string, account: string): string => `${chain}/${asset}/${account}`;

/** Marks a message as used; each id works once per foreign chain and branch. */
function consume({ message }: BridgeProof, { journal, round }: Operation): FailureCode | undefined {
  const key = `${message.foreignChain}/${message.messageId}`;
  if (journal.get(consumed, key) !== undefined) return 'bridge-consumed';
  journal.set(consumed, key, round);
  return undefined;
}

/** STR leaves the escrow, out of what is locked for that chain. */
const release = (operation: Operation, chain: number, to: string, amount: bigint): FailureCode | undefined =>
  debitToken(operation.journal, bridgeLocked, String(chain), amount) ?? moveStr(operation, BRIDGE_ESCROW, to, amount);

export const ccoinRules = defineLedger('ccoin', {
  transfer({ token, to, amount }, { journal, sender, emit }) {
    const failure = moveToken(journal, wstrBalances, sender, to, amount);
    if (failure === undefined) emit({ type: 'transfer', token, from: sender, to, amount });
    return failure;
  },

  /** One per transaction, whose id names it: a second leg that locks fails with `already-exists`. */
  bridge_lock({ foreignChain, recipient, amount }, operation) {
    const { journal, now, sender, transaction, emit } = operation;
    if (journal.get(locks, transaction) !== undefined) return 'already-exists';
    const failure =
      moveStr(operation, sender, BRIDGE_ESCROW, amount) ??
      creditToken(journal, bridgeLocked, String(foreignChain), amount);
    if (failure !== undefined) return failure;
    journal.set(locks, transaction, { foreignChain, sender, recipient, amount, lockedAt: now, refunded: false });
    emit({ type: 'bridge', step: 'lock', asset: 'STR', account: sender, amount });
    return undefined;
  },

  bridge_unlock(payload, operation) {
    const { foreignChain, asset, recipient, amount } = payload.message;
    if (asset !== 'STR') return 'bridge-message';
    const failure =
      checkProof(payload, operation) ??
      consume(payload, operation) ??
      release(operation, foreignChain, recipient, amount);
    if (failure === undefined) operation.emit({ type: 'bridge', step: 'unlock', asset, account: recipient, amount });
    return failure;
  },

  bridge_mint(payload, operation) {
    const { foreignChain, asset, recipient, amount } = payload.message;
    if (asset === 'STR') return 'bridge-message';
    const failure =
      checkProof(payload, operation) ??
      consume(payload, operation) ??
      creditToken(operation.journal, wrappedBalances, wrappedKey(foreignChain, asset, recipient), amount);
    if (failure === undefined) operation.emit({ type: 'bridge', step: 'mint', asset, account: recipient, amount });
    return failure;
  },

  bridge_burn({ foreignChain, asset, amount }, { journal, sender, emit }) {
    const failure = debitToken(journal, wrappedBalances, wrappedKey(foreignChain, asset, sender), amount);
    if (failure === undefined) emit({ type: 'bridge', step: 'burn', asset, account: sender, amount });
    return failure;
  },

  /** The message must repeat the lock: its chain, its amount, and its sender as the recipient. */
  bridge_refund(payload, operation) {
    const { journal, now, params, emit } = operation;
    const { foreignChain, messageId, asset, recipient, amount } = payload.message;
    const lock = journal.get(locks, messageId);
    if (lock === undefined) return 'not-found';
    if (lock.refunded) return 'bridge-consumed';
    if (now < lock.lockedAt + params.bridgeTimeoutSeconds) return 'bridge-timeout';
    if (asset !== 'STR' || foreignChain !== lock.foreignChain) return 'bridge-message';
    if (recipient !== lock.sender || amount !== lock.amount) return 'bridge-message';
    const failure =
      checkProof(payload, operation) ?? release(operation, foreignChain, lock.sender, amount);
    if (failure !== undefined) return failure;
    journal.set(locks, messageId, { ...lock, refunded: true });
    emit({ type: 'bridge', step: 'refund', asset, account: lock.sender, amount });
    return undefined;
  },
});
