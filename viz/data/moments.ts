/** All nodes at any moment. States: keyframes and the changes since. Heads: the round of most work that each node held connected, beside none that was final for it. */
import { contestsOf } from '../../sim/report/views/contests.ts';
import type { Table, EventTables } from '../../sim/trace/columns.ts';
import { ARRIVAL_MAX_US } from '../../sim/trace/record.ts';
import { NODE_STATES, type Moment } from './run-data.ts';

/** Keyframes kept at most; between two lie as many changes. */
const KEYFRAMES_MAX = 256;
/** A keyframe for fewer changes than this is not worth its memory. */
const CHANGES_MIN = 1_024;

const codeOf = (state: string): number => Math.max(0, (NODE_STATES as readonly string[]).indexOf(state));

/** Number of entries of an ascending column at or before `atUs`. */
export function countUntil(timesUs: ArrayLike<number>, atUs: number): number {
  let [low, high] = [0, timesUs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesUs[middle] <= atUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface StateTimeline {
  /** Codes of all nodes at a time; a new array each time. */
  at(atUs: number): Uint8Array;
}

export function stateTimeline(nodes: Pick<Table<'nodes'>, 'count' | 'initialState'>, changes: Pick<EventTables['node-state'], 'count' | 'atUs' | 'node' | 'state'>): StateTimeline {
  const codes = changes.state.values.map(codeOf);
  const initial = nodes.initialState.values.map(codeOf);
  const current = Uint8Array.from({ length: nodes.count }, (_, node) => initial[nodes.initialState.codes[node]]);
  const step = Math.max(CHANGES_MIN, Math.ceil(changes.count / KEYFRAMES_MAX));
  const keyframes: Uint8Array[] = [];
  const apply = (states: Uint8Array, from: number, to: number): void => {
    for (let i = from; i < to; i++) states[changes.node[i]] = codes[changes.state.codes[i]];
  };
  for (let from = 0; from <= changes.count; from += step) {
    keyframes.push(current.slice());
    apply(current, from, Math.min(changes.count, from + step));
  }
  return {
    at(atUs) {
      const count = countUntil(changes.atUs, atUs);
      const keyframe = Math.floor(count / step);
      const states = keyframes[keyframe].slice();
      apply(states, keyframe * step, count);
      return states;
    },
  };
}

/**
 * When each node held each round with all its ancestors: µs after the finding, as in `Arrivals.deltaUs`. Parents come before
 * their children in the list, so one pass suffices.
 */
export function connectedTimes(rounds: Pick<Table<'rounds'>, 'count' | 'parent' | 'foundAtUs'>, nodes: number, deltaUs: Int32Array): Int32Array {
  const connected = new Int32Array(rounds.count * nodes);
  for (let round = 0; round < rounds.count; round++) {
    const parent = rounds.parent[round];
    const [own, above] = [round * nodes, parent * nodes];
    const lag = parent < 0 ? 0 : rounds.foundAtUs[parent] - rounds.foundAtUs[round];
    for (let node = 0; node < nodes; node++) {
      const delta = deltaUs[own + node];
      if (delta < 0 || parent < 0) connected[own + node] = delta;
      else {
        const before = connected[above + node];
        connected[own + node] = before < 0 ? -1 : before === ARRIVAL_MAX_US ? ARRIVAL_MAX_US : Math.max(delta, Math.min(ARRIVAL_MAX_US, before + lag));
      }
    }
  }
  return connected;
}

/** Rounds from most work to least, those of equal work in the order of finding; `starts` are where work changes. */
function byWork(workRank: Int32Array): { readonly order: Int32Array; readonly rank: Int32Array } {
  const order = Int32Array.from(workRank.keys()).sort((a, b) => workRank[b] - workRank[a] || a - b);
  return { order, rank: order.map((round) => workRank[round]) };
}

export interface HeadTimeline {
  at(atUs: number): Int32Array;
}

type Placed = Pick<Table<'rounds'>, 'count' | 'parent' | 'number' | 'canonical' | 'foundAtUs'>;

/** Losing rounds on branches that grew, or were outgrown, beyond `depth` rounds: there finality may have kept a node from the most work. */
function deepLosers(rounds: Placed, workRank: Int32Array, depth: number): number[] {
  return contestsOf(rounds, workRank).filter((contest) => Math.max(contest.depth, contest.winners.length) > depth).flatMap(({ losers }) => [...losers]);
}

/** A node's heads as they followed each other: from `atUs[i]` on it was `heads[i]`. */
interface HeadPath {
  readonly atUs: Float64Array;
  readonly heads: Int32Array;
}

/** One node's heads, where it never leaves a round that `depth` rounds of its head stood upon (D7). Cost = rounds × log, and the depth of what it is offered. */
function pathOf(node: number, nodes: number, rounds: Placed, workRank: Int32Array, connected: Int32Array, depth: number): HeadPath {
  const held: number[] = [];
  const readyUs = new Float64Array(rounds.count);
  for (let round = 0; round < rounds.count; round++) {
    const delta = connected[round * nodes + node];
    readyUs[round] = rounds.foundAtUs[round] + delta;
    if (delta >= 0) held.push(round);
  }
  held.sort((a, b) => readyUs[a] - readyUs[b] || a - b);
  const ancestorAt = (round: number, number: number): number => {
    let at = round;
    while (at >= 0 && rounds.number[at] > number) at = rounds.parent[at];
    return at;
  };
  const atUs: number[] = [];
  const heads: number[] = [];
  let head = -1;
  let final = -1;
  for (const round of held) {
    if (head >= 0 && workRank[round] <= workRank[head]) continue;
    if (final >= 0 && ancestorAt(round, rounds.number[final]) !== final) continue;
    head = round;
    const below = rounds.number[head] - depth;
    if (below > (final < 0 ? -1 : rounds.number[final])) final = ancestorAt(head, below);
    atUs.push(readyUs[round]);
    heads.push(head);
  }
  return { atUs: Float64Array.from(atUs), heads: Int32Array.from(heads) };
}

/**
 * Each node's head: of the rounds that it holds with all their ancestors, the one of most work, of equal ones the first; but
 * never one beside a round that is final for it, `finalityDepth` rounds below its head (D7).
 *
 * Looks from the round of most work downwards, at ever fewer nodes: most have one of the last few rounds. Nodes that have
 * nothing for long would make that a scan of everything, so a keyframe says from which rank on there is nothing to find.
 */
export function headTimeline(rounds: Placed, nodes: number, workRank: Int32Array, deltaUs: Int32Array, finalityDepth: number): HeadTimeline {
  const connected = connectedTimes(rounds, nodes, deltaUs);
  const losers = deepLosers(rounds, workRank, finalityDepth);
  const paths = new Map<number, HeadPath>();
  for (let node = 0; node < nodes; node++) {
    if (losers.some((round) => connected[round * nodes + node] >= 0)) paths.set(node, pathOf(node, nodes, rounds, workRank, connected, finalityDepth));
  }
  const { order, rank } = byWork(workRank);
  // First time at which a node has anything: before it, it needs no look.
  const firstUs = new Float64Array(nodes).fill(Infinity);
  for (let round = 0; round < rounds.count; round++) {
    for (let node = 0; node < nodes; node++) {
      const delta = connected[round * nodes + node];
      if (delta >= 0) firstUs[node] = Math.min(firstUs[node], rounds.foundAtUs[round] + delta);
    }
  }
  const waiting = new Int32Array(nodes);
  return {
    at(atUs) {
      const heads = new Int32Array(nodes).fill(-1);
      const since = new Int32Array(nodes);
      let left = 0;
      for (let node = 0; node < nodes; node++) if (firstUs[node] <= atUs && !paths.has(node)) waiting[left++] = node;
      for (const [node, path] of paths) heads[node] = path.heads[countUntil(path.atUs, atUs) - 1] ?? -1;
      for (let i = 0; i < order.length && left > 0; ) {
        // All rounds of one work together: the first that came is the head.
        const work = rank[i];
        for (; i < order.length && rank[i] === work; i++) {
          const round = order[i];
          const age = atUs - rounds.foundAtUs[round];
          if (age < 0) continue;
          const base = round * nodes;
          for (let w = 0; w < left; w++) {
            const node = waiting[w];
            const delta = connected[base + node];
            if (delta < 0 || delta > age) continue;
            const arrived = delta - age; // µs before now, ≤ 0
            if (heads[node] < 0 || arrived < since[node]) {
              heads[node] = round;
              since[node] = arrived;
            }
          }
        }
        let kept = 0;
        for (let w = 0; w < left; w++) if (heads[waiting[w]] < 0) waiting[kept++] = waiting[w];
        left = kept;
      }
      return heads;
    },
  };
}

export const momentAt = (atUs: number, rounds: Pick<Table<'rounds'>, 'foundAtUs'>, states: StateTimeline, heads: HeadTimeline): Moment => ({
  atUs, states: states.at(atUs), heads: heads.at(atUs), rounds: countUntil(rounds.foundAtUs, atUs),
});
