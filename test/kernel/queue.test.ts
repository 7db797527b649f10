import { expect, test } from 'vitest';
import fc from 'fast-check';
import { Bug } from '../../engine/primitives/result.ts';
import { EventQueue } from '../../sim/kernel/queue.ts';

/** Delays that meet every path: same instant, same bucket (128 µs), ring (8.39 s), just around its end, far beyond and together. */
const delayUs = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 7_000_000 }),
  fc.integer({ min: 7_000_000, max: 12_000_000 }),
  fc.integer({ min: 512 * (2 ** 14 - 2), max: 512 * (2 ** 14 + 2) }),
  fc.constantFrom(20_000_000, 20_000_001, 40_000_000),
  fc.integer({ min: 0, max: 3_600_000_000 }),
);
/** A number pushes that far ahead of the last popped time; `pop` pops. */
const operations = fc.array(fc.oneof({ weight: 3, arbitrary: delayUs }, { weight: 2, arbitrary: fc.constant('pop' as const) }), { maxLength: 400 });

test('pops in order of time, then insertion, whatever is pushed when: against a sorted list', () => {
  fc.assert(
    fc.property(operations, (steps) => {
      const queue = new EventQueue();
      const model: { timeUs: number; label: number }[] = [];
      let label = 0;
      const pop = (): void => {
        const expected = model.sort((x, y) => x.timeUs - y.timeUs || x.label - y.label).shift();
        const slot = queue.pop();
        if (expected === undefined) return expect(slot).toBe(-1);
        const { timeUs, label: tag } = expected;
        const seen = [queue.time[slot], queue.sequence[slot], queue.type[slot], queue.to[slot], queue.a[slot], queue.ref[slot], queue.nowUs];
        expect(seen).toEqual([timeUs, tag, tag & 7, tag + 1, 9 - tag, `#${tag}`, timeUs]);
        queue.release(slot);
      };
      for (const step of steps) {
        if (step === 'pop') pop();
        else {
          model.push({ timeUs: queue.nowUs + step, label });
          queue.push(queue.nowUs + step, label & 7, label + 1, 9 - label, `#${label}`);
          label++;
        }
        expect(queue.size).toBe(model.length);
      }
      while (model.length > 0) pop();
      pop();
    }),
    { numRuns: 1_000 },
  );
});

test('a reserved number keeps its place whenever it is used, and a limit leaves what comes after it, and the clock, alone', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(delayUs, fc.boolean()), { maxLength: 60 }), fc.array(delayUs, { minLength: 1, maxLength: 20 }), (pushes, steps) => {
      const queue = new EventQueue();
      const first = queue.reserve(pushes.length);
      const model: { timeUs: number; order: number }[] = [];
      const seen: typeof model = [];
      let limitUs = 0;
      let at = 0;
      const pop = (): void => {
        for (let slot = queue.pop(limitUs); slot >= 0; slot = queue.pop(limitUs)) {
          seen.push({ timeUs: queue.time[slot], order: queue.sequence[slot] });
          queue.release(slot);
        }
        expect(queue.nowUs).toBeLessThanOrEqual(limitUs);
        expect(queue.nextUs).toBeGreaterThan(limitUs);
      };
      for (const step of steps) {
        // What is pushed after a stop at a limit may lie before everything that waits.
        for (const [delay, early] of pushes.slice(at, at + 4)) {
          const timeUs = limitUs + 1 + delay;
          const slot = early ? queue.push(timeUs, 0, 0, 0, undefined, first + at) : queue.push(timeUs, 0, 0, 0, undefined);
          model.push({ timeUs, order: queue.sequence[slot] });
          at++;
        }
        limitUs += step;
        pop();
      }
      limitUs = Infinity;
      for (let slot = queue.pop(); slot >= 0; slot = queue.pop()) seen.push({ timeUs: queue.time[slot], order: queue.sequence[slot] });
      expect(seen).toEqual(model.sort((x, y) => x.timeUs - y.timeUs || x.order - y.order));
    }),
    { numRuns: 500 },
  );
});

test('columns grow under load, slots are used again, and nothing may be pushed before now', () => {
  const queue = new EventQueue();
  for (let i = 0; i < 5_000; i++) queue.push((i * 7_919_000) % 40_000_000, 1, i, 0, undefined);
  let last = -1;
  for (let i = 0; i < 5_000; i++) {
    const slot = queue.pop();
    expect(queue.time[slot]).toBeGreaterThanOrEqual(last);
    last = queue.time[slot];
    queue.release(slot);
  }
  const columns = queue.time.length;
  for (let i = 0; i < 5_000; i++) queue.push(last, 1, i, 0, undefined);
  expect(queue.time.length).toBe(columns);
  for (const bad of [last - 1, Number.NaN]) expect(() => queue.push(bad, 0, 0, 0, undefined)).toThrow(Bug);
});
