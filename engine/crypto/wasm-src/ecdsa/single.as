// Plain verification of one signature: u1 G + u2 P, both scalars split by the endomorphism, four chains of signed digits
// over one chain of doublings (Strauss). G's odd multiples are made once, at the start.
import { GENERATOR, LIMBS_N, mul, mulN, sqr } from './field';
import { DIGESTS, GENERATOR_MULTIPLES, GENERATOR_TABLE, SIGNATURES } from './layout';
import { addDouble, addJacobian, addPoint, BETA, infinite, isInfinite } from './curve';
import { inverse } from './inverse';
import { add, copy, equalP, format, negate, ONE, parse, reduceP, reduceSumN } from './number';
import { splitScalar } from './split';

/** Digits of P's scalars are odd and below 2^4, G's below 2^8. */
const KEY_WIDTH: i32 = 5;
const GENERATOR_WIDTH: i32 = 9;
const KEY_MULTIPLES: i32 = 8;

const NUMBER: usize = memory.data(36, 16);
const PRODUCT: usize = memory.data(36, 16);
const WIDE: usize = memory.data(72, 16);
/** Two scalars of 16 bytes each, for G and for P. */
const PARTS: usize = memory.data(64, 16);
/** Four lists of 132 digits (i16), lowest first. */
const DIGITS: usize = memory.data(4 * 264, 16);
/** Odd multiples of P: Jacobian, and βx behind: 144 bytes each. */
const TABLE: usize = memory.data(8 * 144, 16);
const DOUBLED: usize = memory.data(108, 16);
const SUM: usize = memory.data(108, 16);
const TERM: usize = memory.data(108, 16);
const PREFIXES: usize = memory.data(36 * 128, 16);

/** G, 3G, … affine with βx: GENERATOR_MULTIPLES of them. Once. */
export function prepareGenerator(): void {
  // Jacobian first, x and y in their final places and z where βx will be.
  copy(GENERATOR_TABLE, GENERATOR);
  copy(GENERATOR_TABLE + 36, GENERATOR + 36);
  copy(GENERATOR_TABLE + 72, ONE);
  addDouble(DOUBLED, GENERATOR_TABLE);
  for (let i: usize = 1; i < <usize>GENERATOR_MULTIPLES; i++) addJacobian(GENERATOR_TABLE + 108 * i, GENERATOR_TABLE + 108 * (i - 1), DOUBLED);
  copy(PREFIXES, ONE);
  for (let i: usize = 1; i < <usize>GENERATOR_MULTIPLES; i++) mul(PREFIXES + 36 * i, PREFIXES + 36 * (i - 1), GENERATOR_TABLE + 108 * (i - 1) + 72);
  const last: usize = <usize>GENERATOR_MULTIPLES - 1;
  mul(NUMBER, PREFIXES + 36 * last, GENERATOR_TABLE + 108 * last + 72);
  inverse(NUMBER, NUMBER);
  for (let i: isize = <isize>last; i >= 0; i--) {
    const point = GENERATOR_TABLE + 108 * i;
    mul(PRODUCT, NUMBER, PREFIXES + 36 * i);
    mul(NUMBER, NUMBER, point + 72);
    sqr(TERM, PRODUCT);
    mul(point, point, TERM);
    mul(TERM, TERM, PRODUCT);
    mul(point + 36, point + 36, TERM);
    mul(point + 72, point, BETA);
  }
}

/** The number modulo n that is congruent to a product's nine tight limbs, split; signs as of `splitScalar`. */
function parts(out: usize, a: usize): u32 {
  for (let i: usize = 0; i < 9; i++) store<u64>(WIDE + 8 * i, load<u32>(a + 4 * i));
  reduceSumN(NUMBER, WIDE);
  return splitScalar(out, NUMBER);
}

/** Signed odd digits of a scalar of 16 little-endian bytes, at most one in `width` places that is not zero. */
function recode(out: usize, scalar: usize, width: i32, negative: bool): void {
  memory.fill(out, 0, 264);
  let low = load<u64>(scalar), high = load<u64>(scalar, 8);
  /** What a digit below zero carried over the top of 128 bits. */
  let top: u64 = 0;
  for (let place = 0; (low | high | top) != 0; ) {
    if (low & 1) {
      let digit = <i32>low & ((1 << width) - 1);
      if (digit >= 1 << (width - 1)) digit -= 1 << width;
      store<i16>(out + 2 * place, <i16>(negative ? -digit : digit));
      if (digit > 0) low -= <u64>digit;
      else {
        const more = low + <u64>(-digit);
        if (more < low && ++high == 0) top++;
        low = more;
      }
    }
    low = (low >> 1) | (high << 63);
    high = (high >> 1) | (top << 63);
    top >>= 1;
    place++;
  }
}

/** Adds digit × point of an affine table. */
// @ts-ignore: decorator
@inline function addGenerator(digit: i32, x: usize): void {
  if (digit == 0) return;
  const point = GENERATOR_TABLE + 108 * (<usize>(abs(digit) - 1) >> 1);
  let y = point + 36;
  if (digit < 0) {
    negate(TERM, y);
    y = TERM;
  }
  addPoint(SUM, SUM, point + x, y);
}

// @ts-ignore: decorator
@inline function addKey(digit: i32, x: usize): void {
  if (digit == 0) return;
  const point = TABLE + 144 * (<usize>(abs(digit) - 1) >> 1);
  copy(TERM, point + x);
  if (digit < 0) negate(TERM + 36, point + 36);
  else copy(TERM + 36, point + 36);
  copy(TERM + 72, point + 72);
  addJacobian(SUM, SUM, TERM);
}

/**
 * Whether the well-formed signature `index` is one of the key at `x`, `y`; `inverseS` is 1 / s. True if the x coordinate
 * of (z / s) G + (r / s) P is r or, below p, r + n.
 */
export function verifyOne(index: usize, inverseS: usize, x: usize, y: usize): bool {
  const signature = SIGNATURES + 64 * index;
  parse(NUMBER, DIGESTS + 32 * index);
  mulN(PRODUCT, inverseS, NUMBER);
  const signsG = parts(PARTS, PRODUCT);
  parse(NUMBER, signature);
  mulN(PRODUCT, inverseS, NUMBER);
  const signsP = parts(PARTS + 32, PRODUCT);
  recode(DIGITS, PARTS, GENERATOR_WIDTH, (signsG & 1) != 0);
  recode(DIGITS + 264, PARTS + 16, GENERATOR_WIDTH, (signsG & 2) != 0);
  recode(DIGITS + 528, PARTS + 32, KEY_WIDTH, (signsP & 1) != 0);
  recode(DIGITS + 792, PARTS + 48, KEY_WIDTH, (signsP & 2) != 0);
  copy(TABLE, x);
  copy(TABLE + 36, y);
  copy(TABLE + 72, ONE);
  addDouble(DOUBLED, TABLE);
  for (let i: usize = 1; i < <usize>KEY_MULTIPLES; i++) addJacobian(TABLE + 144 * i, TABLE + 144 * (i - 1), DOUBLED);
  for (let i: usize = 0; i < <usize>KEY_MULTIPLES; i++) mul(TABLE + 144 * i + 108, TABLE + 144 * i, BETA);
  infinite(SUM);
  let started = false;
  for (let place: isize = 131; place >= 0; place--) {
    if (started) addDouble(SUM, SUM);
    const digits = DIGITS + 2 * place;
    const g1 = <i32>load<i16>(digits), g2 = <i32>load<i16>(digits, 264), p1 = <i32>load<i16>(digits, 528), p2 = <i32>load<i16>(digits, 792);
    if ((g1 | g2 | p1 | p2) == 0) continue;
    started = true;
    addGenerator(g1, 0);
    addGenerator(g2, 72);
    addKey(p1, 0);
    addKey(p2, 108);
  }
  if (isInfinite(SUM)) return false;
  sqr(TERM, SUM + 72);
  parse(NUMBER, signature);
  mul(PRODUCT, NUMBER, TERM);
  if (equalP(PRODUCT, SUM)) return true;
  if (!belowGap(signature)) return false;
  add(NUMBER, NUMBER, LIMBS_N);
  mul(PRODUCT, NUMBER, TERM);
  return equalP(PRODUCT, SUM);
}

/** Whether x is r or, below p, r + n. */
export function hasX(r: usize, x: usize): bool {
  parse(TERM, r);
  if (equalP(TERM, x)) return true;
  if (!belowGap(r)) return false;
  add(TERM, TERM, LIMBS_N);
  return equalP(TERM, x);
}

/** y of the point that was found by the last call of `verifyOne`, as 32 big-endian bytes. */
export function lastY(out: usize): void {
  inverse(NUMBER, SUM + 72);
  sqr(TERM, NUMBER);
  mul(TERM, TERM, NUMBER);
  mul(TERM, TERM, SUM + 36);
  reduceP(TERM, TERM);
  format(out, TERM);
}

/** Whether r < p − n, a number of 128 bits and a half. */
function belowGap(r: usize): bool {
  if (load<u64>(r) != 0) return false;
  const second = bswap<u64>(load<u64>(r, 8));
  if (second != 1) return second < 1;
  const third = bswap<u64>(load<u64>(r, 16));
  if (third != 0x4551231950b75fc4) return third < 0x4551231950b75fc4;
  return bswap<u64>(load<u64>(r, 24)) < 0x402da1722fc9baee;
}
