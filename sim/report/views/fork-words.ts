/** What the forks of a run come to, in sentences. */
import { grouped, lengthText } from '../format.ts';
import type { Contest, Standing } from './contests.ts';
import { counted, percentText } from './words.ts';

/** Seconds to one decimal: figures of a title, not of a table. */
const about = (us: number): string => lengthText(us < 1_000_000 ? Math.round(us / 1_000) * 1_000 : Math.round(us / 100_000) * 100_000);

/** Place of the deepest branch; of several as deep, that with most hash power behind it, as far as that is known. */
export function weightiest(contests: readonly Contest[], stood: readonly (Standing | undefined)[]): number {
  const power = (i: number): number => stood[i]?.peakPowerPpm ?? 0;
  return contests.reduce((best, { depth }, i) => (depth > contests[best].depth || (depth === contests[best].depth && power(i) > power(best)) ? i : best), 0);
}

/** The deepest branch and who stood on it, once that is known (`stood`). */
export function forksFinding(contests: readonly Contest[], stood: readonly (Standing | undefined)[]): string {
  if (contests.length === 0) return 'No fork: all rounds stand on one branch';
  const lost = contests.reduce((sum, { losers }) => sum + losers.length, 0);
  const at = weightiest(contests, stood);
  const deepest = `${counted(lost, 'round')} lost on ${counted(contests.length, 'branch', 'branches')}, the deepest ${counted(contests[at].depth, 'round')}`;
  const one = stood[at];
  if (one === undefined) return deepest;
  if (one.members.length === 0) return `${deepest}, which no node followed`;
  const what = one.peakPowerPpm > 0 ? `${percentText(one.peakPowerPpm / 1_000_000)} of the hash power` : counted(one.peakNodes, 'node');
  const end = one.left > 0 ? `${counted(one.left, 'node')} ${one.left === 1 ? 'was' : 'were'} still on it when the run ended` : `the last node left it after ${about(one.overUs - one.atUs[0])}`;
  return `${deepest}: up to ${what} followed it, and ${end}`;
}

export function standingFinding(contest: Contest, one: Standing, nodes: number, baseNumber: number): { readonly title: string; readonly below: string } {
  const title = one.members.length === 0
    ? `No node followed the branch that left round ${baseNumber}`
    : `After round ${baseNumber}, up to ${counted(one.peakNodes, 'node')} of ${grouped(nodes)}, with ${percentText(one.peakPowerPpm / 1_000_000)} of the hash power, followed a branch that lost`;
  return { title, below: `${counted(contest.losers.length, 'round')} lost, depth ${contest.depth}; virtual time` };
}
