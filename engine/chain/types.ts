/** Rounds and ledger blocks (D5), receipts, and what executing a round yields. Byte layouts: `header.ts`, docs/encoding.md. */
import type { Account, Hash, Transaction } from '../tx/transaction.ts';
import type { Kind, Ledger, Token } from '../tx/kinds.ts';
import type { ProverName } from '../params/zk.ts';
import type { Delta } from '../state/state.ts';

/** The header that proof of work is done on (D5). */
export interface RoundHeader {
  readonly version: number;
  readonly parent: Hash;
  readonly number: number;
  /** Unix seconds. */
  readonly time: number;
  /** Compact target (D8). */
  readonly bits: number;
  readonly miner: Account;
  /** Hashes of the six ledger headers, in `LEDGERS` order. */
  readonly ledgerHashes: readonly Hash[];
  /** Merkle root of the transaction ids in execution order, and their count. */
  readonly orderRoot: Hash;
  readonly transactionCount: number;
  /** 32 bytes: a nonce (real seal, right-aligned) or the oracle's tag (sampled seal) (D24). */
  readonly seal: Uint8Array;
}

/** One block of one ledger: a hash-linked chain of its own (D5). */
export interface LedgerHeader {
  readonly ledger: Ledger;
  readonly number: number;
  readonly previous: Hash;
  readonly transactionsRoot: Hash;
  readonly transactionCount: number;
  readonly receiptsRoot: Hash;
  readonly receiptCount: number;
  /** Commitment to this ledger's state after the round. */
  readonly stateRoot: Hash;
}

/** A whole round: header, the six ledger headers, and the transactions in execution order. */
export interface Round {
  readonly hash: Hash;
  readonly header: RoundHeader;
  readonly ledgers: readonly LedgerHeader[];
  readonly transactions: readonly Transaction[];
}

/**
 * Why a transaction that entered a round failed (D11): its nonce and fee are spent, nothing else remains. The index, plus
 * one, is the status byte of a receipt; so the list only ever grows at its end.
 */
export const FAILURE_CODES = [
  'value-not-covered',
  'amount-overflow',
  'reference-not-found',
  'not-found',
  'already-exists',
  'not-owner',
  'not-for-sale',
  'price-mismatch',
  'seller-mismatch',
  'in-grace',
  'expired',
  'voting-closed',
  'voting-open',
  'already-voted',
  'no-vote-weight',
  'not-passed',
  'already-executed',
  'quorum-not-met',
  'execution-delay',
  'parameter-range',
  'bridge-signatures',
  'bridge-consumed',
  'bridge-epoch',
  'bridge-message',
  'bridge-timeout',
  'not-transferable',
  'kind-not-allowed',
  'module-refused',
  'input-size',
  'reverted',
  'out-of-gas',
  'stack-overflow',
  'trap',
  'memory-range',
  'input-range',
  'storage-key',
  'storage-value',
  'message-size',
  'event-size',
  'event-count',
  'nullifier-spent',
  'proof-refused',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** Bounded, typed events of successful transactions and of round-level settlements; part of the receipts root. */
export type ReceiptEvent =
  | { readonly type: 'transfer'; readonly token: Token; readonly from: Account; readonly to: Account; readonly amount: bigint }
  | { readonly type: 'domain'; readonly name: string; readonly owner: Account; readonly expiresAt: number }
  | { readonly type: 'nft'; readonly nft: Hash; readonly owner: Account }
  | { readonly type: 'sale'; readonly asset: string; readonly seller: Account; readonly buyer: Account; readonly price: bigint; readonly royalty: bigint }
  | { readonly type: 'listing'; readonly asset: string; readonly price: bigint }
  | { readonly type: 'proposal'; readonly proposal: Hash; readonly closes: number }
  | { readonly type: 'vote'; readonly proposal: Hash; readonly voter: Account; readonly weight: bigint; readonly approve: boolean }
  | { readonly type: 'executed'; readonly proposal: Hash; readonly outcome: 'scheduled' | 'applied' | 'failed' }
  | { readonly type: 'bridge'; readonly step: 'lock' | 'unlock' | 'mint' | 'burn' | 'refund'; readonly asset: string; readonly account: Account; readonly amount: bigint }
  | { readonly type: 'subsidy'; readonly miner: Account; readonly subsidy: bigint; readonly fees: bigint }
  | { readonly type: 'ccos-reward'; readonly transaction: Hash; readonly to: Account; readonly bps: number; readonly amount: bigint }
  | { readonly type: 'deployed'; readonly contract: Account; readonly code: Hash }
  /** Told by a contract: at most `VM_LIMITS.events` of a transaction, topic and data bounded there too. */
  | { readonly type: 'contract'; readonly contract: Account; readonly topic: Uint8Array; readonly data: Uint8Array }
  /** STR that entered and left the shielded pool, from and to the account. */
  | { readonly type: 'shielded'; readonly nullifier: Hash; readonly account: Account; readonly deposit: bigint; readonly withdrawal: bigint };

export interface Receipt {
  readonly transaction: Hash;
  readonly kind: Kind;
  readonly sender: Account;
  /** Home ledger. */
  readonly ledger: Ledger;
  readonly status: 'success' | FailureCode;
  readonly gasUsed: number;
  /** Fee actually kept, STR base units: gasUsed × price. */
  readonly fee: bigint;
  readonly events: readonly ReceiptEvent[];
  /** The first bytes (`VM_LIMITS.receiptBytes`) of what the called contract handed back: data, or why it reverted. Empty where no contract ran. */
  readonly output: Uint8Array;
  /** Who judged its proof; undefined where none was looked at. */
  readonly prover: ProverName | undefined;
  /** Other ledgers that its effects changed (gas and nonce aside); each records the id in its own receipts (D6). */
  readonly touched: readonly Ledger[];
}

/** What executing one round on one parent state yields: a pure function of both. */
export interface ExecutedRound {
  readonly ledgers: readonly LedgerHeader[];
  readonly receipts: readonly Receipt[];
  /** Round-level events (governance effects, CCOS settlements, subsidy), in order. */
  readonly settlements: readonly ReceiptEvent[];
  readonly gasUsed: readonly number[];
  /** Gas that contracts used: the part of `gasUsed` that is beyond the transactions' intrinsic gas. */
  readonly vmGas: number;
  /** Proofs that were verified. */
  readonly proofs: number;
  readonly fees: bigint;
  readonly subsidy: bigint;
  readonly delta: Delta;
}

/** A round that no honest node may accept; carries what explains it. `not-yet` is no verdict (D7, S7). */
export type RoundError =
  | { readonly code: 'encoding'; readonly detail: string }
  | { readonly code: 'version'; readonly got: number }
  | { readonly code: 'number'; readonly got: number; readonly expected: number }
  | { readonly code: 'time-not-above-median'; readonly got: number; readonly median: number }
  | { readonly code: 'target'; readonly got: number; readonly expected: number }
  | { readonly code: 'seal' }
  | { readonly code: 'body-mismatch'; readonly part: 'order' | 'ledger-hash' | 'transactions' }
  | { readonly code: 'size'; readonly got: number; readonly max: number }
  | { readonly code: 'transaction'; readonly index: number; readonly error: TransactionError }
  | { readonly code: 'ledger-link'; readonly ledger: Ledger }
  | { readonly code: 'receipts-root'; readonly ledger: Ledger; readonly got: Hash; readonly expected: Hash }
  | { readonly code: 'state-root'; readonly ledger: Ledger; readonly got: Hash; readonly expected: Hash }
  | { readonly code: 'invalid-ancestor'; readonly ancestor: Hash };

/** Why a transaction may not stand in a round at its position (D11, *invalid*), in order of precedence. */
export type TransactionError =
  | { readonly code: 'encoding'; readonly detail: string; readonly offset: number }
  | { readonly code: 'size'; readonly got: number; readonly max: number }
  | { readonly code: 'wrong-chain'; readonly got: number }
  | { readonly code: 'wrong-ledger'; readonly got: Ledger; readonly expected: Ledger }
  | { readonly code: 'price-zero' }
  | { readonly code: 'gas-below-intrinsic'; readonly got: number; readonly intrinsic: number }
  | { readonly code: 'gas-above-ledger-limit'; readonly got: number; readonly left: number }
  | { readonly code: 'fee-overflow' }
  | { readonly code: 'high-s' }
  | { readonly code: 'bad-signature' }
  | { readonly code: 'nonce-used'; readonly got: number; readonly expected: number }
  | { readonly code: 'nonce-gap'; readonly got: number; readonly expected: number }
  | { readonly code: 'overdraft'; readonly needed: bigint; readonly available: bigint };

/** Codes that only a pool's local policy gives (D16); never part of consensus. */
export type PoolRefusal =
  | TransactionError
  | { readonly code: 'known' }
  | { readonly code: 'pool-full' }
  | { readonly code: 'address-full'; readonly max: number }
  | { readonly code: 'underpriced-replacement'; readonly got: bigint; readonly needed: bigint }
  | { readonly code: 'sender-banned'; readonly untilSeconds: number };
