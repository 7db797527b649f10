// The coefficients of the linear combination: 128 bits each, from SHA-256 over every signature, digest and key of the
// chunk, and every hint as far as it is not determined by the rest (R's x is r: the parity of y is left). Whoever chooses
// signatures therefore cannot choose coefficients, and every node has the same.
import { compress, compress4 } from './compress';
import { COEFFICIENTS, DIGESTS, PUBLIC_KEYS, SIGNATURE_AT, SIGNATURES } from './layout';

const INITIAL: usize = memory.data<u32>([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19], 16);
/** Eight words × four lanes. */
const STATES: usize = memory.data(128, 16);
const BLOCKS: usize = memory.data(256, 16);
const STATE: usize = memory.data(32, 16);
const BLOCK: usize = memory.data(64, 16);
/** The digests of the four lanes. */
const LANES: usize = memory.data(128, 16);

function begin4(): void {
  for (let word: usize = 0; word < 8; word++) for (let lane: usize = 0; lane < 4; lane++) store<u32>(STATES + 16 * word + 4 * lane, load<u32>(INITIAL + 4 * word));
}

function compressBlocks(): void {
  compress4(STATES, BLOCKS, BLOCKS + 64, BLOCKS + 128, BLOCKS + 192);
}

/** The last block of a message of whole blocks. */
function closing(block: usize, bytes: u64): void {
  memory.fill(block, 0, 64);
  store<u8>(block, 0x80);
  store<u64>(block, bswap<u64>(bytes << 3), 56);
}

/** Bytes into the state, block after block; what is left waits in BLOCK. */
let filled: usize = 0;
let total: u64 = 0;
function absorb(byte: u32): void {
  store<u8>(BLOCK + filled, <u8>byte);
  filled++;
  total++;
  if (filled == 64) {
    compress(STATE, BLOCK);
    filled = 0;
  }
}

/**
 * The coefficients of the `count` places. Places 4i + l make up lane l: r ‖ s ‖ digest ‖ x of the key, 128 bytes each,
 * zeros where a lane is one shorter; the seed is the hash of the four lanes' hashes and one byte per place, `marks`. From
 * the seed, SHA-256(seed ‖ number in four bytes) gives two coefficients at a time.
 */
export function derive(count: usize, marks: usize): void {
  begin4();
  for (let place: usize = 0; place < count; place += 4) {
    for (let lane: usize = 0; lane < 4; lane++) {
      const block = BLOCKS + 64 * lane;
      if (place + lane < count) memory.copy(block, SIGNATURES + 64 * <usize>load<u32>(SIGNATURE_AT + 4 * (place + lane)), 64);
      else memory.fill(block, 0, 64);
    }
    compressBlocks();
    for (let lane: usize = 0; lane < 4; lane++) {
      const block = BLOCKS + 64 * lane;
      if (place + lane >= count) continue;
      const signature: usize = load<u32>(SIGNATURE_AT + 4 * (place + lane));
      memory.copy(block, DIGESTS + 32 * signature, 32);
      memory.copy(block + 32, PUBLIC_KEYS + 33 * signature + 1, 32);
    }
    compressBlocks();
  }
  for (let lane: usize = 0; lane < 4; lane++) closing(BLOCKS + 64 * lane, <u64>((count + 3) >> 2) << 7);
  compressBlocks();
  for (let word: usize = 0; word < 8; word++) {
    for (let lane: usize = 0; lane < 4; lane++) store<u32>(LANES + 32 * lane + 4 * word, bswap<u32>(load<u32>(STATES + 16 * word + 4 * lane)));
  }
  memory.copy(STATE, INITIAL, 32);
  compress(STATE, LANES);
  compress(STATE, LANES + 64);
  filled = 0;
  total = 128;
  for (let place: usize = 0; place < count; place++) absorb(load<u8>(marks + place));
  const bits = total << 3;
  absorb(0x80);
  while (filled != 56) absorb(0);
  store<u64>(BLOCK, bswap<u64>(bits), 56);
  compress(STATE, BLOCK);
  for (let lane: usize = 0; lane < 4; lane++) {
    const block = BLOCKS + 64 * lane;
    closing(block, 36);
    for (let word: usize = 0; word < 8; word++) store<u32>(block + 4 * word, bswap<u32>(load<u32>(STATE + 4 * word)));
    store<u8>(block, 0x80, 36);
  }
  for (let number: usize = 0; number < count; number += 8) {
    begin4();
    for (let lane: usize = 0; lane < 4; lane++) store<u32>(BLOCKS + 64 * lane, bswap<u32>(<u32>((number >> 1) + lane)), 32);
    compressBlocks();
    for (let lane: usize = 0; lane < 4; lane++) {
      const out = COEFFICIENTS + 16 * (number + 2 * lane);
      for (let word: usize = 0; word < 8; word++) store<u32>(out + 4 * (word ^ 3), load<u32>(STATES + 16 * word + 4 * lane));
    }
  }
}
