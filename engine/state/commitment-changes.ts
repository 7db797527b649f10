/** Changes to one trie, as flat columns: hashes of keys, encoded values, and their order by key. */
import type { Crypto } from '../crypto/crypto.ts';

/** Of a SHA-256 value: eight 32-bit words, the most significant first. */
export const KEY_WORDS = 8;

/** sha256 of each key, `texts[offsets[i] … offsets[i + 1])`: `KEY_WORDS` words a key, as `into` from word `at` on. */
export function hashKeys(texts: Uint8Array, offsets: Uint32Array, count: number, crypto: Crypto, into: Int32Array, at: number): void {
  const hashes = new Uint8Array(32 * count);
  crypto.sha256Many(texts, offsets, count, hashes);
  const view = new DataView(hashes.buffer);
  for (let i = 0; i < KEY_WORDS * count; i++) into[at + i] = view.getInt32(4 * i);
}

/**
 * Room for `count` changes with values of `bytes` in all. Each is added as the words of its key, from `KEY_WORDS × count` on in
 * `keys`, then its value by `put…` or nothing and `remove()`, then `next()`.
 */
export class Changes {
  /** Words of the keys' hashes, in the order of adding. */
  readonly keys: Int32Array;
  /** Values one behind the other: that of change i lies from `starts[i]` to `starts[i + 1]`. */
  readonly values: Uint8Array;
  readonly starts: Uint32Array;
  /** 1 where the key is removed. */
  readonly removed: Uint8Array;
  count = 0;
  private readonly view: DataView;
  private at = 0;

  constructor(count: number, bytes: number) {
    this.keys = new Int32Array(KEY_WORDS * count);
    this.values = new Uint8Array(bytes);
    this.view = new DataView(this.values.buffer);
    this.starts = new Uint32Array(count + 1);
    this.removed = new Uint8Array(count);
  }

  /** What lies from `start` to `end`. */
  put(data: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) this.values[this.at++] = data[i];
  }

  /** As u64; an integer from 0 to 2^53 − 1. */
  putNumber(value: number): void {
    this.view.setUint32(this.at, value / 0x1_0000_0000);
    this.view.setUint32(this.at + 4, value);
    this.at += 8;
  }

  /** As u64. */
  putAmount(value: bigint): void {
    this.view.setBigUint64(this.at, value);
    this.at += 8;
  }

  remove(): void {
    this.removed[this.count] = 1;
  }

  next(): void {
    this.starts[++this.count] = this.at;
  }

  /** The changes by ascending key, each key once: of several changes to one key the last counts. */
  order(): Uint32Array {
    const { count, keys } = this;
    const compare = (i: number, k: number): number => this.compare(i, k);
    let order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    if (count <= RADIX_MIN) order.sort(compare);
    else {
      for (const shift of [0, 11, 22]) order = this.byBits(order, shift);
      // Keys that share their first 32 bits are few, unless somebody looked for them.
      for (let start = 0, end = 1; end <= count; end++) {
        if (end < count && keys[KEY_WORDS * order[end]] === keys[KEY_WORDS * order[start]]) continue;
        if (end - start > 1) order.subarray(start, end).sort(compare);
        start = end;
      }
    }
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (i + 1 === count || this.compare(order[i], order[i + 1]) !== 0) order[kept++] = order[i];
    }
    return order.subarray(0, kept);
  }

  /** Stable, by eleven bits of the keys' first words. */
  private byBits(order: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
    const { keys } = this;
    const ends = new Uint32Array(2049);
    for (let i = 0; i < order.length; i++) ends[((keys[KEY_WORDS * order[i]] >>> shift) & 2047) + 1]++;
    for (let bits = 0; bits < 2048; bits++) ends[bits + 1] += ends[bits];
    const sorted = new Uint32Array(order.length);
    for (let i = 0; i < order.length; i++) sorted[ends[(keys[KEY_WORDS * order[i]] >>> shift) & 2047]++] = order[i];
    return sorted;
  }

  private compare(i: number, k: number): number {
    const { keys } = this;
    for (let word = 0; word < KEY_WORDS; word++) {
      const difference = (keys[KEY_WORDS * i + word] >>> 0) - (keys[KEY_WORDS * k + word] >>> 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** Fewer changes are sorted by comparing. */
const RADIX_MIN = 256;
