/** What passes between the page and the worker that simulates: plain data. */
import type { RunCore, RunPort } from '../data/port.ts';
import type { Problem as DataProblem } from '../data/run-data.ts';

/** A scenario that comes along. */
export interface ScenarioFile {
  readonly name: string;
  readonly question: string;
  readonly text: string;
}

/** What is wrong with a scenario, where in its text, and how to mend it. Offsets −1: elsewhere (another file, the seed). */
export interface TextProblem {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly mend: string;
}

/** What a scenario will cost here, roughly. */
export interface Cost {
  readonly rounds: number;
  readonly transactions: number;
  readonly events: number;
  readonly memoryBytes: number;
  /** Wall clock of a browser. */
  readonly seconds: number;
}

export type Checked =
  | { readonly ok: true; readonly name: string; readonly question: string; readonly seed: string; readonly nodes: number; readonly endUs: number; readonly cost: Cost; /** Why it cannot run here, and what to do. */ readonly refusal: string | undefined }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

export interface AddedFaultStatus {
  readonly id: string;
  readonly kind: string;
  readonly what: string;
  readonly atUs: number;
  /** Infinity: until somebody ends it. */
  readonly endUs: number;
}

/** Where a run stands. */
export interface Status {
  readonly phase: 'running' | 'paused' | 'ended' | 'failed';
  readonly name: string;
  readonly seed: string;
  readonly virtualUs: number;
  readonly endUs: number;
  readonly events: number;
  readonly rounds: number;
  readonly transactions: number;
  /** Of all events so far, hex. */
  readonly traceHash: string;
  /** Over the last second or so of running, wall clock. */
  readonly eventsPerS: number;
  readonly virtualPerS: number;
  readonly faults: readonly AddedFaultStatus[];
  readonly problem: DataProblem | undefined;
  readonly backend: string;
}

/** What can be done to the world. `forUs` absent: until it is ended by hand. */
export type Act =
  | { readonly kind: 'partition'; readonly regions: readonly string[]; readonly forUs?: number | undefined }
  | { readonly kind: 'crash' | 'pause'; readonly nodes: readonly number[]; readonly forUs?: number | undefined };

export type Step = 'event' | 'round' | 'second';

/** A scenario file that gives the same run on the command line. */
export interface SavedScenario {
  readonly fileName: string;
  readonly text: string;
  readonly command: string;
}

export interface LiveListener {
  status(status: Status): void;
  /** A new version of the run's columns; the worker answers questions about the last few. */
  version(version: number, live: boolean, core: RunCore): void;
}

export interface LiveWorker {
  scenarios(): ScenarioFile[];
  check(text: string, seed: string): Checked;
  /** Makes the run, paused at its start. A problem where the text is not a scenario that can run here. */
  make(text: string, seed: string, listener: LiveListener): Promise<DataProblem | undefined>;
  /** Virtual seconds per wall second; Infinity: as fast as it goes. */
  run(speed: number): void;
  pause(): void;
  step(step: Step): void;
  /** Does it at the next whole millisecond; what is wrong where it cannot be done. */
  act(act: Act): string | undefined;
  /** Ends an added fault. */
  end(id: string): void;
  saved(): SavedScenario | undefined;
  ask<M extends keyof RunPort>(version: number, method: M, argument: Parameters<RunPort[M]>[0] | undefined): Promise<Awaited<ReturnType<RunPort[M]>>>;
}
