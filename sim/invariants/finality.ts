/**
 * S2 finality: a node never leaves its final round (D7).
 *
 * At each node: what is disconnected lies above its final round; what becomes final stands on what was final before, also
 * across restarts. A heavier branch without the final round may be reported only in a scenario that says `beyond`, and
 * only where it really leaves the final round out. Not checked: that a node reports every such branch, since what a node
 * discards is not visible from outside.
 */
import { ancestorAt, contains, numberOf } from './internal/branch.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

export const finality: InvariantFactory = (facts) => {
  /** By node: its final round now, and the highest it ever had (a restart may set the first back). */
  const current: RoundFacts[] = [];
  const highest: RoundFacts[] = [];
  return {
    id: 'S2',
    title: 'no final round is ever disconnected',
    disconnected(node, round, _independent, report) {
      const final = current[node.index];
      if (final === undefined || !node.honest) return;
      report.evaluated();
      if (numberOf(round) > numberOf(final)) return;
      report.violation(`nothing disconnected at or below the final ${roundText(final)}`, `${roundText(round)} disconnected`, {
        node: node.index,
        round: round.index,
      });
    },
    finalized(node, round, report) {
      if (!node.honest) return;
      const before = highest[node.index];
      current[node.index] = round;
      if (before === undefined || numberOf(round) > numberOf(before)) highest[node.index] = round;
      if (before === undefined) return;
      report.evaluated();
      const holds = numberOf(round) > numberOf(before) ? contains(round, before) : ancestorAt(before, numberOf(round)) === round;
      if (holds) return;
      report.violation(`a final round on the branch of ${roundText(before)}`, `${roundText(round)} final`, { node: node.index, round: round.index });
    },
    finalityConflict(node, final, heavier, report) {
      if (!node.honest) return;
      report.evaluated();
      const where = { node: node.index, round: heavier.index };
      if (contains(heavier, final)) {
        report.violation(`a conflict only with a branch without ${roundText(final)}`, `${roundText(heavier)}, which stands on it`, where);
      } else if (!facts.beyond) {
        report.violation(`every heavier branch contains the final ${roundText(final)}`, `${roundText(heavier)} does not`, where);
      }
    },
    restarted(node) {
      current[node.index] = node.final;
    },
  };
};
