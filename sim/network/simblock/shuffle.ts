/** Lists in keyed random order, as SimBlock deals regions, degrees and roles out to its nodes. */
import { below, type DrawKey } from '../../kernel/draw.ts';

/** Actor of draws that belong to the whole network: no node has this number. */
export const WHOLE_NETWORK = -1;

/** Fisher–Yates, in place. */
export function shuffle<T>(list: T[], key: DrawKey, actor: number, purpose: number): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(key, actor, purpose, i, i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/**
 * One class index per node, in random order: class i ends at place floor(count × cumulative[i]) of a list that is one
 * longer than needed, whose last place after shuffling is left out. So shares are exact to one node, not drawn per node.
 */
export function dealClasses(count: number, cumulativePpm: readonly number[], key: DrawKey, purpose: number): readonly number[] {
  const list: number[] = [];
  cumulativePpm.forEach((ppm, index) => {
    while (list.length <= Math.floor((count * ppm) / 1_000_000)) list.push(index);
  });
  return shuffle(list, key, WHOLE_NETWORK, purpose).slice(0, count);
}

/** A flag per node: ceil(count × share) of them are set, in random order. `actor` tells several such deals apart. */
export function dealFlags(count: number, sharePpm: number, key: DrawKey, actor: number, purpose: number): readonly boolean[] {
  const set = Math.ceil((count * sharePpm) / 1_000_000);
  return shuffle(Array.from({ length: count }, (_, i) => i < set), key, actor, purpose);
}
