/** How each invariant was checked, and how near it came to failing. */
import { listAt, textAt, type Table } from '../../trace/columns.ts';
import type { InvariantRow } from '../../trace/record.ts';

/**
 * `violated`; `independent`: compared values from separate computations; `by-construction`: only of shared objects;
 * `not-exercised`: never asked, which proves nothing.
 */
export type Standing = 'violated' | 'independent' | 'by-construction' | 'not-exercised';

export const standingOf = ({ violations, evaluated, byConstruction }: Pick<InvariantRow, 'violations' | 'evaluated' | 'byConstruction'>): Standing =>
  violations > 0 ? 'violated' : evaluated > 0 ? 'independent' : byConstruction > 0 ? 'by-construction' : 'not-exercised';

export interface Closeness {
  readonly id: string;
  readonly title: string;
  /** Smallest share 0…1 of the bound that was left. */
  readonly headroom: number;
  /** Smallest within each minute of virtual time, parts per million; −1: nothing compared. Empty where it was not recorded. */
  readonly ppmByMinute: Int32Array;
  /** First minute with the smallest headroom; −1 where minutes were not recorded. */
  readonly minute: number;
}

/** Invariants that have a bound, the nearest to failing first; ids break ties. */
export function closeness({ count, id, title, headroom, headroomPpmByMinute }: Pick<Table<'invariants'>, 'count' | 'id' | 'title' | 'headroom' | 'headroomPpmByMinute'>): Closeness[] {
  const rows: Closeness[] = [];
  for (let row = 0; row < count; row++) {
    if (Number.isNaN(headroom[row])) continue;
    const ppmByMinute = listAt(headroomPpmByMinute, row);
    rows.push({ id: textAt(id, row), title: textAt(title, row), headroom: headroom[row], ppmByMinute, minute: lowestOf(ppmByMinute) });
  }
  return rows.sort((a, b) => a.headroom - b.headroom || (a.id < b.id ? -1 : 1));
}

function lowestOf(ppmByMinute: Int32Array): number {
  let lowest = -1;
  ppmByMinute.forEach((ppm, minute) => {
    if (ppm >= 0 && (lowest < 0 || ppm < ppmByMinute[lowest])) lowest = minute;
  });
  return lowest;
}
