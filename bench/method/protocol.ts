/** What the process of a round and the one that conducts it say to each other. */
import type { Unit } from '../work/work.ts';

/** Argument of the round's process. */
export interface RoundOrder {
  /** `workName` of an entry. */
  readonly work: string;
  /** Parts to measure; the others are not run. */
  readonly parts: readonly string[];
  /** Where signed blocks are kept. */
  readonly inputs: string;
  /** A slowdown planted into every part, as a share of its work (0.05: 5 % more). Only to test the method itself. */
  readonly plant?: number;
}

/** The first answer: ready and warm. */
export interface RoundReady {
  readonly type: 'ready';
  readonly exact: Readonly<Record<string, string | number>>;
  readonly parts: readonly (Unit & { readonly name: string; readonly items: number; readonly check: string | number; /** CPU µs of the last warm call. */ readonly warmUs: number })[];
  readonly backend: { readonly signatures: string; readonly hashes: string };
}

/** Take `calls` samples of one part, between two of the reference. */
export interface TurnOrder {
  readonly part: number;
  readonly calls: number;
}

/** Microseconds of one call. CPU: of the whole process, all threads, user and system. */
export interface Sample {
  readonly cpuUs: number;
  readonly wallUs: number;
  /** CPU time of the reference: the mean of the one before the turn and the one after. */
  readonly referenceUs: number;
  /** CPU time by stage, where the part names stages. */
  readonly stages: Readonly<Record<string, number>>;
}

export interface TurnDone {
  readonly type: 'samples';
  readonly samples: readonly Sample[];
}

export interface RoundFailed {
  readonly type: 'failed';
  readonly code: 'no-backend' | 'no-cores' | 'check' | 'error';
  readonly message: string;
}

export type Answer = RoundReady | TurnDone | RoundFailed;
