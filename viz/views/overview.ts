/** Did it pass, and where should I look? */
import { figure, lengthText, millis } from '../../sim/report/format.ts';
import { closestToFailing, happenings, happeningsFinding, nearnessFinding, verdictFinding, type Happening } from '../../sim/report/views/overview.ts';
import { cellUsFor, ratePerCell, STAGES, stagesFinding, type Stage } from '../../sim/report/views/stages.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import { proofWarning } from '../../sim/report/proofs.ts';
import { groupedReasons } from '../../sim/report/verdict.ts';
import type { RunData } from '../data/run-data.ts';
import { h, s } from '../draw/dom.ts';
import { tableOf } from '../draw/table.ts';
import { roleColour } from './charts/colour.ts';
import { areaMark, areaPath, colourOf, HALO, lineMark, linePath, plotOn, thin } from './charts/plot.ts';
import { onPointer, timeAxis } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

/** Points of a sparkline. */
const SPARKS = 48;
/** Invariants listed. */
const NEAREST = 8;
/** Where the reader finds out more about a happening. */
const VIEW_OF: Readonly<Record<Happening['what'], string>> = {
  violation: 'invariants', 'finality conflict': 'forks', fault: 'activation', fork: 'forks', reorganisation: 'forks', activation: 'activation', ban: 'nodes',
};
const VERDICT_SIGN = { pass: '✓', fail: '✕', inconclusive: '?' } as const;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;

  // ── verdict ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const verdictPanel = context.panel({
    id: 'verdict',
    table: () => tableOf(['code', 'kind', 'what', 'why', 'moment'], (run.summary?.reasons ?? []).map((r) => [r.code, r.kind, r.id, r.text, r.moment])),
  });
  const verdictBody = h('div', { class: 'judgement' });
  verdictPanel.body.prepend(verdictBody);

  function showVerdict({ summary, facts }: RunData): void {
    if (!summary) {
      verdictPanel.finding('No verdict yet: the run goes on', facts.scenario.question);
      verdictBody.replaceChildren();
      return;
    }
    const { virtual: v, verdict } = summary;
    verdictPanel.finding(verdictFinding(summary), `${facts.scenario.name}, seed ${facts.seed}: ${facts.scenario.question}`);
    const fact = (name: string, value: string): HTMLElement => h('div', {}, h('dt', {}, name), h('dd', {}, value));
    const stale = v.staleRounds === 0 ? 'none stale' : `${v.staleRounds} stale`;
    verdictBody.replaceChildren(
      h('p', { class: `badge ${verdict}` }, h('span', { 'aria-hidden': 'true' }, VERDICT_SIGN[verdict]), ` ${verdict.toUpperCase()}`, h('small', {}, ` exit ${summary.exitCode}`)),
      ...proofWarning(summary).map((warning) => h('p', { class: 'reason' }, h('strong', {}, warning))),
      h('dl', { class: 'facts' },
        fact('rounds', `${figure(v.rounds)}, ${stale}`),
        fact('nodes', `${figure(v.nodes.configured)}, at most ${figure(v.nodes.activeMax)} active`),
        fact('propagation 50 / 90 / 99 % (virtual)', `${millis(v.propagation.p50Ms)} / ${millis(v.propagation.p90Ms)} / ${millis(v.propagation.p99Ms)}`),
        fact('length (virtual)', `${lengthText(v.durationMs * 1_000)}, ${figure(v.events)} events`),
        fact('elapsed (wall)', `${figure(summary.wall.elapsedS)} s`),
        fact('trace hash', summary.hash.trace.slice(0, 16)),
      ),
      ...groupedReasons(summary.reasons).map((reason) => h('p', { class: 'reason' }, h('strong', {}, `${reason.code} ${reason.kind}: ${reason.ids.join(', ')}`), ` ${reason.text}`, h('br'), h('code', {}, `stratus replay ${reason.moment}`))),
    );
  }

  // ── throughput ──────────────────────────────────────────────────────────────────────────────────────────────────

  let rates: Record<Stage, Float64Array> | undefined;
  let cellUs = 1;
  let cursors: { readonly line: SVGLineElement; readonly x: (us: number) => number }[] = [];
  const figures = (): Readonly<Record<Stage, number>> | undefined => run.summary?.virtual.tpms;
  const tiles = context.panel({
    id: 'tpms', height: 176,
    table: () => tableOf(['stage', 'tx/ms (virtual, measured window)', 'of offered'], STAGES.map((stage) => [stage, figures()?.[stage], figures() && figures()!.offered > 0 ? figures()![stage] / figures()!.offered : undefined])),
    draw({ svg, width, height }) {
      const across = width < 560 ? 2 : 4;
      const [w, hgt] = [width / across, height / (4 / across)];
      cursors = [];
      svg.replaceChildren(...STAGES.map((stage, i) => {
        const [x0, y0] = [(i % across) * w, Math.floor(i / across) * hgt];
        const tile = s('g', { transform: `translate(${x0} ${y0})`, class: 'tile', 'data-stage': stage });
        const tpms = figures();
        const small = across === 2;
        tile.append(
          s('text', { class: 'strong', x: 8, y: 14 }, stage),
          s('text', { class: small ? 'tile-value small' : 'tile-value', x: 8, y: small ? 35 : 44 }, tpms ? figure(tpms[stage]) : '–'),
          s('text', { x: w - 14, y: 14, 'text-anchor': 'end' }, tpms && tpms.offered > 0 && i > 0 ? `${percentText(tpms[stage] / tpms.offered)}${small ? '' : ' of offered'}` : 'tx/ms'),
        );
        if (rates) tile.append(...sparkline(rates[stage], colourOf(i), 8, small ? 42 : 56, w - 22, hgt - (small ? 50 : 70)));
        return tile;
      }));
      place(store.get().timeUs);
    },
  });

  function sparkline(values: Float64Array, color: string, left: number, top: number, width: number, height: number): SVGElement[] {
    const most = STAGES.reduce((max, stage) => rates![stage].reduce((a, b) => Math.max(a, b), max), 0) || 1;
    const x = (us: number): number => left + (us / run.facts.endUs) * width;
    const [px, py] = [(i: number): number => x(Math.min(run.facts.endUs, (i + 0.5) * cellUs)), (i: number): number => top + height - (values[i] / most) * (height - 2)];
    const line = s('line', { class: 'crosshair', y1: top, y2: top + height });
    cursors.push({ line, x });
    return [
      areaMark(areaPath(values.length, px, () => top + height, py), thin(color, 22)),
      lineMark(linePath(values.length, px, py), color, 1.6),
      s('line', { x1: left, x2: left + width, y1: top + height, y2: top + height, stroke: 'var(--strong-line)' }),
      line,
    ];
  }
  const toTime = (x: number, width: number): void => {
    const w = width / (width < 560 ? 2 : 4);
    store.set({ timeUs: (((x % w) - 8) / (w - 22)) * run.facts.endUs });
  };
  onPointer(tiles, context.signal, { drag: (x) => rates && toTime(x, tiles.size().width) });

  // ── happenings ──────────────────────────────────────────────────────────────────────────────────────────────────

  let rows: readonly Happening[] = [];
  let lane: { readonly axis: (px: number) => number; readonly rows: readonly { readonly top: number; readonly what: Happening }[] } | undefined;
  const rail = context.panel({
    id: 'happenings', span: 'half', height: 230,
    table: () => ({
      ...tableOf(['what', { name: 'count', number: true }, { name: 'first (s)', number: true }, { name: 'last (s)', number: true }], rows.map((row) => [row.what, row.count, row.firstUs === undefined ? undefined : row.firstUs / 1e6, row.lastUs === undefined ? undefined : row.lastUs / 1e6])),
      onRow: (row) => look(rows[row]),
    }),
    draw(surface) {
      const plot = plotOn(surface, timeAxis(0, run.facts.endUs), { from: 0, to: 1, label: '', ticks: [], plain: true }, { left: 122, top: 4 });
      const height = (plot.bottom - plot.top) / rows.length;
      const drawing = surface.canvas();
      const [line, ink] = [roleColour('--line'), roleColour('--ink')];
      rows.forEach((row, i) => {
        const y = plot.top + (i + 0.5) * height;
        plot.marks.append(
          s('text', { x: plot.left - 8, y, dy: '0.32em', 'text-anchor': 'end', class: row.count === 0 ? undefined : 'strong' }, `${row.what} ${figure(row.count)}`),
        );
        drawing.fillStyle = line;
        drawing.fillRect(plot.left, y, plot.right - plot.left, 1);
        drawing.fillStyle = ink;
        for (const us of row.timesUs) drawing.fillRect(plot.x(us) - 1, y - height * 0.32, 2, height * 0.64);
      });
      lane = { axis: plot.xAt, rows: rows.map((what, i) => ({ top: plot.top + i * height, what })) };
    },
  });
  onPointer(rail, context.signal, {
    click(x, y) {
      const row = lane?.rows.filter(({ top }) => y >= top).at(-1)?.what;
      if (!lane || !row || row.count === 0) return;
      const us = lane.axis(x);
      const nearest = row.timesUs.length === 0 ? undefined : row.timesUs.reduce((best, time) => (Math.abs(time - us) < Math.abs(best - us) ? time : best), row.timesUs[0]);
      look(row, nearest);
    },
  });
  const look = (row: Happening, us = row.firstUs): void => {
    if (us !== undefined) store.set({ timeUs: us, view: VIEW_OF[row.what], options: {} });
  };

  // ── invariants and thresholds ───────────────────────────────────────────────────────────────────────────────────

  const invariants = context.panel({
    id: 'closest', span: 'half', height: 230,
    table: () => ({
      ...tableOf(['invariant', 'what', { name: 'violations', number: true }, { name: 'headroom (share of the bound)', number: true }], closestToFailing(run.invariants).map((row) => [row.id, row.title, row.violations, row.headroom])),
      onRow: () => store.set({ view: 'invariants', options: {} }),
    }),
    draw(surface) {
      const nearest = closestToFailing(run.invariants).slice(0, NEAREST);
      const plot = plotOn(surface, { from: 0, to: 1, label: 'left of the bound (0: it fails)', text: percentText }, { from: 0, to: 1, label: '', ticks: [], plain: true }, { left: 44, top: 4, right: 20 });
      const height = (plot.bottom - plot.top) / NEAREST;
      nearest.forEach((row, i) => {
        const y = plot.top + i * height;
        const broken = row.violations > 0;
        plot.marks.append(
          s('text', { x: plot.left - 8, y: y + height / 2, dy: '0.32em', 'text-anchor': 'end', class: 'strong' }, row.id),
          s('rect', { x: plot.left, y: y + 2, width: Math.max(1, plot.x(row.headroom) - plot.left), height: height - 4, fill: broken ? 'var(--bad)' : thin('var(--c1)', 40) }),
          s('text', { ...HALO, x: plot.left + 6, y: y + height / 2, dy: '0.32em' }, fitted(broken ? `✕ ${counted(row.violations, 'violation')}: ${row.title}` : `${percentText(row.headroom)}  ${row.title}`, plot.right - plot.left - 8)),
        );
      });
    },
  });
  onPointer(invariants, context.signal, { click: () => store.set({ view: 'invariants', options: {} }) });

  const thresholds = context.panel({
    id: 'thresholds',
    table: () => tableOf(['threshold', 'kept', 'value', { name: 'samples', number: true }], (run.summary?.thresholds ?? []).map((t) => [t.expr, t.ok === null ? 'no samples' : t.ok ? 'yes' : 'no', t.value ?? undefined, t.samples])),
  });
  const thresholdBody = h('ul', { class: 'thresholds' });
  thresholds.body.prepend(thresholdBody);

  function showThresholds({ summary }: RunData): void {
    const all = summary?.thresholds ?? [];
    const kept = all.filter((t) => t.ok === true).length;
    thresholds.finding(all.length === 0 ? 'No thresholds to keep' : `${kept} of ${counted(all.length, 'threshold')} kept`, all.length === 0 ? '' : 'what the scenario asks for, over samples of the measured window; virtual');
    thresholdBody.replaceChildren(...all.map((t) => h('li', {}, h('span', { class: `sign ${t.ok === null ? 'inconclusive' : t.ok ? 'pass' : 'fail'}` }, t.ok === null ? '? no samples' : t.ok ? '✓ kept' : '✕ broken'), h('code', {}, t.expr), t.value === null ? '' : ` is ${t.value} over ${counted(t.samples, 'sample')}`)));
    if (all.length === 0) thresholdBody.append(h('li', {}, 'This scenario sets no thresholds. Add “thresholds” to it; stratus list metrics shows what can be bounded.'));
    thresholds.redraw();
  }

  function load(): void {
    showVerdict(run);
    verdictPanel.redraw();
    const step = run.series.find(({ name }) => name === 'tx.offered')?.stepUs;
    rates = undefined;
    if (step === undefined) {
      tiles.finding('No transactions in this run');
      tiles.empty('The scenario has no workload, so there is no throughput.', 'Look at Propagation, or add a “workload” to the scenario.');
    } else {
      cellUs = Math.max(cellUsFor(run.facts.endUs, step, SPARKS), cellUsFor(2 * run.facts.parameters.roundIntervalSeconds * 1e6, step, 1));
      rates = Object.fromEntries(STAGES.map((stage) => [stage, ratePerCell(run.series, stage, cellUs)])) as Record<Stage, Float64Array>;
      tiles.finding(run.summary ? stagesFinding(run.summary.virtual.tpms) : 'Throughput so far', `transactions per millisecond of virtual time, ${lengthText(run.facts.window.fromUs)} to ${lengthText(run.facts.window.toUs)}; lines: the whole run, one scale`);
      tiles.redraw();
    }
    rows = happenings(run.events, run.forks, run.invariants, run.violations);
    rail.finding(happeningsFinding(rows), 'a click goes to the nearest one; virtual time');
    rail.redraw();
    const nearest = closestToFailing(run.invariants);
    invariants.finding(nearnessFinding(nearest), nearest[0] ? `${nearest[0].id}: ${nearest[0].title}. Smallest headroom of the run, as a share of each bound` : '');
    if (nearest.length === 0) invariants.empty('No invariant with a bound was watched.', 'Leave “always” out of the scenario’s invariants to watch all.');
    else invariants.redraw();
    showThresholds(run);
  }

  const place = (timeUs: number): void => {
    for (const { line, x } of cursors) {
      const at = x(timeUs).toFixed(1);
      line.setAttribute('x1', at);
      line.setAttribute('x2', at);
    }
  };

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        load();
      }
      if (state.timeUs !== before?.timeUs) place(state.timeUs);
    },
  };
}

/** Cut to about that many pixels of the notes' font. */
const fitted = (text: string, px: number): string => {
  const most = Math.max(4, Math.floor(px / 5.6));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
};
