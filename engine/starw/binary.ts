/** Reading and writing WebAssembly's binary format: bytes, LEB128 integers, names. */

/** What is wrong with bytes, and where. Thrown inside this folder only; `decodeModule` and the gate turn it into data. */
export class Malformed {
  readonly offset: number;
  readonly detail: string;
  constructor(offset: number, detail: string) {
    this.offset = offset;
    this.detail = detail;
  }
}

/** Reads between two offsets of `bytes`; every step is bounds-checked and throws Malformed at the field's first byte. */
export class BinaryReader {
  readonly bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw new Malformed(this.at, 'ends too early');
    return this.bytes[this.at++];
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw new Malformed(this.at, `needs ${count} bytes, has ${this.end - this.at}`);
    this.at += count;
  }

  /** Unsigned, at most 32 bits in at most 5 bytes. */
  u32(): number {
    const { bytes } = this;
    const start = this.at;
    // Nearly every integer of a module is one byte.
    if (start < this.end && bytes[start] < 0x80) return bytes[this.at++];
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) throw new Malformed(start, 'integer above 32 bits');
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Malformed(start, 'integer above 32 bits');
  }

  /** Passes over a signed integer of `bits` bits. */
  skipSigned(bits: 32 | 33 | 64): void {
    const start = this.at;
    const bytesMax = Math.ceil(bits / 7);
    for (let count = 1; ; count++) {
      const byte = this.byte();
      if (byte >= 0x80) {
        if (count === bytesMax) throw new Malformed(start, `integer above ${bits} bits`);
        continue;
      }
      if (count === bytesMax) {
        // The bits above the integer's own must all equal its sign.
        const kept = bits - 7 * (bytesMax - 1);
        const above = (byte << 25) >> 25 >> (kept - 1);
        if (above !== 0 && above !== -1) throw new Malformed(start, `integer above ${bits} bits`);
      }
      return;
    }
  }

  /** A signed integer of 32 bits. */
  s32(): number {
    const start = this.at;
    this.skipSigned(32);
    let value = 0;
    let shift = 0;
    for (let i = start; i < this.at; i++, shift += 7) value |= (this.bytes[i] & 0x7f) << shift;
    const negative = (this.bytes[this.at - 1] & 0x40) !== 0;
    return negative && shift < 32 ? value | (-1 << shift) : value;
  }

  /** Text of a length-prefixed name. Its UTF-8 is V8's to check; here only ASCII is ever compared. */
  name(): string {
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    let text = '';
    for (let i = start; i < this.at; i++) text += String.fromCharCode(this.bytes[i]);
    return text;
  }

  /** An entry count; each entry has at least `bytesEach` bytes, so that a count cannot promise more than there is. */
  count(bytesEach: number): number {
    const start = this.at;
    const count = this.u32();
    if (count * bytesEach > this.end - this.at) throw new Malformed(start, `count ${count} where ${this.end - this.at} bytes are left`);
    return count;
  }
}

/** Writes into a buffer that grows. */
export class BinaryWriter {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.at === this.bytes.length) this.grow(1);
    this.bytes[this.at++] = value;
  }

  u32(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed 32 bits. */
  s32(value: number): void {
    let rest = value;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** Five bytes that `setS32` fills in later. */
  reserveS32(): number {
    const at = this.at;
    for (let i = 0; i < 4; i++) this.byte(0x80);
    this.byte(0);
    return at;
  }

  /** A signed 32-bit integer of exactly five bytes at `at`. */
  setS32(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.bytes[at + i] = ((value >> (7 * i)) & 0x7f) | 0x80;
    this.bytes[at + 4] = (value >> 28) & 0x7f;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.at + count > this.bytes.length) this.grow(count);
    // Few bytes are copied faster one by one.
    if (count < 16) for (let i = 0; i < count; i++) this.bytes[this.at + i] = source[from + i];
    else this.bytes.set(source.subarray(from, to), this.at);
    this.at += count;
  }

  all(source: ArrayLike<number>): void {
    for (let i = 0; i < source.length; i++) this.byte(source[i]);
  }

  name(text: string): void {
    this.u32(text.length);
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }

  private grow(count: number): void {
    const grown = new Uint8Array(Math.max(this.at + count, 2 * this.bytes.length, 64));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
