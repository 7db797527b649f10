/**
 * S4 fork choice: a node's head has the most work among the valid branches that contain its final round and whose data it
 * has; on equal work the first seen stays (D7).
 *
 * At each change of head: it must gain work, strictly, or a tie went to the later branch. Whenever the run knows a heavier
 * round than the head, the node's own candidates are looked through: at changes of head, whenever it has taken in a round (a
 * node that refuses to move changes no head), and at checkpoints. Not checked: which of several equal branches that
 * completed at once is taken, and light nodes' data, which are headers alone. That the candidates are valid is S7's and
 * S8's matter.
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter, RoundFacts } from './invariant.ts';

export const forkChoice: InvariantFactory = (facts) => {
  let heaviest: RoundFacts | undefined;

  const checkHead = (node: NodeFacts, report: Reporter): void => {
    report.evaluated();
    const { head } = node;
    if (node.kind === 'light' || heaviest === undefined || heaviest.work <= head.work) return;
    for (const candidate of node.candidates()) {
      if (candidate.work <= head.work) continue;
      report.violation(`head ${roundText(candidate)}, of work ${candidate.work}, which the node has`, `head ${roundText(head)}, of work ${head.work}`, {
        node: node.index,
        round: candidate.index,
      });
      return;
    }
  };

  return {
    id: 'S4',
    title: 'the head is the branch with most work, ties first seen',
    roundFound(round) {
      if (heaviest === undefined || round.work > heaviest.work) heaviest = round;
    },
    headChanged(node, from, _abandoned, report) {
      if (!node.honest) return;
      if (node.head.work === from.work) {
        report.violation(`head stays at ${roundText(from)}, the first seen of equal work`, `head moved to ${roundText(node.head)}`, {
          node: node.index,
          round: node.head.index,
        });
      }
      checkHead(node, report);
    },
    held(node, _round, report) {
      if (node.honest) checkHead(node, report);
    },
    checkpoint(report) {
      for (const node of facts.nodes) if (node.honest && node.up) checkHead(node, report);
    },
  };
};
