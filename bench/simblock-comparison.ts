/** SimBlock's runs (simblock-runs.json), ours of the same cases, and what the two must agree in. Pure but for the runs. */
import { readFileSync } from 'node:fs';
import { nobleCrypto } from '../engine/crypto/noble.ts';
import { err, ok } from '../engine/primitives/result.ts';
import { runRelayModel } from '../sim/network/simblock/run.ts';
import { loadScenario, type ReadFile } from '../sim/scenario/load.ts';
import type { ResolvedScenario } from '../sim/scenario/types.ts';
import type { RunRecord } from '../sim/trace/record.ts';
import data from './simblock-runs.json' with { type: 'json' };

/** Delays in ms; blocks besides genesis. */
export interface Figures {
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly meanMs: number;
  readonly stale: number;
  readonly onChain: number;
}
export interface Case {
  readonly case: string;
  readonly nodes: number;
  readonly intervalSeconds: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly compactSharePpm: number;
  readonly year: number;
  readonly published?: Figures;
  readonly runs: readonly Figures[];
}
export const SOURCE: string = data.source;
export const CASES: readonly Case[] = data.cases;

/** Seeds of ours; no case was tuned to them. */
export const SEEDS = ['1', '2', '3', '4', '5'] as const;

const SCENARIO = 'scenarios/simblock-2019.yaml';
const readFile: ReadFile = (path) => {
  try {
    return ok(new Uint8Array(readFileSync(path)));
  } catch (error) {
    return err({ code: 'unreadable', detail: String(error) });
  }
};

/** What `stratus run` is given for a case, besides `scenarios/simblock-2019.yaml`. */
export const settings = (c: Case): string[] => [
  `network.totalNodes=${c.nodes}`,
  `network.regions=measured-${c.year}`,
  `network.simblock.blockBytes=${c.blockBytes}B`,
  `network.simblock.compactShare=${c.compactSharePpm / 10_000}%`,
  `consensus.roundInterval=${c.intervalSeconds}s`,
  `run.rounds=${c.blocks}`,
];

export function scenarioOf(c: Case, seed: string): ResolvedScenario {
  const loaded = loadScenario(SCENARIO, readFile, { sets: settings(c), seed });
  if (!loaded.ok) throw new Error(loaded.error.problems.map(({ problem }) => problem).join('\n'));
  return loaded.value.scenario;
}

export const runCase = (c: Case, seed: string): RunRecord => runRelayModel(scenarioOf(c, seed), { crypto: nobleCrypto });

/** Pooled as SimBlock's output pools: genesis counts as a block, a finder counts with delay 0. */
export function figuresOf({ arrivals, rounds }: RunRecord): Figures {
  const delays = arrivals.deltaUs.filter((us) => us >= 0).sort();
  const quantileMs = (q: number): number => delays[Math.min(delays.length - 1, Math.floor(q * delays.length))] / 1000;
  const canonical = rounds.filter((row) => row.canonical).length;
  return {
    medianMs: quantileMs(0.5),
    p90Ms: quantileMs(0.9),
    p99Ms: quantileMs(0.99),
    meanMs: delays.reduce((sum, us) => sum + us / 1000, 0) / delays.length,
    stale: rounds.length - canonical,
    onChain: canonical - 1,
  };
}

/** Mean of delays, sums of blocks. */
export function pool(all: readonly Figures[]): Figures {
  const sum = (of: (f: Figures) => number): number => all.reduce((total, f) => total + of(f), 0);
  return {
    medianMs: sum((f) => f.medianMs) / all.length,
    p90Ms: sum((f) => f.p90Ms) / all.length,
    p99Ms: sum((f) => f.p99Ms) / all.length,
    meanMs: sum((f) => f.meanMs) / all.length,
    stale: sum((f) => f.stale),
    onChain: sum((f) => f.onChain),
  };
}

export const staleShare = ({ stale, onChain }: Figures): number => stale / (stale + onChain);

/** Wilson's interval for the share behind `count` of `total`, at 95 %. */
export function binomialInterval(count: number, total: number): readonly [number, number] {
  const z = 1.959964;
  const p = count / total;
  const middle = (p + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total));
  return [Math.max(0, middle - half), middle + half];
}

/** The closed form's stale share: x / (1 + x), x = mean delay between two nodes over the interval. */
export function closedForm(meanMs: number, intervalSeconds: number): { readonly x: number; readonly share: number } {
  const x = meanMs / (intervalSeconds * 1000);
  return { x, share: x / (1 + x) };
}
