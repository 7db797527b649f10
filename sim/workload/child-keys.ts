/**
 * Many children of one BIP-32 node, fast. `@scure/bip32` derives a child in about 0.7 ms, since it multiplies points in
 * JavaScript; 20,000 accounts would take 14 s. The same keys by the standard's own formula (BIP-32 › Private parent key
 * → private child key, not hardened) cost one HMAC-SHA512 with a key prepared once (7 µs) and one public key from the
 * crypto backend (27 µs native). Measured on Node 24, x64: 0.8 s for 20,000. A test compares both ways.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { accountOf } from '../../engine/crypto/address.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import type { ExtendedKey } from '../../engine/wallet/derive.ts';
import { Bug } from '../../engine/primitives/result.ts';

/** Order of secp256k1's group (SEC 2, 2.4.1). */
export const CURVE_ORDER = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

export interface KeyPair {
  readonly account: Account;
  readonly secretKey: Uint8Array;
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array;
}

/** 32 bytes as a big-endian number, from `offset`. */
export function toBig(bytes: Uint8Array, offset = 0): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 32);
  const upper = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  return (upper << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24);
}

/** A number below 2^256 as 32 bytes, big-endian. */
export function fromBig(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < 4; word++) {
    view.setBigUint64(8 * word, BigInt.asUintN(64, value >> BigInt(192 - 64 * word)));
  }
  return bytes;
}

/** Children 0 … count − 1 of `parent`. */
export function childKeys(parent: ExtendedKey, count: number, crypto: Crypto): KeyPair[] {
  const keyed = hmac.create(sha512, parent.chainCode);
  const scratch = keyed.clone();
  const digest = new Uint8Array(64);
  const data = new Uint8Array(37);
  data.set(parent.publicKey);
  const index = new DataView(data.buffer, 33, 4);
  const parentSecret = toBig(parent.privateKey);
  const pairs: KeyPair[] = [];
  for (let i = 0; i < count; i++) {
    index.setUint32(0, i);
    keyed._cloneInto(scratch).update(data).digestInto(digest);
    const tweak = toBig(digest);
    const secret = (tweak + parentSecret) % CURVE_ORDER;
    // The standard skips such a child; its chance is 2^-127, and a skipped index would shift every account after it.
    if (tweak >= CURVE_ORDER || secret === 0n) throw new Bug(`BIP-32 child ${i} does not exist`);
    const secretKey = fromBig(secret);
    const publicKey = crypto.publicKey(secretKey);
    pairs.push({ account: accountOf(publicKey, crypto), secretKey, publicKey });
  }
  return pairs;
}
