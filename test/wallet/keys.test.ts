import { readFileSync } from 'node:fs';
import { HDKey } from '@scure/bip32';
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../engine/crypto/address.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { deriveBranch, deriveKey, derivePath } from '../../engine/wallet/derive.ts';
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeed } from '../../engine/wallet/mnemonic.ts';

const lines = (file: string): string[] =>
  readFileSync(new URL(`../vectors/wallet/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

/**
 * Key and chain code of a published extended key; its parsing is the only thing taken from the library under the
 * wallet.
 */
function published(xprv: string) {
  const { privateKey, publicKey, chainCode } = HDKey.fromExtendedKey(xprv);
  return { privateKey, publicKey, chainCode };
}

describe('BIP-39 (D31)', () => {
  const vectors = lines('bip39.txt');
  test.each(vectors.flatMap((_, i) => (i % 4 === 0 ? [vectors.slice(i, i + 4)] : [])))(
    '%s',
    (entropy, words, seed, root) => {
      expect(entropyToMnemonic(fromHex(entropy))).toBe(words);
      expect(mnemonicToEntropy(words)).toEqual({ ok: true, value: fromHex(entropy) });
      expect(toHex(mnemonicToSeed(words, 'TREZOR'))).toBe(seed);
      expect(derivePath(fromHex(seed), 'm')).toEqual(published(root));
    },
  );

  test.each([
    ['a wrong checksum', 'abandon '.repeat(12).trim(), 12],
    ['a word that is not on the list', 'stratus zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong', 12],
    ['eleven words', 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong', 11],
  ])('%s is refused', (_, words, count) => {
    expect(mnemonicToEntropy(words)).toEqual({ ok: false, error: { code: 'mnemonic', words: count } });
  });
});

describe('BIP-32', () => {
  let seed = '';
  const vectors = lines('bip32.txt').flatMap((line) => {
    const [path, value] = line.split(' ');
    if (path === 'seed') seed = value;
    return path === 'seed' ? [] : [[path, seed, value] as const];
  });
  test.each(vectors)('%s of %s', (path, from, xprv) => {
    expect(derivePath(fromHex(from), path)).toEqual(published(xprv));
  });
});

test("an address's key is m / 44' / 1313' / branch' / 0 / index, and its account is that of the public key", () => {
  const seed = mnemonicToSeed(
    'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
  );
  for (const [branch, index] of [
    [0, 0],
    [0, 1],
    [3, 41],
  ] as const) {
    const key = deriveKey(seed, branch, index);
    expect(key).toEqual(derivePath(seed, `m/44'/1313'/${branch}'/0/${index}`));
    expect(key.publicKey).toEqual(crypto.publicKey(key.privateKey));
    expect(accountOf(key.publicKey, crypto)).toMatch(/^[0-9a-f]{40}$/);
    expect(deriveBranch(seed, branch)).toEqual(derivePath(seed, `m/44'/1313'/${branch}'/0`));
  }
});
