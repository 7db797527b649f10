/** What the event rail shows: everything noteworthy of a run as marks on lanes, in order of time. */
import { listAt, textAt } from '../../sim/trace/columns.ts';
import type { RunData } from '../data/run-data.ts';
import type { Selection } from './store.ts';

export const LANES = ['fault', 'fork', 'reorg', 'activation', 'violation'] as const;
export type Lane = (typeof LANES)[number];

export interface Mark {
  readonly lane: Lane;
  readonly fromUs: number;
  /** Equal to `fromUs` for what has no duration. */
  readonly toUs: number;
  /** In words: `partition “cut” (48 nodes)`. */
  readonly label: string;
  readonly selection: Selection;
}

/** Reorganisations and activations nearer to each other than this share of the run are one mark. */
const TOGETHER = 1 / 400;

export function marksOf(run: RunData): Mark[] {
  const marks = [...faults(run), ...forks(run), ...reorgs(run), ...activations(run), ...violations(run)];
  return marks.sort((a, b) => a.fromUs - b.fromUs || LANES.indexOf(a.lane) - LANES.indexOf(b.lane));
}

/** Times that `[` and `]` jump to: beginnings and ends of marks, ascending, each once. */
export const stopsOf = (marks: readonly Mark[]): number[] => [...new Set(marks.flatMap(({ fromUs, toUs }) => [fromUs, toUs]))].sort((a, b) => a - b);

export const stopBefore = (stops: readonly number[], atUs: number): number | undefined => stops.filter((stop) => stop < atUs).at(-1);
export const stopAfter = (stops: readonly number[], atUs: number): number | undefined => stops.find((stop) => stop > atUs);

const plural = (count: number, word: string): string => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

function faults({ events: { fault }, facts }: RunData): Mark[] {
  const marks: Mark[] = [];
  const open = new Map<string, number>();
  const push = (row: number, toUs: number): void => {
    const nodes = listAt(fault.nodes, row);
    marks.push({ lane: 'fault', fromUs: fault.atUs[row], toUs, label: `${textAt(fault.kind, row)} “${textAt(fault.id, row)}” (${plural(nodes.length, 'node')})`, selection: nodes.length === 1 ? { node: nodes[0] } : {} });
  };
  for (let row = 0; row < fault.count; row++) {
    const id = textAt(fault.id, row);
    const begun = open.get(id);
    if (textAt(fault.phase, row) === 'start') {
      if (begun !== undefined) push(begun, fault.atUs[row]);
      open.set(id, row);
    } else if (begun !== undefined) {
      push(begun, fault.atUs[row]);
      open.delete(id);
    }
  }
  for (const row of open.values()) push(row, facts.endUs);
  return marks;
}

const forks = ({ forks: table, rounds }: RunData): Mark[] =>
  Array.from({ length: table.count }, (_, row) => ({
    lane: 'fork' as const, fromUs: table.fromUs[row], toUs: table.toUs[row], label: `fork of ${plural(table.length[row], 'round')} after round ${rounds.number[table.base[row]] ?? table.base[row]}`, selection: { round: table.tip[row] },
  }));

/** Rows of one kind that lie close together, as one. */
function together(timesUs: Float64Array, count: number, endUs: number, mark: (from: number, to: number) => Mark): Mark[] {
  const marks: Mark[] = [];
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && timesUs[to] - timesUs[from] <= endUs * TOGETHER) to++;
    marks.push(mark(from, to));
    from = to;
  }
  return marks;
}

function reorgs({ events: { reorg }, facts }: RunData): Mark[] {
  const real = Array.from(reorg.depth.keys()).filter((row) => reorg.depth[row] > 0);
  const times = Float64Array.from(real, (row) => reorg.atUs[row]);
  return together(times, real.length, facts.endUs, (from, to) => {
    const depth = real.slice(from, to).reduce((deepest, row) => Math.max(deepest, reorg.depth[row]), 0);
    return { lane: 'reorg', fromUs: times[from], toUs: times[to - 1], label: `${plural(to - from, 'reorganisation')}, up to ${plural(depth, 'round')} deep`, selection: to - from === 1 ? { node: reorg.node[real[from]] } : {} };
  });
}

const activations = ({ events: { activation }, facts }: RunData): Mark[] =>
  together(activation.atUs, activation.count, facts.endUs, (from, to) => {
    const woken = activation.activated.offsets[to] - activation.activated.offsets[from];
    return { lane: 'activation', fromUs: activation.atUs[from], toUs: activation.atUs[to - 1], label: woken > 0 ? `${plural(woken, 'node')} activated` : 'more nodes needed than could be activated', selection: {} };
  });

function violations({ events: { violation, 'finality-conflict': conflict }, liveness }: RunData): Mark[] {
  const marks: Mark[] = [];
  const some = (index: number): number | undefined => (index < 0 ? undefined : index);
  for (let row = 0; row < violation.count; row++) {
    marks.push({
      lane: 'violation', fromUs: violation.atUs[row], toUs: violation.atUs[row], label: `${textAt(violation.invariant, row)} violated: expected ${textAt(violation.expected, row)}, seen ${textAt(violation.seen, row)}`,
      selection: { node: some(violation.node[row]), round: some(violation.round[row]) },
    });
  }
  for (let row = 0; row < liveness.count; row++) {
    marks.push({ lane: 'violation', fromUs: liveness.atUs[row], toUs: liveness.atUs[row], label: `${textAt(liveness.invariant, row)} not in time after ${textAt(liveness.after, row)}: ${textAt(liveness.reason, row)}`, selection: {} });
  }
  for (let row = 0; row < conflict.count; row++) {
    marks.push({ lane: 'violation', fromUs: conflict.atUs[row], toUs: conflict.atUs[row], label: 'a heavier branch contradicts a final round', selection: { node: conflict.node[row] } });
  }
  return marks;
}
