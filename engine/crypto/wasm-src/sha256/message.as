// A message as blocks: head (a prefix and 63 bytes), whole blocks where they lie, and the padded tail (FIPS 180-4, 5.1.1).

/** Bytes of a lane's record, scratch included. */
export const LANE: usize = 256;
// Fields of a record.
const PHASE: usize = 0;
const AT: usize = 4;
const LEFT: usize = 8;
const BODY: usize = 12;
const BODY_BLOCKS: usize = 16;
const TAIL_BLOCKS: usize = 20;
const OUT: usize = 24;
/** 128 bytes: the tail's one or two blocks. Copies run up to 8 bytes over. */
const TAIL: usize = 32;
/** 64 bytes: the head, where the message has a prefix and does not fit into the tail. */
const HEAD: usize = 176;

/** Where the digest goes. */
// @ts-ignore: decorator
@inline export function outOf(lane: usize): usize {
  return load<u32>(lane, OUT);
}

/** Copies in steps of eight bytes: up to seven too many. */
// @ts-ignore: decorator
@inline function copy(to: usize, from: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

/** The last `rest` bytes of a message of `total` and its padding into the tail; `before` bytes lie there already. */
function pad(lane: usize, from: usize, before: usize, rest: usize, total: u64): void {
  const tail = lane + TAIL;
  copy(tail + before, from, rest);
  const filled = before + rest;
  const end: usize = filled < 56 ? 64 : 128;
  for (let i: usize = filled; i < end; i += 8) store<u64>(tail + i, 0);
  store<u8>(tail + filled, 0x80);
  store<u64>(tail + end - 8, bswap<u64>(total << 3));
  store<u32>(lane, <u32>(end >> 6), TAIL_BLOCKS);
}

/** Sets a lane to the first block of the message of `length` bytes at `from`, after a prefix byte unless that is negative. */
export function begin(lane: usize, from: usize, length: usize, prefix: i32, out: usize): void {
  store<u32>(lane, <u32>out, OUT);
  const before: usize = prefix < 0 ? 0 : 1;
  const total = before + length;
  if (total < 120) {
    if (before) store<u8>(lane + TAIL, <u8>prefix);
    pad(lane, from, before, length, total);
    return enter(lane, 2, lane + TAIL, load<u32>(lane, TAIL_BLOCKS));
  }
  let body = from;
  if (before) {
    store<u8>(lane + HEAD, <u8>prefix);
    copy(lane + HEAD + 1, from, 63);
    body += 63;
  }
  const blocks = (from + length - body) >> 6;
  store<u32>(lane, <u32>body, BODY);
  store<u32>(lane, <u32>blocks, BODY_BLOCKS);
  const rest = body + (blocks << 6);
  pad(lane, rest, 0, from + length - rest, total);
  if (before) enter(lane, 0, lane + HEAD, 1);
  else enter(lane, 1, body, <u32>blocks);
}

// @ts-ignore: decorator
@inline function enter(lane: usize, phase: u32, at: usize, left: u32): void {
  store<u32>(lane, phase, PHASE);
  store<u32>(lane, <u32>at, AT);
  store<u32>(lane, left, LEFT);
}

/** The block to compress now. */
// @ts-ignore: decorator
@inline export function blockOf(lane: usize): usize {
  return load<u32>(lane, AT);
}

/** Moves to the next block; false once the message is through. */
// @ts-ignore: decorator
@inline export function advance(lane: usize): bool {
  const left = load<u32>(lane, LEFT) - 1;
  if (left == 0) return nextPhase(lane);
  store<u32>(lane, left, LEFT);
  store<u32>(lane, load<u32>(lane, AT) + 64, AT);
  return true;
}

function nextPhase(lane: usize): bool {
  const phase = load<u32>(lane, PHASE);
  const blocks = load<u32>(lane, BODY_BLOCKS);
  if (phase == 0 && blocks > 0) enter(lane, 1, load<u32>(lane, BODY), blocks);
  else if (phase < 2) enter(lane, 2, lane + TAIL, load<u32>(lane, TAIL_BLOCKS));
  else return false;
  return true;
}
