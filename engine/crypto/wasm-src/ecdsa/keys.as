// The table of known keys: what decompressing a key costs (4 µs) is paid once. 2^14 sets of eight, the set chosen by bits
// of x; in a full set the key that was used longest ago makes room.
import { KEY_BYTES, KEYS, KEYS_MAX } from './layout';
import { belowP, lift } from './curve';
import { format, parse } from './number';

// A slot: x and y (32 big-endian bytes each), prefix (2 or 3; 0 for an empty slot), when it was last used, and what the
// user of the table keeps with it, its number in the chunk at hand.
const X: usize = 0;
const Y: usize = 32;
const PREFIX: usize = 64;
const USED: usize = 68;
export const LOCAL: usize = 72;
const WAYS: usize = 8;

/** Counts what is done with the table; where it would wrap, all keys count as equally old. */
let clock: u32 = 0;
/** Keys decompressed since the start. */
export let lifted: u32 = 0;

/** A new moment: keys found from now on are younger than all others. */
export function tick(): u32 {
  if (++clock == 0) {
    for (let slot: usize = KEYS; slot < KEYS + KEY_BYTES * KEYS_MAX; slot += KEY_BYTES) store<u32>(slot, 0, USED);
    clock = 1;
  }
  return clock;
}

const NUMBER: usize = memory.data(36, 16);
const ROOT: usize = memory.data(36, 16);

/** The slot of the compressed key at `bytes`, which is decompressed if it is new; 0 if it is no key. */
export function find(bytes: usize): usize {
  const prefix = <u32>load<u8>(bytes);
  if ((prefix & ~1) != 2) return 0;
  const x0 = load<u64>(bytes, 1), x1 = load<u64>(bytes, 9), x2 = load<u64>(bytes, 17), x3 = load<u64>(bytes, 25);
  const set = <usize>((x3 * 0x9e3779b97f4a7c15) >> 50) & (KEYS_MAX / WAYS - 1);
  let slot = KEYS + set * (WAYS * KEY_BYTES);
  let oldest = slot;
  for (let way: usize = 0; way < WAYS; way++) {
    if (load<u64>(slot, X) == x0 && load<u64>(slot, X + 8) == x1 && load<u64>(slot, X + 16) == x2 && load<u64>(slot, X + 24) == x3 && load<u32>(slot, PREFIX) == prefix) return slot;
    if (load<u32>(slot, USED) < load<u32>(oldest, USED)) oldest = slot;
    slot += KEY_BYTES;
  }
  if (!belowP(bytes + 1)) return 0;
  lifted++;
  parse(NUMBER, bytes + 1);
  if (!lift(ROOT, NUMBER, prefix & 1)) return 0;
  store<u64>(oldest, x0, X);
  store<u64>(oldest, x1, X + 8);
  store<u64>(oldest, x2, X + 16);
  store<u64>(oldest, x3, X + 24);
  format(oldest + Y, ROOT);
  store<u32>(oldest, prefix, PREFIX);
  store<u32>(oldest, 0, USED);
  return oldest;
}

// @ts-ignore: decorator
@inline export function usedAt(slot: usize): u32 {
  return load<u32>(slot, USED);
}

export function use(slot: usize, moment: u32): void {
  store<u32>(slot, moment, USED);
}

export function coordinates(slot: usize, x: usize, y: usize): void {
  parse(x, slot + X);
  parse(y, slot + Y);
}
