/** What left the treasury and the CCOS pool, and whether reward rates are fair. */
import { figure, grouped } from '../format.ts';
import { colour, DASHES, line, plot, px, type Point } from '../svg.ts';
import { rewardRates } from '../views/reward-rates.ts';
import { tokenFlow, wholeTokens } from '../views/token-flow.ts';
import { poolFinding, ratesDetail, ratesFinding, tokensText, treasuryFinding } from '../views/token-words.ts';
import { minutes, roof, timeAxis, type Figure, type FigureInput } from './figure.ts';

const ROWS = 20;

export function treasuries(input: FigureInput): Figure | undefined {
  const flow = tokenFlow(input.rounds);
  if (flow === undefined) return undefined;
  const paid = (balances: readonly bigint[]): Point[] => balances.map((base, i): Point => [minutes(flow.atUs[i]), wholeTokens(balances[0] - base)]);
  const [treasury, pool] = [paid(flow.treasury), paid(flow.rewardPool)];
  const share = (points: readonly Point[]): Point[] => {
    const last = points[points.length - 1][1];
    return points.map(([at, n]): Point => [at, last <= 0 ? 0 : (100 * n) / last]);
  };
  const drawing = plot({ x: timeAxis(input), y: { from: 0, to: 100, label: '% of what left by the end' }, height: 200 });
  drawing.marks.push(line(drawing, share(treasury), 0), line(drawing, share(pool), 1));
  const step = Math.max(1, Math.ceil(flow.rounds.length / ROWS));
  const shown = [...flow.rounds.keys()].filter((i) => i % step === 0 || i === flow.rounds.length - 1);
  return {
    id: 'tokens', title: `${treasuryFinding(flow)}. ${poolFinding(flow)}`, below: 'net outflow of both treasuries on the best chain, each as a share of its own total',
    keys: [{ name: `STR treasury: ${figure(treasury[treasury.length - 1][1])} STR`, fill: colour(0), dash: DASHES[0] }, { name: `CCOS pool: ${figure(pool[pool.length - 1][1])} CCOS`, fill: colour(1), dash: DASHES[1] }],
    svg: drawing.svg('net outflow of the treasuries over time'),
    head: ['round', 'STR treasury', 'CCOS pool', 'subsidies so far (STR)', 'fees so far (STR)'],
    rows: shown.map((i) => [grouped(input.rounds.number[flow.rounds[i]]), tokensText(flow.treasury[i]), tokensText(flow.rewardPool[i]), tokensText(flow.subsidies[i]), tokensText(flow.fees[i])]),
  };
}

export function rates(input: FigureInput): Figure | undefined {
  const histogram = input.record.histograms.find(({ name }) => name === 'ccos.reward.rate');
  if (histogram === undefined) return undefined;
  const found = rewardRates(histogram);
  if (found.count === 0) return undefined;
  const drawing = plot({ x: { from: 2.5, to: 10, label: 'CCOS reward rate, %' }, y: { from: 0, to: roof(found.bins.map(({ count, expected }) => Math.max(count, expected))), label: 'rewards' }, height: 200 });
  const { x, y, marks } = drawing;
  for (const { from, to, count, expected } of found.bins) {
    const [x0, x1] = [x(from / 100), x((to + 1) / 100)];
    marks.push(`<rect x="${px(x0 + 1)}" y="${px(y(count))}" width="${px(Math.max(1, x1 - x0 - 2))}" height="${px(y(0) - y(count))}" fill="${colour(0)}"/>`, `<path d="M${px(x0)} ${px(y(expected))}H${px(x1)}" stroke="${colour(4)}" stroke-width="2" stroke-dasharray="6 3"/>`);
  }
  return {
    id: 'rates', title: ratesFinding(found), below: ratesDetail(found),
    keys: [{ name: 'rewards', fill: colour(0) }, { name: 'expected', fill: colour(4), dash: '6 3' }], svg: drawing.svg('rewards by rate, against the uniform expectation'),
    head: ['rate (basis points)', 'rewards', 'expected'], rows: found.bins.map(({ from, to, count, expected }) => [`${from}–${to}`, grouped(count), figure(expected)]),
  };
}
