/** Drawings over virtual time: cursor, faults and the measured window are the same in all of them. */
import { lengthText } from '../../../sim/report/format.ts';
import { textAt } from '../../../sim/trace/columns.ts';
import type { RunData } from '../../data/run-data.ts';
import { h, s } from '../../draw/dom.ts';
import type { Panel, PanelOptions } from '../../draw/panel.ts';
import type { ViewContext } from '../view.ts';
import { plotOn, type AxisSpec, type Plot } from './plot.ts';

/** The axis of a run's virtual time from `fromUs` to `toUs`, in the unit that suits its length. */
export function timeAxis(fromUs: number, toUs: number): AxisSpec {
  const span = toUs - fromUs;
  const [unit, per] = span > 3 * 3_600e6 ? (['h', 3_600e6] as const) : span > 180e6 ? (['min', 60e6] as const) : span > 3e6 ? (['s', 1e6] as const) : (['ms', 1e3] as const);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1_200, 6_000].map((n) => n * per).find((us) => span / us <= 10) ?? span;
  const first = Math.ceil(fromUs / step);
  const ticks = Array.from({ length: Math.max(1, Math.floor(toUs / step) - first + 1) }, (_, i) => (first + i) * step);
  return { from: fromUs, to: Math.max(toUs, fromUs + 1), label: `virtual time (${unit})`, ticks, text: (us) => String(Math.round((us / per) * 10) / 10), plain: true };
}

/** When which fault was on. */
export function faultSpans({ events: { fault }, facts }: RunData): { readonly id: string; readonly kind: string; readonly fromUs: number; readonly toUs: number }[] {
  const open = new Map<string, number>();
  const spans: { id: string; kind: string; fromUs: number; toUs: number }[] = [];
  for (let i = 0; i < fault.count; i++) {
    const id = textAt(fault.id, i);
    if (textAt(fault.phase, i) === 'start') {
      open.set(id, spans.length);
      spans.push({ id, kind: textAt(fault.kind, i), fromUs: fault.atUs[i], toUs: facts.endUs });
    } else if (open.has(id)) spans[open.get(id)!].toUs = fault.atUs[i];
  }
  return spans;
}

export interface TimeChart {
  readonly panel: Panel;
  /** Moves the cursor; draws nothing anew. */
  cursor(timeUs: number): void;
}

export interface TimeChartOptions extends Pick<PanelOptions, 'id' | 'span' | 'height' | 'table'> {
  readonly run: () => RunData;
  readonly y: () => AxisSpec;
  readonly draw: (plot: Plot) => void;
  /** The values at a moment, in words: shown for the cursor, and for the pointer where it is. */
  readonly readout: (timeUs: number) => string;
  /** Without faults and the measured window: where marks fill the drawing. */
  readonly bare?: boolean;
  /** Also called on a click; default: only the cursor moves there. */
  readonly click?: (timeUs: number, plot: Plot, at: { readonly x: number; readonly y: number }) => void;
}

export function timeChart(context: ViewContext, options: TimeChartOptions): TimeChart {
  const { store, signal } = context;
  const readout = h('p', { class: 'readout' });
  let plot: Plot | undefined;
  let line: SVGLineElement | undefined;
  let pointer: number | undefined;
  let shownUs = Number.NaN;
  const panel = context.panel({
    id: options.id, ...(options.span && { span: options.span }), height: options.height ?? 240, table: options.table,
    draw(surface) {
      plot = plotOn(surface, timeAxis(0, options.run().facts.endUs), options.y());
      if (options.bare !== true) shadeTime(plot, options.run());
      options.draw(plot);
      line = s('line', { class: 'crosshair', y1: plot.top, y2: plot.bottom });
      plot.over.append(line);
      plot.surface.svg.classList.add('pick');
      place(store.get().timeUs, true);
    },
  });
  panel.tools.append(readout);
  const place = (timeUs: number, force = false): void => {
    if (!plot || !line || (timeUs === shownUs && !force)) return;
    shownUs = timeUs;
    const at = plot.x(timeUs).toFixed(1);
    line.setAttribute('x1', at);
    line.setAttribute('x2', at);
    if (pointer === undefined || force) say(pointer ?? timeUs);
  };
  const say = (timeUs: number): void => {
    readout.textContent = `${lengthText(Math.round(timeUs / 1e5) * 1e5)}: ${options.readout(timeUs)}`;
  };
  onPointer(panel, signal, {
    over(x) {
      if (!plot) return;
      pointer = plot.xAt(x);
      say(pointer);
    },
    leave() {
      pointer = undefined;
      say(store.get().timeUs);
    },
    drag: (x) => plot && store.set({ timeUs: plot.xAt(x) }),
    click: (x, y) => plot && options.click?.(plot.xAt(x), plot, { x, y }),
  });
  return { panel, cursor: place };
}

/** What happens with the pointer over a panel's drawing; coordinates are those of the drawing. */
export interface PointerActions {
  over?(x: number, y: number): void;
  leave?(): void;
  /** Pressed, or moved while pressed. */
  drag?(x: number, y: number): void;
  click?(x: number, y: number): void;
  /** Pressed at one place, moved to another, while pressed and (`done`) when let go; no `click` follows. */
  brush?(x0: number, y0: number, x1: number, y1: number, done: boolean): void;
}

/** A press that moves less than this is a click, px. */
const BRUSH_PX = 6;

export function onPointer(panel: Panel, signal: AbortSignal, actions: PointerActions): void {
  const { body } = panel;
  const svg = (event: Event): SVGSVGElement | undefined => (event.target as Element).closest<SVGSVGElement>('.drawing svg') ?? undefined;
  const at = (event: MouseEvent, on: SVGSVGElement): [number, number] => {
    const box = on.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  let pressed = false;
  let from: [number, number] | undefined;
  let brushed = false;
  body.addEventListener('pointerdown', (event) => {
    const on = svg(event);
    if (!on || event.button !== 0) return;
    pressed = true;
    brushed = false;
    from = event.pointerType === 'touch' ? undefined : at(event, on);
    actions.drag?.(...at(event, on));
  }, { signal });
  body.addEventListener('pointermove', (event) => {
    const on = svg(event);
    if (!on) return;
    const [x, y] = at(event, on);
    actions.over?.(x, y);
    if (!pressed || event.buttons === 0) return;
    actions.drag?.(x, y);
    if (!actions.brush || !from || (!brushed && Math.max(Math.abs(x - from[0]), Math.abs(y - from[1])) < BRUSH_PX)) return;
    brushed = true;
    actions.brush(...from, x, y, false);
  }, { signal });
  body.addEventListener('pointerleave', () => actions.leave?.(), { signal });
  body.addEventListener('click', (event) => {
    pressed = false;
    const on = svg(event);
    if (on && brushed && from) actions.brush?.(...from, ...at(event, on), true);
    else if (on) actions.click?.(...at(event, on));
    brushed = false;
  }, { signal });
}

/** Faults as named bands, and what lies outside the measured window dimmed. */
function shadeTime(plot: Plot, run: RunData): void {
  const { window: { fromUs, toUs }, endUs } = run.facts;
  const band = (from: number, to: number, name: string, title: string): void => {
    const [x0, x1] = [plot.x(from), plot.x(to)];
    if (x1 - x0 > 0.5) plot.marks.append(s('rect', { class: name, x: x0, width: x1 - x0, y: plot.top, height: plot.bottom - plot.top }, s('title', {}, title)));
  };
  band(0, fromUs, 'outside', 'warm-up: not measured');
  band(toUs, endUs, 'outside', 'settling: not measured');
  let free = 0;
  for (const { id, kind, fromUs: from, toUs: to } of faultSpans(run)) {
    band(from, to, 'fault-span', `fault ${id} (${kind})`);
    const x = plot.x(from) + 3;
    if (x < free) continue;
    plot.marks.append(s('text', { x, y: plot.top + 10 }, id));
    free = x + id.length * 6.5 + 6;
  }
}
