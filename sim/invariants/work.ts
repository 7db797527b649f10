/**
 * S3 work: a round's total work is its parent's plus floor(2^256 / (target + 1)), in exact integers (D7).
 *
 * Once per distinct round, against a second implementation of targets. Not checked: that the target is the right one (T2).
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { workOfBits } from './reference-difficulty.ts';

export const work: InvariantFactory = () => ({
  id: 'S3',
  title: 'total work is the parent’s plus that of the target',
  accepted(round, node, report) {
    report.evaluated();
    const expected = (round.parent?.work ?? 0n) + workOfBits(round.round.header.bits);
    if (round.work === expected) return;
    report.violation(`work ${expected} at ${roundText(round)}`, `work ${round.work}`, { node: node.index, round: round.index });
  },
});
