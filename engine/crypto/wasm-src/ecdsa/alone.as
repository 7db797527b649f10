// Plain verification of many signatures, each for itself and side by side: u1 G + u2 P in affine points, step by step the
// same steps for all, with one inversion a step. Both scalars are split by the endomorphism into odd parts, so that every
// digit is odd and no lane ever pauses: 17 digits of 8 bits for each part of u1, 26 of 5 bits for each part of u2.
import { mul4, mulN } from './field';
import { addPairs, doubleBlocks, INFINITE, take } from './lanes';
import { BUCKETS, DIGESTS, GENERATOR_TABLE, KEY_MULTIPLES, KEY_TABLES, PAIRS, SIGNATURES, STEP_REFERENCES, SUMMANDS } from './layout';
import { BETA } from './curve';
import { laneOf, parse, reduceSumN, toLane } from './number';
import { hasX } from './single';
import { splitOdd } from './split';

const GENERATOR_BITS: i32 = 8;
const GENERATOR_DIGITS: i32 = 17;
const KEY_BITS: i32 = 5;
const KEY_DIGITS: i32 = 26;

const NUMBER: usize = memory.data(36, 16);
const PRODUCT: usize = memory.data(36, 16);
const WIDE: usize = memory.data(72, 16);
const PARTS: usize = memory.data(48, 16);
const BETAS: usize = memory.data(144, 16);
const BETA_X: usize = memory.data(144, 16);
/** References of four keys. */
const KEYS: usize = memory.data(16, 16);
/** The blocks of doubled keys, while tables are made. */
const DOUBLED: usize = BUCKETS;

/** What the places of the group add at a step. Steps are numbered by part (G, φG, P, φP), highest digits first. */
// @ts-ignore: decorator
@inline function stepReferences(step: usize, count: usize): usize {
  return STEP_REFERENCES + 4 * step * count;
}

/** Digits of an odd number of 24 bytes, lowest first; they become references into `table` for the steps from `firstStep` on. */
function recode(scalar: usize, negative: u32, bits: i32, digits: i32, table: usize, beta: u32, firstStep: usize, place: usize, count: usize): void {
  let a = load<u64>(scalar), b = load<u64>(scalar, 8), c = load<u64>(scalar, 16);
  for (let i = 0; i < digits; i++) {
    let digit: i32;
    if (i == digits - 1) digit = <i32>a;
    else {
      // The next digit is odd if this one takes the number to an odd multiple of 2^bits.
      digit = <i32>(a & ((2 << bits) - 1)) - (1 << bits);
      // a − digit has zeros in its lowest bits: shifting drops them, and bit `bits` becomes 1.
      a = (a >> bits) | (b << (64 - bits)) | 1;
      b = (b >> bits) | (c << (64 - bits));
      c >>= bits;
    }
    const reference = <u32>(table + 108 * (<usize>(abs(digit) - 1) >> 1)) | beta | (negative ^ (digit < 0 ? 1 : 0));
    store<u32>(stepReferences(firstStep + <usize>(digits - 1 - i), count) + 4 * place, reference);
  }
}

/** Scalars and references of one signature. */
function plan(place: usize, index: usize, inverseS: usize, count: usize): void {
  parse(NUMBER, DIGESTS + 32 * index);
  mulN(PRODUCT, inverseS, NUMBER);
  let signs = parts();
  recode(PARTS, signs & 1, GENERATOR_BITS, GENERATOR_DIGITS, GENERATOR_TABLE, 0, 0, place, count);
  recode(PARTS + 24, signs >> 1, GENERATOR_BITS, GENERATOR_DIGITS, GENERATOR_TABLE, 2, <usize>GENERATOR_DIGITS, place, count);
  parse(NUMBER, SIGNATURES + 64 * index);
  mulN(PRODUCT, inverseS, NUMBER);
  signs = parts();
  const table = KEY_TABLES + 108 * KEY_MULTIPLES * place;
  recode(PARTS, signs & 1, KEY_BITS, KEY_DIGITS, table, 0, 2 * <usize>GENERATOR_DIGITS, place, count);
  recode(PARTS + 24, signs >> 1, KEY_BITS, KEY_DIGITS, table, 2, <usize>(2 * GENERATOR_DIGITS + KEY_DIGITS), place, count);
}

function parts(): u32 {
  for (let i: usize = 0; i < 9; i++) store<u64>(WIDE + 8 * i, load<u32>(PRODUCT + 4 * i));
  reduceSumN(NUMBER, WIDE);
  return splitOdd(PARTS, NUMBER);
}

/** The blocks in SUMMANDS become entry `entry` of their tables. */
function tabulate(entry: usize, blocks: usize): void {
  for (let i: usize = 0; i < blocks; i++) {
    const block = SUMMANDS + 288 * i;
    mul4(BETA_X, block, BETAS);
    for (let lane: usize = 0; lane < 4; lane++) {
      const record = KEY_TABLES + 108 * (KEY_MULTIPLES * (4 * i + lane) + entry);
      laneOf(record, block, lane);
      laneOf(record + 36, block + 144, lane);
      laneOf(record + 72, BETA_X, lane);
    }
  }
}

/** Adds what a step says. */
function step(number: usize, blocks: usize): void {
  const references = stepReferences(number, 4 * blocks);
  for (let i: usize = 0; i < blocks; i++) {
    store<u32>(PAIRS + 8 * i, <u32>(SUMMANDS + 288 * i));
    store<u32>(PAIRS + 8 * i, <u32>(references + 16 * i), 4);
  }
  addPairs(blocks, true);
}

/** Signature of a place of the group: index, 1 / s, and where its key lies; at most ALONE_MAX. */
export function planAlone(place: usize, count: usize, index: usize, inverseS: usize, key: usize): void {
  plan(place, index, inverseS, count);
  // Until the tables are made, the place of its first entry says which key.
  store<u32>(KEY_TABLES + 108 * KEY_MULTIPLES * place, <u32>key);
}

/** Sums for all planned places; `count` is a multiple of four. Ask `aloneHolds` then. */
export function verifyTogether(count: usize): void {
  const blocks = count >> 2;
  for (let lane: usize = 0; lane < 4; lane++) toLane(BETAS, lane, BETA);
  for (let i: usize = 0; i < blocks; i++) {
    for (let lane: usize = 0; lane < 4; lane++) store<u32>(KEYS + 4 * lane, load<u32>(KEY_TABLES + 108 * KEY_MULTIPLES * (4 * i + lane)));
    take(SUMMANDS + 288 * i, KEYS);
  }
  memory.copy(DOUBLED, SUMMANDS, 288 * blocks);
  doubleBlocks(DOUBLED, blocks);
  tabulate(0, blocks);
  for (let entry: usize = 1; entry < KEY_MULTIPLES; entry++) {
    for (let i: usize = 0; i < blocks; i++) {
      store<u32>(PAIRS + 8 * i, <u32>(SUMMANDS + 288 * i));
      store<u32>(PAIRS + 8 * i, <u32>(DOUBLED + 288 * i), 4);
    }
    addPairs(blocks, false);
    tabulate(entry, blocks);
  }
  for (let i: usize = 0; i < blocks; i++) take(SUMMANDS + 288 * i, stepReferences(0, count) + 16 * i);
  const second: usize = GENERATOR_DIGITS, third: usize = 2 * GENERATOR_DIGITS, fourth: usize = 2 * GENERATOR_DIGITS + KEY_DIGITS;
  for (let bit = GENERATOR_BITS * (GENERATOR_DIGITS - 1); bit >= 0; bit--) {
    if (bit < GENERATOR_BITS * (GENERATOR_DIGITS - 1)) doubleBlocks(SUMMANDS, blocks);
    if (bit % GENERATOR_BITS == 0) {
      const at = <usize>(GENERATOR_DIGITS - 1 - bit / GENERATOR_BITS);
      if (at) step(at, blocks);
      step(second + at, blocks);
    }
    if (bit % KEY_BITS == 0 && bit < KEY_BITS * KEY_DIGITS) {
      const at = <usize>(KEY_DIGITS - 1 - bit / KEY_BITS);
      step(third + at, blocks);
      step(fourth + at, blocks);
    }
  }
}

/** Whether the x of the sum at a place is r, or r + n. */
export function aloneHolds(place: usize, index: usize): bool {
  const block = SUMMANDS + 288 * (place >> 2), lane = place & 3;
  if (load<u32>(block + 4 * lane, 128) & INFINITE) return false;
  laneOf(NUMBER, block, lane);
  return hasX(SIGNATURES + 64 * index, NUMBER);
}
