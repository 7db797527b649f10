/** A short run of the gate's fuzzer; `node bench/start.mjs starw-gate-fuzz --seconds 600` is the long one. */
import { expect, it } from 'vitest';
import { fuzzGate } from '../../bench/work/gate-fuzz.ts';

it('changed modules: nothing thrown, nothing accepted that does not validate, meter and run', () => {
  const { counts, finding } = fuzzGate(2026, ({ modules }) => modules < 4_000, () => performance.now());
  expect(finding).toBeUndefined();
  // A fuzzer that only made nonsense would find nothing.
  expect(counts.accepted).toBeGreaterThan(100);
  expect([...counts.refused.keys()]).toEqual(expect.arrayContaining(['invalid', 'import', 'limit', 'instruction']));
});
