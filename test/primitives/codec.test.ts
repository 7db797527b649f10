import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CodecError, Reader, Writer } from '../../engine/primitives/codec.ts';

type Field =
  | { readonly type: 'u8' | 'u16' | 'u32' | 'u53'; readonly value: number }
  | { readonly type: 'u64'; readonly value: bigint }
  | { readonly type: 'hex'; readonly value: Uint8Array }
  | { readonly type: 'blob16' | 'blob32' | 'nested32'; readonly value: Uint8Array };

const number = (type: 'u8' | 'u16' | 'u32' | 'u53', max: number): fc.Arbitrary<Field> =>
  fc.oneof(fc.integer({ min: 0, max }), fc.constantFrom(0, 1, max)).map((value) => ({ type, value }));
const blob = fc.uint8Array({ maxLength: 400 });
const field: fc.Arbitrary<Field> = fc.oneof(
  number('u8', 0xff),
  number('u16', 0xffff),
  number('u32', 0xffff_ffff),
  number('u53', Number.MAX_SAFE_INTEGER),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => ({ type: 'u64' as const, value })),
  blob.map((value) => ({ type: 'hex' as const, value })),
  blob.map((value) => ({ type: 'blob16' as const, value })),
  blob.map((value) => ({ type: 'blob32' as const, value })),
  blob.map((value) => ({ type: 'nested32' as const, value })),
);

function write(fields: readonly Field[], out: Writer): Uint8Array {
  for (const { type, value } of fields) {
    if (type === 'u53' || type === 'u64') out.u64(value);
    else if (type === 'hex') out.hex(Buffer.from(value).toString('hex'));
    else if (type === 'nested32') out.nested32((inner) => void inner.bytes(value));
    else (out[type] as (value: unknown) => Writer).call(out, value);
  }
  return out.finish();
}

/** The same bytes by Node's own means. */
function reference({ type, value }: Field): Buffer {
  if (typeof value === 'bigint' || type === 'u53') {
    const word = Buffer.alloc(8);
    word.writeBigUInt64BE(BigInt(value as bigint));
    return word;
  }
  if (type === 'hex') return Buffer.from(value as Uint8Array);
  const width = { u8: 1, u16: 2, u32: 4, blob16: 2, blob32: 4, nested32: 4 }[type as 'u8'];
  const head = Buffer.alloc(width);
  head.writeUIntBE(typeof value === 'number' ? value : value.length, 0, width);
  return typeof value === 'number' ? head : Buffer.concat([head, value]);
}

function read(fields: readonly Field[], input: Reader): unknown[] {
  const values = fields.map(({ type, value }) => {
    if (type === 'hex') return input.bytes(value.length);
    if (type === 'nested32') return input.nested32((inner) => inner.bytes((value as Uint8Array).length));
    if (type === 'blob16' || type === 'blob32') return input[type](400);
    return input[type]();
  });
  input.end();
  return values;
}

test.prop([fc.array(field), fc.integer({ min: 1, max: 64 })])(
  'what is written is big-endian, and is read back',
  (fields, capacity) => {
    const bytes = write(fields, new Writer(capacity));
    expect(bytes).toEqual(new Uint8Array(Buffer.concat(fields.map(reference))));
    expect(read(fields, new Reader(bytes))).toEqual(fields.map(({ value }) => value));
  },
);

test.prop([fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 300 })), fc.integer({ min: 1, max: 64 })])(
  'text is UTF-8, lone surrogates as TextEncoder has them, whatever room there is',
  (text, capacity) => {
    const bytes = new TextEncoder().encode(text);
    expect(new Writer(capacity).u8(7).text16(text).text(text).u8(9).finish()).toEqual(new Writer().u8(7).blob16(bytes).bytes(bytes).u8(9).finish());
  },
);

test('text above its length field is a bug of the caller', () => {
  expect(new Writer().text16('x'.repeat(0xffff)).length).toBe(0x10001);
  expect(() => new Writer().text16('ü'.repeat(0x8000))).toThrow(RangeError);
});

test.prop([fc.array(field, { minLength: 1 }), fc.nat()])(
  'a prefix is refused within its bounds, and never read past',
  (fields, cut) => {
    const bytes = write(fields, new Writer());
    if (bytes.length === 0) return;
    const length = cut % bytes.length;
    // A view into a longer buffer: what lies behind it must not be seen.
    const prefix = new Uint8Array([...bytes, ...bytes]).subarray(0, length);
    try {
      read(fields, new Reader(prefix));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError);
      expect((error as CodecError).offset).toBeLessThanOrEqual(length);
    }
  },
);

test("Node's Buffer is read as plain bytes, so that a slice of them is a copy", () => {
  const buffer = Buffer.from([1, 2, 3]);
  const part = new Reader(buffer).bytes(2).slice();
  buffer[0] = 9;
  expect(part).toEqual(Uint8Array.of(1, 2));
});

describe('a value outside its field is refused, not cut to fit', () => {
  test.each([
    ['u8', [256, -1, 0.5, NaN]],
    ['u16', [65_536, -1]],
    ['u32', [2 ** 32, -1, Infinity]],
    ['u64', [2 ** 53, -1, 1.5, -1n, 1n << 64n]],
  ] as const)('%s', (type, values) => {
    for (const value of values)
      expect(() => (new Writer()[type] as (value: unknown) => Writer).call(new Writer(), value)).toThrow(RangeError);
  });
});

describe('errors name the first byte of the field', () => {
  test.each<[string, number[], (input: Reader) => unknown, number, string]>([
    ['short integer', [0, 0, 0], (r) => r.u32(), 0, 'needs 4 bytes, has 3'],
    ['integer above 2^53 − 1', [9, 0, 0x20, 0, 0, 0, 0, 0, 0], (r) => (r.u8(), r.u53()), 1, 'integer above 2^53 − 1'],
    ['unlisted value', [7, 3], (r) => (r.u8(), r.oneOf(['a', 'b', 'c'], 'letter')), 1, 'letter 3'],
    ['flag', [2], (r) => r.flag('flag'), 0, 'flag 2'],
    ['blob above its bound', [0, 3, 1, 2, 3], (r) => r.blob16(2), 0, '3 bytes where at most 2 may stand'],
    [
      'nested length beyond the end',
      [0, 0, 0, 9, 1],
      (r) => r.nested32((i) => i.u8()),
      0,
      'length 9 where 1 bytes are left',
    ],
    [
      'nested length not used up',
      [0, 0, 0, 2, 1, 1],
      (r) => r.nested32((i) => i.u8()),
      0,
      'length 2 of what has 1 bytes',
    ],
    ['trailing byte', [1, 1], (r) => (r.u8(), r.end()), 1, '1 bytes too many'],
  ])('%s', (_, bytes, use, offset, detail) => {
    expect(() => use(new Reader(Uint8Array.from(bytes)))).toThrow(expect.objectContaining({ offset, detail }));
  });
});
