/** The part of the matrix that is in sight: zooming and moving by whole cells, and how the address writes it. */
import type { Area } from '../../sim/report/views/lateness.ts';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export const whole = ({ rows, columns }: Size): Area => ({ row0: 0, row1: rows, column0: 0, column1: columns });

/** `ROW-ROW-COLUMN-COLUMN`; undefined for all of it. */
export const areaText = ({ row0, row1, column0, column1 }: Area, size: Size): string | undefined =>
  row0 === 0 && row1 === size.rows && column0 === 0 && column1 === size.columns ? undefined : `${row0}-${row1}-${column0}-${column1}`;

/** What an address says; all of it where that is no part of a matrix of this size. */
export function areaOf(text: string | undefined, size: Size): Area {
  const [row0, row1, column0, column1] = /^(\d{1,6})-(\d{1,6})-(\d{1,6})-(\d{1,6})$/.exec(text ?? '')?.slice(1).map(Number) ?? [];
  return row0 < row1 && row1 <= size.rows && column0 < column1 && column1 <= size.columns ? { row0, row1, column0, column1 } : whole(size);
}

/** `by` below 1 zooms in, above out, about a place that keeps where it is; at least one cell stays, at most all. */
export function zoomed({ row0, row1, column0, column1 }: Area, size: Size, by: number, aboutRow = (row0 + row1) / 2, aboutColumn = (column0 + column1) / 2): Area {
  const span = (from: number, to: number, all: number, about: number): [number, number] => {
    const length = Math.max(1, Math.min(all, by < 1 ? Math.floor((to - from) * by) : Math.ceil((to - from) * by)));
    // A single cell is the one that holds the place.
    const start = length === 1 ? Math.floor(about) : Math.round(about - ((about - from) / (to - from)) * length);
    const first = Math.max(0, Math.min(all - length, start));
    return [first, first + length];
  };
  const [rows, columns] = [span(row0, row1, size.rows, aboutRow), span(column0, column1, size.columns, aboutColumn)];
  return { row0: rows[0], row1: rows[1], column0: columns[0], column1: columns[1] };
}

/** By shares of what is in sight, at least one cell, never beyond the edges. */
export function moved({ row0, row1, column0, column1 }: Area, size: Size, byRows: number, byColumns: number): Area {
  const shift = (from: number, to: number, all: number, share: number): number =>
    share === 0 ? 0 : Math.max(-from, Math.min(all - to, Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * (to - from)))));
  const [r, c] = [shift(row0, row1, size.rows, byRows), shift(column0, column1, size.columns, byColumns)];
  return { row0: row0 + r, row1: row1 + r, column0: column0 + c, column1: column1 + c };
}

/** All cells that a rectangle touches; its corners are places in cells, in any order. */
export function touched(size: Size, [rowA, columnA]: readonly [number, number], [rowB, columnB]: readonly [number, number]): Area {
  const span = (a: number, b: number, all: number): [number, number] => {
    const first = Math.max(0, Math.min(all - 1, Math.floor(Math.min(a, b))));
    return [first, Math.max(first + 1, Math.min(all, Math.ceil(Math.max(a, b))))];
  };
  const [rows, columns] = [span(rowA, rowB, size.rows), span(columnA, columnB, size.columns)];
  return { row0: rows[0], row1: rows[1], column0: columns[0], column1: columns[1] };
}

/** Whole numbers from `from` up to before `to`, at most `most` of them, evenly. */
export function wholeTicks(from: number, to: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].find((n) => (to - from) / n <= Math.max(2, most)) ?? to - from;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) ticks.push(tick);
  return ticks;
}
