/** Signatures gathered for one batch, row by row, with the bytes that each of them signs. */
import type { Crypto, SignatureBatch } from '../crypto/crypto.ts';
import { Writer } from '../primitives/codec.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './encode.ts';

const NO_HINT = new Uint8Array(32);

export class SignatureRows {
  /** Where the next row's signed bytes are written, before `add`. */
  readonly signed: Writer;
  private readonly ends: number[] = [0];
  private readonly signatures: Writer;
  private readonly publicKeys: Writer;
  private readonly hints: Writer;

  /** For about `count` rows of about `signedBytes` bytes. */
  constructor(count: number, signedBytes: number) {
    this.signed = new Writer(signedBytes * count);
    this.signatures = new Writer(SIGNATURE_BYTES * count);
    this.publicKeys = new Writer(PUBLIC_KEY_BYTES * count);
    this.hints = new Writer(32 * count);
  }

  get count(): number {
    return this.ends.length - 1;
  }

  /** Ends a row: the signature that stands at `signatureAt`, the key at `keyAt`, and the hint at `hintAt`, where there is one. */
  add(signature: Uint8Array, signatureAt: number, key: Uint8Array, keyAt: number, hints: Uint8Array | undefined, hintAt: number): void {
    this.ends.push(this.signed.length);
    this.signatures.part(signature, signatureAt, SIGNATURE_BYTES);
    this.publicKeys.part(key, keyAt, PUBLIC_KEY_BYTES);
    this.hints.part(hints ?? NO_HINT, hints === undefined ? 0 : hintAt, 32);
  }

  /** All rows, what they sign hashed at once. */
  batch(crypto: Crypto): SignatureBatch {
    const { count } = this;
    const digests = new Uint8Array(32 * count);
    crypto.sha256Many(this.signed.written, Uint32Array.from(this.ends), count, digests);
    return { count, digests, signatures: this.signatures.written, publicKeys: this.publicKeys.written, hints: this.hints.written };
  }
}
