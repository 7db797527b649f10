/**
 * The tree of rounds laid out on a time axis whose uneventful parts are folded: while nothing competes, a straight run of
 * rounds takes two columns; in an episode (contests that overlap) every round has a column of its own, in the order of
 * finding. The best chain is lane 0, each losing branch takes the lowest lane that is free meanwhile.
 */
import type { Table } from '../../trace/columns.ts';
import { bestChain, type Contest } from './contests.ts';

export interface Stretch {
  /** Straight: rounds of the best chain that nothing competed with. Episode: all rounds of its contests. */
  readonly kind: 'straight' | 'episode';
  readonly rounds: readonly number[];
  /** Finding of its first and of its last round. */
  readonly fromUs: number;
  readonly toUs: number;
  /** First column, and how many. */
  readonly column: number;
  readonly columns: number;
  /** Places in the list of contests. */
  readonly contests: readonly number[];
}

export interface ForkTree {
  readonly stretches: readonly Stretch[];
  readonly columns: number;
  readonly lanes: number;
  /** By round: its column and lane. Folded rounds have the column of their stretch's middle. */
  readonly column: Float64Array;
  readonly lane: Int32Array;
}

/** Columns of a folded run: room for its label. */
const STRAIGHT_COLUMNS = 2;

type Rounds = Pick<Table<'rounds'>, 'count' | 'parent' | 'number' | 'canonical' | 'foundAtUs'>;
type Episode = Pick<Stretch, 'rounds' | 'contests'>;

export function forkTree(rounds: Rounds, contests: readonly Contest[]): ForkTree {
  const { count, number, foundAtUs } = rounds;
  const episodes = episodesOf(rounds, contests);
  const eventful = new Set(episodes.flatMap((episode) => episode.rounds));
  const quiet = [...bestChain(rounds)].filter((round) => !eventful.has(round));
  const stretches: Stretch[] = [];
  const column = new Float64Array(count);
  const lane = new Int32Array(count);
  let columns = 0;
  let next = 0;
  const push = (kind: Stretch['kind'], members: readonly number[], wide: number, of: readonly number[]): void => {
    stretches.push({ kind, rounds: members, fromUs: foundAtUs[members[0]], toUs: foundAtUs[members[members.length - 1]], column: columns, columns: wide, contests: of });
    columns += wide;
  };
  const foldUntil = (end: number): void => {
    const first = next;
    while (next < quiet.length && number[quiet[next]] < end) next++;
    if (next === first) return;
    const members = quiet.slice(first, next);
    for (const round of members) column[round] = columns + (STRAIGHT_COLUMNS - 1) / 2;
    push('straight', members, STRAIGHT_COLUMNS, []);
  };
  for (const episode of episodes) {
    foldUntil(Math.min(...episode.rounds.map((round) => number[round])));
    episode.rounds.forEach((round, i) => void (column[round] = columns + i));
    push('episode', episode.rounds, episode.rounds.length, episode.contests);
    placeLosers(rounds, contests, episode, column, lane);
  }
  foldUntil(Infinity);
  return { stretches, columns, lanes: 1 + lane.reduce((most, n) => Math.max(most, n), 0), column, lane };
}

/** Contests whose winners share a round stand in one episode; so do neighbours, since nothing lies between them to fold. */
function episodesOf({ number, foundAtUs }: Rounds, contests: readonly Contest[]): Episode[] {
  const spans = contests
    .map(({ base, winners }, at) => ({ at, first: number[base] + 1, last: number[winners[winners.length - 1] ?? base] }))
    .sort((a, b) => a.first - b.first || a.at - b.at);
  const groups: { members: number[]; last: number }[] = [];
  for (const { at, first, last } of spans) {
    const group = groups.at(-1);
    if (group !== undefined && first <= group.last + 1) {
      group.members.push(at);
      group.last = Math.max(group.last, last);
    } else groups.push({ members: [at], last });
  }
  return groups.map(({ members }) => {
    const all = [...new Set(members.flatMap((at) => [...contests[at].losers, ...contests[at].winners]))];
    return { rounds: all.sort((a, b) => foundAtUs[a] - foundAtUs[b] || a - b), contests: members };
  });
}

/** Each leaf's branch takes the lowest lane above 0 that no other uses between its parent's column and its last. */
function placeLosers({ parent, number }: Rounds, contests: readonly Contest[], episode: Episode, column: Float64Array, lane: Int32Array): void {
  const busy: { from: number; to: number; lane: number }[] = [];
  for (const at of episode.contests) {
    const losers = new Set(contests[at].losers);
    const parents = new Set(contests[at].losers.map((round) => parent[round]));
    const placed = new Set<number>();
    // The longest branch first: the trunk stays straight, its side branches leave it.
    const leaves = contests[at].losers.filter((round) => !parents.has(round)).sort((a, b) => number[b] - number[a] || a - b);
    for (const leaf of leaves) {
      const branch: number[] = [];
      for (let round = leaf; losers.has(round) && !placed.has(round); round = parent[round]) branch.push(round);
      const from = column[parent[branch[branch.length - 1]]];
      const to = column[leaf];
      let free = 1;
      while (busy.some((other) => other.lane === free && other.from <= to && from <= other.to)) free++;
      busy.push({ from, to, lane: free });
      for (const round of branch) {
        lane[round] = free;
        placed.add(round);
      }
    }
  }
}
