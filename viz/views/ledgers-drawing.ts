/** Draws six lanes with bars, gas and arcs; and the arcs of the whole run between six points. */
import { LEDGERS, type Crossings, type Lanes as LaneSums } from '../../sim/report/views/ledger-lanes.ts';
import { counted } from '../../sim/report/views/words.ts';
import type { RunData } from '../data/run-data.ts';
import { s } from '../draw/dom.ts';
import { clock, count } from '../draw/format.ts';
import type { Surface } from '../draw/panel.ts';

const LANE_PX = 68;
const TOP_PX = 18;
const AXIS_PX = 38;
export const LANES_HEIGHT = TOP_PX + LEDGERS.length * LANE_PX + AXIS_PX;
const BAR_PX = LANE_PX * 0.62;
const LEFT_PX = 88;
const RIGHT_PX = 12;
/** More arcs than this are drawn faintly, and plainly only in the marked column. */
const PLAIN_ARCS = 60;

type Lanes = LaneSums & { readonly columnsMax: number };

export interface LanePicture {
  columnAt(x: number): number | undefined;
  /** The column of the selected round, with its arcs in full. */
  mark(round: number): void;
}

export function drawLanes({ svg, width }: Surface, lanes: Lanes, { arcs }: Crossings, run: RunData): LanePicture {
  const { columns, transactions, gasUsed } = lanes;
  const step = (width - LEFT_PX - RIGHT_PX) / Math.max(1, columns);
  const x = (column: number): number => LEFT_PX + column * step;
  const base = (ledger: number): number => TOP_PX + (ledger + 1) * LANE_PX - 8;
  const most = transactions.reduce((max, n) => Math.max(max, n), 1);
  const mostGas = gasUsed.reduce((max, n) => Math.max(max, n), 1);
  const bottom = TOP_PX + LEDGERS.length * LANE_PX;
  const back = s('g', { class: 'axis' });
  const bars = s('g');
  const crossing = s('g', { fill: 'none' });

  LEDGERS.forEach((ledger, i) => {
    const y = base(i);
    back.append(
      s('line', { class: 'base', x1: LEFT_PX, x2: width - RIGHT_PX, y1: y, y2: y }),
      s('text', { class: 'strong', x: LEFT_PX - 10, y: y - BAR_PX / 2, 'text-anchor': 'end' }, ledger),
      s('text', { x: LEFT_PX - 10, y: y - BAR_PX / 2 + 14, 'text-anchor': 'end' }, `${count(lanes.totals[i].transactions)} tx`),
    );
    let gas = '';
    for (let column = 0; column < columns; column++) {
      const [tx, used] = [transactions[i * columns + column], gasUsed[i * columns + column]];
      const tall = (tx / most) * BAR_PX;
      if (tx > 0) bars.append(s(
        'rect',
        { x: x(column) + step * 0.12, width: Math.max(1, step * 0.76), y: y - tall, height: tall, fill: `var(--ledger-${ledger})`, 'fill-opacity': 0.6 },
        s('title', {}, `${ledger}, round ${roundsText(lanes, run, column)}: ${counted(tx, 'transaction')}, ${count(used)} gas`),
      ));
      gas += `${gas === '' ? 'M' : 'L'}${(x(column) + step / 2).toFixed(1)},${(y - (used / mostGas) * BAR_PX).toFixed(1)}`;
    }
    bars.append(s('path', { d: gas, fill: 'none', stroke: 'var(--ink)', 'stroke-width': 1.2, 'stroke-linejoin': 'round' }));
  });

  const largest = arcs.reduce((max, { count: n }) => Math.max(max, n), 1);
  const byColumn = new Map<number, SVGGElement>();
  for (const { column, from, to, count: n } of arcs) {
    let group = byColumn.get(column);
    if (!group) {
      group = s('g', { class: arcs.length > PLAIN_ARCS ? 'arcs faint' : 'arcs' });
      byColumn.set(column, group);
      crossing.append(group);
    }
    const [px, y0, y1] = [x(column) + step / 2, base(from), base(to)];
    const bulge = px + Math.min(step * 1.6, 22) * (Math.abs(to - from) / 2.5 + 0.4);
    const told = s('title', {}, `${counted(n, 'transaction')} of ${LEDGERS[from]} changed ${LEDGERS[to]}, round ${roundsText(lanes, run, column)}`);
    group.append(
      s(
        'path',
        { d: `M${px},${y0}C${bulge},${y0} ${bulge},${y1} ${px},${y1}`, stroke: `var(--ledger-${LEDGERS[from]})`, 'stroke-width': 1 + 4 * Math.sqrt(n / largest) },
        told,
      ),
      s('circle', { cx: px, cy: y1, r: 2.4, fill: `var(--ledger-${LEDGERS[from]})` }),
    );
  }

  let free = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < columns; column++) {
    const at = x(column) + step / 2;
    if (at - 30 < free) continue;
    back.append(
      s('line', { class: 'tick', x1: at, x2: at, y1: bottom, y2: bottom + 4 }),
      s('text', { x: at, y: bottom + 16, 'text-anchor': 'middle' }, clock(lanes.fromUs[column]).slice(0, -4)),
    );
    free = at + 30;
  }
  const box = s('rect', { class: 'cell-mark', y: TOP_PX - 6, height: bottom - TOP_PX + 6, display: 'none' });
  svg.classList.add('pick');
  svg.replaceChildren(
    back, bars, crossing, box,
    s('text', { class: 'unit', x: 4, y: 12 }, `tallest bar ${count(most)} tx, highest gas ${count(mostGas)}, per column`),
    s('text', { class: 'unit', x: width - RIGHT_PX, y: bottom + AXIS_PX - 6, 'text-anchor': 'end' }, 'virtual time of finding (min:s); columns in order of rounds'),
  );
  let marked: SVGGElement | undefined;
  return {
    columnAt: (px) => (px < LEFT_PX || px > width - RIGHT_PX || columns === 0 ? undefined : Math.min(columns - 1, Math.floor((px - LEFT_PX) / step))),
    mark(round) {
      const column = lanes.columnOf[round] ?? -1;
      marked?.classList.remove('marked');
      marked = byColumn.get(column);
      marked?.classList.add('marked');
      if (column < 0) return void box.setAttribute('display', 'none');
      box.removeAttribute('display');
      box.setAttribute('x', String(x(column)));
      box.setAttribute('width', String(step));
    },
  };
}

function roundsText({ first, last }: LaneSums, { rounds }: RunData, column: number): string {
  const [a, b] = [rounds.number[first[column]], rounds.number[last[column]]];
  return a === b ? String(a) : `${a} to ${b}`;
}

/** Ledgers on a line; arcs on the right lead down, on the left up. Width by count. */
export function drawArcs({ svg, width, height }: Surface, matrix: Float64Array): void {
  const n = LEDGERS.length;
  const middle = width / 2;
  const y = (ledger: number): number => 26 + ((height - 44) * ledger) / (n - 1);
  const most = matrix.reduce((max, value) => Math.max(max, value), 1);
  const arcs = s('g', { fill: 'none' });
  const labels = s('g');
  matrix.forEach((value, key) => {
    if (value === 0) return;
    const [from, to] = [Math.floor(key / n), key % n];
    const side = to > from ? 1 : -1;
    const start = middle + side * 46;
    const reach = start + side * (28 + (Math.abs(to - from) * (width / 2 - 110)) / (n - 1)) * 1.25;
    const name = LEDGERS[from];
    const offset = side * 3;
    const [y0, y1] = [y(from) + offset, y(to) - offset];
    const wide = 1.2 + 9 * Math.sqrt(value / most);
    const told = s('title', {}, `${counted(value, 'transaction')} of ${name} changed ${LEDGERS[to]}`);
    arcs.append(
      s(
        'path',
        { d: `M${start},${y0}C${reach},${y0} ${reach},${y1} ${start + side * 8},${y1}`, stroke: `var(--ledger-${name})`, 'stroke-width': wide, 'stroke-opacity': 0.6 },
        told,
      ),
      s('path', { d: `M${start},${y1}l${side * 9},-5v10Z`, fill: `var(--ledger-${name})` }),
    );
    const peak = start + 0.75 * (reach - start);
    labels.append(s('text', { class: 'halo', x: peak, y: (y0 + y1) / 2, dy: '0.34em', 'text-anchor': 'middle' }, count(value)));
  });
  svg.replaceChildren(arcs, ...LEDGERS.map((ledger, i) => s('text', { class: 'strong', x: middle, y: y(i), dy: '0.34em', 'text-anchor': 'middle' }, ledger)), labels,
    s('text', { class: 'unit', x: 4, y: 12 }, '← up the list'), s('text', { class: 'unit', x: width - 4, y: 12, 'text-anchor': 'end' }, 'down the list →'));
}
