/** Signing that also gives R's y, the hint of batch verification (D4). */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { checkSigningInput } from './scalar.ts';

export interface HintedSignature {
  /** RFC 6979, low s, compact 64 bytes: what `Crypto.sign` gives. */
  readonly signature: Uint8Array;
  /** 32 big-endian bytes; all zeros in the case, of a chance of 2^-128, that R's x is not r. */
  readonly hint: Uint8Array;
}

/**
 * The y that belongs to a signature's R. Bit 0 of `recovery` says that it is odd (in R as it is once s is low: with n − s
 * for s, R is −R), bit 1 that R's x is r + n. `recovery` is what libsecp256k1 and noble give beside a signature.
 */
export function hintOfRecovery(signature: Uint8Array, recovery: number): Uint8Array {
  if (recovery > 1) return new Uint8Array(32);
  const compressed = new Uint8Array(33);
  compressed[0] = 2 + recovery;
  compressed.set(signature.subarray(0, 32), 1);
  return secp256k1.Point.fromBytes(compressed).toBytes(false).slice(33);
}

/** Portable, 1 ms. Throws RangeError as `Crypto.sign` does. */
export function signWithHint(digest: Uint8Array, secretKey: Uint8Array): HintedSignature {
  checkSigningInput(digest, secretKey);
  const recovered = secp256k1.sign(digest, secretKey, { prehash: false, lowS: true, format: 'recovered' });
  const signature = recovered.slice(1);
  return { signature, hint: hintOfRecovery(signature, recovered[0]) };
}
