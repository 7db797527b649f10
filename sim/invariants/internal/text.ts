/** Rounds, verdicts and values in the words of a report. */
import type { RoundError } from '../../../engine/chain/types.ts';
import { equalBytes, toHex } from '../../../engine/primitives/bytes.ts';
import type { Table } from '../../../engine/state/state.ts';
import type { RoundFacts } from '../invariant.ts';

/** e.g. `round 41 (number 38, 3f9a02c17b5e)`. */
export const roundText = (round: RoundFacts): string =>
  `round ${round.index} (number ${round.round.header.number}, ${round.round.hash.slice(0, 12)})`;

/** `valid`, or the error's code with its figures. */
export function verdictText(error: RoundError | undefined): string {
  if (error === undefined) return 'valid';
  const { code, ...rest } = error;
  const figures = Object.entries(rest).map(([name, value]: [string, number | string | { readonly code: string }]) =>
    `${name} ${typeof value === 'object' ? value.code : value}`,
  );
  return figures.length === 0 ? `invalid: ${code}` : `invalid: ${code} (${figures.join(', ')})`;
}

/** Canonical bytes in hex, or `absent`. */
export const valueText = <V>(table: Table<V>, value: V | undefined): string => (value === undefined ? 'absent' : toHex(table.encode(value)));

/** Equal by their canonical bytes. */
export const sameValue = <V>(table: Table<V>, x: V | undefined, y: V | undefined): boolean =>
  x === y || (x !== undefined && y !== undefined && equalBytes(table.encode(x), table.encode(y)));

/** At most `limit` items, and how many more there are. */
export const listText = (items: readonly (string | number)[], limit = 8): string =>
  items.length <= limit ? items.join(', ') : `${items.slice(0, limit).join(', ')} and ${items.length - limit} more`;
