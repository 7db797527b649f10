/**
 * What a run leaves behind: everything that `det/` of a run folder, the summary, the drawings and the dashboard need,
 * and nothing about the machine that ran it. `runScenario` (sim/run.ts) fills it; sim/report reads it.
 *
 * All fields are a function of (scenario, seed, code), except `backend`. Times are integer microseconds of virtual time,
 * nodes and rounds are indices as in `events.ts`, amounts are decimal strings of base units, hashes are hex.
 */
import type { ProverName } from '../../engine/params/zk.ts';
import type { ProofSource } from '../workload/shielded.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { Ledger } from '../../engine/tx/kinds.ts';
import type { NodeKind, Region } from '../scenario/types.ts';
import type { ContractEventRow, DomainRow, LedgerBlockRow, LegRow, NodeState, RoundRow, TraceEvent, TransactionRow } from './events.ts';

/** One link of the checkpoint chain (`trace.chain`): the rolling hash after `event` events. */
export interface CheckpointRow {
  readonly event: number;
  readonly atUs: number;
  readonly hash: string;
}

/** One kernel event inside a recorded window (`RunOptions.window`): what the trace hash absorbed, and its meaning. */
export interface EventRow {
  /** Number of the event, from 1, in the kernel's total order. */
  readonly event: number;
  readonly atUs: number;
  /** What it is, e.g. `message:round-announce`, `timer:mine`. */
  readonly type: string;
  /** Node that it reaches; −1 where it reaches none. */
  readonly node: number;
  /** Digest of its content, as absorbed. */
  readonly digest: number;
  /** Number of the event that scheduled it; 0 where nothing did. */
  readonly cause: number;
}

/** One node, as in `nodes.jsonl`. */
export interface NodeRow {
  readonly node: number;
  readonly kind: NodeKind;
  readonly region: Region;
  /** Share of all hash power, parts per million; 0 where it does not mine. */
  readonly hashPowerPpm: number;
  /** State at time 0; later ones are `node-state` events. */
  readonly initialState: NodeState;
  /** Executes on its own: a witness, an isolated run, or a faulty node. */
  readonly isolated: boolean;
  /** Round index of its head and of its final round when the run ended. */
  readonly head: number;
  readonly final: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Virtual CPU time that it was charged. */
  readonly cpuUs: number;
}

/** One connection at the end of the run, as in `links.jsonl`; `from` opened it. */
export interface LinkRow {
  readonly from: number;
  readonly to: number;
  /** One-way table latency, µs, before jitter. */
  readonly latencyUs: number;
  readonly bytes: number;
}

/** One message of a sampled window, as in `messages.jsonl`. */
export interface MessageRow {
  readonly sentAtUs: number;
  readonly arrivesAtUs: number;
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly bytes: number;
  /** Round that it is about, where there is one. */
  readonly round: number | undefined;
}

/**
 * First arrival of every round at every node: `deltaUs[round × nodes + node]` is the time from `foundAtUs` until the node
 * held the whole round (header only, at light nodes), µs; 0 at its finder.
 */
export interface Arrivals {
  readonly rounds: number;
  readonly nodes: number;
  /** −1: never. 2^31 − 1: that (35 min 47 s) or later. */
  readonly deltaUs: Int32Array;
}
export const ARRIVAL_NEVER = -1;
export const ARRIVAL_MAX_US = 0x7fff_ffff;

/**
 * A column over virtual time: `values[i]` belongs to [i × stepUs, (i + 1) × stepUs). Names and units are listed in
 * `METRICS`. A `count` adds up within its step; a `gauge` is the value at the step's end.
 */
export interface SeriesRow {
  readonly name: SeriesName;
  readonly labels: Readonly<Record<string, string>>;
  readonly stepUs: number;
  readonly values: ArrayLike<number>;
}

/** The series a run records; label `ledger` where it says so. Summaries, thresholds and the dashboard know them by name. */
export const SERIES = {
  'tx.offered': { kind: 'count', unit: 'tx', labels: ['ledger'], title: 'distinct valid transactions that the workload submitted' },
  'tx.admitted': { kind: 'count', unit: 'tx', labels: ['ledger'], title: 'of these, admitted by a delegate or full node' },
  'tx.confirmed': { kind: 'count', unit: 'tx', labels: ['ledger'], title: 'of these, first included in a round of the final best chain, at the time it was found' },
  'tx.final': { kind: 'count', unit: 'tx', labels: ['ledger'], title: 'of these, final at the first node that held them so' },
  'tx.invalid': { kind: 'count', unit: 'tx', labels: [], title: 'deliberately invalid transactions submitted' },
  'pool.size': { kind: 'gauge', unit: 'tx', labels: [], title: 'transactions in the fullest pool' },
  'nodes.active': { kind: 'gauge', unit: 'nodes', labels: [], title: 'nodes in state active' },
  'nodes.standby': { kind: 'gauge', unit: 'nodes', labels: [], title: 'nodes in state standby' },
  'rounds.found': { kind: 'count', unit: 'rounds', labels: [], title: 'distinct rounds found' },
  'net.bytes': { kind: 'count', unit: 'bytes', labels: [], title: 'bytes sent' },
  'net.messages': { kind: 'count', unit: 'messages', labels: [], title: 'messages sent' },
} as const satisfies Record<string, { kind: 'count' | 'gauge'; unit: string; labels: readonly string[]; title: string }>;
export type SeriesName = keyof typeof SERIES;

/** Bucketed counts of one quantity: `lower[i]` is the inclusive lower edge of bucket i, ascending; mergeable by adding. */
export interface HistogramRow {
  /** e.g. `tx.latency.confirmed`, `tx.latency.final`, `round.interval`; `ccos.reward.rate` has one bucket per basis point. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly lower: readonly number[];
  readonly counts: readonly number[];
}

/** One scheduled or random fault and how often it had an effect. */
export interface FaultRow {
  readonly id: string;
  readonly kind: string;
  readonly fired: number;
}

/** One invariant's account of itself. */
export interface InvariantRow {
  readonly id: string;
  readonly title: string;
  /** Independent evaluations, and those that hold by construction (invariant.ts). */
  readonly evaluated: number;
  readonly byConstruction: number;
  readonly violations: number;
  /** Smallest distance to failure as a share of the bound, 0…1; undefined where the invariant has none. */
  readonly headroom: number | undefined;
  /** Smallest headroom within each whole minute of virtual time, parts per million rounded down; −1 where nothing was compared. */
  readonly headroomPpmByMinute?: readonly number[];
}

/** One violation in full; the record keeps the first ones of each invariant, `InvariantRow.violations` counts all. */
export interface ViolationRow {
  readonly invariant: string;
  readonly atUs: number;
  /** Number of the kernel event during which it was noticed. */
  readonly event: number;
  readonly node: number | undefined;
  readonly round: number | undefined;
  readonly expected: string;
  readonly seen: string;
}

/** An `eventually` of the scenario that did not come true in time: a finding about liveness, with the reason why not. */
export interface LivenessRow {
  readonly invariant: string;
  readonly after: string;
  readonly atUs: number;
  readonly event: number;
  readonly reason: string;
}

/** A submission that came out otherwise than the workload knew, an invalid one that was admitted among them. */
export interface UnexpectedRow {
  /** Virtual time of its submission. */
  readonly atUs: number;
  readonly id: string;
  readonly kind: string;
  /** `valid`, or why it should have been refused. */
  readonly intent: string;
  /** A status, or the code of a refusal. */
  readonly outcome: string;
  readonly expected: readonly string[];
}

/** Totals that cannot be read off the rows above. */
export interface RunCounts {
  /** Distinct valid transactions. */
  readonly offered: number;
  readonly admitted: number;
  readonly confirmed: number;
  readonly final: number;
  /** Refusals at admission by code, of invalid transactions and of valid ones alike. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Included on the final best chain but failed, by code. */
  readonly failed: Readonly<Record<string, number>>;
  /** Submissions whose outcome differed from what the workload knew to expect. */
  readonly unexpected: number;
  /** On the final best chain; gas is the sum over its blocks. */
  readonly ledgers: Readonly<Record<Ledger, { readonly blocks: number; readonly transactions: number; readonly gasUsed: number }>>;
  /** On the final best chain: contracts deployed, calls that succeeded and failed, events told, gas used in the VM. */
  readonly contracts: { readonly deployed: number; readonly called: number; readonly failed: number; readonly events: number; readonly vmGas: number };
  /** On the final best chain: shielded transfers that succeeded and failed. */
  readonly shielded: { readonly made: number; readonly failed: number };
  readonly crossLedger: { readonly operations: number; readonly rolledBack: number };
  readonly bytesSent: number;
  readonly messagesSent: number;
  /** Most nodes active at once. */
  readonly activeMax: number;
  /** Signature checks and round executions really computed, and those charged to nodes (sharing: architecture.md). */
  readonly work: { readonly signaturesComputed: number; readonly signaturesCharged: number; readonly executionsComputed: number; readonly executionsCharged: number; readonly vmGasCharged: number; readonly proofsCharged: number };
}

/** Why a run ended before its end; undefined where it did not. `stopped` is `RunOptions.stopAt`. */
export type PartialReason = 'interrupted' | 'wall-limit' | 'stopped';

/**
 * What the figures of a run stand for. `full`: every transaction is real, signed, pooled, executed by the engine's own
 * nodes. `relay-model`: only how blocks without content spread under another simulator's rules (docs/validation.md).
 */
export type Fidelity = 'full' | 'relay-model';

export interface RunRecord {
  readonly fidelity: Fidelity;
  readonly partial: PartialReason | undefined;
  /** Virtual time at which the run ended, and the time it would have ended at. */
  readonly endUs: number;
  readonly plannedEndUs: number;
  readonly events: number;
  readonly traceHash: string;
  readonly checkpoints: readonly CheckpointRow[];
  readonly trace: readonly TraceEvent[];
  readonly rounds: readonly RoundRow[];
  readonly ledgerBlocks: readonly LedgerBlockRow[];
  readonly legs: readonly LegRow[];
  /** What contracts told on the final best chain: the first 10,000. Absent where there is no state. */
  readonly contractEvents?: readonly ContractEventRow[];
  /** Every name that was ever registered, in the order of first registration; the first 5,000. Absent where there is no state. */
  readonly domains?: readonly DomainRow[];
  /** A sample; which ones is drawn by key. */
  readonly transactions: readonly TransactionRow[];
  readonly arrivals: Arrivals;
  readonly nodes: readonly NodeRow[];
  readonly links: readonly LinkRow[];
  readonly messages: readonly MessageRow[];
  readonly series: readonly SeriesRow[];
  readonly histograms: readonly HistogramRow[];
  readonly faults: readonly FaultRow[];
  readonly invariants: readonly InvariantRow[];
  readonly violations: readonly ViolationRow[];
  readonly liveness: readonly LivenessRow[];
  /** The first of `counts.unexpected`. */
  readonly unexpected: readonly UnexpectedRow[];
  /** How often each noteworthy thing happened that the rows do not show (`SOMETIMES` in sim/report); others are derived. */
  readonly sometimes: Readonly<Record<string, number>>;
  readonly counts: RunCounts;
  /** Per token, named figures in base units: STR { supply, treasury }, CCOS { supply, rewardPool, rewarded }, … */
  readonly tokens: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names of the provers that results relied on (D33). */
  readonly proofs: readonly ProverName[];
  readonly backend: Crypto['backend'];
  /** Events of `RunOptions.window`; empty without it. */
  readonly window: readonly EventRow[];
}

export interface RunProgress {
  readonly virtualUs: number;
  readonly endUs: number;
  readonly events: number;
  readonly rounds: number;
  readonly transactions: number;
}

/** How to run, never what: nothing here but `stopAt` may change a record's `det/` part. */
export interface RunOptions {
  readonly crypto: Crypto;
  /** Every node executes for itself, whatever the scenario says; the trace hash stays. */
  readonly isolated?: boolean;
  /** Called about every 50,000 events; `stop` and `wall-limit` end the run with a partial record. */
  readonly onProgress?: (progress: RunProgress) => 'continue' | 'stop' | 'wall-limit';
  /** Called at each link of the checkpoint chain, in order. */
  readonly onCheckpoint?: (checkpoint: CheckpointRow) => void;
  /** Ends the run after the last event at or before this time, or after this many events. */
  readonly stopAt?: { readonly atUs?: number; readonly event?: number };
  /** Records kernel events number `from` … `to` (both included) into `RunRecord.window`. */
  readonly window?: { readonly from: number; readonly to: number };
  /** Proofs that were made ahead (`claimsAhead`). Absent: the stub's, made as they are needed; of a chain that takes others, none. */
  readonly prove?: ProofSource;
  /** One line per noteworthy happening, for `--log`. */
  readonly log?: (atUs: number, line: string) => void;
}
