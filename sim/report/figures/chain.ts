/** Branches that were alive at once, and what the six ledgers carried. */
import { LEDGERS } from '../../../engine/tx/kinds.ts';
import { columnsOf, SHAPES } from '../../trace/columns.ts';
import { figure, grouped, lengthText } from '../format.ts';
import { colour, plot, px, shade, escapeXml } from '../svg.ts';
import { bestChain, contestsOf, standing, type Contest, type Standing } from '../views/contests.ts';
import { forksFinding } from '../views/fork-words.ts';
import { crossings, ledgerLanes } from '../views/ledger-lanes.ts';
import { crossingsFinding, lanesFinding } from '../views/ledger-words.ts';
import { percentText } from '../views/words.ts';
import { minutes, roof, timeAxis, type Figure, type FigureInput } from './figure.ts';

/** Contests whose followers are worked out, the deepest first: each costs nodes × rounds. */
const STOOD_MAX = 200;
const TABLE_MAX = 100;

export function forks(input: FigureInput): Figure {
  const { rounds, workRank, record, scenario, faults } = input;
  const contests = contestsOf(rounds, workRank);
  const order = contests.map((_, i) => i).sort((a, b) => contests[b].depth - contests[a].depth || a - b);
  const stood: (Standing | undefined)[] = contests.map(() => undefined);
  const powerPpm = record.nodes.map(({ hashPowerPpm }) => hashPowerPpm);
  for (const i of order.slice(0, STOOD_MAX)) {
    const { losers, winners } = contests[i];
    const arrivals = new Map([...losers, ...winners].map((round) => [round, input.arrivals(round)]));
    stood[i] = standing(contests[i], { rounds, workRank, arrivals, powerPpm, finalityDepth: scenario.params.finalityDepth, endUs: record.endUs });
  }
  const lanes = lanesOf(contests, record.endUs);
  const laneCount = lanes.reduce((most, lane) => Math.max(most, lane + 1), 0);
  const drawing = plot({ x: timeAxis(input), y: { from: -(laneCount + 0.5), to: 0.7, label: 'best chain above, lost branches below', ticks: [] }, height: 90 + 26 * Math.min(12, laneCount) });
  const { x, y, marks } = drawing;
  marks.push(...shade(drawing, faults), `<path d="M${px(x(0))} ${px(y(0))}H${px(x(minutes(record.endUs)))}" stroke="${colour(0)}" stroke-width="2"/>`);
  for (const round of bestChain(rounds)) marks.push(`<circle cx="${px(x(minutes(rounds.foundAtUs[round])))}" cy="${px(y(0))}" r="2.6" fill="${colour(0)}"/>`);
  contests.forEach((contest, i) => {
    const lane = y(-(lanes[i] + 1));
    const power = stood[i]?.peakPowerPpm ?? 0;
    const at = (round: number): number => x(minutes(rounds.foundAtUs[round]));
    const last = contest.losers.reduce((a, b) => (rounds.foundAtUs[b] > rounds.foundAtUs[a] ? b : a));
    const title = `after round ${rounds.number[contest.base]}: ${contest.losers.length} lost, depth ${contest.depth}, followed by up to ${percentText(power / 1_000_000)} of the hash power`;
    marks.push(`<g><title>${escapeXml(title)}</title><path d="M${px(at(contest.base))} ${px(y(0))}L${px(at(contest.losers[0]))} ${px(lane)}H${px(at(last))}" fill="none" stroke="${colour(1)}" stroke-width="${px(1.2 + power / 100_000)}" stroke-opacity=".75"/>${contest.losers.map((round) => `<rect x="${px(at(round) - 3)}" y="${px(lane - 3)}" width="6" height="6" fill="${colour(1)}"/>`).join('')}</g>`);
  });
  return {
    id: 'forks', title: forksFinding(contests, stood), below: 'each mark a round at the time of its finding; a thicker branch had more hash power behind it; shaded: faults',
    keys: [{ name: 'round of the best chain', fill: colour(0) }, { name: 'round that lost', fill: colour(1) }], svg: drawing.svg('rounds over time, with the branches that lost'),
    head: ['leaves after round', 'at', 'rounds lost', 'depth', 'nodes at most', 'hash power at most'],
    rows: contests.slice(0, TABLE_MAX).map(({ base, losers, depth, fromUs }, i) => [grouped(rounds.number[base]), lengthText(Math.round(fromUs / 1e6) * 1e6), grouped(losers.length), grouped(depth), grouped(stood[i]?.peakNodes ?? 0), percentText((stood[i]?.peakPowerPpm ?? 0) / 1_000_000)]),
  };
}

/** A lane for each contest such that none meets another of its lane. */
function lanesOf(contests: readonly Contest[], endUs: number): number[] {
  const free: number[] = [];
  return contests.map(({ fromUs, toUs }) => {
    let lane = free.findIndex((us) => us < fromUs);
    if (lane < 0) lane = Math.min(free.length, 11);
    free[lane] = toUs + endUs / 60;
    return lane;
  });
}

const COLUMNS = 120;

export function ledgers(input: FigureInput): Figure {
  const { rounds, record, faults } = input;
  const lanes = ledgerLanes(rounds, columnsOf(SHAPES.ledgerBlocks, record.ledgerBlocks), COLUMNS);
  const crossed = crossings(columnsOf(SHAPES.legs, record.legs), lanes);
  const most = roof(lanes.transactions);
  const drawing = plot({ x: timeAxis(input), y: { from: -LEDGERS.length, to: 0, label: '', ticks: LEDGERS.map((_, i) => -i - 0.55), text: (at) => LEDGERS[Math.round(-at - 0.55)] }, height: 300 });
  const { x, y, marks } = drawing;
  const width = Math.max(1, (drawing.right - drawing.left) / Math.max(1, lanes.columns) - 1);
  marks.push(...shade(drawing, faults));
  LEDGERS.forEach((ledger, i) => {
    let path = '';
    for (let column = 0; column < lanes.columns; column++) {
      const n = lanes.transactions[i * lanes.columns + column];
      if (n > 0) path += `M${px(x(minutes(lanes.fromUs[column])))} ${px(y(-i - 0.95))}h${px(width)}V${px(y(-i - 0.95 + (0.9 * n) / most))}h-${px(width)}z`;
    }
    if (path !== '') marks.push(`<path d="${path}" fill="${colour(i)}"><title>${ledger}</title></path>`);
    marks.push(`<path class="tick" d="M${drawing.left} ${px(y(-i - 0.95))}H${drawing.right}"/>`);
  });
  const crossing = (from: number): string => LEDGERS.map((to, i) => [to, crossed.matrix[from * LEDGERS.length + i]] as const).filter(([, n]) => n > 0).map(([to, n]) => `${to} ${grouped(n)}`).join(', ') || '–';
  return {
    id: 'ledgers', title: `${lanesFinding(lanes.totals)}. ${crossingsFinding(crossed)}`, below: `transactions in each block, six chains side by side; the highest bar is ${figure(most / 1.05)} in ${lanes.roundsPerColumn === 1 ? 'a round' : `${lanes.roundsPerColumn} rounds`}; shaded: faults`,
    keys: [], svg: lanes.columns === 0 ? '' : drawing.svg('transactions per block of each ledger over time'),
    head: ['ledger', 'blocks', 'transactions', 'gas used', 'changed also'], rows: lanes.totals.map(({ ledger, blocks, transactions, gasUsed }, i) => [ledger, grouped(blocks), grouped(transactions), grouped(gasUsed), crossing(i)]),
  };
}
