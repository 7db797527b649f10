/** Drawings as SVG text: no script, no fonts, no outside reference. Colours are roles of the page's style (`--c1` …), and never the only sign. */
import { ln } from '../kernel/exact-math.ts';

export const escapeXml = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '·').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export interface Axis {
  readonly from: number;
  readonly to: number;
  /** What, in which unit. */
  readonly label: string;
  readonly log?: boolean;
  /** Default: round values. */
  readonly ticks?: readonly number[];
  readonly text?: (value: number) => string;
}

/** A drawing with axes, into whose `marks` SVG text goes. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(value: number): number;
  y(value: number): number;
  readonly marks: string[];
  /** The whole, as one `svg` element. `label` says what it shows to those who do not see it. */
  svg(label: string): string;
}

export const WIDTH = 720;
const RIGHT = 14;
/** Width of a character of the labels, about. */
const CHARACTER = 6;
/** Dashes of line i: told apart without colour. */
export const DASHES = ['', '7 4', '2 3', '9 3 2 3', '4 4', '1 4'] as const;
export const colour = (i: number): string => `var(--c${(i % 6) + 1})`;

/** To a tenth of a pixel. */
export const px = (value: number): string => {
  const text = value.toFixed(1);
  return text.endsWith('.0') ? text.slice(0, -2) : text;
};

/** 1, 2 or 5 × 10^n steps between `from` and `to`, at most `most` of them. */
export function ticks(from: number, to: number, most: number): number[] {
  const range = to - from;
  if (!(range > 0)) return [from];
  let step = 1;
  while (step * 10 <= range / most) step *= 10;
  while (step > range / most) step /= 10;
  const size = [1, 2, 5, 10].map((m) => m * step).find((s) => range / s <= most) ?? 10 * step;
  const first = Math.ceil(from / size - 1e-9);
  return Array.from({ length: Math.floor(to / size + 1e-9) - first + 1 }, (_, i) => (first + i) * size);
}

/** Powers of ten within the bounds, and 3 × 10^n between them. */
function logTicks(from: number, to: number): number[] {
  const found: number[] = [];
  for (let power = 1; power <= to; power *= 10) for (const tick of [power, 3 * power]) if (tick >= from && tick <= to) found.push(tick);
  return found;
}

const label = (value: number): string => (value === 0 ? '0' : Math.abs(value) >= 1_000 ? Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',') : Math.abs(value) >= 1 ? String(Math.round(value * 100) / 100) : value.toPrecision(2).replace(/(\.\d*?)0+$/, '$1'));

export function plot({ x, y, height = 240 }: { readonly x: Axis; readonly y: Axis; readonly height?: number }): Plot {
  const textOf = (axis: Axis, value: number): string => axis.text?.(value) ?? label(value);
  const ticksOf = (axis: Axis, most: number): readonly number[] => axis.ticks ?? (axis.log === true ? logTicks(axis.from, axis.to) : ticks(axis.from, axis.to, most));
  const yTicks = ticksOf(y, 5);
  const left = Math.ceil(14 + CHARACTER * Math.max(1, ...yTicks.map((tick) => textOf(y, tick).length)));
  const [right, top, bottom] = [WIDTH - RIGHT, 22, height - 38];
  const scale = ({ from, to, log }: Axis, start: number, end: number) => {
    const place = (value: number): number => (log === true ? ln(Math.max(value, from)) : value);
    const [low, high] = [place(from), place(to)];
    return (value: number): number => start + (Math.min(1, Math.max(0, high === low ? 0 : (place(value) - low) / (high - low)))) * (end - start);
  };
  const [sx, sy] = [scale(x, left, right), scale(y, bottom, top)];
  const axes: string[] = [];
  for (const tick of yTicks) axes.push(`<path class="grid" d="M${left} ${px(sy(tick))}H${right}"/><text x="${left - 6}" y="${px(sy(tick))}" dy="4" text-anchor="end">${escapeXml(textOf(y, tick))}</text>`);
  let free = 0;
  for (const tick of ticksOf(x, 9)) {
    const [at, text] = [sx(tick), textOf(x, tick)];
    const half = (text.length * CHARACTER) / 2;
    axes.push(`<path class="tick" d="M${px(at)} ${bottom}v4"/>`);
    if (at - half < free) continue;
    axes.push(`<text x="${px(Math.min(at, WIDTH - half))}" y="${bottom + 16}" text-anchor="middle">${escapeXml(text)}</text>`);
    free = at + half + 8;
  }
  axes.push(`<path class="tick" d="M${left} ${bottom}H${right}"/>`, `<text class="unit" x="${right}" y="${height - 5}" text-anchor="end">${escapeXml(x.label)}</text>`, `<text class="unit" x="2" y="12">${escapeXml(y.label)}</text>`);
  const marks: string[] = [];
  return {
    left, right, top, bottom, x: sx, y: sy, marks,
    svg: (what) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(what)}">\n${[...axes, ...marks].join('\n')}\n</svg>`,
  };
}

export type Point = readonly [x: number, y: number];

/** Path through points in the plot's values. */
export const pathOf = ({ x, y }: Plot, points: readonly Point[]): string => points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${px(x(a))} ${px(y(b))}`).join('');

export const line = (plotted: Plot, points: readonly Point[], i: number, width = 1.8): string =>
  `<path d="${pathOf(plotted, points)}" fill="none" stroke="${colour(i)}" stroke-width="${width}" stroke-linejoin="round" stroke-dasharray="${DASHES[i % DASHES.length]}"/>`;

/** The area between two lines over the same x. */
export function area(plotted: Plot, low: readonly Point[], high: readonly Point[], fill: string): string {
  const back = [...low].reverse().map(([a, b]) => `L${px(plotted.x(a))} ${px(plotted.y(b))}`).join('');
  return `<path d="${pathOf(plotted, high)}${back}Z" fill="${fill}"/>`;
}

/** Spans of time to shade behind the marks, such as faults. */
export const shade = ({ x, top, bottom }: Plot, spans: readonly { readonly name: string; readonly from: number; readonly to: number }[]): string[] =>
  spans.filter(({ from, to }) => x(to) > x(from)).map(({ name, from, to }) => `<rect class="span" x="${px(x(from))}" y="${top}" width="${px(x(to) - x(from))}" height="${px(bottom - top)}"><title>${escapeXml(name)}</title></rect>`);

/** Many equal cells of one look as one path: runs along a row are joined. `at` gives the look of a cell; −1 is none. */
export function cells(columns: number, rows: number, left: number, top: number, width: number, height: number, at: (column: number, row: number) => number, looks: readonly string[]): string[] {
  const paths = looks.map(() => '');
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns;) {
      const look = at(column, row);
      let end = column + 1;
      while (end < columns && at(end, row) === look) end++;
      if (look >= 0) paths[look] += `M${px(left + column * width)} ${px(top + row * height)}h${px((end - column) * width)}v${px(height)}h-${px((end - column) * width)}z`;
      column = end;
    }
  }
  return paths.flatMap((path, look) => (path === '' ? [] : [`<path d="${path}" fill="${looks[look]}"/>`]));
}

export interface Key {
  readonly name: string;
  readonly fill: string;
  /** A line with this dash; a square where it is absent. */
  readonly dash?: string;
}

/** A key as a list under the title: it wraps, and can be read aloud. */
export const keyHtml = (keys: readonly Key[]): string =>
  keys.length === 0 ? '' : `<ul class="key">${keys.map(({ name, fill, dash }) => `<li><svg viewBox="0 0 22 10" aria-hidden="true">${dash === undefined ? `<rect width="12" height="10" x="5" fill="${fill}"/>` : `<path d="M0 5H22" stroke="${fill}" stroke-width="2.6" stroke-dasharray="${dash}"/>`}</svg>${escapeXml(name)}</li>`).join('')}</ul>`;
