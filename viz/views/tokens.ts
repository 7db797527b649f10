/** Supply, treasury, CCOS pool, and how rewards are spread over their rates. */
import { rewardRates, type RewardRates } from '../../sim/report/views/reward-rates.ts';
import { tokenFlow, wholeTokens, type TokenFlow } from '../../sim/report/views/token-flow.ts';
import { poolFinding, ratesDetail, ratesFinding, tokensText, treasuryFinding } from '../../sim/report/views/token-words.ts';
import { counted, percentText } from '../../sim/report/views/words.ts';
import { h, s } from '../draw/dom.ts';
import { amount, count, figure } from '../draw/format.ts';
import { tableOf } from '../draw/table.ts';
import { virtualTable } from '../draw/virtual-table.ts';
import { areaMark, lineMark, plotOn, roof, thin, type Plot } from './charts/plot.ts';
import { timeChart, type TimeChart } from './charts/time.ts';
import type { MountedView, ViewContext } from './view.ts';

/** Rewards by rate are told one by one when a column of the histogram is this narrow. */
const BIN_BPS = 50;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store } = context;
  let run = context.run!;
  let flow: TokenFlow | undefined;
  let rates: RewardRates | undefined;

  /** The place of the round that stands at a time. */
  const at = (timeUs: number): number => {
    let low = 0;
    for (let i = 0; i < flow!.atUs.length && flow!.atUs[i] <= timeUs; i++) low = i;
    return low;
  };
  /** What left a treasury since genesis, as a step per round. */
  const gone = (column: readonly bigint[]): number[] => column.map((value) => wholeTokens(column[0] - value));
  const steps = (plot: Plot, values: readonly number[]): string => {
    let path = '';
    values.forEach((value, i) => (path += i === 0 ? `M${plot.x(flow!.atUs[0])},${plot.y(value)}` : `H${plot.x(flow!.atUs[i]).toFixed(1)}V${plot.y(value).toFixed(1)}`));
    return `${path}H${plot.x(run.facts.endUs)}`;
  };
  const flowTable = () =>
    tableOf(
      [
        { name: 'round', number: true }, { name: 'found (s, virtual)', number: true }, { name: 'STR treasury' }, { name: 'CCOS pool' },
        { name: 'subsidies so far (STR)' }, { name: 'fees so far (STR)' },
      ],
      flow ? [...flow.rounds].map((round, i) => [
        run.rounds.number[round], flow!.atUs[i] / 1e6, exact(flow!.treasury[i]), exact(flow!.rewardPool[i]), exact(flow!.subsidies[i]), exact(flow!.fees[i]),
      ]) : [],
    );
  const pick = (timeUs: number): void => store.select({ round: flow!.rounds[at(timeUs)] });

  const treasury = timeChart(context, {
    id: 'treasury', span: 'half', height: 230, run: () => run,
    y: () => ({ from: 0, to: roof(Math.max(...(flow ? [
      wholeTokens(flow.subsidies[flow.subsidies.length - 1]), ...gone(flow.treasury),
    ] : [0]))), label: 'STR since genesis' }),
    draw(plot) {
      if (!flow) return;
      const out = steps(plot, gone(flow.treasury));
      plot.marks.append(
        areaMark(`${out}V${plot.bottom}H${plot.left}Z`, thin('var(--c1)', 18)), lineMark(out, 'var(--c1)', 1.9),
        lineMark(steps(plot, flow.subsidies.map(wholeTokens)), 'var(--c5)', 1.6, '6 3'),
      );
    },
    readout: (us) => (flow ? `treasury ${tokensText(flow.treasury[at(us)])} STR, subsidies so far ${tokensText(flow.subsidies[at(us)])} STR` : ''),
    table: flowTable, click: pick,
  });
  treasury.panel.legend([{ label: 'left the treasury, net', color: 'var(--c1)' }, { label: 'subsidies paid to miners', color: 'var(--c5)', mark: 'dash' }]);

  const pool = timeChart(context, {
    id: 'pool', span: 'half', height: 230, run: () => run,
    y: () => ({ from: 0, to: roof(flow ? wholeTokens(flow.rewardPool[0] - flow.rewardPool[flow.rewardPool.length - 1]) : 0), label: 'CCOS paid since genesis' }),
    draw(plot) {
      if (!flow) return;
      const out = steps(plot, gone(flow.rewardPool));
      plot.marks.append(areaMark(`${out}V${plot.bottom}H${plot.left}Z`, thin('var(--c3)', 18)), lineMark(out, 'var(--c3)', 1.9));
    },
    readout: (us) => (flow ? `pool ${tokensText(flow.rewardPool[at(us)])} CCOS, ${percentText(Number(flow.rewardPool[at(us)]) / Number(flow.rewardPool[0] || 1n))} of what it began with` : ''),
    table: flowTable, click: pick,
  });

  // ── reward rates ────────────────────────────────────────────────────────────────────────────────────────────────

  const ratesPanel = context.panel({
    id: 'rates', span: 'half', height: 270, label: 'Histogram of CCOS reward rates against the uniform expectation',
    table: () => tableOf(
      [{ name: 'from (%)', number: true }, { name: 'to (%)', number: true }, { name: 'rewards', number: true }, { name: 'expected', number: true }],
      rates?.bins.map((bin) => [bin.from / 100, bin.to / 100, bin.count, bin.expected]) ?? [],
    ),
    draw(surface) {
      if (!rates || rates.count === 0) return;
      // Two in three bins of a fair draw stay within one standard deviation of the expectation, nineteen in twenty within two.
      const spread = (expected: number): number => 2 * Math.sqrt(expected * (1 - expected / rates!.count));
      const most = roof(Math.max(...rates.bins.map((bin) => Math.max(bin.count, bin.expected + spread(bin.expected)))));
      const plot = plotOn(
        surface,
        { from: 250, to: 1_001, label: 'reward rate (%)', ticks: [250, 400, 550, 700, 850, 1_000], text: (bps) => (bps / 100).toFixed(2), plain: true },
        { from: 0, to: most, label: `rewards per ${BIN_BPS / 100} %` },
      );
      let band = '';
      for (const { from, to, expected } of rates.bins) band += `${band === '' ? 'M' : 'L'}${plot.x(from)},${plot.y(expected + spread(expected))}H${plot.x(to + 1)}`;
      for (const { from, to, expected } of [...rates.bins].reverse()) band += `L${plot.x(to + 1)},${plot.y(Math.max(0, expected - spread(expected)))}H${plot.x(from)}`;
      plot.marks.append(areaMark(`${band}Z`, thin('var(--c7)', 26)));
      for (const bin of rates.bins) {
        const [x0, x1, y] = [plot.x(bin.from) + 1.5, plot.x(bin.to + 1) - 1.5, plot.y(bin.count)];
        const outside = Math.abs(bin.count - bin.expected) > spread(bin.expected);
        plot.marks.append(s('rect', { x: x0, width: Math.max(1, x1 - x0), y, height: plot.bottom - y, fill: thin('var(--c3)', 55), stroke: outside ? 'var(--c5)' : 'none', 'stroke-width': 2 },
          s('title', {}, `${(bin.from / 100).toFixed(2)} to ${(bin.to / 100).toFixed(2)} %: ${counted(bin.count, 'reward')}, ${figure(bin.expected)} expected`)));
        plot.over.append(s('text', { class: 'value halo', x: (x0 + x1) / 2, y: y - 4, 'text-anchor': 'middle' }, String(bin.count)));
      }
      let line = '';
      for (const { from, to, expected } of rates.bins) line += `${line === '' ? 'M' : 'L'}${plot.x(from)},${plot.y(expected)}H${plot.x(to + 1)}`;
      plot.marks.append(lineMark(line, 'var(--ink)', 1.6, '5 3'));
    },
  });
  ratesPanel.legend([
    { label: 'rewards paid', color: 'var(--c3)' }, { label: 'expected, if every rate is as likely', color: 'var(--ink)', mark: 'dash' },
    { label: 'where 19 of 20 fair bins lie', color: 'var(--c7)' }, { label: 'outside that', color: 'var(--c5)', mark: 'ring' },
  ]);

  // ── who earns, and the totals ───────────────────────────────────────────────────────────────────────────────────

  const earningsPanel = context.panel({
    id: 'earnings', span: 'half', height: 270, label: 'What miners earn per round',
    table: flowTable,
    draw(surface) {
      if (!flow || flow.rounds.length < 2) return;
      const { subsidy, fees } = run.rounds;
      const rows = flow.rounds.subarray(1);
      const feeOf = [...rows].map((round) => wholeTokens(fees[round]));
      const plot = plotOn(
        surface,
        { from: 0, to: rows.length, label: 'rounds of the best chain', text: (i) => String(run.rounds.number[rows[Math.min(rows.length - 1, i)]] ?? ''), plain: true },
        { from: 0, to: roof(Math.max(...feeOf)), label: 'fees (STR per round)' },
      );
      const wide = (plot.right - plot.left) / rows.length;
      const bars = feeOf.map((fee, i) => `M${(plot.x(i) + wide * 0.12).toFixed(1)},${plot.bottom}V${plot.y(fee).toFixed(1)}h${Math.max(0.8, wide * 0.76).toFixed(1)}V${plot.bottom}Z`).join('');
      plot.marks.append(areaMark(bars, thin('var(--c2)', 80)));
      const each = wholeTokens(subsidy[rows[rows.length - 1]]);
      plot.over.append(s('text', { class: 'halo', x: plot.left + 8, y: plot.top + 12 }, `beside a subsidy of ${count(each)} STR each`));
    },
  });
  const totalsPanel = context.panel({ id: 'totals', table: () => totals() });
  const totalsHost = h('div');
  totalsPanel.body.prepend(totalsHost);
  /** The summary's own figures, in whole tokens. */
  const totals = () => tableOf(
    ['token', 'figure', 'amount', 'base units'],
    Object.entries(run.summary?.virtual.tokens ?? {}).flatMap(([token, figures]) => Object.entries(figures).map(([name, base]) => [token, FIGURES[name] ?? name, amount(base), base])),
  );

  const charts: readonly TimeChart[] = [treasury, pool];

  function load(): void {
    flow = tokenFlow(run.rounds);
    const histogram = run.histograms.find(({ name }) => name === 'ccos.reward.rate');
    rates = histogram && rewardRates(histogram, BIN_BPS);
    if (!flow) {
      for (const panel of [pool.panel, ratesPanel, earningsPanel, totalsPanel]) panel.element.hidden = true;
      treasury.panel.finding('No tokens in this run');
      treasury.panel.empty(
        'The relay model passes rounds without content, and older versions did not record treasuries.',
        'scenarios/ledgers.yaml pays fees, subsidies and rewards: stratus run scenarios/ledgers.yaml',
      );
      return;
    }
    treasury.panel.finding(treasuryFinding(flow), 'after each round of the final best chain; virtual time');
    pool.panel.finding(poolFinding(flow), 'after each round of the final best chain; virtual time');
    for (const { panel } of charts) panel.redraw();
    if (flow.rewardPool[0] === flow.rewardPool[flow.rewardPool.length - 1]) pool.panel.empty(
      'Nothing left the pool.', 'Rewards are paid for payments of at least 100 STR: add financial-public-transaction to the scenario’s mix.',
    );
    ratesPanel.finding(ratesFinding(rates ?? rewardRates({ lower: [], counts: [] })), rates ? ratesDetail(rates) : '');
    if (!rates || rates.count === 0) ratesPanel.empty(
      'No payment of at least 100 STR that earns a reward stands two rounds deep on the best chain.',
      'Add financial-public-transaction to the scenario’s mix, as scenarios/ledgers.yaml does.',
    );
    else ratesPanel.redraw();
    const [subsidies, fees] = [flow.subsidies[flow.subsidies.length - 1], flow.fees[flow.fees.length - 1]];
    earningsPanel.finding(
      subsidies + fees === 0n ? 'Miners earned nothing' : `Miners earned ${tokensText(subsidies + fees)} STR, of which ${smallShare(Number(fees) / Number(subsidies + fees))} are fees`,
      'fees of each round of the final best chain; the subsidy is paid out of the treasury (D12)',
    );
    if (fees === 0n) earningsPanel.empty('No transaction paid a fee.', 'Give the scenario a `workload`.');
    else earningsPanel.redraw();
    totalsPanel.finding('Tokens at the end of the run', 'exact figures of the summary; supplies never change (D12)');
    if (run.summary) virtualTable(totalsHost, totals(), 'tokens at the end of the run');
    else totalsPanel.empty('The run goes on.', 'The figures come when it ends.');
  }

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        load();
      }
      if (state.timeUs !== before?.timeUs) for (const chart of charts) chart.cursor(state.timeUs);
    },
  };
}

const FIGURES: Readonly<Record<string, string>> = { supply: 'supply', treasury: 'treasury', subsidies: 'paid as subsidies', fees: 'paid as fees', rewardPool: 'reward pool', rewarded: 'paid as rewards' };

/** Decimal digits without grouping, so that a spreadsheet reads them. */
const exact = (base: bigint): string => amount(base).replaceAll(',', '');

/** Shares far below a tenth of a per cent, to two digits. */
const smallShare = (share: number): string => (share > 0 && share < 0.001 ? `${figure(share * 100)} %` : percentText(share));
