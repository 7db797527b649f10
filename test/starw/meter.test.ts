/** Gas, results, stack and memory as an independent interpreter has them, and totals that were counted by hand. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { generateModule } from '../../bench/work/wasm-modules.ts';
import { BinaryWriter } from '../../engine/starw/binary.ts';
import { BodyMeter } from '../../engine/starw/meter-body.ts';
import { decodeModule } from '../../engine/starw/module.ts';
import { Interpreter } from './interpreter.ts';
import { PRICES, runInterpreted, runMetered, STOPS, type Seen } from './machines.ts';
import { wat } from './wat.ts';

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

const UP = (local: number): string => `(local.set ${local} (i32.add (local.get ${local}) (i32.const 1)))`; // 4
const BELOW = (local: number, end: number): string => `(i32.lt_u (local.get ${local}) (i32.const ${end}))`; // 3

/** A function of one i32 and two more locals; `ret_len` of the host gives 7. */
it.each<[string, string, number, number, number]>([
  ['nothing is free but end and else', '(block (nop)) (if (i32.const 1) (then) (else)) (i32.const 5)', 0, 5, 2 + 2 + 1],
  ['the arm that is taken', '(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2) (drop) (i32.const 3)))', 1, 1, 3],
  ['the other arm', '(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2) (drop) (i32.const 3)))', 0, 3, 5],
  ['code behind return', '(return (i32.const 1)) (drop (i32.const 2)) (loop (br 0))', 0, 1, 2],
  ['br_table, first label', '(block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 20))) (i32.const 30)', 0, 10, 5 + 2],
  ['br_table, behind its labels', '(block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10))) (return (i32.const 20))) (i32.const 30)', 9, 30, 5 + 1],
  ['do … while', `(loop ${UP(0)} (br_if 0 ${BELOW(0, 3)})) (local.get 0)`, 0, 3, 3 * (1 + 4 + 3 + 1) + 1],
  ['while', `(loop (if ${BELOW(0, 3)} (then ${UP(0)} (br 1)))) (local.get 0)`, 0, 3, 4 * (1 + 3 + 1) + 3 * (4 + 1) + 1],
  ['while that never is', `(loop (if ${BELOW(0, 3)} (then ${UP(0)} (br 1)))) (local.get 0)`, 8, 8, 5 + 1],
  ['a loop that is left in the middle', `(block (loop (br_if 1 (i32.eq (local.get 0) (i32.const 3))) ${UP(0)} (br 0))) (local.get 0)`, 0, 3, 1 + 4 * (1 + 3 + 1) + 3 * (4 + 1) + 1],
  ['while inside while', `(loop (if ${BELOW(0, 2)} (then (local.set 1 (i32.const 0)) (loop (if ${BELOW(1, 3)} (then ${UP(1)} (br 1)))) ${UP(0)} (br 1)))) (local.get 0)`, 0, 2,
    3 * 5 + 2 * (2 + 4 * 5 + 3 * 5 + 4 + 1) + 1],
  ['back to the outer loop', `(loop ${UP(0)} (loop (if ${BELOW(0, 3)} (then (br 2))))) (local.get 0)`, 0, 3, 3 * (1 + 4 + 5) + 2 + 1],
  ['back on two ways, one of them a condition', `(loop (if ${BELOW(0, 9)} (then ${UP(0)} (br_if 1 ${BELOW(0, 4)}) ${UP(0)} (br 1)))) (local.get 0)`, 0, 9, 7 * 5 + 6 * (4 + 4) + 3 * (4 + 1) + 1],
  ['while the host says so', `(loop (if (i32.lt_u (local.get 0) (call $ret_len)) (then ${UP(0)} (br 1)))) (local.get 0)`, 0, 7, 8 * 5 + 7 * 5 + 1],
  ['recursion', '(if (result i32) (local.get 0) (then (i32.add (i32.const 2) (call $f (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))', 3, 6, 3 * (2 + 6) + 2 + 1],
  ['memory.grow', '(memory.grow (i32.const 2))', 0, 1, 2 + 2 * 8_192],
  ['memory.copy and memory.fill', '(memory.copy (i32.const 0) (i32.const 9) (i32.const 23)) (memory.fill (i32.const 0) (i32.const 9) (i32.const 24)) (i32.const 1)', 0, 1, 4 + 2 + 4 + 3 + 1],
])('%s', (_, body, argument, result, gas) => {
  const bytes = wat(`(module (import "star" "ret_len" (func $ret_len (result i32))) (memory (export "memory") 1) (func $f (export "f") (param i32) (result i32) (local i32 i32) ${body}))`);
  for (const run of [runMetered, runInterpreted]) {
    expect(run(bytes, 'f', [BigInt(argument)], 100_000)).toMatchObject({ ended: String(result), gas });
    // With as much as it takes it ends well, with one less it does not.
    expect(run(bytes, 'f', [BigInt(argument)], gas)).toMatchObject({ ended: String(result), gas });
    expect(run(bytes, 'f', [BigInt(argument)], gas - 1)).toMatchObject({ ended: 'out-of-gas', gas: gas - 1 });
  }
});
