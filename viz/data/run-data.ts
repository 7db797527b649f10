/**
 * A run as the page holds it: small columns at once, large ones when somebody asks. Where it comes from (a run folder over
 * HTTP, dropped files, a simulation in a worker) makes no difference to views.
 *
 * A `RunData` never changes. A live run that grew is a new `RunData` with the same `key` and a higher `version`; what did
 * not grow keeps its identity, so views compare columns with `===`.
 */
import type { EventTables, Table, TableName } from '../../sim/trace/columns.ts';
import type { SeriesName } from '../../sim/trace/record.ts';
import type { NodeState } from '../../sim/trace/events.ts';
import type { RunFacts } from '../../sim/report/run-facts.ts';
import type { Summary } from '../../sim/report/summary.ts';

export type { RunFacts } from '../../sim/report/run-facts.ts';

/** What the address calls a simulation in this page. */
export const LIVE_KEY = 'live';

/** States in the order of their codes in `Moment.states`. */
export const NODE_STATES = ['standby', 'booting', 'syncing', 'active', 'paused', 'down'] as const satisfies readonly NodeState[];

/** One series: `values[i]` belongs to [i × stepUs, (i + 1) × stepUs); kind and unit are in `SERIES` (sim/trace/record.ts). */
export interface SeriesColumn {
  readonly name: SeriesName;
  /** '' where the series has no such label. */
  readonly ledger: string;
  readonly stepUs: number;
  readonly values: Float64Array;
}

export interface HistogramColumn {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly lower: Float64Array;
  readonly counts: Float64Array;
}

/** Every node at one moment. `heads` are round indices, −1 where a node has no round yet. */
export interface Moment {
  readonly atUs: number;
  /** Codes into `NODE_STATES`. */
  readonly states: Uint8Array;
  /**
   * The round of most work, first come, among those that the node held with all their ancestors by then: what D7 makes its
   * head. (Executing takes a node some milliseconds more; when a reorganisation was done stands in `events.reorg`.)
   */
  readonly heads: Int32Array;
  /** Rounds found by then. */
  readonly rounds: number;
}

/** For each round, how long after its finding shares of the nodes had it, µs. +∞ where it never came that far; row 0 is genesis: 0. */
export interface Coverage {
  readonly count: number;
  readonly p50: Float64Array;
  readonly p90: Float64Array;
  readonly p99: Float64Array;
  readonly all: Float64Array;
  /** Nodes that ever had it. */
  readonly reached: Int32Array;
}

/** A picture of the arrivals with one cell for several nodes × rounds: the LATEST arrival in it, never the mean. */
export interface ArrivalGrid {
  readonly rows: number;
  readonly columns: number;
  /** `values[row × columns + column]`: µs, as in `Arrivals.deltaUs`; a cell with a node that never had a round is −1. */
  readonly values: Int32Array;
  /** First node of each row in `order`, and first round of each column; one entry more than there are rows, columns. */
  readonly rowStarts: Int32Array;
  readonly columnStarts: Int32Array;
}

export interface GridQuery {
  readonly rounds: readonly [from: number, to: number];
  /** Nodes in the order of the rows; all in their own order where it is absent. */
  readonly order?: Int32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Tables that are loaded when somebody asks for them. */
export type LargeTable = Extract<TableName, 'ledgerBlocks' | 'legs' | 'contractEvents' | 'domains' | 'transactions' | 'links' | 'messages' | 'checkpoints'>;

export interface RunData {
  /** What the URL names it by: the folder's name, `live`, or `files`. */
  readonly key: string;
  /** Grows with every change of a live run; of a recorded one only when a late check adds a warning. */
  readonly version: number;
  readonly live: boolean;
  readonly facts: RunFacts;
  /** As `summary.json`; undefined while a live run goes on. */
  readonly summary: Summary | undefined;
  readonly nodes: Table<'nodes'>;
  readonly rounds: Table<'rounds'>;
  /** Position of each round in the exact order of cumulative work: equal work, equal rank. */
  readonly workRank: Int32Array;
  readonly events: EventTables;
  readonly forks: Table<'forks'>;
  readonly faults: Table<'faults'>;
  readonly invariants: Table<'invariants'>;
  readonly violations: Table<'violations'>;
  readonly liveness: Table<'liveness'>;
  readonly series: readonly SeriesColumn[];
  readonly histograms: readonly HistogramColumn[];
  /** Warnings about the folder that do not keep it from being shown, e.g. an altered file. */
  readonly warnings: readonly Problem[];

  /** Loaded at the first call, kept afterwards. All promises reject with a `Problem` only. */
  table<N extends LargeTable>(name: N): Promise<Table<N>>;
  /** µs from a round's finding until each node had it, as in `Arrivals.deltaUs`. */
  arrivals(round: number): Promise<Int32Array>;
  /** The same of one node for all rounds. */
  arrivalsOfNode(node: number): Promise<Int32Array>;
  grid(query: GridQuery): Promise<ArrivalGrid>;
  coverage(): Promise<Coverage>;
  /** All nodes at a virtual time, within 100 ms. */
  moment(atUs: number): Promise<Moment>;
  /** The scenario with all defaults, YAML. */
  scenarioText(): Promise<string>;
  close(): void;
}

/** Something that gives a run: a worker on a folder, on files, or on a simulation. `onChange` is called for every new version. */
export interface RunSource {
  readonly key: string;
  open(onChange: (run: RunData) => void): Promise<RunData>;
  close(): void;
}

/** Why something cannot be shown: what, where and what to do, in words for people. The only thing that data promises reject with. */
export interface Problem {
  readonly code: 'not-found' | 'unreachable' | 'not-a-run' | 'truncated' | 'altered' | 'malformed' | 'too-large' | 'unknown-version' | 'failed';
  readonly what: string;
  /** File, and line where there is one. */
  readonly where: string;
  readonly remedy: string;
}
