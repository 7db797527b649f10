/** Axes of a drawing: scales, ticks, grid, units. What stands between them is the caller's. */
import { scaleLinear, scaleLog } from 'd3';
import { figure } from '../../../sim/report/format.ts';
import { s } from '../../draw/dom.ts';
import type { Surface } from '../../draw/panel.ts';
import './charts.css';

export interface AxisSpec {
  readonly from: number;
  readonly to: number;
  readonly log?: boolean;
  /** What and in which unit; the clock too where it is a time. */
  readonly label: string;
  /** Default: round values. */
  readonly ticks?: readonly number[];
  readonly text?: (value: number) => string;
  /** No line across the drawing at each tick. */
  readonly plain?: boolean;
}

/** A drawing with its axes. Coordinates are CSS pixels of the surface. */
export interface Plot {
  readonly surface: Surface;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(value: number): number;
  y(value: number): number;
  /** The value at a pixel, kept within the axis. */
  xAt(px: number): number;
  yAt(px: number): number;
  /** Between grid and axes; and above everything. */
  readonly marks: SVGGElement;
  readonly over: SVGGElement;
}

export interface Margins {
  readonly left?: number;
  readonly right?: number;
  readonly top?: number;
  readonly bottom?: number;
}

/** Width of a character of the axes' font, about. */
const CHARACTER = 6.2;

/** Draws axes into the emptied SVG. */
export function plotOn(surface: Surface, x: AxisSpec, y: AxisSpec, margins: Margins = {}): Plot {
  const { width, height, svg } = surface;
  const yTicks = ticksOf(y, Math.max(2, Math.floor(height / 46)));
  const widest = Math.max(...yTicks.map((tick) => textOf(y, tick).length), 1);
  const left = margins.left ?? Math.ceil(Math.min(120, 10 + widest * CHARACTER));
  const [right, top, bottom] = [width - (margins.right ?? 12), margins.top ?? 24, height - (margins.bottom ?? 38)];
  const scaleOf = ({ log, from, to }: AxisSpec, start: number, end: number) => (log ? scaleLog() : scaleLinear()).domain([from, to]).range([start, end]).clamp(true);
  const [sx, sy] = [scaleOf(x, left, right), scaleOf(y, bottom, top)];
  const grid = s('g', { class: 'axis' });
  for (const tick of yTicks) {
    const at = sy(tick);
    if (!y.plain) grid.append(s('line', { class: 'gridline', x1: left, x2: right, y1: at, y2: at }));
    grid.append(s('text', { x: left - 6, y: at, dy: '0.32em', 'text-anchor': 'end' }, textOf(y, tick)));
  }
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of ticksOf(x, Math.max(2, Math.floor((right - left) / 70)))) {
    const [at, text] = [sx(tick), textOf(x, tick)];
    const half = (text.length * CHARACTER) / 2;
    if (!x.plain) grid.append(s('line', { class: 'gridline', x1: at, x2: at, y1: top, y2: bottom }));
    grid.append(s('line', { class: 'tick', x1: at, x2: at, y1: bottom, y2: bottom + 4 }));
    if (at - half < free) continue;
    const shift = Math.min(0, width - 2 - (at + half));
    grid.append(s('text', { x: at + shift, y: bottom + 16, 'text-anchor': 'middle' }, text));
    free = at + half + 8;
  }
  grid.append(
    s('line', { class: 'base', x1: left, x2: right, y1: bottom, y2: bottom }),
    s('text', { class: 'unit', x: right, y: height - 5, 'text-anchor': 'end' }, x.label),
    s('text', { class: 'unit', x: 4, y: 12 }, y.label),
  );
  const [marks, over] = [s('g', { class: 'marks' }), s('g', { class: 'over' })];
  svg.replaceChildren(grid, marks, over);
  return { surface, left, right, top, bottom, x: sx, y: sy, xAt: (px) => sx.invert(px), yAt: (px) => sy.invert(px), marks, over };
}

const textOf = (axis: AxisSpec, value: number): string => axis.text?.(value) ?? figure(value);

function ticksOf({ from, to, log, ticks }: AxisSpec, most: number): readonly number[] {
  if (ticks) return ticks.filter((tick) => tick >= from && tick <= to);
  if (!log) return scaleLinear().domain([from, to]).ticks(most);
  // Powers of ten, and 2 and 5 between them where there is room.
  const decades = Math.log10(to / from);
  const steps = decades * 3 <= most ? [1, 2, 5] : decades * 2 <= most ? [1, 3] : [1];
  const result: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (tick >= from * 0.999 && tick <= to * 1.001) result.push(tick);
    }
  }
  return result;
}

/** `yMax` for a linear axis from 0: never 0, a little above the largest value. */
export const roof = (largest: number): number => (largest > 0 ? largest * 1.06 : 1);

/** Through all points that are numbers, broken where one is not. */
export function linePath(count: number, x: (i: number) => number, y: (i: number) => number): string {
  let path = '';
  let pen = false;
  for (let i = 0; i < count; i++) {
    const [px, py] = [x(i), y(i)];
    if (Number.isFinite(px) && Number.isFinite(py)) {
      path += `${pen ? 'L' : 'M'}${px.toFixed(1)},${py.toFixed(1)}`;
      pen = true;
    } else pen = false;
  }
  return path;
}

/** The area between two lines over the same points. */
export function areaPath(count: number, x: (i: number) => number, low: (i: number) => number, high: (i: number) => number): string {
  if (count === 0) return '';
  const back = linePath(count, (i) => x(count - 1 - i), (i) => low(count - 1 - i)).replace(/^M/, 'L');
  return `${linePath(count, x, high)}${back}Z`;
}

export const lineMark = (d: string, stroke: string, width = 1.7, dash = ''): SVGPathElement =>
  s('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-linejoin': 'round', 'stroke-dasharray': dash === '' ? undefined : dash });
export const areaMark = (d: string, fill: string, edge?: string): SVGPathElement => s('path', { d, fill, stroke: edge ?? 'none', 'stroke-width': 0.8 });
/** A colour, thinned: for areas under lines of the same colour. */
export const thin = (color: string, percent: number): string => `color-mix(in srgb, ${color} ${percent}%, transparent)`;

/** Text that stays readable over marks; an attribute, since saved drawings have no style sheet. */
export const HALO = { class: 'halo', 'paint-order': 'stroke' } as const;

/** Dashes of line i: colour is never the only sign. */
export const DASHES = ['', '7 4', '2 3', '9 3 2 3', '4 4', '1 4'] as const;
/** Colour of line i, by role. */
export const colourOf = (i: number): string => `var(--c${(i % 6) + 1})`;
