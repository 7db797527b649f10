/**
 * S6 links: each round stands on its parent, all six ledger blocks are in it, and each links to its own ledger's previous
 * block with the next number (D5).
 *
 * The content once per distinct round; at each node, that it connects rounds onto its own tip and disconnects them from it,
 * one at a time. Not checked: that the ledger hashes in a header are those of the ledger headers (L4).
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { numberOf } from './internal/branch.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

/** The first broken link of a round, as expected and seen. */
function brokenLink(round: RoundFacts, parent: RoundFacts): readonly [expected: string, seen: string] | undefined {
  const { header, ledgers } = round.round;
  if (header.parent !== parent.round.hash) return [`parent ${parent.round.hash}`, `parent ${header.parent}`];
  if (numberOf(round) !== numberOf(parent) + 1) return [`number ${numberOf(parent) + 1}`, `number ${numberOf(round)}`];
  const names = ledgers.map((block) => block.ledger).join(' ');
  if (names !== LEDGERS.join(' ')) return [`blocks of ${LEDGERS.join(' ')}`, `blocks of ${names}`];
  for (const [i, block] of ledgers.entries()) {
    const previous = parent.round.header.ledgerHashes[i];
    if (block.previous !== previous) return [`${block.ledger} block linked to ${previous}`, `linked to ${block.previous}`];
    const number = parent.round.ledgers[i].number + 1;
    if (block.number !== number) return [`${block.ledger} block number ${number}`, `number ${block.number}`];
  }
  return undefined;
}

export const links: InvariantFactory = () => {
  /** By node: the round its chain ends with, as its connects and disconnects tell. */
  const tip: (RoundFacts | undefined)[] = [];
  return {
    id: 'S6',
    title: 'ledger blocks link to their own ledger’s previous block, all six in each round',
    accepted(round, node, report) {
      if (round.parent === undefined) return;
      report.evaluated();
      const broken = brokenLink(round, round.parent);
      if (broken !== undefined) report.violation(`${broken[0]} at ${roundText(round)}`, broken[1], { node: node.index, round: round.index });
    },
    connected(node, round, _independent, report) {
      const on = tip[node.index] ?? round.parent;
      tip[node.index] = round;
      report.evaluated();
      if (on === round.parent) return;
      report.violation(`connected onto the tip, ${on === undefined ? 'genesis' : roundText(on)}`, `${roundText(round)} connected`, {
        node: node.index,
        round: round.index,
      });
    },
    disconnected(node, round, _independent, report) {
      const on = tip[node.index] ?? round;
      tip[node.index] = round.parent;
      report.evaluated();
      if (on === round) return;
      report.violation(`disconnected from the tip, ${roundText(on)}`, `${roundText(round)} disconnected`, { node: node.index, round: round.index });
    },
    restarted(node) {
      tip[node.index] = node.head;
    },
  };
};
