/**
 * S1 agreement: no two honest nodes finalise different rounds at one height.
 *
 * First report of a height wins, all others compare: every comparison is independent, since each node decides finality
 * by its own fork choice. Not checked: finality of faulty nodes, and that a height becomes final at all (V1, V4).
 */
import { numberOf } from './internal/branch.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

export const agreement: InvariantFactory = () => {
  const finalAt: { readonly round: RoundFacts; readonly node: number }[] = [];
  return {
    id: 'S1',
    title: 'no two honest nodes finalise different rounds at one height',
    finalized(node, round, report) {
      if (!node.honest) return;
      const first = finalAt[numberOf(round)];
      if (first === undefined) {
        finalAt[numberOf(round)] = { round, node: node.index };
        return;
      }
      report.evaluated();
      if (first.round === round) return;
      report.violation(`${roundText(first.round)} final, as at node ${first.node}`, `${roundText(round)} final`, {
        node: node.index,
        round: round.index,
      });
    },
  };
};
