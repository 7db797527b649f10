/**
 * What a fault is. One file per kind in this folder, listed in `index.ts`. A fault changes the world only through
 * `FaultWorld`, at its start and its end; it counts each time it had an effect (`fired`). Options are validated by the
 * fault's own zod schema when a scenario is resolved; draws are keyed by the fault's id, so taking one fault away shifts
 * nothing else.
 */
import type { z } from 'zod';
import type { Selector } from '../scenario/types.ts';

export interface FaultWorld {
  readonly nodeCount: number;
  /** Nodes that the selector picks (ascending); shares are drawn with the fault's own key. */
  select(selector: Selector, faultId: string): readonly number[];
  /** Cuts every link between the two groups; returns a handle. Links cut by several faults heal with the last. */
  cut(groups: readonly (readonly number[])[]): number;
  heal(handle: number): void;
  crash(node: number): void;
  restart(node: number): void;
  pause(node: number): void;
  resume(node: number): void;
  /** Counts an effect of this fault. */
  fired(): void;
}

export interface Fault<O> {
  readonly kind: string;
  readonly title: string;
  /** One-line example for `stratus list faults`. */
  readonly example: string;
  readonly options: z.ZodType<O>;
  /** Share of hash power cut off from the majority, for D7's bound: 0 where the fault does not divide the network. */
  divides(options: O): boolean;
  start(world: FaultWorld, options: O, faultId: string): FaultHandle;
}

export interface FaultHandle {
  readonly nodes: readonly number[];
  end(world: FaultWorld): void;
}
