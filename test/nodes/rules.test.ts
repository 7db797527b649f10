/** The rules around nodes that need no run: activation, delegation, the mining oracle, who takes part. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import { activationStep } from '../../sim/nodes/activation.ts';
import { DELEGATES, Delegation } from '../../sim/nodes/delegation.ts';
import { MiningOracle } from '../../sim/nodes/mining.ts';
import { populate } from '../../sim/nodes/population.ts';
import { SMALL, loaded } from '../scenario/helpers.ts';

const key = seedKey('nodes', nobleCrypto);

/** Document, NETWORK INFRASTRUCTURE › Dynamic Network Simulator: ceil(currentTPMS / 100), at most 10 more at a time. */
test.each([
  ['idle', 0, 4, 100, 0, 0],
  ['one node carries 100', 100, 1, 100, 1, 0],
  ['a hundredth more needs another', 100.01, 1, 100, 2, 1],
  ['10 at a time', 5_000, 4, 1_000, 50, 10],
  ['the rest at the next tick', 5_000, 44, 1_000, 50, 6],
  ['never fewer', 100, 40, 100, 1, 0],
  ['only who is there', 1_000_000, 1_310, 3, 10_000, 3],
  ['1,313 nodes are not the 10,000 that the target needs', 1_000_000, 1_313, 0, 10_000, 0],
])('activation as printed: %s', (_, tpms, active, standby, required, toActivate) => {
  expect(activationStep(tpms * 1_000, 100_000, active, standby)).toEqual({ required, toActivate });
});

describe('delegation (D14)', () => {
  const nodes = fc.uniqueArray(fc.nat(400), { minLength: 4, maxLength: 60 }).map((list) => list.sort((x, y) => x - y));
  const of = (active: readonly number[]): Delegation => {
    const delegation = new Delegation(key, 401, 1_000);
    delegation.setActive(active, active);
    return delegation;
  };

  test('taking a node away moves only its senders, each to its next best; bringing one back takes only what is its own', () => {
    fc.assert(
      fc.property(nodes, fc.nat(), (active, pick) => {
        const gone = active[pick % active.length];
        const [all, rest] = [of(active), of(active.filter((node) => node !== gone))];
        for (let sender = 0; sender < 60; sender++) {
          const before = all.delegatesOf(sender);
          expect([before.length, new Set(before).size]).toEqual([DELEGATES, DELEGATES]);
          expect(rest.delegatesOf(sender).slice(0, before.filter((node) => node !== gone).length)).toEqual(before.filter((node) => node !== gone));
        }
      }),
    );
  });

  test('senders are spread evenly, by themselves and not by their numbers', () => {
    const delegation = of([...Array(20).keys()]);
    const load = new Int32Array(20);
    for (let sender = 0; sender < 20_000; sender++) load[delegation.delegatesOf(sender)[0]]++;
    for (const senders of load) expect(Math.abs(senders - 1_000)).toBeLessThan(150); // σ is 31
  });

  test('a delegate takes its capacity, and a second of backlog, then refuses until time has passed', () => {
    const delegation = new Delegation(key, 2, 100_000); // 100 TPMS: 10 µs each
    let taken = 0;
    while (delegation.take(0, 0)) taken++;
    expect(taken).toBe(100_001);
    expect([delegation.take(1, 0), delegation.take(0, 9), delegation.take(0, 10), delegation.take(0, 10)]).toEqual([true, false, true, false]);
  });

  test('beyond the delegates any full node stands in, also where delegates are validators only; with nobody there is nobody', () => {
    const delegation = new Delegation(key, 10, 1_000);
    delegation.setActive([7], [1, 7, 9]);
    expect(delegation.delegatesOf(5)).toEqual([7]);
    expect(new Set(Array.from({ length: 60 }, (_, attempt) => delegation.anyOf(5, attempt)))).toEqual(new Set([1, 7, 9]));
    delegation.setActive([], []);
    expect([delegation.delegatesOf(5), delegation.anyOf(5, 0)]).toEqual([[], -1]);
  });
});

test('mining oracle: the mean is interval × work / share, and only the last draw of a miner that goes on is good', () => {
  const oracle = new MiningOracle(key, Float64Array.of(0.25, 0.75, 0), 30, 1_000n);
  const mean = (node: number, work: bigint): number => Array.from({ length: 20_000 }, () => oracle.draw(node, work).delayUs).reduce((x, y) => x + y) / 20_000 / 30e6;
  expect(mean(0, 1_000n) / 4).toBeCloseTo(1, 1);
  expect((mean(1, 2_000n) * 0.75) / 2).toBeCloseTo(1, 1);
  const [first, second] = [oracle.draw(0, 1_000n), oracle.draw(0, 1_000n)];
  expect([oracle.isCurrent(0, first.ticket), oracle.isCurrent(0, second.ticket), oracle.mines(2)]).toEqual([false, true, false]);
  oracle.stop(0);
  expect(oracle.isCurrent(0, second.ticket)).toBe(false);
});

test('who takes part: in order of kind, power adds up to 1 among miners only, regions as their shares, standby as declared', () => {
  const { scenario } = loaded(
    SMALL.replace('totalNodes: 8', 'totalNodes: 2000').replace('{ count: 4 }', '{ count: 10, hashPower: { distribution: zipf, s: 1 } }\n  validator: { count: 5, standby: true }\n  light: { count: 7 }'),
  );
  const { kind, power, region, standby } = populate(scenario, key);
  const count = (first: number, name: string): number => kind.slice(first).findIndex((k) => k !== name);
  expect([count(0, 'mining'), count(10, 'validator'), count(15, 'full'), kind.slice(1_993).every((k) => k === 'light')]).toEqual([10, 5, 1_978, true]);
  expect(power.reduce((x, y) => x + y)).toBeCloseTo(1, 12);
  expect([power[0] / power[9], power[10]]).toEqual([expect.closeTo(10, 9), 0]);
  expect([standby.slice(0, 10).some(Boolean), standby.slice(10, 15).every(Boolean), standby.slice(15).some(Boolean)]).toEqual([false, true, false]);
  const share = scenario.network.regions.nodeSharePpm;
  for (const [i, ppm] of [...share].entries()) expect(Math.abs(region.filter((r) => r === i).length / 2_000 - ppm / 1e6)).toBeLessThan(0.05);
});
