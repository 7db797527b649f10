/** All nodes: sort, filter, pin; one of them in full. */
import { emptyDelays, fillDelays, NO_DELAY, nodeCounts, orderBy, type Direction, type NodeCounts, type NodeDelays } from '../../sim/report/views/node-facts.ts';
import { nodeFilter, type FilteredNode } from '../../sim/report/views/node-filter.ts';
import { counted, regionText } from '../../sim/report/views/words.ts';
import { hexAt, textAt } from '../../sim/trace/columns.ts';
import { ARRIVAL_MAX_US } from '../../sim/trace/record.ts';
import { problemOf } from '../data/problem.ts';
import { NODE_STATES, type Coverage } from '../data/run-data.ts';
import { h, s } from '../draw/dom.ts';
import { bytes, clock, count, duration, figure, shortHash } from '../draw/format.ts';
import type { TableData } from '../draw/table.ts';
import { eachArrival } from './charts/arrivals.ts';
import { lineMark, linePath, plotOn, type Plot } from './charts/plot.ts';
import { onPointer, timeAxis } from './charts/time.ts';
import { latest } from './latest.ts';
import { makeGrid } from './nodes-grid.ts';
import './explorer.css';
import './nodes.css';
import type { MountedView, ViewContext } from './view.ts';

/** A column of the table: numbers sort as numbers, texts as texts. */
interface Column {
  readonly key: string;
  readonly name: string;
  readonly hint: string;
  /** NaN where it is not known. */
  readonly value?: (node: number) => number;
  readonly text?: (node: number) => string;
  /** How a number is shown; default: grouped. */
  readonly shown?: (value: number) => string;
  /** What CSV and filters have, where it is not the value itself: in the unit of the hint. */
  readonly scale?: number;
}

const PINS_MAX = 20;
/** Nodes whose medians are found between two breaths. */
const NODES_AT_ONCE = 400;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  let counts: NodeCounts = nodeCounts(0, { count: 0, node: new Int32Array(0), canonical: new Uint8Array(0) }, run.events);
  let delays: NodeDelays = emptyDelays(0);
  let coverage: Coverage | undefined;
  let ready = false;

  const known = (us: number): number => (us === NO_DELAY ? Number.NaN : us);
  const time = (us: number): string => duration(us);
  const COLUMNS: readonly Column[] = [
    { key: 'node', name: 'node', hint: 'number of the node', value: (n) => n, shown: String },
    { key: 'kind', name: 'kind', hint: 'kind of node (D22)', text: (n) => textAt(run.nodes.kind, n) },
    { key: 'region', name: 'region', hint: 'where it stands', text: (n) => regionText(textAt(run.nodes.region, n)) },
    { key: 'state', name: 'state', hint: 'at the time cursor', text: (n) => stateAt(n) },
    { key: 'power', name: 'power', hint: 'share of all hash power, %', value: (n) => run.nodes.hashPowerPpm[n], scale: 1e-4, shown: (ppm) => (ppm === 0 ? '–' : `${figure(ppm / 1e4)} %`) },
    { key: 'found', name: 'found', hint: 'rounds that it found', value: (n) => counts.found[n] },
    { key: 'kept', name: 'kept', hint: 'of these, on the final best chain', value: (n) => counts.kept[n] },
    { key: 'median', name: 'median', hint: 'median delay of rounds found by others, ms, virtual; sleep and outages count', value: (n) => known(delays.medianUs[n]), scale: 1e-3, shown: time },
    { key: 'worst', name: 'worst', hint: 'largest such delay, ms, virtual', value: (n) => known(delays.worstUs[n]), scale: 1e-3, shown: (us) => (us === ARRIVAL_MAX_US ? `${time(us)} or more` : time(us)) },
    { key: 'missed', name: 'missed', hint: 'rounds that it never had', value: (n) => (ready ? delays.missed[n] : Number.NaN) },
    { key: 'reorgs', name: 'reorgs', hint: 'times that it left its branch', value: (n) => counts.reorgs[n] },
    { key: 'deepest', name: 'deepest', hint: 'rounds that the deepest of these left', value: (n) => counts.deepest[n] },
    { key: 'outages', name: 'outages', hint: 'times that it went down or paused', value: (n) => counts.outages[n] },
    { key: 'banned', name: 'banned', hint: 'times that a peer banned it', value: (n) => counts.banned[n] },
    { key: 'sent', name: 'sent', hint: 'bytes sent', value: (n) => run.nodes.bytesSent[n], shown: bytes },
    { key: 'received', name: 'received', hint: 'bytes received', value: (n) => run.nodes.bytesReceived[n], shown: bytes },
    { key: 'cpu', name: 'CPU', hint: 'virtual CPU time charged, ms', value: (n) => run.nodes.cpuUs[n], scale: 1e-3, shown: time },
  ];
  const STATE_COLUMN = COLUMNS.findIndex(({ key }) => key === 'state');
  const columnOf = (key: string | undefined): Column => COLUMNS.find((column) => column.key === key) ?? COLUMNS[0];
  const shownOf = ({ value, text, shown = count }: Column, node: number): string => {
    if (text) return text(node);
    const number = value!(node);
    return Number.isNaN(number) ? '–' : shown(number);
  };
  const stateAt = (node: number): string => {
    const moment = store.get().moment;
    return moment && node < moment.states.length ? NODE_STATES[moment.states[node]] : textAt(run.nodes.initialState, node);
  };

  // ── the table ───────────────────────────────────────────────────────────────────────────────────────────────────

  const list = context.panel({ id: 'nodes', table: () => exported() });
  const grid = makeGrid({
    columns: COLUMNS.map(({ key, name, hint, value }) => ({ key, name, hint, number: value !== undefined })), label: 'nodes',
    cell: (node, column) => shownOf(COLUMNS[column], node),
    onSort(key) {
      const { options } = store.get();
      const up = columnOf(options['sort']).key === key ? options['down'] !== undefined : columnOf(key).text !== undefined || key === 'node';
      store.set({ options: { ...without(without(options, 'sort'), 'down'), ...(key !== 'node' && { sort: key }), ...(!up && { down: '1' }) } });
    },
    onSelect: (node) => store.select({ node }),
    onPin(node) {
      const pins = pinned();
      if (!pins.delete(node)) pins.add(node);
      store.option('pins', pins.size === 0 ? undefined : [...pins].slice(-PINS_MAX).join('-'));
    },
  });
  const filterHint = h(
    'p', { class: 'subtitle nodes-hint' }, 'filter ( / ): words such as ', h('code', {}, 'mining europe'), ', comparisons such as ',
    h('code', {}, 'median>500 reorgs>=1'), ', names as in the heads; p pins',
  );
  list.tools.append(filterHint);
  list.body.prepend(grid.element);

  const pinned = (): Set<number> => new Set((store.get().options['pins'] ?? '').split('-').filter((text) => /^\d{1,7}$/.test(text)).map(Number).filter((node) => node < run.nodes.count));

  function ordered(): Int32Array {
    const { options, filter } = store.get();
    const column = columnOf(options['sort']);
    const keep = nodeFilter(filter);
    const nodes = Array.from({ length: run.nodes.count }, (_, node) => node);
    const facts = (node: number): FilteredNode => ({
      words: `${textAt(run.nodes.kind, node)} ${regionText(textAt(run.nodes.region, node))} ${stateAt(node)}`.toLowerCase(),
      figure(name) {
        const wanted = COLUMNS.find(({ key }) => key === name);
        return wanted?.value && wanted.value(node) * (wanted.scale ?? 1);
      },
    });
    const direction: Direction = options['down'] === undefined ? 'up' : 'down';
    // What is not known comes last either way.
    const last = direction === 'up' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const test = (at: number): boolean => filter.trim() === '' || keep(at, facts(at));
    if (column.text) return orderBy(nodes.map(column.text), direction, pinned(), test);
    return orderBy(nodes.map((node) => (Number.isNaN(column.value!(node)) ? last : column.value!(node))), direction, pinned(), test);
  }

  let order: Int32Array = new Int32Array(0);
  function show(): void {
    const { options, filter } = store.get();
    order = ordered();
    const column = columnOf(options['sort']);
    grid.show(order, pinned(), column.key, options['down'] === undefined ? 'up' : 'down');
    list.finding(
      finding(),
      `${filter.trim() === '' ? counted(run.nodes.count, 'node') : `${count(order.length)} of ${counted(run.nodes.count, 'node')} match “${filter.trim()}”`}, sorted by ${column.name} (${column.hint})`,
    );
    if (order.length === 0) list.empty(
      `No node matches “${filter.trim()}”.`, 'Empty the filter ( / ), or look at the heads of the table for names that can be compared.',
    );
    else list.redraw();
    grid.element.hidden = order.length === 0;
  }

  /** Who is last, who loses most, what stands out. */
  function finding(): string {
    const nodes = run.nodes.count;
    if (!ready) return `${counted(nodes, 'node')}; reading when each had each round …`;
    let slowest = -1;
    let fastest = -1;
    for (let node = 0; node < nodes; node++) {
      if (delays.medianUs[node] === NO_DELAY) continue;
      if (slowest < 0 || delays.medianUs[node] > delays.medianUs[slowest]) slowest = node;
      if (fastest < 0 || delays.medianUs[node] < delays.medianUs[fastest]) fastest = node;
    }
    if (slowest < 0) return `${counted(nodes, 'node')}; no round reached any of them`;
    const where = (node: number): string => `node ${node} (${textAt(run.nodes.kind, node)}, ${regionText(textAt(run.nodes.region, node))})`;
    return `${capital(where(slowest))} is slowest: ${duration(delays.medianUs[slowest])} in the median; ${where(fastest)} is quickest: ${duration(delays.medianUs[fastest])}`;
  }

  const exported = (): TableData => ({
    columns: COLUMNS.map(({ name, hint, value }) => ({ name: value ? `${name} (${hint})` : name, number: value !== undefined })),
    rows: order.length,
    cell(row, column) {
      const { value, text, scale = 1 } = COLUMNS[column];
      if (text) return text(order[row]);
      const number = value!(order[row]) * scale;
      return Number.isNaN(number) ? undefined : Math.round(number * 1e6) / 1e6;
    },
    onRow: (row) => store.select({ node: order[row] }),
  });

  // ── one node ────────────────────────────────────────────────────────────────────────────────────────────────────

  const facts = context.panel({ id: 'node', span: 'half', table: () => ({ columns: [{ name: 'field' }, { name: 'value' }], rows: chosen === undefined ? 0 : COLUMNS.length, cell: (row, column) => (column === 0 ? `${COLUMNS[row].name} (${COLUMNS[row].hint})` : shownOf(COLUMNS[row], chosen!)) }) });
  const factsHost = h('div');
  facts.body.prepend(factsHost);
  let chosen: number | undefined;
  let own: Int32Array | undefined;
  let plot: Plot | undefined;
  let line: SVGLineElement | undefined;

  const chart = context.panel({
    id: 'arrivals', span: 'half', height: 300, label: 'Delays of one node, round by round',
    table() {
      const { rounds } = run;
      return {
        columns: [
          { name: 'round', number: true }, { name: 'found (s, virtual)', number: true }, { name: 'had it after (ms)', number: true },
          { name: 'half of the nodes after (ms)', number: true },
        ],
        rows: own ? Math.min(rounds.count, own.length) - 1 : 0,
        cell: (row, column) => [
          rounds.number[row + 1], rounds.foundAtUs[row + 1] / 1e6, own![row + 1] < 0 ? Number.POSITIVE_INFINITY : own![row + 1] / 1e3,
          (coverage?.p50[row + 1] ?? Number.NaN) / 1e3,
        ][column],
        onRow: (row) => store.set({ selection: { ...store.get().selection, round: row + 1 }, timeUs: rounds.foundAtUs[row + 1] }),
      };
    },
    draw(surface) {
      if (!own || chosen === undefined) return;
      const { rounds, facts: { endUs } } = run;
      const arrived = own.filter((us) => us > 0);
      const half = coverage ? [...coverage.p50].filter((us) => Number.isFinite(us) && us > 0) : [];
      const [low, high] = [Math.max(1_000, Math.min(...arrived, ...half)), Math.max(2_000, ...arrived, ...half)];
      plot = plotOn(surface, timeAxis(0, endUs), { from: low * 0.8, to: high * 1.25, log: true, label: 'delay (log, virtual)', text: duration });
      if (coverage) {
        const { p50 } = coverage;
        plot.marks.append(lineMark(
          linePath(rounds.count - 1, (i) => plot!.x(rounds.foundAtUs[i + 1]), (i) => (p50[i + 1] > 0 ? plot!.y(p50[i + 1]) : Number.NaN)), 'var(--muted)', 1.3,
          '5 3',
        ));
      }
      const pen = surface.canvas();
      const style = getComputedStyle(surface.svg);
      const [dot, late] = [style.getPropertyValue('--c1').trim(), style.getPropertyValue('--c5').trim()];
      for (let round = 1; round < Math.min(rounds.count, own.length); round++) {
        const x = plot.x(rounds.foundAtUs[round]);
        if (own[round] < 0) {
          pen.strokeStyle = late;
          pen.lineWidth = 1.6;
          pen.beginPath();
          for (const [dx, dy] of [[-3.5, -3.5], [-3.5, 3.5]]) {
            pen.moveTo(x + dx, plot.top + 7 + dy);
            pen.lineTo(x - dx, plot.top + 7 - dy);
          }
          pen.stroke();
          continue;
        }
        pen.fillStyle = dot;
        pen.beginPath();
        if (rounds.node[round] === chosen) pen.rect(x - 3, plot.bottom - 9, 6, 6);
        else pen.arc(x, plot.y(Math.max(low, own[round])), 2.6, 0, 7);
        pen.fill();
      }
      line = s('line', { class: 'crosshair', y1: plot.top, y2: plot.bottom });
      plot.over.append(line);
      surface.svg.classList.add('pick');
      placeLine(store.get().timeUs);
    },
  });
  chart.legend([
    { label: 'this node', color: 'var(--c1)', mark: 'dot' }, { label: 'found by it', color: 'var(--c1)' },
    { label: 'never had it (×, on top)', color: 'var(--c5)', mark: 'ring' }, { label: 'half of all nodes', color: 'var(--muted)', mark: 'dash' },
  ]);
  onPointer(chart, signal, {
    click(x) {
      if (!plot) return;
      const us = plot.xAt(x);
      const { foundAtUs, count: rounds } = run.rounds;
      let nearest = 1;
      for (let round = 2; round < rounds; round++) if (Math.abs(foundAtUs[round] - us) < Math.abs(foundAtUs[nearest] - us)) nearest = round;
      if (rounds > 1) store.set({ selection: { ...store.get().selection, round: nearest }, timeUs: foundAtUs[nearest] });
    },
  });
  function placeLine(timeUs: number): void {
    if (!plot || !line) return;
    const x = plot.x(timeUs).toFixed(1);
    line.setAttribute('x1', x);
    line.setAttribute('x2', x);
  }

  function showNode(node: number | undefined, reveal: boolean): void {
    grid.select(node, reveal);
    if (node === chosen && own) return showFacts();
    chosen = node;
    own = undefined;
    if (node === undefined) {
      factsHost.replaceChildren();
      facts.finding('No node is chosen');
      facts.empty('Choose a row of the table: a click, or Enter on it.', 'The selection follows into every view.');
      chart.finding('Delays of one node');
      chart.empty('No node is chosen.', 'Choose a row of the table.');
      return;
    }
    showFacts();
    chart.loading();
    readArrivals();
  }

  function readArrivals(): void {
    const [of, node] = [run, chosen];
    if (node === undefined) return;
    of.arrivalsOfNode(node).then(
      (arrivals) => {
        if (signal.aborted || chosen !== node || run !== of) return;
        own = arrivals;
        const never = arrivals.reduce((sum, us, round) => sum + (round > 0 && us < 0 ? 1 : 0), 0);
        const all = run.rounds.count - 1;
        chart.finding(
          never === 0 ? `Node ${node} had every round${all > 0 && ready ? `, half of them within ${duration(delays.medianUs[node])}` : ''}` : `Node ${node} never had ${counted(never, 'round')} of ${count(all)}`,
          'each dot one round, at the time it was found; a click selects it',
        );
        chart.redraw();
      },
      (problem: unknown) => !signal.aborted && run === of && of === store.get().run && chart.fail(problemOf(problem, 'nodes')),
    );
  }

  const headAtCursor = h('dd', {});
  let headShown = -2;
  /** What changes with the cursor: state and head. */
  function showMoment(): void {
    if (chosen === undefined) return;
    const { moment } = store.get();
    facts.finding(
      `Node ${chosen}: ${KIND_TEXT[textAt(run.nodes.kind, chosen)] ?? 'a node'} in ${regionText(textAt(run.nodes.region, chosen))}, ${stateAt(chosen)}`,
      `at ${clock(moment?.atUs ?? 0)} (virtual)`,
    );
    const head = moment && chosen < moment.heads.length ? moment.heads[chosen] : -1;
    if (head === headShown) return;
    headShown = head;
    headAtCursor.replaceChildren(roundButton(head));
  }
  const roundButton = (round: number): HTMLElement | string =>
    round < 0 ? 'none' : h(
      'button',
      { type: 'button', class: 'quiet link', onclick: () => store.set({ selection: { ...store.get().selection, round }, view: 'explorer', filter: '', options: { show: 'round' } }) },
      `round ${run.rounds.number[round]} (${shortHash(hexAt(run.rounds.hash, round))})`,
    );

  function showFacts(): void {
    if (chosen === undefined) return;
    const node = chosen;
    headShown = -2;
    showMoment();
    factsHost.replaceChildren(h('dl', { class: 'fields two' },
      h('dt', {}, 'head at the cursor'), headAtCursor,
      h('dt', {}, 'head at the end'), h('dd', {}, roundButton(run.nodes.head[node])),
      h('dt', {}, 'final at the end'), h('dd', {}, roundButton(run.nodes.final[node])),
      h('dt', {}, 'executes'), h('dd', {}, run.nodes.isolated[node] === 1 ? 'on its own (a witness)' : 'shared with others'),
      ...COLUMNS.slice(STATE_COLUMN + 1).flatMap((column) => [h('dt', { title: column.hint }, column.name), h('dd', {}, shownOf(column, node))])));
    facts.redraw();
  }

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const refresh = latest(async () => {
    run = store.get().run ?? run;
    const nodes = run.nodes.count;
    counts = nodeCounts(nodes, run.rounds, run.events);
    const fresh = emptyDelays(nodes);
    if (delays.medianUs.length !== nodes) delays = fresh;
    show();
    showNode(store.get().selection.node, chosen === undefined);
    const rows: Int32Array[] = [];
    try {
      coverage = await run.coverage();
      const all = Int32Array.from({ length: run.rounds.count }, (_, round) => round);
      if (!(await eachArrival(run, all, (round, deltaUs) => void (rows[round] = deltaUs), signal))) return;
      for (let from = 0; from < nodes; from += NODES_AT_ONCE) {
        fillDelays(fresh, rows, run.rounds.node, from, Math.min(nodes, from + NODES_AT_ONCE));
        if (nodes > NODES_AT_ONCE) await new Promise((resolve) => setTimeout(resolve));
        if (signal.aborted) return;
      }
    } catch (problem) {
      if (!signal.aborted && run === store.get().run) chart.fail(problemOf(problem, 'nodes'));
      return;
    }
    delays = fresh;
    ready = true;
    show();
    showFacts();
    if (own) readArrivals();
  });

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) return refresh();
      if (state.filter !== before.filter || state.options !== before.options) show();
      else if (state.moment !== before.moment) {
        // Sorting or filtering by state would make rows jump while time runs: only what is written changes.
        grid.rewrite(STATE_COLUMN);
        showMoment();
      }
      if (state.selection.node !== before.selection.node) showNode(state.selection.node, true);
      if (state.timeUs !== before.timeUs) placeLine(state.timeUs);
    },
  };
}

const without = (options: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));

const KIND_TEXT: Readonly<Record<string, string>> = { full: 'a full node', mining: 'a miner', validator: 'a validator', light: 'a light node', archive: 'an archive' };

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
