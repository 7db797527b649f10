/**
 * Writes the arithmetic modulo secp256k1's p and n as unrolled AssemblyScript.
 *
 * A number is nine limbs of 29 bits, least first, as u32: up to 2^261, not only up to the modulus. A limb is *tight* below
 * 2^29 + 2^20, *loose* up to 1.5 × 2^30 + 2^21. Products take one tight and one loose factor (their columns then stay below
 * 2^63) and come out tight. The same text serves one number (u64 columns, limbs `stride` bytes apart) and four numbers
 * side by side (i64x2 columns in two halves, limbs 16 bytes apart).
 */

import { linearFunctions } from './linear.ts';

const LIMBS = 9;
const BITS = 29n;
const MASK = (1n << BITS) - 1n;

export const P = (1n << 256n) - (1n << 32n) - 977n;
const G = [0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n, 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n];
/** The short vectors of the endomorphism's lattice are (A1, −B1), (A2, A1). */
const A1 = 0x3086d221a7d46bcde86c90e49284eb15n;
const B1 = 0xe4437ed6010e88286f547fa90abfe4c3n;
export const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** By Newton's iteration, each round of which doubles the bits that are right. */
function inverseModulo29(m: bigint): bigint {
  let x = m;
  for (let round = 0; round < 5; round++) x = (x * (2n - m * x)) & MASK;
  return x & MASK;
}

/** The limbs of a number, as many as are asked for. */
export const limbsOf = (value: bigint, count = LIMBS): bigint[] => Array.from({ length: count }, (_, i) => (value >> (BITS * BigInt(i))) & MASK);

/**
 * `multiple` × modulus with `lift` × 2^29 moved into each limb from the one above: what is added before limbs are taken
 * away, so that none falls below zero.
 */
export function bias(modulus: bigint, multiple: bigint, lift: bigint): bigint[] {
  const top = LIMBS - 1;
  const value = modulus * multiple;
  const limbs = limbsOf(value);
  limbs[top] = value >> (BITS * BigInt(top));
  return limbs.map((limb, i) => limb + (i < top ? lift << BITS : 0n) - (i > 0 ? lift : 0n));
}

/** The text of an expression. */
type Text = string;
/** A column: one u64, or two i64x2. */
type Column = readonly Text[];

/** How numbers lie in memory, and how their arithmetic is written. */
interface Numbers {
  /** Where a carry stands among the terms of its column. */
  readonly carryFirst: boolean;
  readonly wide: string;
  readonly limb: string;
  load(at: Text, i: number): Text;
  store(at: Text, i: number, x: Text): Text;
  constant(value: bigint): Text;
  limbAdd(x: Text, y: Text): Text;
  double(x: Text): Text;
  product(x: Text, y: Text): Column;
  add(x: Text, y: Text): Text;
  sub(x: Text, y: Text): Text;
  mask(x: Text): Text;
  shr(x: Text): Text;
  shl(x: Text, bits: number): Text;
  narrow(column: Column): Text;
}

/** One number: a column is one u64. */
const one = (stride: number): Numbers => ({
  carryFirst: false,
  wide: 'u64',
  limb: 'u64',
  load: (at, i) => `<u64>load<u32>(${at}, ${stride * i})`,
  store: (at, i, x) => `store<u32>(${at}, <u32>${x}, ${stride * i});`,
  constant: (value) => `${value}`,
  limbAdd: (x, y) => `(${x} + ${y})`,
  double: (x) => `(${x} << 1)`,
  product: (x, y) => [`${x} * ${y}`],
  add: (x, y) => `(${x} + ${y})`,
  sub: (x, y) => `(${x} - ${y})`,
  mask: (x) => `(${x} & 0x1fffffff)`,
  shr: (x) => `(${x} >>> 29)`,
  shl: (x, bits) => `(${x} << ${bits})`,
  narrow: ([x]) => x,
});

/** Four numbers: a column is two i64x2, the first two numbers' and the last two's. */
const four: Numbers = {
  carryFirst: true,
  wide: 'v128',
  limb: 'v128',
  load: (at, i) => `v128.load(${at}, ${16 * i})`,
  store: (at, i, x) => `v128.store(${at}, ${x}, ${16 * i});`,
  constant: (value) => `v128.load32_splat(CONSTANTS, ${4 * constantAt(value)})`,
  limbAdd: (x, y) => `i32x4.add(${x}, ${y})`,
  double: (x) => `i32x4.shl(${x}, 1)`,
  product: (x, y) => [`i64x2.extmul_low_i32x4_u(${x}, ${y})`, `i64x2.extmul_high_i32x4_u(${x}, ${y})`],
  add: (x, y) => `i64x2.add(${x}, ${y})`,
  sub: (x, y) => `i64x2.sub(${x}, ${y})`,
  mask: (x) => `v128.and(${x}, mask)`,
  shr: (x) => `i64x2.shr_u(${x}, 29)`,
  shl: (x, bits) => `i64x2.shl(${x}, ${bits})`,
  narrow: ([low, high]) => `v128.shuffle<u32>(${low}, ${high}, 0, 2, 4, 6)`,
};

/** Constants that four-lane code loads from memory: a literal of 128 bits costs more than a load. */
const constants: bigint[] = [];
function constantAt(value: bigint): number {
  if (!constants.includes(value)) constants.push(value);
  return constants.indexOf(value);
}

/** The body of a function that is being written; every result gets a name of its own. */
interface Body {
  readonly lines: readonly string[];
  say(line: string): void;
  limb(text: Text): Text;
  product(x: Text, y: Text): Column;
  sum(...columns: readonly Column[]): Column;
  sub(x: Column, y: Column): Column;
  mask(x: Column): Column;
  shr(x: Column): Column;
  shl(x: Column, bits: number): Column;
}

function writer(kind: Numbers): Body {
  const lines: string[] = [];
  let names = 0;
  const name = (type: string, text: Text): Text => {
    const id = `t${names++}`;
    lines.push(`  const ${id}: ${type} = ${text};`);
    return id;
  };
  const each = (f: (...parts: Text[]) => Text, ...columns: readonly Column[]): Column => columns[0].map((_, part) => name(kind.wide, f(...columns.map((column) => column[part]))));
  return {
    lines,
    say: (line) => void lines.push(`  ${line}`),
    limb: (text) => name(kind.limb, text),
    product: (x, y) => kind.product(x, y).map((text) => name(kind.wide, text)),
    sum: (...columns) => each((...parts) => parts.reduce((x, y) => kind.add(x, y)), ...columns),
    sub: (x, y) => each(kind.sub, x, y),
    mask: (x) => each(kind.mask, x),
    shr: (x) => each(kind.shr, x),
    shl: (x, bits) => each((part) => kind.shl(part, bits), x),
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** The terms of the columns of a × b, limb by limb. */
function schoolbook(w: Body, a: readonly Text[], b: readonly Text[]): Column[][] {
  return range(0, a.length + b.length - 1).map((k) => range(0, a.length).filter((i) => k - i >= 0 && k - i < b.length).map((i) => w.product(a[i], b[k - i])));
}

/** The same through blocks of three limbs: 54 products for 81 (Karatsuba; differences may wrap, columns do not). */
function blocks(w: Body, kind: Numbers, a: readonly Text[], b: readonly Text[]): Column[][] {
  const block = (x: readonly Text[], i: number): readonly Text[] => x.slice(3 * i, 3 * i + 3);
  const both = (x: readonly Text[], i: number, j: number): Text[] => range(0, 3).map((k) => w.limb(kind.limbAdd(x[3 * i + k], x[3 * j + k])));
  const summed = (x: readonly Text[], y: readonly Text[]): Column[] => schoolbook(w, x, y).map((terms) => w.sum(...terms));
  const [d0, d1, d2] = [0, 1, 2].map((i) => summed(block(a, i), block(b, i)));
  const cross = (i: number, j: number): Column[] => summed(both(a, i, j), both(b, i, j));
  const less = (x: readonly Column[], ...taken: readonly (readonly Column[])[]): Column[] => x.map((column, k) => taken.reduce((rest, y) => w.sub(rest, y[k]), column));
  const s01 = less(cross(0, 1), d0, d1);
  const s02 = less(cross(0, 2), d0, d2).map((column, k) => w.sum(column, d1[k]));
  const s12 = less(cross(1, 2), d1, d2);
  const parts = [d0, s01, s02, s12, d2];
  return range(0, 17).map((column) => {
    return range(0, 5).filter((i) => column - 3 * i >= 0 && column - 3 * i < 5).map((i) => parts[i][column - 3 * i]);
  });
}

/** The terms of the columns of a²: 45 products. */
function squares(w: Body, kind: Numbers, a: readonly Text[]): Column[][] {
  const doubled = a.map((limb) => w.limb(kind.double(limb)));
  return range(0, 17).map((k) => range(0, LIMBS).filter((i) => k - i >= i && k - i < LIMBS).map((i) => w.product(i === k - i ? a[i] : doubled[i], a[k - i])));
}

/**
 * Carries from column to column: limbs, and what is left above them. A column is the list of its terms. Where the carry
 * stands among them decides how many columns the compiler keeps in registers at once: first is best for four lanes (16.5
 * against 21 ns a product), last for one.
 */
function chain(w: Body, kind: Numbers, columns: readonly (readonly Column[])[]): [limbs: Column[], over: Column] {
  const limbs: Column[] = [];
  let carry: Column | undefined;
  for (const column of columns) {
    const terms = [...column];
    if (carry !== undefined) terms[kind.carryFirst ? 'unshift' : 'push'](carry);
    const full = terms.length === 1 ? terms[0] : w.sum(...terms);
    limbs.push(w.mask(full));
    carry = w.shr(full);
  }
  return [limbs, carry!];
}

/** 17 columns modulo p, by 2^261 ≡ 31,264 + 2^8 × 2^29. */
function reduceP(w: Body, kind: Numbers, columns: readonly (readonly Column[])[]): Column[] {
  const [high, top] = chain(w, kind, columns.slice(9));
  high.push(top);
  const factor = w.limb(kind.constant(31264n));
  const folded = range(0, 9).map((i) => [w.product(w.limb(kind.narrow(high[i])), factor), ...(i > 0 ? [w.shl(high[i - 1], 8)] : []), ...columns[i]]);
  const [limbs, over] = chain(w, kind, folded);
  // Up to 41 bits: 31,264 = 2^15 − 2^11 + 2^9 + 2^5.
  const rest = w.sum(over, w.shl(high[8], 8));
  const times = w.sum(w.sub(w.shl(rest, 15), w.shl(rest, 11)), w.shl(rest, 9), w.shl(rest, 5));
  const [low, carry] = chain(w, kind, [[limbs[0], times], [limbs[1], w.shl(rest, 8)]]);
  return [...low, w.sum(limbs[2], carry), ...limbs.slice(3)];
}

/** 17 columns modulo n, by 2^261 ≡ five limbs. */
function reduceN(w: Body, kind: Numbers, columns: readonly (readonly Column[])[]): Column[] {
  const factor = limbsOf((1n << 261n) % N, 5).map((limb) => w.limb(kind.constant(limb)));
  const fold = (into: readonly (readonly Column[])[], high: readonly Column[]): Column[][] => {
    const narrow = high.map((limb) => w.limb(kind.narrow(limb)));
    return range(0, Math.max(into.length, narrow.length + 4)).map((k) => {
      const terms = range(0, narrow.length).filter((i) => k - i >= 0 && k - i < 5).map((i) => w.product(narrow[i], factor[k - i]));
      return k < into.length ? [...terms, ...into[k]] : terms;
    });
  };
  const split = (high: readonly (readonly Column[])[]): Column[] => {
    const [limbs, top] = chain(w, kind, high);
    return [...limbs, top];
  };
  const first = fold(columns.slice(0, 9), split(columns.slice(9)));
  const second = fold(first.slice(0, 9), split(first.slice(9)));
  const [limbs, over] = chain(w, kind, second);
  const third = fold(limbs.map((limb) => [limb]), [w.mask(over), w.shr(over)]);
  const [low, carry] = chain(w, kind, third.slice(0, 8));
  return [...low, w.sum(...third[8], carry)];
}

const usesMask = (kind: Numbers): string[] => (kind === four ? [`  const mask: v128 = v128.load64_splat(MASK);`] : []);

type Reduce = typeof reduceP;

function product(name: string, kind: Numbers, reduce: Reduce, square = false): string {
  const w = writer(kind);
  const load = (at: Text): Text[] => range(0, LIMBS).map((i) => w.limb(kind.load(at, i)));
  const a = load('a');
  const limbs = reduce(w, kind, square ? squares(w, kind, a) : blocks(w, kind, a, load('b')));
  limbs.forEach((limb, i) => w.say(kind.store('out', i, kind.narrow(limb))));
  return [`export function ${name}(out: usize, a: usize${square ? '' : ', b: usize'}): void {`, ...usesMask(kind), ...w.lines, '}', ''].join('\n');
}

/** Four-lane code without 128-bit instructions: lane by lane. */
const lanewise = (name: string, single: string, square: boolean): string =>
  [`export function ${name}(out: usize, a: usize${square ? '' : ', b: usize'}): void {`, ...range(0, 4).map((lane) => `  ${single}(out + ${4 * lane}, a + ${4 * lane}${square ? '' : `, b + ${4 * lane}`});`), '}', ''].join('\n');

/** The module `field.as`. */
export function fieldModule(simd: boolean): string {
  constants.length = 0;
  const functions = [product('mul', one(4), reduceP), product('sqr', one(4), reduceP, true), product('mulN', one(4), reduceN)];
  for (const [name, reduce, square] of [['mul', reduceP, false], ['sqr', reduceP, true], ['mulN', reduceN, false]] as const) {
    if (simd) functions.push(product(`${name}4`, four, reduce, square));
    else functions.push(product(`${name}Lane`, one(16), reduce, square).replace('export ', ''), lanewise(`${name}4`, `${name}Lane`, square));
  }
  const data = (values: readonly bigint[]): string => `memory.data<u32>([${values.join(', ')}], 16)`;
  return [
    '// Written by field.ts.',
    `const CONSTANTS: usize = ${data(constants.length > 0 ? constants : [0n])};`,
    `const MASK: usize = memory.data<u64>([${MASK}], 16);`,
    `/** 66p and 164p, lifted (the bounds are worked out in lanes.as). */`,
    `export const BIAS: usize = ${data(bias(P, 66n, 1n))};`,
    `export const BIAS_WIDE: usize = ${data(bias(P, 164n, 5n))};`,
    `export const LIMBS_P: usize = ${data(limbsOf(P))};`,
    `export const LIMBS_N: usize = ${data(limbsOf(N))};`,
    '/** 2^256 modulo p and n. */',
    `export const FOLD_P: usize = ${data(limbsOf((1n << 256n) - P, 5))};`,
    `export const FOLD_N: usize = ${data(limbsOf((1n << 256n) - N, 5))};`,
    '/** x, y. */',
    `export const GENERATOR: usize = ${data(G.flatMap((coordinate) => limbsOf(coordinate)))};`,
    '/** The short vectors of the lattice of split.as, and round(2^384 × A1 / n), round(2^384 × MINUS_B1 / n). */',
    `export const A1: usize = ${data(limbsOf(A1, 5))};`,
    `export const A2: usize = ${data(limbsOf(A1 + B1, 5))};`,
    `export const MINUS_B1: usize = ${data(limbsOf(B1, 5))};`,
    `export const G1: usize = ${data(limbsOf(((A1 << 385n) / N + 1n) >> 1n))};`,
    `export const G2: usize = ${data(limbsOf(((B1 << 385n) / N + 1n) >> 1n))};`,
    '/** 1 / p and 1 / n modulo 2^29. */',
    `export const INVERSE_P: i32 = ${inverseModulo29(P)};`,
    `export const INVERSE_N: i32 = ${inverseModulo29(N)};`,
    '',
    ...functions,
    ...linearFunctions(simd),
  ].join('\n');
}
