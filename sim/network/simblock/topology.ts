/** SimBlock's overlay: how many others each node dials is dealt from its degree distribution; whom, is uniform. */
import { PURPOSE, below, type DrawKey } from '../../kernel/draw.ts';
import type { Topology } from '../topology.ts';
import { DEGREE_CUMULATIVE_PPM } from './constants.ts';
import { dealClasses } from './shuffle.ts';

/**
 * Nodes dial in order of their number, each going through all nodes in random order until it has dialled as many as it
 * was dealt, and skipping itself and those that it is linked to either way. There is no limit on inbound links, and the
 * graph may be disconnected, as SimBlock's may. Cost: O(links) for networks much larger than a node's degree.
 */
export function simblockTopology(count: number, key: DrawKey): Topology {
  const from: number[] = [];
  const to: number[] = [];
  const linked = Array.from({ length: count }, (): number[] => []);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  dealClasses(count, DEGREE_CUMULATIVE_PPM, key, PURPOSE.topology).forEach((degree, node) => {
    const swapped: number[] = [];
    for (let dialled = 0; dialled <= degree && swapped.length < count; ) {
      const i = swapped.length;
      const j = i + below(key, node, PURPOSE.topology, i, count - i);
      swap(order, i, j);
      swapped.push(j);
      const peer = order[i];
      if (peer === node || linked[node].includes(peer)) continue;
      from.push(node);
      to.push(peer);
      linked[node].push(peer);
      linked[peer].push(node);
      dialled++;
    }
    // The next node starts from the same order, so that no node's draws depend on another's.
    for (let i = swapped.length - 1; i >= 0; i--) swap(order, i, swapped[i]);
  });
  return { from, to };
}

function swap(list: Int32Array, i: number, j: number): void {
  const value = list[i];
  list[i] = list[j];
  list[j] = value;
}
