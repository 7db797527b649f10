/**
 * What the command asks of the worker thread that simulates, and what comes back. The simulation is synchronous, so it
 * has a thread of its own: signals, the clock of `wallLimit` and the progress bar live in the main thread, and the two
 * share one small array.
 */
import type { ResolvedScenario } from '../scenario/types.ts';
import type { EventRow, RunRecord } from '../trace/record.ts';
import type { ProofsAhead } from './proofs-ahead.ts';
import type { Report } from './run-folder.ts';

export const CRYPTO_CHOICES = ['auto', 'native', 'wasm', 'noble'] as const;
/** `auto`: the quickest here. All give the same results. */
export type CryptoChoice = (typeof CRYPTO_CHOICES)[number];

export interface Job {
  readonly scenario: ResolvedScenario;
  readonly hash: string;
  readonly version: string;
  readonly crypto: CryptoChoice;
  readonly isolated: boolean;
  readonly log: string | undefined;
  readonly window: { readonly from: number; readonly to: number } | undefined;
  readonly stopAt: { readonly atUs?: number; readonly event?: number } | undefined;
  /** Where to write a run folder; `undefined`: only the outline comes back. */
  readonly report: { readonly out: string; readonly file: string; readonly command: string; readonly sets: readonly string[] } | undefined;
}

/** What `replay`, `diff` and `--check` need of a record: small enough to pass between threads. */
export interface Outline {
  readonly events: number;
  readonly endUs: number;
  readonly traceHash: string;
  readonly checkpoints: RunRecord['checkpoints'];
  readonly window: readonly EventRow[];
  readonly trace: RunRecord['trace'];
  readonly violations: RunRecord['violations'];
}

/** What the thread is given. */
export interface WorkerInput {
  readonly job: Job;
  readonly cells: Float64Array;
  readonly proofs: ProofsAhead | undefined;
}

export type WorkerMessage =
  | { readonly type: 'done'; readonly outline: Outline; readonly report: Report | undefined }
  /** No backend of that name works here. */
  | { readonly type: 'no-crypto' }
  /** A bug: what it said, and where. */
  | { readonly type: 'failed'; readonly message: string; readonly stack: string };

/** Cells of the shared array; progress is the worker's, `stop` and `signal` the main thread's. */
export const CELL = { virtualUs: 0, endUs: 1, events: 2, rounds: 3, transactions: 4, stop: 5, signal: 6 } as const;
export const CELLS = 7;
export const STOP = { none: 0, interrupted: 1, wallLimit: 2 } as const;
