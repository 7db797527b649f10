/**
 * Coverage curves: by when each share of the nodes held each round. The rules are those of `propagation.ts`: nodes count
 * where they were active when the round was found, shares are by nearest rank. A curve is kept as its inverse, one time for
 * each whole per cent, so that a run of 1,000 rounds at 10,000 nodes is 400 kB and every figure in it is exact.
 */
import { textAt } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';
import { NODE_KINDS, REGIONS } from '../../scenario/types.ts';
import { millis } from '../format.ts';
import { Presence, roundsInOrder, type SpreadColumns } from './presence.ts';
import { counted, listed, regionText } from './words.ts';

/** A share that was never reached. Larger than any delay. */
export const NEVER_US = 0x7fff_ffff;
/** Times of one curve: shares 0 %, 1 %, … 100 %. */
export const SHARES = 101;

export interface Curves {
  /** `All nodes`, `Europe`, `mining nodes`. */
  readonly name: string;
  /** Nodes of the run that belong to it. */
  readonly nodes: number;
  /** Rounds in which at least one of them was active, in the order in which they were found. */
  readonly rounds: Int32Array;
  /** Nodes that count, and how many of them ever held the round. */
  readonly eligible: Int32Array;
  readonly reached: Int32Array;
  /** `timesUs[i × SHARES + p]`: µs from its finding until p % of the eligible nodes held the i-th round, at least one node; `NEVER_US` where they never did. */
  readonly timesUs: Int32Array;
}

/** Nodes whose curves are wanted together, or all. */
interface Group {
  readonly name: string;
  readonly members: Int32Array;
}

export type SplitBy = 'none' | 'region' | 'kind';

/** The groups of a split that have nodes. */
function groupsOf({ nodes }: Pick<SpreadColumns, 'nodes'>, by: SplitBy): Group[] {
  const all = Int32Array.from({ length: nodes.count }, (_, node) => node);
  if (by === 'none') return [{ name: 'All nodes', members: all }];
  const column = nodes[by];
  return (by === 'region' ? REGIONS : NODE_KINDS)
    .map((key) => ({ name: by === 'region' ? regionText(key) : `${key} nodes`, members: all.filter((node) => textAt(column, node) === key) }))
    .filter(({ members }) => members.length > 0);
}

/** Makes curves of rounds whose arrivals come one after the other. */
export class CurveBuilder {
  /** Rounds that `add` wants, in this order: those found at or after `fromUs`. */
  readonly wanted: Int32Array;
  private readonly columns: SpreadColumns;
  private readonly presence: Presence;
  private readonly groups: readonly (Group & { rounds: number[]; eligible: number[]; reached: number[]; times: Int32Array })[];
  private readonly held: Int32Array;

  constructor(columns: SpreadColumns, fromUs: number, by: SplitBy) {
    this.columns = columns;
    this.presence = new Presence(columns);
    this.wanted = roundsInOrder(columns).filter((round) => columns.rounds.foundAtUs[round] >= fromUs);
    this.groups = groupsOf(columns, by).map((group) => ({ ...group, rounds: [], eligible: [], reached: [], times: new Int32Array(this.wanted.length * SHARES) }));
    this.held = new Int32Array(columns.nodes.count);
  }

  /** The next round of `wanted` and its arrivals (`Arrivals.deltaUs` of that round). Cost: one sort of the nodes. */
  add(round: number, deltaUs: Int32Array): void {
    const { presence, held } = this;
    presence.moveTo(this.columns.rounds.foundAtUs[round]);
    for (const group of this.groups) {
      let counts = 0;
      let got = 0;
      for (const node of group.members) {
        if (presence.active[node] === 0) continue;
        counts++;
        if (deltaUs[node] !== ARRIVAL_NEVER) held[got++] = deltaUs[node];
      }
      if (counts === 0) continue;
      const ascending = held.subarray(0, got).sort();
      const base = group.rounds.length * SHARES;
      for (let percent = 0; percent < SHARES; percent++) {
        const needed = Math.max(1, Math.ceil((counts * percent) / 100));
        group.times[base + percent] = got >= needed ? ascending[needed - 1] : NEVER_US;
      }
      group.rounds.push(round);
      group.eligible.push(counts);
      group.reached.push(got);
    }
  }

  /** Of what was added so far. */
  curves(): Curves[] {
    return this.groups.map(({ name, members, rounds, eligible, reached, times }) => ({
      name, nodes: members.length, rounds: Int32Array.from(rounds), eligible: Int32Array.from(eligible), reached: Int32Array.from(reached), timesUs: times.subarray(0, rounds.length * SHARES),
    }));
  }
}

/** Curves of all rounds at once. */
export function curvesOf(columns: SpreadColumns, arrivals: (round: number) => Int32Array, fromUs: number, by: SplitBy): Curves[] {
  const builder = new CurveBuilder(columns, fromUs, by);
  for (const round of builder.wanted) builder.add(round, arrivals(round));
  return builder.curves();
}

/** Per share, the time that the given share of the rounds did not exceed (nearest rank): 50 of 100 is the median curve. */
export function curveQuantile({ rounds, timesUs }: Pick<Curves, 'rounds' | 'timesUs'>, numerator: number, denominator: number): Int32Array {
  const result = new Int32Array(SHARES).fill(NEVER_US);
  const column = new Int32Array(rounds.length);
  if (column.length === 0) return result;
  const rank = Math.max(0, Math.ceil((column.length * numerator) / denominator) - 1);
  for (let percent = 0; percent < SHARES; percent++) {
    for (let i = 0; i < column.length; i++) column[i] = timesUs[i * SHARES + percent];
    result[percent] = column.subarray(0).sort()[rank];
  }
  return result;
}

export const delayText = (us: number): string => (us === NEVER_US ? 'never' : millis(us / 1_000));

/** The groups that take longest to have 99 % of their nodes reached, in the median over rounds; all of them where they tie. */
export function lastGroups(groups: readonly Curves[]): { readonly names: string[]; readonly us: number } {
  const times = groups.map((group) => curveQuantile(group, 50, 100)[99]);
  const us = times.reduce((most, time) => Math.max(most, time), 0);
  return { names: groups.filter((_, i) => times[i] === us).map((group) => group.name), us };
}

/** The verb for groups: a region is, kinds of nodes are. */
export const areOrIs = (names: readonly string[]): string => (names.length === 1 && !names[0].endsWith(' nodes') ? 'is' : 'are');

/** What the curves say, in a sentence; `groups` are those of a split, or none. */
export function curvesFinding(all: Curves, groups: readonly Curves[]): string {
  const n = all.rounds.length;
  if (n === 0) return 'No round was found after the warm-up';
  const median = curveQuantile(all, 50, 100);
  const never = all.reached.reduce((sum, got, i) => sum + (got < all.eligible[i] ? 1 : 0), 0);
  const reach = median[99] === NEVER_US ? 'In the median round, 99 % of nodes are never reached' : `99 % of nodes have a round within ${delayText(median[99])} in the median of ${counted(n, 'round')}`;
  const { names, us } = lastGroups(groups);
  const who = groups.length < 2 || names.length === groups.length ? '' : us === NEVER_US ? `${median[99] === NEVER_US ? ', nor' : '; never'} in ${listed(names)}` : `; ${listed(names)} ${areOrIs(names)} last (${delayText(us)})`;
  return `${reach}${who}${never > 0 ? `; ${counted(never, 'round')} never reached every node` : ''}`;
}
