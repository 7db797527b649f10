/**
 * S5: the work of a node's head never decreases between its restarts.
 *
 * One comparison per change of head. Not checked: what a restart may lose (V8, a later part).
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

export const workNeverFalls: InvariantFactory = () => {
  const last: RoundFacts[] = [];
  return {
    id: 'S5',
    title: 'a head’s work never decreases between restarts',
    headChanged(node, from, _abandoned, report) {
      if (!node.honest) return;
      const { head } = node;
      const before = last[node.index] ?? from;
      last[node.index] = head;
      report.evaluated();
      if (head.work >= before.work) return;
      report.violation(`work of at least ${before.work}, that of ${roundText(before)}`, `work ${head.work}, that of ${roundText(head)}`, {
        node: node.index,
        round: head.index,
      });
    },
    restarted(node) {
      last[node.index] = node.head;
    },
  };
};
