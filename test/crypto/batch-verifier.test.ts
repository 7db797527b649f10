/**
 * Batch verification: the verdicts of plain ECDSA on each signature, whatever stands beside it. Both builds, with and
 * without instructions on 128 bits, against the twin in BigInt, published vectors, and the other backends.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { batchVerifier, type BatchVerifier, type BatchWork } from '../../engine/crypto/batch-verifier.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { instantiate } from '../../engine/crypto/wasm/compile.ts';
import { ECDSA_SCALAR } from '../../engine/crypto/wasm/ecdsa-scalar.ts';
import { ECDSA_SIMD } from '../../engine/crypto/wasm/ecdsa-simd.ts';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { add, coefficientsOf, G, inverse, mod, multiply, N, numberOf, P, placesOf, verdictsOf, type Point } from './batch-twin.ts';
import { batchOf, bytes32, digestOf, signed, signedMany, turned, withHint, wycheproof, type Entry } from './batches.ts';

type Function3 = (out: number, a: number, b: number) => void;
type Function2 = (out: number, a: number) => void;
type Wasm = Record<'inverse' | 'inverseN', Function2> & Record<'SIGNATURES' | 'DIGESTS' | 'PUBLIC_KEYS' | 'HINTS' | 'COEFFICIENTS', WebAssembly.Global> &
  Record<'mul' | 'mulN' | 'sqr' | 'mul4' | 'mulN4' | 'sqr4', Function3> & { memory: WebAssembly.Memory; verify: (count: number) => void };

const best = bestCrypto();
const verifiers = [batchVerifier(false), batchVerifier(true)] as const;
const verdicts = (verifier: BatchVerifier, entries: readonly Entry[]): number[] => {
  const out = new Uint8Array(entries.length).fill(9);
  verifier.verifyMany(batchOf(entries), out);
  return [...out];
};
const plain = ({ signature, digest, publicKey }: Entry, crypto = best): number => (crypto.verify(signature, digest, publicKey) ? 1 : 0);
const replaced = (entries: readonly Entry[], at: number, by: Entry): Entry[] => entries.map((entry, i) => (i === at ? by : entry));
const NO_HINT = new Uint8Array(32);

const compressed = (point: Point): Uint8Array => Uint8Array.of(point!.y & 1n ? 3 : 2, ...bytes32(point!.x));
/** Signed with a nonce of our choice, low s; so R may be whatever we like. */
function signedWith(secret: bigint, nonce: bigint, message: string): Entry {
  const digest = digestOf(message);
  const r = multiply(G, nonce)!.x % N;
  const s = mod(inverse(nonce, N) * (numberOf(digest) + r * secret), N);
  return withHint({ signature: fromHex(toHex(bytes32(r)) + toHex(bytes32(s > N / 2n ? N - s : s))), digest, publicKey: best.publicKey(bytes32(secret)) });
}

const pool = signedMany(300, 37);
/** Fails plain verification and nothing else. */
const spoiled = pool.map((entry, i) => turned(entry, 'digest', (31 * i) % 256));

describe.each(verifiers.map((verifier) => [verifier.simd ? 'four lanes' : 'one lane', verifier] as const))('%s', (_, verifier) => {
  test('valid signatures of known R cost one combination and no single check', () => {
    verifier.work();
    expect(verdicts(verifier, pool)).toEqual(pool.map(() => 1));
    expect(verifier.work()).toMatchObject({ parts: 1, members: 300, singles: 0 });
    verdicts(verifier, pool);
    expect(verifier.work().lifted).toBe(0); // the keys are known now
  });

  test('each of the first 32 places bad, and all of them', () => {
    const good = pool.slice(0, 32);
    for (let at = 0; at < 32; at++) expect(verdicts(verifier, replaced(good, at, spoiled[at]))).toEqual(good.map((_, i) => (i === at ? 0 : 1)));
    expect(verdicts(verifier, spoiled)).toEqual(spoiled.map(() => 0));
  });

  test('Wycheproof, in one batch', () => {
    const { entries, expected } = wycheproof();
    expect(entries).toHaveLength(368);
    expect(verdicts(verifier, entries)).toEqual(expected);
    expect(verdicts(verifier, entries.map((entry) => ({ ...entry, hint: NO_HINT })))).toEqual(expected);
  });

  test('r and s among 0, 1, n/2, n/2 + 1, n − 1, n, n + 1, p, p + 1', () => {
    const special = [0n, 1n, N / 2n, N / 2n + 1n, N - 1n, N, N + 1n, P, P + 1n];
    const entries = special.flatMap((r) => special.map((s) => ({ ...pool[0], signature: Uint8Array.of(...bytes32(r), ...bytes32(s)) })));
    expect(verdicts(verifier, [...entries, pool[1]])).toEqual([...entries.map((entry) => plain(entry, nobleCrypto)), 1]);
  });

  test.each<readonly [string, (entry: Entry) => Entry]>([
    ['no hint', (entry) => ({ ...entry, hint: NO_HINT })],
    ['the other parity', (entry) => ({ ...entry, hint: bytes32(P - numberOf(entry.hint)) })],
    ['off the curve', (entry) => turned(entry, 'hint', 7)],
    ['y + p, where it fits, and p', (entry) => ({ ...entry, hint: bytes32(numberOf(entry.hint) + P < 2n ** 256n ? numberOf(entry.hint) + P : P) })],
    ['all ones', (entry) => ({ ...entry, hint: new Uint8Array(32).fill(255) })],
    ["another signature's", (entry) => ({ ...entry, hint: pool[9].hint })],
  ])('a hint decides nothing: %s', (name, spoil) => {
    const entries = pool.slice(0, 8);
    verifier.work();
    verdicts(verifier, entries.map((entry, i) => (i === 3 ? spoil(entry) : entry)));
    // What is no point costs its bearer a single check, and the others nothing.
    expect(verifier.work()).toMatchObject(name === 'the other parity' ? { parts: 1, members: 8, singles: 8 } : { parts: 1, members: 7, singles: 1 });
    expect(verdicts(verifier, entries.map((entry, i) => (i % 3 === 1 ? spoil(entry) : entry)))).toEqual(entries.map(() => 1));
    expect(verdicts(verifier, entries.map((entry, i) => spoil(i % 3 === 1 ? spoiled[i] : entry)))).toEqual(entries.map((___, i) => (i % 3 === 1 ? 0 : 1)));
  });

  test('keys that are none: prefix, x at or above p, off the curve, zeros', () => {
    const bad = [
      Uint8Array.of(4, ...pool[0].publicKey.subarray(1)), Uint8Array.of(6, ...pool[0].publicKey.subarray(1)), Uint8Array.of(0, ...pool[0].publicKey.subarray(1)),
      Uint8Array.of(2, ...bytes32(P)), Uint8Array.of(2, ...bytes32(P + 1n)), Uint8Array.of(2, ...bytes32(5n)), Uint8Array.of(3, ...new Uint8Array(32)), new Uint8Array(33), new Uint8Array(33).fill(255),
    ];
    expect(verdicts(verifier, [pool[0], ...bad.map((publicKey) => ({ ...pool[0], publicKey })), pool[1]])).toEqual([1, ...bad.map(() => 0), 1]);
    // The same x with the other parity is another key.
    expect(verdicts(verifier, [turned(pool[0], 'publicKey', 0), pool[0]])).toEqual([0, 1]);
  });

  test('R at infinity: z = −r × secret', () => {
    const secret = 77n;
    for (const r of [1n, 5n, N - 1n]) {
      const entry = { signature: Uint8Array.of(...bytes32(r), ...bytes32(3n)), digest: bytes32(mod(-r * secret, N)), publicKey: best.publicKey(bytes32(secret)), hint: NO_HINT };
      const x = pool[0];
      for (const hint of [NO_HINT, bytes32(1n), x.hint]) expect(verdicts(verifier, [x, { ...entry, hint }, x])).toEqual([1, 0, 1]);
    }
  });

  test('r + n below p is an x too, and is found without a hint', () => {
    // A point with x = r + n whose r is small: z and s of our choice, and the key that they belong to.
    for (let r = 1n; r < 40n; r++) {
      const y = evenY(r + N);
      if (y === undefined) continue;
      const R = { x: r + N, y };
      const [s, z] = [12345n, 6789n];
      const key = multiply(add(multiply(R, s), multiply(G, N - z)), inverse(r, N));
      const entry: Entry = { signature: Uint8Array.of(...bytes32(r), ...bytes32(s)), digest: bytes32(z), publicKey: compressed(key), hint: bytes32(y) };
      expect(plain(entry, nobleCrypto)).toBe(1);
      expect(verdicts(verifier, [pool[0], entry, { ...entry, hint: NO_HINT }])).toEqual([1, 1, 1]);
      return;
    }
    expect.unreachable();
  });

  test.each<readonly [string, () => Entry[]]>([
    ['sequential keys 1 G, 2 G, …', () => Array.from({ length: 40 }, (__, i) => signed(BigInt(i + 1), `sequential ${i}`))],
    ['opposite keys k G, −k G', () => Array.from({ length: 20 }, (__, i) => signed(i % 2 ? N - BigInt(i) : BigInt(i + 1), `opposite ${i}`))],
    ['one nonce for all: every R the same, or opposite', () => Array.from({ length: 40 }, (__, i) => signedWith(BigInt(i % 5) + 3n, 99n, `nonce ${i}`))],
    ['nonces 1, 2, 3, …', () => Array.from({ length: 40 }, (__, i) => signedWith(11n, BigInt(i + 1), `nonces ${i}`))],
    ['R equal to the key and to G', () => Array.from({ length: 12 }, (__, i) => signedWith(i % 2 ? 1n : 5n, i % 3 ? 5n : 1n, `same ${i}`))],
    ['one signature many times', () => Array.from({ length: 64 }, () => pool[3])],
  ])('points with equal x: %s', (__, make) => {
    const entries = make();
    expect(entries.map((entry) => plain(entry))).toEqual(entries.map(() => 1));
    verifier.work();
    expect(verdicts(verifier, entries)).toEqual(entries.map(() => 1));
    expect(verifier.work()).toMatchObject({ parts: 1, singles: 0 });
    const at = entries.length >> 1;
    expect(verdicts(verifier, replaced(entries, at, turned(entries[at], 'digest', 100)))).toEqual(entries.map((___, i) => (i === at ? 0 : 1)));
  });

  test('errors that would cancel each other without coefficients', () => {
    // R and −R: the sum of both left sides is what it would be for the right hints.
    const [a, b] = [signedWith(3n, 7n, 'a'), signedWith(3n, 7n, 'b')];
    const swapped = [{ ...a, digest: b.digest }, { ...b, digest: a.digest }];
    expect(verdicts(verifier, swapped)).toEqual(swapped.map((entry) => plain(entry)));
  });
});

test('inverses modulo p and n', () => {
  for (const text of [ECDSA_SCALAR, ECDSA_SIMD]) {
    const wasm = instantiate(text) as unknown as Wasm;
    const words = new Uint32Array(wasm.memory.buffer, wasm.SIGNATURES.value as number, 20);
    for (const [name, m] of [['inverse', P], ['inverseN', N]] as const) {
      const values = [0n, 1n, 2n, m - 1n, m - 2n, m, m + 1n, 2n ** 255n, 2n ** 256n - 1n, 2n ** 261n - 1n, (m + 1n) / 2n, ...Array.from({ length: 300 }, (_, i) => numberOf(digestOf(`${i}`)) >> BigInt(i % 250))];
      for (const value of values) {
        for (let i = 0; i < 9; i++) words[i] = Number((value >> BigInt(29 * i)) & 0x1fffffffn);
        wasm[name](words.byteOffset + 40, words.byteOffset);
        expect(valueOf(words.slice(10, 19)) % m, `1 / ${value}`).toBe(inverse(value, m) * (value % m === 0n ? 0n : 1n));
      }
    }
  }
});

/**
 * Products and squares modulo p, counted from above: 7 an addition, 270 an inversion and 12 to share it among lanes, 20 for
 * an addition that is looked at. Single checks cost the same steps without a combination.
 */
const operations = ({ additions, inversions, exceptions }: BatchWork): number => 7 * additions + 282 * inversions + 20 * exceptions;

describe('hostile batches cost at most twice their single checks', () => {
  const verifier = verifiers[1];
  const many = signedMany(1024, 64);
  const sequential = Array.from({ length: 1024 }, (_, i) => signedWith(BigInt(i + 1), BigInt(2000 - i), `s ${i}`));
  const nonce = Array.from({ length: 1024 }, (_, i) => signedWith(BigInt(i + 1), 7n, `n ${i}`));
  test.each<readonly [string, readonly Entry[], (i: number) => boolean]>([
    ['all bad', many, () => true],
    ['one in 64 bad: every part fails', many, (i) => i % 64 === 63],
    ['one in 512', many, (i) => i % 512 === 0],
    ['sequential keys and nonces, all bad', sequential, () => true],
    ['sequential keys and nonces, the last bad', sequential, (i) => i === 1023],
    ['one nonce for all, all bad', nonce, () => true],
    ['one nonce for all, one in 64 bad', nonce, (i) => i % 64 === 0],
  ])('%s', (_, entries, isBad) => {
    const spoilt = entries.map((entry, i) => (isBad(i) ? turned(entry, 'digest', 77) : entry));
    verdicts(verifier, spoilt);
    verifier.work();
    expect(verdicts(verifier, spoilt)).toEqual(spoilt.map((__, i) => (isBad(i) ? 0 : 1)));
    const cost = operations(verifier.work());
    verdicts(verifier, spoilt.map((entry) => ({ ...entry, hint: NO_HINT })));
    const alone = operations(verifier.work());
    expect(cost).toBeLessThan(2 * alone);
  });
});

test('what is checked in is what the sources compile to', () => {
  const root = new URL('../..', import.meta.url).pathname;
  const said = execFileSync(process.execPath, ['engine/crypto/wasm-src/build.mjs', '--check', 'ecdsa'], { cwd: root, encoding: 'utf8' });
  expect(said.match(/^same/gm)).toHaveLength(2);
}, 300_000);

/** The even y that belongs to x, as noble finds it. */
function evenY(x: bigint): bigint | undefined {
  try {
    return secp256k1.Point.fromBytes(Uint8Array.of(2, ...bytes32(x))).toAffine().y;
  } catch {
    return undefined;
  }
}

test('the twin: same coefficients, same verdicts', () => {
  const entries = [...pool.slice(0, 5), spoiled[5], { ...pool[6], hint: NO_HINT }, turned(pool[7], 'hint', 3), { ...pool[8], publicKey: new Uint8Array(33) }, pool[9], pool[9]];
  for (const text of [ECDSA_SCALAR, ECDSA_SIMD]) {
    const wasm = instantiate(text) as unknown as Wasm;
    const memory = new Uint8Array(wasm.memory.buffer);
    for (let count = 1; count <= entries.length; count++) {
      const batch = batchOf(entries.slice(0, count));
      memory.set(batch.signatures, wasm.SIGNATURES.value as number);
      memory.set(batch.digests, wasm.DIGESTS.value as number);
      memory.set(batch.publicKeys, wasm.PUBLIC_KEYS.value as number);
      memory.set(batch.hints, wasm.HINTS.value as number);
      wasm.verify(count);
      const places = placesOf(batch);
      const at = wasm.COEFFICIENTS.value as number;
      const coefficients = places.map((_, i) => numberOf(memory.slice(at + 16 * i, at + 16 * i + 16).reverse()));
      expect(coefficients).toEqual(coefficientsOf(places));
    }
  }
  for (const some of [entries, pool.slice(0, 12)]) {
    for (const verifier of verifiers) expect(verdicts(verifier, some)).toEqual([...verdictsOf(batchOf(some))]);
  }
});

/** Nine limbs below the bound: at it, zero, all ones, and at random. */
function limbs(i: number, bound: number): number[] {
  const noise = best.sha256(bytes32(BigInt(i)));
  return Array.from({ length: 9 }, (_, k) => [bound - 1, 0, Math.min(bound, 2 ** 29) - 1][i] ?? Number(numberOf(noise.subarray(k, k + 8)) % BigInt(bound)));
}
const valueOf = (parts: ArrayLike<number>): bigint => Array.from(parts).reduceRight((sum, limb) => (sum << 29n) + BigInt(limb), 0n);

test.each([['four lanes', ECDSA_SIMD], ['one lane', ECDSA_SCALAR]] as const)('products modulo p and n, at the limbs’ bounds and at random: %s', (_, text) => {
  const [tight, loose] = [2 ** 29 + 2 ** 20, 1.5 * 2 ** 30 + 2 ** 21];
  const wasm = instantiate(text) as unknown as Wasm;
  const words = new Uint32Array(wasm.memory.buffer, wasm.SIGNATURES.value as number, 200);
  const at = words.byteOffset;
  const LANES = [0, 1, 2, 3];
  for (const [name, m, bound] of [['mul', P, loose], ['sqr', P, tight], ['mulN', N, tight]] as const) {
    for (let i = 0; i < 60; i++) {
      const a = LANES.map((lane) => limbs((i + lane) % 60, bound));
      const b = LANES.map((lane) => limbs((7 * i + lane) % 60, tight));
      const expected = LANES.map((lane) => (name === 'sqr' ? valueOf(a[lane]) ** 2n : valueOf(a[lane]) * valueOf(b[lane])) % m);
      words.set(a[0], 40);
      words.set(b[0], 80);
      wasm[name](at, at + 160, at + 320);
      expect(valueOf(words.slice(0, 9)) % m).toBe(expected[0]);
      expect(Math.max(...words.slice(0, 9))).toBeLessThan(tight);
      for (const lane of LANES) {
        a[lane].forEach((limb, k) => void (words[40 + 4 * k + lane] = limb));
        b[lane].forEach((limb, k) => void (words[80 + 4 * k + lane] = limb));
      }
      wasm[`${name}4`](at, at + 160, at + 320);
      for (const lane of LANES) expect(valueOf(Array.from({ length: 9 }, (__, k) => words[4 * k + lane])) % m, `${name}4, lane ${lane}`).toBe(expected[lane]);
    }
  }
});
