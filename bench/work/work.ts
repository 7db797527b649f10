/**
 * What is measured: fixed, seeded work, in parts that share what they prepare. Every call of a part gives the same check
 * value, so nothing can be optimised away and a build that computes something else is noticed.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { BackendName } from './backends.ts';
import type { InputStore } from './inputs.ts';

/** Ends a stage of a part: what was used since the last call, or since the part began, belongs to it. */
export type Lap = (stage: string) => void;

/** How many items per unit of time: `perMs` items per ms, times `scale`, are one of `unit`. */
export interface Unit {
  readonly unit: string;
  readonly scale: number;
}
export const TPMS: Unit = { unit: 'tx/ms', scale: 1 };
export const PER_MS: Unit = { unit: 'op/ms', scale: 1 };
export const EVENTS: Unit = { unit: 'events/s', scale: 1_000 };
export const GIB: Unit = { unit: 'GiB/s', scale: 1_000 / 2 ** 30 };

export type Check = string | number;

export interface Part {
  /** Behind the work's name, e.g. `exec`; may be empty. */
  readonly name: string;
  readonly unit: Unit;
  /** Items in one call: transactions, operations, events, bytes. */
  readonly items: number;
  /** Before each call, not measured: makes what a call uses up. */
  before?(): void;
  /** One call; gives its check value. A promise only where other threads take part. */
  run(lap: Lap): Check | Promise<Check>;
}

export interface Prepared {
  readonly parts: readonly Part[];
  /** Until other threads are at full speed. */
  warmUp?(): Promise<void>;
  /** Exact figures of the work: equal on any machine, compared by equality. */
  readonly exact: Readonly<Record<string, string | number>>;
}

export interface WorkEnvironment {
  readonly crypto: Crypto;
  readonly cores: number;
  readonly inputs: InputStore;
}

export interface Work {
  /** Within its suite; sizes are in it. */
  readonly name: string;
  /** Names of its parts, known without preparing anything. */
  readonly parts: readonly string[];
  /** Backends under which it is a case of its own; undefined where cryptography does not matter. */
  readonly backends?: readonly BackendName[];
  /** Core counts under which it is a case of its own; default: 1. */
  readonly cores?: readonly number[];
  /** Minutes rather than seconds: runs only when named. */
  readonly slow?: boolean;
  prepare(environment: WorkEnvironment): Prepared;
}
