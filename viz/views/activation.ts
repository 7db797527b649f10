/** Which nodes woke, why, and did it help? */
import { figure, lengthText, millis } from '../../sim/report/format.ts';
import { cellUsFor } from '../../sim/report/views/stages.ts';
import {
  loadAgainstCapacity, stateAt, stateCounts, stateRaster, stateSpans, STATE_ORDER, wakingFinding, wakingReason, wakings, type LoadStep, type StateSpans, type Waking,
} from '../../sim/report/views/waking.ts';
import { counted, regionText } from '../../sim/report/views/words.ts';
import { textAt } from '../../sim/trace/columns.ts';
import type { NodeState } from '../../sim/trace/events.ts';
import { h, s } from '../draw/dom.ts';
import { tableOf } from '../draw/table.ts';
import { spreadColumns } from './charts/arrivals.ts';
import { choice } from './charts/choice.ts';
import { rgbaOf, roleColour } from './charts/colour.ts';
import { areaMark, areaPath, lineMark, linePath, roof, thin } from './charts/plot.ts';
import { timeChart } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

const CELLS = 120;
/** Bottom of the stack first. */
const STACK: readonly NodeState[] = ['active', 'syncing', 'booting', 'paused', 'down', 'standby'];
const stateColour = (state: NodeState): string => `var(--state-${state})`;

type RasterOrder = 'woken' | 'number';

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;
  let cellUs = 1;
  let steps: readonly LoadStep[] = [];
  let spans: StateSpans = { from: new Int32Array(1), atUs: new Float64Array(0), state: new Uint8Array(0) };
  let woken: readonly Waking[] = [];
  let counts = new Int32Array(0);
  let stateStepUs = 1;
  let order: RasterOrder = 'woken';
  let rows: Int32Array = new Int32Array(0);
  const perNode = (): number => run.facts.parameters.baseNodeCapacityMilliTpms / 1_000;

  // ── load and capacity ───────────────────────────────────────────────────────────────────────────────────────────

  const stepAt = (us: number): LoadStep | undefined => steps[Math.min(steps.length - 1, Math.max(0, Math.floor(us / cellUs)))];
  const largestLoad = (): number => steps.reduce((most, step) => Math.max(most, step.offered), 0);
  /** Capacity far above the load would press the load to the ground: it is then said in words. */
  const toScale = (): boolean => steps.reduce((most, step) => Math.max(most, step.capacity), 0) <= 6 * largestLoad();
  const loadChart = timeChart(context, {
    id: 'load', height: 280, run: () => run,
    y: () => ({ from: 0, to: roof(steps.reduce((most, step) => Math.max(most, step.offered, toScale() ? step.capacity : 0), 0)), label: 'tx/ms' }),
    draw(plot) {
      const x = (i: number): number => plot.x(Math.min(run.facts.endUs, ((i >> 1) + (i & 1)) * cellUs));
      const load = (i: number): number => plot.y(steps[i >> 1].offered);
      if (toScale()) {
        const capacity = (i: number): number => plot.y(steps[i >> 1].capacity);
        plot.marks.append(
          areaMark(areaPath(steps.length * 2, x, capacity, (i) => Math.min(load(i), capacity(i))), thin('var(--bad)', 40)),
          lineMark(linePath(steps.length * 2, x, capacity), 'var(--c3)', 2.2, '7 3'),
        );
      }
      plot.marks.append(lineMark(linePath(steps.length * 2, x, load), 'var(--c1)', 2));
      let free = Number.NEGATIVE_INFINITY;
      for (const { atUs, woken: nodes } of woken) {
        const at = plot.x(atUs);
        if (at < free) continue; // one sign for several that would lie on each other
        free = at + 5;
        plot.over.append(s('path', { d: `M${at - 5},${plot.bottom + 1}l5,-9l5,9Z`, fill: 'var(--lane-activation)', stroke: 'var(--panel)' }, s('title', {}, `${nodes.length} woken`)));
      }
    },
    readout(us) {
      const step = stepAt(us);
      const waking = woken.filter((event) => event.atUs <= us).at(-1);
      return step ? `offered ${figure(step.offered)}, capacity ${figure(step.capacity)} tx/ms of ${counted(step.active, 'active node')}${waking ? `; last woken at ${lengthText(waking.atUs)}: ${wakingReason(waking, perNode())}` : ''}` : '';
    },
    table: () => tableOf(['from (s)', 'offered (tx/ms)', 'capacity (tx/ms)', 'active nodes'], steps.map((step) => [step.atUs / 1e6, step.offered, step.capacity, step.active])),
  });

  // ── states ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const present = (): readonly NodeState[] => STACK.filter((state) => counts.some((n, i) => n > 0 && i % STATE_ORDER.length === STATE_ORDER.indexOf(state)));
  const countAt = (step: number, state: NodeState): number => counts[step * STATE_ORDER.length + STATE_ORDER.indexOf(state)] ?? 0;
  const stackChart = timeChart(context, {
    id: 'states', span: 'half', height: 250, run: () => run,
    y: () => ({ from: 0, to: run.nodes.count, label: 'nodes' }),
    draw(plot) {
      const length = counts.length / STATE_ORDER.length;
      const low = new Float64Array(length);
      for (const state of present()) {
        const high = low.map((value, step) => value + countAt(step, state));
        // A change shows at the end of its step: a staircase, two points a step.
        plot.marks.append(areaMark(areaPath(length * 2, (i) => plot.x(((i >> 1) + (i & 1)) * stateStepUs), (i) => plot.y(low[i >> 1]), (i) => plot.y(high[i >> 1])), stateColour(state), 'var(--panel)'));
        low.set(high);
      }
    },
    readout(us) {
      const step = Math.min(counts.length / STATE_ORDER.length - 1, Math.max(0, Math.floor(us / stateStepUs)));
      return present().map((state) => `${figure(countAt(step, state))} ${state}`).join(', ');
    },
    table: () => tableOf(['at (s)', ...STACK], Array.from({ length: counts.length / STATE_ORDER.length }, (_, step) => [((step + 1) * stateStepUs) / 1e6, ...STACK.map((state) => countAt(step, state))])),
  });

  // ── raster ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const rasterChart = timeChart(context, {
    id: 'raster', span: 'half', height: 250, bare: true, run: () => run,
    y: () => ({ from: rows.length, to: 0, label: order === 'woken' ? 'nodes, first awake on top' : 'nodes by number', ticks: [], plain: true }),
    draw(plot) {
      const ratio = window.devicePixelRatio || 1;
      const [w, hgt] = [Math.max(1, Math.round((plot.right - plot.left) * ratio)), Math.min(rows.length, Math.max(1, Math.round((plot.bottom - plot.top) * ratio)))];
      if (rows.length === 0) return;
      const cells = new Uint8Array(w * hgt);
      stateRaster(spans, rows, 0, run.facts.endUs, w, hgt, cells);
      const colours = Uint32Array.from(STATE_ORDER, (state) => rgbaOf(roleColour(`--state-${state}`)));
      const pixels = Uint32Array.from(cells, (state) => colours[state]);
      const image = new OffscreenCanvas(w, hgt);
      image.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), w, hgt), 0, 0);
      const pen = plot.surface.canvas();
      pen.imageSmoothingEnabled = false;
      pen.drawImage(image, plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
      const node = store.get().selection.node;
      if (node !== undefined) plot.over.append(s('rect', { class: 'cell-mark', x: plot.left, width: plot.right - plot.left, y: plot.y(rows.indexOf(node)), height: Math.max(1, (plot.bottom - plot.top) / rows.length) }));
    },
    readout: (us) => {
      const { node } = store.get().selection;
      return node === undefined ? 'a click selects a node' : `node ${node} (${textAt(run.nodes.kind, node)}, ${regionText(textAt(run.nodes.region, node))}) is ${stateAt(spans, node, us)}`;
    },
    click(_us, plot, { y }) {
      const node = rows[Math.min(rows.length - 1, Math.max(0, Math.floor(plot.yAt(y))))];
      if (node !== undefined) store.set({ selection: { ...store.get().selection, node } });
    },
    table: () => {
      const changes: (readonly (string | number)[])[] = [];
      for (let node = 0; node + 1 < spans.from.length; node++) for (let i = spans.from[node]; i < spans.from[node + 1]; i++) changes.push([node, spans.atUs[i] / 1e6, STATE_ORDER[spans.state[i]]]);
      return { ...tableOf([{ name: 'node', number: true }, { name: 'from (s)', number: true }, 'state'], changes), onRow: (row: number) => store.set({ selection: { ...store.get().selection, node: changes[row][0] as number }, timeUs: (changes[row][1] as number) * 1e6 }) };
    },
  });
  const orderChoice = choice<RasterOrder>('sort by', [['woken', 'when awake'], ['number', 'number']], (value) => store.option('sort', value === 'number' ? 'number' : undefined));
  rasterChart.panel.tools.prepend(orderChoice.element);

  // ── reasons ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const reasons = context.panel({
    id: 'reasons',
    table: () => ({
      ...tableOf([{ name: 'at (s)', number: true }, { name: 'offered (tx/ms)', number: true }, { name: 'required', number: true }, { name: 'active', number: true }, { name: 'woken', number: true }, { name: 'active after (s)', number: true }, 'nodes'], woken.map((e) => [e.atUs / 1e6, e.offered, e.required, e.active, e.woken.length, e.readyUs === undefined ? undefined : e.readyUs / 1e6, e.woken.join(' ')])),
      onRow: (row) => store.set({ timeUs: woken[row].atUs }),
    }),
  });
  const list = h('ol', { class: 'reasons' });
  reasons.body.prepend(list);

  function showReasons(): void {
    list.replaceChildren(...woken.slice(0, 200).map((event) => h('li', {}, h('button', { type: 'button', class: 'quiet', title: 'move the cursor here', onclick: () => store.set({ timeUs: event.atUs }) }, lengthText(event.atUs)), h('span', {}, wakingReason(event, perNode())))));
    if (woken.length === 0) {
      const asleep = sleepers();
      reasons.finding('No node was woken');
      list.append(h('li', {}, asleep === 0 ? 'No node of this scenario starts asleep. Give nodes “standby: true”, as scenarios/load-ramp.yaml does.' : `The load never required more than the nodes that were active; ${counted(asleep, 'node')} slept on. Raise the load, or lower network.baseNodeCapacity.`));
      reasons.redraw();
      return;
    }
    const helped = woken.filter((event) => event.readyUs !== undefined);
    const slowest = helped.reduce((most, event) => Math.max(most, event.readyUs!), 0);
    reasons.finding(`${counted(woken.length, 'activation')}, each because load ÷ capacity of a node exceeded the active nodes; active at most ${millis(slowest / 1_000)} later`, 'required = ⌈offered ÷ capacity of a node⌉, at most ten woken a second (D15); virtual time');
    reasons.redraw();
  }

  const sleepers = (): number => {
    let n = 0;
    for (let node = 0; node < run.nodes.count; node++) if (textAt(run.nodes.initialState, node) === 'standby') n++;
    return n;
  };

  function load(): void {
    const columns = spreadColumns(run);
    spans = stateSpans(columns);
    woken = wakings(run.events.activation, spans);
    const step = run.series.find(({ name }) => name === 'nodes.active')?.stepUs ?? 1e6;
    stateStepUs = Math.max(step, cellUsFor(run.facts.endUs, step, 720));
    counts = stateCounts(spans, stateStepUs, Math.max(1, Math.ceil(run.facts.endUs / stateStepUs))) as typeof counts;
    cellUs = cellUsFor(run.facts.endUs, step, CELLS);
    steps = loadAgainstCapacity(run.series, run.facts.parameters.baseNodeCapacityMilliTpms, cellUs);
    sort();
    const asleep = sleepers();
    const finding = wakingFinding(asleep, run.nodes.count, woken, loadAgainstCapacity(run.series, run.facts.parameters.baseNodeCapacityMilliTpms, step));
    loadChart.panel.finding(finding, `offered load and declared ingress capacity (active nodes × ${figure(perNode())} tx/ms), drawn in cells of ${lengthText(cellUs)}, virtual time${toScale() ? '' : `; capacity, up to ${figure(steps.reduce((most, s1) => Math.max(most, s1.capacity), 0))} tx/ms, is far above the scale`}`);
    loadChart.panel.legend([{ label: 'offered load', color: 'var(--c1)', mark: 'line' }, ...(toScale() ? [{ label: 'capacity of the active nodes', color: 'var(--c3)', mark: 'dash' as const }, { label: 'load beyond capacity', color: thin('var(--bad)', 40) }] : []), ...(woken.length > 0 ? [{ label: '▲ nodes woken', color: 'var(--lane-activation)' }] : [])]);
    if (steps.length === 0) loadChart.panel.empty('This run did not record how many nodes were active.', 'Run the scenario again with this version.');
    else loadChart.panel.redraw();
    const ends = counts.length / STATE_ORDER.length - 1;
    stackChart.panel.finding(`${figure(countAt(0, 'active'))} active in the beginning, ${figure(countAt(ends, 'active'))} of ${figure(run.nodes.count)} in the end`, 'nodes by state, virtual time');
    stackChart.panel.legend([...present()].reverse().map((state) => ({ label: state, color: stateColour(state) })));
    stackChart.panel.redraw();
    const changed = new Set(run.events['node-state'].node).size;
    rasterChart.panel.finding(changed === 0 ? 'No node ever changed its state' : `${counted(changed, 'node')} changed state, ${counted(run.events['node-state'].count, 'time')}`, 'one row per node, colour: state; where several share a pixel the most noteworthy shows (down, paused, syncing, booting, active, standby)');
    rasterChart.panel.redraw();
    showReasons();
  }

  function sort(): void {
    const active = STATE_ORDER.indexOf('active');
    const since = Float64Array.from({ length: run.nodes.count }, (_, node) => {
      for (let i = spans.from[node]; i < spans.from[node + 1]; i++) if (spans.state[i] === active) return spans.atUs[i];
      return Number.POSITIVE_INFINITY;
    });
    rows = Int32Array.from({ length: run.nodes.count }, (_, node) => node);
    if (order === 'woken') rows.sort((a, b) => (since[a] === since[b] ? a - b : since[a] - since[b]));
  }

  return {
    update(state, before) {
      const wanted: RasterOrder = state.options['sort'] === 'number' ? 'number' : 'woken';
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        order = wanted;
        orderChoice.show(order);
        load();
      } else if (wanted !== order) {
        order = wanted;
        orderChoice.show(order);
        sort();
        rasterChart.panel.redraw();
      }
      if (before && state.selection.node !== before.selection.node) rasterChart.panel.redraw();
      if (before && state.timeUs === before.timeUs) return;
      for (const chart of [loadChart, stackChart, rasterChart]) chart.cursor(state.timeUs);
    },
  };
}
