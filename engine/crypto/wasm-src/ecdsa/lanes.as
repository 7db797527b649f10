// Additions of affine points, many at once: one inversion for all of them (Montgomery's trick), four side by side.
//
// A block holds four points: the limbs of the four x, then those of the four y, 16 bytes a limb. An addition costs five
// products and a square; where two points have the same x (a doubling, opposite points) or one is the point at infinity,
// its place in the shared product is taken by something that is not zero, and it is put right one by one: no input makes
// the whole of it fail or fall back to slower arithmetic.
//
// Bounds: with tight x and y, below 2^29 + 2^20 a limb, BIAS (66p) has limbs of 2^30 − 2^16 and more, so y2 − y1 + BIAS is
// above zero and loose. −y2 − y1 takes 2^29 more per limb. 2 × x1 + (x2 − x1 + BIAS) is below 5 × 2^29 + 2^22, and
// BIAS_WIDE (164p) is above that and below 6 × 2^29, so that sums with a tight number stay below 2^32.
import { BIAS, BIAS_WIDE, mul, mul4, sqr, sqr4 } from './field';
import { DIFFERENCES, KINDS, PAIRS, PRODUCTS, TAKEN } from './layout';
import { copy, equalP, inverse, laneOf, negate, ONE, times, toLane } from './number';

/** Stands for the x limbs of the point at infinity: the highest limb has its top bit set. */
export const INFINITE: u32 = 0x80000000;
/** As a reference: x, y, βx. */
export const INFINITY: usize = memory.data<u32>([0, 0, 0, 0, 0, 0, 0, 0, 0x80000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80000000], 16);

const ONES: usize = memory.data<u32>([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);
const RUN: usize = memory.data(144, 16);
const OTHER: usize = memory.data(144, 16);
const NUMERATOR: usize = memory.data(144, 16);
const SLOPE: usize = memory.data(144, 16);
const BEFORE: usize = memory.data(288, 16);
const A: usize = memory.data(36, 16);
const B: usize = memory.data(36, 16);
const C: usize = memory.data(36, 16);

// How a lane is added.
const PLAIN: u32 = 0;
const DOUBLE: u32 = 1;
const OPPOSITE: u32 = 2;
/** The other summand is infinite. */
const KEEP: u32 = 3;
/** This one is. */
const TAKE: u32 = 4;

// @ts-ignore: decorator
@inline export function xOf(reference: u32): usize {
  return (reference & ~3) + (reference & 2) * 36;
}

// @ts-ignore: decorator
@inline export function yOf(reference: u32): usize {
  return (reference & ~3) + 36;
}

/** The numbers at four places, side by side. */
function gather(out: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let half: usize = 0; half < 2; half++) {
      const a = v128.load(p0 + 16 * half), b = v128.load(p1 + 16 * half), c = v128.load(p2 + 16 * half), d = v128.load(p3 + 16 * half);
      const abLow = v128.shuffle<u32>(a, b, 0, 4, 1, 5), abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
      const cdLow = v128.shuffle<u32>(c, d, 0, 4, 1, 5), cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
      v128.store(out + 64 * half, v128.shuffle<u64>(abLow, cdLow, 0, 2));
      v128.store(out + 64 * half, v128.shuffle<u64>(abLow, cdLow, 1, 3), 16);
      v128.store(out + 64 * half, v128.shuffle<u64>(abHigh, cdHigh, 0, 2), 32);
      v128.store(out + 64 * half, v128.shuffle<u64>(abHigh, cdHigh, 1, 3), 48);
    }
    store<u32>(out, load<u32>(p0, 32), 128);
    store<u32>(out, load<u32>(p1, 32), 132);
    store<u32>(out, load<u32>(p2, 32), 136);
    store<u32>(out, load<u32>(p3, 32), 140);
  } else {
    for (let i: usize = 0; i < 9; i++) {
      store<u32>(out + 16 * i, load<u32>(p0 + 4 * i));
      store<u32>(out + 16 * i, load<u32>(p1 + 4 * i), 4);
      store<u32>(out + 16 * i, load<u32>(p2 + 4 * i), 8);
      store<u32>(out + 16 * i, load<u32>(p3 + 4 * i), 12);
    }
  }
}

/** x of four references. */
export function gatherX(out: usize, references: usize): void {
  gather(out, xOf(load<u32>(references)), xOf(load<u32>(references, 4)), xOf(load<u32>(references, 8)), xOf(load<u32>(references, 12)));
}

export function gatherY(out: usize, references: usize): void {
  gather(out, yOf(load<u32>(references)), yOf(load<u32>(references, 4)), yOf(load<u32>(references, 8)), yOf(load<u32>(references, 12)));
}

/** a − b, loose. */
function less4(out: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < 9; i++) v128.store(out + 16 * i, i32x4.sub(i32x4.add(v128.load(a + 16 * i), v128.load32_splat(BIAS + 4 * i)), v128.load(b + 16 * i)));
  } else {
    for (let i: usize = 0; i < 144; i += 4) store<u32>(out + i, load<u32>(a + i) + load<u32>(BIAS + ((i >> 2) & ~3)) - load<u32>(b + i));
  }
}

/** ±a − b, loose: minus where the reference says so. */
function signedLess4(out: usize, a: usize, b: usize, references: usize): void {
  if (ASC_FEATURE_SIMD) {
    const minus = i32x4.shr_s(i32x4.shl(v128.load(references), 31), 31);
    const lift = v128.and(minus, i32x4.splat(0x20000000));
    for (let i: usize = 0; i < 9; i++) {
      const extra = i == 0 ? i32x4.sub(lift, minus) : i == 8 ? v128.and(minus, i32x4.splat(0)) : lift;
      v128.store(out + 16 * i, i32x4.sub(i32x4.add(i32x4.add(v128.xor(v128.load(a + 16 * i), minus), extra), v128.load32_splat(BIAS + 4 * i)), v128.load(b + 16 * i)));
    }
  } else {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const minus: u32 = 0 - (load<u32>(references + lane) & 1);
      for (let i: usize = 0; i < 9; i++) {
        const extra: u32 = i == 8 ? 0 : (minus & 0x20000000) - (i == 0 ? minus : 0);
        store<u32>(out + 16 * i + lane, (load<u32>(a + 16 * i + lane) ^ minus) + extra + load<u32>(BIAS + 4 * i) - load<u32>(b + 16 * i + lane));
      }
    }
  }
}

/** Limbs below 2^32 to tight ones. */
function tighten4(a: usize): void {
  if (ASC_FEATURE_SIMD) {
    const mask = i32x4.splat(0x1fffffff);
    let carry = i32x4.splat(0);
    for (let i: usize = 0; i < 9; i++) {
      const limb = i32x4.add(v128.load(a + 16 * i), carry);
      v128.store(a + 16 * i, v128.and(limb, mask));
      carry = i32x4.shr_u(limb, 29);
    }
    v128.store(a, i32x4.add(v128.load(a), i32x4.mul(carry, i32x4.splat(31264))));
    v128.store(a, i32x4.add(v128.load(a, 16), i32x4.shl(carry, 8)), 16);
  } else {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      let carry: u32 = 0;
      for (let i: usize = 0; i < 144; i += 16) {
        carry += load<u32>(a + i + lane);
        store<u32>(a + i + lane, carry & 0x1fffffff);
        carry >>= 29;
      }
      store<u32>(a + lane, load<u32>(a + lane) + carry * 31264);
      store<u32>(a + lane, load<u32>(a + lane, 16) + (carry << 8), 16);
    }
  }
}

/** square − 2 × x − difference, tight. */
function thirdX(out: usize, square: usize, x: usize, difference: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < 9; i++) {
      const taken = i32x4.add(i32x4.shl(v128.load(x + 16 * i), 1), v128.load(difference + 16 * i));
      v128.store(out + 16 * i, i32x4.sub(i32x4.add(v128.load(square + 16 * i), v128.load32_splat(BIAS_WIDE + 4 * i)), taken));
    }
  } else {
    for (let i: usize = 0; i < 144; i += 4) store<u32>(out + i, load<u32>(square + i) + load<u32>(BIAS_WIDE + ((i >> 2) & ~3)) - 2 * load<u32>(x + i) - load<u32>(difference + i));
  }
  tighten4(out);
}

/** Four points by reference into a block, with their signs. */
export function take(block: usize, references: usize): void {
  gatherX(block, references);
  gatherY(OTHER, references);
  memory.fill(block + 144, 0, 144);
  signedLess4(block + 144, OTHER, block + 144, references);
  tighten4(block + 144);
}

/** One bit per lane that needs more than the plain formula: x equal as far as limb 0 can tell, or a point at infinity. */
// @ts-ignore: decorator
@inline function suspects(difference: usize, x1: usize, x2: usize): u32 {
  // x1 and x2 are below 33p, and p is −977 modulo 2^29, as is limb 0 of BIAS but for its 66.
  if (ASC_FEATURE_SIMD) {
    const low = v128.and(i32x4.add(v128.load(difference), i32x4.splat(977 * (66 + 33))), i32x4.splat(0x1fffffff));
    const equal = i32x4.gt_s(i32x4.splat(977 * 66 + 1), low);
    return <u32>i32x4.bitmask(v128.or(equal, v128.or(v128.load(x1, 128), v128.load(x2, 128))));
  } else {
    let bits: u32 = 0;
    for (let lane: usize = 0; lane < 4; lane++) {
      const low = (load<u32>(difference + 4 * lane) + 977 * (66 + 33)) & 0x1fffffff;
      const infinite = (load<u32>(x1 + 4 * lane, 128) | load<u32>(x2 + 4 * lane, 128)) >> 31;
      bits |= (<u32>(low <= 977 * 66) | infinite) << <u32>lane;
    }
    return bits;
  }
}

/** y of the second summand in one lane, with its sign. */
function otherY(out: usize, pair: usize, lane: usize, gathered: bool): void {
  const other: usize = load<u32>(pair, 4);
  if (!gathered) return laneOf(out, other + 144, lane);
  const reference = load<u32>(other + 4 * lane);
  if (reference & 1) negate(out, yOf(reference));
  else copy(out, yOf(reference));
}

const ZERO: usize = memory.data(36, 16);

/** Decides how a suspect lane is added, and puts something that is not zero in its place of the product. */
function settle(pair: usize, block: usize, lane: usize, difference: usize, x2: usize, gathered: bool): u32 {
  let kind = PLAIN;
  if (load<u32>(x2 + 4 * lane, 128) & INFINITE) kind = KEEP;
  else if (load<u32>(block + 4 * lane, 128) & INFINITE) kind = TAKE;
  else {
    laneOf(A, block, lane);
    laneOf(B, x2, lane);
    if (!equalP(A, B)) return PLAIN;
    laneOf(A, block + 144, lane);
    otherY(B, pair, lane, gathered);
    kind = equalP(A, B) ? DOUBLE : OPPOSITE;
  }
  if (kind == DOUBLE) {
    times(B, A, 2);
    toLane(difference, lane, B);
  } else toLane(difference, lane, ONE);
  return kind;
}

/** The result of a lane that the formula does not give. */
function mend(pair: usize, block: usize, lane: usize, kind: u32, gathered: bool): void {
  if (kind == OPPOSITE) {
    for (let i: usize = 0; i < 288; i += 16) store<u32>(block + i + 4 * lane, 0);
    store<u32>(block + 4 * lane, INFINITE, 128);
  } else if (kind == KEEP) {
    for (let i: usize = 0; i < 288; i += 16) store<u32>(block + i + 4 * lane, load<u32>(BEFORE + i + 4 * lane));
  } else if (kind == TAKE) {
    const other: usize = load<u32>(pair, 4);
    if (gathered) {
      toLane(block, lane, xOf(load<u32>(other + 4 * lane)));
      otherY(B, pair, lane, true);
      toLane(block + 144, lane, B);
    } else {
      for (let i: usize = 0; i < 288; i += 16) store<u32>(block + i + 4 * lane, load<u32>(other + i + 4 * lane));
    }
  }
}

/** Turns the four numbers in RUN into their inverses. */
function invertRun(): void {
  const first = INVERTED, second = INVERTED + 36, third = INVERTED + 72, fourth = INVERTED + 108;
  laneOf(first, RUN, 0);
  laneOf(second, RUN, 1);
  laneOf(third, RUN, 2);
  laneOf(fourth, RUN, 3);
  mul(A, first, second);
  mul(B, third, fourth);
  mul(C, A, B);
  inverse(C, C);
  mul(B, B, C); // 1 / (first × second)
  mul(A, A, C); // 1 / (third × fourth)
  mul(C, B, second);
  toLane(RUN, 0, C);
  mul(C, B, first);
  toLane(RUN, 1, C);
  mul(C, A, fourth);
  toLane(RUN, 2, C);
  mul(C, A, third);
  toLane(RUN, 3, C);
}
const INVERTED: usize = memory.data(144, 16);

/**
 * Adds to each of the `count` blocks that PAIRS names first, what it names second: another block, or (`gathered`) four
 * references. No block may occur twice. At most ADDITIONS_MAX.
 */
export function addPairs(count: usize, gathered: bool): void {
  if (count == 0) return;
  additions += 4 * <u32>count;
  inversions++;
  memory.copy(RUN, ONES, 144);
  for (let i: usize = 0; i < count; i++) {
    const pair = PAIRS + 8 * i;
    const block: usize = load<u32>(pair), other: usize = load<u32>(pair, 4);
    const difference = DIFFERENCES + 144 * i;
    let x2 = other;
    if (gathered) gatherX((x2 = OTHER), other);
    less4(difference, x2, block);
    store<u32>(KINDS + 4 * i, 0);
    const bits = suspects(difference, block, x2);
    if (bits) {
      for (let lane: usize = 0; lane < 4; lane++) if ((bits >> <u32>lane) & 1) store<u8>(KINDS + 4 * i + lane, <u8>settle(pair, block, lane, difference, x2, gathered));
    }
    memory.copy(PRODUCTS + 144 * i, RUN, 144);
    mul4(RUN, RUN, difference);
  }
  invertRun();
  for (let i: isize = <isize>count - 1; i >= 0; i--) {
    const pair = PAIRS + 8 * i;
    const block: usize = load<u32>(pair), other: usize = load<u32>(pair, 4);
    const difference = DIFFERENCES + 144 * i;
    mul4(SLOPE, RUN, PRODUCTS + 144 * i);
    mul4(RUN, RUN, difference);
    if (gathered) {
      gatherY(OTHER, other);
      signedLess4(NUMERATOR, OTHER, block + 144, other);
    } else less4(NUMERATOR, other + 144, block + 144);
    const kinds = load<u32>(KINDS + 4 * i);
    if (kinds) {
      memory.copy(BEFORE, block, 288);
      for (let lane: usize = 0; lane < 4; lane++) {
        if (((kinds >> (8 * <u32>lane)) & 0xff) != DOUBLE) continue;
        laneOf(A, block, lane);
        sqr(A, A);
        times(A, A, 3);
        toLane(NUMERATOR, lane, A);
        toLane(difference, lane, ZERO);
      }
    }
    mul4(SLOPE, SLOPE, NUMERATOR);
    sqr4(OTHER, SLOPE);
    thirdX(OTHER, OTHER, block, difference);
    less4(NUMERATOR, block, OTHER);
    mul4(SLOPE, SLOPE, NUMERATOR);
    less4(block + 144, SLOPE, block + 144);
    tighten4(block + 144);
    memory.copy(block, OTHER, 144);
    if (kinds) {
      for (let lane: usize = 0; lane < 4; lane++) {
        const kind = (kinds >> (8 * <u32>lane)) & 0xff;
        if (kind > DOUBLE) mend(pair, block, lane, kind, gathered);
      }
    }
  }
}

/** Doubles each of the `count` blocks from `blocks` on: five products and two squares a point. At most ADDITIONS_MAX. */
export function doubleBlocks(blocks: usize, count: usize): void {
  additions += 4 * <u32>count;
  inversions++;
  memory.copy(RUN, ONES, 144);
  for (let i: usize = 0; i < count; i++) {
    const block = blocks + 288 * i, divisor = DIFFERENCES + 144 * i;
    for (let limb: usize = 0; limb < 144; limb += 8) store<u64>(divisor + limb, load<u64>(block + limb, 144) << 1);
    for (let lane: usize = 0; lane < 4; lane++) if (load<u32>(block + 4 * lane, 128) & INFINITE) toLane(divisor, lane, ONE);
    memory.copy(PRODUCTS + 144 * i, RUN, 144);
    mul4(RUN, RUN, divisor);
  }
  invertRun();
  for (let i: isize = <isize>count - 1; i >= 0; i--) {
    const block = blocks + 288 * i;
    mul4(SLOPE, RUN, PRODUCTS + 144 * i);
    mul4(RUN, RUN, DIFFERENCES + 144 * i);
    memory.copy(BEFORE, block, 288);
    sqr4(NUMERATOR, block);
    // Three times a tight number: little above a loose one, and columns have room for that.
    for (let limb: usize = 0; limb < 144; limb += 4) store<u32>(NUMERATOR + limb, 3 * load<u32>(NUMERATOR + limb));
    mul4(SLOPE, SLOPE, NUMERATOR);
    sqr4(OTHER, SLOPE);
    thirdX(OTHER, OTHER, block, NOTHING);
    less4(NUMERATOR, block, OTHER);
    mul4(SLOPE, SLOPE, NUMERATOR);
    less4(block + 144, SLOPE, block + 144);
    tighten4(block + 144);
    memory.copy(block, OTHER, 144);
    for (let lane: usize = 0; lane < 4; lane++) if (load<u32>(BEFORE + 4 * lane, 128) & INFINITE) mend(0, block, lane, KEEP, false);
  }
}
const NOTHING: usize = memory.data(144, 16);

/** What was done since these were last set to zero: additions (lanes) and inversions. */
export let additions: u32 = 0;
export let inversions: u32 = 0;
