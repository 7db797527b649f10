/** Walking branches of rounds. */
import type { RoundFacts } from '../invariant.ts';

export const numberOf = (round: RoundFacts): number => round.round.header.number;

/** The ancestor of `round` at `number` (itself included), or undefined where the branch does not reach down to it. */
export function ancestorAt(round: RoundFacts, number: number): RoundFacts | undefined {
  let at: RoundFacts | undefined = round;
  while (at !== undefined && numberOf(at) > number) at = at.parent;
  return at !== undefined && numberOf(at) === number ? at : undefined;
}

/** Whether `round` is `ancestor` or stands on it. */
export const contains = (round: RoundFacts, ancestor: RoundFacts): boolean => ancestorAt(round, numberOf(ancestor)) === ancestor;

/** Where a change of head forked off: the parent of the oldest abandoned round, or the old head where none was. */
export const forkOf = (from: RoundFacts, abandoned: readonly RoundFacts[]): RoundFacts =>
  abandoned.length === 0 ? from : (abandoned[abandoned.length - 1].parent ?? from);
