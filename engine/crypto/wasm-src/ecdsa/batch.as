// Verification of a chunk of signatures: `verify`. The twin in test/crypto says the same in plain words.
import { aloneHolds, planAlone, verifyTogether } from './alone';
import { derive } from './coefficients';
import { belowP, BETA } from './curve';
import { GENERATOR, mul, mul4, mulN, mulN4, sqr, sqr4 } from './field';
import { inverse, inverseN } from './inverse';
import { coordinates, find, LOCAL, tick, use, usedAt } from './keys';
import { ALONE, ALONE_MAX, CHUNK_MAX, COEFFICIENTS, DIGESTS, HINTS, KEY_AT, KEY_PART, KEYS_OF_PART, MEMBERS } from './layout';
import { POINTS_KEY, POINTS_R, PUBLIC_KEYS, REFERENCES, S_INVERSE, SCALARS, SIGNATURE_AT, SIGNATURES, SUMS, TIMES_R, TIMES_Z, VERDICTS } from './layout';
import { vanishes } from './multiply';
import { copy, equalP, laneOf, ONE, parse, reduceSumN, toLane } from './number';
import { lastY, prepareGenerator, verifyOne } from './single';
import { splitScalar } from './split';
export { CHUNK_MAX, DIGESTS, HINTS, PUBLIC_KEYS, SIGNATURES, VERDICTS };
export { lifted } from './keys';
export { additions, exceptions, inversions } from './lanes';
// For tests.
export { COEFFICIENTS, inverse, inverseN, mul, mul4, mulN, mulN4, sqr, sqr4 };

/** n and floor(n / 2) in four words each, highest first. */
// @ts-ignore: decorator
@inline function below(bytes: usize, a: u64, b: u64, c: u64, d: u64): bool {
  const first = bswap<u64>(load<u64>(bytes));
  if (first != a) return first < a;
  const second = bswap<u64>(load<u64>(bytes, 8));
  if (second != b) return second < b;
  const third = bswap<u64>(load<u64>(bytes, 16));
  if (third != c) return third < c;
  return bswap<u64>(load<u64>(bytes, 24)) < d;
}

// @ts-ignore: decorator
@inline function isZero(bytes: usize): bool {
  return (load<u64>(bytes) | load<u64>(bytes, 8) | load<u64>(bytes, 16) | load<u64>(bytes, 24)) == 0;
}

/** 1 ≤ r < n and 1 ≤ s ≤ n / 2 (D4). */
function isFormed(signature: usize): bool {
  return !isZero(signature) && !isZero(signature + 32) &&
    below(signature, 0xffffffffffffffff, 0xfffffffffffffffe, 0xbaaedce6af48a03b, 0xbfd25e8cd0364141) &&
    below(signature + 32, 0x7fffffffffffffff, 0xffffffffffffffff, 0x5d576e7357a4501d, 0xdfe92f46681b20a1);
}

/** Places: signatures that are well formed. Keys: different ones among theirs. */
let places: usize = 0;
let keys: usize = 0;
let part: u32 = 0;

const MARKS: usize = memory.data(8192, 16);
const X: usize = memory.data(144, 16);
const Y: usize = memory.data(144, 16);
const LEFT: usize = memory.data(144, 16);
const RIGHT: usize = memory.data(144, 16);
const A: usize = memory.data(36, 16);
const B: usize = memory.data(36, 16);
const RUN: usize = memory.data(144, 16);
const ONES: usize = memory.data<u32>([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16);

prepareGenerator();

/** Reads `count` signatures and gives a place to each that is well formed. */
function prepare(count: usize): void {
  const moment = tick();
  places = 0;
  keys = 0;
  for (let i: usize = 0; i < count; i++) {
    if (!isFormed(SIGNATURES + 64 * i)) continue;
    const slot = find(PUBLIC_KEYS + 33 * i);
    if (slot == 0) continue;
    if (usedAt(slot) != moment) {
      use(slot, moment);
      store<u32>(slot, <u32>keys, LOCAL);
      const point = POINTS_KEY + 108 * keys;
      coordinates(slot, point, point + 36);
      mul(point + 72, point, BETA);
      store<u32>(KEY_PART + 4 * keys, 0);
      keys++;
    }
    store<u32>(SIGNATURE_AT + 4 * places, <u32>i);
    store<u32>(KEY_AT + 4 * places, load<u32>(slot, LOCAL));
    places++;
  }
  part = 0;
  readHints();
  derive(places, MARKS);
  weigh();
}

/** R of every place whose hint is the y of a point with x = r. */
function readHints(): void {
  for (let place: usize = 0; place < places; place += 4) {
    const lanes = min<usize>(4, places - place);
    let bad: u32 = 0;
    for (let lane: usize = 0; lane < 4; lane++) {
      const index: usize = load<u32>(SIGNATURE_AT + 4 * (place + min(lane, lanes - 1)));
      const hint = HINTS + 32 * index;
      if (isZero(hint) || !belowP(hint)) bad |= 1 << <u32>lane;
      parse(X + 4 * lane, SIGNATURES + 64 * index, 16);
      parse(Y + 4 * lane, hint, 16);
    }
    sqr4(LEFT, Y);
    sqr4(RIGHT, X);
    mul4(RIGHT, RIGHT, X);
    for (let lane: usize = 0; lane < lanes; lane++) {
      const at = place + lane;
      const index: usize = load<u32>(SIGNATURE_AT + 4 * at);
      const point = POINTS_R + 72 * at;
      laneOf(A, LEFT, lane);
      laneOf(B, RIGHT, lane);
      store<u32>(B, load<u32>(B) + 7);
      const member = !((bad >> <u32>lane) & 1) && equalP(A, B);
      laneOf(point, X, lane);
      laneOf(point + 36, Y, lane);
      store<u8>(MEMBERS + at, member ? 1 : 0);
      // Parities of the key's y and of R's, and whether R counts at all.
      store<u8>(MARKS + at, <u8>((load<u8>(PUBLIC_KEYS + 33 * index) & 1) | (member ? 2 | ((load<u32>(point + 36) & 1) << 2) : 0)));
    }
  }
}

/** 1 / s of every place, and the coefficient's products c r / s and c z / s: six products each, four places at a time. */
function weigh(): void {
  const blocks = (places + 3) >> 2;
  if (blocks == 0) return;
  // TIMES_R holds s, and TIMES_Z the products of all s before, until they are used up.
  memory.copy(RUN, ONES, 144);
  for (let block: usize = 0; block < blocks; block++) {
    const s = TIMES_R + 144 * block;
    for (let lane: usize = 0; lane < 4; lane++) {
      const place: usize = 4 * block + lane;
      if (place < places) parse(s + 4 * lane, SIGNATURES + 64 * <usize>load<u32>(SIGNATURE_AT + 4 * place) + 32, 16);
      else toLane(s, lane, ONE);
    }
    memory.copy(TIMES_Z + 144 * block, RUN, 144);
    mulN4(RUN, RUN, s);
  }
  for (let lane: usize = 0; lane < 4; lane++) {
    laneOf(A, RUN, lane);
    inverseN(B, A);
    toLane(RUN, lane, B);
  }
  for (let block = <isize>blocks - 1; block >= 0; block--) {
    const inverses = S_INVERSE + 144 * block, r = TIMES_R + 144 * block, z = TIMES_Z + 144 * block;
    mulN4(inverses, RUN, z);
    mulN4(RUN, RUN, r);
    for (let lane: usize = 0; lane < 4; lane++) {
      const place: usize = 4 * <usize>block + lane;
      if (place >= places) continue;
      const index: usize = load<u32>(SIGNATURE_AT + 4 * place);
      parse(r + 4 * lane, SIGNATURES + 64 * index, 16);
      parse(z + 4 * lane, DIGESTS + 32 * index, 16);
      const low = load<u64>(COEFFICIENTS + 16 * place), high = load<u64>(COEFFICIENTS + 16 * place, 8);
      store<u32>(LEFT + 4 * lane, <u32>low & 0x1fffffff);
      store<u32>(LEFT + 4 * lane, <u32>(low >> 29) & 0x1fffffff, 16);
      store<u32>(LEFT + 4 * lane, <u32>((low >> 58) | (high << 6)) & 0x1fffffff, 32);
      store<u32>(LEFT + 4 * lane, <u32>(high >> 23) & 0x1fffffff, 48);
      store<u32>(LEFT + 4 * lane, <u32>(high >> 52), 64);
    }
    memory.fill(LEFT + 80, 0, 64);
    mulN4(LEFT, inverses, LEFT);
    mulN4(r, LEFT, r);
    mulN4(z, LEFT, z);
  }
}

/** sum (nine u64) += one lane of a block. */
// @ts-ignore: decorator
@inline function accumulate(sum: usize, blocks: usize, place: usize): void {
  const lane = blocks + 144 * (place >> 2) + 4 * (place & 3);
  for (let i: usize = 0; i < 9; i++) store<u64>(sum + 8 * i, load<u64>(sum + 8 * i) + <u64>load<u32>(lane + 16 * i));
}

let terms: usize = 0;

/** Two terms for a sum × a point with βx behind. */
function addSum(sum: usize, point: usize): void {
  reduceSumN(A, sum);
  const signs = splitScalar(SCALARS + 16 * terms, A);
  store<u32>(REFERENCES + 4 * terms, <u32>point | (signs & 1));
  store<u32>(REFERENCES + 4 * terms, <u32>point | 2 | (signs >> 1), 4);
  terms += 2;
}

/**
 * Whether the members among the places `from` … `to` − 1 all hold (or, with a chance of 2^-128, not): the sum over
 * c (z G + r P) / s − c R is the point at infinity.
 */
function holds(from: usize, to: usize): bool {
  part++;
  parts++;
  terms = 0;
  let count: usize = 0;
  const generator = POINTS_KEY + 108 * CHUNK_MAX, sumG = SUMS + 72 * CHUNK_MAX;
  memory.fill(sumG, 0, 72);
  for (let place = from; place < to; place++) {
    if (!load<u8>(MEMBERS + place)) continue;
    const key: usize = load<u32>(KEY_AT + 4 * place);
    const sum = SUMS + 72 * key;
    if (load<u32>(KEY_PART + 4 * key) != part) {
      store<u32>(KEY_PART + 4 * key, part);
      store<u32>(KEYS_OF_PART + 4 * count, <u32>key);
      memory.fill(sum, 0, 72);
      count++;
    }
    accumulate(sum, TIMES_R, place);
    accumulate(sumG, TIMES_Z, place);
    store<u64>(SCALARS + 16 * terms, load<u64>(COEFFICIENTS + 16 * place));
    store<u64>(SCALARS + 16 * terms, load<u64>(COEFFICIENTS + 16 * place, 8), 8);
    store<u32>(REFERENCES + 4 * terms, <u32>(POINTS_R + 72 * place) | 1);
    terms++;
  }
  members += <u32>terms;
  if (terms == 0) return true;
  for (let i: usize = 0; i < count; i++) {
    const key: usize = load<u32>(KEYS_OF_PART + 4 * i);
    addSum(SUMS + 72 * key, POINTS_KEY + 108 * key);
  }
  copy(generator, GENERATOR);
  copy(generator + 36, GENERATOR + 36);
  mul(generator + 72, GENERATOR, BETA);
  addSum(sumG, generator);
  return vanishes(<i32>terms);
}

/** Sizes of the parts that a combination which does not vanish is divided into; what is in the smallest is verified alone. */
const PART: usize = 512;
const SMALL_PART: usize = 64;

/** Linear combinations asked, signatures in them, and signatures verified alone. */
export let parts: u32 = 0;
export let members: u32 = 0;
export let singles: u32 = 0;

let alone: usize = 0;

function verifyAlone(place: usize): void {
  store<u32>(ALONE + 4 * alone, <u32>place);
  alone++;
}

/** Small parts asked, and those that did not vanish, in this chunk. */
let asked: u32 = 0;
let failed: u32 = 0;

/** All members of a part that does not vanish, or would not be worth asking. */
function verifyEach(from: usize, to: usize): void {
  for (let place = from; place < to; place++) if (load<u8>(MEMBERS + place)) verifyAlone(place);
}

/** Finds the members that make the combination over `from` … `to` − 1 fail, at least. */
function search(from: usize, to: usize): void {
  if (to - from <= SMALL_PART) return verifyEach(from, to);
  if (to - from > PART) {
    for (let place = from; place < to; place += PART) {
      const end = min(place + PART, to);
      if (!holds(place, end)) search(place, end);
    }
    return;
  }
  for (let place = from; place < to; place += SMALL_PART) {
    const end = min(place + SMALL_PART, to);
    // Where most of them fail, asking them is a waste: so many bad ones cannot be made to cost much more than they are.
    if (asked >= 4 && failed > asked >> 1) {
      verifyEach(place, end);
      continue;
    }
    asked++;
    if (holds(place, end)) continue;
    failed++;
    verifyEach(place, end);
  }
}

/** Plain verification of the signature at a place. */
function verifySingle(place: usize): void {
  singles++;
  laneOf(B, S_INVERSE + 144 * (place >> 2), place & 3);
  const point = POINTS_KEY + 108 * <usize>load<u32>(KEY_AT + 4 * place);
  const index: usize = load<u32>(SIGNATURE_AT + 4 * place);
  store<u8>(VERDICTS + index, verifyOne(index, B, point, point + 36) ? 1 : 0);
}

/** From so many on, signatures are cheaper verified side by side. */
const TOGETHER_MIN: usize = 24;

/** Plain verification of the signatures at `count` listed places; the list may be followed by three more. */
function verifyGroup(list: usize, count: usize): void {
  singles += <u32>count;
  const padded = (count + 3) & ~3;
  for (let i: usize = 0; i < padded; i++) {
    const place: usize = load<u32>(list + 4 * min(i, count - 1));
    laneOf(B, S_INVERSE + 144 * (place >> 2), place & 3);
    planAlone(i, padded, load<u32>(SIGNATURE_AT + 4 * place), B, POINTS_KEY + 108 * <usize>load<u32>(KEY_AT + 4 * place));
  }
  verifyTogether(padded);
  for (let i: usize = 0; i < count; i++) {
    const index: usize = load<u32>(SIGNATURE_AT + 4 * <usize>load<u32>(list + 4 * i));
    store<u8>(VERDICTS + index, aloneHolds(i, index) ? 1 : 0);
  }
}

/**
 * Verdicts on the first `count` signatures. What is malformed is invalid; where R is not known, a signature is verified
 * alone; the others go into one combination. If that does not vanish, its parts are asked, and what stands in the
 * smallest parts that do not vanish is verified alone.
 */
export function verify(count: usize): void {
  memory.fill(VERDICTS, 0, count);
  alone = 0;
  asked = 0;
  failed = 0;
  prepare(count);
  for (let place: usize = 0; place < places; place++) {
    if (load<u8>(MEMBERS + place)) store<u8>(VERDICTS + <usize>load<u32>(SIGNATURE_AT + 4 * place), 1);
    else verifyAlone(place);
  }
  if (!holds(0, places)) search(0, places);
  let done: usize = 0;
  while (alone - done >= TOGETHER_MIN) {
    const count = min(alone - done, ALONE_MAX);
    verifyGroup(ALONE + 4 * done, count);
    done += count;
  }
  for (; done < alone; done++) verifySingle(load<u32>(ALONE + 4 * done));
}

/** After `verify` found the only signature valid without a hint: the y of its R, in the hint's place. */
export function writeHint(): void {
  lastY(HINTS);
}
