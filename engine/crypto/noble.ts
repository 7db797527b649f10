/** The portable reference backend: @noble/curves and @noble/hashes. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Crypto } from './crypto.ts';
import { oneByOne } from './many.ts';
import { checkSecretKey, checkSigningInput } from './scalar.ts';

/** `digest` is the hash already; no entropy is added to RFC 6979's nonces. */
const RAW = { prehash: false, lowS: true } as const;

const single: Pick<Crypto, 'sha256' | 'verify'> = {
  sha256: (data) => sha256(data),
  verify(signature, digest, publicKey) {
    if (signature.length !== 64 || digest.length !== 32 || publicKey.length !== 33) return false;
    try {
      return secp256k1.verify(signature, digest, publicKey, RAW);
    } catch {
      return false;
    }
  },
};

export const nobleCrypto: Crypto = {
  backend: { signatures: 'noble', hashes: 'noble' },
  ...single,
  ...oneByOne(single),
  sign(digest, secretKey) {
    checkSigningInput(digest, secretKey);
    return secp256k1.sign(digest, secretKey, RAW);
  },
  publicKey(secretKey) {
    checkSecretKey(secretKey);
    return secp256k1.getPublicKey(secretKey, true);
  },
};
