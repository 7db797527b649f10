/** What a round commits to of its transactions: their order, and each ledger's share of it (D5, D6). */
import type { Crypto } from '../crypto/crypto.ts';
import { toHex } from '../primitives/bytes.ts';
import { merkleLeafHashes, merkleRootOfLeafHashes } from '../primitives/merkle.ts';
import { LEDGERS } from '../tx/kinds.ts';
import type { Hash, Transaction } from '../tx/transaction.ts';

export interface BodyRoots {
  /** Over all ids, in execution order. */
  readonly orderRoot: Hash;
  /** By ledger index: over the ids of the transactions whose home it is, and their number. */
  readonly transactionsRoots: readonly Hash[];
  readonly transactionCounts: readonly number[];
}

/** Each id is hashed as a leaf once: it stands under the order root and under its ledger's. */
export function bodyRoots(transactions: readonly Pick<Transaction, 'idBytes' | 'ledger'>[], crypto: Crypto): BodyRoots {
  const count = transactions.length;
  const ids = new Uint8Array(32 * count);
  transactions.forEach(({ idBytes }, i) => ids.set(idBytes, 32 * i));
  const hashes = merkleLeafHashes(ids, 32, count, crypto);
  const homes = LEDGERS.map((ledger) => transactions.reduce((sum, transaction) => sum + (transaction.ledger === ledger ? 1 : 0), 0));
  const orderRoot = toHex(merkleRootOfLeafHashes(hashes, count, crypto));
  const transactionsRoots = LEDGERS.map((ledger, i) => {
    if (homes[i] === count) return orderRoot; // the same leaves
    const own = new Uint8Array(32 * homes[i]);
    let at = 0;
    transactions.forEach((transaction, k) => {
      if (transaction.ledger === ledger) own.set(hashes.subarray(32 * k, 32 * k + 32), 32 * at++);
    });
    return toHex(merkleRootOfLeafHashes(own, homes[i], crypto));
  });
  return { orderRoot, transactionsRoots, transactionCounts: homes };
}
