// Single points: Jacobian x, y, z (36 bytes each; z = 0 is the point at infinity) and affine x, y. Complete: every formula
// asks for equal and opposite points first.
import { mul, sqr } from './field';
import { add, copy, equalP, isZeroP, laneOf, negate, ONE, parse, reduceP, root, sub, times } from './number';
import { INFINITE } from './lanes';

const A: usize = memory.data(36, 16);
const B: usize = memory.data(36, 16);
const C: usize = memory.data(36, 16);
const D: usize = memory.data(36, 16);
const E: usize = memory.data(36, 16);
const F: usize = memory.data(36, 16);
const G: usize = memory.data(36, 16);
const H: usize = memory.data(36, 16);
const SEVEN: usize = memory.data<u32>([7, 0, 0, 0, 0, 0, 0, 0, 0], 16);

export function infinite(out: usize): void {
  copy(out, ONE);
  copy(out + 36, ONE);
  memory.fill(out + 72, 0, 36);
}

export function isInfinite(p: usize): bool {
  return isZeroP(p + 72);
}

/** One lane of a block of four points, to x and y; false for the point at infinity. */
export function pointOfLane(out: usize, block: usize, lane: usize): bool {
  if (load<u32>(block + 4 * lane, 128) & INFINITE) return false;
  laneOf(out, block, lane);
  laneOf(out + 36, block + 144, lane);
  return true;
}

/** 2p (dbl-2009-l: 2 products, 5 squares). A point of order 2 does not exist. */
export function addDouble(out: usize, p: usize): void {
  sqr(A, p); // x²
  sqr(B, p + 36); // y²
  sqr(C, B); // y⁴
  add(D, p, B);
  sqr(D, D);
  sub(D, D, A);
  sub(D, D, C);
  times(D, D, 2); // 4xy²
  times(E, A, 3);
  sqr(F, E);
  mul(G, p + 36, p + 72);
  times(out + 72, G, 2);
  times(G, D, 2);
  sub(out, F, G);
  sub(G, D, out);
  mul(G, E, G);
  times(C, C, 8);
  sub(out + 36, G, C);
}

/** p + (x, y) (8 products, 3 squares). */
export function addPoint(out: usize, p: usize, x: usize, y: usize): void {
  if (isZeroP(p + 72)) {
    copy(out, x);
    copy(out + 36, y);
    return copy(out + 72, ONE);
  }
  sqr(A, p + 72);
  mul(B, x, A);
  mul(C, A, p + 72);
  mul(C, y, C);
  join(out, p, p + 36, B, C, p + 72);
}

/** From x1, y1 and x2, y2 over a common z, and z times what is missing of the sum's. */
function join(out: usize, x1: usize, y1: usize, x2: usize, y2: usize, z: usize): void {
  sub(D, x2, x1); // H
  sub(E, y2, y1); // R
  if (isZeroP(D)) {
    if (!isZeroP(E)) return infinite(out);
    // Equal points: over this z they are (x1, y1), which stand where the caller's p did or are not out's.
    copy(F, x1);
    copy(G, y1);
    copy(out + 72, z);
    copy(out, F);
    copy(out + 36, G);
    return addDouble(out, out);
  }
  sqr(F, D);
  mul(G, D, F); // H³
  mul(F, x1, F); // x1 H²
  mul(H, y1, G);
  mul(out + 72, z, D);
  sqr(A, E);
  sub(A, A, G);
  sub(A, A, F);
  sub(out, A, F);
  sub(F, F, out);
  mul(F, E, F);
  sub(out + 36, F, H);
}

const Z2: usize = memory.data(36, 16);
const Z3: usize = memory.data(36, 16);
const U1: usize = memory.data(36, 16);
const S1: usize = memory.data(36, 16);
const U2: usize = memory.data(36, 16);
const S2: usize = memory.data(36, 16);
const ZZ: usize = memory.data(36, 16);

/** p + q (12 products, 4 squares). */
export function addJacobian(out: usize, p: usize, q: usize): void {
  if (isZeroP(q + 72)) return memory.copy(out, p, 108);
  if (isZeroP(p + 72)) return memory.copy(out, q, 108);
  sqr(Z2, q + 72);
  mul(Z3, Z2, q + 72);
  mul(U1, p, Z2);
  mul(S1, p + 36, Z3);
  sqr(Z2, p + 72);
  mul(Z3, Z2, p + 72);
  mul(U2, q, Z2);
  mul(S2, q + 36, Z3);
  mul(ZZ, p + 72, q + 72);
  join(out, U1, S1, U2, S2, ZZ);
}

/** x³ + 7. */
export function cubic(out: usize, x: usize): void {
  sqr(A, x);
  mul(A, A, x);
  add(out, A, SEVEN);
}

/** The y of the given parity that belongs to x, reduced to below p; false where there is none. */
export function lift(out: usize, x: usize, odd: u32): bool {
  cubic(B, x);
  root(C, B);
  sqr(A, C);
  if (!equalP(A, B)) return false;
  withParity(out, C, odd);
  return true;
}

/** ±y, whichever has the parity; reduced. */
export function withParity(out: usize, y: usize, odd: u32): void {
  reduceP(out, y);
  if ((load<u32>(out) & 1) == odd) return;
  negate(out, out);
  reduceP(out, out);
}

/** Whether x < p in 32 big-endian bytes. */
export function belowP(bytes: usize): bool {
  if (load<u64>(bytes) != ~0 || load<u64>(bytes, 8) != ~0 || load<u64>(bytes, 16) != ~0) return true;
  return bswap<u64>(load<u64>(bytes, 24)) < 0xfffffffefffffc2f;
}

const BETA_BYTES: usize = memory.data<u8>([0x7a, 0xe9, 0x6a, 0x2b, 0x65, 0x7c, 0x07, 0x10, 0x6e, 0x64, 0x47, 0x9e, 0xac, 0x34, 0x34, 0xe9, 0x9c, 0xf0, 0x49, 0x75, 0x12, 0xf5, 0x89, 0x95, 0xc1, 0x39, 0x6c, 0x28, 0x71, 0x95, 0x01, 0xee], 16);
/** The cube root of 1 that multiplies x in the endomorphism. */
export const BETA: usize = memory.data(36, 16);
parse(BETA, BETA_BYTES);
