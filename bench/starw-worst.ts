/**
 * What one gas buys at worst, in process CPU time: instructions and host functions in loops, calls of contracts, entering code
 * that has to be compiled first, and having code judged that is then refused or deployed.
 *
 *     node bench/start.mjs starw-worst [--only PART-OF-A-NAME]
 *
 * Prices are chosen so that nothing buys more than about 20 ns per gas, or 30 where code must be compiled (2026, one core of a shared machine).
 * Last output: results/starw-worst.txt.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import loadWabt from 'wabt';
import type {} from '../engine/webassembly.d.ts';
import { GAS } from '../engine/params/params.ts';
import { VM_LIMITS } from '../engine/params/vm.ts';
import { Vm } from '../engine/starw/execute.ts';
import { checkContract } from '../engine/starw/gate.ts';
import { HOST_FUNCTIONS } from '../engine/starw/imports.ts';
import { MemoryState } from '../engine/starw/memory-state.ts';
import { meterModule } from '../engine/starw/meter.ts';
import { TYPE } from '../engine/starw/module.ts';
import type { ContractCode } from '../engine/starw/types.ts';

const wabt = await loadWabt();
const { values: { only = '' } } = parseArgs({ options: { only: { type: 'string' } } });

const typeName = (type: number): string => (type === TYPE.i32 ? 'i32' : 'i64');
const IMPORTS = Object.entries(HOST_FUNCTIONS).map(([name, [params, results]]) =>
  `(import "star" "${name}" (func $${name} (param ${params.map(typeName).join(' ')}) (result ${results.map(typeName).join(' ')})))`).join('\n');
const many = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join(' ');

function codeOf(text: string): ContractCode {
  const parsed = wabt.parseWat('worst.wat', text, { bulk_memory: true, sign_extension: true });
  const bytes = Uint8Array.from(parsed.toBinary({}).buffer);
  parsed.destroy();
  return { hash: createHash('sha256').update(bytes).digest('hex'), bytes };
}

const address = (i: number): string => i.toString(16).padStart(40, '0');
const CALLER = address(9);
const CONTRACT = address(1);
/** Addresses 2 and 1, as a contract's memory has them at 0 and 32. */
const ADDRESSES = many(2, (i) => `(data (i32.const ${32 * i}) "${many(20, (k) => (k < 19 ? '\\00' : `\\0${2 - i}`)).replaceAll(' ', '')}")`);
const contract = (body: string, fields = '', pages = 1): string =>
  `(module ${IMPORTS} (memory (export "memory") ${pages}) ${ADDRESSES} ${fields} (func (export "call") (local $i i32) (local $j i64) (local $k i32) ${body}))`;
const loop = (times: number, body: string): string => `(loop $l ${body} (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const ${times}))))`;
const call = (to = 0, gas = -1): string => `(drop (call $call (i32.const ${to}) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const ${gas})))`;

/** Compiled once, called again and again; others at addresses 2, 256, 257 … */
const WARM: readonly (readonly [name: string, text: string, others?: readonly string[]])[] = [
  ['remainders of 64 bits', contract(loop(3_000, many(30, () => '(local.set $j (i64.rem_u (i64.const -1) (i64.or (local.get $j) (i64.const 3))))')))],
  ['loads all over 1 MiB', contract(loop(100_000, '(local.set $k (i32.load (i32.and (i32.add (i32.mul (local.get $k) (i32.const 1664525)) (local.get $i)) (i32.const 1048572))))'), '', 16)],
  ['calls of functions with 1,000 locals', contract(loop(5_000, '(call $f)'), `(func $f (local ${'i64 '.repeat(1_000)}))`)],
  ['calls through the table', contract(loop(30_000, '(call_indirect (i32.and (local.get $i) (i32.const 1)))'), '(table 2 funcref) (elem (i32.const 0) $f $g) (func $f) (func $g (local i32))')],
  ['memory.fill, 64 KiB', contract(loop(300, '(memory.fill (i32.const 0) (local.get $i) (i32.const 65536))'))],
  ['memory.fill, 7 bytes', contract(loop(30_000, '(memory.fill (i32.const 0) (local.get $i) (i32.const 7))'))],
  ['memory.copy, 64 KiB', contract(loop(300, '(memory.copy (i32.const 0) (i32.const 65536) (i32.const 65536))'), '', 2)],
  ['memory.grow by nothing', contract(loop(10_000, '(drop (memory.grow (i32.const 0)))'))],
  ['gas_left', contract(loop(30_000, '(drop (call $gas_left))'))],
  ['value', contract(loop(30_000, '(drop (call $value))'))],
  ['caller', contract(loop(30_000, '(call $caller (i32.const 128))'))],
  ['block', contract(loop(30_000, '(call $block (i32.const 128))'))],
  ['ret, nothing', contract(loop(30_000, '(call $ret (i32.const 0) (i32.const 0))'))],
  ['ret, 16 KiB', contract(loop(3_000, '(call $ret (i32.const 0) (i32.const 16384))'))],
  ['emit, nothing', contract(loop(250, '(call $emit (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))'))],
  ['balance', contract(loop(10_000, '(drop (call $balance (i32.const 0)))'))],
  ['storage_get, no entry', contract(loop(5_000, '(i32.store (i32.const 64) (local.get $i)) (drop (call $storage_get (i32.const 64) (i32.const 64) (i32.const 0) (i32.const 0)))'))],
  ['storage_set, the same', contract(loop(5_000, '(call $storage_set (i32.const 64) (i32.const 64) (i32.const 0) (i32.const 1))'))],
  ['storage_set, 16 KiB', contract(loop(1_000, '(call $storage_set (i32.const 64) (i32.const 64) (i32.const 0) (i32.const 16384))'))],
  ['storage_delete, no entry', contract(loop(5_000, '(i32.store (i32.const 64) (local.get $i)) (call $storage_delete (i32.const 64) (i32.const 64))'))],
  ['memory that grew', contract('(drop (memory.grow (i32.const 1)))')],
  ['a contract of 1 page', contract(loop(300, call())), [contract('')]],
  ['a contract of 16 pages', contract(loop(300, call())), [contract('', '', 16)]],
  ['a contract that traps', contract(loop(300, call(0, 18_500))), [contract('(call $storage_delete (i32.const 0) (i32.const 0))')]],
  ['a contract whose memory grows', contract(loop(100, call())), [contract('(drop (memory.grow (i32.const 1)))')]],
  ['itself, 60 deep', contract(`(call $reentry (i32.const 1)) ${call(32)}`)],
  ['250 contracts in turn', contract(loop(250, `(i32.store8 (i32.const 18) (i32.const 1)) (i32.store8 (i32.const 19) (local.get $i)) ${call()}`)), Array.from({ length: 250 }, (_, i) => contract(`(drop (i32.const ${i}))`))],
];

/** Compiled anew each time: `call` calls every function. */
const functions = (count: number, body: string, locals = 'i32 i64 i64', fields = ''): string =>
  contract(`(drop (i32.const VARIANT)) ${many(count, (i) => `(call $f${i})`)}`, `${fields} ${many(count, (i) => `(func $f${i} (local ${locals}) ${body})`)} (func $empty)`);
const COLD: readonly (readonly [name: string, text: string])[] = [
  ['an empty contract', functions(0, '')],
  ['100 functions', functions(100, '(drop (call $gas_left)) (drop (call $gas_left))')],
  ['1,000 functions', functions(1_000, many(20, () => '(nop)'))],
  ['additions', functions(3, many(8_000, () => '(local.set 1 (i64.add (local.get 1) (local.get 2)))'))],
  ['divisions', functions(3, `(local.set 2 (i64.const 1)) ${many(8_000, () => '(local.set 1 (i64.div_s (local.get 1) (local.get 2)))')}`)],
  ['stores', functions(3, many(8_000, () => '(i64.store (local.get 0) (i64.const 0))'))],
  ['ifs', functions(3, many(7_000, () => '(if (local.get 0) (then (nop)))'))],
  ['loops', functions(3, many(1_000, () => `(loop (br_if 0 (local.get 0))) ${many(10, () => '(nop)')}`))],
  ['ifs among 50 locals', functions(3, many(1_500, (i) => `(if (local.get ${i % 50}) (then (local.set ${(7 * i) % 50} (local.get ${(3 * i) % 50})) ${many(6, () => '(nop)')}))`), 'i32 '.repeat(50))],
  ['calls', functions(3, many(7_000, () => '(call $empty) (nop) (nop) (nop) (nop)'))],
  ['calls through the table', functions(1, `(if (local.get 0) (then ${many(9_000, () => '(call_indirect (local.get 0))')}))`, 'i32', '(table 1 funcref)')],
  ['host calls', functions(3, many(9_000, () => '(drop (call $gas_left)) (nop) (nop)'))],
  ['memory.grow', functions(1, `(if (local.get 0) (then ${many(9_000, () => '(local.set 0 (memory.grow (local.get 0)))')}))`)],
  ['labels', functions(3, many(40, () => `(block (block (block (br_table ${'0 1 2 '.repeat(300)} (local.get 0)))))`))],
  ['exports', contract('(drop (i32.const VARIANT))', many(240, (i) => `(func (export "f${i}") (param i32))`))],
  ['table', contract('(drop (i32.const VARIANT))', `(table 4096 funcref) (func $f) (elem (i32.const 0) ${'$f '.repeat(4_096)})`)],
];

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function execute(vm: Vm, state: MemoryState, name: string): number {
  const outcome = vm.execute(state, { round: 1, time: 1 }, { contract: CONTRACT, caller: CALLER, value: 0n, input: new Uint8Array(0), gas: VM_LIMITS.gas });
  if (outcome.status !== 'ok') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  state.settle();
  return outcome.gasUsed;
}

function print(name: string, gas: number, us: number): void {
  console.log(`${name.padEnd(40)}${((1_000 * us) / gas).toFixed(2).padStart(8)} ns per gas ${us.toFixed(1).padStart(12)} µs ${String(gas).padStart(10)} gas`);
}

for (const [name, text, others = []] of WARM) {
  if (!name.includes(only)) continue;
  const [vm, state] = [new Vm(), new MemoryState()];
  state.codes.set(CONTRACT, codeOf(text));
  others.forEach((other, i) => state.codes.set(address(others.length === 1 ? 2 : 256 + i), codeOf(other)));
  let [least, gas] = [Infinity, 0];
  for (let turn = 0; turn < 12; turn++) {
    const start = cpu();
    let calls = 0;
    do {
      gas = execute(vm, state, name);
      calls++;
    } while (cpu() - start < 10_000);
    least = Math.min(least, (cpu() - start) / calls);
  }
  print(name, gas, least);
}

console.log('\ncode that must be compiled');
for (const [name, text] of COLD) {
  if (!name.includes(only)) continue;
  const state = new MemoryState();
  let [least, gas] = [Infinity, 0];
  // Our own code gets hot with the first ones; collecting what the engine compiled is part of the price.
  for (let turn = 0; turn < 8; turn++) {
    const codes = Array.from({ length: 12 }, (_, i) => codeOf(text.replace('VARIANT', String(100_000 + 12 * turn + i))));
    const start = cpu();
    for (const code of codes) {
      state.codes.set(CONTRACT, code);
      gas = execute(new Vm(), state, name);
    }
    least = Math.min(least, (cpu() - start) / codes.length);
  }
  print(name, gas, least);
}

/** Refused for what compilers would have to join, or by the last instruction of all. */
const REFUSED: readonly (readonly [name: string, text: string])[] = [
  ['loops among 1,000 locals', functions(3, many(15_000, () => '(loop)'), 'i64 '.repeat(1_000))],
  ['a float at the end', contract(`(drop (i32.const VARIANT)) ${many(20_000, () => '(nop) (nop)')} (drop (f32.const 1))`)],
  ['many functions', functions(4_000, '')],
];

console.log('\ngate and metering, for the intrinsic gas of a deployment');
for (const [name, text] of [...COLD, ...REFUSED]) {
  if (!name.includes(only)) continue;
  const { bytes } = codeOf(text.replace('VARIANT', '100000'));
  let least = Infinity;
  for (let turn = 0; turn < 30; turn++) {
    const start = cpu();
    const checked = checkContract(bytes);
    if (checked.ok) meterModule(checked.value);
    least = Math.min(least, cpu() - start);
  }
  print(name, GAS.base + GAS.storage * Math.ceil(bytes.length / GAS.storageUnitBytes), least);
}
