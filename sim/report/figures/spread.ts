/** How rounds spread: coverage curves, and the matrix of who had which round how late. */
import { textAt } from '../../trace/columns.ts';
import { grouped } from '../format.ts';
import { cells, colour, DASHES, line, plot, WIDTH, type Point } from '../svg.ts';
import { ABSENT, binMaximum, binned, latenessFinding, latenessMatrix, latenessText, orderNodes, typicalLateness } from '../views/lateness.ts';
import type { SpreadColumns } from '../views/presence.ts';
import { curveQuantile, curvesFinding, curvesOf, delayText, NEVER_US, SHARES, type Curves } from '../views/spread.ts';
import { regionText } from '../views/words.ts';
import { type Figure, type FigureInput } from './figure.ts';

const columnsFor = ({ nodes, rounds, events }: FigureInput): SpreadColumns => ({ nodes, rounds, states: events['node-state'] });

export function coverage(input: FigureInput): Figure {
  const columns = columnsFor(input);
  const [all] = curvesOf(columns, input.arrivals, input.window.fromUs, 'none');
  const regions = curvesOf(columns, input.arrivals, input.window.fromUs, 'region');
  const shown = [
    { name: 'all nodes, median round', times: curveQuantile(all, 50, 100) },
    { name: 'all nodes, slowest tenth of rounds', times: curveQuantile(all, 90, 100) },
    ...regions.filter(({ nodes }) => nodes > 1).slice(0, 4).map((one) => ({ name: `${one.name}, median`, times: curveQuantile(one, 50, 100) })),
  ];
  const known = shown.flatMap(({ times }) => [...times].filter((us) => us !== NEVER_US && us > 0));
  const [from, to] = [Math.max(1_000, least(known)), Math.max(10_000, most(known))];
  const drawing = plot({ x: { from, to, log: true, label: 'since the round was found (virtual, logarithmic)', text: delayText, }, y: { from: 0, to: 100, label: '% of nodes that have the round' } });
  shown.forEach(({ times }, i) => {
    const points: Point[] = [];
    for (let percent = 0; percent < SHARES; percent++) if (times[percent] !== NEVER_US) points.push([Math.max(from, times[percent]), percent]);
    drawing.marks.push(line(drawing, points, i, i === 0 ? 3 : 1.6));
  });
  const row = (one: Curves): string[] => {
    const median = curveQuantile(one, 50, 100);
    const slow = curveQuantile(one, 95, 100);
    return [one.name, grouped(one.nodes), ...[50, 90, 99, 100].map((percent) => delayText(median[percent])), delayText(slow[90])];
  };
  return {
    id: 'propagation', title: curvesFinding(all, regions), below: `rounds found after the warm-up; nodes that were active then`,
    keys: all.rounds.length === 0 ? [] : shown.map(({ name }, i) => ({ name, fill: colour(i), dash: DASHES[i] })), svg: all.rounds.length === 0 ? '' : drawing.svg('share of nodes that have a round, by time since it was found'),
    head: ['nodes of', 'nodes', '50 %', '90 %', '99 %', '100 % (median round)', '90 % in 95 of 100 rounds'], rows: [all, ...regions].map(row),
  };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Upper bounds of the classes of delay, ms; later ones, and never, follow. */
const CLASSES_MS = [100, 300, 1_000, 3_000, 10_000, 60_000];
const LOOKS = ['--ramp-0', '--ramp-1', '--ramp-2', '--ramp-3', '--ramp-4', '--ramp-5', '--ramp-6', '--never'].map((role) => `var(${role})`);
const CLASS_NAMES = [...CLASSES_MS.map((ms, i) => (i === 0 ? `up to ${delayText(ms * 1_000)}` : `to ${delayText(ms * 1_000)}`)), 'later', 'never'];
const COLUMNS_MAX = 160;
const ROWS_MAX = 64;
const LATEST = 12;

const classOf = (us: number): number => {
  if (us === ABSENT) return -1;
  if (us === NEVER_US) return CLASSES_MS.length + 1;
  const found = CLASSES_MS.findIndex((ms) => us <= ms * 1_000);
  return found < 0 ? CLASSES_MS.length : found;
};

export function matrix(input: FigureInput): Figure {
  const { nodes, window, rounds: table } = input;
  const late = latenessMatrix(columnsFor(input), input.arrivals);
  const typical = typicalLateness(late, window.fromUs);
  const order = orderNodes('region', nodes, typical);
  const whole = { row0: 0, row1: late.nodes, column0: 0, column1: late.rounds.length };
  const size = binned(whole, COLUMNS_MAX, ROWS_MAX);
  const bins = new Int32Array(size.width * size.height);
  binMaximum(late, order, whole, size.width, size.height, bins);
  const [left, top, rowPx] = [118, 8, Math.max(4, Math.min(9, 320 / Math.max(1, size.height)))];
  const columnPx = (WIDTH - left - 14) / Math.max(1, size.width);
  const height = top + size.height * rowPx + 40;
  const parts = cells(size.width, size.height, left, top, columnPx, rowPx, (column, row) => classOf(bins[row * size.width + column]), LOOKS);
  let start = 0;
  for (let place = 1; place <= order.length; place++) {
    const region = textAt(nodes.region, order[start]);
    if (place < order.length && textAt(nodes.region, order[place]) === region) continue;
    const [y0, y1] = [start, place].map((at) => top + (at / order.length) * size.height * rowPx);
    parts.push(`<path class="tick" d="M${left - 4} ${y0.toFixed(1)}H${WIDTH - 14}"/>`);
    if (y1 - y0 > 10) parts.push(`<text x="${left - 8}" y="${((y0 + y1) / 2).toFixed(1)}" dy="4" text-anchor="end">${regionText(region)}</text>`);
    start = place;
  }
  for (let i = 0; i < 7 && late.rounds.length > 1; i++) {
    const at = Math.floor(((late.rounds.length - 1) * i) / 6);
    parts.push(`<text x="${(left + ((at + 0.5) / late.rounds.length) * size.width * columnPx).toFixed(1)}" y="${height - 22}" text-anchor="middle">${table.number[late.rounds[at]]}</text>`);
  }
  parts.push(`<text class="unit" x="${WIDTH - 14}" y="${height - 5}" text-anchor="end">number of the round, in the order of finding</text>`);
  const ranked = orderNodes('lateness', nodes, typical).subarray(0, LATEST);
  return {
    id: 'matrix', title: latenessFinding(late, nodes, typical), below: 'nodes by region, the latest first; where several share a cell the latest arrival shows; empty: not active then',
    keys: CLASS_NAMES.map((name, i) => ({ name, fill: LOOKS[i] })),
    svg: late.rounds.length === 0 ? '' : `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" role="img" aria-label="how late each node had each round">\n${parts.join('\n')}\n</svg>`,
    head: ['latest nodes', 'kind', 'region', 'median delay'],
    rows: [...ranked].map((node) => [String(node), textAt(nodes.kind, node), regionText(textAt(nodes.region, node)), latenessText(typical[node])]),
  };
}
