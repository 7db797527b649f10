/** Work of a target: the expected number of hashes to meet it (D7). */
import { targetOf } from './difficulty.ts';

/** floor(2^256 / (target + 1)), exact. Cumulative work is the plain sum. */
export const workOf = (bits: number): bigint => (1n << 256n) / (targetOf(bits) + 1n);
