/** Small pieces of the sentences that title the views: the same words in the dashboard and in `report.html`. */
import type { Region } from '../../scenario/types.ts';
import { grouped } from '../format.ts';

/** `SOUTH_AMERICA` as `South America`. */
export const regionText = (region: Region | string): string =>
  region.split('_').map((word) => word.charAt(0) + word.slice(1).toLowerCase()).join(' ');

/** `1 round`, `57 rounds`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** A share 0…1 as per cent with at most one decimal; never `100 %` for less than all, nor `0 %` for more than none. */
export function percentText(share: number): string {
  const tenths = Math.round(share * 1_000);
  const kept = share < 1 && tenths >= 1_000 ? 999 : share > 0 && tenths <= 0 ? 1 : tenths;
  return `${kept % 10 === 0 ? kept / 10 : (kept / 10).toFixed(1)} %`;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
