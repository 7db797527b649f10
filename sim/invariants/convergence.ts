/**
 * V1 convergence: after a fault has healed, all honest nodes that are up share one head within the bound; where they do
 * not, the reason why not is told, node by node.
 *
 * Heads are never all equal while a round travels, nor during a tie, so the question is not how they stand when the
 * bound runs out but whether they were all equal at some moment since the fault ended. That is known without looking at
 * all nodes each time: as long as one node is known to dissent from the heaviest head, nothing else needs a look.
 * Suspended where a scenario says `beyond` (D7).
 */
import { contains, numberOf } from './internal/branch.ts';
import { listText, roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, RoundFacts } from './invariant.ts';

export const convergence: InvariantFactory = (facts) => {
  let heaviest: RoundFacts | undefined;
  let lastConvergedUs = -1;
  /** A node that dissented when last looked at; the search for the next one goes on from here, round and round. */
  let dissenter = 0;

  const dissents = (node: NodeFacts, from: RoundFacts): boolean => node.honest && node.up && node.head !== from;

  /** Whether all agree on `head`. Amortised cost: one look per node and head. */
  const allAgree = (head: RoundFacts): boolean => {
    const { nodes } = facts;
    for (let i = 0; i < nodes.length; i++) {
      if (dissents(nodes[dissenter], head)) return false;
      dissenter = dissenter + 1 === nodes.length ? 0 : dissenter + 1;
    }
    return true;
  };

  const note = (nowUs: number): void => {
    if (heaviest !== undefined && allAgree(heaviest)) lastConvergedUs = nowUs;
  };

  /** Why a node does not follow the heaviest head. */
  const whyNot = (node: NodeFacts, best: RoundFacts): string => {
    const { head, final } = node;
    if (head.work === best.work) return 'a tie of equal work';
    if (!contains(best, final)) return `its final ${roundText(final)} is not in the heavier branch`;
    if (contains(best, head)) return `data missing: ${numberOf(best) - numberOf(head)} rounds behind on the same branch`;
    if (node.candidates().includes(best)) return 'has the heavier branch and does not follow it';
    return `data missing: the heavier branch is not complete here, head ${roundText(head)}`;
  };

  /** The heads that stand, each dissent with its reason and its nodes. */
  const pending = (): string => {
    const up = facts.nodes.filter((node) => node.honest && node.up);
    let best = up[0].head;
    for (const { head } of up) if (head.work > best.work) best = head;
    const reasons = new Map<string, number[]>();
    for (const node of up) {
      if (node.head === best) continue;
      const reason = whyNot(node, best);
      const nodes = reasons.get(reason);
      if (nodes === undefined) reasons.set(reason, [node.index]);
      else nodes.push(node.index);
    }
    const agree = up.filter((node) => node.head === best).length;
    const dissent = [...reasons].map(([reason, nodes]) => `${nodes.length} not (${reason}; ${nodes.length === 1 ? 'node' : 'nodes'} ${listText(nodes)})`);
    return [`${agree} of ${up.length} nodes are on ${roundText(best)}`, ...dissent].join('; ');
  };

  return {
    id: 'V1',
    title: 'after healing, one head within a bound',
    headChanged(node, _from, _abandoned, report) {
      if (!node.honest) return;
      if (heaviest === undefined || node.head.work > heaviest.work) heaviest = node.head;
      if (node.head === heaviest) note(report.nowUs);
    },
    healed(faultId, report, sinceUs) {
      report.evaluated();
      if (!facts.nodes.some((node) => node.honest && node.up)) return;
      note(report.nowUs);
      if (lastConvergedUs >= sinceUs) return;
      const withinS = (report.nowUs - sinceUs) / 1e6;
      report.violation(`one head at all honest nodes within ${withinS} s after ${faultId}`, pending());
    },
  };
};
