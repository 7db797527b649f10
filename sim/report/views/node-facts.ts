/** What a run says of each node, as columns: one value per node, so that 10,000 nodes sort in milliseconds. */
import { textAt, type EventTables, type Table } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';

/** A delay that is not known: the node never received a round of another. */
export const NO_DELAY = -1;

export interface NodeCounts {
  /** Rounds that it found, and how many of these the best chain kept. */
  readonly found: Int32Array;
  readonly kept: Int32Array;
  readonly reorgs: Int32Array;
  /** Rounds that the deepest of them left. */
  readonly deepest: Int32Array;
  /** Peers that it banned, and peers that banned it. */
  readonly bans: Int32Array;
  readonly banned: Int32Array;
  /** Times that it went down or paused. */
  readonly outages: Int32Array;
}

export function nodeCounts(
  nodes: number, rounds: Pick<Table<'rounds'>, 'count' | 'node' | 'canonical'>, events: Pick<EventTables, 'reorg' | 'ban' | 'node-state'>,
): NodeCounts {
  const column = (): Int32Array => new Int32Array(nodes);
  const counts = { found: column(), kept: column(), reorgs: column(), deepest: column(), bans: column(), banned: column(), outages: column() };
  for (let round = 0; round < rounds.count; round++) {
    const finder = rounds.node[round];
    if (finder < 0) continue;
    counts.found[finder]++;
    counts.kept[finder] += rounds.canonical[round];
  }
  const { reorg, ban, 'node-state': states } = events;
  for (let i = 0; i < reorg.count; i++) {
    counts.reorgs[reorg.node[i]]++;
    counts.deepest[reorg.node[i]] = Math.max(counts.deepest[reorg.node[i]], reorg.depth[i]);
  }
  for (let i = 0; i < ban.count; i++) {
    counts.bans[ban.node[i]]++;
    if (ban.peer[i] >= 0) counts.banned[ban.peer[i]]++;
  }
  for (let i = 0; i < states.count; i++) {
    const state = textAt(states.state, i);
    if (state === 'down' || state === 'paused') counts.outages[states.node[i]]++;
  }
  return counts;
}

export interface NodeDelays {
  /** Of rounds that others found: median and largest delay, µs, and how many never came. Sleep and outages count. */
  readonly medianUs: Int32Array;
  readonly worstUs: Int32Array;
  readonly missed: Int32Array;
}

export const emptyDelays = (nodes: number): NodeDelays => ({ medianUs: new Int32Array(nodes).fill(NO_DELAY), worstUs: new Int32Array(nodes).fill(NO_DELAY), missed: new Int32Array(nodes) });

/**
 * Fills `into` for the nodes `from` … `to` (not included); `arrivals[round][node]` as in `Arrivals.deltaUs`. Cost = rounds × nodes,
 * and one sort per node: callers that must not stall ask for some hundred nodes at a time.
 */
export function fillDelays(into: NodeDelays, arrivals: readonly ArrayLike<number>[], finder: ArrayLike<number>, from: number, to: number): void {
  const own = new Int32Array(arrivals.length);
  for (let node = from; node < to; node++) {
    let used = 0;
    let missed = 0;
    for (let round = 1; round < arrivals.length; round++) {
      if (finder[round] === node) continue;
      const delta = arrivals[round][node];
      if (delta === ARRIVAL_NEVER) missed++;
      else own[used++] = delta;
    }
    into.missed[node] = missed;
    if (used === 0) continue;
    const ascending = own.subarray(0, used).sort();
    into.medianUs[node] = ascending[Math.ceil(used / 2) - 1];
    into.worstUs[node] = ascending[used - 1];
  }
}

export type Direction = 'up' | 'down';

/**
 * Order of the rows: places of `keys` by value, the pinned ones first; equal values by place, text by code unit. `keep` filters
 * what is not pinned.
 */
export function orderBy<K extends number | string>(
  keys: ArrayLike<K>, direction: Direction, pinned: ReadonlySet<number>, keep: (at: number) => boolean,
): Int32Array {
  const sign = direction === 'up' ? 1 : -1;
  const compare = (a: number, b: number): number => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b);
  const all = Array.from({ length: keys.length }, (_, at) => at);
  return Int32Array.from([...all.filter((at) => pinned.has(at)).sort(compare), ...all.filter((at) => !pinned.has(at) && keep(at)).sort(compare)]);
}
