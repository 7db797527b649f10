/** Seeded keys and names for fixed work. */
import { accountOf } from '../../engine/crypto/address.ts';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import type { Account, Hash } from '../../engine/tx/transaction.ts';
import type { SigningKey } from '../../engine/wallet/sign.ts';

const crypto = bestCrypto();

export const hashOf = (name: string): Uint8Array => crypto.sha256(utf8(`stratus-bench ${name}`));
export const hexOf = (name: string): Hash => toHex(hashOf(name));

export interface Key extends SigningKey {
  readonly account: Account;
}

export function keyOf(name: string): Key {
  const secretKey = hashOf(`key ${name}`);
  const publicKey = crypto.publicKey(secretKey);
  return { secretKey, publicKey, account: accountOf(publicKey, crypto) };
}

/** An account that nobody has the key of: a holder that only receives. */
export const holderOf = (index: number): Account => hexOf(`holder ${index}`).slice(0, 40);
