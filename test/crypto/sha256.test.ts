/** SHA-256 of many messages: published digests, and every way to it gives what the reference gives. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fc } from '@fast-check/vitest';
import { sha256 as noble } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { SHA256_SCALAR } from '../../engine/crypto/wasm/sha256-scalar.ts';
import { SHA256_SIMD } from '../../engine/crypto/wasm/sha256-simd.ts';
import { hasSimd, wasmBytes } from '../../engine/crypto/wasm/compile.ts';
import { scalarHasher, simdHasher, wasmHasher, type Hasher } from '../../engine/crypto/wasm-sha256.ts';
import { concat, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { crypto } from '../helpers/fixtures.ts';

const hashers: readonly (readonly [string, Hasher])[] = [
  ['noble', nobleCrypto],
  ['wasm', scalarHasher()],
  ['wasm-simd', simdHasher()],
  ['the backend of Node', crypto],
];

/** `sha256Many` of separate messages, their bytes side by side as in a block. */
function many(hasher: Hasher, messages: readonly Uint8Array[], prefix?: number): string[] {
  const offsets = new Uint32Array(messages.length + 1);
  messages.forEach((message, i) => (offsets[i + 1] = offsets[i] + message.length));
  const out = new Uint8Array(32 * messages.length);
  hasher.sha256Many(concat(...messages), offsets, messages.length, out, prefix);
  return messages.map((_, i) => toHex(out.subarray(32 * i, 32 * i + 32)));
}

/** Pseudorandom, the same in each run. */
const bytes = (length: number, seed = length): Uint8Array => {
  let x = seed + 1;
  return Uint8Array.from({ length }, () => (x = Math.imul(x, 1103515245) + 12345) >>> 16);
};

const expected = (messages: readonly Uint8Array[], prefix?: number): string[] =>
  messages.map((message) => toHex(noble(prefix === undefined ? message : concat(Uint8Array.of(prefix), message))));

/** FIPS 180-4's examples (NIST, SHA256.pdf), and NIST's additional vectors (SHA2_Additional.pdf), which stand at the edges of padding. */
const VECTORS: readonly (readonly [string, Uint8Array, string])[] = [
  ['"abc"', utf8('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['448 bits', utf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'), '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
  ['bd', Uint8Array.of(0xbd), '68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b'],
  ['c98c8e55', Uint8Array.of(0xc9, 0x8c, 0x8e, 0x55), '7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504'],
  ['55 zeros', new Uint8Array(55), '02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7'],
  ['56 zeros', new Uint8Array(56), 'd4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb'],
  ['57 zeros', new Uint8Array(57), '65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785'],
  ['64 zeros', new Uint8Array(64), 'f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b'],
  ['1,000 zeros', new Uint8Array(1000), '541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53'],
  ['1,000 × "A"', new Uint8Array(1000).fill(0x41), 'c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4'],
  ['1,005 × "U"', new Uint8Array(1005).fill(0x55), 'f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0'],
  ['1,000,000 zeros', new Uint8Array(1_000_000), 'd29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025'],
  ['1,000,000 × "a"', new Uint8Array(1_000_000).fill(0x61), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];

describe.each(hashers)('%s', (_, hasher) => {
  test.each(VECTORS)('NIST: %s', (_name, message, digest) => {
    expect(toHex(hasher.sha256(message))).toBe(digest);
    expect(many(hasher, [message])).toEqual([digest]);
  });

  test('all of NIST’s at once', () => {
    expect(many(hasher, VECTORS.map(([, message]) => message))).toEqual(VECTORS.map(([, , digest]) => digest));
  });

  test('every length from 0 to 300, alone, all at once, falling, and after a prefix', () => {
    const messages = Array.from({ length: 301 }, (_, length) => bytes(length));
    expect(messages.map((message) => toHex(hasher.sha256(message)))).toEqual(expected(messages));
    expect(many(hasher, messages)).toEqual(expected(messages));
    expect(many(hasher, [...messages].reverse())).toEqual(expected([...messages].reverse()));
    expect(many(hasher, messages, 1)).toEqual(expected(messages, 1));
  });

  test('any number of messages of any lengths', () => {
    const lengths = fc.oneof(fc.nat(130), fc.nat(700), fc.constantFrom(0, 55, 56, 63, 64, 118, 119, 120));
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 40 }), fc.option(fc.nat(255), { nil: undefined }), fc.nat(), (list, prefix, seed) => {
        const messages = list.map((length, i) => bytes(length, seed + i));
        expect(many(hasher, messages, prefix)).toEqual(expected(messages, prefix));
      }),
    );
  });

  test('more messages, and longer ones, than fit at once', () => {
    const lengths = [...Array.from({ length: 5000 }, (_, i) => i % 70), 262_143, 262_144, 262_145, 3, 600_000, 0, 524_288 - 9, 524_288, 17];
    const messages = lengths.map((length, i) => bytes(length, i));
    const digest = (message: Uint8Array): string => createHash('sha256').update(message).digest('hex');
    expect(many(hasher, messages)).toEqual(messages.map(digest));
    expect(many(hasher, messages, 0)).toEqual(messages.map((message) => digest(concat(Uint8Array.of(0), message))));
  });

  test('offsets that do not start at 0, and those that cannot be', () => {
    const out = new Uint8Array(64);
    hasher.sha256Many(utf8('..abc.'), Uint32Array.of(2, 5, 5), 2, out);
    expect(toHex(out.subarray(0, 32))).toBe(VECTORS[0][2]);
    expect(toHex(out.subarray(32))).toBe(toHex(noble(new Uint8Array())));
    expect(() => hasher.sha256Many(utf8('abc'), Uint32Array.of(2, 1), 1, out)).toThrow(RangeError);
    expect(() => hasher.sha256Many(utf8('abc'), Uint32Array.of(0, 4), 1, out)).toThrow(RangeError);
    expect(() => hasher.sha256Many(utf8('abc'), Uint32Array.of(0, 3), 2, out)).toThrow(RangeError);
  });
});

test('Node has instructions on 128 bits, so the best is the one with lanes', () => {
  expect(hasSimd()).toBe(true);
  expect(wasmHasher()?.name).toBe('wasm-simd');
  expect(wasmHasher()?.hasher).toBe(wasmHasher()?.hasher);
});

test.each([SHA256_SCALAR, SHA256_SIMD])('the binary has the hash that stands beside it, and imports nothing', (text) => {
  const binary = wasmBytes(text);
  expect(toHex(noble(binary))).toBe(text.sha256);
  expect(WebAssembly.Module.imports(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>))).toEqual([]);
});

test('what is checked in is what the sources compile to', () => {
  const root = join(import.meta.dirname, '../..');
  const said = execFileSync(process.execPath, ['engine/crypto/wasm-src/build.mjs', '--check', 'sha256'], { cwd: root, encoding: 'utf8' });
  expect(said).toMatch(/^same  sha256-scalar .*\nsame  sha256-simd /);
});
