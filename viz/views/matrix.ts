/** Which nodes are always late, and when? Nodes × rounds; where cells share a pixel, the latest of them shows. */
import { millis } from '../../sim/report/format.ts';
import {
  ABSENT, binMaximum, binned, cellOfBin, LatenessBuilder, latenessFinding, latenessText, NODE_ORDERS, orderNodes, typicalLateness, type Area, type Lateness, type NodeOrder,
} from '../../sim/report/views/lateness.ts';
import { NEVER_US } from '../../sim/report/views/spread.ts';
import { counted, regionText } from '../../sim/report/views/words.ts';
import { textAt } from '../../sim/trace/columns.ts';
import { h, s } from '../draw/dom.ts';
import { eachArrival, oneReading, roundAt, spreadColumns } from './charts/arrivals.ts';
import { choice } from './charts/choice.ts';
import { delayRamp, NEVER, RAMP, rampDelays, roleColour } from './charts/colour.ts';
import { plotOn, type Plot } from './charts/plot.ts';
import { onPointer } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

const ORDER_TEXT: Readonly<Record<NodeOrder, string>> = { lateness: 'lateness', region: 'region', kind: 'kind of node', number: 'number' };
/** How much one step of zooming leaves. */
const ZOOM = 0.6;
/** Cells larger than this are told apart by lines. */
const GRID_PX = 9;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  let order: NodeOrder = 'lateness';
  let matrix: Lateness | undefined;
  let typical: Int32Array = new Int32Array(0);
  let rows: Int32Array = new Int32Array(0);
  let rowOf: Int32Array = new Int32Array(0);
  let scale: readonly [fromUs: number, toUs: number] = [1_000, 1e6];
  let area: Area = { row0: 0, row1: 1, column0: 0, column1: 1 };
  let plot: Plot | undefined;
  let bins = { width: 0, height: 0 };
  let values = new Int32Array(0);
  let hovered: { readonly x: number; readonly y: number } | undefined;

  const panel = context.panel({
    id: 'matrix', height: 520, label: 'Heat map of nodes by rounds. With the drawing focused: plus and minus zoom, arrows move, 0 shows all.',
    table: () => cellTable(),
    draw(surface) {
      if (!matrix) return;
      const { row0, row1, column0, column1 } = area;
      plot = plotOn(
        surface,
        { from: column0, to: column1, label: 'rounds in the order of finding', ticks: wholeTicks(column0, column1, Math.floor(surface.width / 90)).map((column) => column + 0.5), text: (at) => String(run.rounds.number[matrix!.rounds[Math.floor(at)]] ?? ''), plain: true },
        { from: row1, to: row0, label: `nodes by ${ORDER_TEXT[order]}${order === 'number' ? '' : ', latest on top'}`, ticks: [], plain: true },
        { left: row1 - row0 <= 40 ? 64 : 28, right: 8, top: 22 },
      );
      paint(surface.canvas(), plot);
      label(plot);
      marks = { column: s('rect', { class: 'cell-mark' }), row: s('rect', { class: 'cell-mark' }), brush: s('rect', { class: 'cell-brush' }) };
      plot.over.append(marks.column, marks.row, marks.brush);
      surface.svg.classList.add('pick');
      placeMarks();
    },
  });
  let marks: { readonly column: SVGRectElement; readonly row: SVGRectElement; readonly brush: SVGRectElement } | undefined;

  /** One pixel per bin into image data, and that stretched without smoothing. */
  function paint(pen: CanvasRenderingContext2D, on: Plot): void {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [on.right - on.left, on.bottom - on.top];
    bins = binned(area, Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
    const { width: w, height: hgt } = bins;
    if (values.length < w * hgt) values = new Int32Array(w * hgt);
    binMaximum(matrix!, rows, area, w, hgt, values);
    const ramp = delayRamp(...scale);
    const pixels = new Uint32Array(w * hgt);
    for (let i = 0; i < pixels.length; i++) pixels[i] = ramp.rgba(values[i]);
    const image = new OffscreenCanvas(w, hgt);
    image.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), w, hgt), 0, 0);
    pen.fillStyle = roleColour('--absent');
    pen.fillRect(on.left, on.top, width, height);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(image, on.left, on.top, width, height);
    const { row0, row1, column0, column1 } = area;
    const [cellW, cellH] = [width / (column1 - column0), height / (row1 - row0)];
    if (cellW < GRID_PX || cellH < GRID_PX) return;
    pen.strokeStyle = roleColour('--panel');
    pen.lineWidth = 1;
    pen.beginPath();
    for (let c = column0; c <= column1; c++) {
      pen.moveTo(on.x(c), on.top);
      pen.lineTo(on.x(c), on.bottom);
    }
    for (let r = row0; r <= row1; r++) {
      pen.moveTo(on.left, on.y(r));
      pen.lineTo(on.right, on.y(r));
    }
    pen.stroke();
    const muted = roleColour('--muted');
    const font = Math.min(11, cellH * 0.7);
    if (cellW < 52 || font < 8) return;
    pen.font = `${font}px sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    for (let r = row0; r < row1; r++) {
      for (let c = column0; c < column1; c++) {
        const us = matrix!.cells[c * matrix!.nodes + rows[r]];
        pen.fillStyle = us === ABSENT ? muted : us === NEVER_US || ramp.share(us) > 0.4 ? '#000' : '#fff';
        pen.fillText(us === ABSENT ? 'asleep' : latenessText(us), on.x(c + 0.5), on.y(r + 0.5));
      }
    }
  }

  /** Names of single nodes, or of the groups that they are sorted by. */
  function label(on: Plot): void {
    const { row0, row1 } = area;
    const put = (row: number, text: string): unknown => on.marks.append(s('text', { x: on.left - 5, y: on.y(row), dy: '0.32em', 'text-anchor': 'end' }, text));
    if (row1 - row0 <= 40) {
      for (let row = row0; row < row1; row++) put(row + 0.5, `node ${rows[row]}`);
      return;
    }
    if (order !== 'region' && order !== 'kind') return;
    const column = run.nodes[order];
    for (let row = row0; row < row1; row++) {
      const name = textAt(column, rows[row]);
      if (row > row0 && textAt(column, rows[row - 1]) === name) continue;
      let end = row;
      while (end < row1 && textAt(column, rows[end]) === name) end++;
      if (row > row0) on.over.append(s('line', { x1: on.left - 24, x2: on.right, y1: on.y(row), y2: on.y(row), stroke: 'var(--panel)', 'stroke-width': 1.5 }));
      const [x, y] = [on.left - 9, on.y((row + end) / 2)];
      if (on.y(end) - on.y(row) > 34) on.marks.append(s('text', { x, y, 'text-anchor': 'middle', transform: `rotate(-90 ${x} ${y})` }, order === 'region' ? regionText(name) : name));
    }
  }

  // ── where one looks ─────────────────────────────────────────────────────────────────────────────────────────────

  const readout = h('p', { class: 'readout' });
  const orderChoice = choice<NodeOrder>('sort by', NODE_ORDERS.map((name): [NodeOrder, string] => [name, ORDER_TEXT[name]]), (name) => store.option('sort', name === 'lateness' ? undefined : name));
  const button = (text: string, name: string, action: () => void): HTMLElement => h('button', { type: 'button', class: 'quiet', 'aria-label': /\w/.test(text) ? undefined : name, title: name, onclick: action }, text);
  panel.tools.append(
    orderChoice.element,
    h('div', { class: 'choice', role: 'group', 'aria-label': 'zoom' }, button('+', 'zoom in', () => zoom(ZOOM)), button('−', 'zoom out', () => zoom(1 / ZOOM)), button('all', 'show everything', () => show(whole()))),
    readout,
  );

  const whole = (): Area => ({ row0: 0, row1: rows.length, column0: 0, column1: matrix?.rounds.length ?? 1 });

  function show(next: Area): void {
    area = next;
    const { row0, row1, column0, column1 } = area;
    const everything = row0 === 0 && row1 === rows.length && column0 === 0 && column1 === matrix?.rounds.length;
    store.option('area', everything ? undefined : `${row0}-${row1}-${column0}-${column1}`);
    panel.redraw();
  }

  /** Zooms about a place (default: what is selected, else the middle); one cell is the least. */
  function zoom(by: number, aboutRow?: number, aboutColumn?: number): void {
    if (!matrix) return;
    const { node, round } = store.get().selection;
    const inside = (value: number | undefined, from: number, to: number): number => (value !== undefined && value >= from && value < to ? value + 0.5 : (from + to) / 2);
    const span = (from: number, to: number, all: number, about: number): [number, number] => {
      const length = Math.max(1, Math.min(all, by < 1 ? Math.floor((to - from) * by) : Math.ceil((to - from) * by)));
      const start = Math.round(about - ((about - from) / (to - from)) * length);
      const first = Math.max(0, Math.min(all - length, start));
      return [first, first + length];
    };
    const [row0, row1] = span(area.row0, area.row1, rows.length, aboutRow ?? inside(node === undefined ? undefined : rowOf[node], area.row0, area.row1));
    const [column0, column1] = span(area.column0, area.column1, matrix.rounds.length, aboutColumn ?? inside(round === undefined ? undefined : matrix.rounds.indexOf(round), area.column0, area.column1));
    show({ row0, row1, column0, column1 });
  }

  function move(byRows: number, byColumns: number): void {
    if (!matrix) return;
    const { row0, row1, column0, column1 } = area;
    const shift = (from: number, to: number, all: number, share: number): number => Math.max(-from, Math.min(all - to, Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * (to - from))))) * Math.abs(Math.sign(share));
    const [r, c] = [shift(row0, row1, rows.length, byRows), shift(column0, column1, matrix.rounds.length, byColumns)];
    show({ row0: row0 + r, row1: row1 + r, column0: column0 + c, column1: column1 + c });
  }

  const KEYS: Readonly<Record<string, () => void>> = {
    '+': () => zoom(ZOOM), '=': () => zoom(ZOOM), '-': () => zoom(1 / ZOOM), '0': () => show(whole()),
    ArrowUp: () => move(-0.25, 0), ArrowDown: () => move(0.25, 0), ArrowLeft: () => move(0, -0.25), ArrowRight: () => move(0, 0.25),
  };
  panel.body.tabIndex = 0;
  panel.body.setAttribute('role', 'group');
  panel.body.setAttribute('aria-label', 'matrix: plus and minus zoom, arrows move, 0 shows all');
  panel.body.addEventListener('keydown', (event) => {
    const action = KEYS[event.key];
    if (!action || event.target !== panel.body || event.ctrlKey || event.metaKey || event.altKey) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  panel.body.addEventListener('wheel', (event) => {
    if (!plot || !(event.ctrlKey || event.shiftKey || document.activeElement === panel.body) || !(event.target as Element).closest('.drawing')) return;
    event.preventDefault();
    const box = plot.surface.svg.getBoundingClientRect();
    zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, plot.yAt(event.clientY - box.top), plot.xAt(event.clientX - box.left));
  }, { signal, passive: false });

  const cellAt = (x: number, y: number): ReturnType<typeof cellOfBin> | undefined => {
    if (!plot || !matrix || x < plot.left || x >= plot.right || y < plot.top || y >= plot.bottom) return undefined;
    const [bx, by] = [Math.floor(((x - plot.left) / (plot.right - plot.left)) * bins.width), Math.floor(((y - plot.top) / (plot.bottom - plot.top)) * bins.height)];
    return cellOfBin(matrix, rows, area, bins.width, bins.height, Math.min(bx, bins.width - 1), Math.min(by, bins.height - 1));
  };
  onPointer(panel, signal, {
    over(x, y) {
      hovered = { x, y };
      say();
    },
    leave() {
      hovered = undefined;
      say();
    },
    brush(x0, y0, x1, y1, done) {
      if (!plot || !marks) return;
      const [left, right] = [Math.max(plot.left, Math.min(x0, x1)), Math.min(plot.right, Math.max(x0, x1))];
      const [top, bottom] = [Math.max(plot.top, Math.min(y0, y1)), Math.min(plot.bottom, Math.max(y0, y1))];
      for (const [name, value] of [['x', left], ['y', top], ['width', Math.max(0, right - left)], ['height', Math.max(0, bottom - top)]] as const) marks.brush.setAttribute(name, value.toFixed(1));
      if (!done) return;
      const [column0, row0] = [Math.floor(plot.xAt(left)), Math.floor(plot.yAt(top))];
      show({ row0, row1: Math.max(row0 + 1, Math.ceil(plot.yAt(bottom))), column0, column1: Math.max(column0 + 1, Math.ceil(plot.xAt(right))) });
    },
    click(x, y) {
      const cell = cellAt(x, y);
      if (cell && matrix) store.set({ selection: { ...store.get().selection, node: cell.node, round: matrix.rounds[cell.column] }, timeUs: matrix.foundAtUs[cell.column] });
    },
  });

  function say(): void {
    if (!matrix) return;
    const cell = hovered && cellAt(hovered.x, hovered.y);
    const { node, round } = store.get().selection;
    const describe = (n: number, column: number): string => `node ${n} (${textAt(run.nodes.kind, n)}, ${regionText(textAt(run.nodes.region, n))}), round ${run.rounds.number[matrix!.rounds[column]]}: ${latenessText(matrix!.cells[column * matrix!.nodes + n])}`;
    const perBin = (area.row1 - area.row0 > bins.height ? Math.ceil((area.row1 - area.row0) / bins.height) : 1) * (area.column1 - area.column0 > bins.width ? Math.ceil((area.column1 - area.column0) / bins.width) : 1);
    const column = round === undefined ? -1 : matrix.rounds.indexOf(round);
    readout.textContent = cell ? `${describe(cell.node, cell.column)}${perBin > 1 ? ` (latest of up to ${perBin} cells)` : ''}` : node !== undefined && column >= 0 ? describe(node, column) : 'point at a cell; a click selects its node and round, a drag zooms in';
  }

  /** Column of the round at the cursor, row of the selected node. */
  function placeMarks(): void {
    if (!plot || !marks || !matrix) return;
    const { selection, timeUs } = store.get();
    const { row0, row1, column0, column1 } = area;
    const column = matrix.rounds.indexOf(selection.round ?? roundAt(run, timeUs));
    const row = selection.node === undefined ? -1 : rowOf[selection.node];
    const put = (mark: SVGRectElement, x0: number, x1: number, y0: number, y1: number): void => {
      mark.removeAttribute('display');
      for (const [name, value] of [['x', x0], ['y', y0], ['width', Math.max(1, x1 - x0)], ['height', Math.max(1, y1 - y0)]] as const) mark.setAttribute(name, value.toFixed(1));
    };
    if (column >= column0 && column < column1) put(marks.column, plot.x(column), plot.x(column + 1), plot.top, plot.bottom);
    else marks.column.setAttribute('display', 'none');
    if (row >= row0 && row < row1) put(marks.row, plot.left, plot.right, plot.y(row), plot.y(row + 1));
    else marks.row.setAttribute('display', 'none');
  }

  /** Every cell that is in sight, by round and then by node as they are sorted. */
  function cellTable() {
    const { row0, row1, column0, column1 } = area;
    const height = row1 - row0;
    return {
      columns: [{ name: 'round', number: true }, { name: 'found (s)', number: true }, { name: 'node', number: true }, { name: 'kind' }, { name: 'region' }, { name: 'late (ms)', number: true }],
      rows: matrix ? height * (column1 - column0) : 0,
      cell(index: number, field: number) {
        const [column, node] = [column0 + Math.floor(index / height), rows[row0 + (index % height)]];
        const round = matrix!.rounds[column];
        const us = matrix!.cells[column * matrix!.nodes + node];
        return [run.rounds.number[round], run.rounds.foundAtUs[round] / 1e6, node, textAt(run.nodes.kind, node), textAt(run.nodes.region, node), us === ABSENT ? undefined : us === NEVER_US ? Number.POSITIVE_INFINITY : us / 1_000][field];
      },
      onRow: (index: number) => store.select({ round: matrix!.rounds[column0 + Math.floor(index / height)], node: rows[row0 + (index % height)] }),
    };
  }

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async function load(reading: AbortSignal): Promise<void> {
    if (run.rounds.count < 2) {
      panel.finding('No round was found');
      panel.empty('This run ended before its first round.', 'Give the scenario a longer run.duration.');
      return;
    }
    if (!matrix) panel.finding('How late each node had each round');
    if (!matrix) panel.loading(`Reading the arrivals of ${counted(run.rounds.count - 1, 'round')} …`);
    try {
      const builder = new LatenessBuilder(spreadColumns(run));
      if (!(await eachArrival(run, builder.wanted, (round, deltaUs) => builder.add(round, deltaUs), reading))) return;
      matrix = builder.matrix();
    } catch (problem) {
      if (!signal.aborted) panel.fail(problem as never);
      return;
    }
    typical = typicalLateness(matrix, run.facts.window.fromUs);
    if (typical.every((us) => us === ABSENT)) typical = typicalLateness(matrix, 0);
    scale = scaleOf(matrix);
    sort();
    const asked = /^(\d+)-(\d+)-(\d+)-(\d+)$/.exec(store.get().options['area'] ?? '')?.slice(1).map(Number);
    area = asked && asked[0] < asked[1] && asked[1] <= rows.length && asked[2] < asked[3] && asked[3] <= matrix.rounds.length ? { row0: asked[0], row1: asked[1], column0: asked[2], column1: asked[3] } : whole();
    const idle = run.nodes.count - rows.length;
    panel.finding(latenessFinding(matrix, run.nodes, typical), `colour: time from a round’s finding until the node had it (virtual, log); every pixel shows the latest of its cells${idle === 0 ? '' : `; ${counted(idle, 'node')} never active ${idle === 1 ? 'is' : 'are'} left out`}`);
    panel.legend([
      ...rampDelays(...scale).map((us, i) => ({ label: millis(us / 1_000).replace(/(\.\d)\d+/, '$1'), color: `var(${RAMP[i]})` })),
      { label: 'never', color: `var(${NEVER})` }, { label: 'not active then', color: 'var(--absent)' },
    ]);
    panel.redraw();
    say();
  }

  const read = oneReading(load, signal);

  function sort(): void {
    const present = everActive(matrix!);
    rows = orderNodes(order, run.nodes, typical).filter((node) => present[node] === 1);
    rowOf = new Int32Array(run.nodes.count).fill(-1);
    rows.forEach((node, row) => (rowOf[node] = row));
  }

  return {
    update(state, before) {
      const wanted = NODE_ORDERS.find((name) => name === state.options['sort']) ?? 'lateness';
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        order = wanted;
        orderChoice.show(order);
        read(false);
        return;
      }
      if (wanted !== order && matrix) {
        order = wanted;
        orderChoice.show(order);
        sort();
        panel.redraw();
      }
      if (state.timeUs !== before.timeUs || state.selection !== before.selection) {
        placeMarks();
        if (state.selection !== before.selection) say();
      }
    },
  };
}

/** 1 for nodes that were active when at least one round was found. */
function everActive({ nodes, cells }: Lateness): Uint8Array {
  const present = new Uint8Array(nodes);
  for (let i = 0, node = 0; i < cells.length; i++, node = node + 1 === nodes ? 0 : node + 1) if (cells[i] !== ABSENT) present[node] = 1;
  return present;
}

/** From the 1st to the 99th per cent of what arrived (of a sample of 100,000 cells), so that one straggler does not take all the colours. */
function scaleOf({ cells }: Lateness): [number, number] {
  const stride = Math.max(1, Math.floor(cells.length / 100_000));
  const sample = new Int32Array(Math.ceil(cells.length / stride));
  let used = 0;
  for (let i = 0; i < cells.length; i += stride) if (cells[i] > 0 && cells[i] !== NEVER_US) sample[used++] = cells[i];
  const ascending = sample.subarray(0, used).sort();
  return used === 0 ? [1_000, 1e6] : [ascending[Math.floor(used * 0.01)], ascending[Math.floor(used * 0.99)]];
}

/** Whole numbers from `from` up to before `to`, at most `most` of them, evenly. */
function wholeTicks(from: number, to: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000].find((n) => (to - from) / n <= Math.max(2, most)) ?? to - from;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) ticks.push(tick);
  return ticks;
}
