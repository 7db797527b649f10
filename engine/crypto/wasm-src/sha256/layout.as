// What lies where in memory; engine/crypto/wasm-hasher.ts reads the exported addresses.

/** Messages go in here: 256 KiB. Reads of up to 15 bytes beyond a message end in what follows. */
export const INPUT: usize = 0x4000;
/** u32 offsets into INPUT, one more than there are messages: 4,096 messages at most. */
export const OFFSETS: usize = INPUT + 0x40000;
/** Digests come out here, 32 bytes each. */
export const OUTPUT: usize = OFFSETS + 0x4010;
