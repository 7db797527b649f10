/**
 * T2 retarget: every target is ASERT's, to the bit (D8).
 *
 * Once per distinct round, by independent code (`reference-difficulty.ts`), from the round's own parent on its own branch
 * and from genesis as the anchor. Its seal is S9's matter.
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { hexBits } from './proof-of-work.ts';
import { MAX_TARGET, expectedBits } from './reference-difficulty.ts';

export const retarget: InvariantFactory = (facts) => ({
  id: 'T2',
  title: 'ASERT to the bit',
  accepted(round, node, report) {
    if (round.parent === undefined) return;
    report.evaluated();
    const expected = expectedBits(facts.genesis.round.header, round.parent.round.header, facts.params, MAX_TARGET);
    if (round.round.header.bits === expected) return;
    report.violation(`target ${hexBits(expected)} at ${roundText(round)}`, `target ${hexBits(round.round.header.bits)}`, {
      node: node.index,
      round: round.index,
    });
  },
});
