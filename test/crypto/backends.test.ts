/** One contract, three backends: published vectors on each, and the same bytes and verdicts from all. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { batchVerifier } from '../../engine/crypto/batch-verifier.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import { signWithHint } from '../../engine/crypto/sign-with-hint.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { arbBytes } from '../helpers/arbitraries.ts';

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const PRIME = 2n ** 256n - 2n ** 32n - 977n;

const native = nativeCrypto();
const verifier = batchVerifier();
const backends: readonly Crypto[] = [nobleCrypto, portableCrypto(), ...(native === undefined ? [] : [native])];

const rows = (file: string): string[] =>
  readFileSync(new URL(`../vectors/ecdsa/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

const bytes32 = (value: bigint): string => value.toString(16).padStart(64, '0');
const compact = (r: bigint, s: bigint): Uint8Array => fromHex(bytes32(r) + bytes32(s));
const sOf = (signature: Uint8Array): bigint => BigInt(`0x${toHex(signature.subarray(32))}`);
const isLow = (signature: Uint8Array): boolean => sOf(signature) <= ORDER / 2n;
/** The other s that plain ECDSA takes for the same r. */
const mirrored = (signature: Uint8Array): Uint8Array =>
  fromHex(toHex(signature.subarray(0, 32)) + bytes32(ORDER - sOf(signature)));
const compressed = (uncompressed: string): Uint8Array =>
  fromHex((parseInt(uncompressed.slice(-1), 16) % 2 === 0 ? '02' : '03') + uncompressed.slice(2, 66));

describe.each(backends.map((backend) => [backend.backend.signatures, backend] as const))('%s', (_, crypto) => {
  const digestOf = (hex: string): Uint8Array => crypto.sha256(fromHex(hex));

  test('Wycheproof: plain ECDSA’s verdicts, and of two valid signatures only the one with low s', () => {
    let key: Uint8Array = new Uint8Array();
    let checked = 0;
    for (const row of rows('wycheproof.txt')) {
      const [id, message, hex, result] = row.split(' ');
      if (id === 'key') {
        key = compressed(message);
        continue;
      }
      const signature = fromHex(hex);
      const digest = digestOf(message === '-' ? '' : message);
      const valid = result === 'valid';
      expect(crypto.verify(signature, digest, key), `tcId ${id}`).toBe(valid && isLow(signature));
      if (valid) expect(crypto.verify(mirrored(signature), digest, key), `tcId ${id}, n − s`).toBe(!isLow(signature));
      checked++;
    }
    expect(checked).toBe(48);
  });

  test('r and s among 0, 1, n − 1, n, n + 1, p, p + 1: none is a signature (Wycheproof 11–51)', () => {
    const key = compressed(rows('wycheproof.txt')[0].split(' ')[1]);
    const special = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, PRIME, PRIME + 1n];
    for (const r of special)
      for (const s of special) expect(crypto.verify(compact(r, s), digestOf('313233343030'), key)).toBe(false);
  });

  test.each(rows('rfc6979.txt').map((row) => [row.slice(194), row.slice(0, 64), row.slice(65, 193)]))(
    'RFC 6979: %s',
    (message, secret, signature) => {
      expect(toHex(crypto.sign(crypto.sha256(utf8(message)), fromHex(secret)))).toBe(signature);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 300 })])("SHA-256 is OpenSSL's, in plain bytes", (data) => {
    const digest = crypto.sha256(data);
    expect(digest.constructor).toBe(Uint8Array);
    expect(toHex(digest)).toBe(createHash('sha256').update(data).digest('hex'));
  });

  test('a secret key outside 1 … n − 1, or a digest that is none, is a RangeError', () => {
    const digest = crypto.sha256(utf8('x'));
    for (const secret of [0n, ORDER, ORDER + 1n, 2n ** 256n - 1n].map((value) => fromHex(bytes32(value)))) {
      expect(() => crypto.sign(digest, secret)).toThrow(RangeError);
      expect(() => crypto.publicKey(secret)).toThrow(RangeError);
    }
    expect(() => crypto.publicKey(new Uint8Array(31).fill(1))).toThrow(RangeError);
    expect(() => crypto.sign(digest.subarray(1), digest)).toThrow(RangeError);
    expect(toHex(crypto.publicKey(fromHex(bytes32(ORDER - 1n))))).toBe(
      '0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    );
  });

  test('signing with a hint: the same signature, and the y of its R', () => {
    for (const text of ['a', 'b', 'c', 'd']) {
      const digest = crypto.sha256(utf8(text));
      const { signature, hint } = signWithHint(digest, digest);
      expect(signature).toEqual(crypto.sign(digest, digest));
      expect(hint).toEqual(verifier.hintOf(signature, digest, crypto.publicKey(digest)));
    }
  });

  test('malformed keys, digests and signatures are false, and never throw', () => {
    const secret = fromHex(bytes32(7n));
    const digest = crypto.sha256(utf8('x'));
    const signature = crypto.sign(digest, secret);
    const key = crypto.publicKey(secret);
    expect(crypto.verify(signature, digest, key)).toBe(true);
    const offCurve = fromHex(`02${bytes32(5n)}`); // 5³ + 7 is not a square mod p
    const abovePrime = fromHex(`02${bytes32(PRIME + 1n)}`);
    const hybrid = Uint8Array.of(6, ...key.subarray(1));
    for (const bad of [
      offCurve,
      abovePrime,
      hybrid,
      new Uint8Array(33),
      key.subarray(1),
      new Uint8Array(65),
      new Uint8Array(),
    ]) {
      expect(crypto.verify(signature, digest, bad)).toBe(false);
    }
    expect(crypto.verify(signature.subarray(1), digest, key)).toBe(false);
    expect(crypto.verify(signature, digest.subarray(1), key)).toBe(false);
  });
});

describe.skipIf(native === undefined)('noble and native, side by side (skipped where no prebuilt library fits)', () => {
  const secret = arbBytes(32).filter((key) => key.some((byte) => byte !== 0) && BigInt(`0x${toHex(key)}`) < ORDER);

  test.prop([secret, arbBytes(32), fc.nat(128), fc.integer({ min: 1, max: 255 })], { numRuns: 150 })(
    'same keys, same signatures, same verdicts on altered signatures, digests and keys',
    (secretKey, digest, position, flip) => {
      const key = nobleCrypto.publicKey(secretKey);
      const signature = nobleCrypto.sign(digest, secretKey);
      expect(native!.publicKey(secretKey)).toEqual(key);
      expect(native!.sign(digest, secretKey)).toEqual(signature);
      expect(isLow(signature)).toBe(true);
      expect(native!.verify(signature, digest, key)).toBe(true);
      expect(native!.verify(mirrored(signature), digest, key)).toBe(false);

      const altered = [signature.slice(), digest.slice(), key.slice()] as const;
      const [part, at] = position < 64 ? [0, position] : position < 96 ? [1, position - 64] : [2, position - 96];
      altered[part][at] ^= flip;
      expect(native!.verify(...altered)).toBe(nobleCrypto.verify(...altered));
    },
  );

  test.prop([arbBytes(64), arbBytes(32), arbBytes(33)], { numRuns: 100 })(
    'same verdicts on noise',
    (signature, digest, noise) => {
      const key = Uint8Array.of(2 + (noise[0] & 1), ...noise.subarray(1));
      expect(native!.verify(signature, digest, key)).toBe(nobleCrypto.verify(signature, digest, key));
    },
  );
});
