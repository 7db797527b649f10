/**
 * Writes SHA-256's compression function (FIPS 180-4, 6.2.2) as AssemblyScript: 64 rounds in four groups of sixteen, the
 * three with message expansion as one loop, the names of the eight working variables moving on instead of their values.
 * The same text serves words (i32) and four messages side by side (i32x4).
 */

/** A kind of word: how each operation on texts of it is written. */
interface WordKind {
  readonly type: string;
  add(...terms: readonly string[]): string;
  xor(...terms: readonly string[]): string;
  rotr(x: string, n: number): string;
  shr(x: string, n: number): string;
  choose(e: string, f: string, g: string): string;
  and(x: string, y: string): string;
  load(at: number): string;
  store(at: number, x: string): string;
  constant(i: number): string;
}

/** How each kind of word does what the standard asks for. */
const WORDS: Readonly<Record<'i32' | 'i32x4', WordKind>> = {
  i32: {
    type: 'u32',
    add: (...terms) => terms.reduce((sum, term) => `(${sum} + ${term})`),
    xor: (...terms) => `(${terms.join(' ^ ')})`,
    rotr: (x, n) => `rotr<u32>(${x}, ${n})`,
    shr: (x, n) => `(${x} >>> ${n})`,
    choose: (e, f, g) => `(((${f} ^ ${g}) & ${e}) ^ ${g})`,
    and: (x, y) => `(${x} & ${y})`,
    load: (at) => `load<u32>(state, ${4 * at})`,
    store: (at, x) => `store<u32>(state, ${x}, ${4 * at});`,
    constant: (i) => `load<u32>(k, ${4 * i})`,
  },
  i32x4: {
    type: 'v128',
    add: (...terms) => terms.reduce((sum, term) => `i32x4.add(${sum}, ${term})`),
    xor: (...terms) => terms.reduce((sum, term) => `v128.xor(${sum}, ${term})`),
    rotr: (x, n) => `v128.or(i32x4.shr_u(${x}, ${n}), i32x4.shl(${x}, ${32 - n}))`,
    shr: (x, n) => `i32x4.shr_u(${x}, ${n})`,
    choose: (e, f, g) => `v128.bitselect(${f}, ${g}, ${e})`,
    and: (x, y) => `v128.and(${x}, ${y})`,
    load: (at) => `v128.load(state, ${16 * at})`,
    store: (at, x) => `v128.store(state, ${x}, ${16 * at});`,
    constant: (i) => `v128.load32_splat(k, ${4 * i})`,
  },
};

const NAMES = [...'abcdefgh'];

/**
 * The body after the message's sixteen words lie in w0 … w15: `state` points to the eight words of the state, `K` to the
 * constants.
 */
export function rounds(kind: 'i32' | 'i32x4'): string {
  const { type, add, xor, rotr, shr, choose, and, load, store, constant } = WORDS[kind];
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(`  ${line}`);

  /** Round i of a group of sixteen. */
  const round = (i: number): void => {
    const [a, b, c, d, e, f, g, h] = NAMES.map((_, at) => NAMES[(at - i + 16) % 8]);
    say(`${h} = ${add(h, add(constant(i), `w${i}`), choose(e, f, g), xor(rotr(e, 6), rotr(e, 11), rotr(e, 25)))};`);
    say(`${d} = ${add(d, h)};`);
    // Maj(a, b, c) = ((a ^ b) & (b ^ c)) ^ b, and this round's a ^ b is the next one's b ^ c.
    say(`let ab${i}: ${type} = ${xor(a, b)};`);
    say(`${h} = ${add(h, add(xor(and(`ab${i}`, i === 0 ? xor(b, c) : `ab${i - 1}`), b), xor(rotr(a, 2), rotr(a, 13), rotr(a, 22))))};`);
  };
  const expand = (i: number): void => {
    const [w1, w9, w14] = [1, 9, 14].map((after) => `w${(i + after) % 16}`);
    const [low, high] = [xor(rotr(w1, 7), rotr(w1, 18), shr(w1, 3)), xor(rotr(w14, 17), rotr(w14, 19), shr(w14, 10))];
    say(`w${i} = ${add(add(`w${i}`, w9), add(low, high))};`);
  };

  NAMES.forEach((name, at) => say(`let ${name}: ${type} = ${load(at)};`));
  say('let k: usize = K;');
  say('for (const last: usize = k + 192; k < last; k += 64) {');
  for (let i = 0; i < 16; i++) round(i);
  for (let i = 0; i < 16; i++) expand(i);
  say('}');
  say('{');
  for (let i = 0; i < 16; i++) round(i);
  say('}');
  NAMES.forEach((name, at) => say(store(at, add(load(at), name))));
  return lines.join('\n');
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2), from integers alone. */
function roundConstants(): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes.map((prime) => {
    // floor(cbrt(prime) × 2^32) by bisection, then the low 32 bits.
    const cube = BigInt(prime) << 96n;
    let [low, high] = [0n, 1n << 40n];
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (middle ** 3n <= cube) low = middle;
      else high = middle;
    }
    return Number(low & 0xffffffffn);
  });
}

/** `K`, the round constants in static memory. */
export const constants = (): string => `const K: usize = memory.data<u32>([${roundConstants().map((k) => `0x${k.toString(16).padStart(8, '0')}`).join(', ')}], 16);`;
