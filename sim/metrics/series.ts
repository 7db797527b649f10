/** Columns over virtual time (sim/trace/record.ts › SERIES), filled while a run goes on. */
import { SERIES, type SeriesName, type SeriesRow } from '../trace/record.ts';

/** Whole seconds, so many that a run of `endUs` has at most 3,600 steps. */
export const stepUsFor = (endUs: number): number => Math.max(1, Math.ceil(endUs / 3_600_000_000)) * 1_000_000;

interface Column {
  readonly name: SeriesName;
  readonly labels: Readonly<Record<string, string>>;
  values: Float64Array;
}

export class SeriesSet {
  readonly stepUs: number;
  private readonly columns = new Map<string, Column>();

  constructor(stepUs: number) {
    this.stepUs = stepUs;
  }

  /** Adds to a count's step at `atUs`. */
  add(name: SeriesName, atUs: number, by: number, ledger?: string): void {
    const column = this.column(name, ledger);
    const index = this.index(column, atUs); // may replace `values`
    column.values[index] += by;
  }

  /** Sets a gauge's value in the step of `atUs`; the last one in a step stands. */
  set(name: SeriesName, atUs: number, value: number): void {
    const column = this.column(name, undefined);
    const index = this.index(column, atUs);
    column.values[index] = value;
  }

  /** All columns of a run that ended at `endUs`, and those of `also`, in the order of `SERIES`, all equally long. */
  rows(endUs: number, also?: SeriesSet): SeriesRow[] {
    const length = Math.max(1, Math.ceil(endUs / this.stepUs));
    const order = Object.keys(SERIES);
    return [...this.columns.values(), ...(also?.columns.values() ?? [])]
      .sort((x, y) => order.indexOf(x.name) - order.indexOf(y.name))
      .map(({ name, labels, values }) => {
        const cut = new Float64Array(length);
        cut.set(values.subarray(0, length));
        // What happens at the very end of the run counts with its last step.
        if (SERIES[name].kind === 'count' && values.length > length) cut[length - 1] += values[length];
        return { name, labels, stepUs: this.stepUs, values: cut };
      });
  }

  private column(name: SeriesName, ledger: string | undefined): Column {
    const key = ledger === undefined ? name : `${name}/${ledger}`;
    let column = this.columns.get(key);
    if (column === undefined) {
      column = { name, labels: ledger === undefined ? {} : { ledger }, values: new Float64Array(256) };
      this.columns.set(key, column);
    }
    return column;
  }

  private index(column: Column, atUs: number): number {
    const index = Math.floor(atUs / this.stepUs);
    if (index >= column.values.length) {
      const grown = new Float64Array(Math.max(index + 1, column.values.length * 2));
      grown.set(column.values);
      column.values = grown;
    }
    return index;
  }
}
