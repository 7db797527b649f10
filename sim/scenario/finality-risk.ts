/**
 * How likely a scenario's faults make two parts of the network finalise different rounds (D7): the sum over everything
 * that divides the mining power of P(Poisson(q T / interval) > depth), q the smaller share of power, T the duration.
 * Above 10^-6 a scenario must say `beyond: true`, unless it expects just that.
 *
 * q of a partition by regions is not known before the miners are placed, and a share of hash power is met only up to
 * the largest miner: both are bounded from above (½ at most), so the figure may err to the safe side. As in D7, the
 * easing of difficulty during a partition is left out.
 *
 * Deterministic arithmetic (kernel/exact-math); the tail is summed from its own first term, so that 10^-30 is not lost.
 */
import { exp, ln } from '../kernel/exact-math.ts';
import { zipfWeights } from '../kernel/distributions.ts';
import { FAULTS } from '../faults/index.ts';
import type { ResolvedScenario, ScheduledFault, Selector } from './types.ts';

/** Chance above which D7 calls a finality conflict more than negligible. */
export const NEGLIGIBLE = 1e-6;

export interface RiskTerm {
  readonly fault: string;
  /** Upper bound of the smaller side's share of hash power. */
  readonly q: number;
  /** q T / interval: rounds that the smaller side is expected to find. */
  readonly mean: number;
  readonly probability: number;
}
export interface FinalityRisk {
  readonly depth: number;
  readonly terms: readonly RiskTerm[];
  /** Sum of the terms, at most 1. */
  readonly probability: number;
}

/** P(X > depth) for X Poisson with the given mean; relative error below 1e-10. */
export function poissonTail(mean: number, depth: number): number {
  if (mean <= 0) return 0;
  if (mean > 600) return depth > mean ? halfTail(mean, depth) : 1;
  if (depth < mean) return 1 - head(mean, depth);
  return tailFrom(mean, depth + 1);
}

/** ln of the k-th term e^-m m^k / k!. */
function lnTerm(mean: number, k: number): number {
  let lnFactorial = 0;
  for (let i = 2; i <= k; i++) lnFactorial += ln(i);
  return k * ln(mean) - mean - lnFactorial;
}

function tailFrom(mean: number, first: number): number {
  let term = lnTerm(mean, first) < -690 ? 0 : exp(lnTerm(mean, first));
  let sum = 0;
  for (let k = first; term > sum * 1e-17 && term > 0; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

function head(mean: number, last: number): number {
  let sum = 0;
  for (let k = 0, term = exp(-mean); k <= last; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
}

/** Beyond 600 expected rounds: Chernoff's bound e^(k − m) (m / k)^k, which errs to the safe side. */
function halfTail(mean: number, depth: number): number {
  const k = depth + 1;
  const lnBound = k - mean + k * (ln(mean) - ln(k));
  return lnBound < -690 ? 0 : Math.min(1, exp(lnBound));
}

export function finalityRisk(scenario: ResolvedScenario): FinalityRisk {
  const depth = scenario.params.finalityDepth;
  const terms = scenario.faults.scheduled
    .filter((fault) => FAULTS[fault.kind].divides)
    .map((fault): RiskTerm => {
      const q = smallerShare(scenario, fault.options['select'] as Selector | undefined);
      const mean = (q * seconds(scenario, fault)) / scenario.params.roundIntervalSeconds;
      return { fault: fault.id, q, mean, probability: poissonTail(mean, depth) };
    });
  return { depth, terms, probability: Math.min(1, terms.reduce((sum, term) => sum + term.probability, 0)) };
}

/** Whether D7 wants the scenario to say `beyond: true`: it does not expect a conflict, and the chance of one is more than negligible. */
export const exceedsFinality = (scenario: ResolvedScenario): boolean =>
  scenario.expect !== 'violation:S1' && scenario.expect !== 'violation:S2' && finalityRisk(scenario).probability > NEGLIGIBLE;

/** How long the fault really lasts: it ends with the run. */
function seconds(scenario: ResolvedScenario, fault: ScheduledFault): number {
  const left = scenario.run.durationUs === undefined ? fault.forUs : Math.max(0, scenario.run.durationUs - fault.atUs);
  return Math.min(fault.forUs, left) / 1_000_000;
}

/** Where groups are not picked by hash power alone, the worst case: one half. */
function smallerShare(scenario: ResolvedScenario, select: Selector | undefined): number {
  const { mining } = scenario.nodes;
  if (mining.count < 2) return 0;
  const byPowerAlone = select?.shareHashPowerPpm !== undefined && !select.nodes && !select.regions && !select.kinds && select.shareNodesPpm === undefined;
  if (!byPowerAlone) return 0.5;
  const share = select.shareHashPowerPpm! / 1_000_000;
  const weights = mining.hashPower.distribution === 'zipf' ? zipfWeights(mining.count, mining.hashPower.sMilli) : new Float64Array(mining.count).fill(1);
  const largest = weights[0] / weights.reduce((sum, weight) => sum + weight, 0);
  return Math.min(0.5, Math.min(share, 1 - share) + largest);
}
