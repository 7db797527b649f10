/**
 * The fixed reference that every figure stands beside: @noble/hashes' SHA-256 over a fixed buffer, in the same process and
 * moment. It does not change with this project, so ratios to it can be compared where times cannot: under another load, at
 * another clock frequency.
 */
import { sha256 } from '@noble/hashes/sha2.js';

/** About 1 ms on a machine of today. */
const BUFFER = Uint8Array.from({ length: 192 * 1024 }, (_, i) => (i * 31) & 255);
/** sha256 of that buffer, first byte: whoever changes the buffer changes every baseline. */
const FIRST_BYTE = sha256(BUFFER)[0];

export function reference(): void {
  if (sha256(BUFFER)[0] !== FIRST_BYTE) throw new Error('the reference is not what it was');
}
