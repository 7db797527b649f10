/** What a set of comparisons is worth: the document `stratus/compare/v1`, and its exit code. */
import { EXIT, PRECEDENCE } from '../../sim/report/verdict.ts';
import type { Machine } from './machine.ts';
import { MARGIN, type Comparison } from './verdict.ts';

export interface NotComparable {
  readonly name: string;
  readonly why: string;
}

export interface Judgement {
  readonly schema: 'stratus/compare/v1';
  readonly machine: Machine;
  /** Differences up to this share are none. */
  readonly margin: number;
  /** Too few rounds to be evidence. */
  readonly quick: boolean;
  readonly comparisons: readonly Comparison[];
  readonly notComparable: readonly NotComparable[];
  readonly counts: Readonly<Record<Comparison['verdict'] | 'differ', number>>;
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'not comparable';
  readonly exitCode: number;
}

/** Worse, or another exact figure: 21. Else inconclusive: 22. Else something not comparable, or nothing compared: 23. */
export function judgement(machine: Machine, comparisons: readonly Comparison[], notComparable: readonly NotComparable[], quick: boolean): Judgement {
  const count = (is: (comparison: Comparison) => boolean): number => comparisons.filter(is).length;
  const counts = {
    worse: count(({ verdict }) => verdict === 'worse'),
    same: count(({ verdict }) => verdict === 'same'),
    better: count(({ verdict }) => verdict === 'better'),
    inconclusive: count(({ verdict }) => verdict === 'inconclusive'),
    differ: count(({ differences }) => differences.length > 0),
  };
  const codes = new Set<number>();
  if (counts.worse + counts.differ > 0) codes.add(EXIT.regression);
  if (counts.inconclusive > 0) codes.add(EXIT.inconclusive);
  if (notComparable.length > 0 || comparisons.length === 0) codes.add(EXIT.incomparable);
  const exitCode = PRECEDENCE.find((code) => codes.has(code)) ?? EXIT.pass;
  const verdict = exitCode === EXIT.pass ? 'pass' : exitCode === EXIT.regression ? 'fail' : exitCode === EXIT.inconclusive ? 'inconclusive' : 'not comparable';
  return { schema: 'stratus/compare/v1', machine, margin: MARGIN, quick, comparisons, notComparable, counts, verdict, exitCode };
}
