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
import { copy4, gather4, less4, lessTight4, mul, mul4, signed4, signedLess4, sqr, sqr4, thirdX4, thrice4, twice4 } from './field';
import { DIFFERENCES, KINDS, PAIRS, PRODUCTS } from './layout';
import { inverse } from './inverse';
import { copy, equalP, laneOf, negate, ONE, times, toLane } from './number';

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

/** x of four references. */
export function gatherX(out: usize, references: usize): void {
  gather4(out, xOf(load<u32>(references)), xOf(load<u32>(references, 4)), xOf(load<u32>(references, 8)), xOf(load<u32>(references, 12)));
}

export function gatherY(out: usize, references: usize): void {
  gather4(out, yOf(load<u32>(references)), yOf(load<u32>(references, 4)), yOf(load<u32>(references, 8)), yOf(load<u32>(references, 12)));
}

/** Four points by reference into a block, with their signs. */
export function take(block: usize, references: usize): void {
  gatherX(block, references);
  gatherY(OTHER, references);
  signed4(block + 144, OTHER, references);
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
  exceptions++;
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

/** So many additions ahead points are read once, so that they come from memory while others are added. */
const AHEAD: usize = 4;
let seen: u32 = 0;

// @ts-ignore: decorator
@inline function touch(references: usize): void {
  seen = load<u32>(load<u32>(references) & ~3) ^ load<u32>(load<u32>(references, 4) & ~3) ^ load<u32>(load<u32>(references, 8) & ~3) ^ load<u32>(load<u32>(references, 12) & ~3) ^
    load<u32>(load<u32>(references) & ~3, 68) ^ load<u32>(load<u32>(references, 4) & ~3, 68) ^ load<u32>(load<u32>(references, 8) & ~3, 68) ^ load<u32>(load<u32>(references, 12) & ~3, 68);
}

/**
 * Adds to each of the `count` blocks that PAIRS names first, what it names second: another block, or (`gathered`) four
 * references. No block may occur twice. At most ADDITIONS_MAX.
 */
export function addPairs(count: usize, gathered: bool): void {
  if (count == 0) return;
  additions += 4 * <u32>count;
  inversions++;
  copy4(PRODUCTS, ONES);
  for (let i: usize = 0; i < count; i++) {
    const pair = PAIRS + 8 * i;
    const block: usize = load<u32>(pair), other: usize = load<u32>(pair, 4);
    const difference = DIFFERENCES + 144 * i;
    let x2 = other;
    if (gathered) {
      gatherX((x2 = OTHER), other);
      if (i + AHEAD < count) touch(load<u32>(pair + 8 * AHEAD, 4));
    }
    less4(difference, x2, block);
    store<u32>(KINDS + 4 * i, 0);
    const bits = suspects(difference, block, x2);
    if (bits) {
      for (let lane: usize = 0; lane < 4; lane++) if ((bits >> <u32>lane) & 1) store<u8>(KINDS + 4 * i + lane, <u8>settle(pair, block, lane, difference, x2, gathered));
    }
    mul4(PRODUCTS + 144 * i + 144, PRODUCTS + 144 * i, difference);
  }
  copy4(RUN, PRODUCTS + 144 * count);
  invertRun();
  for (let i: isize = <isize>count - 1; i >= 0; i--) {
    const pair = PAIRS + 8 * i;
    const block: usize = load<u32>(pair), other: usize = load<u32>(pair, 4);
    const difference = DIFFERENCES + 144 * i;
    mul4(SLOPE, RUN, PRODUCTS + 144 * i);
    mul4(RUN, RUN, difference);
    if (gathered) {
      if (i >= <isize>AHEAD) touch(load<u32>(pair - 8 * AHEAD, 4));
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
    thirdX4(OTHER, OTHER, block, difference);
    less4(NUMERATOR, block, OTHER);
    mul4(SLOPE, SLOPE, NUMERATOR);
    lessTight4(block + 144, SLOPE, block + 144);
    copy4(block, OTHER);
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
  copy4(PRODUCTS, ONES);
  for (let i: usize = 0; i < count; i++) {
    const block = blocks + 288 * i, divisor = DIFFERENCES + 144 * i;
    twice4(divisor, block + 144);
    if (anyInfinite(block)) for (let lane: usize = 0; lane < 4; lane++) if (load<u32>(block + 4 * lane, 128) & INFINITE) toLane(divisor, lane, ONE);
    mul4(PRODUCTS + 144 * i + 144, PRODUCTS + 144 * i, divisor);
  }
  copy4(RUN, PRODUCTS + 144 * count);
  invertRun();
  for (let i: isize = <isize>count - 1; i >= 0; i--) {
    const block = blocks + 288 * i;
    mul4(SLOPE, RUN, PRODUCTS + 144 * i);
    mul4(RUN, RUN, DIFFERENCES + 144 * i);
    const infinite = anyInfinite(block);
    if (infinite) memory.copy(BEFORE, block, 288);
    sqr4(NUMERATOR, block);
    // Little above a loose number, and columns have room for that.
    thrice4(NUMERATOR, NUMERATOR);
    mul4(SLOPE, SLOPE, NUMERATOR);
    sqr4(OTHER, SLOPE);
    thirdX4(OTHER, OTHER, block, NOTHING);
    less4(NUMERATOR, block, OTHER);
    mul4(SLOPE, SLOPE, NUMERATOR);
    lessTight4(block + 144, SLOPE, block + 144);
    copy4(block, OTHER);
    if (infinite) for (let lane: usize = 0; lane < 4; lane++) if (load<u32>(BEFORE + 4 * lane, 128) & INFINITE) mend(0, block, lane, KEEP, false);
  }
}

// @ts-ignore: decorator
@inline function anyInfinite(block: usize): bool {
  return ((load<u64>(block, 128) | load<u64>(block, 136)) & 0x8000000080000000) != 0;
}

const NOTHING: usize = memory.data(144, 16);

/** What was done since these were last set to zero: additions (lanes), inversions, and lanes that were looked at one by one. */
export let additions: u32 = 0;
export let inversions: u32 = 0;
export let exceptions: u32 = 0;
