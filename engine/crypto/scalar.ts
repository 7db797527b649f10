/** secp256k1's scalars as 32 big-endian bytes: the ranges that D4 asks of r, s and secret keys. */
import { fromHex } from '../primitives/bytes.ts';

/** The group's order n (SEC 2, 2.4.1). */
const ORDER = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
/** floor(n / 2): s and n − s are both valid, and only the one up to here is accepted. */
const HALF_ORDER = fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');

/** Whether the 32 bytes from `at` are a number from 1 to n − 1. */
export const isScalar = (bytes: Uint8Array, at = 0): boolean => compareAt(bytes, at, ORDER) < 0 && !isZero(bytes, at);

/** Whether the 32 bytes from `at` are above n / 2. */
export const isAboveHalf = (bytes: Uint8Array, at: number): boolean => compareAt(bytes, at, HALF_ORDER) > 0;

/** Both backends refuse the same secret keys and digests in the same way. */
export function checkSigningInput(digest: Uint8Array, secretKey: Uint8Array): void {
  if (digest.length !== 32) throw new RangeError(`digest of ${digest.length} bytes where 32 are needed`);
  checkSecretKey(secretKey);
}

export function checkSecretKey(secretKey: Uint8Array): void {
  if (secretKey.length !== 32 || !isScalar(secretKey))
    throw new RangeError('secret key is not 32 bytes from 1 to n − 1');
}

function compareAt(bytes: Uint8Array, at: number, bound: Uint8Array): number {
  for (let i = 0; i < 32; i++) if (bytes[at + i] !== bound[i]) return bytes[at + i] - bound[i];
  return 0;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 32; i++) if (bytes[at + i] !== 0) return false;
  return true;
}
