/** Batches for the tests: real signatures with their hints, and ways to spoil them. */
import { readFileSync } from 'node:fs';
import { batchVerifier } from '../../engine/crypto/batch-verifier.ts';
import type { SignatureBatch } from '../../engine/crypto/crypto.ts';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { mod, N } from './batch-twin.ts';

const crypto = bestCrypto();
const verifier = batchVerifier();

export const bytes32 = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));

/** One signature, ready for a batch. */
export interface Entry {
  readonly signature: Uint8Array;
  readonly digest: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly hint: Uint8Array;
}

export const digestOf = (text: string): Uint8Array => crypto.sha256(utf8(text));

/** Signed by a secret that is the hash of `secret`, or that number itself. */
export function signed(secret: string | bigint, message: string): Entry {
  const key = typeof secret === 'bigint' ? bytes32(secret) : digestOf(secret);
  const digest = digestOf(message);
  return withHint({ signature: crypto.sign(digest, key), digest, publicKey: crypto.publicKey(key) });
}

/** With the hint that belongs to it; with none where it is not valid. */
export const withHint = (entry: Omit<Entry, 'hint'>): Entry => ({ ...entry, hint: verifier.hintOf(entry.signature, entry.digest, entry.publicKey) ?? new Uint8Array(32) });

/** `count` signatures of `keys` keys in turn. */
export const signedMany = (count: number, keys: number): Entry[] => Array.from({ length: count }, (_, i) => signed(`key ${i % keys}`, `message ${i}`));

export function batchOf(entries: readonly Entry[]): SignatureBatch {
  const column = (size: number, of: (entry: Entry) => Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(size * entries.length);
    entries.forEach((entry, i) => bytes.set(of(entry), size * i));
    return bytes;
  };
  return {
    count: entries.length,
    signatures: column(64, ({ signature }) => signature),
    digests: column(32, ({ digest }) => digest),
    publicKeys: column(33, ({ publicKey }) => publicKey),
    hints: column(32, ({ hint }) => hint),
  };
}

/** A copy with one bit of one column turned. */
export function turned(entry: Entry, column: keyof Entry, bit: number): Entry {
  const bytes = entry[column].slice();
  bytes[bit >> 3] ^= 1 << (bit & 7);
  return { ...entry, [column]: bytes };
}

/**
 * Project Wycheproof's vectors for secp256k1 with SHA-256, as far as they can be written in 64 bytes, each also with s mirrored; and the verdicts
 * that low s asks for (1: valid).
 */
export function wycheproof(): { readonly entries: readonly Entry[]; readonly expected: readonly number[] } {
  const rows = ['wycheproof', 'wycheproof-more'].flatMap((name) => readFileSync(new URL(`../vectors/ecdsa/${name}.txt`, import.meta.url), 'utf8').split('\n')).filter((line) => line !== '' && !line.startsWith('#'));
  const entries: Entry[] = [];
  const expected: number[] = [];
  let publicKey = new Uint8Array(33);
  for (const [id, message, hex, result] of rows.map((row) => row.split(' '))) {
    if (id === 'key') publicKey = Uint8Array.of(2 + (parseInt(message.slice(-1), 16) & 1), ...fromHex(message.slice(2, 66)));
    else {
      const s = BigInt(`0x${hex.slice(64)}`);
      for (const [text, valid] of [[hex, result === 'valid' && s <= N / 2n], [hex.slice(0, 64) + toHex(bytes32(mod(-s, N))), result === 'valid' && s > N / 2n]] as const) {
        entries.push(withHint({ signature: fromHex(text), digest: crypto.sha256(fromHex(message === '-' ? '' : message)), publicKey }));
        expected.push(valid ? 1 : 0);
      }
    }
  }
  return { entries, expected };
}
