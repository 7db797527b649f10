/**
 * S8 verdict agreement: every honest node gives the same verdict, valid or invalid, on the same round and parent state.
 *
 * The first verdict wins, a difference is a consensus split. Nodes that share an executor agree by construction; isolated
 * nodes and the shared executor are compared for real. Not checked: that the error codes agree, since which of two broken
 * rules is met first may depend on what a node already knows.
 */
import { RoundMarks } from './internal/marks.ts';
import { roundText, verdictText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

const VALID = 1;
const INVALID = 2;
const SHARED_SEEN = 4;

export const verdictAgreement: InvariantFactory = () => {
  const marks = new RoundMarks();
  return {
    id: 'S8',
    title: 'every honest node gives the same verdict on the same round',
    verdict(node, round, error, independent, report) {
      if (!node.honest) return;
      const verdict = error === undefined ? VALID : INVALID;
      const mark = marks.get(round);
      const shared = independent ? 0 : SHARED_SEEN;
      if (mark === 0) {
        marks.set(round, verdict | shared);
        return;
      }
      if ((mark & shared) !== 0) report.byConstruction();
      else report.evaluated();
      if ((mark | shared) !== mark) marks.set(round, mark | shared);
      if ((mark & verdict) !== 0) return;
      report.violation(`${(mark & VALID) !== 0 ? 'valid' : 'invalid'}, the first verdict on ${roundText(round)}`, verdictText(error), {
        node: node.index,
        round: round.index,
      });
    },
  };
};
