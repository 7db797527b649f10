/** How fast does a round reach 50, 90, 99 and 100 % of the nodes? */
import { figure, lengthText, millis } from '../../sim/report/format.ts';
import { areOrIs, curveQuantile, CurveBuilder, curvesFinding, delayText, lastGroups, NEVER_US, SHARES, type Curves, type SplitBy } from '../../sim/report/views/spread.ts';
import { counted, listed } from '../../sim/report/views/words.ts';
import { s } from '../draw/dom.ts';
import { tableOf, type Cell } from '../draw/table.ts';
import { eachArrival, oneReading, roundAt, spreadColumns } from './charts/arrivals.ts';
import { choice } from './charts/choice.ts';
import { colourOf, DASHES, HALO, lineMark, linePath, plotOn, type AxisSpec, type Plot } from './charts/plot.ts';
import { onPointer, timeChart } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

/** Shares that are named. */
const LEVELS = [50, 90, 99, 100] as const;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;
  let by: SplitBy = 'region';
  let all: Curves | undefined;
  let groups: readonly Curves[] = [];
  let median: Int32Array = new Int32Array(SHARES);

  const numberOf = (round: number): number => run.rounds.number[round];
  const cell = (us: number): Cell => (us === NEVER_US ? Number.POSITIVE_INFINITY : us / 1_000);

  /** Delays of all curves, in whole parts of decades. */
  function delayAxis(): AxisSpec {
    let [low, high] = [Number.POSITIVE_INFINITY, 1_000];
    for (const us of all?.timesUs ?? []) {
      if (us > 0 && us < low) low = us;
      if (us !== NEVER_US && us > high) high = us;
    }
    return { from: halfDecade(low === Number.POSITIVE_INFINITY ? 1_000 : low, 'down'), to: halfDecade(high, 'up'), log: true, label: 'since the round was found (virtual, log)', text: (us) => millis(us / 1_000) };
  }

  // ── curves ──────────────────────────────────────────────────────────────────────────────────────────────────────

  let plot: Plot | undefined;
  let picked: SVGPathElement | undefined;
  let pickedIndex = -1;
  const curves = context.panel({
    id: 'curves', height: 360,
    table: () => ({
      ...tableOf(
        [{ name: 'round', number: true }, { name: 'found (s)', number: true }, { name: 'active nodes', number: true }, { name: 'reached', number: true }, ...LEVELS.map((level) => ({ name: `${level} % (ms)`, number: true }))],
        Array.from(all?.rounds ?? [], (round, i) => [numberOf(round), run.rounds.foundAtUs[round] / 1e6, all!.eligible[i], all!.reached[i], ...LEVELS.map((level) => cell(all!.timesUs[i * SHARES + level]))]),
      ),
      onRow: (row) => all && store.select({ round: all.rounds[row] }),
    }),
    draw(surface) {
      if (!all) return;
      plot = plotOn(surface, delayAxis(), { from: 0, to: 100, label: '% of active nodes', ticks: [0, 25, 50, 75, 90, 100], text: String }, { right: 16 });
      const { timesUs, rounds } = all;
      const pen = surface.canvas();
      pen.strokeStyle = getComputedStyle(curves.body).color;
      pen.globalAlpha = Math.min(0.45, Math.max(0.07, 14 / rounds.length));
      pen.lineWidth = 1;
      for (let i = 0; i < rounds.length; i++) {
        pen.beginPath();
        for (let percent = 1; percent < SHARES; percent++) {
          const us = timesUs[i * SHARES + percent];
          if (us === NEVER_US) break;
          pen.lineTo(plot.x(us), plot.y(percent));
        }
        pen.stroke();
      }
      if (by !== 'none') {
        groups.forEach((group, k) => {
          const times = curveQuantile(group, 50, 100);
          plot!.marks.append(curvePath(plot!, times, 0, colourOf(k), 2, DASHES[k % DASHES.length]));
          // Named at heights of their own, so that names of like groups do not meet.
          const percent = 12 + Math.round((k * 66) / Math.max(1, groups.length - 1));
          if (times[percent] !== NEVER_US) plot!.over.append(s('text', { ...HALO, x: Math.min(plot!.x(times[percent]) + 5, plot!.right - group.name.length * 6), y: plot!.y(percent), dy: '0.32em' }, group.name));
        });
      }
      plot.marks.append(curvePath(plot, median, 0, 'currentColor', by === 'none' ? 3.2 : 2.6));
      for (const level of LEVELS) {
        if (median[level] === NEVER_US) continue;
        const [x, y] = [plot.x(median[level]), plot.y(level)];
        plot.over.append(s('circle', { cx: x, cy: y, r: 3.6, fill: 'currentColor' }));
        const left = x > plot.right - 110;
        plot.over.append(s('text', { ...HALO, class: 'halo strong', x: left ? x - 8 : x + 8, y: y + (level === 100 ? -4 : level === 99 ? 13 : 4), 'text-anchor': left ? 'end' : 'start'}, `${level} % ${delayText(median[level])}`));
      }
      picked = lineMark('', 'var(--cursor)', 2.6);
      plot.over.append(picked);
      surface.svg.classList.add('pick');
      pickedIndex = -1;
      pick();
    },
  });
  const splitChoice = choice<SplitBy>('split by', [['none', 'nothing'], ['region', 'region'], ['kind', 'kind of node']], (value) => store.option('by', value === 'region' ? undefined : value));
  const readout = document.createElement('p');
  readout.className = 'readout';
  curves.tools.append(splitChoice.element, readout);
  onPointer(curves, context.signal, {
    over(x) {
      if (plot && all) readout.textContent = shareAt(plot.xAt(x));
    },
    leave: () => pick(true),
    click(x, y) {
      if (!plot || !all) return;
      const round = nearestCurve(all, plot.xAt(x), plot.yAt(y));
      if (round !== undefined) store.set({ selection: { ...store.get().selection, round }, timeUs: run.rounds.foundAtUs[round] });
    },
  });

  /** How far the median round, and the slowest and fastest, had come. */
  function shareAt(us: number): string {
    const reached = (times: ArrayLike<number>, base: number): number => {
      let percent = 0;
      while (percent < 100 && times[base + percent + 1] <= us) percent++;
      return percent;
    };
    const each = Array.from(all!.rounds, (_, i) => reached(all!.timesUs, i * SHARES)).sort((a, b) => a - b);
    return `after ${delayText(Math.round(us))}: ${reached(median, 0)} % in the median round, ${each[0]} % in the slowest, ${each[each.length - 1]} % in the fastest`;
  }

  /** Shows the selected round, else the last one found at the cursor. */
  function pick(force = false): void {
    if (!all || !plot || !picked) return;
    const { selection, timeUs } = store.get();
    const round = selection.round ?? roundAt(run, timeUs);
    const index = all.rounds.indexOf(round);
    if (index === pickedIndex && !force) return;
    pickedIndex = index;
    picked.setAttribute('d', index < 0 ? '' : curveLine(plot, all.timesUs, index * SHARES));
    const [half, most] = index < 0 ? [NEVER_US, NEVER_US] : [all.timesUs[index * SHARES + 50], all.timesUs[index * SHARES + 100]];
    readout.textContent = index < 0 ? 'no measured round found yet at the cursor' : `round ${numberOf(round)} (${selection.round === undefined ? 'last at the cursor' : 'selected'}): half after ${delayText(half)}, all ${most === NEVER_US ? 'never' : `after ${delayText(most)}`}`;
  }

  // ── times over the run ──────────────────────────────────────────────────────────────────────────────────────────

  const overTime = timeChart(context, {
    id: 'times', span: 'half', height: 260, run: () => run,
    y: () => ({ ...delayAxis(), label: 'until reached (virtual, log)' }),
    draw(plotted) {
      if (!all) return;
      const { rounds, timesUs } = all;
      LEVELS.forEach((level, k) => {
        const y = (i: number): number => (timesUs[i * SHARES + level] === NEVER_US ? Number.NaN : plotted.y(timesUs[i * SHARES + level]));
        plotted.marks.append(lineMark(linePath(rounds.length, (i) => plotted.x(run.rounds.foundAtUs[rounds[i]]), y), colourOf(k), 1.5, DASHES[k]));
      });
      rounds.forEach((round, i) => {
        if (timesUs[i * SHARES + 100] === NEVER_US) plotted.over.append(s('text', { class: 'alarm', x: plotted.x(run.rounds.foundAtUs[round]), y: plotted.top - 3, 'text-anchor': 'middle' }, '✕', s('title', {}, `round ${numberOf(round)} never reached every node`)));
      });
    },
    readout(us) {
      const round = roundAt(run, us);
      const i = all?.rounds.indexOf(round) ?? -1;
      return i < 0 ? 'no measured round yet' : `round ${numberOf(round)}: ${LEVELS.map((level) => `${level} % ${delayText(all!.timesUs[i * SHARES + level])}`).join(', ')}`;
    },
    table: () => tableOf(['found (s)', 'round', ...LEVELS.map((level) => `${level} % (ms)`)], Array.from(all?.rounds ?? [], (round, i) => [run.rounds.foundAtUs[round] / 1e6, numberOf(round), ...LEVELS.map((level) => cell(all!.timesUs[i * SHARES + level]))])),
  });

  // ── groups ──────────────────────────────────────────────────────────────────────────────────────────────────────

  const groupPanel = context.panel({
    id: 'groups', span: 'half', height: 260,
    table: () => tableOf(['group', 'nodes', ...LEVELS.map((level) => `${level} % (ms)`)], groups.map((group) => {
      const times = curveQuantile(group, 50, 100);
      return [group.name, group.nodes, ...LEVELS.map((level) => cell(times[level]))];
    })),
    draw(surface) {
      const shown = groups.length > 0 ? groups : all ? [all] : [];
      const times = shown.map((group) => curveQuantile(group, 50, 100));
      const finite = times.flatMap((t) => LEVELS.map((level) => t[level])).filter((us) => us !== NEVER_US && us > 0);
      const area = plotOn(surface, { from: halfDecade(Math.min(...finite, 1e6), 'down'), to: halfDecade(Math.max(...finite, 1e4), 'up'), log: true, label: 'until reached, median round (virtual, log)', text: (us) => millis(us / 1_000) }, { from: 0, to: 1, label: '', ticks: [], plain: true }, { left: Math.min(118, surface.width * 0.32), top: 8, right: 20 });
      const height = (area.bottom - area.top) / Math.max(1, shown.length);
      shown.forEach((group, k) => {
        const y = area.top + (k + 0.5) * height;
        const reached = LEVELS.filter((level) => times[k][level] !== NEVER_US && times[k][level] > 0);
        area.marks.append(s('text', { x: area.left - 8, y, dy: '0.32em', 'text-anchor': 'end' }, group.name, s('title', {}, counted(group.nodes, 'node'))));
        if (reached.length > 0) area.marks.append(s('line', { x1: area.x(times[k][reached[0]]), x2: area.x(times[k][reached[reached.length - 1]]), y1: y, y2: y, stroke: colourOf(k), 'stroke-width': 2 }));
        reached.forEach((level) => area.marks.append(levelMark(level, area.x(times[k][level]), y, colourOf(k), `${group.name}: ${level} % after ${delayText(times[k][level])}`)));
        if (times[k][100] === NEVER_US) area.marks.append(s('text', { class: 'alarm', x: area.right - 2, y, dy: '0.32em', 'text-anchor': 'end' }, 'not all ✕'));
      });
    },
  });

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  async function load(signal: AbortSignal): Promise<void> {
    const panels = [curves, overTime.panel, groupPanel];
    if (run.rounds.count < 2) {
      for (const panel of panels) {
        panel.finding('No round was found');
        panel.empty('This run ended before its first round.', 'Give the scenario a longer run.duration.');
      }
      return;
    }
    if (!all) for (const panel of panels) {
      panel.finding('How fast rounds spread');
      panel.loading(`Reading the arrivals of ${counted(run.rounds.count - 1, 'round')} …`);
    }
    const columns = spreadColumns(run);
    const { fromUs } = run.facts.window;
    const whole = new CurveBuilder(columns, fromUs, 'none');
    const parts = new CurveBuilder(columns, fromUs, by === 'none' ? 'region' : by);
    try {
      if (!(await eachArrival(run, whole.wanted, (round, deltaUs) => {
        whole.add(round, deltaUs);
        parts.add(round, deltaUs);
      }, signal))) return;
    } catch (problem) {
      if (!signal.aborted) for (const panel of panels) panel.fail(problem as never);
      return;
    }
    [all] = whole.curves();
    groups = parts.curves();
    median = curveQuantile(all, 50, 100);
    if (all.rounds.length === 0) {
      for (const panel of panels) {
        panel.finding('No round was found after the warm-up');
        panel.empty(`The warm-up lasts ${lengthText(fromUs)}, the run ${lengthText(run.facts.endUs)}.`, 'Shorten the warm-up, or let the scenario run longer.');
      }
      return;
    }
    titles();
    for (const panel of panels) panel.redraw();
  }

  const read = oneReading(load, context.signal);

  function titles(): void {
    const pooled = run.summary?.virtual.propagation;
    const names = by === 'kind' ? 'kind of node' : 'region';
    curves.finding(
      curvesFinding(all!, groups),
      `one line per round found after the warm-up${by === 'none' ? '' : `, and the median by ${names}`}; virtual time${pooled ? `. Over all pairs of node and round: 50 % ${millis(pooled.p50Ms)}, 90 % ${millis(pooled.p90Ms)}, 99 % ${millis(pooled.p99Ms)}` : ''}`,
    );
    curves.legend([
      { label: 'a round', color: 'currentColor', mark: 'line' }, { label: 'median of all rounds (bold)', color: 'currentColor', mark: 'line' }, { label: 'round at the cursor or selected', color: 'var(--cursor)', mark: 'line' },
      ...(by === 'none' ? [] : groups.map((group, k) => ({ label: `${group.name} (${figure(group.nodes)})`, color: colourOf(k), mark: DASHES[k % DASHES.length] === '' ? ('line' as const) : ('dash' as const) }))),
    ]);
    const slowest = all!.rounds.reduce((best, _, i) => (all!.timesUs[i * SHARES + 99] > all!.timesUs[best * SHARES + 99] ? i : best), 0);
    overTime.panel.finding(all!.timesUs[slowest * SHARES + 99] === NEVER_US ? `${counted(all!.rounds.filter((_, i) => all!.timesUs[i * SHARES + 99] === NEVER_US).length, 'round')} never reached 99 % of the active nodes` : `Slowest to 99 %: round ${numberOf(all!.rounds[slowest])}, ${delayText(all!.timesUs[slowest * SHARES + 99])}`, 'time until 50, 90, 99 and 100 % of the active nodes had each round, by when it was found; ✕: some never');
    overTime.panel.legend(LEVELS.map((level, k) => ({ label: `${level} %`, color: colourOf(k), mark: DASHES[k] === '' ? 'line' : 'dash' })));
    const { names: last, us } = lastGroups(groups);
    groupPanel.finding(groups.length < 2 ? `All nodes are of one ${names}` : last.length === groups.length ? `Every ${names} is reached at the same time` : us === NEVER_US ? `99 % of ${by === 'kind' ? '' : 'the nodes in '}${listed(last)} are never reached in the median round` : by === 'kind' ? `${listed(last)} are last: 99 % of them after ${delayText(us)}` : `${listed(last)} ${areOrIs(last)} last: 99 % of ${last.length === 1 ? 'its' : 'their'} nodes after ${delayText(us)}`, `by ${names}, each over its own nodes; bar | 50 %, ring ○ 90 %, dot ● 99 %, diamond ◆ 100 %`);
  }

  return {
    update(state, before) {
      const split = state.options['by'];
      const next: SplitBy = split === 'none' || split === 'kind' ? split : 'region';
      if (before === undefined || state.run !== before.run || next !== by) {
        run = state.run ?? run;
        const restart = next !== by;
        by = next;
        splitChoice.show(by);
        read(restart);
      }
      if (before && state.timeUs === before.timeUs && state.selection === before.selection) return;
      pick();
      overTime.cursor(state.timeUs);
    },
  };
}

/** Down or up to 1, 2 or 5 × 10^n. */
function halfDecade(us: number, towards: 'down' | 'up'): number {
  const power = 10 ** Math.floor(Math.log10(us));
  const lead = us / power;
  return power * (towards === 'up' ? (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) : lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

const curveLine = (plot: Plot, times: Int32Array, base: number): string =>
  linePath(SHARES - 1, (i) => (times[base + i + 1] === NEVER_US ? Number.NaN : plot.x(times[base + i + 1])), (i) => plot.y(i + 1));
const curvePath = (plot: Plot, times: Int32Array, base: number, color: string, width: number, dash = ''): SVGPathElement => lineMark(curveLine(plot, times, base), color, width, dash);

/** Each share has a shape of its own. */
function levelMark(level: (typeof LEVELS)[number], x: number, y: number, color: string, title: string): SVGElement {
  const told = s('title', {}, title);
  if (level === 50) return s('rect', { x: x - 1.5, y: y - 7, width: 3, height: 14, fill: color }, told);
  if (level === 90) return s('circle', { cx: x, cy: y, r: 5, fill: 'var(--panel)', stroke: color, 'stroke-width': 2 }, told);
  if (level === 99) return s('circle', { cx: x, cy: y, r: 5, fill: color }, told);
  return s('path', { d: `M${x - 6},${y}l6,-6l6,6l-6,6Z`, fill: color }, told);
}

/** The round whose curve passes nearest to a point: at that time, how far its share lies from `percent`. */
function nearestCurve({ rounds, timesUs }: Curves, us: number, percent: number): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds.length; i++) {
    let reached = 0;
    while (reached < 100 && timesUs[i * SHARES + reached + 1] <= us) reached++;
    const far = Math.abs(reached - percent);
    if (far < least) [best, least] = [rounds[i], far];
  }
  return best;
}
