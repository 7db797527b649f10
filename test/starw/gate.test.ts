/** The gate: what it refuses, with the offence and where it stands, and what it lets through. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import { Malformed } from '../../engine/starw/binary.ts';
import { checkContract, checkModule } from '../../engine/starw/gate.ts';
import { meterModule } from '../../engine/starw/meter.ts';
import { decodeModule } from '../../engine/starw/module.ts';
import { Walker } from '../../engine/starw/walk.ts';
import { contractOf, generateModule } from '../../bench/work/wasm-modules.ts';
import { wat } from './wat.ts';
import { contract as everyImport } from './world.ts';

const refusal = (bytes: Uint8Array): unknown => {
  const result = checkContract(bytes);
  return result.ok ? (meterModule(result.value) as { error?: unknown }).error : result.error;
};
/** A contract whose `call` has this body; `fields` stand before it. */
const contract = (body: string, fields = '(memory (export "memory") 1)'): string => `(module ${fields} (func (export "call") ${body}))`;
const many = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join(' ');

const repeat = (count: number, ...bytes: readonly number[]): number[] => Array.from({ length: count * bytes.length }, (_, i) => bytes[i % bytes.length]);

/** Exchanges bytes inside the last body, and mends the lengths around them (all below 128). */
function replaced(bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array {
  const at = bytes.findIndex((_, i) => from.every((byte, k) => bytes[i + k] === byte));
  const code = bytes.lastIndexOf(10, at);
  const longer = Uint8Array.from([...bytes.subarray(0, at), ...to, ...bytes.subarray(at + from.length)]);
  longer[code + 1] += to.length - from.length;
  longer[code + 3] += to.length - from.length;
  return longer;
}

describe('refused', () => {
  it.each<[string, string, object]>([
    ['floats', contract('(drop (f32.const 1))'), { code: 'instruction', name: 'f32.const', family: 'float', offset: 47 }],
    ['floats inside integers', contract('(drop (i32.trunc_sat_f32_s (f32.const 1)))'), { code: 'instruction', family: 'float' }],
    ['float parameters', '(module (func (param f64)))', { code: 'value-type', type: 0x7c, offset: 11 }],
    ['float locals', contract('(local f32)'), { code: 'value-type', type: 0x7d }],
    ['float globals', '(module (global f32 (f32.const 0)))', { code: 'value-type', type: 0x7d }],
    ['vectors', contract('(drop (v128.const i32x4 0 0 0 0))'), { code: 'instruction', family: 'vector' }],
    ['atomics', contract('(drop (i32.atomic.load (i32.const 0)))', '(memory (export "memory") 1 1 shared)'), { code: 'unsupported', detail: 'limits of form 3: shared, or of 64 bits' }],
    ['fences', contract('atomic.fence'), { code: 'instruction', family: 'atomic' }],
    ['tail calls', contract('return_call 0'), { code: 'instruction', family: 'tail-call' }],
    ['exceptions', contract('(try (do nop) (catch_all nop))'), { code: 'instruction', family: 'exception' }],
    ['tags', '(module (tag))', { code: 'unsupported', detail: 'section 13' }],
    ['tables that change', contract('(table.set 0 (i32.const 0) (ref.null func))', '(table 1 funcref) (memory (export "memory") 1)'), { code: 'instruction', family: 'reference' }],
    ['table.grow', contract('(drop (table.grow 0 (ref.null func) (i32.const 1)))', '(table 1 funcref) (memory (export "memory") 1)'), { code: 'instruction', family: 'reference' }],
    ['foreign references', '(module (table 1 externref))', { code: 'value-type', type: 0x6f }],
    ['memory.init', contract('(memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0))', '(memory (export "memory") 1) (data "x")'), { code: 'encoding', what: 'segment' }],
    ['several results', '(module (func (result i32 i32) i32.const 1 i32.const 2))', { code: 'limit', limit: 'results', found: 2, max: 1 }],
    ['block types by index', contract('(block (param i32) drop) ', '(memory (export "memory") 1)').replace('(block', 'i32.const 1 (block'), { code: 'encoding', what: 'block type' }],
    ['an imported memory', '(module (import "star" "memory" (memory 1)))', { code: 'import', why: 'kind', module: 'star', name: 'memory', offset: 11 }],
    ['an imported global', '(module (import "star" "g" (global i32)))', { code: 'import', why: 'kind' }],
    ['an imported table', '(module (import "star" "t" (table 1 funcref)))', { code: 'import', why: 'kind' }],
    ['an import that is not ours', '(module (import "env" "abort" (func)))', { code: 'import', why: 'unknown', module: 'env', name: 'abort' }],
    ['an import named like a property of all objects', '(module (import "star" "toString" (func)))', { code: 'import', why: 'unknown' }],
    ['an import with another signature', '(module (import "star" "caller" (func (param i64))))', { code: 'import', why: 'signature', name: 'caller' }],
    ['a start function', '(module (func) (start 0))', { code: 'start-function', offset: 18 }],
    ['two tables', '(module (table 1 funcref) (table 1 funcref))', { code: 'limit', limit: 'tables', found: 2 }],
    ['a memory that starts large', '(module (memory 17))', { code: 'limit', limit: 'memoryPages', found: 17, max: 16 }],
    ['a huge table', '(module (table 1000000 funcref))', { code: 'limit', limit: 'tableEntries', found: 1_000_000 }],
    ['a table that may become huge', '(module (table 1 1000000 funcref))', { code: 'limit', limit: 'tableEntries' }],
    ['data behind the memory', '(module (memory 1) (data (i32.const 65530) "1234567"))', { code: 'segment-range', end: 65_537, size: 65_536 }],
    ['data far behind the memory', '(module (memory 1) (data (i32.const -1) "1"))', { code: 'segment-range', end: 4_294_967_296 }],
    ['elements behind the table', '(module (table 1 funcref) (func) (elem (i32.const 1) 0))', { code: 'segment-range', end: 2, size: 1 }],
    ['passive segments', '(module (memory 1) (data "x"))', { code: 'encoding', what: 'segment' }],
    ['declared elements', '(module (func) (elem declare func 0))', { code: 'encoding', what: 'segment' }],
    ['thousands of locals', contract(`(local ${many(1_025, () => 'i64')})`), { code: 'limit', limit: 'locals', found: 1_025, max: 1_024 }],
    ['many parameters', `(module (func (param ${many(33, () => 'i32')})))`, { code: 'limit', limit: 'parameters', found: 33 }],
    ['many functions', `(module ${many(4_097, () => '(func)')})`, { code: 'limit', limit: 'functions', found: 4_097 }],
    ['many types', `(module ${many(1_025, () => '(type (func))')})`, { code: 'limit', limit: 'types' }],
    ['many globals', `(module ${many(513, () => '(global i32 (i32.const 0))')})`, { code: 'limit', limit: 'globals' }],
    ['many exports', `(module (func) ${many(257, (i) => `(export "${i}" (func 0))`)})`, { code: 'limit', limit: 'exports' }],
    ['many data segments', `(module (memory 1) ${many(1_025, () => '(data (i32.const 0) "")')})`, { code: 'limit', limit: 'dataSegments' }],
    ['many element segments', `(module (table 1 funcref) ${many(257, () => '(elem (i32.const 0))')})`, { code: 'limit', limit: 'elementSegments' }],
    ['a long module', `(module (memory 4) ${many(5, () => `(data (i32.const 0) "${'x'.repeat(60_000)}")`)})`, { code: 'limit', limit: 'bytes', offset: 0 }],
    ['a module that grows too much', `(module (memory (export "memory") 1) (func (export "call")) ${many(4_000, () => '(func)')})`, { code: 'growth' }],
    ['loops among many locals', contract(`(local ${'i64 '.repeat(1_000)}) ${many(2_000, () => '(loop)')}`), { code: 'limit', limit: 'joins', found: 2_000 * 16 * 1_000 }],
    ['branches among many locals', contract(`(local ${'i64 '.repeat(1_000)}) ${many(2_000, () => '(br_if 0 (i32.const 0))')}`), { code: 'limit', limit: 'joins', found: 2_000 * 1_001 }],
    ['blocks above many operands', contract(`${many(2_000, () => '(i32.const 0)')} ${many(2_000, () => '(block)')} ${many(2_000, () => '(drop)')}`), { code: 'limit', limit: 'joins', found: 2_000 * 2_000 }],
    ['calls among many locals', contract(`(local ${'i64 '.repeat(1_000)}) ${many(2_000, () => '(call 0)')}`), { code: 'limit', limit: 'joins', found: 2_000 * 1_000 }],
    ['many labels among many locals', contract(`(local ${'i64 '.repeat(1_000)}) (br_table ${many(1_000, () => '0')} (i32.const 0))`), { code: 'limit', limit: 'joins', found: 1_001 * 1_001 }],
    ['no memory', '(module (func (export "call")))', { code: 'export', name: 'memory', why: 'missing' }],
    ['no entry', '(module (memory (export "memory") 1))', { code: 'export', name: 'call', why: 'missing' }],
    ['an entry with parameters', '(module (memory (export "memory") 1) (func (export "call") (param i32)))', { code: 'export', name: 'call', why: 'signature' }],
    ['an entry that is no function', '(module (memory (export "memory") 1) (func (export "call")) (global (export "deploy") i32 (i32.const 0)))', { code: 'export', name: 'deploy', why: 'kind' }],
    ['names of ours', '(module (global (export "star:gas") i32 (i32.const 0)))', { code: 'export', name: 'star:gas', why: 'reserved' }],
  ])('%s', (_, text, expected) => {
    expect(refusal(wat(text))).toMatchObject({ offset: expect.any(Number), ...expected });
  });

  it.each<[string, readonly number[] | Uint8Array, object]>([
    ['nothing', [], { code: 'invalid', offset: 0 }],
    ['another version', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], { code: 'invalid', offset: 4 }],
    ['a section that is cut off', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1], { code: 'invalid', offset: 10 }],
    ['a count above what follows', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f], { code: 'invalid', offset: 10 }],
    ['what does not validate', wat(contract('drop')), { code: 'invalid' }],
    ['deep nesting', contractOf([...repeat(257, 0x02, 0x40), ...repeat(257, 0x0b)]), { code: 'limit', limit: 'nesting', found: 257, max: 256 }],
    ['a long jump table', contractOf([0x41, 0, 0x0e, 0x81, 0x08, ...repeat(1_026, 0)]), { code: 'limit', limit: 'labels', found: 1_025 }],
    ['a long body', contractOf(repeat(65_536, 0x01)), { code: 'limit', limit: 'bodyBytes' }],
    ['call_indirect with a longer zero', replaced(wat(contract('(call_indirect (i32.const 0))', '(table 1 funcref) (memory (export "memory") 1)')), [0x11, 0x00, 0x00], [0x11, 0x00, 0x80, 0x00]), { code: 'encoding', what: 'index' }],
  ])('bytes: %s', (_, bytes, expected) => {
    expect(refusal(Uint8Array.from(bytes))).toMatchObject(expected);
  });
});

it.each([
  ['two memories', wat('(module (memory 1) (memory 1))')],
  ['64-bit memory', wat('(module (memory i64 1))')],
  ['computed constants', wat('(module (global i32 (i32.add (i32.const 1) (i32.const 2))))')],
  ['constants from globals', wat('(module (global i32 (i32.const 1)) (global i32 (global.get 0)))')],
  ['an access that names its memory', contractOf([0x41, 0, 0x28, 0x42, 0x00, 0x0c, 0x1a])],
  ['memory.size with a longer zero', replaced(wat(contract('(drop (memory.size))')), [0x3f, 0x00, 0x1a], [0x3f, 0x80, 0x00, 0x1a])],
])('refused by every engine, by newer ones only in the end by the gate: %s', (_, bytes) => {
  expect(refusal(bytes)).toMatchObject({ code: expect.stringMatching(/^(invalid|unsupported|encoding|limit)$/) });
});

it('an index of a memory is never taken for the offset, nor the offset for an instruction, in engines that know several memories', () => {
  expect(() => new Walker(Uint8Array.of(0x28, 0x42, 0x00, 0x0c)).next()).toThrow(Malformed);
});

describe('accepted', () => {
  it.each([
    ['the least', contract('')],
    ['sign extension', contract('(drop (i64.extend8_s (i64.const 200)))')],
    ['copying and filling', contract('(memory.copy (i32.const 0) (i32.const 1) (i32.const 2)) (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))')],
    ['mutable globals for the host to see', contract('', '(memory (export "memory") 1) (global (export "g") (mut i64) (i64.const -1))')],
    ['a table and calls through it', contract('(call_indirect (i32.const 0))', '(table 2 2 funcref) (elem (i32.const 0) 0) (memory (export "memory") 1)')],
    ['custom sections', contract('').replace('(module', '(module $named')],
  ])('%s', (_, text) => {
    expect(refusal(wat(text))).toBeUndefined();
  });

  it('every function of the host', () => {
    expect(refusal(everyImport(''))).toBeUndefined();
  });

  test.prop([fc.gen()], { numRuns: 50 })('random modules of the subset; metered, they validate and are stable', (g) => {
    const checked = checkModule(generateModule((max) => g(fc.integer, { min: 0, max })));
    if (!checked.ok) throw new Error(JSON.stringify(checked.error));
    const metered = meterModule(checked.value);
    expect(metered.ok && WebAssembly.validate(metered.value)).toBe(true);
    expect(meterModule(checked.value)).toEqual(metered);
  });
});

test.each([['a global', '(global i64 (i64.const 0))'], ['data', '(data (i32.const 0) "x")']])('the constant of %s has its type, asked alone', (_, field) => {
  const bytes = wat(`(module (memory 1) ${field})`);
  const asked = vi.spyOn(WebAssembly, 'validate').mockReturnValue(true);
  const at = field.includes('i64.const') ? bytes.lastIndexOf(0x42) : bytes.lastIndexOf(0x41);
  const before = checkModule(bytes).ok;
  bytes[at] ^= 3; // i32.const and i64.const are 0x41 and 0x42
  const after = checkModule(bytes);
  asked.mockRestore();
  expect([before, after]).toMatchObject([true, { ok: false, error: { code: 'encoding', what: 'constant', offset: at } }]);
});

test.prop([fc.gen(), fc.array(fc.record({ at: fc.nat(10_000), by: fc.nat(255) }), { minLength: 1, maxLength: 3 })], { numRuns: 2_000 })('types of changed bodies: our verdict, asked alone, is that of the engine', (g, changes) => {
  const bytes = generateModule((max) => g(fc.integer, { min: 0, max }));
  const { bodies } = decodeModule(bytes);
  const [from, to] = [bodies[0].code, bodies[bodies.length - 1].end];
  for (const { at, by } of changes) bytes[from + (at % (to - from))] = by;
  const valid = WebAssembly.validate(bytes);
  const asked = vi.spyOn(WebAssembly, 'validate').mockReturnValue(true);
  const ours = checkModule(bytes);
  asked.mockRestore();
  if (ours.ok) expect(valid).toBe(true);
  else if (ours.error.code === 'invalid') expect(valid).toBe(false);
});
