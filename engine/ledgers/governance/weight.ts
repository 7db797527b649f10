/** Vote weights: the free STR at the end of the proposal's round (D19). */
import type { StateReader } from '../../state/state.ts';
import type { Account } from '../../tx/transaction.ts';
import { accountOf, earlierKey } from '../main/accounts.ts';
import { earlierSnapshots, snapshots, votingRounds } from '../tables.ts';

const KEY = 'rounds';

/**
 * Rounds with a proposal that is open in round `now` (a round's votes count up to `period` rounds after it), ascending.
 */
export const openRounds = (state: StateReader, now: number, period: number): readonly number[] =>
  (state.get(votingRounds, KEY) ?? []).filter((round) => round + period >= now);

/** The list with the present round added and the closed ones dropped. */
export const roundsWith = (state: StateReader, now: number, period: number): readonly number[] => {
  const open = openRounds(state, now, period);
  return open.at(-1) === now ? open : [...open, now];
};

export const VOTING_ROUNDS_KEY = KEY;

/**
 * STR of an account at the end of `round`, which has an open proposal: the oldest snapshot at or after it, since until
 * that was taken nothing had changed; without one, what the account has now. Cost: two reads, or where the account has
 * changed since a later proposal, one for each open round until then.
 */
export function weightAt(state: StateReader, round: number, account: Account): bigint {
  const last = state.get(snapshots, account);
  if (last === undefined || last.round < round) return accountOf(state, account).str;
  for (const later of state.get(votingRounds, KEY) ?? []) {
    if (later < round || later >= last.round) continue;
    const snapshot = state.get(earlierSnapshots, earlierKey(later, account));
    if (snapshot !== undefined) return snapshot;
  }
  return last.str;
}
