/**
 * What engine/crypto/batch-verifier.ts and its WebAssembly do, in plain words and BigInt: their specification. Slow.
 *
 * A signature (r, s) on z by P holds when R = (z / s) G + (r / s) P has r for its x, modulo n. With R known, all of
 * c (z / s G + r / s P − R) = 0 hold together when their sum vanishes, for coefficients c that no signer can foresee.
 */
import { createHash } from 'node:crypto';
import type { SignatureBatch } from '../../engine/crypto/crypto.ts';
import { concat, toHex } from '../../engine/primitives/bytes.ts';

export const P = 2n ** 256n - 2n ** 32n - 977n;
export const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** Affine; undefined is the point at infinity. */
export type Point = { readonly x: bigint; readonly y: bigint } | undefined;
export const G: Point = {
  x: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  y: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
};

export const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(createHash('sha256').update(concat(...parts)).digest());

/** Euclid's algorithm. */
export function inverse(a: bigint, m: bigint): bigint {
  let [r, next, s, after] = [m, mod(a, m), 0n, 1n];
  while (next !== 0n) [r, next, s, after] = [next, r % next, after, s - (r / next) * after];
  return mod(s, m);
}

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let bit = BigInt(exponent.toString(2).length) - 1n; bit >= 0n; bit--) {
    result = (result * result) % m;
    if ((exponent >> bit) & 1n) result = (result * base) % m;
  }
  return result;
}

export function add(a: Point, b: Point): Point {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.x === b.x && mod(a.y + b.y, P) === 0n) return undefined;
  const slope = a.x === b.x ? 3n * a.x * a.x * inverse(2n * a.y, P) : (b.y - a.y) * inverse(b.x - a.x, P);
  const x = mod(slope * slope - a.x - b.x, P);
  return { x, y: mod(slope * (a.x - x) - a.y, P) };
}

export const negate = (a: Point): Point => a && { x: a.x, y: mod(-a.y, P) };

export function multiply(a: Point, scalar: bigint): Point {
  let sum: Point;
  for (let bit = BigInt(scalar.toString(2).length) - 1n; bit >= 0n; bit--) {
    sum = add(sum, sum);
    if ((scalar >> bit) & 1n) sum = add(sum, a);
  }
  return sum;
}

const onCurve = (x: bigint, y: bigint): boolean => mod(y * y - x * x * x - 7n, P) === 0n;

/** The point of a compressed key. */
function keyOf(bytes: Uint8Array): Point {
  const x = numberOf(bytes.subarray(1));
  if ((bytes[0] !== 2 && bytes[0] !== 3) || x >= P) return undefined;
  const y = power(x * x * x + 7n, (P + 1n) / 4n, P);
  return onCurve(x, y) ? { x, y: (y & 1n) === BigInt(bytes[0] & 1) ? y : P - y } : undefined;
}

interface Place {
  readonly index: number;
  readonly r: bigint;
  readonly s: bigint;
  readonly z: bigint;
  readonly key: Point;
  /** Where the hint gives a point whose x is r. */
  readonly point: Point;
  readonly record: Uint8Array;
  readonly mark: number;
}

/** Signatures that are well formed, in their order. */
export function placesOf({ count, signatures, digests, publicKeys, hints }: SignatureBatch): Place[] {
  const places: Place[] = [];
  for (let index = 0; index < count; index++) {
    const cut = (column: Uint8Array, size: number): Uint8Array => column.subarray(size * index, size * index + size);
    const [signature, digest, publicKey, hint] = [cut(signatures, 64), cut(digests, 32), cut(publicKeys, 33), numberOf(cut(hints, 32))];
    const [r, s, key] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32)), keyOf(publicKey)];
    if (r < 1n || r >= N || s < 1n || s > N / 2n || key === undefined) continue;
    const point = hint > 0n && hint < P && onCurve(r, hint) ? { x: r, y: hint } : undefined;
    const mark = (publicKey[0] & 1) | (point === undefined ? 0 : 2 | (Number(hint & 1n) << 2));
    places.push({ index, r, s, z: numberOf(digest), key, point, record: concat(signature, digest, publicKey.subarray(1)), mark });
  }
  return places;
}

/** 128 bits for each place, from SHA-256 over all of them. */
export function coefficientsOf(places: readonly Place[]): bigint[] {
  const lanes = [0, 1, 2, 3].map((lane) => {
    const records = places.filter((_, i) => i % 4 === lane).map(({ record }) => record);
    while (records.length < Math.ceil(places.length / 4)) records.push(new Uint8Array(128));
    return sha256(...records);
  });
  const seed = sha256(...lanes, Uint8Array.from(places, ({ mark }) => mark));
  return places.map((_, i) => {
    const pair = sha256(seed, Uint8Array.of(0, 0, i >> 9, (i >> 1) & 255));
    return numberOf(pair.subarray(16 * (i % 2), 16 * (i % 2) + 16));
  });
}

/** The sum of c (z / s G + r / s P − R) over the places whose R is known. */
export function combination(places: readonly Place[], coefficients: readonly bigint[]): Point {
  let sum: Point;
  places.forEach(({ r, s, z, key, point }, i) => {
    if (point === undefined) return;
    const weight = (coefficients[i] * inverse(s, N)) % N;
    sum = add(add(sum, multiply(G, (weight * z) % N)), add(multiply(key, (weight * r) % N), negate(multiply(point, coefficients[i]))));
  });
  return sum;
}

/** Plain verification of one place. */
export function holds({ r, s, z, key }: Place): boolean {
  const w = inverse(s, N);
  const point = add(multiply(G, (z * w) % N), multiply(key, (r * w) % N));
  return point !== undefined && point.x % N === r;
}

export function verdictsOf(batch: SignatureBatch): Uint8Array {
  const places = placesOf(batch);
  const verdicts = new Uint8Array(batch.count);
  const all = combination(places, coefficientsOf(places)) === undefined;
  for (const place of places) verdicts[place.index] = (all && place.point !== undefined) || holds(place) ? 1 : 0;
  return verdicts;
}
