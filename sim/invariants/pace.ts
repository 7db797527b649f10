/**
 * T3 pace: under constant power, the mean interval between rounds of the best chain lies within its 99.99 % interval.
 *
 * n rounds in a time T are Poisson, so T against the quantiles of a sum of n exponential intervals (Gamma(n)) is exact:
 * too fast where n rounds within T are less likely than 0.005 %, too slow where n or fewer are. Retargeting pulls the mean
 * back to its goal, so the true spread is smaller: the test is lenient, never too strict. Stale rounds are work that the
 * chain did not get, so the slow bound widens by found / n. Not evaluated where power changes (`constantPower`, restarts of
 * miners) or nothing was mined. Headroom: distance to the nearer bound, 1 at the goal.
 */
import { exp, ln } from '../kernel/exact-math.ts';
import type { InvariantFactory, RoundFacts } from './invariant.ts';
import { numberOf } from './internal/branch.ts';

/** Half of the 0.01 % outside the interval. */
const TAIL = 0.00005;
const HALF_LN_TWO_PI = 0.9189385332046727;

/** ln(n!), by its sum for small n, by Stirling's series (error below 1e-13) from 32 on. */
function lnFactorial(n: number): number {
  if (n < 32) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return ln(product);
  }
  return (n + 0.5) * ln(n) - n + HALF_LN_TWO_PI + 1 / (12 * n) - 1 / (360 * n * n * n);
}

/** P(Poisson(mean) = k), 0 where it is below e^-700. */
function poisson(k: number, mean: number): number {
  const power = k * ln(mean) - mean - lnFactorial(k);
  return power < -700 ? 0 : exp(power);
}

/**
 * Chance that the sum of n unit exponential intervals is below `x`: at least n arrivals within x. Summed from the side
 * of its smaller tail; cost about √x terms.
 */
export function gammaBelow(n: number, x: number): number {
  if (x <= 0) return 0;
  let sum = 0;
  if (x < n) {
    for (let k = n, term = poisson(n, x); term > sum * 1e-16; k++, term *= x / k) sum += term;
    return sum;
  }
  for (let k = n - 1, term = poisson(n - 1, x); k >= 0 && term > sum * 1e-16; term *= k / x, k--) sum += term;
  return 1 - sum;
}

/** The x at which `gammaBelow(n, x)` reaches `chance`, by bisection to the last bit that matters. */
export function gammaQuantile(n: number, chance: number): number {
  let low = 0;
  let high = 2 * n + 40;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (gammaBelow(n, middle) < chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Bounds of the mean interval, as multiples of the goal: n rounds of the best chain of `found` in all. */
export function paceBounds(n: number, found: number): readonly [low: number, high: number] {
  return [gammaQuantile(n, TAIL) / n, (gammaQuantile(n + 1, 1 - TAIL) / n) * (found / n)];
}

export const pace: InvariantFactory = (facts) => {
  let found = 0;
  let powerChanged = false;
  return {
    id: 'T3',
    title: 'mean interval within its 99.99 % interval under constant power',
    roundFound() {
      found++;
    },
    restarted(node) {
      if (node.kind === 'mining') powerChanged = true;
    },
    end(report) {
      if (powerChanged || facts.constantPower === false || report.nowUs === 0) return;
      let best: RoundFacts | undefined;
      for (const node of facts.nodes) {
        if (node.honest && node.up && (best === undefined || node.head.work > best.work)) best = node.head;
      }
      const n = best === undefined ? 0 : numberOf(best);
      if (n === 0) return;
      const goal = facts.params.roundIntervalSeconds;
      const [low, high] = paceBounds(n, Math.max(found, n));
      const mean = report.nowUs / 1e6 / n / goal;
      report.evaluated();
      report.headroom(mean < 1 ? (mean - low) / (1 - low) : (high - mean) / (high - 1));
      if (mean >= low && mean <= high) return;
      const seconds = (share: number): string => (share * goal).toFixed(3);
      report.violation(`a mean interval of ${seconds(low)}–${seconds(high)} s over ${n} rounds`, `${seconds(mean)} s`);
    },
  };
};
