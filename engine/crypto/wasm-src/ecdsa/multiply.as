// One multi-scalar multiplication (Pippenger's buckets): the sum of scalar × point over the terms in SCALARS and REFERENCES.
//
// A scalar is below 2^128 and is read in windows of 129 bits in all, as signed digits: a bucket per window and per size
// of digit. Buckets fill in parallel, each taking its next point at every step, the fullest first. Then the digits' sizes
// are multiplied in: with buckets 0 … 2^k − 1 of one window, adding the upper half to the lower leaves, at every halving,
// the sum of all buckets whose number has that bit (in the upper half's first place, after it has been halved itself to the end).
import { addDouble, addPoint, infinite, isInfinite, pointOfLane } from './curve';
import { ADDITIONS_MAX, BOUNDS, BUCKETS, COUNTS, DIGITS, ORDER, PAIRS, REFERENCES, SCALARS, SORTED, STARTS, SUMMANDS, TAKEN } from './layout';
import { addPairs, INFINITY, take } from './lanes';

/** Bits of a scalar, and the carry of the last digit. */
const BITS: i32 = 129;
const NONE: u32 = 0x7fff;

/** Windows of the multiplication at hand; `padded` to a multiple of four, so that rows of buckets are whole blocks. */
let windows: i32 = 0;
let padded: i32 = 0;
/** Bits of the wider windows, which come first, and how many of them there are. */
let width: i32 = 0;
let wide: i32 = 0;
let rowBits: i32 = 0;

/** The number of windows that costs the fewest additions. */
function choose(terms: i32): void {
  let best: i64 = i64.MAX_VALUE;
  for (let bits = 2; bits <= 11; bits++) {
    const count = (BITS + bits - 1) / bits;
    const rounded = (count + 3) & ~3;
    // Terms and, twice over, buckets; and what every step costs for its inversion.
    const cost = <i64>count * terms + ((<i64>rounded * 2) << (bits - 1)) + (bits << 7);
    if (cost < best) {
      best = cost;
      width = bits;
      windows = count;
    }
  }
  padded = (windows + 3) & ~3;
  wide = BITS - windows * (width - 1);
  rowBits = width - 1;
}

// @ts-ignore: decorator
@inline function widthOf(window: i32): i32 {
  return window < wide ? width : width - 1;
}

/** The digits of all terms, and how many fall into each bucket. */
function split(terms: i32): void {
  memory.fill(COUNTS, 0, (<usize>padded << <usize>rowBits) << 2);
  let out = DIGITS;
  for (let i = 0; i < terms; i++) {
    let low = load<u64>(SCALARS + 16 * <usize>i), high = load<u64>(SCALARS + 16 * <usize>i, 8);
    let carry: u32 = 0;
    for (let window = 0; window < windows; window++) {
      const bits = widthOf(window);
      let digit = (<u32>low & ((1 << bits) - 1)) + carry;
      low = (low >> bits) | (high << (64 - bits));
      high >>= bits;
      carry = 0;
      let mark = NONE;
      if (digit) {
        let sign: u32 = 0;
        if (digit > <u32>1 << (bits - 1)) {
          digit = (1 << bits) - digit;
          sign = 0x8000;
          carry = 1;
        }
        if (digit) {
          const bucket = (digit - 1) * padded + window;
          mark = bucket | sign;
          const count = COUNTS + (<usize>bucket << 2);
          store<u32>(count, load<u32>(count) + 1);
        }
      }
      store<u16>(out, <u16>mark);
      out += 2;
    }
  }
}

/** References by bucket. */
function sort(terms: i32): void {
  const buckets = <usize>padded << <usize>rowBits;
  let start: u32 = 0;
  for (let i: usize = 0; i < buckets; i++) {
    store<u32>(STARTS + 4 * i, start);
    start += load<u32>(COUNTS + 4 * i);
  }
  let at = DIGITS;
  for (let i = 0; i < terms; i++) {
    const reference = load<u32>(REFERENCES + 4 * <usize>i);
    for (let window = 0; window < windows; window++) {
      const mark = <u32>load<u16>(at);
      at += 2;
      if (mark == NONE) continue;
      const place = STARTS + (<usize>(mark & 0x7fff) << 2);
      const to = load<u32>(place);
      store<u32>(place, to + 1);
      store<u32>(SORTED + 4 * <usize>to, reference ^ (mark >> 15));
    }
  }
  for (let i: usize = 0; i < buckets; i++) store<u32>(STARTS + 4 * i, load<u32>(STARTS + 4 * i) - load<u32>(COUNTS + 4 * i));
}

/** Buckets by falling number of terms. */
function order(): void {
  const buckets = <usize>padded << <usize>rowBits;
  let most: u32 = 0;
  for (let i: usize = 0; i < buckets; i++) most = max(most, load<u32>(COUNTS + 4 * i));
  memory.fill(BOUNDS, 0, 4 * (most + 2));
  // BOUNDS[most − count + 1] counts, then sums up to where buckets with that count begin.
  for (let i: usize = 0; i < buckets; i++) {
    const bound = BOUNDS + 4 * <usize>(most - load<u32>(COUNTS + 4 * i) + 1);
    store<u32>(bound, load<u32>(bound) + 1);
  }
  for (let i: usize = 1; i <= <usize>most; i++) store<u32>(BOUNDS + 4 * i, load<u32>(BOUNDS + 4 * i) + load<u32>(BOUNDS + 4 * i - 4));
  for (let i: usize = 0; i < buckets; i++) {
    const bound = BOUNDS + 4 * <usize>(most - load<u32>(COUNTS + 4 * i));
    const place = load<u32>(bound);
    store<u32>(bound, place + 1);
    store<u32>(ORDER + 4 * <usize>place, <u32>i);
  }
}

/** The references that the four buckets from `place` in ORDER take at a step. */
// @ts-ignore: decorator
@inline function next(out: usize, place: usize, step: u32): void {
  for (let lane: usize = 0; lane < 4; lane++) {
    const bucket: usize = 4 * <usize>load<u32>(ORDER + 4 * (place + lane));
    store<u32>(out + 4 * lane, step < load<u32>(COUNTS + bucket) ? load<u32>(SORTED + 4 * <usize>(load<u32>(STARTS + bucket) + step)) : <u32>INFINITY);
  }
}

/** Sums up every bucket, into BUCKETS. */
function fill(): void {
  const buckets = <usize>padded << <usize>rowBits;
  for (let from: usize = 0; from < buckets; from += 4 * ADDITIONS_MAX) {
    const blocks = min(buckets - from, 4 * ADDITIONS_MAX) >> 2;
    for (let i: usize = 0; i < blocks; i++) {
      next(TAKEN, from + 4 * i, 0);
      take(SUMMANDS + 288 * i, TAKEN);
    }
    for (let step: u32 = 1; ; step++) {
      let count: usize = 0;
      // The first of four buckets has the most terms.
      while (count < blocks && load<u32>(COUNTS + 4 * <usize>load<u32>(ORDER + 4 * (from + 4 * count))) > step) {
        next(TAKEN + 16 * count, from + 4 * count, step);
        store<u32>(PAIRS + 8 * count, <u32>(SUMMANDS + 288 * count));
        store<u32>(PAIRS + 8 * count, <u32>(TAKEN + 16 * count), 4);
        count++;
      }
      if (count == 0) break;
      addPairs(count, true);
    }
    for (let i: usize = 0; i < 4 * blocks; i++) {
      const bucket: usize = load<u32>(ORDER + 4 * (from + i));
      const source = SUMMANDS + 288 * (i >> 2) + 4 * (i & 3), target = BUCKETS + 288 * (bucket >> 2) + 4 * (bucket & 3);
      for (let limb: usize = 0; limb < 288; limb += 16) store<u32>(target + limb, load<u32>(source + limb));
    }
  }
  // Windows that only fill up a row: any points will do, as long as they are not exceptions.
  for (let row: usize = 0; row < <usize>1 << <usize>rowBits; row++) {
    for (let window: usize = windows; window < <usize>padded; window++) {
      const from = row * padded + window - windows, to = row * padded + window;
      const source = BUCKETS + 288 * (from >> 2) + 4 * (from & 3), target = BUCKETS + 288 * (to >> 2) + 4 * (to & 3);
      for (let limb: usize = 0; limb < 288; limb += 16) store<u32>(target + limb, load<u32>(source + limb));
    }
  }
}

/** Halves the rows until row 2^i holds the sum of the rows whose number has bit i, and row 0 the sum of all. */
function halve(): void {
  const rowBlocks = <usize>padded >> 2;
  let count: usize = 0;
  for (let bit = rowBits - 1; bit >= 0; bit--) {
    const half = (<usize>1 << <usize>bit) * rowBlocks;
    // Row 0's list, and one that begins at each higher bit.
    for (let list = rowBits; list > bit; list--) {
      const first: usize = list == rowBits ? 0 : (<usize>1 << <usize>list) * rowBlocks;
      for (let i: usize = 0; i < half; i++) {
        store<u32>(PAIRS + 8 * count, <u32>(BUCKETS + 288 * (first + i)));
        store<u32>(PAIRS + 8 * count, <u32>(BUCKETS + 288 * (first + half + i)), 4);
        if (++count == ADDITIONS_MAX) {
          addPairs(count, false);
          count = 0;
        }
      }
    }
    addPairs(count, false);
    count = 0;
  }
}

// @ts-ignore: decorator
@inline function addRow(sum: usize, row: usize, window: i32): void {
  const bucket = row * padded + window;
  if (pointOfLane(POINT, BUCKETS + 288 * (bucket >> 2), bucket & 3)) addPoint(sum, sum, POINT, POINT + 36);
}
const POINT: usize = memory.data(72, 16);

/** Whether the sum over the terms is the point at infinity. */
export function vanishes(terms: i32): bool {
  choose(terms);
  split(terms);
  sort(terms);
  order();
  fill();
  halve();
  infinite(SUM);
  for (let window = windows - 1; window >= 0; window--) {
    for (let bit = widthOf(window) - 1; bit >= 0; bit--) {
      addDouble(SUM, SUM);
      // Buckets are numbered from 0, digits from 1: row 0, the sum of all, makes up for that.
      if (bit < rowBits) addRow(SUM, <usize>1 << <usize>bit, window);
      if (bit == 0) addRow(SUM, 0, window);
    }
  }
  return isInfinite(SUM);
}
const SUM: usize = memory.data(108, 16);
