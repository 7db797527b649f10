/**
 * Writes what happens between products, as unrolled AssemblyScript: sums and differences of four numbers side by side,
 * limbs 16 bytes apart. lanes.as says why their limbs stay in range.
 */

const LIMBS = 9;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** How arithmetic on 32-bit words is written: in four lanes at once, or in one after the other. */
interface Lanes {
  readonly word: string;
  load(at: string, i: number): string;
  store(at: string, i: number, x: string): string;
  splat(at: string, i: number): string;
  constant(value: number | string): string;
  add(x: string, y: string): string;
  sub(x: string, y: string): string;
  mul(x: string, y: string): string;
  and(x: string, y: string): string;
  xor(x: string, y: string): string;
  shl(x: string, bits: number): string;
  shr(x: string, bits: number): string;
  /** All ones where the lowest bit is set. */
  sign(x: string): string;
}

/** A function that is being written. */
interface Body {
  say(line: string): void;
  /** Names a word. */
  word(text: string): string;
  store(at: string, limbs: readonly string[]): void;
}

/** Words of 32 bits, in four lanes at once or in one after the other. */
const vector: Lanes = {
  word: 'v128',
  load: (at, i) => `v128.load(${at}, ${16 * i})`,
  store: (at, i, x) => `v128.store(${at}, ${x}, ${16 * i});`,
  splat: (at, i) => `v128.load32_splat(${at}, ${4 * i})`,
  constant: (value) => `i32x4.splat(${value})`,
  add: (x, y) => `i32x4.add(${x}, ${y})`,
  sub: (x, y) => `i32x4.sub(${x}, ${y})`,
  mul: (x, y) => `i32x4.mul(${x}, ${y})`,
  and: (x, y) => `v128.and(${x}, ${y})`,
  xor: (x, y) => `v128.xor(${x}, ${y})`,
  shl: (x, bits) => `i32x4.shl(${x}, ${bits})`,
  shr: (x, bits) => `i32x4.shr_u(${x}, ${bits})`,
  sign: (x) => `i32x4.shr_s(i32x4.shl(${x}, 31), 31)`,
};
const single: Lanes = {
  word: 'u32',
  load: (at, i) => `load<u32>(${at} + lane, ${16 * i})`,
  store: (at, i, x) => `store<u32>(${at} + lane, ${x}, ${16 * i});`,
  splat: (at, i) => `load<u32>(${at}, ${4 * i})`,
  constant: (value) => `${value}`,
  add: (x, y) => `(${x} + ${y})`,
  sub: (x, y) => `(${x} - ${y})`,
  mul: (x, y) => `(${x} * ${y})`,
  and: (x, y) => `(${x} & ${y})`,
  xor: (x, y) => `(${x} ^ ${y})`,
  shl: (x, bits) => `(${x} << ${bits})`,
  shr: (x, bits) => `(${x} >>> ${bits})`,
  sign: (x) => `(0 - (${x} & 1))`,
};

/** A function of four lanes; `body` gets a way to write lines and to name words. */
function lanes(name: string, parameters: readonly string[], kind: Lanes, body: (w: Body) => void): string {
  const lines: string[] = [];
  let names = 0;
  const say = (line: string): void => void lines.push(`    ${line}`);
  const word = (text: string): string => {
    const id = `w${names++}`;
    say(`const ${id}: ${kind.word} = ${text};`);
    return id;
  };
  body({ say, word, store: (at, limbs) => limbs.forEach((limb, i) => say(kind.store(at, i, limb))) });
  const loop = kind === single ? ['  for (let lane: usize = 0; lane < 16; lane += 4) {', ...lines, '  }'] : lines;
  return [`export function ${name}(${parameters.map((parameter) => `${parameter}: usize`).join(', ')}): void {`, ...loop, '}', ''].join('\n');
}

/** Limbs below 2^32 to tight ones, by 2^261 ≡ 31,264 + 2^8 × 2^29. */
function tight(w: Body, kind: Lanes, limbs: readonly string[]): string[] {
  const mask = w.word(kind.constant('0x1fffffff'));
  const out: string[] = [];
  let carry: string | undefined;
  for (const limb of limbs) {
    const full = carry === undefined ? limb : w.word(kind.add(limb, carry));
    out.push(w.word(kind.and(full, mask)));
    carry = w.word(kind.shr(full, 29));
  }
  out[0] = w.word(kind.add(out[0], kind.mul(carry!, kind.constant(31264))));
  out[1] = w.word(kind.add(out[1], kind.shl(carry!, 8)));
  return out;
}

/** a + bias − b. */
const less = (w: Body, kind: Lanes, a: string, b: string): string[] => range(LIMBS).map((i) => w.word(kind.sub(kind.add(kind.load(a, i), kind.splat('BIAS', i)), kind.load(b, i))));

/** ±a + bias − b, minus in lanes whose reference is odd: −x is ~x + 1, and the bias of those lanes has 2^29 more per limb. */
function signedLess(w: Body, kind: Lanes, a: string, b?: string): string[] {
  const minus = w.word(kind.sign(kind === vector ? 'v128.load(references)' : 'load<u32>(references + lane)'));
  const lift = w.word(kind.and(minus, kind.constant('0x20000000')));
  return range(LIMBS).map((i) => {
    const x = w.word(kind.xor(kind.load(a, i), minus));
    const lifted = i === 8 ? x : w.word(kind.add(x, i === 0 ? kind.sub(lift, minus) : lift));
    const biased = w.word(kind.add(lifted, kind.splat('BIAS', i)));
    return b === undefined ? biased : w.word(kind.sub(biased, kind.load(b, i)));
  });
}

function gather(): string[] {
  const lines = [0, 1].flatMap((half) => {
    const at = 16 * half;
    return [
      ...range(4).map((p) => `  const r${half}${p}: v128 = v128.load(p${p}, ${at});`),
      ...[['low', '0, 4, 1, 5'], ['high', '2, 6, 3, 7']].flatMap(([part, order], h) => [
        `  const ${part}A${half}: v128 = v128.shuffle<u32>(r${half}0, r${half}1, ${order}), ${part}B${half}: v128 = v128.shuffle<u32>(r${half}2, r${half}3, ${order});`,
        `  v128.store(out, v128.shuffle<u64>(${part}A${half}, ${part}B${half}, 0, 2), ${64 * half + 32 * h});`,
        `  v128.store(out, v128.shuffle<u64>(${part}A${half}, ${part}B${half}, 1, 3), ${64 * half + 32 * h + 16});`,
      ]),
    ];
  });
  return lines;
}

/** The functions, to stand behind those of field.ts. */
export function linearFunctions(simd: boolean): string[] {
  const kind = simd ? vector : single;
  return [
    '/** a − b, loose. */',
    lanes('less4', ['out', 'a', 'b'], kind, (w) => w.store('out', less(w, kind, 'a', 'b'))),
    '/** a − b, tight. */',
    lanes('lessTight4', ['out', 'a', 'b'], kind, (w) => w.store('out', tight(w, kind, less(w, kind, 'a', 'b')))),
    '/** ±a − b, loose: minus where the reference is odd. */',
    lanes('signedLess4', ['out', 'a', 'b', 'references'], kind, (w) => w.store('out', signedLess(w, kind, 'a', 'b'))),
    '/** ±a, tight. */',
    lanes('signed4', ['out', 'a', 'references'], kind, (w) => w.store('out', tight(w, kind, signedLess(w, kind, 'a')))),
    '/** square − 2 × x − difference, tight. */',
    lanes('thirdX4', ['out', 'square', 'x', 'difference'], kind, (w) =>
      w.store('out', tight(w, kind, range(LIMBS).map((i) => w.word(kind.sub(kind.sub(kind.add(kind.load('square', i), kind.splat('BIAS_WIDE', i)), kind.shl(kind.load('x', i), 1)), kind.load('difference', i))))))),
    '/** 2 × a and 3 × a, not carried. */',
    lanes('twice4', ['out', 'a'], kind, (w) => w.store('out', range(LIMBS).map((i) => w.word(kind.shl(kind.load('a', i), 1))))),
    lanes('thrice4', ['out', 'a'], kind, (w) => w.store('out', range(LIMBS).map((i) => w.word(kind.add(kind.load('a', i), kind.shl(kind.load('a', i), 1)))))),
    lanes('copy4', ['out', 'a'], kind, (w) => w.store('out', range(LIMBS).map((i) => kind.load('a', i)))),
    '/** Four numbers of 36 bytes, side by side. */',
    'export function gather4(out: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {',
    ...(simd ? gather() : range(8).flatMap((i) => range(4).map((p) => `  store<u32>(out, load<u32>(p${p}, ${4 * i}), ${16 * i + 4 * p});`))),
    ...range(4).map((p) => `  store<u32>(out, load<u32>(p${p}, 32), ${128 + 4 * p});`),
    '}',
    '',
  ];
}
