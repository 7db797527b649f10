/**
 * What the workload knows about the outcome of each submission, and the judgement of what came.
 *
 * Submissions are chosen to succeed. Whether one does is decided at its place in the chain: another buyer may come
 * first, a term may end, a reorganisation may put what it builds on behind it. So a simple model of the final chain
 * follows along (owners and prices, expiries, counted votes, bridge balances), and says at that place which single
 * outcome is right. It knows submissions of the workload only, which suffices, since nobody else touches its accounts'
 * assets.
 */
import type { PoolRefusal, Receipt } from '../../engine/chain/types.ts';
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
  /** Index of the sending account: of the regular ones, or of that reason's offenders. */
  readonly sender: number;
  /** Known beforehand, or by the model of the final chain when its turn has come. */
  readonly expected: Expectation | ((at: Inclusion) => Expectation);
  /** What its first inclusion said, once seen; a reorganisation may have changed it since. */
  seen: Status | undefined;
  /** Code of its refusal, if it was refused. */
  refused: RefusalCode | undefined;
}

export type Verdict =
  | { readonly verdict: 'as-expected'; readonly reason: string }
  | { readonly verdict: 'unexpected'; readonly outcome: Outcome; readonly expected: readonly Outcome[] };

/** Expectation of exactly these outcomes. */
export const expectation = (allowed: Readonly<Partial<Record<Outcome, string>>>): Expectation =>
  new Map(Object.entries(allowed) as [Outcome, string][]);

export const SUCCESS = expectation({ success: 'valid, and what it needs is there' });

/** Refusals of valid submissions that say something about the pool, not about them (D16). */
const POOL_CONDITION = expectation({
  known: 'this pool has it already',
  'pool-full': 'this pool is full of better-paying transactions',
});

/**
 * Judges a refusal (`at` undefined) or a final inclusion. Changes nothing. Final inclusions must be judged in the order
 * of execution, each before its effect enters the model.
 */
export function judge(tag: SubmissionTag, outcome: Outcome, at: Inclusion | undefined): Verdict {
  const expected = at === undefined ? refusals(tag) : inclusions(tag, at);
  const reason = expected.get(outcome);
  if (reason !== undefined) return { verdict: 'as-expected', reason };
  return { verdict: 'unexpected', outcome, expected: [...expected.keys()] };
}

const refusals = (tag: SubmissionTag): Expectation =>
  tag.intent === 'valid' || typeof tag.expected === 'function' ? POOL_CONDITION : tag.expected;

const inclusions = ({ expected }: SubmissionTag, at: Inclusion): Expectation =>
  typeof expected === 'function' ? expected(at) : expected;
