/** A table of any length: only the rows in sight exist. Arrow keys, Page Up and Down, Home and End move; Enter selects. */
import { h } from './dom.ts';
import type { Cell, TableData } from './table.ts';

const ROW_PX = 26;
/** A browser's tallest element is about 33 million px; rows beyond are reached through CSV. */
const ROWS_MAX = 1_000_000;
/** What is in sight at least counts as so high: before the first rows are there, the element has no height of its own. */
const TALL_PX = 420;
/** Rows drawn above and below what is in sight. */
const SPARE = 6;

/** Fills `host`; called again with other data it keeps the place. */
export function virtualTable(host: HTMLElement, data: TableData, caption: string): void {
  const rows = Math.min(data.rows, ROWS_MAX);
  const place = host.querySelector('.table-scroll')?.scrollTop ?? 0;
  const head = h('tr', {}, ...data.columns.map(({ name, number }) => h('th', { scope: 'col', class: number === true ? 'number' : undefined }, name)));
  const body = h('tbody');
  const table = h('table', { 'aria-rowcount': rows + 1 }, h('caption', { class: 'sr-only' }, caption), h('thead', {}, head), body);
  const scroll = h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': `table: ${caption}` }, table);
  let current = -1;

  const show = (): void => {
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(rows, first + Math.ceil(Math.max(scroll.clientHeight, TALL_PX) / ROW_PX) + 2 * SPARE);
    const spacer = (px: number): HTMLElement => {
      const cell = h('td', { colspan: data.columns.length });
      cell.style.cssText = `height:${px}px;padding:0;border:0`;
      return h('tr', { 'aria-hidden': 'true' }, cell);
    };
    const shown: HTMLElement[] = [];
    for (let row = first; row < last; row++) {
      const cells = data.columns.map(({ number }, column) => h('td', { class: number === true ? 'number' : undefined }, textOf(data.cell(row, column))));
      shown.push(h('tr', { 'aria-rowindex': row + 2, class: row === current ? 'current' : undefined, 'data-row': row }, ...cells));
    }
    body.replaceChildren(...(first > 0 ? [spacer(first * ROW_PX)] : []), ...shown, ...(last < rows ? [spacer((rows - last) * ROW_PX)] : []));
  };
  const moveTo = (row: number): void => {
    current = Math.min(Math.max(0, row), rows - 1);
    const top = current * ROW_PX;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + 2 * ROW_PX > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + 2 * ROW_PX - scroll.clientHeight;
    show();
  };
  const page = (): number => Math.max(1, Math.floor(scroll.clientHeight / ROW_PX) - 2);
  const MOVES: Readonly<Record<string, () => number>> = {
    ArrowDown: () => current + 1, ArrowUp: () => current - 1, PageDown: () => current + page(), PageUp: () => current - page(), Home: () => 0, End: () => rows - 1,
  };
  scroll.addEventListener('scroll', show, { passive: true });
  scroll.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (move && rows > 0) moveTo(move());
    else if (event.key === 'Enter' && current >= 0) data.onRow?.(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  body.addEventListener('click', (event) => {
    const row = (event.target as Element).closest('tr')?.getAttribute('data-row');
    if (row === null || row === undefined) return;
    current = Number(row);
    data.onRow?.(current);
    show();
  });
  host.replaceChildren(scroll, h('p', { class: 'table-count', 'data-rows': data.rows }, rows < data.rows ? `first ${grouped(rows)} of ${grouped(data.rows)} rows; CSV has them all` : `${grouped(rows)} ${rows === 1 ? 'row' : 'rows'}`));
  scroll.scrollTop = place;
  show();
}

const grouped = (n: number): string => n.toLocaleString('en');

/** Digits grouped, whole numbers in full, six digits of fractions; exact values are in the CSV. */
function textOf(cell: Cell): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' && !Number.isFinite(cell)) return Number.isNaN(cell) ? '–' : 'never';
  return cell.toLocaleString('en', typeof cell === 'number' && Math.abs(cell) < 1 ? { maximumSignificantDigits: 6 } : { maximumFractionDigits: 6 });
}
