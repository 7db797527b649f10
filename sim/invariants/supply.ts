/**
 * L2 supply: for each token, balances + escrows + fees in flight = genesis + minted − burned; STR and CCOS are never
 * created.
 *
 * Once per distinct round, on what the engine stored: the sum of its changes per asset must be what the reference model
 * says was minted less burned (0 for STR and CCOS; after a round no fee is in flight; escrow and treasury are accounts
 * among the others). The running sums are kept per branch: STR and CCOS must stand exactly at their caps, and the
 * escrow must hold what is locked for foreign chains. At checkpoints one node's whole state is counted again over every
 * key that the model knows. Not checked: a row that no round ever reported as changed and the model does not know
 * either (L6–L8 compare whole states).
 */
import type { Table } from '../../engine/state/state.ts';
import { BRIDGE_ESCROW } from '../../engine/ledgers/protocol-accounts.ts';
import { accounts, type AccountState } from '../../engine/ledgers/tables.ts';
import { RecentRounds } from './internal/marks.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter, RoundFacts } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth } from './reference/judge.ts';
import { add, sumOfAll, sumOfChanges, type Sums } from './reference/supply.ts';

/** Base units: 63,000,000,000 STR and 63,000,000 CCOS (TOKEN ECONOMICS › Token Overview). */
const CAPS: ReadonlyMap<string, bigint> = new Map([
  ['STR', 6_300_000_000_000_000_000n],
  ['CCOS', 6_300_000_000_000_000n],
]);
/** The STR owed to foreign chains is counted beside the balances, not among them. */
const OWED = 'locked';

export const supply: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  /** Sums after a round, as the engine's deltas add up from genesis. */
  const sums = new RecentRounds<ReadonlyMap<string, bigint>>();
  let turn = 0;

  function sumsAfter(round: RoundFacts): ReadonlyMap<string, bigint> | undefined {
    return sums.get(round) ?? (round.parent === undefined ? follow.modelAfter(round)?.supply() : undefined);
  }

  function check(after: ReadonlyMap<string, bigint>, round: RoundFacts, report: Reporter, node?: number): void {
    const where = node === undefined ? { round: round.index } : { round: round.index, node };
    for (const [asset, cap] of CAPS) {
      if (after.get(asset) !== cap)
        report.violation(
          `${cap} base units of ${asset} after ${roundText(round)}`,
          String(after.get(asset) ?? 0n),
          where,
        );
    }
    for (const [asset, amount] of after) {
      if (amount < 0n) report.violation(`no negative sum of ${asset} after ${roundText(round)}`, String(amount), where);
    }
  }

  function recount(node: NodeFacts, report: Reporter): void {
    const model = follow.modelAfter(node.head);
    if (model === undefined) return;
    const expected = model.supply();
    const keys = (table: Table<unknown>): Set<string> => model.keys(table);
    const counted = sumOfAll(node.state(), keys);
    report.evaluated();
    check(counted, node.head, report, node.index);
    for (const asset of new Set([...expected.keys(), ...counted.keys()])) {
      const [want, got] = [expected.get(asset) ?? 0n, counted.get(asset) ?? 0n];
      if (want !== got)
        report.violation(`${want} base units of ${asset} counted at ${roundText(node.head)}`, String(got), {
          node: node.index,
          round: node.head.index,
        });
    }
  }

  return {
    id: 'L2',
    title: 'supply per token: nothing is created or destroyed but what is minted and burned',
    roundExecuted(round, result, parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      report.evaluated();
      const change = sumOfChanges(result.delta.values());
      for (const asset of new Set([...change.keys(), ...told.minted.keys()])) {
        const [want, got] = [told.minted.get(asset) ?? 0n, change.get(asset) ?? 0n];
        if (asset === OWED || want === got) continue;
        report.violation(`${asset} minted less burned ${want} in ${roundText(round)}`, `balances changed by ${got}`, {
          round: round.index,
        });
      }
      const before = round.parent && sumsAfter(round.parent);
      if (before === undefined) return;
      const after: Sums = new Map(before);
      for (const [asset, amount] of change) add(after, asset, amount);
      sums.set(round, after);
      check(after, round, report);
      const escrow =
        (result.delta.get(`account:${BRIDGE_ESCROW}`)?.after as AccountState | undefined) ??
        parent.get(accounts, BRIDGE_ESCROW);
      const owed = after.get(OWED) ?? 0n;
      if ((escrow?.str ?? 0n) < owed) {
        report.violation(`escrow of at least ${owed} after ${roundText(round)}`, String(escrow?.str ?? 0n), {
          round: round.index,
        });
      }
    },
    checkpoint(report) {
      const able = facts.nodes.filter((node) => node.honest && node.up && node.kind !== 'light');
      const isolated = able.filter((node) => node.isolated);
      const among = isolated.length > 0 ? isolated : able;
      if (among.length > 0) recount(among[turn++ % among.length], report);
    },
  };
};
