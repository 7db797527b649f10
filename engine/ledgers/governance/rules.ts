/**
 * GOVERNANCE LEDGER (D19). For a proposal of round r, with period p and delay d:
 *
 *     r         balances at its end weigh the votes
 *     r+1…r+p   votes, one per account, final
 *     r+p+d…    anyone may execute it once (r+p+1 at the earliest); its effect applies at the start of the next round
 *
 * It has passed if votes cast × 10000 ≥ all STR × quorum, and votes for × 10000 > votes cast × majority, both with the
 * parameters of the executing round.
 */
import { STR_SUPPLY } from '../../params/params.ts';
import { defineLedger, type Operation } from '../ledger.ts';
import { ballots, dueEffects, proposals, votingRounds, type Proposal } from '../tables.ts';
import { inRange } from './parameters.ts';
import { roundsWith, VOTING_ROUNDS_KEY, weightAt } from './weight.ts';

export const governanceRules = defineLedger('governance', {
  /** One per transaction, whose id names it: a second leg that proposes fails with `already-exists`. */
  proposal({ title, action }, { journal, params, round, sender, transaction, emit }) {
    if (action.type === 'parameter' && !inRange(action.parameter, action.value)) return 'parameter-range';
    if (journal.get(proposals, transaction) !== undefined) return 'already-exists';
    const closes = round + params.votingPeriodRounds;
    const votes = { approved: 0n, rejected: 0n, executed: false };
    journal.set(proposals, transaction, { proposer: sender, round, closes, title, action, ...votes });
    journal.set(votingRounds, VOTING_ROUNDS_KEY, roundsWith(journal, round, params.votingPeriodRounds));
    emit({ type: 'proposal', proposal: transaction, closes });
    return undefined;
  },

  vote({ proposal: id, approve }, { journal, round, sender, emit }) {
    const proposal = journal.get(proposals, id);
    if (proposal === undefined) return 'not-found';
    if (round <= proposal.round || round > proposal.closes) return 'voting-closed';
    const key = `${id}/${sender}`;
    if (journal.get(ballots, key) !== undefined) return 'already-voted';
    const weight = weightAt(journal, proposal.round, sender);
    if (weight === 0n) return 'no-vote-weight';
    journal.set(ballots, key, { approve, weight });
    const side = approve ? 'approved' : 'rejected';
    journal.set(proposals, id, { ...proposal, [side]: proposal[side] + weight });
    emit({ type: 'vote', proposal: id, voter: sender, weight, approve });
    return undefined;
  },

  execute_proposal({ proposal: id }, operation) {
    const { journal, params, round, emit } = operation;
    const proposal = journal.get(proposals, id);
    if (proposal === undefined) return 'not-found';
    if (proposal.executed) return 'already-executed';
    if (round <= proposal.closes) return 'voting-open';
    if (round < proposal.closes + params.executionDelayRounds) return 'execution-delay';
    const failure = count(proposal, operation);
    if (failure !== undefined) return failure;
    journal.set(proposals, id, { ...proposal, executed: true });
    const key = String(round + 1);
    journal.set(dueEffects, key, [...(journal.get(dueEffects, key) ?? []), id]);
    emit({ type: 'executed', proposal: id, outcome: 'scheduled' });
    return undefined;
  },
});

/** Undefined where the proposal has passed. The sums stay below all STR, since each balance weighs once. */
function count({ approved, rejected }: Proposal, { params }: Operation): 'quorum-not-met' | 'not-passed' | undefined {
  const cast = approved + rejected;
  if (cast * 10_000n < STR_SUPPLY * BigInt(params.quorumBps)) return 'quorum-not-met';
  return approved * 10_000n > cast * BigInt(params.majorityBps) ? undefined : 'not-passed';
}
