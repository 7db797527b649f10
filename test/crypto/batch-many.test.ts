/** Batch verification by the thousands: every count up to 300, and 10^4 signatures random and altered, against the other backends. */
import { expect, test } from 'vitest';
import { batchVerifier } from '../../engine/crypto/batch-verifier.ts';
import type { SignatureBatch } from '../../engine/crypto/crypto.ts';
import { oneByOne } from '../../engine/crypto/many.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { batchOf, digestOf, signedMany, turned, type Entry } from './batches.ts';

const verifier = batchVerifier();
const best = bestCrypto();

const cut = (batch: SignatureBatch, count: number): SignatureBatch => ({ ...batch, count });
const zeros = (verdicts: Uint8Array): number[] => [...verdicts].flatMap((verdict, i) => (verdict === 0 ? [i] : []));

test('every count from 1 to 300, with a bad one first, in the middle, last', () => {
  const batch = batchOf(signedMany(300, 60));
  for (let count = 1; count <= 300; count++) {
    const verdicts = new Uint8Array(count).fill(9);
    verifier.verifyMany(cut(batch, count), verdicts);
    expect(zeros(verdicts)).toEqual([]);
    for (const at of new Set([0, count >> 1, count - 1])) {
      const bit = 1 << (count & 7);
      batch.digests[32 * at + (count % 32)] ^= bit;
      verifier.verifyMany(cut(batch, count), verdicts);
      batch.digests[32 * at + (count % 32)] ^= bit;
      expect(zeros(verdicts), `${count}, bad at ${at}`).toEqual([at]);
    }
  }
});

/** Altered in a way that its number decides: any bit of any column, s mirrored is left to Wycheproof's. */
function altered(entry: Entry, i: number): Entry {
  const noise = digestOf(`noise ${i}`);
  const column = (['signature', 'digest', 'publicKey', 'hint'] as const)[noise[0] & 3];
  const bits = { signature: 512, digest: 256, publicKey: 264, hint: 256 }[column];
  return turned(entry, column, (noise[1] + 256 * noise[2]) % bits);
}

test('10^4 signatures, a quarter of them altered, in batches of all sizes: the verdicts of plain verification', () => {
  const entries = signedMany(2500, 400);
  let seen = 0;
  for (let round = 0; round < 4; round++) {
    const all = entries.map((entry, i) => ((i * 7 + round) % 4 === 0 ? altered(entry, 10_000 * round + i) : entry));
    for (let from = 0, size = 1 + round; from < all.length; from += size, size = (size * 3 + 1) % 700) {
      const part = all.slice(from, from + size);
      const [batch, verdicts, plain] = [batchOf(part), new Uint8Array(part.length), new Uint8Array(part.length)];
      verifier.verifyMany(batch, verdicts);
      oneByOne(best).verifyMany(batch, plain);
      expect(verdicts).toEqual(plain);
      // The reference backend takes a millisecond for each: one in twenty, the altered ones among them.
      part.forEach((entry, i) => {
        if ((from + i) % 20 < 1) expect(nobleCrypto.verify(entry.signature, entry.digest, entry.publicKey)).toBe(verdicts[i] === 1);
      });
      seen += part.length;
    }
  }
  expect(seen).toBe(10_000);
});

test('more than one chunk, and columns longer than the batch', () => {
  const some = signedMany(200, 200);
  const entries = Array.from({ length: 8192 + 300 }, (_, i) => some[i % 200]);
  const bad = new Set([0, 4245, 4246, 8491]);
  const batch = batchOf([...entries.map((entry, i) => (bad.has(i) ? turned(entry, 'digest', i % 256) : entry)), ...some]);
  const verdicts = new Uint8Array(batch.count).fill(9);
  verifier.verifyMany(cut(batch, entries.length), verdicts);
  expect(zeros(verdicts)).toEqual([...bad]);
  expect(verdicts[entries.length]).toBe(9);
});
