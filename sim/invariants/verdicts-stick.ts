/**
 * S7 verdicts stick: a round that a node found invalid never becomes valid there, restarts included; a mutated body never
 * poisons its valid twin; `not yet` is no verdict.
 *
 * A verdict belongs to a header's hash. So a body that does not match its header must not give one (D5), and a round may
 * be refused for its ancestor only where an ancestor really has an invalid verdict. `not yet` is no `RoundError`, so the
 * compiler checks that part. Verdicts of different nodes are compared by S8.
 */
import { roundText, verdictText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

export const verdictsStick: InvariantFactory = () => {
  /** By round index: nodes that found it invalid. Invalid rounds are few. */
  const invalidAt = new Map<number, Set<number>>();
  const hasInvalidAncestor = (round: RoundFacts): boolean => {
    for (let at = round.parent; at !== undefined; at = at.parent) if (invalidAt.has(at.index)) return true;
    return false;
  };
  return {
    id: 'S7',
    title: 'an invalid round never becomes valid; a mutated body never poisons its twin',
    verdict(node, round, error, independent, report) {
      if (!node.honest) return;
      if (independent) report.evaluated();
      else report.byConstruction();
      const where = { node: node.index, round: round.index };
      if (error === undefined) {
        if (invalidAt.size > 0 && invalidAt.get(round.index)?.has(node.index) === true) {
          report.violation(`${roundText(round)} stays invalid`, 'valid', where);
        }
        return;
      }
      if (error.code === 'body-mismatch') {
        report.violation(`no verdict on ${roundText(round)} from a body that is not its own`, verdictText(error), where);
        return;
      }
      if (error.code === 'invalid-ancestor' && !hasInvalidAncestor(round)) {
        report.violation(`an invalid ancestor of ${roundText(round)}`, `${verdictText(error)}, and no ancestor has an invalid verdict`, where);
      }
      const nodes = invalidAt.get(round.index);
      if (nodes === undefined) invalidAt.set(round.index, new Set([node.index]));
      else nodes.add(node.index);
    },
    connected(node, round, _independent, report) {
      if (invalidAt.size === 0 || !node.honest || invalidAt.get(round.index)?.has(node.index) !== true) return;
      report.violation(`${roundText(round)} stays invalid`, 'connected', { node: node.index, round: round.index });
    },
  };
};
