/**
 * T1 timestamps: a round's time is above the median of the last n = min(11, rounds) before it (`sorted[n >> 1]`), and at
 * acceptance at most 2 minutes ahead of the accepting node's own clock (D8).
 *
 * The median once per distinct round, by this file's own sorting; the clock at every node for every round it takes into its
 * branch. That is a moment later than the header's acceptance, so a clock that lags by less than the time between goes
 * unseen. Headroom: the share of the two minutes that was left.
 */
import { LIMITS } from '../../engine/params/params.ts';
import { forkOf } from './internal/branch.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';

/** Median time of the chain that ends with `round`. */
export function medianTime(round: RoundFacts): number {
  const times: number[] = [];
  for (let at: RoundFacts | undefined = round; at !== undefined && times.length < LIMITS.medianRounds; at = at.parent) {
    times.push(at.round.header.time);
  }
  return times.sort((x, y) => x - y)[times.length >> 1];
}

export const timestamps: InvariantFactory = () => ({
  id: 'T1',
  title: 'above the median of 11, at most 2 minutes ahead of the accepting node’s clock',
  accepted(round, node, report) {
    if (round.parent === undefined) return;
    report.evaluated();
    const median = medianTime(round.parent);
    const { time } = round.round.header;
    if (time > median) return;
    report.violation(`time above the median ${median} at ${roundText(round)}`, `time ${time}`, { node: node.index, round: round.index });
  },
  headChanged(node, from, abandoned, report) {
    if (!node.honest) return;
    const fork = forkOf(from, abandoned);
    const latest = node.clockSeconds + LIMITS.futureSeconds;
    for (let at = node.head; at !== fork; at = at.parent) {
      const { time } = at.round.header;
      report.evaluated();
      report.headroom((latest - time) / LIMITS.futureSeconds);
      if (time > latest) {
        report.violation(`time of at most ${latest}, 2 minutes ahead of the node’s clock, at ${roundText(at)}`, `time ${time}`, {
          node: node.index,
          round: at.index,
        });
      }
      if (at.parent === undefined) return;
    }
  },
});
