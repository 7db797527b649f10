/**
 * What the workload knows about the outcome of each submission, and the judgement of what came.
 *
 * A valid submission succeeds, unless its kind cannot (contracts before there is a VM), or one of three things that can
 * be checked afterwards came between, each of which allows certain codes only:
 *  1. a *contest*: two submissions deliberately want the same thing; the first in final order wins, the other loses;
 *  2. a *deadline* (expiry, close of a vote): decided by the time or number of the round that took it in;
 *  3. a lost *premise*: a reorganisation undid what it builds on (say, the listing of what it buys), and what it builds on
 *     came later or never. Within a final chain this is decided exactly, since final transactions are judged in order.
 */
import type { FailureCode, PoolRefusal, Receipt } from '../../engine/chain/types.ts';
import type { Hash } from '../../engine/tx/transaction.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { InvalidReason } from '../scenario/types.ts';

export type Status = Receipt['status'];
export type RefusalCode = PoolRefusal['code'];
/** A receipt's status, or the code of a refusal at admission. */
export type Outcome = Status | RefusalCode;

/** Allowed outcomes, each with the reason why it is allowed. */
export type Expectation = ReadonlyMap<Outcome, string>;

/** Where a transaction was included: number of the round, and chain time as its rules saw it (D8), Unix seconds. */
export interface Inclusion {
  readonly roundNumber: number;
  readonly nowSeconds: number;
}

/** Submissions that want the same thing: the first of them in final order must succeed, and every later one must lose. */
export class Contest {
  /** Submissions not yet seen in a round. */
  waiting = 0;
  /** Who was seen to win; a reorganisation may still change it. */
  winner: { readonly buyer: number; readonly tag: SubmissionTag } | undefined = undefined;
  /** The winner is final. */
  won = false;

  /** What a contender expects at its final position. */
  expect(lost: Expectation): Expectation {
    return this.won ? lost : SUCCESS;
  }
}

/** One submission, from its arrival until its judgement. */
export interface SubmissionTag {
  /** Number of the arrival, from 0. */
  readonly index: number;
  readonly atUs: number;
  readonly id: Hash;
  readonly kind: Kind;
  /** What the mix drew; differs from `kind` where a substitute stands in, and is a reason for invalid ones. */
  readonly drawn: Kind | InvalidReason;
  /** `valid`, or why it must be refused. */
  readonly intent: 'valid' | InvalidReason;
  /** Index of the sending account: regular ones, or offenders of that reason. */
  readonly sender: number;
  /** A deadline makes it depend on where it was included. */
  readonly expected: Expectation | ((at: Inclusion) => Expectation);
  /** Earlier submissions that must be final and successful before this one; emptied when that is settled. */
  premises: readonly SubmissionTag[];
  /** What its inclusion said, once seen, and once final. */
  seen: Status | undefined;
  final: Status | undefined;
  /** Code of its refusal, if it was refused. */
  refused: RefusalCode | undefined;
}

export type Verdict =
  | { readonly verdict: 'as-expected'; readonly reason: string }
  | { readonly verdict: 'unexpected'; readonly outcome: Outcome; readonly expected: readonly Outcome[] };

/** Expectation of exactly these outcomes. */
export const expectation = (allowed: Readonly<Partial<Record<Outcome, string>>>): Expectation =>
  new Map(Object.entries(allowed) as [Outcome, string][]);

export const SUCCESS = expectation({ success: 'valid, and nothing else wants what it touches' });

/** Refusals of valid submissions that say something about the pool, not about them (D16). */
const POOL_CONDITION = expectation({
  known: 'this pool has it already',
  'pool-full': 'this pool is full of better-paying transactions',
});

/** How an operation fails when what it builds on is missing at its position. */
const PREMISE_LOST: Readonly<Partial<Record<Kind, readonly FailureCode[]>>> = {
  domain_renew: ['not-found', 'not-owner', 'expired'],
  domain_transfer: ['not-found', 'not-owner', 'expired'],
  domain_list: ['not-found', 'not-owner', 'expired'],
  domain_buy: ['not-found', 'not-for-sale', 'seller-mismatch', 'price-mismatch', 'expired'],
  domain_register: ['already-exists', 'in-grace'],
  nft_transfer: ['not-found', 'not-owner'],
  nft_list: ['not-found', 'not-owner'],
  nft_buy: ['not-found', 'not-for-sale', 'seller-mismatch', 'price-mismatch'],
  vote: ['not-found', 'voting-closed'],
  execute_proposal: ['not-found', 'voting-open', 'execution-delay', 'not-passed', 'quorum-not-met'],
  bridge_unlock: ['value-not-covered'],
  bridge_burn: ['value-not-covered'],
  bridge_refund: ['not-found', 'bridge-timeout'],
  atomic: ['not-found', 'not-owner', 'not-for-sale', 'seller-mismatch', 'price-mismatch', 'expired'],
};

const asExpected = (reason: string): Verdict => ({ verdict: 'as-expected', reason });
const ALL_PREMISES_HELD = (tag: SubmissionTag): boolean => tag.premises.every((premise) => premise.final === 'success');

/**
 * Judges a refusal (`at` undefined) or an inclusion. Pure. Final inclusions must be judged in the order of execution, and
 * their `final` set after their own judgement; earlier (`seen`) ones cannot be judged, since a reorganisation may change them.
 */
export function judge(tag: SubmissionTag, outcome: Outcome, at: Inclusion | undefined): Verdict {
  if (tag.intent !== 'valid' || at === undefined) return judgeRefusal(tag, outcome);
  const expected = typeof tag.expected === 'function' ? tag.expected(at) : tag.expected;
  const reason = expected.get(outcome);
  if (reason !== undefined) return asExpected(reason);
  if (!ALL_PREMISES_HELD(tag) && PREMISE_LOST[tag.kind]?.includes(outcome as FailureCode)) {
    return asExpected('a reorganisation undid what it builds on');
  }
  return { verdict: 'unexpected', outcome, expected: [...expected.keys()] };
}

function judgeRefusal(tag: SubmissionTag, outcome: Outcome): Verdict {
  const expected = tag.intent === 'valid' || typeof tag.expected === 'function' ? POOL_CONDITION : tag.expected;
  const reason = expected.get(outcome);
  return reason === undefined ? { verdict: 'unexpected', outcome, expected: [...expected.keys()] } : asExpected(reason);
}
