/**
 * The smallest scenario with the same finding. fast-check shrinks the choices, one after another and again, as long as the
 * same signature is found; since draws are keyed, what is taken away leaves the rest of the run alone. Counted in runs,
 * not in seconds, so the result is the same on every machine.
 */
import fc from 'fast-check';
import { choices, type Choices } from './choices.ts';
import { compose, type Written } from './compose.ts';
import { drawSeed } from './generate.ts';
import { runOne, type Finding, type JudgeOptions, type Observation } from './run-one.ts';

/** Runs that shrinking one finding may take. */
export const SHRINK_RUNS_MAX = 150;

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
  const lacksIt = (candidate: Choices): boolean => {
    if (runs >= runsMax) return true;
    runs++;
    const written = compose(candidate, String(seed));
    const observation = runOne(written, options);
    const finding = observation.findings.find((one) => one.signature === signature);
    if (finding === undefined) return true;
    smallest = { written, observation, finding };
    return false;
  };
  fc.check(fc.property(choices, lacksIt), { seed: drawSeed(seed, options.crypto), numRuns: 1 });
  return smallest && { ...smallest, runs };
}
