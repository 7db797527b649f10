import { expect, test } from 'vitest';
import fc from 'fast-check';
import { Bits, EMPTY_SET, Lanes, TxSet, popcount } from '../../engine/chain/tx-set.ts';

const handle = fc.oneof(fc.nat(70), fc.nat(2_000));
const handles = fc.array(handle, { maxLength: 60 });
const sorted = (set: Iterable<number>): number[] => [...set].sort((x, y) => x - y);

test('popcount is the number of ones', () => {
  fc.assert(fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (x) => void expect(popcount(x)).toBe((x >>> 0).toString(2).replaceAll('0', '').length)));
});

test('TxSet: members ascending and once, count, top, and a digest that tells sets apart', () => {
  fc.assert(
    fc.property(handles, handles, (x, y) => {
      const [a, b] = [TxSet.of(x), TxSet.of(y)];
      expect([...a]).toEqual(sorted(new Set(x)));
      expect([a.count, a.top]).toEqual([new Set(x).size, x.length === 0 ? -1 : Math.max(...x) >>> 5]);
      expect(a.digest === b.digest).toBe(String([...a]) === String([...b]));
    }),
  );
  expect([EMPTY_SET.count, EMPTY_SET.top]).toEqual([0, -1]);
});

const steps = fc.array(fc.tuple(fc.nat(2), fc.constantFrom('add', 'delete', 'addAll', 'deleteAll', 'clearWord', 'query'), handles), { maxLength: 40 });

test('Bits, three lanes of one table, are three plain sets', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const table = new Lanes(3);
      const lanes = [0, 1, 2].map((lane) => new Bits(table, lane));
      const models = lanes.map(() => new Set<number>());
      for (const [lane, step, list] of script) {
        const [bits, model, set] = [lanes[lane], models[lane], TxSet.of(list)];
        const [first = 0] = list;
        if (step === 'add') {
          bits.add(first);
          model.add(first);
        } else if (step === 'delete') {
          bits.delete(first);
          model.delete(first);
        } else if (step === 'addAll') {
          bits.addAll(set);
          for (const x of list) model.add(x);
        } else if (step === 'deleteAll') {
          bits.deleteAll(set);
          for (const x of list) model.delete(x);
        } else if (step === 'clearWord') {
          bits.reach(first >>> 5);
          bits.clearWord(first >>> 5);
          for (const x of [...model]) if (x >>> 5 === first >>> 5) model.delete(x);
        } else {
          const [common, missing] = [bits.common(set), bits.missing(set)];
          expect([[...common], [...missing]]).toEqual([sorted(set).filter((x) => model.has(x)), sorted(set).filter((x) => !model.has(x))]);
          expect([common.digest, missing.digest]).toEqual([TxSet.of(common).digest, TxSet.of(missing).digest]); // no empty words
          if (common.count === set.count) expect(common).toBe(set); // not a copy where nothing is left out
        }
        lanes.forEach((other, i) => expect([...other.snapshot()]).toEqual(sorted(models[i])));
        expect(bits.has(first)).toBe(model.has(first));
        expect([...bits.snapshot(2)]).toEqual(sorted(model).filter((x) => x >= 64));
      }
      table.clear();
      for (const bits of lanes) expect(bits.snapshot()).toBe(EMPTY_SET);
    }),
  );
});
