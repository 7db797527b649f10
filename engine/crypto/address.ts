/**
 * zk13str addresses (WALLET ARCHITECTURE › ZK13STR Address Format; D1): `zk13str_` + 40 hex of the first 20 bytes of
 * sha256(compressed public key) + `_` + the first 4 hex digits of the double SHA-256 of those 40 characters as ASCII.
 */
import { isHex, toHex, utf8 } from '../primitives/bytes.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import type { Account } from '../tx/transaction.ts';
import type { Crypto } from './crypto.ts';

/** All that addresses ask of cryptography. */
type Hash = Pick<Crypto, 'sha256'>;

export type AddressError =
  | { readonly code: 'address-form'; readonly text: string }
  | { readonly code: 'address-checksum'; readonly got: string; readonly expected: string };

export function accountOf(publicKey: Uint8Array, crypto: Hash): Account {
  return toHex(crypto.sha256(publicKey).subarray(0, 20));
}

function checksum(account: Account, crypto: Hash): string {
  return toHex(crypto.sha256(crypto.sha256(utf8(account)))).slice(0, 4);
}

export function formatAddress(account: Account, crypto: Hash): string {
  return `zk13str_${account}_${checksum(account, crypto)}`;
}

/** Rejects a wrong checksum, upper case, and any other length. */
export function parseAddress(text: string, crypto: Hash): Result<Account, AddressError> {
  const account = text.slice(8, 48);
  if (
    text.length !== 53 ||
    !text.startsWith('zk13str_') ||
    text[48] !== '_' ||
    !isHex(account, 20) ||
    !isHex(text.slice(49), 2)
  ) {
    return err({ code: 'address-form', text });
  }
  const expected = checksum(account, crypto);
  const got = text.slice(49);
  return got === expected ? ok(account) : err({ code: 'address-checksum', got, expected });
}
