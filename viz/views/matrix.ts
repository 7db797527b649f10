/** Which nodes are always late, and when? Nodes × rounds; where cells share a pixel, the latest of them shows. */
import { millis } from '../../sim/report/format.ts';
import { ABSENT, cellOfBin, LatenessBuilder, latenessFinding, latenessText, NODE_ORDERS, orderNodes, typicalLateness, type Area, type Lateness, type NodeOrder } from '../../sim/report/views/lateness.ts';
import { NEVER_US } from '../../sim/report/views/spread.ts';
import { counted, regionText } from '../../sim/report/views/words.ts';
import { textAt } from '../../sim/trace/columns.ts';
import { h, s } from '../draw/dom.ts';
import type { TableData } from '../draw/table.ts';
import { eachArrival, oneReading, roundAt, spreadColumns } from './charts/arrivals.ts';
import { choice } from './charts/choice.ts';
import { NEVER, RAMP, rampDelays } from './charts/colour.ts';
import { plotOn, type Plot } from './charts/plot.ts';
import { onPointer } from './charts/time.ts';
import { areaOf, areaText, moved, touched, whole, wholeTicks, zoomed, type Size } from './matrix-area.ts';
import { marginOf, nameRows, paintCells, type Bins } from './matrix-paint.ts';
import type { MountedView, ViewContext } from './view.ts';

const ORDER_TEXT: Readonly<Record<NodeOrder, string>> = { lateness: 'lateness', region: 'region', kind: 'kind of node', number: 'number' };
/** How much one step of zooming leaves. */
const ZOOM = 0.6;

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
  let bins: Bins = { width: 0, height: 0 };
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
        { left: marginOf(row1 - row0, order === 'region' || order === 'kind'), right: 8, top: 22 },
      );
      bins = paintCells(surface.canvas(), plot, matrix, rows, area, scale);
      nameRows(plot, rows, area, order === 'region' ? (row) => regionText(textAt(run.nodes.region, rows[row])) : order === 'kind' ? (row) => textAt(run.nodes.kind, rows[row]) : undefined);
      marks = { column: s('rect', { class: 'cell-mark' }), row: s('rect', { class: 'cell-mark' }), brush: s('rect', { class: 'cell-brush' }) };
      plot.over.append(marks.column, marks.row, marks.brush);
      surface.svg.classList.add('pick');
      placeMarks();
    },
  });
  let marks: { readonly column: SVGRectElement; readonly row: SVGRectElement; readonly brush: SVGRectElement } | undefined;

  // ── where one looks ─────────────────────────────────────────────────────────────────────────────────────────────

  const readout = h('p', { class: 'readout' });
  const orderChoice = choice<NodeOrder>('sort by', NODE_ORDERS.map((name): [NodeOrder, string] => [name, ORDER_TEXT[name]]), (name) => store.option('sort', name === 'lateness' ? undefined : name));
  const button = (text: string, name: string, action: () => void): HTMLElement => h('button', { type: 'button', class: 'quiet', 'aria-label': /\w/.test(text) ? undefined : name, title: name, onclick: action }, text);
  panel.tools.append(
    orderChoice.element,
    h('div', { class: 'choice', role: 'group', 'aria-label': 'zoom' }, button('+', 'zoom in', () => zoom(ZOOM)), button('−', 'zoom out', () => zoom(1 / ZOOM)), button('all', 'show everything', () => show(whole(size())))),
    readout,
  );

  const size = (): Size => ({ rows: rows.length, columns: matrix?.rounds.length ?? 0 });
  const show = (next: Area): void => store.option('area', areaText(next, size()));
  /** What is asked for, which may not be drawn yet: keys come faster than frames. */
  const asked = (): Area => areaOf(store.get().options['area'], size());

  /** About a place; by default what is selected, where it is in sight, else the middle. */
  function zoom(by: number, aboutRow?: number, aboutColumn?: number): void {
    const from = asked();
    const { node, round } = store.get().selection;
    const within = (place: number, start: number, end: number): number | undefined => (place >= start && place < end ? place + 0.5 : undefined);
    const row = aboutRow ?? within(node === undefined ? -1 : rowOf[node], from.row0, from.row1);
    const column = aboutColumn ?? within(round === undefined ? -1 : (matrix?.rounds.indexOf(round) ?? -1), from.column0, from.column1);
    show(zoomed(from, size(), by, row, column));
  }

  const move = (byRows: number, byColumns: number): void => show(moved(asked(), size(), byRows, byColumns));

  const KEYS: Readonly<Record<string, () => void>> = {
    '+': () => zoom(ZOOM), '=': () => zoom(ZOOM), '-': () => zoom(1 / ZOOM), '0': () => show(whole(size())),
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
      show(touched(size(), [plot.yAt(top), plot.xAt(left)], [plot.yAt(bottom), plot.xAt(right)]));
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
  function cellTable(): TableData {
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
    area = areaOf(store.get().options['area'], size());
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
      if (state.options['area'] !== before.options['area'] && matrix) {
        area = areaOf(state.options['area'], size());
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
