/** What was offered and what became of it; which nodes woke for it. */
import { textAt } from '../../trace/columns.ts';
import { figure, grouped, lengthText } from '../format.ts';
import { area, colour, DASHES, line, plot, shade, type Point } from '../svg.ts';
import { cellUsFor, ledgerStages, ratePerCell, STAGES, stagesFinding } from '../views/stages.ts';
import { loadAgainstCapacity, stateCounts, stateSpans, STATE_ORDER, wakingFinding, wakingReason, wakings } from '../views/waking.ts';
import { partsNamed } from '../views/series.ts';
import { minutes, roof, timeAxis, type Figure, type FigureInput } from './figure.ts';

const CELLS = 45;

export function throughput(input: FigureInput): Figure {
  const { series, summary, window, record, faults } = input;
  const cellUs = cellUsFor(record.endUs, partsNamed(series, 'tx.offered')[0]?.stepUs ?? 1_000_000, CELLS);
  const rates = STAGES.map((stage) => ratePerCell(series, stage, cellUs));
  const drawing = plot({ x: timeAxis(input), y: { from: 0, to: roof(rates.flatMap((cells) => [...cells])), label: 'tx/ms' } });
  drawing.marks.push(...shade(drawing, faults), ...rates.map((cells, i) => line(drawing, Array.from(cells, (rate, cell): Point => [minutes((cell + 0.5) * cellUs), rate]), i)));
  return {
    id: 'tpms', title: stagesFinding(summary.virtual.tpms), below: `transactions per millisecond of virtual time, in cells of ${lengthText(cellUs)}; shaded: faults`,
    keys: STAGES.map((name, i) => ({ name, fill: colour(i), dash: DASHES[i] })), svg: drawing.svg('offered, admitted, confirmed and final transactions per millisecond over time'),
    head: ['ledger', ...STAGES.map((stage) => `${stage} (tx/ms)`)],
    rows: ledgerStages(series, window).map((row) => [row.ledger, ...STAGES.map((stage) => figure(row[stage]))]),
  };
}

const STACK = ['active', 'syncing', 'booting', 'paused', 'down', 'standby'] as const;
const STATE_FILL: Readonly<Record<(typeof STACK)[number], string>> = { active: 'var(--c3)', syncing: 'var(--c2)', booting: 'var(--c6)', paused: 'var(--c4)', down: 'var(--c5)', standby: 'var(--soft)' };

export function activation(input: FigureInput): Figure {
  const { series, scenario, nodes, events, record, faults } = input;
  const spans = stateSpans({ nodes, states: events['node-state'] });
  const stepUs = cellUsFor(record.endUs, 1_000_000, CELLS * 4);
  const steps = Math.max(1, Math.ceil(record.endUs / stepUs));
  const counts = stateCounts(spans, stepUs, steps);
  const used = STACK.filter((state) => Array.from({ length: steps }, (_, step) => counts[step * STATE_ORDER.length + STATE_ORDER.indexOf(state)]).some((n) => n > 0));
  const drawing = plot({ x: timeAxis(input), y: { from: 0, to: nodes.count, label: 'nodes' } });
  let below = new Array<number>(steps).fill(0);
  const edge = (heights: readonly number[]): Point[] => heights.flatMap((n, step): Point[] => [[minutes(step * stepUs), n], [minutes(Math.min(record.endUs, (step + 1) * stepUs)), n]]);
  for (const state of used) {
    const above = below.map((n, step) => n + counts[step * STATE_ORDER.length + STATE_ORDER.indexOf(state)]);
    drawing.marks.push(area(drawing, edge(below), edge(above), STATE_FILL[state]));
    below = above;
  }
  drawing.marks.push(...shade(drawing, faults));
  const perNode = scenario.network.baseNodeCapacityMilliTpms;
  const load = loadAgainstCapacity(series, perNode, cellUsFor(record.endUs, 1_000_000, CELLS * 2));
  const woken = wakings(events.activation, spans);
  const asleep = Array.from({ length: nodes.count }, (_, node) => textAt(nodes.initialState, node)).filter((state) => state === 'standby').length;
  return {
    id: 'activation', title: wakingFinding(asleep, nodes.count, woken, load), below: `nodes by state; a delegate checks ${figure(perNode / 1_000)} tx/ms (declared); shaded: faults`,
    keys: used.map((name) => ({ name, fill: STATE_FILL[name] })), svg: drawing.svg('number of nodes in each state over time'),
    head: ['at', 'why', 'nodes woken'], rows: woken.map((one) => [lengthText(one.atUs), wakingReason(one, perNode / 1_000), one.woken.join(', ')]),
  };
}

export function pool(input: FigureInput): Figure {
  const part = partsNamed(input.series, 'pool.size')[0];
  const stride = Math.max(1, Math.ceil((part?.values.length ?? 1) / 360));
  const points = Array.from({ length: Math.ceil((part?.values.length ?? 0) / stride) }, (_, cell): Point => {
    let most = 0;
    for (let i = cell * stride; i < Math.min(part!.values.length, (cell + 1) * stride); i++) most = Math.max(most, part!.values[i]);
    return [minutes((cell + 0.5) * stride * part!.stepUs), most];
  });
  const most = points.reduce((best, point) => (point[1] > best[1] ? point : best), [0, 0] as Point);
  const drawing = plot({ x: timeAxis(input), y: { from: 0, to: roof(points.map(([, n]) => n)), label: 'transactions' }, height: 180 });
  drawing.marks.push(...shade(drawing, input.faults), line(drawing, points, 0));
  return {
    id: 'pool', title: most[1] === 0 ? 'No transaction waited' : `The fullest pool held ${grouped(most[1])} transactions, ${lengthText(Math.round(most[0] * 60) * 1_000_000)} into the run`, below: 'transactions in the fullest pool; shaded: faults',
    keys: [], svg: points.length === 0 ? '' : drawing.svg('transactions in the fullest pool over time'), head: ['minute', 'fullest pool'],
    rows: perMinute(points).map(([minute, n]) => [String(minute), grouped(n)]),
  };
}

function perMinute(points: readonly Point[]): [number, number][] {
  const most = new Map<number, number>();
  for (const [at, n] of points) most.set(Math.floor(at), Math.max(n, most.get(Math.floor(at)) ?? 0));
  return [...most];
}
