/** What the invariants that compare with the model have in common: verdicts, outcomes and values, told in one way. */
import type { ExecutedRound, Receipt, RoundError } from '../../../engine/chain/types.ts';
import type { Payload } from '../../../engine/tx/transaction.ts';
import { RoundMarks } from '../internal/marks.ts';
import { roundText } from '../internal/text.ts';
import type { NodeFacts, Reporter, RoundFacts } from '../invariant.ts';
import type { Difference } from './compare.ts';
import type { Invalidity } from './fees.ts';
import { compareValidity, type Follow } from './follow.ts';
import type { Outcome } from './model.ts';

/** Any stored value, short. */
export function plainText(value: unknown): string {
  if (value === undefined) return 'absent';
  if (Array.isArray(value)) return `[${value.map(plainText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${plainText(one)}`)
    .join(', ')} }`;
}

export function reportDifferences(differences: readonly Difference[], round: RoundFacts, report: Reporter): void {
  for (const { table, key, engine, model, which } of differences) {
    report.violation(`${table}:${key} ${plainText(model)} ${which} ${roundText(round)}`, plainText(engine), {
      round: round.index,
    });
  }
}

/**
 * Success or failure of the transactions that `mine` picks (payload, index): engine beside model. Returns how many were
 * compared.
 */
export function compareOutcomes(
  receipts: readonly Receipt[],
  outcomes: readonly Outcome[],
  round: RoundFacts,
  mine: (payload: Payload, index: number) => boolean,
  report: Reporter,
): number {
  let compared = 0;
  for (const [i, { payload, id }] of round.round.transactions.entries()) {
    if (!mine(payload, i)) continue;
    compared++;
    const { status } = receipts[i];
    const { refusal } = outcomes[i];
    if ((status === 'success') === (refusal === undefined)) continue;
    report.violation(`${payload.kind} ${id}: ${refusal ?? 'success'} in ${roundText(round)}`, status, {
      round: round.index,
    });
  }
  return compared;
}

/**
 * The hooks that compare which transactions may stand in a round, for the given rules of D11: once per distinct round.
 */
export function validityHooks(follow: Follow, codes: readonly Invalidity['code'][]) {
  const seen = new RoundMarks();
  const compare = (round: RoundFacts, error: RoundError | undefined, report: Reporter): void => {
    if (round.parent === undefined || seen.get(round) !== 0) return;
    seen.set(round, 1);
    const { compared, disagreement } = compareValidity(follow.of(round), error, codes);
    if (compared) report.evaluated();
    if (disagreement !== undefined)
      report.violation(`${roundText(round)} ${disagreement[0]}`, disagreement[1], { round: round.index });
  };
  return {
    executed: (round: RoundFacts, report: Reporter): void => compare(round, undefined, report),
    verdict(
      node: NodeFacts,
      round: RoundFacts,
      error: RoundError | undefined,
      _independent: boolean,
      report: Reporter,
    ): void {
      if (node.honest && error?.code === 'transaction') compare(round, error, report);
    },
  };
}

/** What the engine and the model say of an accepted round, or undefined where the model has nothing to compare with. */
export function acceptedByBoth(follow: Follow, round: RoundFacts, result: ExecutedRound) {
  const told = follow.of(round);
  return told?.valid === true && told.outcomes.length === result.receipts.length ? told : undefined;
}

/** Whatever a payload names: accounts, domains, NFTs, proposals, messages; legs included. */
export function namedBy(payload: Payload): readonly string[] {
  if (payload.kind === 'atomic') return payload.legs.flatMap(namedBy);
  const names: string[] = [];
  if ('to' in payload) names.push(payload.to);
  if ('name' in payload) names.push(payload.name);
  if ('nft' in payload) names.push(payload.nft);
  if ('seller' in payload) names.push(payload.seller);
  if ('proposal' in payload) names.push(payload.proposal);
  if ('message' in payload) names.push(payload.message.messageId, payload.message.recipient);
  return names;
}

/** The differences whose key contains one of the names. */
export const concerning = (differences: readonly Difference[], names: ReadonlySet<string>): Difference[] =>
  differences.filter(({ key }) => key.split('/').some((part) => names.has(part)));
