/** What passes between the page and the worker that holds a run, and a run made of it. The live worker speaks the same. */
import type { Remote } from 'comlink';
import type { ArrivalGrid, Coverage, GridQuery, LargeTable, Moment, RunData } from './run-data.ts';
import type { Table } from '../../sim/trace/columns.ts';
import { problemOf } from './problem.ts';

/** The columns that are there at once. */
export type RunCore = Pick<RunData, 'facts' | 'summary' | 'nodes' | 'rounds' | 'workRank' | 'events' | 'forks' | 'faults' | 'invariants' | 'violations' | 'liveness' | 'series' | 'histograms' | 'warnings'>;

/** Asked in the worker. Rejections are `Problem`s, as plain data (comlink keeps only errors and plain data). */
export interface RunPort {
  table(name: LargeTable): Promise<Table<LargeTable>>;
  arrivals(round: number): Promise<Int32Array>;
  arrivalsOfNode(node: number): Promise<Int32Array>;
  grid(query: GridQuery): Promise<ArrivalGrid>;
  coverage(): Promise<Coverage>;
  moment(atUs: number): Promise<Moment>;
  scenarioText(): Promise<string>;
}

/** A run on the page's side. `close` ends the worker or the version, as its owner says. */
export function runDataOf(identity: Pick<RunData, 'key' | 'version' | 'live'>, core: RunCore, port: Remote<RunPort> | RunPort, close: () => void): RunData {
  const tables = new Map<LargeTable, Promise<unknown>>();
  let coverage: Promise<Coverage> | undefined;
  const asked = <T>(answer: Promise<T>): Promise<T> => answer.catch((thrown: unknown) => Promise.reject(problemOf(thrown, identity.key)));
  return {
    ...identity,
    ...core,
    table<N extends LargeTable>(name: N): Promise<Table<N>> {
      const known = tables.get(name) ?? asked(port.table(name));
      tables.set(name, known);
      known.catch(() => tables.delete(name)); // asked again, it is tried again
      return known as Promise<Table<N>>;
    },
    arrivals: (round) => asked(port.arrivals(round)),
    arrivalsOfNode: (node) => asked(port.arrivalsOfNode(node)),
    grid: (query) => asked(port.grid(query)),
    coverage() {
      coverage ??= asked(port.coverage());
      coverage.catch(() => (coverage = undefined));
      return coverage;
    },
    moment: (atUs) => asked(port.moment(atUs)),
    scenarioText: () => asked(port.scenarioText()),
    close,
  };
}

/** Every buffer inside columns, for `Comlink.transfer`: each once. */
export function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) buffersIn(inner, found);
  return [...found];
}
