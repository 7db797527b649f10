/**
 * The smallest scenario with the same finding: first whole parts are taken out (`simplify.ts`), then fast-check shrinks what is
 * left, one choice after another and again, as long as the same signature is found. Since draws are keyed, what is taken
 * away leaves the rest of the run alone. Where nothing more can go, other seeds of the run are tried with it gone: some
 * findings are a matter of luck (two branches of one length), and luck may strike a smaller scenario too.
 *
 * Counted in runs, not in seconds, so the result is the same on every machine.
 */
import fc from 'fast-check';
import { choices, type Choices } from './choices.ts';
import { compose, type Written } from './compose.ts';
import { choose, drawSeed } from './generate.ts';
import { runOne, type Finding, type JudgeOptions, type Observation } from './run-one.ts';
import { simpler } from './simplify.ts';

/** Runs that shrinking one finding may take, simplifying included. */
export const SHRINK_RUNS_MAX = 200;

/** Further seeds that a simpler variant is tried with. */
const OTHER_SEEDS = 4;

export interface Shrunk {
  readonly written: Written;
  readonly observation: Observation;
  readonly finding: Finding;
  /** Runs that it took. */
  readonly runs: number;
}

/** Starts at the case of `seed`; undefined where that case does not have the finding. */
export function shrink(seed: number, signature: string, options: JudgeOptions, runsMax = SHRINK_RUNS_MAX): Shrunk | undefined {
  let smallest: Omit<Shrunk, 'runs'> | undefined;
  let runs = 0;
  const tried = new Set<string>();
  let runSeed = String(seed);
  const hasIt = (candidate: Choices, withSeed = runSeed): boolean => {
    const written = compose(candidate, withSeed);
    const key = `${withSeed} ${fc.stringify(candidate)}`;
    if (runs >= runsMax || tried.has(key)) return false;
    tried.add(key);
    runs++;
    const observation = runOne(written, options);
    const finding = observation.findings.find((one) => one.signature === signature);
    if (finding === undefined) return false;
    smallest = { written, observation, finding };
    runSeed = withSeed;
    return true;
  };

  let best = choose(seed, options.crypto);
  if (!hasIt(best)) return undefined;
  const seeds = [runSeed, ...Array.from({ length: OTHER_SEEDS }, (_, i) => `${seed}-${i + 1}`)];
  /** The first simpler variant that has it: with the present seed if any does, else with another. */
  const step = (): Choices | undefined => {
    for (const withSeed of [runSeed, ...seeds]) for (const candidate of simpler(best)) if (hasIt(candidate, withSeed)) return candidate;
    return undefined;
  };
  for (let next = step(); next !== undefined; next = step()) best = next;
  tried.clear();
  fc.check(fc.property(choices, (candidate) => !hasIt(candidate)), { examples: [[best]], seed: drawSeed(seed, options.crypto), numRuns: 1 });
  return { ...smallest!, runs };
}
