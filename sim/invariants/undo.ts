/**
 * L6 undo: undo(apply(s, round)) = s.
 *
 * Three looks, each at other code. Per distinct round: every undo entry holds what the parent state holds. At isolated
 * nodes, per connect: the node's own state is really moved back and forth, and shows the parent's values, then the round's.
 * At isolated nodes, per reorg: every key that the abandoned or the connected rounds touched has the value that the shared
 * results lead to. A key that an entry leaves out altogether shows in the roots (L5, L8). Not checked: rounds whose
 * results are no longer remembered (512 distinct rounds).
 */
import type { Delta, StateKey, StateReader, Table } from '../../engine/state/state.ts';
import { forkOf } from './internal/branch.ts';
import { RecentRounds } from './internal/marks.ts';
import { roundText, sameValue, valueText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter, RoundFacts } from './invariant.ts';

interface Expected {
  readonly table: Table<unknown>;
  readonly key: string;
  readonly value: unknown;
}

/** What each key of a delta must hold on one side of it. */
const side = (delta: Delta, which: 'before' | 'after'): Expected[] =>
  [...delta.values()].map((change) => ({ table: change.table, key: change.key, value: change[which] }));

/** Compares a state with what it must hold; reports the first key that differs. */
function compare(state: StateReader, expected: Iterable<Expected>, when: string, report: Reporter, where: { node?: number; round: number }): void {
  report.evaluated();
  for (const { table, key, value } of expected) {
    const seen = state.get(table, key);
    if (sameValue(table, seen, value)) continue;
    report.violation(`${table.name}:${key} = ${valueText(table, value)} ${when}`, valueText(table, seen), where);
    return;
  }
}

export const undo: InvariantFactory = () => {
  const deltas = new RecentRounds<Delta>();

  /** What the shared results lead to after a reorg, or undefined where one of them is forgotten. */
  const expectedAfter = (from: RoundFacts, head: RoundFacts, abandoned: readonly RoundFacts[]): Iterable<Expected> | undefined => {
    const expected = new Map<StateKey, Expected>();
    for (const round of abandoned) {
      const delta = deltas.get(round);
      if (delta === undefined) return undefined;
      for (const [key, change] of delta) expected.set(key, { table: change.table, key: change.key, value: change.before });
    }
    const path: Delta[] = [];
    const fork = forkOf(from, abandoned);
    for (let at = head; at !== fork; at = at.parent) {
      const delta = deltas.get(at);
      if (delta === undefined || at.parent === undefined) return undefined;
      path.push(delta);
    }
    for (const delta of path.reverse()) {
      for (const [key, change] of delta) expected.set(key, { table: change.table, key: change.key, value: change.after });
    }
    return expected.values();
  };

  const undoAndRedo = (node: NodeFacts, round: RoundFacts, parent: RoundFacts, delta: Delta, report: Reporter): void => {
    const where = { node: node.index, round: round.index };
    compare(node.stateAt!(parent), side(delta, 'before'), `after undo of ${roundText(round)}`, report, where);
    compare(node.stateAt!(round), side(delta, 'after'), `after redo of ${roundText(round)}`, report, where);
  };

  return {
    id: 'L6',
    title: 'undo(apply(s, round)) = s',
    roundExecuted(round, result, parent, report) {
      deltas.set(round, result.delta);
      compare(parent, side(result.delta, 'before'), `before ${roundText(round)}, as its undo entry says`, report, { round: round.index });
    },
    connected(node, round, independent, report) {
      if (!independent) {
        report.byConstruction();
        return;
      }
      const delta = deltas.get(round);
      if (node.stateAt === undefined || node.head !== round || round.parent === undefined || delta === undefined) return;
      undoAndRedo(node, round, round.parent, delta, report);
    },
    headChanged(node, from, abandoned, report) {
      if (!node.isolated || node.kind === 'light' || abandoned.length === 0) return;
      const expected = expectedAfter(from, node.head, abandoned);
      if (expected === undefined) return;
      const when = `after ${abandoned.length} rounds were undone, on ${roundText(node.head)}`;
      compare(node.state(), expected, when, report, { node: node.index, round: node.head.index });
    },
  };
};
