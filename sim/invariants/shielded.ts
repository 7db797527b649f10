/**
 * P1 shielded pool: no note is spent twice on a branch, and the pool holds exactly what went in and has not come out.
 *
 * Once per distinct round with shielded transfers. From bodies and receipts alone: a nullifier appears in one successful
 * transfer of a branch, and the STR of the pool's account, like the total that the ledger keeps beside it, is the sum of all
 * deposits less all withdrawals of the branch. Beside the reference model: which transfers succeed, and every commitment,
 * nullifier and total that changed. Not checked: what notes are worth, which nobody can see; a test that knows the workload's
 * notes compares their sum with the pool (test/workload/shielded.test.ts). STR that somebody pays to the pool's account by a
 * plain transfer would be a finding here, and is meant to be: no workload does that.
 */
import { SHIELDED_POOL } from '../../engine/ledgers/protocol-accounts.ts';
import { TOTAL } from '../../engine/ledgers/main/shielded.ts';
import { accounts, shieldedTotal, type AccountState } from '../../engine/ledgers/tables.ts';
import type { ExecutedRound } from '../../engine/chain/types.ts';
import type { StateReader, Table } from '../../engine/state/state.ts';
import { stateKey } from '../../engine/state/table.ts';
import { contains } from './internal/branch.ts';
import { RecentRounds } from './internal/marks.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, compareOutcomes, reportDifferences } from './reference/judge.ts';

const TABLES = new Set(['note', 'nullifier', 'shielded']);

/** A stored value after a round. */
function after<V>(result: ExecutedRound, parent: StateReader, table: Table<V>, key: string): V | undefined {
  const change = result.delta.get(stateKey(table, key));
  return change === undefined ? parent.get(table, key) : (change.after as V | undefined);
}

export const shielded: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  /** What the pool must hold after a round. */
  const held = new RecentRounds<bigint>();
  /** By nullifier, the rounds that spent it. */
  const spentIn = new Map<string, RoundFacts[]>();
  return {
    id: 'P1',
    title: 'no note is spent twice, and the shielded pool holds what went in and has not come out',
    roundExecuted(round, result, parent, report) {
      const before = round.parent === undefined ? 0n : (held.get(round.parent) ?? 0n);
      const where = { round: round.index };
      const at = roundText(round);
      let pool = before;
      let seen = 0;
      for (const [i, { payload }] of round.round.transactions.entries()) {
        if (payload.kind !== 'shielded_transfer') continue;
        seen++;
        if (result.receipts[i]?.status !== 'success') continue; // a body that is not its header's may have more (L4)
        pool += payload.deposit - payload.withdrawal;
        const rounds = spentIn.get(payload.nullifier) ?? [];
        const earlier = rounds.find((one) => contains(round, one));
        if (earlier !== undefined) report.violation(`nullifier ${payload.nullifier} once on the branch of ${at}`, `also in ${roundText(earlier)}`, where);
        spentIn.set(payload.nullifier, [...rounds, round]);
      }
      held.set(round, pool);
      if (seen === 0) return;
      report.evaluated(seen);
      const account = (after(result, parent, accounts, SHIELDED_POOL) as AccountState | undefined)?.str ?? 0n;
      const total = after(result, parent, shieldedTotal, TOTAL) ?? 0n;
      if (account !== pool) report.violation(`${pool} base units in the pool after ${at}`, String(account), where);
      if (total !== pool) report.violation(`${pool} base units of notes after ${at}`, String(total), where);
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      compareOutcomes(result.receipts, told.outcomes, round, ({ kind }) => kind === 'shielded_transfer', report);
      reportDifferences(follow.differences(round, result.delta).filter(({ table }) => TABLES.has(table)), round, report);
    },
  };
};
