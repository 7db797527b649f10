/** Results as `stratus bench` writes them, made up: what a test shows matters to it. */
import type { BenchResult, CaseResult } from '../../bench/method/result.ts';

const MACHINE = { class: 'linux-x64-made-up-2c-node20', cpu: 'made up', cores: 2, memoryMiB: 1_024, platform: 'linux-x64', node: 'v20.0.0' };

/** Ten rounds around `cost` times the usual time, `spread` apart. */
export function fakeCase(name: string, { cost = 1, spread = 0.002, exact = {} }: { cost?: number; spread?: number; exact?: Record<string, string | number> } = {}): CaseResult {
  const ratios = Array.from({ length: 10 }, (_, i) => cost * (1 + spread * (i - 4.5)));
  const samples = ratios.map((ratio) => 100 / ratio);
  return {
    name, unit: 'tx/ms', clock: 'wall', cores: 1, samples, median: 100 / cost, ci95: [99 / cost, 101 / cost], p10: 98 / cost, p90: 102 / cost, cpuPerItemUs: 10 * cost,
    stagesUs: { decode: 2 * cost, verify: 8 * cost }, byCpu: 100 / cost, elapsed: 100 / cost, ratios, referenceUs: 1_300, outliers: [9], exact: { items: 8, check: 'a', ...exact },
    roofline: { bound: 200, by: 'signatures', share: 0.5 / cost, stages: { signatures: 220, hashes: 900, memory: 9_000 } }, backend: { signatures: 'wasm-batch', hashes: 'wasm-simd' },
  };
}

export const fakeResult = (cases: readonly CaseResult[], rest: Partial<BenchResult> = {}): BenchResult => ({
  schema: 'stratus/bench/v1', machine: MACHINE, at: '2026-01-01T00:00:00.000Z', version: '0.1.0', suites: ['node'], rounds: 10, quick: false,
  cases: [...cases], absent: [{ name: '2 cores', why: 'no <second> core' }], thresholds: [], verdict: 'pass', exitCode: 0, ...rest,
});

export const otherMachine = (result: BenchResult): BenchResult => ({ ...result, machine: { ...MACHINE, class: 'linux-arm64-other-8c-node20' } });
