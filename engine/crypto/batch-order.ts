/** The order in which a batch that is divided is verified, and into what. */
import type { SignatureBatch } from './crypto.ts';

/** Those without a hint: they are verified alone, so they stand last, where they fill up no part of others. */
const LAST = 256;

/**
 * Indices of a batch's signatures by the last byte of their keys, else as they stand: equal keys cost once per part. Cut
 * anywhere, each part has few keys of others; nobody's choice of keys makes parts larger.
 */
export function orderByKey({ count, publicKeys, hints }: SignatureBatch): Uint32Array {
  const places = Uint16Array.from({ length: count }, (_, i) => (isZero(hints, 32 * i) ? LAST : publicKeys[33 * i + 32]));
  const starts = new Uint32Array(LAST + 2);
  for (const place of places) starts[place + 1]++;
  for (let place = 0; place <= LAST; place++) starts[place + 1] += starts[place];
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[starts[places[i]]++] = i;
  return order;
}

function isZero(hints: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 32; i++) if (hints[i] !== 0) return false;
  return true;
}

/** A part of a batch in its order. */
export interface Part {
  readonly from: number;
  readonly count: number;
}

/** Whole parts of `size`, and what is left: a signature costs the more the smaller its part is. */
export function partsOf(count: number, size: number): Part[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({ from: size * i, count: Math.min(size, count - size * i) }));
}

/** Copies rows of `size` bytes: row `order[from + i]` of `source` to row i of `target`, `count` of them. */
export function gatherRows(target: Uint8Array, source: Uint8Array, size: number, order: Uint32Array, from: number, count: number): void {
  if ((size | target.byteOffset | source.byteOffset) % 4 === 0) return gather(wordsOf(target), wordsOf(source), size / 4, order, from, count);
  gather(target, source, size, order, from, count);
}

const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array => new Uint32Array(buffer, byteOffset, byteLength >>> 2);

/** A few at a time are cheaper moved by hand than as views. */
function gather(target: Uint8Array | Uint32Array, source: Uint8Array | Uint32Array, size: number, order: Uint32Array, from: number, count: number): void {
  let to = 0;
  for (let i = from; i < from + count; i++) {
    const start = size * order[i];
    for (let at = start; at < start + size; at++) target[to++] = source[at];
  }
}
