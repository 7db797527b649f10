// What lies where in memory. engine/crypto/batch/ reads the exported addresses; everything is fixed, nothing is allocated.

/** Signatures of one chunk at most. */
export const CHUNK_MAX: usize = 8192;
/** Known keys at most, in sets of eight: 2^17. */
export const KEYS_MAX: usize = 131072;

const BASE: usize = 0x40000;
// In.
export const SIGNATURES: usize = BASE;
export const DIGESTS: usize = SIGNATURES + 64 * CHUNK_MAX;
export const PUBLIC_KEYS: usize = DIGESTS + 32 * CHUNK_MAX;
export const HINTS: usize = PUBLIC_KEYS + 33 * CHUNK_MAX + 64;
// Out: a byte per signature, 1 or 0.
export const VERDICTS: usize = HINTS + 32 * CHUNK_MAX;

// By place among the signatures that are well formed, in their order.
/** A byte: whether R is known. */
export const MEMBERS: usize = VERDICTS + CHUNK_MAX;
/** u32: which signature stands here. */
export const SIGNATURE_AT: usize = MEMBERS + CHUNK_MAX;
/** u32: its key's number in this chunk. */
export const KEY_AT: usize = SIGNATURE_AT + 4 * CHUNK_MAX;
/** u32: places that are verified alone, one after the other. */
export const ALONE: usize = KEY_AT + 4 * CHUNK_MAX;
/** 16 bytes: the coefficient. */
export const COEFFICIENTS: usize = ALONE + 4 * CHUNK_MAX;
// Numbers modulo n, four places to a block of 144 bytes.
export const S_INVERSE: usize = COEFFICIENTS + 16 * CHUNK_MAX;
export const TIMES_R: usize = S_INVERSE + 36 * CHUNK_MAX;
export const TIMES_Z: usize = TIMES_R + 36 * CHUNK_MAX;
/** Points R: x and y, 36 bytes each. */
export const POINTS_R: usize = TIMES_Z + 36 * CHUNK_MAX;

// By key of the chunk.
/** Points: x, y and βx, 36 bytes each; one more for G. */
export const POINTS_KEY: usize = POINTS_R + 72 * CHUNK_MAX + 64;
/** Sums modulo n in nine u64; one more for G. */
export const SUMS: usize = POINTS_KEY + 108 * (CHUNK_MAX + 1) + 64;
/** u32: the last part of the chunk in which the key occurred. */
export const KEY_PART: usize = SUMS + 72 * (CHUNK_MAX + 1);
/** u32: keys of the part at hand. */
export const KEYS_OF_PART: usize = KEY_PART + 4 * CHUNK_MAX;

// The terms of a multi-scalar multiplication.
export const TERMS_MAX: usize = 3 * CHUNK_MAX + 2;
/** 16 bytes: the size of its scalar. */
export const SCALARS: usize = KEYS_OF_PART + 4 * CHUNK_MAX + 64;
/** u32: where its point lies, a multiple of four; + 1 to subtract it, + 2 to take βx for x. */
export const REFERENCES: usize = SCALARS + 16 * TERMS_MAX;
/** Windows × terms at most, at every size that `windowsFor` gives. */
export const DIGITS_MAX: usize = 12 * TERMS_MAX + 4096;
/** u16: the bucket, + 2^15 to subtract. */
export const DIGITS: usize = REFERENCES + 4 * TERMS_MAX + 64;
/** u32: references, by bucket. */
export const SORTED: usize = DIGITS + 2 * DIGITS_MAX + 64;
export const BUCKETS_MAX: usize = 12288;
/** u32 each: how many terms a bucket has, where they begin, the buckets by falling number of terms, bounds by number. */
export const COUNTS: usize = SORTED + 4 * DIGITS_MAX + 64;
export const STARTS: usize = COUNTS + 4 * BUCKETS_MAX + 64;
export const ORDER: usize = STARTS + 4 * BUCKETS_MAX + 64;
export const BOUNDS: usize = ORDER + 4 * BUCKETS_MAX + 64;
/** Points of the buckets, four to a block of 288 bytes. */
export const BUCKETS: usize = BOUNDS + 4 * (TERMS_MAX + 2) + 64;

// Additions that share an inversion: lanes.as.
export const ADDITIONS_MAX: usize = 512;
export const SUMMANDS: usize = BUCKETS + 72 * BUCKETS_MAX;
export const PAIRS: usize = SUMMANDS + 288 * ADDITIONS_MAX;
export const TAKEN: usize = PAIRS + 8 * ADDITIONS_MAX;
export const DIFFERENCES: usize = TAKEN + 16 * ADDITIONS_MAX;
export const PRODUCTS: usize = DIFFERENCES + 144 * ADDITIONS_MAX;
export const KINDS: usize = PRODUCTS + 144 * (ADDITIONS_MAX + 1);

/** Odd multiples of G: x, y and βx, 36 bytes each. */
export const GENERATOR_MULTIPLES: i32 = 128;
export const GENERATOR_TABLE: usize = KINDS + 4 * ADDITIONS_MAX + 64;

// Signatures verified alone, side by side: alone.as.
export const ALONE_MAX: usize = 1024;
export const KEY_MULTIPLES: usize = 16;
/** Odd multiples of their keys: x, y and βx, 36 bytes each. */
export const KEY_TABLES: usize = GENERATOR_TABLE + 108 * <usize>GENERATOR_MULTIPLES + 64;
/** u32: what each adds, step by step. */
export const STEPS: usize = 86;
export const STEP_REFERENCES: usize = KEY_TABLES + 108 * KEY_MULTIPLES * ALONE_MAX + 64;

/** Known keys: keys.as. They end below the pages that modules.ts asks for. */
export const KEYS: usize = STEP_REFERENCES + 4 * STEPS * ALONE_MAX;
export const KEY_BYTES: usize = 80;
