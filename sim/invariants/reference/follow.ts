/**
 * The reference model along every branch of a run: each distinct round is applied once, whoever asks, and what it gave
 * is shared by all invariants of the run. Old rounds are forgotten and applied again if a late branch needs them.
 */
import type { RoundError } from '../../../engine/chain/types.ts';
import type { Delta } from '../../../engine/state/state.ts';
import { numberOf } from '../internal/branch.ts';
import type { RoundFacts, RunFacts } from '../invariant.ts';
import { diffDelta, type Difference } from './compare.ts';
import type { Invalidity } from './fees.ts';
import { ReferenceModel, type Applied, type NotApplicable } from './model.ts';

/** Rounds below the highest one that are kept, beyond the reach of reorganisations and of votes. */
const KEPT_BELOW = 16;

export class Follow {
  private readonly facts: RunFacts;
  private readonly told = new Map<number, { readonly number: number; readonly verdict: Applied | NotApplicable }>();
  private readonly kept: number;
  private highest = 0;
  private genesis: ReferenceModel | undefined;
  private compared: { readonly delta: Delta; readonly differences: readonly Difference[] } | undefined;

  constructor(facts: RunFacts) {
    this.facts = facts;
    this.kept = facts.params.finalityDepth + facts.params.votingPeriodRounds + KEPT_BELOW;
  }

  /**
   * The model's verdict on a round; undefined where it refused one of its ancestors, so that there is nothing to say.
   */
  of(round: RoundFacts): Applied | NotApplicable | undefined {
    const path: RoundFacts[] = [];
    let at: RoundFacts | undefined = round;
    for (; at !== undefined && at.parent !== undefined && !this.told.has(at.index); at = at.parent) path.push(at);
    for (const next of path.reverse()) {
      const parent = this.modelAfter(next.parent!);
      if (parent === undefined) return undefined;
      this.told.set(next.index, { number: numberOf(next), verdict: parent.apply(next.round) });
      this.forget(numberOf(next));
    }
    return this.told.get(round.index)?.verdict;
  }

  /** The model after a round, or undefined where it refused the round or an ancestor. */
  modelAfter(round: RoundFacts): ReferenceModel | undefined {
    if (round.parent === undefined)
      return (this.genesis ??= ReferenceModel.genesis(this.facts.genesis, this.facts.crypto));
    const told = this.of(round);
    return told?.valid === true ? told.model : undefined;
  }

  /** Where the engine's delta of a round and the model differ; empty where the model has nothing to say. */
  differences(round: RoundFacts, delta: Delta): readonly Difference[] {
    if (this.compared?.delta === delta) return this.compared.differences;
    const told = this.of(round);
    const parent = this.modelAfter(round.parent!);
    const differences = told?.valid === true && parent !== undefined ? diffDelta(told, delta, parent) : [];
    this.compared = { delta, differences };
    return differences;
  }

  private forget(number: number): void {
    if (number <= this.highest) return;
    this.highest = number;
    for (const [index, told] of this.told) if (told.number < number - this.kept) this.told.delete(index);
  }
}

/** Invariants of one run are made one after the other from the same facts; only the latest run's model is kept here. */
const latest = new Map<RunFacts, Follow>();

export function followOf(facts: RunFacts): Follow {
  let follow = latest.get(facts);
  if (follow === undefined) {
    latest.clear();
    latest.set(facts, (follow = new Follow(facts)));
  }
  return follow;
}

/** The engine's verdict on a transaction in the model's words, or undefined for what the model does not look at. */
function codeOf(
  error: RoundError | undefined,
): { readonly index: number; readonly code: Invalidity['code'] } | undefined {
  if (error?.code !== 'transaction') return undefined;
  const {
    index,
    error: { code },
  } = error;
  switch (code) {
    case 'nonce-used':
    case 'nonce-gap':
      return { index, code: 'nonce' };
    case 'wrong-ledger':
    case 'price-zero':
    case 'gas-below-intrinsic':
    case 'gas-above-ledger-limit':
    case 'fee-overflow':
    case 'overdraft':
      return { index, code };
    default:
      return undefined;
  }
}

/**
 * Compares the engine's verdict on whether transactions may stand in a round with the model's, for the given rules.
 * `told`: whether there was anything to compare; `disagreement`: expected and seen.
 */
export function compareValidity(
  told: Applied | NotApplicable | undefined,
  error: RoundError | undefined,
  codes: readonly Invalidity['code'][],
): { readonly compared: boolean; readonly disagreement: readonly [expected: string, seen: string] | undefined } {
  const engine = codeOf(error);
  const model = told?.valid === false && codes.includes(told.code) ? told : undefined;
  const relevant = engine !== undefined && codes.includes(engine.code);
  if (told === undefined || (!relevant && (model === undefined || error !== undefined)))
    return { compared: false, disagreement: undefined };
  const seen = engine === undefined ? 'accepted' : `refused: transaction ${engine.index}, ${engine.code}`;
  const expected = told.valid ? 'accepted' : `refused: transaction ${told.index}, ${told.code} (${told.detail})`;
  const agree = !told.valid && engine !== undefined && told.index === engine.index && told.code === engine.code;
  return { compared: true, disagreement: agree ? undefined : [expected, seen] };
}
