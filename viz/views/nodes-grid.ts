/** A table of many rows that sorts by its heads and pins rows on top; only what is in sight exists. Arrow keys, Enter selects, p pins. */
import { h } from '../draw/dom.ts';
import type { Direction } from '../../sim/report/views/node-facts.ts';

const ROW_PX = 26;
const TALL_PX = 480;
const SPARE = 6;

export interface GridColumn {
  readonly key: string;
  readonly name: string;
  /** What the name stands for, with its unit. */
  readonly hint: string;
  readonly number: boolean;
}

export interface GridOptions {
  readonly columns: readonly GridColumn[];
  readonly label: string;
  cell(row: number, column: number): string;
  onSort(key: string): void;
  onSelect(row: number): void;
  onPin(row: number): void;
}

export interface Grid {
  readonly element: HTMLElement;
  /** Rows in order, those of `pinned` first among them. */
  show(order: Int32Array, pinned: ReadonlySet<number>, sort: string, direction: Direction): void;
  select(row: number | undefined, reveal: boolean): void;
  /** The texts of one column may have changed. */
  rewrite(column: number): void;
}

export function makeGrid({ columns, label, cell, onSort, onSelect, onPin }: GridOptions): Grid {
  const heads = columns.map(({ key, name, hint, number }) => {
    const button = h('button', { type: 'button', class: 'quiet', title: hint, onclick: () => onSort(key) }, name);
    return { key, button, name, cell: h('th', { scope: 'col', class: number ? 'number' : undefined }, button) };
  });
  const body = h('tbody');
  const table = h(
    'table', {}, h('caption', { class: 'sr-only' }, label),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, h('span', { class: 'sr-only' }, 'pinned')), ...heads.map((head) => head.cell))), body,
  );
  const scroll = h(
    'div', { class: 'table-scroll nodes-scroll', tabindex: '0', role: 'region', 'aria-label': `${label}: arrows move, Enter selects, p pins` }, table,
  );
  let order: Int32Array = new Int32Array(0);
  let pins: ReadonlySet<number> = new Set();
  let current = -1;
  let selected: number | undefined;

  const refresh = (): void => {
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(order.length, first + Math.ceil(Math.max(scroll.clientHeight, TALL_PX) / ROW_PX) + 2 * SPARE);
    const spacer = (px: number): HTMLElement => {
      const filler = h('td', { colspan: columns.length + 1 });
      filler.style.cssText = `height:${px}px;padding:0;border:0`;
      return h('tr', { 'aria-hidden': 'true' }, filler);
    };
    const rows: HTMLElement[] = [];
    for (let at = first; at < last; at++) {
      const row = order[at];
      const pinned = pins.has(row);
      const classes = [at === current ? 'current' : '', row === selected ? 'selected' : '', pinned ? 'pinned' : ''].filter((name) => name !== '').join(' ');
      rows.push(h('tr', { 'data-at': at, 'aria-rowindex': at + 2, class: classes === '' ? undefined : classes, 'aria-current': row === selected ? 'true' : undefined },
        h(
          'td', {},
          h(
            'button',
            { type: 'button', class: 'quiet pin', tabindex: '-1', 'data-pin': row, 'aria-pressed': pinned, 'aria-label': `${pinned ? 'unpin' : 'pin'} ${cell(row, 0)}` },
            pinned ? '★' : '☆',
          ),
        ),
        ...columns.map(({ number }, column) => h('td', { class: number ? 'number' : undefined }, cell(row, column)))));
    }
    body.replaceChildren(...(first > 0 ? [spacer(first * ROW_PX)] : []), ...rows, ...(last < order.length ? [spacer((order.length - last) * ROW_PX)] : []));
    table.setAttribute('aria-rowcount', String(order.length + 1));
  };
  const moveTo = (at: number): void => {
    current = Math.min(Math.max(0, at), order.length - 1);
    const top = current * ROW_PX;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top + 2 * ROW_PX > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + 2 * ROW_PX - scroll.clientHeight;
    refresh();
  };
  const page = (): number => Math.max(1, Math.floor(scroll.clientHeight / ROW_PX) - 2);
  const ACTIONS: Readonly<Record<string, () => void>> = {
    ArrowDown: () => moveTo(current + 1), ArrowUp: () => moveTo(current - 1), PageDown: () => moveTo(current + page()), PageUp: () => moveTo(current - page()), Home: () => moveTo(0), End: () => moveTo(order.length - 1),
    Enter: () => current >= 0 && onSelect(order[current]),
    p: () => current >= 0 && onPin(order[current]),
  };
  scroll.addEventListener('scroll', refresh, { passive: true });
  scroll.addEventListener('keydown', (event) => {
    if (event.target !== scroll || event.ctrlKey || event.metaKey || event.altKey || order.length === 0) return;
    const action = ACTIONS[event.key];
    if (!action) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  });
  body.addEventListener('click', (event) => {
    const pin = (event.target as Element).closest('[data-pin]')?.getAttribute('data-pin');
    if (pin !== null && pin !== undefined) return onPin(Number(pin));
    const at = (event.target as Element).closest('tr')?.getAttribute('data-at');
    if (at === null || at === undefined) return;
    current = Number(at);
    onSelect(order[current]);
    refresh();
  });
  return {
    element: scroll,
    rewrite(column) {
      for (const row of body.children) {
        const at = row.getAttribute('data-at');
        const place = row.children[column + 1];
        if (at === null || !place) continue;
        const text = cell(order[Number(at)], column);
        if (place.textContent !== text) place.textContent = text;
      }
    },
    show(rows, pinned, sort, direction) {
      [order, pins] = [rows, pinned];
      current = Math.min(current, order.length - 1);
      for (const head of heads) {
        const on = head.key === sort;
        head.cell.setAttribute('aria-sort', on ? (direction === 'up' ? 'ascending' : 'descending') : 'none');
        head.button.textContent = `${head.name}${on ? (direction === 'up' ? ' ▲' : ' ▼') : ''}`;
      }
      refresh();
    },
    select(row, reveal) {
      selected = row;
      const at = row === undefined ? -1 : order.indexOf(row);
      if (at >= 0 && reveal) moveTo(at);
      else refresh();
    },
  };
}
