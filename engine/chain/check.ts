/**
 * Checks of a round that need no execution: its header against its parent, its body against its header (D5, D7, D8).
 */
import type { Params } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { toHex } from '../primitives/bytes.ts';
import { merkleRoot } from '../primitives/merkle.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { Transaction } from '../tx/transaction.ts';
import { HEADER_VERSION, hashLedgerHeader } from './header.ts';
import type { SealScheme } from './seal.ts';
import type { Round, RoundError, RoundHeader } from './types.ts';

/** What a header's rules depend on. */
export interface ParentFacts {
  readonly number: number;
  /** Median time of the branch up to the parent (D8). */
  readonly medianTime: number;
  /** What ASERT yields after the parent. */
  readonly nextBits: number;
}

/** The first rule that a header breaks, in order of precedence; the clock is the node's own matter (`not-yet`). */
export function checkHeader(header: RoundHeader, parent: ParentFacts, seal: SealScheme): RoundError | undefined {
  if (header.version !== HEADER_VERSION) return { code: 'version', got: header.version };
  if (header.number !== parent.number + 1) return { code: 'number', got: header.number, expected: parent.number + 1 };
  if (header.time <= parent.medianTime)
    return { code: 'time-not-above-median', got: header.time, median: parent.medianTime };
  if (header.bits !== parent.nextBits) return { code: 'target', got: header.bits, expected: parent.nextBits };
  if (!seal.verify(header)) return { code: 'seal' };
  return undefined;
}

/**
 * Whether the body is the one that the header commits to. One that is not is thrown away without a verdict on the
 * header; only `size` is one, since the header commits to that body.
 */
export function checkBody(round: Round, params: Params, crypto: Crypto): RoundError | undefined {
  const { header, ledgers, transactions } = round;
  if (ledgers.length !== LEDGERS.length || header.ledgerHashes.length !== LEDGERS.length) {
    return { code: 'body-mismatch', part: 'ledger-hash' };
  }
  for (let i = 0; i < LEDGERS.length; i++) {
    if (ledgers[i].ledger !== LEDGERS[i] || hashLedgerHeader(ledgers[i], crypto) !== header.ledgerHashes[i]) {
      return { code: 'body-mismatch', part: 'ledger-hash' };
    }
  }
  if (transactions.length !== header.transactionCount || orderRoot(transactions, crypto) !== header.orderRoot) {
    return { code: 'body-mismatch', part: 'order' };
  }
  const homes = byHome(transactions);
  for (let i = 0; i < LEDGERS.length; i++) {
    const { transactionCount, transactionsRoot } = ledgers[i];
    if (transactionCount !== homes[i].length || transactionsRoot !== orderRoot(homes[i], crypto)) {
      return { code: 'body-mismatch', part: 'transactions' };
    }
  }
  let bytes = 0;
  for (const transaction of transactions) bytes += transaction.bytes.length;
  return bytes > params.roundBytesMax ? { code: 'size', got: bytes, max: params.roundBytesMax } : undefined;
}

/** The transactions of each home ledger, in execution order: what the six ledger blocks list (D6). */
function byHome(transactions: readonly Transaction[]): readonly (readonly Transaction[])[] {
  const index = new Map<Ledger, number>(LEDGERS.map((ledger, i) => [ledger, i]));
  const homes: Transaction[][] = LEDGERS.map(() => []);
  for (const transaction of transactions) homes[index.get(transaction.ledger)!].push(transaction);
  return homes;
}

/**
 * Merkle root of the transactions' ids, in the given order: a round's `orderRoot`, and a ledger block's
 * `transactionsRoot` (D5).
 */
export function orderRoot(transactions: readonly { readonly idBytes: Uint8Array }[], crypto: Crypto): string {
  return toHex(
    merkleRoot(
      transactions.map(({ idBytes }) => idBytes),
      crypto.sha256,
    ),
  );
}
