/** 32-bit draws (xorshift32), seeded: the same on every machine. */
export function draws(seed: number): () => number {
  let x = (Math.imul(seed, 0x9e3779b1) ^ 0x6a09e667) | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}
