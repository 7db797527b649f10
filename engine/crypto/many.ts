/** The many-at-once members of `Crypto`, one by one: what a backend without a better way uses, and what others are compared with. */
import type { Crypto, SignatureBatch } from './crypto.ts';

export const oneByOne = ({ sha256, verify }: Pick<Crypto, 'sha256' | 'verify'>): Pick<Crypto, 'sha256Many' | 'verifyMany'> => ({
  sha256Many(data, offsets, count, out) {
    for (let i = 0; i < count; i++) out.set(sha256(data.subarray(offsets[i], offsets[i + 1])), 32 * i);
  },
  verifyMany({ count, signatures, digests, publicKeys }: SignatureBatch, verdicts) {
    for (let i = 0; i < count; i++) {
      const valid = verify(signatures.subarray(64 * i, 64 * i + 64), digests.subarray(32 * i, 32 * i + 32), publicKeys.subarray(33 * i, 33 * i + 33));
      verdicts[i] = valid ? 1 : 0;
    }
  },
});
