/**
 * Bytes of the points of a proof, each written in one way only. There is no standard for bn254; ours is
 *
 *     A: x                 32 bytes     its y is the even one
 *     B: x.c1 ‖ x.c0       64 bytes     EIP-197's order; the first bit of all says that y is odd
 *     C: x                 32 bytes     the first bit says that y is odd
 *
 * Big-endian, each below p, which leaves the first two bits free; the second is always 0. "Odd" is the parity of y, over
 * Fp² that of c0, or of c1 where c0 is 0 (sgn0 of RFC 9380). The point at infinity cannot be written. A has no bit for
 * its sign because A and B may change theirs together and prove the same: whoever proves takes the pair in which A's
 * y is even.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { PROOF_BYTES } from '../../params/zk.ts';
import { toHex } from '../../primitives/bytes.ts';
import { Writer } from '../../primitives/codec.ts';

const { Fp, Fp2 } = bn254.fields;
const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;
export type G1Point = InstanceType<typeof G1>;
export type G2Point = InstanceType<typeof G2>;
type Fp2Element = ReturnType<typeof Fp2.create>;

export interface ProofPoints {
  readonly a: G1Point;
  readonly b: G2Point;
  readonly c: G1Point;
}

const ODD = 0x80;
const isOdd = (y: bigint): boolean => (y & 1n) === 1n;
const isOdd2 = ({ c0, c1 }: Fp2Element): boolean => isOdd(c0 === 0n ? c1 : c0);

/** The one encoding of a proof. A and B change their signs together where A's y is odd. */
export function writeProof({ a, b, c }: ProofPoints): Uint8Array {
  const turned = isOdd(a.toAffine().y);
  const pair = turned ? { a: a.negate(), b: b.negate() } : { a, b };
  const [pa, pb, pc] = [pair.a.toAffine(), pair.b.toAffine(), c.toAffine()];
  const out = new Writer(PROOF_BYTES);
  for (const x of [pa.x, pb.x.c1, pb.x.c0, pc.x]) out.hex(x.toString(16).padStart(64, '0'));
  const bytes = out.finish();
  if (isOdd2(pb.y)) bytes[32] |= ODD;
  if (isOdd(pc.y)) bytes[96] |= ODD;
  return bytes;
}

/** The same of affine coordinates as snarkjs gives them: x, y of A and C; x.c0, x.c1, y.c0, y.c1 of B; more is not read. */
export function proofOfCoordinates(a: readonly bigint[], b: readonly bigint[], c: readonly bigint[]): Uint8Array {
  return writeProof({
    a: G1.fromAffine({ x: a[0], y: a[1] }),
    b: G2.fromAffine({ x: Fp2.fromBigTuple([b[0], b[1]]), y: Fp2.fromBigTuple([b[2], b[3]]) }),
    c: G1.fromAffine({ x: c[0], y: c[1] }),
  });
}

/** Inverse of `writeProof`; undefined for whatever is not exactly an encoding of three points of the groups. */
export function readProof(bytes: Uint8Array): ProofPoints | undefined {
  if (bytes.length !== PROOF_BYTES) return undefined;
  const a = g1Of(coordinate(bytes, 0, 0), false);
  const c = g1Of(coordinate(bytes, 96, ODD), (bytes[96] & ODD) !== 0);
  const b = g2Of(coordinate(bytes, 64, 0), coordinate(bytes, 32, ODD), (bytes[32] & ODD) !== 0);
  return a && b && c && { a, b, c };
}

/** 32 bytes without the bits of `flags`; undefined unless below p. */
function coordinate(bytes: Uint8Array, at: number, flags: number): bigint | undefined {
  const copy = bytes.slice(at, at + 32);
  copy[0] &= ~flags;
  const value = BigInt(`0x${toHex(copy)}`);
  return value < Fp.ORDER ? value : undefined;
}

/** y² = x³ + 3. The cofactor is 1, so every point of the curve is in the group. */
function g1Of(x: bigint | undefined, odd: boolean): G1Point | undefined {
  if (x === undefined) return undefined;
  const y = rootOf(Fp, Fp.add(Fp.mul(Fp.sqr(x), x), 3n));
  return y === undefined ? undefined : G1.fromAffine({ x, y: isOdd(y) === odd ? y : Fp.neg(y) });
}

/** y² = x³ + 3 / (9 + u), and in the subgroup of the right order. */
function g2Of(c0: bigint | undefined, c1: bigint | undefined, odd: boolean): G2Point | undefined {
  if (c0 === undefined || c1 === undefined) return undefined;
  const x = Fp2.fromBigTuple([c0, c1]);
  const y = rootOf(Fp2, Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.CURVE().b));
  if (y === undefined) return undefined;
  const point = G2.fromAffine({ x, y: isOdd2(y) === odd ? y : Fp2.neg(y) });
  return point.isTorsionFree() ? point : undefined;
}

/** A square root, or undefined where there is none. */
function rootOf<T>(field: { sqrt(value: T): T }, value: T): T | undefined {
  try {
    return field.sqrt(value);
  } catch {
    return undefined;
  }
}
