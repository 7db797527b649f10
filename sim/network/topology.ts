/** Who is linked to whom: a random graph with outbound and inbound limits, from keyed draws. */
import { PURPOSE, below, type DrawKey } from '../kernel/draw.ts';

/** Undirected links; link i joins `from[i]` (who dialled) and `to[i]`. */
export interface Topology {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Every node dials `outbound` distinct nodes that accept (not light, inbound below `inboundMax`, not yet linked). Where
 * fewer than that exist it dials those. The graph is connected for outbound ≥ 2 with overwhelming probability, and it is
 * made so: a later component's first node dials the first component. Cost: O(nodes × outbound).
 */
export function randomTopology(
  accepts: readonly boolean[],
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
  for (let node = 0; node < count; node++) {
    let dialled = 0;
    for (let attempt = 0; dialled < outbound && attempt < outbound * 20; attempt++) {
      const peer = below(key, node, PURPOSE.topology, attempt, count);
      if (peer === node || !accepts[peer] || inbound[peer] >= inboundMax || linked[node].has(peer)) continue;
      link(node, peer);
      dialled++;
    }
    for (let peer = 0; dialled < outbound && peer < count && count <= 64; peer++) {
      if (peer === node || !accepts[peer] || inbound[peer] >= inboundMax || linked[node].has(peer)) continue;
      link(node, peer);
      dialled++;
    }
  }
  connect(linked, accepts, link);
  return { from, to };
}

function connect(linked: readonly ReadonlySet<number>[], accepts: readonly boolean[], link: (x: number, y: number) => void): void {
  const seen = new Uint8Array(linked.length);
  const root = accepts.indexOf(true);
  const visit = (start: number): void => {
    const stack = [start];
    seen[start] = 1;
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (const peer of linked[node]) {
        if (seen[peer] === 0) {
          seen[peer] = 1;
          stack.push(peer);
        }
      }
    }
  };
  if (root < 0) return;
  visit(root);
  for (let node = 0; node < linked.length; node++) {
    if (seen[node] === 0) {
      link(node, root);
      visit(node);
    }
  }
}
