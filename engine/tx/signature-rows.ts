/** Signatures gathered for one batch, row by row, with the bytes that each of them signs. */
import type { Crypto, SignatureBatch } from '../crypto/crypto.ts';
import { Writer } from '../primitives/codec.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './encode.ts';

const NO_HINT = new Uint8Array(32);

class SignatureRows {
  /** Where the next row's signed bytes are written, before `add`. */
  readonly signed = new Writer();
  private readonly signatures = new Writer();
  private readonly publicKeys = new Writer();
  private readonly hints = new Writer();
  private readonly digests = new Writer();
  private readonly ends: number[] = [0];

  clear(): void {
    for (const column of [this.signed, this.signatures, this.publicKeys, this.hints, this.digests]) column.clear();
    this.ends.length = 1;
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

  /** All rows, what they sign hashed at once; until the rows are cleared. */
  batch(crypto: Crypto): SignatureBatch {
    const { count } = this;
    const digests = this.digests.room(32 * count);
    crypto.sha256Many(this.signed.written, Uint32Array.from(this.ends), count, digests);
    return { count, digests, signatures: this.signatures.written, publicKeys: this.publicKeys.written, hints: this.hints.written };
  }
}

export type { SignatureRows };

const ROWS = new SignatureRows();

/**
 * Rows for the next batch, in the same memory each time: megabytes for a block would otherwise wait for the garbage
 * collector. A batch must be read before the next one is begun.
 */
export function nextRows(): SignatureRows {
  ROWS.clear();
  return ROWS;
}
