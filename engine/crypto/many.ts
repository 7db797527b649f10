/** The many-at-once members of `Crypto`, one by one: what a backend without a better way uses, and what others are compared with. */
import { concat } from '../primitives/bytes.ts';
import type { Crypto, SignatureBatch } from './crypto.ts';

export const oneByOne = ({ sha256, verify }: Pick<Crypto, 'sha256' | 'verify'>): Pick<Crypto, 'sha256Many' | 'verifyMany'> => ({
  sha256Many(data, offsets, count, out, prefix) {
    const first = prefix === undefined ? undefined : Uint8Array.of(prefix);
    for (let i = 0; i < count; i++) {
      checkRange(data, offsets[i], offsets[i + 1], i);
      const message = data.subarray(offsets[i], offsets[i + 1]);
      out.set(sha256(first === undefined ? message : concat(first, message)), 32 * i);
    }
  },
  verifyMany({ count, signatures, digests, publicKeys }: SignatureBatch, verdicts) {
    for (let i = 0; i < count; i++) {
      const valid = verify(signatures.subarray(64 * i, 64 * i + 64), digests.subarray(32 * i, 32 * i + 32), publicKeys.subarray(33 * i, 33 * i + 33));
      verdicts[i] = valid ? 1 : 0;
    }
  },
});

/** Throws RangeError unless message i lies in `data`. Beyond their end typed arrays give undefined, of which nothing is true. */
export function checkRange(data: Uint8Array, start: number, end: number, i: number): void {
  if (!(start <= end && end <= data.length)) throw new RangeError(`message ${i} is ${start} to ${end} of ${data.length} bytes`);
}
