/** Signing a block with hints, as fast as this machine can: the engine's portable way takes a millisecond each. Same bytes. */
import { createRequire } from 'node:module';
import { signWithHint, type HintedSignature } from '../../engine/crypto/sign-with-hint.ts';
import { concat } from '../../engine/primitives/bytes.ts';

interface Native {
  /** Recovery id: bit 0 says that R's y is odd, bit 1 that its x is r + n. */
  ecdsaSign(digest: Uint8Array, secretKey: Uint8Array): { readonly signature: Uint8Array; readonly recid: number };
  publicKeyConvert(point: Uint8Array, compressed: boolean): Uint8Array;
}

const native = loadNative();

function loadNative(): Native | undefined {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings.js') as Native;
  } catch {
    return undefined;
  }
}

export function signHinted(digest: Uint8Array, secretKey: Uint8Array): HintedSignature {
  if (native === undefined) return signWithHint(digest, secretKey);
  const { signature, recid } = native.ecdsaSign(digest, secretKey);
  if (recid > 1) return signWithHint(digest, secretKey);
  const point = native.publicKeyConvert(concat(Uint8Array.of(2 + recid), signature.subarray(0, 32)), false);
  return { signature, hint: point.subarray(33) };
}
