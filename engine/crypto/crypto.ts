/**
 * The one interface to cryptography. Backends: `noble.ts` (portable reference) and `engine/host/native-crypto.ts`
 * (Node's OpenSSL hash and prebuilt libsecp256k1). All backends give the same bytes and the same verdicts.
 */
export interface Crypto {
  /** Named in reports, e.g. `{ signatures: 'noble', hashes: 'noble' }`. */
  readonly backend: { readonly signatures: string; readonly hashes: string };
  /** SHA-256 of `data`; a fresh 32-byte array. */
  sha256(data: Uint8Array): Uint8Array;
  /**
   * Plain ECDSA over secp256k1 with D4's rules: compact 64-byte signature, 1 ≤ r < n, 1 ≤ s ≤ n/2, compressed 33-byte
   * key on the curve. Anything malformed is `false`; never throws. `digest` is 32 bytes.
   */
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
  /**
   * SHA-256 of the messages `data[offsets[i] … offsets[i + 1])`, i < `count`; 32 bytes each, into `out` from 32 × i. With a
   * `prefix` (0…255), of that byte followed by each message. Throws RangeError where offsets fall, or lead out of `data`.
   */
  sha256Many(data: Uint8Array, offsets: Uint32Array, count: number, out: Uint8Array, prefix?: number): void;
  /** `verify` of each: 1 or 0 into `verdicts[i]`. Hints cost or save time and decide nothing (D4). */
  verifyMany(batch: SignatureBatch, verdicts: Uint8Array): void;
  /** RFC 6979 deterministic, low-S, compact 64 bytes. `secretKey` is 32 bytes in 1…n−1, else throws RangeError. */
  sign(digest: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** `sign`, and the signature's hint (`SignatureBatch.hints`), where the backend verifies by it. */
  signWithHint?(digest: Uint8Array, secretKey: Uint8Array): { readonly signature: Uint8Array; readonly hint: Uint8Array };
  /** Compressed 33-byte public key. */
  publicKey(secretKey: Uint8Array): Uint8Array;
}

/** Signatures side by side: the columns hold `count` entries, and may be longer. */
export interface SignatureBatch {
  readonly count: number;
  /** Compact, 64 bytes each. */
  readonly signatures: Uint8Array;
  /** 32 bytes each. */
  readonly digests: Uint8Array;
  /** Compressed, 33 bytes each. */
  readonly publicKeys: Uint8Array;
  /** The y coordinates of the signatures' R, big-endian, 32 bytes each; all zeros where there is none. */
  readonly hints: Uint8Array;
}
