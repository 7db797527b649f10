// Single numbers of nine limbs, 36 bytes each: all tight (field.ts) unless said otherwise.
import { BIAS, FOLD_N, FOLD_P, LIMBS_N, LIMBS_P, mul, sqr } from './field';

export const MASK: u64 = 0x1fffffff;

export const ONE: usize = memory.data<u32>([1, 0, 0, 0, 0, 0, 0, 0, 0], 16);

/** 32 big-endian bytes to limbs, `stride` bytes apart. */
// @ts-ignore: decorator
@inline export function parse(out: usize, bytes: usize, stride: usize = 4): void {
  const d = bswap<u64>(load<u64>(bytes)), c = bswap<u64>(load<u64>(bytes, 8)), b = bswap<u64>(load<u64>(bytes, 16)), a = bswap<u64>(load<u64>(bytes, 24));
  store<u32>(out, <u32>(a & MASK));
  store<u32>(out + stride, <u32>((a >> 29) & MASK));
  store<u32>(out + 2 * stride, <u32>(((a >> 58) | (b << 6)) & MASK));
  store<u32>(out + 3 * stride, <u32>((b >> 23) & MASK));
  store<u32>(out + 4 * stride, <u32>(((b >> 52) | (c << 12)) & MASK));
  store<u32>(out + 5 * stride, <u32>((c >> 17) & MASK));
  store<u32>(out + 6 * stride, <u32>(((c >> 46) | (d << 18)) & MASK));
  store<u32>(out + 7 * stride, <u32>((d >> 11) & MASK));
  store<u32>(out + 8 * stride, <u32>(d >> 40));
}

/** A reduced number to 32 big-endian bytes. */
export function format(bytes: usize, a: usize): void {
  const l0 = <u64>load<u32>(a), l1 = <u64>load<u32>(a, 4), l2 = <u64>load<u32>(a, 8), l3 = <u64>load<u32>(a, 12), l4 = <u64>load<u32>(a, 16);
  const l5 = <u64>load<u32>(a, 20), l6 = <u64>load<u32>(a, 24), l7 = <u64>load<u32>(a, 28), l8 = <u64>load<u32>(a, 32);
  store<u64>(bytes, bswap<u64>((l6 >> 18) | (l7 << 11) | (l8 << 40)));
  store<u64>(bytes, bswap<u64>((l4 >> 12) | (l5 << 17) | (l6 << 46)), 8);
  store<u64>(bytes, bswap<u64>((l2 >> 6) | (l3 << 23) | (l4 << 52)), 16);
  store<u64>(bytes, bswap<u64>(l0 | (l1 << 29) | (l2 << 58)), 24);
}

// @ts-ignore: decorator
@inline export function copy(out: usize, a: usize): void {
  memory.copy(out, a, 36);
}

/** One lane of a block of four numbers. */
export function laneOf(out: usize, block: usize, lane: usize): void {
  for (let i: usize = 0; i < 9; i++) store<u32>(out + 4 * i, load<u32>(block + 16 * i + 4 * lane));
}

export function toLane(block: usize, lane: usize, a: usize): void {
  for (let i: usize = 0; i < 9; i++) store<u32>(block + 16 * i + 4 * lane, load<u32>(a + 4 * i));
}

/** Nine u64 limbs below 2^60 to tight ones modulo p. */
// @ts-ignore: decorator
@inline function tighten(out: usize, l0: u64, l1: u64, l2: u64, l3: u64, l4: u64, l5: u64, l6: u64, l7: u64, l8: u64): void {
  l1 += l0 >> 29; l2 += l1 >> 29; l3 += l2 >> 29; l4 += l3 >> 29; l5 += l4 >> 29; l6 += l5 >> 29; l7 += l6 >> 29; l8 += l7 >> 29;
  const over = l8 >> 29;
  l0 = (l0 & MASK) + over * 31264;
  l1 = (l1 & MASK) + (over << 8) + (l0 >> 29);
  store<u32>(out, <u32>(l0 & MASK));
  store<u32>(out, <u32>(l1 & MASK), 4);
  store<u32>(out, <u32>((l2 & MASK) + (l1 >> 29)), 8);
  store<u32>(out, <u32>(l3 & MASK), 12);
  store<u32>(out, <u32>(l4 & MASK), 16);
  store<u32>(out, <u32>(l5 & MASK), 20);
  store<u32>(out, <u32>(l6 & MASK), 24);
  store<u32>(out, <u32>(l7 & MASK), 28);
  store<u32>(out, <u32>(l8 & MASK), 32);
}

// @ts-ignore: decorator
@inline function limb(a: usize, i: usize): u64 {
  return <u64>load<u32>(a + 4 * i);
}

export function add(out: usize, a: usize, b: usize): void {
  tighten(out, limb(a, 0) + limb(b, 0), limb(a, 1) + limb(b, 1), limb(a, 2) + limb(b, 2), limb(a, 3) + limb(b, 3), limb(a, 4) + limb(b, 4), limb(a, 5) + limb(b, 5), limb(a, 6) + limb(b, 6), limb(a, 7) + limb(b, 7), limb(a, 8) + limb(b, 8));
}

// @ts-ignore: decorator
@inline function minus(a: usize, b: usize, i: usize): u64 {
  return limb(a, i) + limb(BIAS, i) - limb(b, i);
}

/** a − b modulo p. */
export function sub(out: usize, a: usize, b: usize): void {
  tighten(out, minus(a, b, 0), minus(a, b, 1), minus(a, b, 2), minus(a, b, 3), minus(a, b, 4), minus(a, b, 5), minus(a, b, 6), minus(a, b, 7), minus(a, b, 8));
}

/** `factor` × a modulo p, for factors up to 2^30. */
export function times(out: usize, a: usize, factor: u64): void {
  tighten(out, limb(a, 0) * factor, limb(a, 1) * factor, limb(a, 2) * factor, limb(a, 3) * factor, limb(a, 4) * factor, limb(a, 5) * factor, limb(a, 6) * factor, limb(a, 7) * factor, limb(a, 8) * factor);
}

const ZERO: usize = memory.data(36, 16);

export function negate(out: usize, a: usize): void {
  sub(out, ZERO, a);
}

const WORK: usize = memory.data(80, 16);

/** The one number below the modulus that is congruent to nine u64 limbs below 2^52 at `limbs`, which are destroyed. */
function reduce(out: usize, limbs: usize, fold: usize, modulus: usize): void {
  // After two rounds only the third, of at most one bit, may still be needed.
  for (let round = 0; round < 3; round++) {
    let carry: u64 = 0;
    for (let i: usize = 0; i < 8; i++) {
      carry += load<u64>(limbs + 8 * i);
      store<u64>(limbs + 8 * i, carry & MASK);
      carry >>= 29;
    }
    const top = load<u64>(limbs, 64) + carry;
    const over = top >> 24;
    store<u64>(limbs, top & 0xffffff, 64);
    for (let i: usize = 0; i < 5; i++) store<u64>(limbs + 8 * i, load<u64>(limbs + 8 * i) + over * <u64>load<u32>(fold + 4 * i));
  }
  let carry: i64 = 0;
  for (let i: usize = 0; i < 9; i++) {
    carry += load<i64>(limbs + 8 * i);
    store<i64>(limbs + 8 * i, carry & MASK);
    carry >>= 29;
  }
  carry = 0;
  for (let i: usize = 0; i < 9; i++) {
    carry += load<i64>(limbs + 8 * i) - <i64>load<u32>(modulus + 4 * i);
    store<u32>(out + 4 * i, <u32>(carry & MASK));
    carry >>= 29;
  }
  if (carry < 0) for (let i: usize = 0; i < 9; i++) store<u32>(out + 4 * i, <u32>load<u64>(limbs + 8 * i));
}

/** Spreads u32 limbs for `reduce`. */
function widen(a: usize): usize {
  for (let i: usize = 0; i < 9; i++) store<u64>(WORK + 8 * i, limb(a, i));
  return WORK;
}

export function reduceP(out: usize, a: usize): void {
  reduce(out, widen(a), FOLD_P, LIMBS_P);
}

export function reduceN(out: usize, a: usize): void {
  reduce(out, widen(a), FOLD_N, LIMBS_N);
}

/** Of nine u64 limbs, which are destroyed. */
export function reduceSumN(out: usize, limbs: usize): void {
  reduce(out, limbs, FOLD_N, LIMBS_N);
}

const DIFFERENCE: usize = memory.data(36, 16);

export function isZeroP(a: usize): bool {
  reduceP(DIFFERENCE, a);
  let any: u32 = 0;
  for (let i: usize = 0; i < 36; i += 4) any |= load<u32>(DIFFERENCE + i);
  return any == 0;
}

export function equalP(a: usize, b: usize): bool {
  sub(DIFFERENCE, a, b);
  return isZeroP(DIFFERENCE);
}

const X2: usize = memory.data(36, 16);
const X3: usize = memory.data(36, 16);
const X22: usize = memory.data(36, 16);
const XK: usize = memory.data(36, 16);
const XM: usize = memory.data(36, 16);
const ACC: usize = memory.data(36, 16);

/** out = a^(2^times) × b; `out` may be neither. */
function climb(out: usize, a: usize, times: i32, b: usize): void {
  sqr(out, a);
  for (let i = 1; i < times; i++) sqr(out, out);
  mul(out, out, b);
}

/** a to the power of 223 ones and then, 23 places up, 22 more: how (p + 1) / 4 begins. Into XM; X2 is a³. */
function beginPower(a: usize): void {
  climb(X2, a, 1, a);
  climb(X3, X2, 1, a);
  climb(XK, X3, 3, X3); // 6
  climb(XM, XK, 3, X3); // 9
  climb(XK, XM, 2, X2); // 11
  climb(X22, XK, 11, XK);
  climb(XK, X22, 22, X22); // 44
  climb(XM, XK, 44, XK); // 88
  climb(ACC, XM, 88, XM); // 176
  climb(XM, ACC, 44, XK); // 220
  climb(ACC, XM, 3, X3); // 223
  climb(XM, ACC, 23, X22);
}

/** a^((p + 1) / 4): a square root of a if there is one. */
export function root(out: usize, a: usize): void {
  beginPower(a);
  climb(ACC, XM, 6, X2);
  sqr(ACC, ACC);
  sqr(out, ACC);
}
