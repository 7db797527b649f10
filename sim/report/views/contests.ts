/**
 * Contests: places where two branches were alive at once. For each, which rounds stood on either side, and which nodes, with
 * how much hash power, had their head on the losing side at what time.
 *
 * A node's head is not recorded; it follows from arrivals (D7): of the rounds that it holds with all their ancestors, the one
 * with most work, and of equal ones the first that was complete; and once a round above the base is final at a node, it never
 * changes sides. What a node forgets in a crash is left out.
 */
import type { Table } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';

export interface Contest {
  /** Last round that both sides share; it is on the final best chain. */
  readonly base: number;
  /** The losing rounds, in the order in which they were found: the first is the root of all others. */
  readonly losers: readonly number[];
  /** The competing rounds of the best chain, from the base's child to the first that outweighs all losers. */
  readonly winners: readonly number[];
  /** Rounds on the longest losing branch. */
  readonly depth: number;
  /** From the finding of the first round on either side to that of the last. */
  readonly fromUs: number;
  readonly toUs: number;
}

type Rounds = Pick<Table<'rounds'>, 'count' | 'parent' | 'number' | 'canonical' | 'foundAtUs'>;

/** Rounds of the final best chain by number: genesis first. */
export function bestChain({ count, number, canonical }: Pick<Rounds, 'count' | 'number' | 'canonical'>): Int32Array {
  const rounds: number[] = [];
  for (let round = 0; round < count; round++) if (canonical[round] === 1) rounds.push(round);
  return Int32Array.from(rounds.sort((a, b) => number[a] - number[b]));
}

/** Every contest of a run, in the order in which their losing sides began. `workRank`: order of cumulative work, equal for equal. */
export function contestsOf(rounds: Rounds, workRank: ArrayLike<number>): Contest[] {
  const { count, parent, number, canonical, foundAtUs } = rounds;
  const chain = bestChain(rounds);
  const sides = new Map<number, number[]>();
  const rootOf = new Map<number, number>();
  for (let round = 0; round < count; round++) {
    if (canonical[round] === 1 || parent[round] < 0) continue;
    const root = rootOf.get(parent[round]) ?? round;
    rootOf.set(round, root);
    const side = sides.get(root);
    if (side === undefined) sides.set(root, [round]);
    else side.push(round);
  }
  return [...sides].map(([root, losers]) => {
    const base = parent[root];
    const heaviest = losers.reduce((most, round) => Math.max(most, workRank[round]), 0);
    const winners: number[] = [];
    for (let at = number[base] + 1; at < chain.length; at++) {
      winners.push(chain[at]);
      if (workRank[chain[at]] > heaviest) break;
    }
    const found = [...losers, ...winners].map((round) => foundAtUs[round]);
    const depth = losers.reduce((most, round) => Math.max(most, number[round]), 0) - number[base];
    return { base, losers, winners, depth, fromUs: Math.min(...found), toUs: Math.max(...found) };
  });
}

/** Who stood on the losing side, as steps: from `atUs[i]` on `nodes[i]` nodes with `powerPpm[i]` of all hash power. */
export interface Standing {
  readonly atUs: Float64Array;
  readonly nodes: Int32Array;
  readonly powerPpm: Float64Array;
  /** Most nodes, and most power, at any time; the time of the latter (of the former where no power was there). */
  readonly peakNodes: number;
  readonly peakPowerPpm: number;
  readonly peakAtUs: number;
  /** When the last node left; the run's end where some never did. */
  readonly overUs: number;
  /** Nodes still there when the run ended. */
  readonly left: number;
  /** Every node that ever stood there, ascending, with the first time it came and the last it left (`Infinity`: never). */
  readonly members: Int32Array;
  readonly cameUs: Float64Array;
  readonly wentUs: Float64Array;
}

export interface StandingInput {
  readonly rounds: Pick<Rounds, 'parent' | 'number' | 'foundAtUs'>;
  readonly workRank: ArrayLike<number>;
  /** Arrivals of the rounds of either side: µs from finding by node, as in `Arrivals.deltaUs`. */
  readonly arrivals: ReadonlyMap<number, ArrayLike<number>>;
  /** Share of all hash power by node, parts per million. */
  readonly powerPpm: ArrayLike<number>;
  /** Rounds below its head that a node takes as final. */
  readonly finalityDepth: number;
  readonly endUs: number;
}

/** Cost = nodes × rounds of the contest. */
export function standing(contest: Contest, { rounds, workRank, arrivals, powerPpm, finalityDepth, endUs }: StandingInput): Standing {
  const losers = new Set(contest.losers);
  const sides = [...contest.losers, ...contest.winners].sort((a, b) => a - b);
  const losing = sides.map((round) => losers.has(round));
  const place = new Map(sides.map((round, i) => [round, i]));
  const parent = sides.map((round) => place.get(rounds.parent[round]) ?? -1);
  const ranks = sides.map((round) => workRank[round]);
  const found = sides.map((round) => rounds.foundAtUs[round]);
  const height = sides.map((round) => rounds.number[round] - rounds.number[contest.base]);
  const deltas = sides.map((round) => arrivals.get(round));
  const ready = new Float64Array(sides.length);
  const order = new Int32Array(sides.length);

  const steps: Step[] = [];
  const members: number[] = [];
  const came: number[] = [];
  const went: number[] = [];
  for (let node = 0; node < powerPpm.length; node++) {
    let known = 0;
    for (let i = 0; i < sides.length; i++) {
      const delta = deltas[i]?.[node] ?? ARRIVAL_NEVER;
      const own = delta === ARRIVAL_NEVER ? Infinity : found[i] + delta;
      ready[i] = parent[i] < 0 ? own : Math.max(own, ready[parent[i]]);
      if (ready[i] > endUs) continue;
      let at = known++;
      for (; at > 0 && ready[order[at - 1]] > ready[i]; at--) order[at] = order[at - 1];
      order[at] = i;
    }
    let best = -1;
    let there = false;
    let high = 0;
    for (let k = 0; k < known; k++) {
      const i = order[k];
      if (ranks[i] <= best) continue;
      if (losing[i] !== there && high > finalityDepth) continue;
      best = ranks[i];
      high = height[i];
      if (losing[i] === there) continue;
      there = losing[i];
      const sign = there ? 1 : -1;
      steps.push({ atUs: ready[i], nodes: sign, powerPpm: sign * powerPpm[node] });
      if (there && members[members.length - 1] !== node) {
        members.push(node);
        came.push(ready[i]);
        went.push(Infinity);
      }
      went[went.length - 1] = there ? Infinity : ready[i];
    }
  }
  return { ...summed(steps, endUs), members: Int32Array.from(members), cameUs: Float64Array.from(came), wentUs: Float64Array.from(went) };
}

interface Step {
  readonly atUs: number;
  readonly nodes: number;
  readonly powerPpm: number;
}

function summed(steps: Step[], endUs: number): Omit<Standing, 'members' | 'cameUs' | 'wentUs'> {
  steps.sort((a, b) => a.atUs - b.atUs);
  const atUs: number[] = [];
  const nodes: number[] = [];
  const powerPpm: number[] = [];
  let count = 0;
  let power = 0;
  steps.forEach((step, i) => {
    count += step.nodes;
    power += step.powerPpm;
    if (steps[i + 1]?.atUs === step.atUs) return;
    atUs.push(step.atUs);
    nodes.push(count);
    powerPpm.push(power);
  });
  const peakNodes = nodes.reduce((most, n) => Math.max(most, n), 0);
  const peakPowerPpm = powerPpm.reduce((most, n) => Math.max(most, n), 0);
  const peak = peakPowerPpm > 0 ? powerPpm.indexOf(peakPowerPpm) : nodes.indexOf(peakNodes);
  return {
    atUs: Float64Array.from(atUs),
    nodes: Int32Array.from(nodes),
    powerPpm: Float64Array.from(powerPpm),
    peakNodes,
    peakPowerPpm,
    peakAtUs: atUs[peak] ?? 0,
    overUs: count > 0 ? endUs : (atUs.at(-1) ?? 0),
    left: count,
  };
}
