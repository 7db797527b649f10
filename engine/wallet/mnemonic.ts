/**
 * BIP-39 mnemonics, exactly as the standard has them (D31): 2,048 rounds of PBKDF2-HMAC-SHA512. Entropy is an argument.
 */
import {
  entropyToMnemonic as toWords,
  mnemonicToEntropy as toEntropy,
  mnemonicToSeedSync,
  validateMnemonic,
} from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { err, ok, type Result } from '../primitives/result.ts';

export type MnemonicError = { readonly code: 'mnemonic'; readonly words: number };

/** 16 to 32 bytes of entropy, a multiple of four, as 12 to 24 English words. Throws on another length. */
export const entropyToMnemonic = (entropy: Uint8Array): string => toWords(entropy, wordlist);

/** Inverse of `entropyToMnemonic`; an unknown word or a wrong checksum is an error. */
export function mnemonicToEntropy(mnemonic: string): Result<Uint8Array, MnemonicError> {
  if (!validateMnemonic(mnemonic, wordlist))
    return err({ code: 'mnemonic', words: mnemonic.trim().split(/\s+/).length });
  return ok(toEntropy(mnemonic, wordlist));
}

/** The 64-byte seed of a mnemonic and passphrase; the words are not checked. */
export const mnemonicToSeed = (mnemonic: string, passphrase = ''): Uint8Array =>
  mnemonicToSeedSync(mnemonic, passphrase);
