/**
 * One drawing with all that belongs to it: a title that states the finding in words from data, a legend, the drawing, the
 * same data as a table (`t`), and exports as SVG, PNG and CSV.
 *
 * A view says how to draw and what the table holds; when to draw (size, theme, frame) is the panel's business:
 *
 *     const panel = context.panel({ id: 'coverage', table: () => …, draw: (surface) => … });
 *     panel.finding('Half of the nodes had a round after 735 ms', 'virtual time, rounds after warm-up');
 *     panel.redraw();
 */
import type { Problem } from '../data/run-data.ts';
import { exportPng, exportSvg, save } from './export.ts';
import { h, s } from './dom.ts';
import { words } from './format.ts';
import { csvOf, type TableData } from './table.ts';
import { virtualTable } from './virtual-table.ts';

/** Where to draw. The canvas lies under the SVG: marks in thousands go there, axes, labels and what can be pointed at above it. */
export interface Surface {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Kept between drawings; the view joins or replaces its children. */
  readonly svg: SVGSVGElement;
  /** Cleared, scaled to device pixels; coordinates are CSS pixels. Costs nothing until asked for. */
  canvas(): CanvasRenderingContext2D;
}

export interface LegendItem {
  readonly label: string;
  /** A CSS colour, best a role such as `var(--c1)`. */
  readonly color: string;
  /** Colour is never the only sign. */
  readonly mark?: 'fill' | 'line' | 'dash' | 'dot' | 'ring';
  readonly onclick?: () => void;
  readonly pressed?: boolean;
}

export interface PanelOptions {
  /** Unique within the view; exports are called RUN-VIEW-ID.csv. */
  readonly id: string;
  /** Width in the view's grid. */
  readonly span?: 'full' | 'half' | 'third';
  /** Height of the drawing, CSS px. */
  readonly height?: number;
  /** What it is about: its title until there is a finding. Default: the id in words. */
  readonly label?: string;
  readonly draw?: (surface: Surface) => void;
  readonly table: () => TableData | Promise<TableData>;
}

export interface Panel {
  readonly element: HTMLElement;
  /** Under the title: place for buttons and choices of this panel. */
  readonly tools: HTMLElement;
  /** Holds drawing or table; a panel without `draw` puts its own content here. */
  readonly body: HTMLElement;
  /** Title: the finding in words from data. Subtitle: what, in which unit, over which window. */
  finding(title: string, subtitle?: string): void;
  legend(items: readonly LegendItem[]): void;
  /** Draws (or refreshes the table) in the next frame, once however often called. Takes away loading, empty and problem. */
  redraw(): void;
  loading(what?: string): void;
  /** Nothing to show: says why, and what to do. */
  empty(why: string, todo?: string): void;
  fail(problem: Problem): void;
  /** Size of the drawing as last measured. */
  size(): { readonly width: number; readonly height: number };
}

/** What the frame gives every panel. */
export interface PanelHost {
  /** e.g. `20261125T160349Z-reorg-3-forks`: how exported files begin. */
  fileName(id: string): string;
  /** Whether tables are shown in place of drawings, now and after each change. */
  tables(): boolean;
  /** Calls back when size, theme or the choice of tables may have changed. */
  onLook(listener: () => void, signal: AbortSignal): void;
  readonly signal: AbortSignal;
}

export function makePanel(options: PanelOptions, host: PanelHost): Panel {
  // Until there is a finding, the panel is called what it is about.
  const title = h('h3', { id: `panel-${options.id}` }, options.label ?? words(options.id));
  const subtitle = h('p', { class: 'subtitle' });
  const tools = h('div', { class: 'panel-tools' });
  const legend = h('ul', { class: 'legend', hidden: true });
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const svg = s('svg', { role: 'img', 'aria-labelledby': `panel-${options.id}` });
  const drawing = h('div', { class: 'drawing' }, canvas, svg);
  drawing.style.height = `${options.height ?? 260}px`;
  const note = h('div', { class: 'panel-note', role: 'status', hidden: true });
  const tableHost = h('div', { class: 'panel-table', hidden: true });
  const body = h('div', { class: 'panel-body' }, ...(options.draw ? [drawing] : []), tableHost, note);
  let own = false;
  const tableButton = h('button', { type: 'button', class: 'quiet', title: 'the same data as a table (t for all)', 'aria-pressed': false, onclick: () => {
    own = !own;
    look();
  } }, 'Table');
  const saveButton = (text: string, hint: string, action: () => Promise<void> | void): HTMLButtonElement => h('button', { type: 'button', class: 'quiet', title: hint, onclick: () => void Promise.resolve(action()).catch(() => undefined) }, text);
  const buttons = h('div', { class: 'panel-buttons', role: 'group', 'aria-label': 'this panel' }, tableButton,
    ...(options.draw ? [
      saveButton('SVG', 'save the drawing as SVG', () => exportSvg(drawing, title.textContent ?? '', `${host.fileName(options.id)}.svg`)),
      saveButton('PNG', 'save the drawing as PNG', () => exportPng(drawing, title.textContent ?? '', `${host.fileName(options.id)}.png`)),
    ] : []),
    saveButton('CSV', 'save the data as CSV', async () => save(new Blob([csvOf(await options.table())], { type: 'text/csv;charset=utf-8' }), `${host.fileName(options.id)}.csv`)));
  const element = h('section', { class: `panel span-${options.span ?? 'full'}`, 'data-panel': options.id, 'aria-labelledby': `panel-${options.id}` },
    h('header', { class: 'panel-head' }, h('div', { class: 'panel-title' }, title, subtitle), buttons), tools, legend, body);
  let context: CanvasRenderingContext2D | undefined;
  let pending = false;
  /** Nothing stands in the way of showing: what a panel without a drawing holds is there from the first. */
  let ready = options.draw === undefined;

  const showsTable = (): boolean => own !== host.tables();
  const surface = (width: number, height: number): Surface => ({
    width, height, svg,
    canvas() {
      if (!context) context = sized(canvas, width, height);
      return context;
    },
  });
  const draw = (): void => {
    pending = false;
    if (!ready || host.signal.aborted) return;
    const table = showsTable();
    tableHost.hidden = !table;
    drawing.hidden = table;
    body.classList.toggle('as-table', table);
    tableButton.setAttribute('aria-pressed', String(table));
    if (table) return void fillTable();
    if (!options.draw) return;
    const { clientWidth: width, clientHeight: height } = drawing;
    if (width === 0 || height === 0) return;
    context = undefined;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    options.draw(surface(width, height));
    canvas.hidden = context === undefined;
  };
  const fillTable = async (): Promise<void> => {
    try {
      const data = await options.table();
      if (!host.signal.aborted && showsTable()) virtualTable(tableHost, data, title.textContent ?? options.id);
    } catch (reason) {
      fail(reason as Problem);
    }
  };
  const look = (): void => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(draw);
  };
  const say = (kind: 'loading' | 'empty' | 'problem', ...children: (Node | string)[]): void => {
    ready = false;
    note.className = `panel-note ${kind}`;
    note.replaceChildren(...children);
    note.hidden = false;
    drawing.hidden = true;
    tableHost.hidden = true;
  };
  const fail = (problem: Problem): void => say('problem', h('strong', {}, problem.what ?? 'This cannot be shown.'), h('span', {}, problem.where ?? ''), h('span', {}, problem.remedy ?? ''));

  host.onLook(look, host.signal);
  const observer = new ResizeObserver(look);
  observer.observe(body);
  host.signal.addEventListener('abort', () => {
    observer.disconnect();
    element.remove();
  });
  return {
    element, tools, body,
    finding(text, below = '') {
      title.textContent = text;
      subtitle.textContent = below;
    },
    legend(items) {
      legend.hidden = items.length === 0;
      legend.replaceChildren(...items.map(({ label, color, mark = 'fill', onclick, pressed }) => {
        const swatch = h('span', { class: `swatch ${mark}`, 'aria-hidden': 'true' });
        swatch.style.setProperty('--swatch', color);
        return h('li', {}, onclick ? h('button', { type: 'button', class: 'quiet', onclick, 'aria-pressed': pressed }, swatch, label) : h('span', {}, swatch, label));
      }));
    },
    redraw() {
      ready = true;
      note.hidden = true;
      look();
    },
    loading: (what = 'Loading …') => say('loading', what),
    empty: (why, todo) => say('empty', h('strong', {}, why), ...(todo === undefined ? [] : [h('span', {}, todo)])),
    fail,
    size: () => ({ width: drawing.clientWidth, height: drawing.clientHeight }),
  };
}

/** Scales a canvas to the device and clears it. */
function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = window.devicePixelRatio || 1;
  const [w, hgt] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== hgt) canvas.height = hgt;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
