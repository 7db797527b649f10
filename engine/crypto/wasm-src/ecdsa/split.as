// The endomorphism: k P = k1 P + k2 φ(P) with k1, k2 of 128 bits (Gallant, Lambert, Vanstone), φ(x, y) = (βx, y).
import { A1, A2, G1, G2, MINUS_B1 } from './field';
import { MASK } from './number';

// The lattice of (i, j) with i + j λ ≡ 0: (A1, B1) and (A2, A1), B1 negative; G1 and G2 are 2^384 × A1 / n and 2^384 × −B1 / n,
// rounded.
const C1: usize = memory.data(40, 16);
const C2: usize = memory.data(40, 16);
const K: usize = memory.data(56, 16);

// @ts-ignore: decorator
@inline function limb(a: usize, i: usize): u64 {
  return <u64>load<u32>(a + 4 * i);
}

/** round(k × g / 2^384) in five limbs; k below n. What is left out below may round the last bit the other way. */
function scaled(out: usize, k: usize, g: usize): void {
  let carry: u64 = 0;
  // 384 = 13 × 29 + 7; from column 8 on the error stays far below one part in 2^100.
  for (let column: usize = 8; column < 19; column++) {
    let high: u64 = 0;
    for (let i: usize = column < 9 ? 0 : column - 8; i < 9 && i <= column; i++) carry += limb(k, i) * limb(g, column - i);
    if (column == 13) carry += 64; // a half
    high = carry >> 29;
    const low = carry & MASK;
    if (column >= 13) {
      // The seven lowest bits of limb 13 belong to the fraction.
      if (column > 13) store<u32>(out + 4 * (column - 14), load<u32>(out + 4 * (column - 14)) | <u32>((low << 22) & MASK));
      if (column < 18) store<u32>(out + 4 * (column - 13), <u32>(low >> 7));
    }
    carry = high;
  }
}

/** COLUMNS to limbs of two's complement. */
function settle(out: usize): void {
  let carry: i64 = 0;
  for (let i: usize = 0; i < 6; i++) {
    carry += load<i64>(COLUMNS + 8 * i);
    store<u32>(out + 4 * i, <u32>(carry & MASK));
    carry >>= 29;
  }
}
const COLUMNS: usize = memory.data(48, 16);

/** COLUMNS += sign × a × b, of five limbs each, up to 174 bits. */
function accumulate(a: usize, b: usize, sign: i64): void {
  for (let i: usize = 0; i < 5; i++) {
    for (let j: usize = 0; j < 5 && i + j < 6; j++) {
      // Split, so that columns stay in range whatever their signs.
      const product = limb(a, i) * limb(b, j);
      const at = COLUMNS + 8 * (i + j);
      store<i64>(at, load<i64>(at) + sign * <i64>(product & MASK));
      if (i + j < 5) store<i64>(at, load<i64>(at, 8) + sign * <i64>(product >> 29), 8);
    }
  }
}

/** Six limbs of two's complement: the size as `words` little-endian u64; whether it was negative. */
function magnitude(out: usize, words: i32, limbs: usize): bool {
  const negative = (load<u32>(limbs, 20) >> 28) != 0;
  let carry: u64 = negative ? 1 : 0;
  const flip: u64 = negative ? MASK : 0;
  for (let i: usize = 0; i < 6; i++) {
    carry += limb(limbs, i) ^ flip;
    store<u32>(limbs + 4 * i, <u32>(carry & MASK));
    carry >>= 29;
  }
  store<u64>(out, limb(limbs, 0) | (limb(limbs, 1) << 29) | (limb(limbs, 2) << 58));
  store<u64>(out, (limb(limbs, 2) >> 6) | (limb(limbs, 3) << 23) | (limb(limbs, 4) << 52), 8);
  if (words > 2) store<u64>(out, (limb(limbs, 4) >> 12) | (limb(limbs, 5) << 17), 16);
  return negative;
}

/** k1 = k − c1 A1 − c2 A2 and k2 = −c1 B1 − c2 A1, of so many words each. */
function combine(out: usize, words: i32, k: usize): u32 {
  memory.fill(COLUMNS, 0, 48);
  for (let i: usize = 0; i < 6; i++) store<u64>(COLUMNS + 8 * i, limb(k, i));
  accumulate(C1, A1, -1);
  accumulate(C2, A2, -1);
  settle(K);
  let signs: u32 = magnitude(out, words, K) ? 1 : 0;
  memory.fill(COLUMNS, 0, 48);
  accumulate(C1, MINUS_B1, 1);
  accumulate(C2, A1, -1);
  settle(K);
  if (magnitude(out + 8 * <usize>words, words, K)) signs |= 2;
  return signs;
}

/** k below n into |k1| at `out` and |k2| 16 bytes behind, below 2^128; bit 0 says that k1 is negative, bit 1 that k2 is. */
export function splitScalar(out: usize, k: usize): u32 {
  scaled(C1, k, G1);
  scaled(C2, k, G2);
  return combine(out, 2, k);
}

/** The same with both parts odd, below 2^129, in 24 bytes each. */
export function splitOdd(out: usize, k: usize): u32 {
  scaled(C1, k, G1);
  scaled(C2, k, G2);
  // A1 and B1 are odd, A2 is even: k1 has the parity of k + c1, k2 that of c1 + c2. One more of a vector mends it.
  if (!((load<u32>(k) ^ load<u32>(C1)) & 1)) store<u32>(C1, load<u32>(C1) + 1);
  if (!((load<u32>(C1) ^ load<u32>(C2)) & 1)) store<u32>(C2, load<u32>(C2) + 1);
  return combine(out, 3, k);
}
