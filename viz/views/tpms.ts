/** What is lost where: throughput stage by stage, where transactions wait, per ledger, and how long they take. */
import { LEDGERS, type Ledger } from '../../engine/tx/kinds.ts';
import { figure, grouped, lengthText } from '../../sim/report/format.ts';
import {
  cellUsFor, confirmedFinding, latencyCells, latencyFinding, ledgersFinding, ledgerStages, ratePerCell, STAGES, stagesFinding, whereabouts, type LatencyCell, type Stage, type Whereabouts,
} from '../../sim/report/views/stages.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import type { RunData } from '../data/run-data.ts';
import { s } from '../draw/dom.ts';
import { tableOf, type TableData } from '../draw/table.ts';
import { choice } from './charts/choice.ts';
import { areaMark, areaPath, colourOf, DASHES, HALO, lineMark, linePath, plotOn, roof, thin, type Plot } from './charts/plot.ts';
import { onPointer, timeChart } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

/** Cells of the rates: fewer than this, and at least two rounds long, since confirmations come by the round. */
const CELLS = 60;
/** A capacity up to this many times the load is drawn to scale; beyond, it is said in words. */
const CAPACITY_SHOWN = 4;

const STAGE_TITLE: Readonly<Record<Stage, string>> = { offered: 'offered', admitted: 'admitted', confirmed: 'confirmed', final: 'final' };
/** From the bottom of the stack. Colour, and the pattern that tells it without colour. */
const WAITING = [
  { key: 'final', label: 'final', color: 'var(--c3)' },
  { key: 'awaitingFinality', label: 'in a round, not final yet', color: 'var(--c1)' },
  { key: 'awaitingRound', label: 'admitted, in no round yet', color: 'var(--c2)' },
  { key: 'notAdmitted', label: 'not admitted', color: 'var(--c5)' },
] as const satisfies readonly { key: keyof Whereabouts; label: string; color: string }[];

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;
  let ledger: Ledger | undefined;
  let cellUs = 1;
  let rates: Record<Stage, Float64Array>;
  let capacity: Float64Array;
  let where: Whereabouts | undefined;
  let latency: LatencyCell[] | undefined;

  const chosen = (): string => ledger ?? 'all ledgers';
  const at = (values: ArrayLike<number>, stepUs: number, us: number): number => values[Math.min(values.length - 1, Math.max(0, Math.floor(us / stepUs)))] ?? 0;

  // ── rates ───────────────────────────────────────────────────────────────────────────────────────────────────────

  const largestRate = (): number => STAGES.reduce((most, stage) => rates[stage].reduce((a, b) => Math.max(a, b), most), 0);
  const capacityShown = (): boolean => ledger === undefined && capacity.length > 0 && capacity.reduce((a, b) => Math.max(a, b), 0) <= largestRate() * CAPACITY_SHOWN;
  const rateChart = timeChart(context, {
    id: 'rates', height: 260, run: () => run,
    y: () => ({ from: 0, to: roof(Math.max(largestRate(), capacityShown() ? capacity.reduce((a, b) => Math.max(a, b), 0) : 0)), label: 'tx/ms' }),
    draw(plot) {
      if (capacityShown()) plot.marks.append(lineMark(stepPath(plot, capacity, cellUs), 'currentColor', 1.3, '1 3'));
      STAGES.forEach((stage, i) => plot.marks.append(lineMark(stepPath(plot, rates[stage], cellUs), colourOf(i), i === 2 ? 2.4 : 1.7, DASHES[i])));
    },
    readout: (us) => STAGES.map((stage) => `${STAGE_TITLE[stage]} ${figure(at(rates[stage], cellUs, us))}`).join(', ') + (capacity.length > 0 ? `; capacity ${figure(at(capacity, cellUs, us))} tx/ms` : ' tx/ms'),
    table: () => tableOf(
      ['from (s)', ...STAGES.map((stage) => `${stage} (tx/ms)`), 'ingress capacity (tx/ms)'],
      Array.from(rates.offered, (_, i) => [(i * cellUs) / 1e6, ...STAGES.map((stage) => rates[stage][i]), capacity[i]]),
    ),
  });
  const ledgerChoice = choice<Ledger | 'all'>('ledger', [['all', 'all'], ...LEDGERS.map((name): [Ledger, string] => [name, name])], (name) => store.set({ selection: { ...store.get().selection, ledger: name === 'all' ? undefined : name } }));
  rateChart.panel.tools.prepend(ledgerChoice.element);

  // ── where they wait ─────────────────────────────────────────────────────────────────────────────────────────────

  let withFinal = false;
  const layers = (): readonly (typeof WAITING)[number][] => (withFinal ? WAITING : WAITING.slice(1));
  const stackTop = (): number => {
    if (!where) return 0;
    let most = 0;
    for (let i = 0; i < where.offered.length; i++) most = Math.max(most, layers().reduce((sum, { key }) => sum + where![key][i], 0));
    return most;
  };
  const waitChart = timeChart(context, {
    id: 'waiting', span: 'half', height: 240, run: () => run,
    y: () => ({ from: 0, to: roof(stackTop()), label: 'transactions' }),
    draw(plot) {
      if (!where) return;
      const { stepUs, offered } = where;
      const stride = Math.max(1, Math.floor(offered.length / (plot.right - plot.left)));
      const count = Math.ceil(offered.length / stride);
      const step = (i: number): number => Math.min(offered.length - 1, i * stride);
      const low = new Float64Array(offered.length);
      for (const { key, color } of layers()) {
        const high = low.map((value, i) => value + where![key][i]);
        plot.marks.append(areaMark(areaPath(count, (i) => plot.x((step(i) + 1) * stepUs), (i) => plot.y(low[step(i)]), (i) => plot.y(high[step(i)])), color, 'var(--panel)'));
        low.set(high);
      }
    },
    readout: (us) => (where ? layers().map(({ key, label }) => `${label} ${grouped(at(where![key], where!.stepUs, us))}`).reverse().join(', ') : ''),
    table: () => (where ? tableOf(['at (s)', 'offered so far', ...WAITING.map(({ label }) => label)], Array.from(where.offered, (offered, i) => [((i + 1) * where!.stepUs) / 1e6, offered, ...WAITING.map(({ key }) => where![key][i])])) : tableOf([], [])),
  });
  const stackChoice = choice<'waiting' | 'all'>('show', [['waiting', 'under way'], ['all', 'and final']], (value) => store.option('stack', value === 'all' ? 'all' : undefined));
  waitChart.panel.tools.prepend(stackChoice.element);

  // ── how long they take ──────────────────────────────────────────────────────────────────────────────────────────

  let until: 'confirmed' | 'final' = 'confirmed';
  const latencyAt = (us: number): LatencyCell | undefined => latency?.find((cell) => us >= cell.atUs && us < cell.atUs + cellUs);
  const latencyChart = timeChart(context, {
    id: 'latency', span: 'half', height: 240, run: () => run,
    y: () => ({ from: 0, to: roof((latency ?? []).reduce((most, cell) => Math.max(most, cell.p90Us), 0) / 1e6), label: 's from submission (virtual)' }),
    draw(plot) {
      if (!latency) return;
      const cells = latency;
      const x = (i: number): number => plot.x(cells[i].atUs + cellUs / 2);
      const y = (of: (cell: LatencyCell) => number) => (i: number): number => plot.y(of(cells[i]) / 1e6);
      plot.marks.append(
        areaMark(areaPath(cells.length, x, y((c) => c.p10Us), y((c) => c.p90Us)), thin('var(--c1)', 28)),
        lineMark(linePath(cells.length, x, y((c) => c.p90Us)), 'var(--c1)', 0.9, '2 3'),
        lineMark(linePath(cells.length, x, y((c) => c.p10Us)), 'var(--c1)', 0.9, '2 3'),
        lineMark(linePath(cells.length, x, y((c) => c.p50Us)), 'var(--c1)', 2.2),
      );
    },
    readout(us) {
      const cell = latencyAt(us);
      return cell ? `median ${roughly(cell.p50Us)}, one in ten under ${roughly(cell.p10Us)}, one in ten over ${roughly(cell.p90Us)} (${counted(cell.samples, 'sample')})` : 'no sample submitted then';
    },
    table: () => tableOf(['submitted from (s)', 'samples', '10 % (s)', 'median (s)', '90 % (s)'], (latency ?? []).map((cell) => [cell.atUs / 1e6, cell.samples, cell.p10Us / 1e6, cell.p50Us / 1e6, cell.p90Us / 1e6])),
  });
  const untilChoice = choice<'confirmed' | 'final'>('until', [['confirmed', 'in a round'], ['final', 'final']], (value) => store.option('until', value === 'final' ? 'final' : undefined));
  latencyChart.panel.tools.prepend(untilChoice.element);

  // ── ledgers ─────────────────────────────────────────────────────────────────────────────────────────────────────

  let rowsOf: { readonly ledger: string; readonly top: number; readonly bottom: number }[] = [];
  const ledgerPanel = context.panel({
    id: 'ledgers', height: 250, table: () => ledgerTable(run),
    draw(surface) {
      const rows = ledgerStages(run.series, run.facts.window).filter((row) => row.ledger !== 'all');
      const most = Math.max(...rows.map((row) => row.offered), 0);
      const plot = plotOn(surface, { from: 0, to: roof(most * (surface.width < 560 ? 1.6 : 1.3)), label: 'tx/ms, measured window', text: figure }, { from: 0, to: rows.length, label: '', ticks: [], plain: true }, { left: 86, top: 6, right: 16 });
      const height = (plot.bottom - plot.top) / Math.max(1, rows.length);
      rowsOf = rows.map((row, i) => {
        const top = plot.top + i * height;
        const bar = height * 0.17;
        plot.marks.append(s('text', { x: plot.left - 8, y: top + height / 2, dy: '0.32em', 'text-anchor': 'end', class: row.ledger === ledger ? 'strong' : undefined }, row.ledger));
        STAGES.forEach((stage, k) => plot.marks.append(s('rect', { x: plot.left, y: top + height * 0.12 + k * (bar + 1), width: Math.max(0.5, plot.x(row[stage]) - plot.left), height: bar, fill: colourOf(k), 'fill-opacity': ledger === undefined || ledger === row.ledger ? 1 : 0.35 }, s('title', {}, `${row.ledger} ${stage}: ${figure(row[stage])} tx/ms`))));
        const [confirmed, final] = [percentText(row.confirmed / row.offered), percentText(row.final / row.offered)];
        const words = surface.width < 560 ? `${confirmed}, ${final}` : `${confirmed} confirmed, ${final} final`;
        plot.over.append(s('text', { ...HALO, x: plot.x(row.offered) + 6, y: top + height / 2, dy: '0.32em' }, words));
        return { ledger: row.ledger, top, bottom: top + height };
      });
    },
  });
  onPointer(ledgerPanel, context.signal, {
    click(_x, y) {
      const row = rowsOf.find(({ top, bottom }) => y >= top && y < bottom);
      if (row) store.select({ ledger: row.ledger });
    },
  });

  // ── what changes ────────────────────────────────────────────────────────────────────────────────────────────────

  const stageLegend = STAGES.map((stage, i) => ({ label: STAGE_TITLE[stage], color: colourOf(i), mark: DASHES[i] === '' ? ('line' as const) : ('dash' as const) }));

  function load(): void {
    const { facts, series } = run;
    const stepUs = series.find(({ name }) => name === 'tx.offered')?.stepUs;
    if (stepUs === undefined) {
      for (const panel of [waitChart.panel, latencyChart.panel, ledgerPanel]) panel.element.hidden = true;
      rateChart.panel.tools.hidden = true;
      rateChart.panel.finding('No transactions in this run');
      rateChart.panel.empty('The scenario has no workload, so nothing was offered.', 'Add a “workload” to the scenario, or look at Propagation.');
      return;
    }
    cellUs = Math.max(cellUsFor(facts.endUs, stepUs, CELLS), cellUsFor(2 * facts.parameters.roundIntervalSeconds * 1e6, stepUs, 1));
    rates = Object.fromEntries(STAGES.map((stage) => [stage, ratePerCell(series, stage, cellUs, ledger)])) as Record<Stage, Float64Array>;
    capacity = capacityPerCell(run, cellUs);
    where = whereabouts(series, ledger);
    titles();
    for (const panel of [rateChart.panel, waitChart.panel, ledgerPanel]) panel.redraw();
    void loadLatency();
  }

  function titles(): void {
    const { facts, summary } = run;
    const measured = `virtual time, ${lengthText(facts.window.fromUs)} to ${lengthText(facts.window.toUs)} measured`;
    const all = ledgerStages(run.series, facts.window);
    const row = all.find((r) => r.ledger === (ledger ?? 'all'));
    rateChart.panel.finding(
      ledger === undefined && summary ? stagesFinding(summary.virtual.tpms) : `${chosen()}: ${row ? confirmedFinding(row) : 'Nothing was offered'}`,
      `tx/ms in cells of ${lengthText(cellUs)}, ${chosen()}; ${measured}${capacityShown() || capacity.length === 0 ? '' : `; ingress capacity ${figure(capacity.reduce((a, b) => Math.max(a, b), 0))} tx/ms is far above the scale`}`,
    );
    rateChart.panel.legend([...stageLegend, ...(capacityShown() ? [{ label: 'ingress capacity (active nodes × declared)', color: 'currentColor', mark: 'dash' as const }] : [])]);
    if (where) {
      const peak = where.awaitingRound.reduce((best, value, i, values) => (value > values[best] ? i : best), 0);
      waitChart.panel.finding(`At most ${counted(where.awaitingRound[peak], 'admitted transaction')} waited for a round, at ${lengthText((peak + 1) * where.stepUs)}`, `where the transactions offered so far are, ${chosen()}; virtual time`);
      waitChart.panel.legend(layers().map(({ label, color }) => ({ label, color })).reverse());
    }
    ledgerPanel.finding(ledgersFinding(all), 'offered, admitted, confirmed and final, tx/ms of virtual time in the measured window; a click selects a ledger');
    ledgerPanel.legend(stageLegend.map(({ label, color }) => ({ label, color })));
  }

  async function loadLatency(): Promise<void> {
    const of = run;
    if (latency === undefined) latencyChart.panel.loading();
    try {
      const transactions = await run.table('transactions');
      if (context.signal.aborted || of !== run) return;
      latency = latencyCells(transactions, cellUs, until, ledger);
      latencyChart.panel.finding(latencyFinding(latency, until, roughly), `sampled transactions by the time of their submission, ${chosen()}; median, and from the fastest to the slowest tenth`);
      if (latency.length === 0) latencyChart.panel.empty('No sampled transaction of this choice came that far.', 'Choose another ledger, or “in a round”.');
      else latencyChart.panel.redraw();
    } catch (problem) {
      if (!context.signal.aborted) latencyChart.panel.fail(problem as never);
    }
  }

  return {
    update(state, before) {
      const next = LEDGERS.find((name) => name === state.selection.ledger);
      const changed = before === undefined || next !== ledger || state.run !== before.run || state.options !== before.options;
      if (changed) {
        run = state.run ?? run;
        ledger = next;
        withFinal = state.options['stack'] === 'all';
        until = state.options['until'] === 'final' ? 'final' : 'confirmed';
        ledgerChoice.show(ledger ?? 'all');
        stackChoice.show(withFinal ? 'all' : 'waiting');
        untilChoice.show(until);
        load();
      }
      if (!changed && state.timeUs === before.timeUs) return;
      for (const chart of [rateChart, waitChart, latencyChart]) chart.cursor(state.timeUs);
    },
  };
}

/** To a tenth of a second from a minute on: more says nothing there. */
const roughly = (us: number): string => lengthText(us >= 60e6 ? Math.round(us / 1e5) * 1e5 : us);

/** Declared capacity of the nodes active at the end of each cell, tx/ms; empty where the run did not record them. */
function capacityPerCell({ series, facts }: RunData, cellUs: number): Float64Array {
  const active = series.find(({ name }) => name === 'nodes.active');
  if (!active) return new Float64Array(0);
  const per = Math.max(1, Math.round(cellUs / active.stepUs));
  return Float64Array.from({ length: Math.ceil(active.values.length / per) }, (_, i) => (active.values[Math.min(active.values.length, (i + 1) * per) - 1] * facts.parameters.baseNodeCapacityMilliTpms) / 1_000);
}

/** One level per cell, as a staircase. */
function stepPath(plot: Plot, values: Float64Array, cellUs: number): string {
  return linePath(values.length * 2, (i) => plot.x(((i >> 1) + (i & 1)) * cellUs), (i) => plot.y(values[i >> 1]));
}

function ledgerTable(run: RunData): TableData {
  return tableOf(
    ['ledger', ...STAGES.map((stage) => ({ name: `${stage} (tx/ms)`, number: true })), { name: 'confirmed of offered', number: true }],
    ledgerStages(run.series, run.facts.window).map((row) => [row.ledger, ...STAGES.map((stage) => row[stage]), row.offered === 0 ? undefined : row.confirmed / row.offered]),
  );
}
