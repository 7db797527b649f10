/**
 * M4 template: what a miner builds is valid on its head.
 *
 * Every round found by an honest node: it stands on the finder's head and within the bytes of a round, and no honest
 * node, the finder among them, finds it invalid. A verdict counts as independent where the node computed it itself and did
 * not build the round; a builder executes while it builds, so its own verdict holds by construction. Headroom: bytes left.
 */
import { roundText, verdictText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

export const template: InvariantFactory = (facts) => {
  /** By round index: the honest node that built it. */
  const builder: (number | undefined)[] = [];
  return {
    id: 'M4',
    title: 'what a miner builds is valid on its head',
    roundFound(round, node, report) {
      if (!node.honest) return;
      builder[round.index] = node.index;
      const where = { node: node.index, round: round.index };
      if (node.head !== round && node.head !== round.parent) {
        report.violation(`${roundText(round)} built on the head ${roundText(node.head)}`, `on ${round.round.header.parent}`, where);
      }
      let bytes = 0;
      for (const transaction of round.round.transactions) bytes += transaction.bytes.length;
      const { roundBytesMax } = facts.params;
      report.headroom((roundBytesMax - bytes) / roundBytesMax);
      if (bytes > roundBytesMax) report.violation(`at most ${roundBytesMax} bytes in ${roundText(round)}`, `${bytes}`, where);
    },
    verdict(node, round, error, independent, report) {
      const built = builder[round.index];
      if (built === undefined || !node.honest) return;
      if (independent && node.index !== built) report.evaluated();
      else report.byConstruction();
      if (error === undefined) return;
      report.violation(`${roundText(round)} valid, as the honest node ${built} built it`, verdictText(error), { node: node.index, round: round.index });
    },
  };
};
