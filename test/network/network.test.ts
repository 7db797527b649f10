import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { paretoFactors } from '../../sim/kernel/distributions.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import { Network } from '../../sim/network/network.ts';
import { randomTopology } from '../../sim/network/topology.ts';
import type { RegionTable } from '../../sim/scenario/types.ts';

const key = seedKey('network', nobleCrypto);
/** Two regions: 10 ms within, 100 ms there, 120 ms back; 8 Mbit/s up and 16 down in one, 80 and 4 in the other. */
const TABLE = {
  latencyMs: [[10, 100], [120, 10]],
  uploadBps: [8_000_000, 80_000_000],
  downloadBps: [16_000_000, 4_000_000],
} as unknown as RegionTable;
/** Node 0 dials 1 and 2; 0 and 1 in the first region, 2 in the second. */
const make = (jitter = false, dropPpm = 0): Network =>
  new Network({ from: [0, 0], to: [1, 2] }, Uint8Array.of(0, 0, 1), TABLE, jitter ? paretoFactors(5) : undefined, dropPpm, key);

test('slots, directions and their ends', () => {
  const network = make();
  const [to1, to2] = [network.linkOf(0, 0), network.linkOf(0, 1)];
  expect([network.degree(0), network.degree(1), network.degree(2)]).toEqual([2, 1, 1]);
  expect([to1, to2].map((link) => [network.target(link), network.targetSlot(link), network.dialled(link), network.latencyUs(link)])).toEqual([[1, 0, true, 10_000], [2, 0, true, 100_000]]);
  const back = network.reverse(to2);
  expect([network.target(back), network.targetSlot(back), network.reverse(back), network.dialled(back), network.latencyUs(back)]).toEqual([0, 1, to2, false, 120_000]);
});

test('the upload is one queue for all links of a node, at the slower end’s rate; the other direction is its own', () => {
  const network = make();
  const [to1, to2] = [network.linkOf(0, 0), network.linkOf(0, 1)];
  expect(network.arrival(0, to1, 1_000, 0)).toBe(1_000 + 10_000); // 8 Mbit/s: 1 µs per byte
  expect(network.arrival(0, to2, 1_000, 0)).toBe(1_000 + 2_000 + 100_000); // behind the first; 4 Mbit/s down: 2 µs per byte
  expect(network.arrival(0, to1, 1_000, 50_000)).toBe(61_000); // free again
  expect(network.arrival(2, network.reverse(to2), 1_000, 0)).toBe(500 + 120_000); // min(80 up, 16 down)
  expect([network.bytes(to1), network.bytesOut[0], network.bytesIn(0), network.bytesIn(2), network.bytesTotal]).toEqual([2_000, 3_000, 1_000, 1_000, 4_000]);
});

test('a link never reorders, whatever the jitter; jitter has mean 1 and no message is early beyond its scale', () => {
  const network = make(true);
  const link = network.linkOf(0, 0);
  let last = 0;
  let sum = 0;
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    const arrival = network.arrival(0, link, 0, i * 1_000_000);
    sum += arrival - i * 1_000_000;
    expect(arrival - i * 1_000_000).toBeGreaterThanOrEqual(7_990);
  }
  expect(sum / count / 10_000).toBeCloseTo(1, 1);
  const close = make(true);
  let equal = 0;
  for (let i = 0; i < 2_000; i++) {
    const arrival = close.arrival(0, link, 0, i * 100);
    if (arrival === last) equal++;
    expect(arrival).toBeGreaterThanOrEqual(last);
    last = arrival;
  }
  expect(equal).toBeGreaterThan(100); // it did hold messages back
});

test('cuts count: a link is open when every fault that cut it has mended it; one direction leaves the other', () => {
  const network = make();
  const link = network.linkOf(0, 0);
  expect([network.cut(link, 1), network.cut(link, 1), network.isCut(link)]).toEqual([true, false, true]);
  expect([network.arrival(0, link, 100, 0), network.bytesTotal]).toEqual([-1, 0]);
  expect(network.arrival(1, network.reverse(link), 0, 0)).toBe(10_000);
  expect([network.cut(link, -1), network.isCut(link), network.cut(link, -1), network.isCut(link)]).toEqual([false, true, true, false]);
  expect(network.arrival(0, link, 100, 0)).toBe(10_100);
});

test('lost packets come 200 ms and a round trip late, as often as asked', () => {
  const network = make(false, 100_000);
  const link = network.linkOf(0, 0);
  const delays = Array.from({ length: 10_000 }, (_, i) => network.arrival(0, link, 0, i * 1_000_000) - i * 1_000_000);
  expect(new Set(delays)).toEqual(new Set([10_000, 10_000 + 200_000 + 20_000]));
  const late = delays.filter((delay) => delay > 10_000).length;
  expect([late === network.drops, late > 900 && late < 1_100]).toEqual([true, true]);
});

describe('topology', () => {
  const shape = fc.record({
    kinds: fc.array(fc.constantFrom('full', 'light', 'standby'), { minLength: 1, maxLength: 90 }),
    outbound: fc.integer({ min: 1, max: 8 }),
    inboundMax: fc.integer({ min: 2, max: 30 }),
    seed: fc.string(),
  });

  test('nobody dials itself, a light node, or the same twice; limits hold; whoever is awake is joined without sleepers or light nodes', () => {
    fc.assert(
      fc.property(shape, ({ kinds, outbound, inboundMax, seed }) => {
        const accepts = kinds.map((kind) => kind !== 'light');
        const standby = kinds.map((kind) => kind === 'standby');
        const { from, to } = randomTopology(accepts, standby, outbound, inboundMax, seedKey(seed, nobleCrypto));
        const root = kinds.indexOf('full');
        const pairs = from.map((x, i) => `${Math.min(x, to[i])}-${Math.max(x, to[i])}`);
        expect(new Set(pairs).size).toBe(pairs.length);
        kinds.forEach((kind, node) => {
          expect(from.some((x, i) => x === node && (to[i] === node || !accepts[to[i]]))).toBe(false);
          // One more where `connect` had to join a component.
          expect(from.filter((x) => x === node).length).toBeLessThanOrEqual(outbound + 1);
          if (node !== root) expect(to.filter((y) => y === node).length).toBeLessThanOrEqual(inboundMax);
          if (kind === 'light') expect(to.includes(node)).toBe(false);
        });
        if (root < 0) return;
        const reach = (through: (node: number) => boolean): Set<number> => {
          const seen = new Set([root]);
          for (const node of seen) if (through(node)) from.forEach((x, i) => (x === node ? seen.add(to[i]) : to[i] === node ? seen.add(x) : seen));
          return seen;
        };
        const awake = reach((node) => kinds[node] === 'full');
        const all = reach((node) => kinds[node] !== 'light');
        kinds.forEach((kind, node) => expect([kind === 'standby' || awake.has(node), all.has(node)]).toEqual([true, true]));
      }),
      // Light nodes take all that the two full ones accept, and would be all that joins them.
      { numRuns: 200, examples: [[{ kinds: ['light', 'light', 'full', 'full', 'light'], outbound: 2, inboundMax: 2, seed: '' }]] },
    );
  });

  test('at 1,313 nodes everybody has its outbound links, and taking a seed or a node away changes only what it must', () => {
    const accepts = Array<boolean>(1_313).fill(true);
    const standby = Array<boolean>(1_313).fill(false);
    const of = (seed: string) => randomTopology(accepts, standby, 8, 125, seedKey(seed, nobleCrypto));
    const { from } = of('1');
    const degrees = new Int32Array(1_313);
    for (const node of from) degrees[node]++;
    expect(new Set(degrees)).toEqual(new Set([8]));
    expect(of('1')).toEqual(of('1'));
    expect(of('11').to).not.toEqual(of('1').to);
  });
});
