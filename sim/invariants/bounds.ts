/**
 * M3 bounds: pools, orphans, peers and queues stay within what they declare; no address has more than 1,000 pending.
 *
 * Every node at checkpoints, and one in sixteen (each in its turn) at changes of head, when queues are fullest; isolated
 * nodes at every change. A peak between two looks goes unseen. Headroom leaves out peers, whose bound is meant to be
 * reached.
 */
import { LIMITS } from '../../engine/params/params.ts';
import type { InvariantFactory, NodeFacts, Reporter } from './invariant.ts';

const TURN = 16;

export const bounds: InvariantFactory = (facts) => {
  const within = (node: NodeFacts, name: string, value: number, max: number, report: Reporter): void => {
    if (name !== 'peers') report.headroom((max - value) / max);
    if (value > max) report.violation(`${name} of at most ${max}`, `${value}`, { node: node.index });
  };
  const check = (node: NodeFacts, report: Reporter): void => {
    report.evaluated();
    within(node, 'pool', node.pool.count, node.pool.maxCount, report);
    for (const { name, value, max } of node.bounds()) within(node, name, value, max, report);
  };
  /** Counts by sender; a pool of no more than the bound cannot break it. */
  const checkAddresses = (node: NodeFacts, report: Reporter): void => {
    if (node.pool.count <= LIMITS.pendingPerAddress) return;
    const pending = new Map<string, number>();
    for (const { sender } of node.pool.transactions()) pending.set(sender, (pending.get(sender) ?? 0) + 1);
    for (const [sender, count] of pending) within(node, `pending of ${sender}`, count, LIMITS.pendingPerAddress, report);
  };
  let checkpoints = 0;
  return {
    id: 'M3',
    title: 'pool, orphans, peers and queues stay within their bounds',
    headChanged(node, _from, _abandoned, report) {
      if (node.isolated || (node.index + node.head.index) % TURN === 0) check(node, report);
    },
    checkpoint(report) {
      checkpoints++;
      for (const node of facts.nodes) {
        if (!node.up) continue;
        check(node, report);
        if (node.kind !== 'light' && (node.isolated || (node.index + checkpoints) % TURN === 0)) checkAddresses(node, report);
      }
    },
  };
};
