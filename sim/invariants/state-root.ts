/**
 * L5 state root: the state roots in a round equal those of an independent replay.
 *
 * The replay is the isolated witness's own execution on its own state: when it has connected a round, its six roots
 * must be the header's. The first execution of the run is compared with the header as well; it counts as by construction,
 * since the miner's own result may be the one that is shared. Where a witness connects several rounds at once only the
 * last is looked at: a root depends on all before it.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

export const stateRoot: InvariantFactory = () => ({
  id: 'L5',
  title: 'state roots equal an independent replay',
  roundExecuted(round, result, _parent, report) {
    report.byConstruction();
    for (const [i, block] of result.ledgers.entries()) {
      const claimed = round.round.ledgers[i]?.stateRoot;
      if (block.stateRoot === claimed) continue;
      report.violation(`${block.ledger} state root ${claimed} after ${roundText(round)}`, `execution gives ${block.stateRoot}`, { round: round.index });
    }
  },
  connected(node, round, independent, report) {
    if (!independent) {
      report.byConstruction();
      return;
    }
    if (node.head !== round) return;
    report.evaluated();
    for (let i = 0; i < LEDGERS.length; i++) {
      const claimed = round.round.ledgers[i].stateRoot;
      const own = node.stateRoot(i);
      if (own === claimed) continue;
      report.violation(`${LEDGERS[i]} state root ${claimed} after ${roundText(round)}`, `replayed by the node: ${own}`, {
        node: node.index,
        round: round.index,
      });
    }
  },
});
