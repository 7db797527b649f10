/** The stream itself: when, who and what, as a function of scenario and seed. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { checkStateless } from '../../engine/tx/stateless.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import type { Stage } from '../../sim/scenario/types.ts';
import { Arrivals, expectedArrivals } from '../../sim/workload/arrivals.ts';
import type { Submission } from '../../sim/workload/workload.ts';
import { ALL_KINDS, kind, scenario, steady, workloadOf, type Built } from './little-chain.ts';
import { crypto } from '../helpers/fixtures.ts';

const ramp = (seconds: number, from: number, to: number): Stage => ({ durationUs: seconds * 1e6, fromMilliTps: from * 1e3, toMilliTps: to * 1e3 });

function timesOf(stages: readonly Stage[], seed: string): number[] {
  const arrivals = new Arrivals(stages, seedKey(seed, crypto));
  const times: number[] = [];
  for (let at = arrivals.next(); at !== undefined; at = arrivals.next()) times.push(at);
  return times;
}

/** All submissions, each confirmed at once when the chain would have: deterministic feedback, whatever was expected. */
function drain({ workload }: Built, limit = Infinity): Submission[] {
  const all: Submission[] = [];
  for (let next = workload.next(); next !== undefined && all.length < limit; next = workload.next()) {
    all.push(next);
    const { tag, transaction } = next;
    if (tag.intent === 'valid') workload.seen(transaction.id, 'success', Math.floor(next.atUs / 30e6), 1_700_000_000);
  }
  return all;
}

const digest = (submissions: readonly Submission[]): string[] => submissions.map(({ atUs, transaction }) => `${atUs} ${transaction.id}`);
const SMALL = scenario(ALL_KINDS, [steady(60, 5)]);

describe('arrivals', () => {
  /** Mean ± 5 standard deviations of a Poisson count: a fair stream leaves it once in two million seeds. */
  test.each([
    ['steady', [steady(600, 20)], [0, 600], 12_000],
    ['a ramp, first half', [ramp(600, 0, 60)], [0, 300], 4_500],
    ['a ramp, second half', [ramp(600, 0, 60)], [300, 600], 13_500],
    ['falling to nothing', [ramp(600, 60, 0)], [0, 300], 13_500],
    ['after a silent stage', [steady(300, 0), steady(300, 20)], [300, 600], 6_000],
    ['during a silent stage', [steady(300, 0), steady(300, 20)], [0, 300], 0],
  ] as const)('%s: as many as the rate says', (_, stages, [from, to], mean) => {
    const count = timesOf(stages, 'rates').filter((at) => at >= from * 1e6 && at < to * 1e6).length;
    expect(Math.abs(count - mean)).toBeLessThanOrEqual(5 * Math.sqrt(mean));
  });

  test('gaps are exponential: a Kolmogorov–Smirnov distance below its 10^-6 bound', () => {
    const times = timesOf([steady(600, 20)], 'gaps');
    const gaps = times.slice(1).map((at, i) => at - times[i]).sort((x, y) => x - y);
    const distance = Math.max(...gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap / 50_000) - (i + 0.5) / gaps.length)));
    expect(distance).toBeLessThan(2.7 / Math.sqrt(gaps.length));
  });

  const stage = fc.record({
    durationUs: fc.integer({ min: 1, max: 100_000_000 }),
    fromMilliTps: fc.integer({ min: 0, max: 50_000 }),
    toMilliTps: fc.integer({ min: 0, max: 50_000 }),
  });
  property.prop([fc.array(stage, { minLength: 1, maxLength: 5 }), fc.string()])('never descend, and end with the stages', (stages, seed) => {
    const times = timesOf(stages, seed);
    const end = stages.reduce((sum, { durationUs }) => sum + durationUs, 0);
    expect(times.every((at, i) => Number.isInteger(at) && at >= (times[i - 1] ?? 0) && at <= end)).toBe(true);
    const mean = expectedArrivals(stages);
    expect(Math.abs(times.length - mean)).toBeLessThanOrEqual(6 * Math.sqrt(mean) + 24);
  });
});

describe('the stream', () => {
  test('is the same for the same seed, and with either crypto backend; another for another seed', () => {
    const first = digest(drain(workloadOf(SMALL)));
    expect(digest(drain(workloadOf(SMALL)))).toEqual(first);
    expect(digest(drain(workloadOf(SMALL, {}, '1', nobleCrypto), 40))).toEqual(first.slice(0, 40));
    expect(digest(drain(workloadOf(SMALL, {}, '11'))).some((line) => first.includes(line))).toBe(false);
  });

  test('keeps its times when the mix, the accounts or the answers change', () => {
    const times = drain(workloadOf(SMALL)).map(({ atUs }) => atUs);
    const others = [
      scenario(ALL_KINDS.slice(1), [steady(60, 5)]),
      scenario([...ALL_KINDS, { invalid: ['high-s'], weightPpm: 20 }], [steady(60, 5)]),
      scenario(ALL_KINDS, [steady(60, 5)], 7),
    ];
    for (const other of others) expect(drain(workloadOf(other)).map(({ atUs }) => atUs)).toEqual(times);
    const { workload } = workloadOf(SMALL);
    const unanswered: number[] = [];
    for (let at = workload.peek(); at !== undefined; at = workload.peek()) unanswered.push(workload.next()!.atUs);
    expect(unanswered).toEqual(times);
  });

  test('is really signed: every transaction decodes from its bytes and passes the stateless checks', () => {
    const built = workloadOf(SMALL);
    const context = { params: built.genesis.params, genesisHash: built.genesis.hash, crypto };
    for (const { transaction } of drain(built)) {
      const decoded = decodeTransaction(transaction.bytes, crypto);
      expect(decoded.ok && decoded.value).toEqual(transaction);
      expect(checkStateless(transaction, context)).toBeUndefined();
    }
  });

  test('gives each sender consecutive nonces, and popular accounts more of them', () => {
    const submissions = drain(workloadOf(scenario([kind('transfer', 1, 'STR')], [steady(300, 10)])));
    const nonces = new Map<number, number>();
    for (const { tag, transaction } of submissions) {
      expect(transaction.nonce).toBe(nonces.get(tag.sender) ?? 0);
      nonces.set(tag.sender, transaction.nonce + 1);
    }
    // Zipf 0.9 over 60 accounts: the first has 1 / Σ k^-0.9 = 17.4 % of 3,000, give or take 5 standard deviations.
    expect(Math.abs(nonces.get(0)! - 522)).toBeLessThan(5 * Math.sqrt(522 * 0.826));
    expect(nonces.get(0)!).toBeGreaterThan(nonces.get(30) ?? 0);
  });

  test('mixes by weight', () => {
    const entries = [kind('transfer', 50, 'STR'), kind('nft_mint', 30), kind('contract_call', 20)];
    const submissions = drain(workloadOf(scenario(entries, [steady(300, 10)])));
    for (const [name, share] of [['transfer', 0.5], ['nft_mint', 0.3], ['contract_call', 0.2]] as const) {
      const count = submissions.filter(({ tag }) => tag.kind === name).length;
      const deviation = Math.sqrt(submissions.length * share * (1 - share));
      expect(Math.abs(count - submissions.length * share), name).toBeLessThan(5 * deviation);
    }
  });

  test('never has more than 500 of an account under way, however few accounts there are', () => {
    const { workload } = workloadOf(scenario([kind('transfer', 1, 'STR')], [steady(120, 10)], 2));
    let offered = 0;
    while (workload.next() !== undefined) offered++;
    expect(offered).toBe(1_000);
    expect(workload.statistics.idle).toBeGreaterThan(100);
  });
});
