/** The price of entering a contract: by the length of its code and the memory it starts with, compiled already or not. */
import { expect, it } from 'vitest';
import { VM_GAS } from '../../engine/params/vm.ts';
import { ModuleCache } from '../../engine/starw/cache.ts';
import { Instance } from '../../engine/starw/instance.ts';
import type { ContractCode } from '../../engine/starw/types.ts';
import { wat } from './wat.ts';
import { account, contract, ENTRY, world } from './world.ts';

/** A contract that costs two instructions, of `pages`, `more` functions and a data segment. */
const sized = (bytes: number, pages: number, more = 0): Uint8Array<ArrayBuffer> =>
  wat(`(module (memory (export "memory") ${pages}) (data (i32.const 0) "${'x'.repeat(bytes)}") (func (export "call") (drop (i32.const 1))) ${'(func)'.repeat(more)})`);
const code = (i: number): ContractCode => ({ hash: account(String(i)), bytes: sized(i, 1) });

it.each([[0, 1, 0], [0, 16, 0], [1_900, 1, 0], [2_100, 1, 0], [60_000, 2, 0], [0, 1, 100]])('%i bytes of data, %i pages, %i further functions', (data, pages, more) => {
  const a = sized(data, pages, more);
  const { call } = world({ a });
  const price = 8 * Math.max(a.length, 2_048) + 256 * (1 + more) + 1_024 * pages;
  expect([1, 2, 3].map(() => call())).toEqual([1, 2, 3].map(() => expect.objectContaining({ status: 'ok', gasUsed: price + 2 })));
  expect(call({ gas: price + 1 })).toMatchObject({ status: 'trapped', fault: 'out-of-gas', gasUsed: price + 1 });
  expect(call({ gas: price - 1 })).toMatchObject({ status: 'trapped', fault: 'out-of-gas', gasUsed: price - 1 });
});

it('code that cannot be paid is not compiled', () => {
  const { call, state, vm } = world({ a: contract('') });
  // Would be a bug if it were looked at: nobody accepted it.
  state.codes.set(account('f'), { hash: account('f'), bytes: new Uint8Array(4_000) });
  expect(call({ to: 'f', gas: VM_GAS.entryByte * 4_000 - 1 })).toMatchObject({ status: 'trapped', fault: 'out-of-gas' });
  expect(() => call({ to: 'f' })).toThrow('never accepted');
  expect(vm.execute(state, { round: 1, time: 1 }, { contract: account('a'), caller: account('e'), value: 0n, input: new Uint8Array(0), gas: ENTRY }, 'deploy')).toMatchObject({ status: 'ok', gasUsed: ENTRY });
});

it('what is kept is bounded in number and in bytes, and what was used last stays', () => {
  const few = new ModuleCache({ modules: 3, bytes: 1_000_000 });
  const kept = [1, 2, 3].map((i) => few.get(code(i)));
  few.get(code(1));
  few.get(code(4));
  expect(few.size).toEqual({ modules: 3, bytes: [1, 3, 4].reduce((sum, i) => sum + code(i).bytes.length, 0), idle: 0 });
  expect([few.get(code(1)) === kept[0], few.get(code(2)) === kept[1]]).toEqual([true, false]);
  const short = new ModuleCache({ modules: 100, bytes: 2_500 });
  for (const i of [1_000, 1_001, 1_002]) short.get(code(i));
  expect(short.size.modules).toBe(2);
  // One that is longer than everything that may be kept is kept alone.
  short.get(code(3_000));
  expect(short.size).toEqual({ modules: 1, bytes: code(3_000).bytes.length, idle: 0 });
});

it('what is thrown out while it runs leaves nothing behind', () => {
  const cache = new ModuleCache({ modules: 1, bytes: 1_000_000 });
  const first = cache.get(code(1));
  const instance = new Instance(first.module, first.memory, () => ({}));
  cache.get(code(2));
  cache.give(first, instance);
  expect([cache.size.idle, cache.take(first)]).toEqual([0, undefined]);
  cache.give(cache.get(code(2)), instance);
  expect(cache.size.idle).toBe(1);
});

it('where there is no room for another memory, idle instances make room', () => {
  const cache = new ModuleCache();
  const contract = cache.get(code(1));
  /** As engines do where address space has run out, so many times. */
  const scarce = (times: number) => (): WebAssembly.Imports => {
    if (times-- > 0) throw new RangeError('could not allocate memory');
    return {};
  };
  expect(() => cache.instantiate(contract, scarce(1))).toThrow(RangeError);
  cache.give(contract, cache.instantiate(contract, scarce(0)));
  const made = cache.instantiate(contract, scarce(1));
  expect([made.entry('call') !== undefined, cache.size.idle]).toEqual([true, 0]);
});
