/** Gas, results, stack and memory as an independent interpreter has them. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { generateModule } from '../../bench/work/wasm-modules.ts';
import { BinaryWriter } from '../../engine/starw/binary.ts';
import { BodyMeter } from '../../engine/starw/meter-body.ts';
import { decodeModule } from '../../engine/starw/module.ts';
import { Interpreter } from './interpreter.ts';
import { PRICES, runInterpreted, runMetered, STOPS, type Seen } from './machines.ts';

/**
 * What can be seen from outside. What stopped has its memory thrown away; and where gas ends inside a segment, the engine
 * stops at the segment's start, the interpreter at an instruction in it, or at a trap or call before that.
 */
function compare(metered: Seen, interpreted: Seen): void {
  if (!STOPS.includes(metered.ended)) return expect(metered).toEqual(interpreted);
  expect(metered.ended === 'out-of-gas' ? STOPS : [metered.ended]).toContain(interpreted.ended);
  expect([metered.gas, metered.atHost]).toEqual([interpreted.gas, interpreted.atHost]);
  if (metered.ended === 'trap') expect(metered.paid).toBe(interpreted.paid);
}

test.prop([fc.gen(), fc.constantFrom(50, 1_000, 10_000), fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 3, maxLength: 3 })], { numRuns: 200 })(
  'random modules: totals, results, gas at every host call, stack, memory, globals',
  (g, gas, args) => {
    const bytes = generateModule((max) => g(fc.integer, { min: 0, max }));
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind !== 'function') continue;
      compare(runMetered(bytes, name, args, gas), runInterpreted(bytes, name, args, gas));
    }
  },
);

test.prop([fc.gen()], { numRuns: 200 })('random modules: words of every frame', (g) => {
  const bytes = generateModule((max) => g(fc.integer, { min: 0, max }));
  const shape = decodeModule(bytes);
  const meter = new BodyMeter(shape, new BinaryWriter(0), { gas: 0, stack: 0, grow: 0, copy: 0, fill: 0 });
  const words = shape.bodies.map((body, i) => {
    meter.walk(body, shape.types[shape.functions[shape.importedFunctions + i]]);
    return meter.words;
  });
  expect(words).toEqual(new Interpreter(bytes, {}, PRICES).words);
});
