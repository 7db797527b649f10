/** Where two runs part, in sentences. */
import type { ArrivalDifference, FigureDifference, HappeningDifference, Parting } from './difference.ts';
import { grouped, lengthText, millis } from '../format.ts';
import { counted, percentText } from './words.ts';

/** `same`: the trace hashes are equal. */
export function partingFinding(same: boolean, parting: Parting | undefined, first: HappeningDifference | undefined): string {
  if (same) return 'The same run: every event is the same, to the last';
  const between = parting === undefined ? 'Every checkpoint is the same, and the last events differ'
    : parting.by === undefined ? `They are the same up to event ${grouped(parting.after)}, where one ends`
      : `They part between event ${grouped(parting.after)} and event ${grouped(parting.by)}`;
  if (first === undefined) return `${between}; nothing noteworthy came of it`;
  const atUs = Math.min(first.a?.atUs ?? Number.POSITIVE_INFINITY, first.b?.atUs ?? Number.POSITIVE_INFINITY);
  return `${between}; the first thing to be seen of it is at ${lengthText(Math.round(atUs / 1_000) * 1_000)}`;
}

export function figuresFinding(differences: readonly FigureDifference[]): string {
  if (differences.length === 0) return 'No virtual figure of the two summaries differs';
  const shares = differences.filter((one) => one.share !== undefined);
  const most = shares.reduce<FigureDifference | undefined>(
    (best, one) => (best === undefined || Math.abs(one.share!) > Math.abs(best.share!) ? one : best), undefined,
  );
  const largest = most === undefined ? '' : `; most of all ${most.path}, ${signedPercent(most.share!)}`;
  return `${counted(differences.length, 'figure')} of the summaries ${differences.length === 1 ? 'differs' : 'differ'}${largest}`;
}

export const signedPercent = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share) >= 10 ? `${grouped(Math.round(Math.abs(share) * 100))} %` : percentText(Math.abs(share))}`;

export function arrivalsFinding({ pairs, differing, onlyOne, most }: ArrivalDifference): string {
  if (pairs + onlyOne === 0) return 'No round and node that both runs have';
  if (differing === 0 && onlyOne === 0) return `All ${grouped(pairs)} arrivals that both runs have are the same`;
  const worst = most === undefined ? '' : `; at most ${millis(Math.abs(most.laterUs) / 1_000)} ${most.laterUs < 0 ? 'earlier' : 'later'} (round ${most.number}, node ${most.node})`;
  return `${percentText(pairs === 0 ? 1 : differing / pairs)} of ${grouped(pairs)} arrivals differ${worst}${onlyOne > 0 ? `; ${grouped(onlyOne)} in one run only` : ''}`;
}
