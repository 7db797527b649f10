import { describe, expect, it } from 'vitest';
import { CASES, SEEDS, binomialInterval, figuresOf, pool, runCase, scenarioOf } from '../../bench/simblock-comparison.ts';
import { judge } from '../../bench/simblock-judgement.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { PURPOSE, draw32, seedKey } from '../../sim/kernel/draw.ts';
import { ParetoLatency } from '../../sim/network/simblock/latency.ts';
import { runRelayModel } from '../../sim/network/simblock/run.ts';
import { simblockTopology } from '../../sim/network/simblock/topology.ts';
import { MEASURED } from '../../sim/scenario/regions.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import type { RunOptions } from '../../sim/trace/record.ts';

const key = seedKey('test', nobleCrypto);
const caseNamed = (name: string) => CASES.find((c) => c.case === name)!;
const run = (scenario: ResolvedScenario, options: Partial<RunOptions> = {}) => runRelayModel(scenario, { crypto: nobleCrypto, ...options });

/** Everybody linked to everybody, every latency 100 ms, 8 Mbit/s: 1 MB takes 1,000 ms, a compact block 18 ms. */
function plain(nodes: number, compactSharePpm: number, blocks: number): ResolvedScenario {
  const scenario = scenarioOf({ ...CASES[0], nodes, compactSharePpm, blocks, intervalSeconds: 100_000, blockBytes: 1_000_000 }, 'plain');
  const same = <T>(value: T): T[] => Array<T>(6).fill(value);
  const regions = { ...scenario.network.regions, latencyMs: same(same(100)), downloadBps: same(50_000_000), uploadBps: same(8_000_000) };
  return { ...scenario, network: { ...scenario.network, regions, jitter: 'none', topology: { kind: 'random', outbound: nodes - 1, inboundMax: nodes } } };
}
const delaysMs = (scenario: ResolvedScenario): number[][] => {
  const { arrivals, rounds } = run(scenario);
  return rounds.slice(1).map(({ round }) => [...arrivals.deltaUs.subarray(round * arrivals.nodes, (round + 1) * arrivals.nodes)].map((us) => us / 1000).sort((a, b) => a - b));
};

describe('message flow, by hand', () => {
  const ask = 100 + 10;
  const block = 1000 + 2 + 100;
  const compact = 18 + 2 + 100;
  it('announcement, request, block', () => {
    for (const delays of delaysMs(plain(2, 0, 20))) expect(delays).toEqual([0, ask + ask + block]);
  });
  it('one upload at a time: the next leaves when the last has arrived', () => {
    for (const delays of delaysMs(plain(4, 0, 20))) expect(delays).toEqual([0, 1, 2, 3].map((i) => (i === 0 ? 0 : 2 * ask + i * block)));
  });
  it('compact block, and the missing part in whole percent where it fails at a churn node (27 %)', () => {
    const delays = delaysMs(plain(2, 1_000_000, 2000)).map(([, second]) => second);
    const held = ask + ask + compact;
    const lacking = delays.filter((ms) => ms !== held);
    const percents = lacking.map((ms) => (ms - held - (ask + 2 + 100)) / 10);
    expect(percents.every((p) => Number.isInteger(p) && p >= 1 && p <= 96)).toBe(true);
    expect(percents.filter((p) => p === 1).length / percents.length).toBeCloseTo(546 / 945, 1);
    const [low, high] = binomialInterval(lacking.length, delays.length);
    expect(low < 0.27 && 0.27 < high).toBe(true);
  });
});

describe('SimBlock distributions', () => {
  it('latency equals round(scale / u^(1/shape)) for every draw, and its mean the table value', () => {
    for (const mean of new Set(MEASURED.flatMap(({ latencyMs }) => latencyMs.flat()))) {
      const latency = new ParetoLatency(mean, true);
      const shape = 0.2 * mean;
      let sum = 0;
      let worst = 0;
      for (let i = 0; i < 20_000; i++) {
        const u32 = draw32(key, mean, PURPOSE.jitter, i);
        const exact = (mean - 5) / Math.pow((u32 + 0.5) / 2 ** 32, 1 / shape);
        worst = Math.max(worst, Math.abs(latency.ms(u32) - exact));
        sum += latency.ms(u32);
      }
      expect(worst).toBeLessThanOrEqual(0.5 + 1e-9);
      if (shape > 6) expect(sum / 20_000 / mean).toBeCloseTo(1, 1.7);
    }
  });

  it('out-degrees follow the table to one node, links are simple', () => {
    const { from, to } = simblockTopology(1313, key);
    const out = new Int32Array(1313);
    for (const node of from) out[node]++;
    // Cumulative shares of out-degrees 1, 4, 8, 13, 20, repeated from SimBlock's table.
    for (const [degree, share] of [[1, 0.025], [4, 0.1], [8, 0.5], [13, 0.9], [20, 1]]) {
      expect(Math.abs(out.filter((d) => d <= degree).length - 1313 * share)).toBeLessThanOrEqual(2);
    }
    const pairs = from.map((x, i) => Math.min(x, to[i]) * 1313 + Math.max(x, to[i]));
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(from.every((x, i) => x !== to[i])).toBe(true);
    expect(simblockTopology(3, key).from.length).toBe(3);
  });

  it('every node mines: power has mean 1/n and deviation a quarter of that, finds follow it', () => {
    const { nodes, rounds, endUs } = runCase({ ...caseNamed('50-1s-10kB-legacy'), intervalSeconds: 60, nodes: 100, blocks: 1500 }, '7');
    const ppm = nodes.map((n) => n.hashPowerPpm);
    expect(ppm.reduce((a, b) => a + b)).toBeCloseTo(1_000_000, -3);
    const deviation = Math.sqrt(ppm.reduce((s, p) => s + (p - 10_000) ** 2, 0) / 100) / 10_000;
    expect(deviation).toBeGreaterThan(0.19);
    expect(deviation).toBeLessThan(0.31);
    expect(new Set(rounds.map((r) => r.node)).size).toBeGreaterThan(95);
    // All finds are a Poisson process: 4 deviations of its mean interval.
    expect(Math.abs(endUs / 60e6 / rounds.length - 1)).toBeLessThan(4 / Math.sqrt(rounds.length));
  });
});

describe('SimBlock cases', () => {
  it.each(['600-stock-2019', '100-5s-all-compact', '50-1s-10kB-legacy'])('%s: delays within 10 %, stale share in its interval', (name) => {
    const c = caseNamed(name);
    const ours = SEEDS.slice(0, 3).map((seed) => figuresOf(runCase(c, seed)));
    for (const reference of [...(c.published === undefined ? [] : [c.published]), pool(c.runs)]) {
      expect(judge(c, 'test', reference, ours)).toMatchObject({ delaysPass: true, stalePass: true });
    }
  });
});

describe('determinism', () => {
  const small = scenarioOf({ ...caseNamed('100-5s-all-compact'), blocks: 40 }, 'golden');
  it('the trace hash of a fixed seed stays, and another seed gives another', () => {
    const first = run(small);
    expect(first.traceHash).toBe(run(small).traceHash);
    expect([first.traceHash.slice(0, 16), first.events]).toEqual(['4c97c8d4f7434985', 80966]);
    expect(run({ ...small, run: { ...small.run, seed: 'other' } }).traceHash).not.toBe(first.traceHash);
  });
  it('stops where told, and a recorded window shows causes that come before', () => {
    const whole = run(small);
    const part = run(small, { stopAt: { event: 10_000 }, window: { from: 9_001, to: 10_000 } });
    expect(part).toMatchObject({ partial: 'stopped', events: 10_000, fidelity: 'relay-model' });
    expect(part.checkpoints).toEqual(whole.checkpoints.slice(0, 1));
    expect(part.window.map((row) => row.event)).toEqual(Array.from({ length: 1000 }, (_, i) => 9_001 + i));
    expect(part.window.every((row) => row.cause < row.event)).toBe(true);
    expect(run(small, { stopAt: { atUs: whole.endUs / 2 } }).endUs).toBeLessThanOrEqual(whole.endUs / 2);
  });
});
