/**
 * L15 votes: one vote per account and proposal, weighing the account's free STR at the end of the proposal's round;
 * only passed proposals act.
 *
 * Once per distinct round, against the reference model: which proposals, votes and executions succeed, every governance
 * value and snapshot that changed, and the effects applied at the round's start. The model takes the weight of a ballot
 * from its books as they were after the proposal's round, so that snapshots are not what snapshots are checked with.
 * Not checked: that a passed proposal is executed at all (anybody may, nobody must).
 */
import type { Payload } from '../../engine/tx/transaction.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, compareOutcomes, reportDifferences } from './reference/judge.ts';

const TABLES = new Set(['proposal', 'ballot', 'parameter', 'due', 'voting', 'snapshot', 'earlier-snapshot']);

const isGovernance = (payload: Payload): boolean =>
  payload.kind === 'atomic'
    ? payload.legs.some(isGovernance)
    : payload.kind === 'proposal' || payload.kind === 'vote' || payload.kind === 'execute_proposal';

export const votes: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  return {
    id: 'L15',
    title: 'one vote per account, weighed at the snapshot; only passed proposals act',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      const at = roundText(round);
      const where = { round: round.index };
      report.evaluated(
        compareOutcomes(result.receipts, told.outcomes, round, isGovernance, report) + told.effects.length,
      );

      const effects = result.settlements
        .filter((event) => event.type === 'executed')
        .map(({ proposal, outcome }) => `${proposal} ${outcome}`);
      const expected = told.effects.map(({ proposal, outcome }) => `${proposal} ${outcome}`);
      if (effects.join() !== expected.join())
        report.violation(`effects [${expected.join(', ')}] at the start of ${at}`, `[${effects.join(', ')}]`, where);

      for (const { table, key, before } of result.delta.values()) {
        if (table.name === 'ballot' && before !== undefined)
          report.violation(`ballot ${key} cast once, ${at}`, 'changed', where);
      }
      reportDifferences(
        follow.differences(round, result.delta).filter(({ table }) => TABLES.has(table)),
        round,
        report,
      );
    },
  };
};
