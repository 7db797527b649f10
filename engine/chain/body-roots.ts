/** What a round commits to of its transactions: their order, and each ledger's share of it (D5, D6). */
import type { Crypto } from '../crypto/crypto.ts';
import { toHex } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
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
export function bodyRoots(transactions: readonly Pick<Transaction, 'ids' | 'idAt' | 'ledger'>[], crypto: Crypto): BodyRoots {
  const count = transactions.length;
  const ids = new Writer(32 * count);
  const homes = LEDGERS.map(() => 0);
  for (const { ids: data, idAt, ledger } of transactions) {
    ids.part(data, idAt, 32);
    homes[LEDGERS.indexOf(ledger)]++;
  }
  const hashes = merkleLeafHashes(ids.written, 32, count, crypto);
  const orderRoot = toHex(merkleRootOfLeafHashes(hashes, count, crypto));
  const transactionsRoots = LEDGERS.map((ledger, i) => {
    if (homes[i] === count) return orderRoot; // the same leaves
    const own = new Writer(32 * homes[i]);
    for (let k = 0; k < count; k++) if (transactions[k].ledger === ledger) own.part(hashes, 32 * k, 32);
    return toHex(merkleRootOfLeafHashes(own.written, homes[i], crypto));
  });
  return { orderRoot, transactionsRoots, transactionCounts: homes };
}
