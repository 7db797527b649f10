/** Series as the views take them: one column per name and ledger. */
import type { SeriesName, SeriesRow } from '../../trace/record.ts';

/** `values[i]` belongs to [i × stepUs, (i + 1) × stepUs). */
export interface SeriesPart {
  readonly name: SeriesName;
  /** '' where the series has no such label. */
  readonly ledger: string;
  readonly stepUs: number;
  readonly values: ArrayLike<number>;
}

export const partsOf = (rows: readonly SeriesRow[]): SeriesPart[] => rows.map(({ name, labels, stepUs, values }) => ({ name, ledger: labels['ledger'] ?? '', stepUs, values }));

/** Those of a name, of one ledger or of all. */
export const partsNamed = (parts: readonly SeriesPart[], name: SeriesName, ledger?: string): SeriesPart[] =>
  parts.filter((part) => part.name === name && (ledger === undefined || part.ledger === ledger));
