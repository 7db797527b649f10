/**
 * What a fault is. One file per kind in this folder, listed in `index.ts`. A fault changes the world only through
 * `FaultWorld`, at its start and its end; it counts each time it had an effect (`fired`). Its options were validated when the
 * scenario was resolved (sim/scenario/fault-options.ts); draws are keyed by the fault's id, so taking one fault away
 * shifts nothing else.
 */
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

export interface Fault {
  readonly kind: string;
  /** Begins the fault and returns what ends it. */
  start(world: FaultWorld, options: Readonly<Record<string, unknown>>): FaultHandle;
}

export interface FaultHandle {
  /** Nodes that it touches, ascending: for the trace. */
  readonly nodes: readonly number[];
  end(world: FaultWorld): void;
}
