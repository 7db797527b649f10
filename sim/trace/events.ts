/**
 * The trace: a versioned union, and the only thing that viz/ and reports/ know about a run.
 *
 * Virtual times are integer microseconds (`atUs`). Nodes are indices 0…n−1; rounds are indices into the run's list of
 * distinct rounds (`rounds.jsonl`), in the order in which they were found; round 0 is genesis. Hashes are hex strings;
 * amounts are decimal strings of base units. Adding an optional field or a new `type` keeps the version; anything
 * else raises it.
 */
export const TRACE_SCHEMA = 'stratus/trace/v1';

export type NodeState = 'standby' | 'booting' | 'syncing' | 'active' | 'paused' | 'down';

export type TraceEvent =
  | { readonly type: 'round-found'; readonly atUs: number; readonly round: number; readonly node: number }
  /** A node left its branch: `depth` rounds disconnected, `connected` connected. */
  | { readonly type: 'reorg'; readonly atUs: number; readonly node: number; readonly from: number; readonly to: number; readonly depth: number; readonly connected: number }
  | { readonly type: 'finality-conflict'; readonly atUs: number; readonly node: number; readonly final: number; readonly heavier: number }
  | { readonly type: 'node-state'; readonly atUs: number; readonly node: number; readonly state: NodeState; readonly reason: string }
  /** One tick of D15's rule; written when something was activated, or the need exceeded what is active. */
  | { readonly type: 'activation'; readonly atUs: number; readonly offeredMilliTpms: number; readonly required: number; readonly active: number; readonly activated: readonly number[] }
  | { readonly type: 'fault'; readonly atUs: number; readonly id: string; readonly kind: string; readonly phase: 'start' | 'end'; readonly nodes: readonly number[] }
  | { readonly type: 'ban'; readonly atUs: number; readonly node: number; readonly peer: number; readonly reason: string }
  | { readonly type: 'violation'; readonly atUs: number; readonly invariant: string; readonly node: number | undefined; readonly round: number | undefined; readonly expected: string; readonly seen: string }
  /** From this round on results rely on a prover's proofs (D33); `stub` proves nothing. */
  | { readonly type: 'prover'; readonly atUs: number; readonly round: number; readonly prover: string }
  | { readonly type: 'partial'; readonly atUs: number; readonly reason: 'interrupted' | 'wall-limit' };

/** One distinct round, as in `rounds.jsonl`. */
export interface RoundRow {
  readonly round: number;
  readonly hash: string;
  readonly parent: number;
  readonly number: number;
  readonly foundAtUs: number;
  readonly node: number;
  readonly time: number;
  readonly bits: number;
  /** Cumulative work, decimal. */
  readonly work: string;
  readonly transactions: number;
  readonly bytes: number;
  readonly subsidy: string;
  readonly fees: string;
  /** Balances of the STR and the CCOS treasury after the round, on its own branch; absent where no state is executed. */
  readonly treasury?: string;
  readonly rewardPool?: string;
  /** On the final best chain at the end of the run. */
  readonly canonical: boolean;
}

/** One ledger block of a canonical or stale round, as in `ledger-blocks.jsonl`. */
export interface LedgerBlockRow {
  readonly round: number;
  readonly ledger: string;
  readonly number: number;
  readonly hash: string;
  readonly transactions: number;
  readonly gasUsed: number;
  readonly stateRoot: string;
}

/** A transaction's effects on other ledgers than its home, as in `legs.jsonl`. */
export interface LegRow {
  readonly round: number;
  readonly transaction: string;
  readonly kind: string;
  readonly home: string;
  readonly touched: readonly string[];
}

/** One event that a contract told, as in `contract-events.jsonl`. */
export interface ContractEventRow {
  readonly round: number;
  readonly transaction: string;
  /** Account, 40 hex digits. */
  readonly contract: string;
  /** As text where it is printable ASCII, else in hex after `0x`. */
  readonly topic: string;
  /** Hex. */
  readonly data: string;
}

/** One name as the final best chain left it, as in `domains.jsonl`. */
export interface DomainRow {
  readonly name: string;
  /** Account, 40 hex digits. */
  readonly owner: string;
  /** Unix seconds of chain time (D18). */
  readonly expiresAt: number;
  /** Rounds of its first registration and of its last registration, renewal, transfer or sale. */
  readonly registered: number;
  readonly changed: number;
  /** How many of these there were. */
  readonly changes: number;
}

/** Life of one sampled transaction, as in `tx-sample.jsonl`; times are undefined where it did not get that far. */
export interface TransactionRow {
  readonly id: string;
  readonly kind: string;
  readonly ledger: string;
  readonly sender: string;
  readonly nonce: number;
  readonly submittedAtUs: number;
  readonly delegate: number;
  readonly admittedAtUs: number | undefined;
  readonly includedAtUs: number | undefined;
  readonly round: number | undefined;
  readonly finalAtUs: number | undefined;
  readonly outcome: string;
  /** Who judged its proof: `stub` or `groth16`; absent where none was looked at. */
  readonly prover?: string;
}
