/** Signing with the hint that batch verification uses: R's y (D4). The signature is RFC 6979's, as every backend makes it. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concat } from '../../engine/primitives/bytes.ts';

/** 64 bytes of signature, then the 32 bytes of R's y. */
export function signWithHint(digest: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const recovered = secp256k1.sign(digest, secretKey, { prehash: false, lowS: true, format: 'recovered' });
  const signature = recovered.subarray(1);
  // Bit 0: y is odd. Bit 1: x is r + n, which no seeded input meets.
  const point = secp256k1.Point.fromBytes(concat(Uint8Array.of(2 + (recovered[0] & 1)), signature.subarray(0, 32)));
  return concat(signature, point.toBytes(false).subarray(33));
}
