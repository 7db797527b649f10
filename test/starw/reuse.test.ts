/** Instances are used again: no call may notice. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { generateModule } from '../../bench/work/wasm-modules.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { decodeModule, TYPE } from '../../engine/starw/module.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import { account, contract, ENTRY, world } from './world.ts';

const call = (vm: Vm, bytes: Uint8Array, name: string, args: readonly (number | bigint)[]): Outcome =>
  vm.run(new MemoryState(), { round: 1, time: 2 }, { contract: account('a'), caller: account('e'), value: 0n, input: new Uint8Array(0), gas: 5_000 + ENTRY }, { hash: account('0'), bytes }, name, args);

test.prop([fc.gen(), fc.array(fc.nat(9), { minLength: 2, maxLength: 6 })], { numRuns: 100 })('random modules: a used instance answers as a new one', (g, order) => {
  const bytes = generateModule((max) => g(fc.integer, { min: 0, max }));
  const { exports, functions, types } = decodeModule(bytes);
  const entries = exports.filter(({ kind }) => kind === 'function').map(({ name, index }) => ({ name, params: types[functions[index]].params }));
  const vm = new Vm();
  for (const step of order) {
    const { name, params } = entries[step % entries.length];
    const args = params.map((type) => (type === TYPE.i64 ? BigInt(step) : step));
    expect(call(vm, bytes, name, args)).toEqual(call(new Vm(), bytes, name, args));
  }
});

it('memory that grew, globals, and what a trap left behind are gone', () => {
  const body = `(if (i32.or (i32.ne (memory.size) (i32.const 1)) (i32.or (i32.load (i32.const 60000)) (global.get $g))) (then (call $revert (i32.const 0) (i32.const 1))))
    (global.set $g (i32.const 5)) (i32.store (i32.const 60000) (i32.const 1))
    (if (call $input_len) (then (drop (memory.grow (i32.const 1))) (if (i32.eq (call $input_len) (i32.const 2)) (then unreachable))))`;
  const { call: again } = world({ a: contract(body, '(global $g (mut i32) (i32.const 0))') });
  expect([[], [], [1], [], [1, 2], [], [1]].map((input) => again({ input }).status)).toEqual(['ok', 'ok', 'ok', 'ok', 'trapped', 'ok', 'ok']);
});
