import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  compareBytes,
  concat,
  equalBytes,
  fromHex,
  isHex,
  toHex,
  utf8,
  utf8Decode,
} from '../../engine/primitives/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

describe('hex', () => {
  test.prop([bytes])("is Node's, and comes back", (data) => {
    expect(toHex(data)).toBe(Buffer.from(data).toString('hex'));
    expect(fromHex(toHex(data))).toEqual(data);
    expect(isHex(toHex(data), data.length)).toBe(true);
  });

  test.each(['0', 'AB', '0x', 'g0', '0é', '00 ', '\u0130f'])('%j is refused', (text) => {
    expect(() => fromHex(text)).toThrow(RangeError);
    expect(isHex(text, text.length >> 1)).toBe(false);
  });
});

describe('UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reference = (data: Uint8Array): string | undefined => {
    try {
      return strict.decode(data);
    } catch {
      return undefined;
    }
  };

  test.prop([fc.string({ unit: 'binary' })])("is the platform's, and comes back", (text) => {
    expect(utf8(text)).toEqual(new TextEncoder().encode(text));
    expect(utf8Decode(utf8(text))).toBe(text);
  });

  const edges = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
  ];
  test.prop([fc.array(fc.constantFrom(...edges), { maxLength: 8 })], { numRuns: 3000 })(
    'malformed bytes are told apart as a strict decoder does',
    (list) => {
      expect(utf8Decode(Uint8Array.from(list))).toBe(reference(Uint8Array.from(list)));
    },
  );

  test('every leading pair with two continuations, as a strict decoder does', () => {
    for (let first = 0xc0; first < 0x100; first++) {
      for (let second = 0; second < 0x100; second++) {
        const data = Uint8Array.of(first, second, 0x80, 0x80);
        for (let length = 1; length <= 4; length++) {
          const part = data.subarray(0, length);
          if (utf8Decode(part) !== reference(part))
            expect(`${toHex(part)}: ${utf8Decode(part)}`).toBe(String(reference(part)));
        }
      }
    }
  });
});

test.prop([bytes, bytes])('concatenation, equality and order are those of Buffer', (x, y) => {
  expect(concat(x, y)).toEqual(new Uint8Array(Buffer.concat([x, y])));
  expect(equalBytes(x, y)).toBe(Buffer.from(x).equals(y));
  expect(Math.sign(compareBytes(x, y))).toBe(Buffer.compare(x, y));
});
