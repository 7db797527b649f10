/** Counts what a piece of work asks of the cryptography. Counting runs outside the measurement. */
import type { Crypto } from '../../engine/crypto/crypto.ts';

export interface Counts {
  hashes: number;
  hashedBytes: number;
  signatures: number;
}

export function counted(crypto: Crypto): { readonly crypto: Crypto; readonly counts: Counts } {
  const counts: Counts = { hashes: 0, hashedBytes: 0, signatures: 0 };
  return {
    counts,
    crypto: {
      ...crypto,
      sha256(data) {
        counts.hashes++;
        counts.hashedBytes += data.length;
        return crypto.sha256(data);
      },
      sha256Many(data, offsets, count, out, prefix) {
        counts.hashes += count;
        counts.hashedBytes += offsets[count] - offsets[0] + (prefix === undefined ? 0 : count);
        crypto.sha256Many(data, offsets, count, out, prefix);
      },
      verify(signature, digest, publicKey) {
        counts.signatures++;
        return crypto.verify(signature, digest, publicKey);
      },
      verifyMany(batch, verdicts) {
        counts.signatures += batch.count;
        crypto.verifyMany(batch, verdicts);
      },
    },
  };
}
