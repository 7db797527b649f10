/**
 * M2 nothing forgotten: after a reorg, each transaction of the abandoned branch is in the new branch, pooled, or evicted
 * with a recorded reason.
 *
 * A pool is each node's own, so every look is independent; it costs a pass over the pool, so besides the isolated nodes
 * one node in sixteen looks (each in its turn; in networks of up to 64 nodes all do). Whether the reason is true is M1's
 * and the workload's matter. Not checked: what a crash loses, since pools are not durable.
 */
import { forkOf } from './internal/branch.ts';
import { listText, roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, RoundFacts } from './invariant.ts';

const TURN = 16;
const SMALL_NETWORK = 64;

export const nothingForgotten: InvariantFactory = (facts) => {
  /** By node: ids evicted since its last change of head. */
  const evicted: (Set<string> | undefined)[] = [];

  /** Ids of the abandoned rounds that are neither in the new branch nor evicted nor pooled. */
  const forgotten = (node: NodeFacts, from: RoundFacts, abandoned: readonly RoundFacts[]): string[] => {
    const missing = new Set<string>();
    for (const round of abandoned) for (const { id } of round.round.transactions) missing.add(id);
    const fork = forkOf(from, abandoned);
    for (let at: RoundFacts | undefined = node.head; at !== undefined && at !== fork; at = at.parent) {
      for (const { id } of at.round.transactions) missing.delete(id);
    }
    for (const id of evicted[node.index] ?? []) missing.delete(id);
    if (missing.size > 0) for (const { id } of node.pool.transactions()) missing.delete(id);
    return [...missing];
  };

  return {
    id: 'M2',
    title: 'after a reorg no transaction of the abandoned branch is forgotten',
    evicted(node, transaction, reason, report) {
      if (reason === '') report.violation(`a reason for evicting ${transaction.id}`, 'none', { node: node.index });
      else (evicted[node.index] ??= new Set()).add(transaction.id);
    },
    headChanged(node, from, abandoned, report) {
      if (abandoned.length > 0 && node.honest && node.kind !== 'light') {
        const turn = facts.nodes.length <= SMALL_NETWORK || (node.index + node.head.index) % TURN === 0;
        if (node.isolated || turn) {
          report.evaluated();
          const ids = forgotten(node, from, abandoned);
          if (ids.length > 0) {
            report.violation(
              `the transactions of ${abandoned.length} abandoned rounds in the branch of ${roundText(node.head)}, pooled, or evicted`,
              `${ids.length} forgotten: ${listText(ids, 3)}`,
              { node: node.index, round: node.head.index },
            );
          }
        }
      }
      evicted[node.index] = undefined;
    },
    restarted(node) {
      evicted[node.index] = undefined;
    },
  };
};
