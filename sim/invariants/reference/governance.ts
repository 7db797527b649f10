/**
 * Governance (D19): proposals, votes weighed at the snapshot, executions, and the effects that a passed one has at the
 * start of the round after its execution (D12). Where the entry is silent: quorum counts votes for and against and must
 * be reached, the majority must be exceeded; both, as governed now.
 */
import { ballots, dueEffects, parameters, proposals, votingRounds } from '../../../engine/ledgers/tables.ts';
import { STR_TREASURY } from '../../../engine/ledgers/protocol-accounts.ts';
import type { Params } from '../../../engine/params/params.ts';
import type { StateReader } from '../../../engine/state/state.ts';
import type { GovernedParameter, Hash, Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal, Scene } from './act.ts';
import type { Draft } from './layers.ts';
import { setStr, strOf } from './transfers.ts';

const STR_SUPPLY = 6_300_000_000_000_000_000n;

/** A governed parameter as it is in force: what governance set, else the genesis value. */
export const governed = (book: StateReader, params: Params, name: GovernedParameter): bigint =>
  book.get(parameters, name) ?? BigInt(params[name]);

/** Rounds that made a proposal on which round `number` can still vote, ascending. */
export const openRounds = (book: StateReader, params: Params, number: number): number[] =>
  (book.get(votingRounds, 'rounds') ?? []).filter((round) => number <= round + params.votingPeriodRounds);

export function propose({ book, sender, id, scene }: Act, payload: Extract<Payload, { kind: 'proposal' }>): Refusal {
  if (book.get(proposals, id) !== undefined) return 'already-exists';
  const { number, chain } = scene;
  book.set(proposals, id, {
    proposer: sender,
    round: number,
    closes: number + chain.params.votingPeriodRounds,
    title: payload.title,
    action: payload.action,
    approved: 0n,
    rejected: 0n,
    executed: false,
  });
  const open = openRounds(book, chain.params, number);
  book.set(votingRounds, 'rounds', open.includes(number) ? open : [...open, number]);
  return undefined;
}

export function vote({ book, sender, scene }: Act, payload: Extract<Payload, { kind: 'vote' }>): Refusal {
  const proposal = book.get(proposals, payload.proposal);
  if (proposal === undefined) return 'not-found';
  if (scene.number <= proposal.round || scene.number > proposal.closes) return 'voting-closed';
  const ballot = `${payload.proposal}/${sender}`;
  if (book.get(ballots, ballot) !== undefined) return 'already-voted';
  const weight = strOf(scene.after(proposal.round), sender);
  if (weight === 0n) return 'no-vote-weight';
  book.set(ballots, ballot, { approve: payload.approve, weight });
  const side = payload.approve ? 'approved' : 'rejected';
  book.set(proposals, payload.proposal, { ...proposal, [side]: proposal[side] + weight });
  return undefined;
}

export function executeProposal(
  { book, scene }: Act,
  payload: Extract<Payload, { kind: 'execute_proposal' }>,
): Refusal {
  const proposal = book.get(proposals, payload.proposal);
  if (proposal === undefined) return 'not-found';
  if (proposal.executed) return 'already-executed';
  const { params } = scene.chain;
  if (scene.number <= proposal.closes || scene.number < proposal.closes + params.executionDelayRounds)
    return 'voting-open';
  const cast = proposal.approved + proposal.rejected;
  if (cast * 10_000n < governed(book, params, 'quorumBps') * STR_SUPPLY) return 'quorum-not-met';
  if (proposal.approved * 10_000n <= governed(book, params, 'majorityBps') * cast) return 'not-passed';
  book.set(proposals, payload.proposal, { ...proposal, executed: true });
  const next = String(scene.number + 1);
  book.set(dueEffects, next, [...(book.get(dueEffects, next) ?? []), payload.proposal]);
  return undefined;
}

/** One effect at a round's start. */
export interface Effect {
  readonly proposal: Hash;
  readonly outcome: 'applied' | 'failed';
  /** STR base units that left the treasury; undefined where the proposal sets a parameter. */
  readonly allocated: bigint | undefined;
}

/** Applies what is due at this round's start, in the order of the executions. */
export function applyDueEffects(book: Draft, scene: Scene): Effect[] {
  const due = book.get(dueEffects, String(scene.number));
  if (due === undefined) return [];
  book.set(dueEffects, String(scene.number), undefined);
  return due.map((proposal): Effect => {
    const { action } = book.get(proposals, proposal)!;
    if (action.type === 'parameter') {
      book.set(parameters, action.parameter, action.value);
      return { proposal, outcome: 'applied', allocated: undefined };
    }
    const balance = strOf(book, STR_TREASURY);
    if (action.amount > balance) return { proposal, outcome: 'failed', allocated: 0n };
    setStr(book, scene, STR_TREASURY, balance - action.amount);
    setStr(book, scene, action.to, strOf(book, action.to) + action.amount);
    return { proposal, outcome: 'applied', allocated: action.amount };
  });
}
