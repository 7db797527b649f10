/**
 * What a fault is: one file per kind in this folder, listed in `index.ts`, and nothing anywhere else. The schema of scenario
 * files, `stratus list faults` and D7's bound read it from here.
 *
 * A fault changes the world only through `FaultWorld`, at its start and its end, and counts each time it had an effect
 * (`fired`). Draws are keyed by the fault's id, so taking one fault away shifts nothing else.
 */
import type { z } from 'zod';
import type { Selector } from '../scenario/types.ts';

export interface FaultWorld {
  readonly nodeCount: number;
  /** Index into REGIONS of a node. */
  region(node: number): number;
  /** Nodes that the selector picks (ascending); shares are drawn with this fault's own key. */
  select(selector: Selector): readonly number[];
  /** Cuts or mends, for this fault, every link between nodes of different groups; −1 is no group. Returns links changed. */
  cut(group: Int32Array): number;
  mend(group: Int32Array): number;
  /** Each returns false where the node was not in a state for it. */
  crash(node: number): boolean;
  restart(node: number): boolean;
  pause(node: number): boolean;
  resume(node: number): boolean;
  /** Counts effects of this fault. */
  fired(times: number): void;
}

export interface FaultHandle {
  /** Nodes that it touches, ascending: for the trace. */
  readonly nodes: readonly number[];
  end(world: FaultWorld): void;
}

/** What is wrong with options that are well-formed each by itself, where, and how to mend it. */
export interface OptionsProblem {
  readonly key?: string;
  readonly problem: string;
  readonly mend: string;
}

interface FaultParts<S extends z.ZodRawShape, O> {
  readonly kind: string;
  readonly title: string;
  /** One line of a scenario's `faults.scheduled`. */
  readonly example: string;
  /** Makes parts of the network mine apart, so that D7's bound counts it. */
  readonly divides: boolean;
  /** Its keys in a scenario file, beside `id`, `kind`, `at` and `for`. A key named `select` is a `selector` (sim/scenario/fields.ts). */
  readonly options: S;
  problem?(options: O): OptionsProblem | undefined;
  /** Begins the fault and returns what ends it. */
  start(world: FaultWorld, options: O): FaultHandle;
}

export type Fault = FaultParts<z.ZodRawShape, Readonly<Record<string, unknown>>>;

/** A fault whose `options` type the rest of its definition. */
export const defineFault = <S extends z.ZodRawShape>(fault: FaultParts<S, z.output<z.ZodObject<S>>>): Fault => fault as unknown as Fault;
