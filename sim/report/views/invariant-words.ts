/** What watching came to, in sentences. */
import { textAt, type Table } from '../../trace/columns.ts';
import { standingOf, type Closeness } from './headroom.ts';
import { counted, listed, percentText } from './words.ts';

type Invariants = Pick<Table<'invariants'>, 'count' | 'id' | 'evaluated' | 'byConstruction' | 'violations'>;

/** Ids that stand so, in the order of reports. */
const idsThat = (standing: ReturnType<typeof standingOf>, { count, id, evaluated, byConstruction, violations }: Invariants): string[] =>
  Array.from({ length: count }, (_, i) => i)
    .filter((i) => standingOf({ evaluated: evaluated[i], byConstruction: byConstruction[i], violations: violations[i] }) === standing)
    .map((i) => textAt(id, i));

export function watchedFinding(table: Invariants): string {
  if (table.count === 0) return 'No invariant was watched';
  const violated = idsThat('violated', table);
  const idle = idsThat('not-exercised', table);
  const evaluations = table.evaluated.reduce((sum, n) => sum + n, 0);
  const verdict = violated.length > 0 ? `${listed(violated)} violated` : 'none violated';
  return `${counted(table.count, 'invariant')}, ${counted(evaluations, 'independent evaluation')}: ${verdict}${idle.length > 0 ? `; ${listed(idle)} never had anything to check` : ''}`;
}

/** `endUs`: where the run ended; what is only checked then belongs to no minute. */
export function closenessFinding(rows: readonly Closeness[], endUs: number): string {
  const nearest = rows[0];
  if (nearest === undefined) return 'No invariant with a bound was exercised';
  const when = nearest.minute < 0 ? '' : nearest.minute * 60_000_000 >= endUs ? ' when the run ended' : ` in minute ${nearest.minute + 1}`;
  return nearest.headroom === 0
    ? `${nearest.id} reached its bound${when}: nothing was left (${nearest.title})`
    : `${nearest.id} came nearest to failing: ${percentText(nearest.headroom)} of its bound was left${when} (${nearest.title})`;
}
