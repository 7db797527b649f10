/** Canonical binary encoding: big-endian, fixed widths, length-prefixed blobs (docs/encoding.md). */

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

const TWO32 = 0x1_0000_0000;

export class Writer {
  private buffer: Uint8Array;
  private view: DataView;
  private at = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }

  u8(value: number): this {
    this.need(1);
    this.buffer[this.at++] = value;
    return this;
  }

  u16(value: number): this {
    this.need(2);
    this.view.setUint16(this.at, value);
    this.at += 2;
    return this;
  }

  u32(value: number): this {
    this.need(4);
    this.view.setUint32(this.at, value);
    this.at += 4;
    return this;
  }

  /** A number must be a safe integer ≥ 0; a bigint must fit. */
  u64(value: number | bigint): this {
    this.need(8);
    if (typeof value === 'bigint') {
      this.view.setBigUint64(this.at, value);
    } else {
      this.view.setUint32(this.at, Math.floor(value / TWO32));
      this.view.setUint32(this.at + 4, value % TWO32);
    }
    this.at += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.need(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
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

  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  private need(count: number): void {
    if (this.at + count <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.at + count, this.buffer.length * 2));
    grown.set(this.buffer);
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what `Writer` wrote; every step is bounds-checked. */
export class Reader {
  offset = 0;
  private readonly data: Uint8Array;
  private readonly view: DataView;

  constructor(data: Uint8Array) {
    this.data = data;
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get left(): number {
    return this.data.length - this.offset;
  }

  u8(): number {
    return this.data[this.take(1)];
  }

  u16(): number {
    return this.view.getUint16(this.take(2));
  }

  u32(): number {
    return this.view.getUint32(this.take(4));
  }

  u64(): bigint {
    return this.view.getBigUint64(this.take(8));
  }

  /** A u64 that is at most 2^53 − 1. */
  u53(): number {
    const at = this.take(8);
    const high = this.view.getUint32(at);
    if (high > 0x1f_ffff) throw new CodecError(at, 'integer above 2^53 − 1');
    return high * TWO32 + this.view.getUint32(at + 4);
  }

  /** A view, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return this.data.subarray(at, at + count);
  }

  blob16(max: number): Uint8Array {
    return this.blob(this.u16(), max);
  }

  blob32(max: number): Uint8Array {
    return this.blob(this.u32(), max);
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left > 0) throw new CodecError(this.offset, `${this.left} bytes too many`);
  }

  fail(detail: string): never {
    throw new CodecError(this.offset, detail);
  }

  private blob(length: number, max: number): Uint8Array {
    if (length > max) throw new CodecError(this.offset, `${length} bytes where at most ${max} may stand`);
    return this.bytes(length);
  }

  private take(count: number): number {
    const at = this.offset;
    if (at + count > this.data.length) throw new CodecError(at, `needs ${count} bytes, has ${this.data.length - at}`);
    this.offset = at + count;
    return at;
  }
}
