/** The data behind a drawing, as rows and columns: shown as a table, saved as CSV. Cells are asked for one by one, so a million rows cost nothing until seen. */

export interface TableColumn {
  /** With its unit in brackets where it has one: `arrival (ms)`. */
  readonly name: string;
  /** Right-aligned, tabular figures. */
  readonly number?: boolean;
}

export type Cell = string | number | bigint | undefined;

export interface TableData {
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** The exact value: CSV holds it as it is, the screen may group its digits. */
  cell(row: number, column: number): Cell;
  /** What a click or Enter on a row selects. */
  readonly onRow?: (row: number) => void;
}

/** A table of rows that exist already. */
export const tableOf = (columns: readonly (string | TableColumn)[], rows: readonly (readonly Cell[])[]): TableData => ({
  columns: columns.map((column, i) => (typeof column === 'string' ? { name: column, number: rows.length > 0 && typeof rows[0][i] !== 'string' } : column)),
  rows: rows.length,
  cell: (row, column) => rows[row][column],
});

/** A spreadsheet must not take a name out of a run for a formula: such text gets an apostrophe before it. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180: comma, CRLF, quotes where needed. Missing values are empty. */
export function csvOf(table: TableData): string {
  const field = (cell: Cell): string => {
    if (cell === undefined) return '';
    if (typeof cell !== 'string') return String(cell);
    const text = FORMULA.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [table.columns.map(({ name }) => field(name)).join(',')];
  for (let row = 0; row < table.rows; row++) lines.push(table.columns.map((_, column) => field(table.cell(row, column))).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}
