/** Accounts as people read them (D1). */
import { sha256 } from '@noble/hashes/sha2.js';
import { formatAddress } from '../../../engine/crypto/address.ts';

/** `zk13str_…` of an account's 40 hex digits. */
export const addressText = (account: string): string => formatAddress(account, { sha256 });
