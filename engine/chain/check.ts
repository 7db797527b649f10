/**
 * Checks of a round that need no execution: its header against its parent, its body against its header (D5, D7, D8).
 */
import type { Params } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { LEDGERS } from '../tx/kinds.ts';
import { bodyRoots, type BodyRoots } from './body-roots.ts';
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
 * header; only `size` is one, since the header commits to that body. `roots` are those of its transactions.
 */
export function checkBody(
  round: Round,
  params: Params,
  crypto: Crypto,
  roots: BodyRoots = bodyRoots(round.transactions, crypto),
): RoundError | undefined {
  const { header, ledgers, transactions } = round;
  if (ledgers.length !== LEDGERS.length || header.ledgerHashes.length !== LEDGERS.length) {
    return { code: 'body-mismatch', part: 'ledger-hash' };
  }
  for (let i = 0; i < LEDGERS.length; i++) {
    if (ledgers[i].ledger !== LEDGERS[i] || hashLedgerHeader(ledgers[i], crypto) !== header.ledgerHashes[i]) {
      return { code: 'body-mismatch', part: 'ledger-hash' };
    }
  }
  if (transactions.length !== header.transactionCount || roots.orderRoot !== header.orderRoot) {
    return { code: 'body-mismatch', part: 'order' };
  }
  for (let i = 0; i < LEDGERS.length; i++) {
    const { transactionCount, transactionsRoot } = ledgers[i];
    if (transactionCount !== roots.transactionCounts[i] || transactionsRoot !== roots.transactionsRoots[i]) {
      return { code: 'body-mismatch', part: 'transactions' };
    }
  }
  let bytes = 0;
  for (const transaction of transactions) bytes += transaction.size;
  return bytes > params.roundBytesMax ? { code: 'size', got: bytes, max: params.roundBytesMax } : undefined;
}
