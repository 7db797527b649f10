// SHA-256, one message after the other. Exports as simd.as.
import { hashOne, absorb, finish, reset } from './one';
import { INPUT, OFFSETS, OUTPUT } from './layout';

export { INPUT, OFFSETS, OUTPUT, absorb, finish, reset };

/** The `count` messages between the OFFSETS of INPUT, each after `prefix` unless that is negative; digests to OUTPUT. */
export function hashMany(count: i32, prefix: i32): void {
  for (let i: i32 = 0; i < count; i++) {
    const at: usize = load<u32>(OFFSETS + 4 * i);
    hashOne(INPUT + at, load<u32>(OFFSETS + 4 * i, 4) - at, prefix, OUTPUT + 32 * i);
  }
}
