/**
 * Six chains side by side: what each ledger's blocks held, column by column of equal numbers of rounds, and what crossed from
 * one ledger to another. The final best chain only; lost rounds are the forks' matter.
 */
import { LEDGERS, type Ledger } from '../../../engine/tx/kinds.ts';
import type { Table } from '../../trace/columns.ts';
import { bestChain } from './contests.ts';

/** The six ledgers in the order of lanes. */
export { LEDGERS };

export interface Lanes {
  /** Columns, and rounds in each (fewer in the last). */
  readonly columns: number;
  readonly roundsPerColumn: number;
  /** By column: its first and last round, and the time its first was found. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly fromUs: Float64Array;
  /** By round: its column; −1 for genesis and for lost rounds. */
  readonly columnOf: Int32Array;
  /** `[ledger × columns + column]`: sums over the column's blocks. */
  readonly transactions: Float64Array;
  readonly gasUsed: Float64Array;
  /** By ledger, in the order of `LEDGERS`; genesis counts as a block. */
  readonly totals: readonly { readonly ledger: Ledger; readonly blocks: number; readonly transactions: number; readonly gasUsed: number }[];
}

type Rounds = Pick<Table<'rounds'>, 'count' | 'number' | 'canonical' | 'foundAtUs'>;

/** At most `columnsMax` columns. */
export function ledgerLanes(rounds: Rounds, blocks: Pick<Table<'ledgerBlocks'>, 'count' | 'round' | 'ledger' | 'transactions' | 'gasUsed'>, columnsMax: number): Lanes {
  const chain = bestChain(rounds).subarray(1);
  const roundsPerColumn = Math.max(1, Math.ceil(chain.length / columnsMax));
  const columns = Math.ceil(chain.length / roundsPerColumn);
  const columnOf = new Int32Array(rounds.count).fill(-1);
  chain.forEach((round, i) => void (columnOf[round] = Math.floor(i / roundsPerColumn)));
  const ledgers = blocks.ledger.values.map((name) => LEDGERS.indexOf(name as Ledger));
  const transactions = new Float64Array(LEDGERS.length * columns);
  const gasUsed = new Float64Array(LEDGERS.length * columns);
  const totals = LEDGERS.map((ledger) => ({ ledger, blocks: 0, transactions: 0, gasUsed: 0 }));
  for (let i = 0; i < blocks.count; i++) {
    const ledger = ledgers[blocks.ledger.codes[i]];
    if (ledger < 0 || rounds.canonical[blocks.round[i]] !== 1) continue;
    totals[ledger].blocks++;
    totals[ledger].transactions += blocks.transactions[i];
    totals[ledger].gasUsed += blocks.gasUsed[i];
    const column = columnOf[blocks.round[i]];
    if (column < 0) continue;
    transactions[ledger * columns + column] += blocks.transactions[i];
    gasUsed[ledger * columns + column] += blocks.gasUsed[i];
  }
  const at = (column: number): number => chain[Math.min(chain.length - 1, column * roundsPerColumn)];
  return {
    columns,
    roundsPerColumn,
    first: Int32Array.from({ length: columns }, (_, column) => at(column)),
    last: Int32Array.from({ length: columns }, (_, column) => chain[Math.min(chain.length, (column + 1) * roundsPerColumn) - 1]),
    fromUs: Float64Array.from({ length: columns }, (_, column) => rounds.foundAtUs[at(column)]),
    columnOf,
    transactions,
    gasUsed,
    totals,
  };
}

/** All effects of one pair of ledgers within one column: drawn as one arc. */
export interface Arc {
  readonly column: number;
  /** Places in `LEDGERS`: where the transaction is at home, and what it changed. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface Crossings {
  /** `[from × 6 + to]`: how often a transaction at home on `from` changed `to`. */
  readonly matrix: Float64Array;
  readonly arcs: readonly Arc[];
  /** Transactions that changed another ledger than their own. */
  readonly operations: number;
}

const N = LEDGERS.length;

/** Legs of the best chain, summed per column of `lanes` and pair of ledgers. A transaction stands in one round of a branch, so each counts once. */
export function crossings(legs: Pick<Table<'legs'>, 'count' | 'round' | 'home' | 'touched'>, lanes: Lanes): Crossings {
  const matrix = new Float64Array(N * N);
  const counts = new Float64Array(lanes.columns * N * N);
  const homes = legs.home.values.map((name) => LEDGERS.indexOf(name as Ledger));
  let operations = 0;
  for (let i = 0; i < legs.count; i++) {
    const column = lanes.columnOf[legs.round[i]];
    const from = homes[legs.home.codes[i]];
    if (column < 0 || from < 0) continue;
    operations++;
    for (let to = 0; to < N; to++) {
      if (((legs.touched[i] >> to) & 1) === 0) continue;
      matrix[from * N + to]++;
      counts[(column * N + from) * N + to]++;
    }
  }
  const arcs: Arc[] = [];
  counts.forEach((count, key) => {
    if (count > 0) arcs.push({ column: Math.floor(key / (N * N)), from: Math.floor(key / N) % N, to: key % N, count });
  });
  return { matrix, arcs, operations };
}
