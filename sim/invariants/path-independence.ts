/**
 * L8 path independence: state depends on the head's hash, not on the route there.
 *
 * One global map from head to the six state roots: the first node to reach a head sets them, every isolated node that
 * reaches it, by whatever reorgs, compares its own. Nodes that share an executor hold the same view: by construction.
 * Not checked here: an executor may remember a root from when it executed the round; that the values under it survived
 * undo and redo is L6's.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { RoundMarks } from './internal/marks.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, NodeFacts, Reporter } from './invariant.ts';

export const pathIndependence: InvariantFactory = () => {
  const roots = new Map<number, { readonly node: number; readonly roots: readonly string[] }>();
  const sharedSeen = new RoundMarks();

  const check = (node: NodeFacts, report: Reporter): void => {
    if (node.kind === 'light') return;
    const { head } = node;
    if (!node.isolated) {
      if (sharedSeen.get(head) !== 0) {
        report.byConstruction();
        return;
      }
      sharedSeen.set(head, 1);
    }
    const own = LEDGERS.map((_, i) => node.stateRoot(i));
    const first = roots.get(head.index);
    if (first === undefined) {
      roots.set(head.index, { node: node.index, roots: own });
      return;
    }
    report.evaluated();
    const at = own.findIndex((root, i) => root !== first.roots[i]);
    if (at < 0) return;
    report.violation(`${LEDGERS[at]} state root ${first.roots[at]} at ${roundText(head)}, as at node ${first.node}`, own[at], {
      node: node.index,
      round: head.index,
    });
  };

  return {
    id: 'L8',
    title: 'state depends on the head’s hash, not on the route there',
    headChanged: (node, _from, _abandoned, report) => check(node, report),
    restarted: check,
  };
};
