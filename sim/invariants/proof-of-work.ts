/**
 * S9 proof of work: the seal verifies (D24), and the target under it is canonical and the one that retargeting yields at
 * that parent (D8).
 *
 * Once per distinct round that an honest node took, by second implementations of seal and target. T2 reports the target
 * alone; here it matters because a seal under a wrong target is no work.
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { MAX_TARGET, bitsOfTarget, expectedBits, targetOfBits } from './reference-difficulty.ts';

export const hexBits = (bits: number): string => `0x${bits.toString(16).padStart(8, '0')}`;

export const proofOfWork: InvariantFactory = (facts) => ({
  id: 'S9',
  title: 'the seal verifies, under the target that retargeting yields',
  accepted(round, node, report) {
    const { header } = round.round;
    if (round.parent === undefined) return;
    const where = { node: node.index, round: round.index };
    report.evaluated();
    if (!facts.sealHolds(header)) report.violation(`a seal that holds at ${roundText(round)}`, 'a seal that does not', where);
    const expected = expectedBits(facts.genesis.round.header, round.parent.round.header, facts.params, MAX_TARGET);
    if (header.bits !== expected || header.bits !== bitsOfTarget(targetOfBits(header.bits))) {
      report.violation(`work done for target ${hexBits(expected)} at ${roundText(round)}`, `for ${hexBits(header.bits)}`, where);
    }
  },
});
