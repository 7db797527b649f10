/** Histograms with about 5 % wide buckets: merged by adding, percentiles read off, never averaged. */
import type { HistogramRow } from '../trace/record.ts';

/** Lower edges 0, 1, 2, … 20, then each 1/16 above the last, rounded up, to 2^53. */
const EDGES: readonly number[] = (() => {
  const edges: number[] = [];
  for (let edge = 0; edge < Number.MAX_SAFE_INTEGER / 2; edge = edge < 20 ? edge + 1 : edge + Math.ceil(edge / 16)) edges.push(edge);
  return edges;
})();

export class Histogram {
  private readonly counts = new Float64Array(EDGES.length);

  /** Adds one value ≥ 0. */
  add(value: number): void {
    let low = 0;
    let high = EDGES.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (EDGES[middle] <= value) low = middle;
      else high = middle - 1;
    }
    this.counts[low]++;
  }

  row(name: string, unit: string, labels: Readonly<Record<string, string>> = {}): HistogramRow {
    const used = [...this.counts.keys()].filter((i) => this.counts[i] > 0);
    return { name, labels, unit, lower: used.map((i) => EDGES[i]), counts: used.map((i) => this.counts[i]) };
  }
}
