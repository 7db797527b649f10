/** Two builds in turns, until what they say of each case is decided or enough was measured. */
import { caseName, workName, type Entry } from '../work/suites.ts';
import { casesOf } from './assemble.ts';
import { playRound, type Build, type MeasuredRound, type Refused } from './conduct.ts';
import { compareTurns, turnRatio, type Comparison } from './verdict.ts';

export interface Length {
  /** Rounds at least. */
  readonly rounds: number;
  readonly budgetMs: number;
}

/**
 * Cases that are inconclusive after `rounds` get up to this many times as many. Looking again cannot make a difference out of
 * none: an interval that is wholly beyond the margin is as unlikely then as before, since it narrows around none.
 */
const PATIENCE = 4;

/** Of the parts of one work, each by the rounds of both. */
export async function takeTurns([a, b]: readonly [Build, Build], entry: Entry, parts: readonly string[], { rounds, budgetMs }: Length, done: () => void): Promise<readonly Comparison[] | Refused> {
  const left: MeasuredRound[] = [];
  const right: MeasuredRound[] = [];
  let comparisons: readonly Comparison[] = [];
  for (let round = 0; round < rounds * PATIENCE; round++) {
    const played = await playRound([a, b], workName(entry), parts, round, budgetMs);
    if ('code' in played) return played;
    left.push(played[0]);
    right.push(played[1]);
    if (round < rounds) done();
    if (round + 1 < rounds) continue;
    comparisons = compared(entry, left, right);
    if (comparisons.every(({ verdict }) => verdict !== 'inconclusive')) break;
  }
  return comparisons;
}

function compared(entry: Entry, left: readonly MeasuredRound[], right: readonly MeasuredRound[]): Comparison[] {
  const name = (part: string): string => caseName(entry, { name: part });
  const ofB = casesOf(name, entry.cores, right);
  return casesOf(name, entry.cores, left).map((c, part) => compareTurns(c.name, left.map((round, i) => turnRatio(round, right[i], part)), c, ofB[part]));
}
