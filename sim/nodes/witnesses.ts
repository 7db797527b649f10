/** Which nodes of a shared run execute for themselves, as witnesses that sharing changes nothing. */
import { PURPOSE, below, type DrawKey } from '../kernel/draw.ts';
import type { Population } from './population.ts';

/** One miner, one node that is later rebuilt from its rows, and others; drawn among full nodes that start active. */
export function pickWitnesses({ kind, standby }: Population, wanted: number, key: DrawKey): readonly number[] {
  const rest = kind.flatMap((k, node) => (k !== 'light' && !standby[node] ? [node] : []));
  const picked: number[] = [];
  const take = (from: readonly number[]): void => {
    if (from.length > 0 && picked.length < wanted) picked.push(from[below(key, picked.length, PURPOSE.witness, 0, from.length)]);
  };
  take(rest.filter((node) => kind[node] === 'mining'));
  while (picked.length < Math.min(wanted, rest.length)) take(rest.filter((node) => !picked.includes(node)));
  return picked;
}
