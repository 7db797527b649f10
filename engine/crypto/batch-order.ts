/** The order in which a batch that is divided is verified: signatures of one key together, since equal keys cost once per part. */
import type { SignatureBatch } from './crypto.ts';

/**
 * Indices of a batch's signatures by the last byte of their keys, else as they stand. Cut anywhere, each part has few keys
 * of others; nobody's choice of keys makes parts larger.
 */
export function orderByKey({ count, publicKeys }: SignatureBatch): Uint32Array {
  const starts = new Uint32Array(257);
  for (let i = 0; i < count; i++) starts[publicKeys[33 * i + 32] + 1]++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] += starts[byte];
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[starts[publicKeys[33 * i + 32]]++] = i;
  return order;
}

/** Copies rows of `size` bytes: row `order[from + i]` of `source` to row i of `target`, `count` of them. */
export function gatherRows(target: Uint8Array, source: Uint8Array, size: number, order: Uint32Array, from: number, count: number): void {
  let to = 0;
  for (let i = from; i < from + count; i++) {
    const start = size * order[i];
    for (let at = start; at < start + size; at++) target[to++] = source[at];
  }
}
