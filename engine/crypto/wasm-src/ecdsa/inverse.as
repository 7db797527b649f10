// Inverses by division steps (Bernstein and Yang, "Fast constant-time gcd computation and modular inversion", 2019; not in
// constant time here: nothing is secret). Steps look at the lowest bits only, so 29 of them are done on single words and
// then applied to whole numbers as a matrix. About 20 rounds; a third of the time of a power by p − 2.
import { INVERSE_N, INVERSE_P, LIMBS_N, LIMBS_P } from './field';
import { MASK, reduceN, reduceP } from './number';

// Nine limbs of 29 bits, the highest with the sign.
const F: usize = memory.data(36, 16);
const G: usize = memory.data(36, 16);
const D: usize = memory.data(36, 16);
const E: usize = memory.data(36, 16);

// The matrix of the last 29 steps: 2^29 f' = u f + v g, 2^29 g' = q f + r g.
let u: i32 = 0;
let v: i32 = 0;
let q: i32 = 0;
let r: i32 = 0;

/** 29 steps from the lowest bits of f and g, f odd; the new value of −δ. */
function steps(eta: i32, f: u32, g: u32): i32 {
  let a: u32 = 1, b: u32 = 0, c: u32 = 0, d: u32 = 1;
  for (let left: i32 = 29; ; ) {
    const zeros = <i32>ctz(g | (<u32>-1 << left));
    g >>= zeros;
    a <<= zeros;
    b <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      const f0 = f, a0 = a, b0 = b;
      f = g;
      g = 0 - f0;
      a = c;
      c = 0 - a0;
      b = d;
      d = 0 - b0;
    }
    // Until δ changes its sign, steps only add f to g where g is odd: so many of them at once, at most 12.
    const bits = min(min(eta + 1, left), 12);
    let inverse = f * (2 - f * f);
    inverse *= 2 - f * inverse;
    const times = (0 - g * inverse) & ((1 << bits) - 1);
    g += f * times;
    c += a * times;
    d += b * times;
  }
  u = a;
  v = b;
  q = c;
  r = d;
  return eta;
}

// @ts-ignore: decorator
@inline function limb(a: usize, i: usize): i64 {
  return <i64>load<i32>(a + 4 * i);
}

/** f and g after the matrix. */
function apply(): void {
  const u0 = <i64>u, v0 = <i64>v, q0 = <i64>q, r0 = <i64>r;
  let f = (u0 * limb(F, 0) + v0 * limb(G, 0)) >> 29, g = (q0 * limb(F, 0) + r0 * limb(G, 0)) >> 29;
  for (let i: usize = 1; i < 9; i++) {
    const fi = limb(F, i), gi = limb(G, i);
    f += u0 * fi + v0 * gi;
    g += q0 * fi + r0 * gi;
    store<i32>(F + 4 * i - 4, <i32>(f & MASK));
    store<i32>(G + 4 * i - 4, <i32>(g & MASK));
    f >>= 29;
    g >>= 29;
  }
  store<i32>(F, <i32>f, 32);
  store<i32>(G, <i32>g, 32);
}

/** d and e after the matrix, modulo m: multiples of m make the lowest limb vanish. They stay above −2 m and below m. */
function applyModulo(modulus: usize, inverse: i32): void {
  const u0 = <i64>u, v0 = <i64>v, q0 = <i64>q, r0 = <i64>r;
  const negativeD = load<i32>(D, 32) >> 31, negativeE = load<i32>(E, 32) >> 31;
  let timesD = (u & negativeD) + (v & negativeE), timesE = (q & negativeD) + (r & negativeE);
  let d = u0 * limb(D, 0) + v0 * limb(E, 0), e = q0 * limb(D, 0) + r0 * limb(E, 0);
  timesD -= (inverse * <i32>d + timesD) & <i32>MASK;
  timesE -= (inverse * <i32>e + timesE) & <i32>MASK;
  const md = <i64>timesD, me = <i64>timesE;
  d = (d + md * limb(modulus, 0)) >> 29;
  e = (e + me * limb(modulus, 0)) >> 29;
  for (let i: usize = 1; i < 9; i++) {
    const di = limb(D, i), ei = limb(E, i), mi = limb(modulus, i);
    d += u0 * di + v0 * ei + md * mi;
    e += q0 * di + r0 * ei + me * mi;
    store<i32>(D + 4 * i - 4, <i32>(d & MASK));
    store<i32>(E + 4 * i - 4, <i32>(e & MASK));
    d >>= 29;
    e >>= 29;
  }
  store<i32>(D, <i32>d, 32);
  store<i32>(E, <i32>e, 32);
}

function isZero(a: usize): bool {
  let any: u32 = 0;
  for (let i: usize = 0; i < 36; i += 4) any |= load<u32>(a + i);
  return any == 0;
}

/** The inverse of G modulo m; 0 for 0. */
function invert(out: usize, modulus: usize, inverse: i32): void {
  memory.copy(F, modulus, 36);
  memory.fill(D, 0, 36);
  memory.fill(E, 0, 36);
  store<u32>(E, 1);
  let eta: i32 = -1;
  while (!isZero(G)) {
    eta = steps(eta, load<u32>(F), load<u32>(G));
    applyModulo(modulus, inverse);
    apply();
  }
  // f is 1 or −1 now, and d that multiple of the inverse: with the sign taken and m added where it is below zero, 0 … 2 m.
  const sign: i64 = load<i32>(F, 32) >> 31;
  let carry: i64 = 0;
  let add: i64 = 0;
  for (let round = 0; round < 3; round++) {
    carry = 0;
    for (let i: usize = 0; i < 9; i++) {
      const value = limb(D, i);
      carry += (round == 0 && sign < 0 ? -value : value) + add * limb(modulus, i);
      store<i32>(D + 4 * i, i == 8 ? <i32>carry : <i32>(carry & MASK));
      carry >>= 29;
    }
    add = load<i32>(D, 32) >> 31 ? 1 : 0;
  }
  memory.copy(out, D, 36);
}

/** 1 / a modulo p; 0 for 0. */
export function inverse(out: usize, a: usize): void {
  reduceP(G, a);
  invert(out, LIMBS_P, INVERSE_P);
}

/** 1 / a modulo n, for a that is not 0. */
export function inverseN(out: usize, a: usize): void {
  reduceN(G, a);
  invert(out, LIMBS_N, INVERSE_N);
}
