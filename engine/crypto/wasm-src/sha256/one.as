// One message at a time; and one that comes in parts, for messages longer than INPUT.
import { compress } from './compress';
import { INPUT, OUTPUT } from './layout';
import { advance, begin, blockOf, LANE } from './message';

/** Fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3). */
export const INITIAL: usize = memory.data<u32>([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19], 16);

const STATE: usize = memory.data(32, 16);
const RECORD: usize = memory.data(LANE, 16);

/** The state's words to `out`, big-endian. */
// @ts-ignore: decorator
@inline function digest(out: usize): void {
  for (let i: usize = 0; i < 32; i += 4) store<u32>(out + i, bswap<u32>(load<u32>(STATE + i)));
}

export function hashOne(from: usize, length: usize, prefix: i32, out: usize): void {
  begin(RECORD, from, length, prefix, out);
  reset();
  do compress(STATE, blockOf(RECORD));
  while (advance(RECORD));
  digest(out);
}

/** Begins a message that comes in parts. */
export function reset(): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(STATE + i, load<u64>(INITIAL + i));
}

/** A part: whole blocks at INPUT. */
export function absorb(blocks: i32): void {
  for (let i: i32 = 0; i < blocks; i++) compress(STATE, INPUT + 64 * i);
}

/** The last part, `padded` blocks at INPUT with the padding done; the digest to OUTPUT. */
export function finish(padded: i32): void {
  absorb(padded);
  digest(OUTPUT);
}
