import { expect, test } from 'vitest';
import fc from 'fast-check';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { CHECKPOINT_EVENTS, TraceHash } from '../../sim/kernel/trace-hash.ts';
import { crypto } from '../helpers/fixtures.ts';

type Event = [timeUs: number, type: number, to: number, digest: number];
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const event = fc.tuple(fc.integer({ min: 0, max: 2 ** 45 }), fc.integer({ min: 0, max: 15 }), fc.integer({ min: -1, max: 5_000 }), int32);

function hashOf(events: readonly Event[], identity = 'run'): TraceHash {
  const hash = new TraceHash(crypto, utf8(identity));
  for (const fields of events) hash.event(...fields);
  return hash;
}

test('any change of any field of any event, of their order or number, or of the run, changes the digest', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat(3), event, (events, at, field, other) => {
      const digest = hashOf(events).digest();
      expect(hashOf(events).digest()).toBe(digest);
      const index = at % events.length;
      const changed = events.map((fields): Event => [...fields]);
      changed[index][field] = other[field];
      if (other[field] !== events[index][field]) expect(hashOf(changed).digest()).not.toBe(digest);
      if (String(other) !== String(events[index])) {
        const swap = (pair: Event[]): string => hashOf([...events, ...pair]).digest();
        expect(swap([events[index], other])).not.toBe(swap([other, events[index]]));
      }
      expect(hashOf([...events, other]).digest()).not.toBe(digest);
      expect(hashOf(events, 'other run').digest()).not.toBe(digest);
    }),
    { numRuns: 500 },
  );
});

test('time counts beyond 32 bits: two hours are not 35 minutes', () => {
  expect(hashOf([[5, 1, 1, 1]]).digest()).not.toBe(hashOf([[5 + 2 ** 32, 1, 1, 1]]).digest());
});

test('checkpoints every 10,000 events; runs that differ once differ from the next checkpoint on, and not before', () => {
  const events = Array.from({ length: 3 * CHECKPOINT_EVENTS + 5 }, (_, i): Event => [i * 1000, i % 12, i % 50, Math.imul(i, 77)]);
  const one = hashOf(events);
  expect(one.checkpoints.map(({ event: number, atUs }) => [number, atUs])).toEqual([
    [10_000, 9_999_000],
    [20_000, 19_999_000],
    [30_000, 29_999_000],
  ]);
  const changed = events.map((fields): Event => [...fields]);
  changed[10_000][3] ^= 1; // the first event after the first checkpoint
  const other = hashOf(changed);
  expect(one.checkpoints.map(({ hash }, i) => hash === other.checkpoints[i].hash)).toEqual([true, false, false]);
  expect(other.digest()).not.toBe(one.digest());
});
