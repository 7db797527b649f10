/**
 * X2 atomicity: a transaction with effects on several ledgers is on all of them or on none, before and after any
 * reorganisation.
 *
 * Once per distinct round, for each atomic operation, bridge operation, and other transaction that reached more than
 * its home ledger, failed atomic ones included: success as the reference model has it, the same ledgers touched, the id
 * in the receipts of each (by their counts; L4 has the roots), and no key that it names different from the model's, in
 * which legs are applied on a draft that is kept or dropped as a whole. After a reorganisation, at nodes with a state
 * of their own: each key that abandoned transactions of this kind had changed must have the new branch's value. Not
 * checked: what the legs are worth (L1, L14).
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import {
  acceptedByBoth,
  compareOutcomes,
  concerning,
  namedBy,
  plainText,
  reportDifferences,
} from './reference/judge.ts';
import { same, type ModelChange } from './reference/layers.ts';

export const atomicity: InvariantFactory = (facts) => {
  const follow = followOf(facts);

  /** Keys that a round's transactions over several ledgers changed. */
  function keysOf(round: RoundFacts): readonly ModelChange[] {
    const told = follow.of(round);
    return told?.valid === true ? told.outcomes.flatMap(({ keys }) => keys) : [];
  }

  return {
    id: 'X2',
    title: 'what touches several ledgers is on all of them or on none',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      const at = roundText(round);
      const where = { round: round.index };
      const names = new Set<string>();
      const crosses = result.receipts.map(
        ({ kind, touched }, i) =>
          kind === 'atomic' || kind.startsWith('bridge_') || touched.length > 0 || told.outcomes[i].touched.length > 0,
      );
      const joint = compareOutcomes(result.receipts, told.outcomes, round, (_, i) => crosses[i], report);
      if (joint === 0) return;
      report.evaluated(joint);
      for (const [i, { transaction, touched }] of result.receipts.entries()) {
        if (!crosses[i]) continue;
        const { sender, payload } = round.round.transactions[i];
        for (const name of [sender, transaction, ...namedBy(payload)]) names.add(name);
        const [expected, seen] = [
          told.outcomes[i].touched.join(' '),
          LEDGERS.filter((ledger) => touched.includes(ledger)).join(' '),
        ];
        if (expected !== seen)
          report.violation(`${payload.kind} ${transaction} touching [${expected}] in ${at}`, `[${seen}]`, where);
      }
      for (const [i, ledger] of LEDGERS.entries()) {
        // On main: the subsidy, and each allocation that was paid, be it of nothing.
        const paid =
          1 + told.effects.filter(({ outcome, allocated }) => outcome === 'applied' && allocated !== undefined).length;
        const settled = {
          governance: told.effects.length,
          ccos: told.rewards.length,
          main: paid,
          asset: 0,
          contract: 0,
          ccoin: 0,
        }[ledger];
        const own = round.round.transactions.filter((transaction) => transaction.ledger === ledger).length;
        const expected = settled + own + told.outcomes.filter(({ touched }) => touched.includes(ledger)).length;
        const seen = round.round.ledgers[i].receiptCount;
        if (expected !== seen) report.violation(`${expected} receipts on ${ledger} in ${at}`, String(seen), where);
      }
      reportDifferences(concerning(follow.differences(round, result.delta), names), round, report);
    },
    headChanged(node, _from, abandoned, report) {
      if (abandoned.length === 0 || !node.honest || node.kind === 'light') return;
      const keys = abandoned.flatMap(keysOf);
      if (keys.length === 0) return;
      const model = follow.modelAfter(node.head);
      if (model === undefined) return;
      if (!node.isolated) {
        report.byConstruction();
        return;
      }
      report.evaluated();
      const state = node.state();
      for (const { table, key } of keys) {
        const [expected, seen] = [model.get(table, key), state.get(table, key)];
        if (same(expected, seen)) continue;
        report.violation(`${table.name}:${key} ${plainText(expected)} at ${roundText(node.head)}`, plainText(seen), {
          node: node.index,
          round: node.head.index,
        });
      }
    },
  };
};
