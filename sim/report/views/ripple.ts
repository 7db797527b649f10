/**
 * How one round spreads: its arrivals node by node, and how many links away from the finder each node is. Links are those
 * at the end of the run; a node that had others when the round was found may stand in another ring.
 */
import type { Table } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';
import { REGIONS } from '../../scenario/types.ts';
import { ABSENT } from './lateness.ts';
import { Presence, type SpreadColumns } from './presence.ts';
import { delayText, NEVER_US } from './spread.ts';
import { counted, regionText } from './words.ts';

/** A hop count for nodes that no link leads to. */
export const UNREACHED = -1;

/** Links of each node: those of node n are `to[from[n]]` … `to[from[n + 1] − 1]`. */
export interface Neighbours {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export function neighbours(links: Pick<Table<'links'>, 'count' | 'from' | 'to'>, nodes: number): Neighbours {
  const from = new Int32Array(nodes + 1);
  for (let link = 0; link < links.count; link++) {
    from[links.from[link] + 1]++;
    from[links.to[link] + 1]++;
  }
  for (let node = 0; node < nodes; node++) from[node + 1] += from[node];
  const to = new Int32Array(2 * links.count);
  const next = from.slice();
  for (let link = 0; link < links.count; link++) {
    to[next[links.from[link]]++] = links.to[link];
    to[next[links.to[link]]++] = links.from[link];
  }
  return { from, to };
}

/** Fewest links from `source` to each node; `UNREACHED` where none lead there. */
export function hopsFrom({ from, to }: Neighbours, source: number): Int32Array {
  const nodes = from.length - 1;
  const hops = new Int32Array(nodes).fill(UNREACHED);
  if (source < 0 || source >= nodes) return hops;
  const queue = new Int32Array(nodes);
  let end = 1;
  hops[(queue[0] = source)] = 0;
  for (let head = 0; head < end; head++) {
    const node = queue[head];
    for (let i = from[node]; i < from[node + 1]; i++) {
      if (hops[to[i]] !== UNREACHED) continue;
      hops[to[i]] = hops[node] + 1;
      queue[end++] = to[i];
    }
  }
  return hops;
}

export interface Ripple {
  readonly round: number;
  readonly foundAtUs: number;
  readonly finder: number;
  /** Per node: µs from the finding; `NEVER_US` never, `ABSENT` not active when it was found. */
  readonly delayUs: Int32Array;
  /** The active nodes that received it, in the order in which they did (ties by number), and their delays. */
  readonly order: Int32Array;
  readonly ascendingUs: Int32Array;
  readonly eligible: number;
}

/** The spread of one round, from its arrivals (`Arrivals.deltaUs` of that round). */
export function rippleOf(columns: SpreadColumns, round: number, deltaUs: Int32Array): Ripple {
  const nodes = columns.nodes.count;
  const foundAtUs = columns.rounds.foundAtUs[round];
  const presence = new Presence(columns);
  presence.moveTo(foundAtUs);
  const delayUs = new Int32Array(nodes);
  // Delay and node in one exact number: typed arrays sort by number without a comparator, ten times as fast.
  const keys = new Float64Array(nodes);
  let got = 0;
  for (let node = 0; node < nodes; node++) {
    const here = presence.active[node] === 1;
    delayUs[node] = !here ? ABSENT : deltaUs[node] === ARRIVAL_NEVER ? NEVER_US : deltaUs[node];
    if (here && deltaUs[node] !== ARRIVAL_NEVER) keys[got++] = deltaUs[node] * nodes + node;
  }
  const sorted = keys.subarray(0, got).sort();
  const order = new Int32Array(got);
  const ascendingUs = new Int32Array(got);
  for (let i = 0; i < got; i++) {
    ascendingUs[i] = Math.floor(sorted[i] / nodes);
    order[i] = sorted[i] - ascendingUs[i] * nodes;
  }
  return { round, foundAtUs, finder: columns.rounds.node[round], delayUs, order, ascendingUs, eligible: presence.count };
}

/** How many nodes hold the round `us` after its finding: as many as have a delay of at most that. */
export function heldBy({ ascendingUs }: Pick<Ripple, 'ascendingUs'>, us: number): number {
  let low = 0;
  let high = ascendingUs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascendingUs[middle] <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface RippleGroup {
  readonly name: string;
  readonly nodes: number;
  readonly reached: number;
  readonly medianUs: number;
  /** Its last arrival; `NEVER_US` where a node of it never had the round. */
  readonly lastUs: number;
}

/** One row per group that has active nodes, in the order of `names`; `groupOf[node]` is an index into `names`. */
function rippleGroups({ delayUs, order }: Ripple, names: readonly string[], groupOf: ArrayLike<number>): RippleGroup[] {
  const eligible = new Int32Array(names.length);
  for (let node = 0; node < delayUs.length; node++) if (delayUs[node] !== ABSENT) eligible[groupOf[node]]++;
  const reached = new Int32Array(names.length);
  const medianUs = new Int32Array(names.length).fill(NEVER_US);
  const lastUs = new Int32Array(names.length);
  for (const node of order) {
    const group = groupOf[node];
    // Nearest rank among all of the group: those that never had it are the last.
    if (reached[group]++ === Math.ceil(eligible[group] / 2) - 1) medianUs[group] = delayUs[node];
    lastUs[group] = delayUs[node];
  }
  return names.flatMap((name, g) => (eligible[g] === 0 ? [] : [{ name, nodes: eligible[g], reached: reached[g], medianUs: medianUs[g], lastUs: reached[g] < eligible[g] ? NEVER_US : lastUs[g] }]));
}

/** Index into `REGIONS` of every node. */
export function regionIndices({ count, region }: Pick<SpreadColumns['nodes'], 'count' | 'region'>): Int32Array {
  const known = region.values.map((value) => Math.max(0, (REGIONS as readonly string[]).indexOf(value)));
  const indices = new Int32Array(count);
  for (let node = 0; node < count; node++) indices[node] = known[region.codes[node]];
  return indices;
}

export const rippleByRegion = (ripple: Ripple, regions: Int32Array): RippleGroup[] => rippleGroups(ripple, REGIONS.map(regionText), regions);

export const hopText = (hops: number): string => (hops === UNREACHED ? 'not linked' : hops === 0 ? 'finder' : counted(hops, 'hop'));

export function rippleByHop(ripple: Ripple, hops: Int32Array): RippleGroup[] {
  const most = hops.reduce((max, h) => (h > max ? h : max), 0);
  const names = Array.from({ length: most + 1 }, (_, h) => hopText(h));
  return rippleGroups(ripple, [...names, hopText(UNREACHED)], hops.map((h) => (h === UNREACHED ? most + 1 : h)));
}

/** What the ripple says, in a sentence. */
export function rippleFinding(ripple: Ripple, number: number, regions: readonly RippleGroup[]): string {
  const { ascendingUs, eligible } = ripple;
  const at = (percent: number): number => {
    const needed = Math.max(1, Math.ceil((eligible * percent) / 100));
    return ascendingUs.length >= needed ? ascendingUs[needed - 1] : NEVER_US;
  };
  const all = ascendingUs.length === eligible ? `all ${counted(eligible, 'node')} by ${delayText(at(100))}` : `${eligible - ascendingUs.length} of ${counted(eligible, 'node')} never`;
  const [last, next] = [...regions].sort((a, b) => b.lastUs - a.lastUs);
  const who = next !== undefined && last.lastUs !== NEVER_US && last.lastUs > next.lastUs ? `, ${last.name} last` : '';
  return `Round ${number} reached ${at(50) === NEVER_US ? 'less than half of its nodes' : `half of its nodes in ${delayText(at(50))}`} and ${all}${who}`;
}
