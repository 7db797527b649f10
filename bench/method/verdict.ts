/** Worse, same, better or inconclusive: what two measurements of one case say about each other. */
import type { MeasuredRound } from './conduct.ts';
import type { CaseResult } from './result.ts';
import { bootstrap, bootstrapTwo, median, type Interval } from './statistics.ts';

/** Differences within ±2 % are none. */
export const MARGIN = 0.02;

export type Verdict = 'worse' | 'same' | 'better' | 'inconclusive';

export interface Comparison {
  readonly name: string;
  /** Cost of B over cost of A: 1.05 is 5 % worse. */
  readonly ratio: number;
  readonly ci95: Interval;
  readonly verdict: Verdict;
  /** Exact figures that differ, compared by equality. */
  readonly differences: readonly string[];
  readonly rounds: number;
  /** How the ratio was found: taking turns, or from the ratios to the reference of two recorded results. */
  readonly method: 'interleaved' | 'recorded';
}

/** Only where the whole interval lies on one side of the margin is it a difference; only where it lies within is it none. */
export function verdictOf([lo, hi]: Interval): Verdict {
  if (lo > 1 + MARGIN) return 'worse';
  if (hi < 1 / (1 + MARGIN)) return 'better';
  return lo >= 1 / (1 + MARGIN) && hi <= 1 + MARGIN ? 'same' : 'inconclusive';
}

/** Cost of B over A in one round of turns: the median over neighbouring samples. */
export function turnRatio(a: MeasuredRound, b: MeasuredRound, part: number): number {
  return median(b.samples[part].map(({ cpuUs }, i) => cpuUs / a.samples[part][i].cpuUs));
}

/** Of rounds in which both took turns. */
export function compareTurns(name: string, ratios: readonly number[], a: CaseResult, b: CaseResult): Comparison {
  const ci95 = bootstrap(ratios, median);
  return { name, ratio: median(ratios), ci95, verdict: verdictOf(ci95), differences: exactDifferences(a, b), rounds: ratios.length, method: 'interleaved' };
}

/** Of two results measured at different times: by their ratios to the reference, since times of different hours cannot be compared here. */
export function compareRecorded(a: CaseResult, b: CaseResult): Comparison {
  const over = (x: readonly number[], y: readonly number[]): number => median(y) / median(x);
  const ci95 = bootstrapTwo(a.ratios, b.ratios, over);
  return { name: a.name, ratio: over(a.ratios, b.ratios), ci95, verdict: verdictOf(ci95), differences: exactDifferences(a, b), rounds: Math.min(a.ratios.length, b.ratios.length), method: 'recorded' };
}

export function exactDifferences(a: Pick<CaseResult, 'exact'>, b: Pick<CaseResult, 'exact'>): string[] {
  const keys = [...new Set([...Object.keys(a.exact), ...Object.keys(b.exact)])];
  return keys.filter((key) => a.exact[key] !== b.exact[key]).map((key) => `${key}: ${a.exact[key] ?? 'nothing'} → ${b.exact[key] ?? 'nothing'}`);
}
