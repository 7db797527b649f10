/** Who is linked to whom: a random graph with outbound and inbound limits, from keyed draws. */
import { PURPOSE, below, type DrawKey } from '../kernel/draw.ts';

/** Undirected links; link i joins `from[i]` (who dialled) and `to[i]`. */
export interface Topology {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Nodes dial in `order`: those that start active first, then the others in the order in which they will wake. One that wakes
 * later dials only nodes before it, so whoever is awake is connected among themselves at any time.
 *
 * Every node dials `outbound` distinct nodes that accept (not light, inbound below `inboundMax`, not yet linked). Where
 * fewer than that exist it dials those. The graph is connected for outbound ≥ 2 with overwhelming probability, and it is
 * made so: a later component's first node dials the first component. Cost: O(nodes × outbound).
 */
export function randomTopology(
  accepts: readonly boolean[],
  standby: readonly boolean[],
  outbound: number,
  inboundMax: number,
  key: DrawKey,
): Topology {
  const count = accepts.length;
  const from: number[] = [];
  const to: number[] = [];
  const inbound = new Int32Array(count);
  const linked = Array.from({ length: count }, () => new Set<number>());
  const link = (x: number, y: number): void => {
    from.push(x);
    to.push(y);
    linked[x].add(y);
    linked[y].add(x);
    inbound[y]++;
  };
  const awake = standby.flatMap((asleep, node) => (asleep ? [] : [node]));
  const order = [...awake, ...standby.flatMap((asleep, node) => (asleep ? [node] : []))];
  order.forEach((node, rank) => {
    const before = Math.max(awake.length, rank); // dialled among order[0 … before − 1]
    let dialled = 0;
    for (let attempt = 0; dialled < outbound && attempt < outbound * 20; attempt++) {
      const peer = order[below(key, node, PURPOSE.topology, attempt, before)];
      if (peer === node || !accepts[peer] || inbound[peer] >= inboundMax || linked[node].has(peer)) continue;
      link(node, peer);
      dialled++;
    }
    for (let i = 0; dialled < outbound && i < before && count <= 64; i++) {
      const peer = order[i];
      if (peer === node || !accepts[peer] || inbound[peer] >= inboundMax || linked[node].has(peer)) continue;
      link(node, peer);
      dialled++;
    }
  });
  connect(linked, accepts, standby, link);
  return { from, to };
}

/** Joins what the draws left apart, among the awake first: each later component's first node dials the first component's, full or not. */
function connect(
  linked: readonly ReadonlySet<number>[],
  accepts: readonly boolean[],
  standby: readonly boolean[],
  link: (x: number, y: number) => void,
): void {
  const seen = new Uint8Array(linked.length);
  const root = accepts.findIndex((accepting, node) => accepting && !standby[node]);
  let withStandby = false;
  const visit = (start: number): void => {
    const stack = [start];
    seen[start] = 1;
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (const peer of linked[node]) {
        if (seen[peer] === 0 && (withStandby || !standby[peer])) {
          seen[peer] = 1;
          if (accepts[peer]) stack.push(peer); // what only a light node joins is apart: it relays no bodies
        }
      }
    }
  };
  if (root < 0) return;
  visit(root);
  for (withStandby of [false, true]) {
    for (let node = 0; node < linked.length; node++) {
      if (seen[node] !== 0 || !accepts[node] || (standby[node] && !withStandby)) continue;
      const joined = [...linked[node]].some((peer) => seen[peer] !== 0 && accepts[peer]);
      if (!joined) link(node, root);
      visit(node);
    }
  }
  for (let node = 0; node < linked.length; node++) if (linked[node].size === 0 && node !== root) link(node, root);
}
