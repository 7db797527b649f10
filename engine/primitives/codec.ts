/**
 * Canonical binary encoding: big-endian, fixed widths, length-prefixed blobs (docs/encoding.md).
 *
 * Bytes are moved by hand rather than through a DataView per message: making the view costs more than a transaction's
 * worth of reads. Only 64-bit integers above 2^53 go through one shared view.
 */

import { hexInto, plainBytes, utf8 } from './bytes.ts';

/** Malformed input at a place. Thrown by `Reader` only, and turned into a typed error by the `decode…` that reads. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly offset: number;
  readonly detail: string;
  constructor(offset: number, detail: string) {
    super(`${detail} at byte ${offset}`);
    this.offset = offset;
    this.detail = detail;
  }
}

/** Fewer bytes are moved by hand: a view of them costs no less, and is garbage. */
const FEW = 48;
const TWO32 = 0x1_0000_0000;
const U64_MAX = (1n << 64n) - 1n;
const WORD = new DataView(new ArrayBuffer(8));

/**
 * Writes into a buffer that grows. A value outside its field is a bug of the caller and throws RangeError: were it cut
 * to fit, two values would share one encoding.
 */
export class Writer {
  private buffer: Uint8Array;
  private at = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  u8(value: number): this {
    const at = this.claim(1, value, 0xff);
    this.buffer[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.claim(2, value, 0xffff);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    this.word(this.claim(4, value, 0xffff_ffff), value);
    return this;
  }

  /** A number must be a safe integer, a bigint must fit; neither may be negative. */
  u64(value: number | bigint): this {
    if (typeof value === 'bigint') {
      if (value < 0n || value > U64_MAX) throw new RangeError(`${value} does not fit 64 bits`);
      WORD.setBigUint64(0, value);
      const at = this.need(8);
      this.word(at, WORD.getUint32(0));
      this.word(at + 4, WORD.getUint32(4));
    } else {
      const at = this.claim(8, value, Number.MAX_SAFE_INTEGER);
      this.word(at, Math.floor(value / TWO32));
      this.word(at + 4, value % TWO32);
    }
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.need(value.length);
    this.buffer.set(value, at);
    return this;
  }

  /** `count` bytes of `data` from `from` on. */
  part(data: Uint8Array, from: number, count: number): this {
    const at = this.need(count);
    const { buffer } = this;
    if (count < FEW) for (let i = 0; i < count; i++) buffer[at + i] = data[from + i];
    else buffer.set(data.subarray(from, from + count), at);
    return this;
  }

  /** The bytes that lower-case hex stands for. Throws RangeError as `fromHex` does. */
  hex(text: string): this {
    const at = this.need(text.length >>> 1); // may make a new buffer
    hexInto(text, this.buffer, at);
    return this;
  }

  /** UTF-8 of a string, as `utf8` gives it. */
  text(value: string): this {
    const start = this.need(value.length);
    const { buffer } = this;
    let codes = 0;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      codes |= code;
      buffer[start + i] = code;
    }
    if (codes < 0x80) return this;
    this.at = start;
    return this.bytes(utf8(value));
  }

  /** u16 length in bytes, then the UTF-8. */
  text16(value: string): this {
    const start = this.need(2);
    const length = this.text(value).at - start - 2;
    if (length > 0xffff) throw new RangeError(`${length} bytes of text where at most 65535 may stand`);
    this.buffer[start] = length >>> 8;
    this.buffer[start + 1] = length;
    return this;
  }

  /** u16 length, then the bytes. */
  blob16(value: Uint8Array): this {
    return this.u16(value.length).bytes(value);
  }

  /** u32 length, then the bytes. */
  blob32(value: Uint8Array): this {
    return this.u32(value.length).bytes(value);
  }

  /** What `write` writes, behind its u32 length. */
  nested32(write: (out: Writer) => void): this {
    const start = this.need(4);
    write(this);
    this.word(start, this.at - start - 4);
    return this;
  }

  /** A view of the next `count` bytes, whatever they are, to be filled. */
  room(count: number): Uint8Array {
    const at = this.need(count);
    return this.buffer.subarray(at, at + count);
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  /** Begins anew, with the room that there is. */
  clear(): void {
    this.at = 0;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at;
  }

  /** What is written so far; a view, which the next write may leave behind. */
  get written(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }

  private word(at: number, value: number): void {
    const { buffer } = this;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
  }

  private claim(count: number, value: number, max: number): number {
    if (!(value >= 0 && value <= max && Number.isInteger(value)))
      throw new RangeError(`${value} is not an integer from 0 to ${max}`);
    return this.need(count);
  }

  private need(count: number): number {
    const at = this.at;
    this.at = at + count;
    if (this.at > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.at, this.buffer.length * 2));
      grown.set(this.buffer);
      this.buffer = grown;
    }
    return at;
  }
}

/**
 * Reads what `Writer` wrote. Every step is bounds-checked; what does not fit throws CodecError at the field's first
 * byte.
 */
export class Reader {
  offset: number;
  /** What is read. */
  readonly data: Uint8Array;
  private readonly limit: number;

  /** From `offset` to `limit`, which must lie in `data`. */
  constructor(data: Uint8Array, offset = 0, limit = data.length) {
    this.offset = offset;
    this.data = plainBytes(data);
    this.limit = limit;
  }

  get left(): number {
    return this.limit - this.offset;
  }

  u8(): number {
    return this.data[this.take(1)];
  }

  u16(): number {
    const at = this.take(2);
    return (this.data[at] << 8) | this.data[at + 1];
  }

  u32(): number {
    return this.word(this.take(4));
  }

  u64(): bigint {
    const at = this.take(8);
    const high = this.word(at);
    const low = this.word(at + 4);
    if (high <= 0x1f_ffff) return BigInt(high * TWO32 + low);
    WORD.setUint32(0, high);
    WORD.setUint32(4, low);
    return WORD.getBigUint64(0);
  }

  /** A u64 that is at most 2^53 − 1. */
  u53(): number {
    const at = this.take(8);
    const high = this.word(at);
    if (high > 0x1f_ffff) throw new CodecError(at, 'integer above 2^53 − 1');
    return high * TWO32 + this.word(at + 4);
  }

  /** A u8 that is an index of `list`; `what` names the field in the error. */
  oneOf<T>(list: readonly T[], what: string): T {
    const index = this.u8();
    if (index >= list.length) throw new CodecError(this.offset - 1, `${what} ${index}`);
    return list[index];
  }

  /** A u8 that is 0 or 1. */
  flag(what: string): boolean {
    const value = this.u8();
    if (value > 1) throw new CodecError(this.offset - 1, `${what} ${value}`);
    return value === 1;
  }

  /** Passes over bytes whose values do not matter. */
  skip(count: number): void {
    this.take(count);
  }

  /** A view, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return this.data.subarray(at, at + count);
  }

  blob16(max: number): Uint8Array {
    return this.blob(this.u16(), max, 2);
  }

  blob32(max: number): Uint8Array {
    return this.blob(this.u32(), max, 4);
  }

  /** What `read` reads, which must be exactly as long as the u32 before it says. */
  nested32<T>(read: (input: Reader) => T): T {
    const length = this.u32();
    const start = this.offset;
    if (length > this.left) throw new CodecError(start - 4, `length ${length} where ${this.left} bytes are left`);
    const value = read(this);
    if (this.offset !== start + length)
      throw new CodecError(start - 4, `length ${length} of what has ${this.offset - start} bytes`);
    return value;
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left > 0) throw new CodecError(this.offset, `${this.left} bytes too many`);
  }

  /** Refuses what was read from `at` on. */
  fail(detail: string, at = this.offset): never {
    throw new CodecError(at, detail);
  }

  private blob(length: number, max: number, prefix: number): Uint8Array {
    if (length > max) throw new CodecError(this.offset - prefix, `${length} bytes where at most ${max} may stand`);
    return this.bytes(length);
  }

  private word(at: number): number {
    const { data } = this;
    return ((data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3]) >>> 0;
  }

  private take(count: number): number {
    const at = this.offset;
    if (at + count > this.limit) throw new CodecError(at, `needs ${count} bytes, has ${this.limit - at}`);
    this.offset = at + count;
    return at;
  }
}
