/** What the arrivals amount to: coverage per round, and pictures with one cell for many. */
import type { ArrivalGrid, Coverage } from './run-data.ts';

/** Rank of the node at which a share of all is reached. */
const rankOf = (share: number, nodes: number): number => Math.max(0, Math.ceil(share * nodes) - 1);

/** Coverage of no round yet. */
export function emptyCoverage(rounds: number): Coverage {
  const column = (): Float64Array => new Float64Array(rounds);
  return { count: rounds, p50: column(), p90: column(), p99: column(), all: column(), reached: new Int32Array(rounds) };
}

/** Fills in rounds `from` … `to` (not included): the times until shares of ALL nodes had each; nodes that never had it count as never. */
export function coverRounds(coverage: Coverage, nodes: number, deltaUs: Int32Array, from: number, to: number): void {
  const row = new Int32Array(nodes);
  for (let round = from; round < to; round++) {
    let reached = 0;
    for (let node = 0; node < nodes; node++) {
      const delta = deltaUs[round * nodes + node];
      if (delta >= 0) row[reached++] = delta;
    }
    const times = row.subarray(0, reached).sort();
    const at = (share: number): number => (rankOf(share, nodes) < reached ? times[rankOf(share, nodes)] : Infinity);
    [coverage.p50[round], coverage.p90[round], coverage.p99[round], coverage.all[round], coverage.reached[round]] = [at(0.5), at(0.9), at(0.99), at(1), reached];
  }
}

/** Edges that divide `count` things into `bins` as evenly as whole numbers allow. */
export const edges = (from: number, to: number, bins: number): Int32Array => Int32Array.from({ length: bins + 1 }, (_, i) => from + Math.floor(((to - from) * i) / bins));

/** Latest arrival per cell; −1 as soon as one of its nodes never had one of its rounds. */
export function gridOf(nodes: number, deltaUs: Int32Array, range: readonly [number, number], order: Int32Array | undefined, rowsWanted: number, columnsWanted: number): ArrivalGrid {
  const shown = order?.length ?? nodes;
  const rows = Math.max(1, Math.min(rowsWanted, shown));
  const columns = Math.max(1, Math.min(columnsWanted, range[1] - range[0]));
  const [rowStarts, columnStarts] = [edges(0, shown, rows), edges(range[0], range[1], columns)];
  const values = new Int32Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    for (let round = columnStarts[column]; round < columnStarts[column + 1]; round++) {
      for (let row = 0; row < rows; row++) {
        let latest = values[row * columns + column];
        for (let i = rowStarts[row]; i < rowStarts[row + 1] && latest >= 0; i++) {
          const delta = deltaUs[round * nodes + (order ? order[i] : i)];
          latest = delta < 0 ? -1 : Math.max(latest, delta);
        }
        values[row * columns + column] = latest;
      }
    }
  }
  return { rows, columns, values, rowStarts, columnStarts };
}
