// SHA-256 of four messages at a time. Each lane takes the next message as soon as its own is through, so messages of
// any lengths keep all lanes busy until the last ones. Exports as scalar.as.
import { compress, compress4 } from './compress';
import { INPUT, OFFSETS, OUTPUT } from './layout';
import { advance, begin, blockOf, LANE, outOf } from './message';
import { absorb, finish, hashOne, INITIAL, reset } from './one';

export { INPUT, OFFSETS, OUTPUT, absorb, finish, reset };

/** Eight words × four lanes. */
const STATES: usize = memory.data(128, 16);
const LANES: usize = memory.data(4 * LANE, 16);
/** One lane's words, when it is the last. */
const LAST: usize = memory.data(32, 16);

/** Message `i` into the lane. */
function take(lane: usize, i: i32, prefix: i32): void {
  const at: usize = load<u32>(OFFSETS + 4 * i);
  begin(LANES + LANE * lane, INPUT + at, load<u32>(OFFSETS + 4 * i, 4) - at, prefix, OUTPUT + 32 * i);
  for (let word: usize = 0; word < 8; word++) store<u32>(STATES + 16 * word + 4 * lane, load<u32>(INITIAL + 4 * word));
}

function digest(lane: usize): void {
  const out = outOf(LANES + LANE * lane);
  for (let word: usize = 0; word < 8; word++) store<u32>(out + 4 * word, bswap<u32>(load<u32>(STATES + 16 * word + 4 * lane)));
}

/** The rest of the only lane that is left, word by word. */
function alone(lane: usize): void {
  const record = LANES + LANE * lane;
  for (let word: usize = 0; word < 8; word++) store<u32>(LAST + 4 * word, load<u32>(STATES + 16 * word + 4 * lane));
  do compress(LAST, blockOf(record));
  while (advance(record));
  for (let word: usize = 0; word < 8; word++) store<u32>(STATES + 16 * word + 4 * lane, load<u32>(LAST + 4 * word));
  digest(lane);
}

/** The `count` messages between the OFFSETS of INPUT, each after `prefix` unless that is negative; digests to OUTPUT. */
export function hashMany(count: i32, prefix: i32): void {
  if (count == 1) return hashOne(INPUT + load<u32>(OFFSETS), load<u32>(OFFSETS, 4) - load<u32>(OFFSETS), prefix, OUTPUT);
  /** A bit per lane that has a message. */
  let busy: u32 = 0;
  let next: i32 = 0;
  for (let lane: usize = 0; lane < 4 && next < count; lane++) {
    take(lane, next++, prefix);
    busy |= 1 << <u32>lane;
  }
  // A lane without a message goes on compressing its last block: nobody reads what comes of it.
  for (let lane: usize = <usize>next; lane < 4; lane++) begin(LANES + LANE * lane, INPUT, 0, -1, OUTPUT);
  while (busy) {
    if (popcnt(busy) == 1) return alone(ctz(busy));
    compress4(STATES, blockOf(LANES), blockOf(LANES + LANE), blockOf(LANES + 2 * LANE), blockOf(LANES + 3 * LANE));
    for (let lane: usize = 0; lane < 4; lane++) {
      if (!(busy & (1 << <u32>lane)) || advance(LANES + LANE * lane)) continue;
      digest(lane);
      if (next < count) take(lane, next++, prefix);
      else busy &= ~(1 << <u32>lane);
    }
  }
}
