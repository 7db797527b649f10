/** A run in a worker: answers a `RunPort` from columns and arrivals, whatever they come from. */
import type { Table } from '../../sim/trace/columns.ts';
import type { ArrivalStore } from './arrivals.ts';
import { headTimeline, momentAt, stateTimeline, type HeadTimeline } from './moments.ts';
import type { RunCore, RunPort } from './port.ts';
import { coverRounds, emptyCoverage, gridOf } from './spread.ts';
import type { Coverage, LargeTable } from './run-data.ts';

/** What the model keeps of the core; the page gets the core itself. */
export type ModelColumns = Pick<RunCore, 'workRank'> & {
  readonly nodes: Pick<Table<'nodes'>, 'count' | 'initialState'>;
  readonly rounds: Pick<Table<'rounds'>, 'count' | 'parent' | 'number' | 'canonical' | 'foundAtUs'>;
  readonly nodeStates: Pick<RunCore['events']['node-state'], 'count' | 'atUs' | 'node' | 'state'>;
};

/** A copy, so that the core can be transferred. */
export function modelColumns({ nodes, rounds, events, workRank }: RunCore): ModelColumns {
  const changes = events['node-state'];
  return structuredClone({
    workRank,
    nodes: { count: nodes.count, initialState: nodes.initialState },
    rounds: { count: rounds.count, parent: rounds.parent, number: rounds.number, canonical: rounds.canonical, foundAtUs: rounds.foundAtUs },
    nodeStates: { count: changes.count, atUs: changes.atUs, node: changes.node, state: changes.state },
  });
}

export interface ModelInput {
  readonly columns: ModelColumns;
  readonly arrivals: () => Promise<ArrivalStore>;
  /** Rounds below its head that a node takes as final. */
  readonly finalityDepth: number;
  readonly table: (name: LargeTable) => Promise<Table<LargeTable>>;
  readonly scenarioText: () => Promise<string>;
}

export function makeModel({ columns, finalityDepth, arrivals, table, scenarioText }: ModelInput): RunPort {
  const { nodes, rounds, nodeStates, workRank } = columns;
  const states = stateTimeline(nodes, nodeStates);
  let store: Promise<ArrivalStore> | undefined;
  let heads: Promise<HeadTimeline> | undefined;
  let coverage: Promise<Coverage> | undefined;
  /** Arrivals with rows `from` … `to` in memory. A failure is not kept: the next who asks tries again. */
  const rows = async (from: number, to: number): Promise<ArrivalStore> => {
    store ??= arrivals();
    store.catch(() => (store = undefined));
    const all = await store;
    await all.need(from, to);
    return all;
  };
  const whole = (): Promise<ArrivalStore> => rows(0, rounds.count);
  return {
    table,
    scenarioText,
    async arrivals(round) {
      const { deltaUs } = await rows(round, round + 1);
      return deltaUs.slice(round * nodes.count, (round + 1) * nodes.count);
    },
    async arrivalsOfNode(node) {
      const { deltaUs } = await whole();
      return Int32Array.from({ length: rounds.count }, (_, round) => deltaUs[round * nodes.count + node]);
    },
    async grid({ rounds: range, order, rows: rowsWanted, columns: columnsWanted }) {
      const [from, to] = [Math.max(0, range[0]), Math.min(rounds.count, range[1])];
      const { deltaUs } = await rows(from, to);
      return gridOf(nodes.count, deltaUs, [from, to], order, rowsWanted, columnsWanted);
    },
    coverage() {
      coverage ??= whole().then(({ deltaUs }) => covered(rounds.count, nodes.count, deltaUs));
      coverage.catch(() => (coverage = undefined));
      return coverage;
    },
    async moment(atUs) {
      heads ??= whole().then(({ deltaUs }) => headTimeline(rounds, nodes.count, workRank, deltaUs, finalityDepth));
      heads.catch(() => (heads = undefined));
      return momentAt(atUs, rounds, states, await heads);
    },
  };
}

/** Cells worked through before other questions get their turn: some ten milliseconds. */
const CELLS_AT_ONCE = 200_000;

/** Lets the worker answer what was asked meanwhile. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function covered(rounds: number, nodes: number, deltaUs: Int32Array): Promise<Coverage> {
  const coverage = emptyCoverage(rounds);
  const step = Math.max(1, Math.floor(CELLS_AT_ONCE / nodes));
  for (let from = 0; from < rounds; from += step) {
    coverRounds(coverage, nodes, deltaUs, from, Math.min(rounds, from + step));
    await breathe();
  }
  return coverage;
}
