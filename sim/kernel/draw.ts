/**
 * Keyed random draws (docs/determinism.md): a draw is a pure function of (root key, actor, purpose, counter), so
 * taking one actor or fault away shifts nobody else's. There is no stream anywhere.
 *
 * Mixing: three rounds of a 32-bit finaliser (the constants of MurmurHash3's, public domain), each keyed by words
 * of the root key. It is a simulator's generator, not a cipher: nothing in the protocol depends on it.
 */
import seedrandom from 'seedrandom';
import { toHex, utf8, concat } from '../../engine/primitives/bytes.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';

/** Eight 32-bit words; `seedKey` makes one from a scenario's seed. */
export type DrawKey = Int32Array;

/** What a draw is for. A number once given is never given again, or old seeds would change their meaning. */
export const PURPOSE = {
  topology: 1,
  region: 2,
  jitter: 3,
  mining: 4,
  gossipPhase: 5,
  hashPower: 6,
  delegate: 7,
  packetLoss: 8,
  faultSelect: 9,
  faultRandom: 10,
  arrival: 11,
  sender: 12,
  mix: 13,
  payload: 14,
  account: 15,
  relay: 16,
  witness: 17,
  sample: 18,
  message: 19,
  anyDelegate: 20,
  shielded: 21,
} as const;

/**
 * Root key of a run: eight `int32()` draws of `seedrandom(hex(sha256("stratus-seed" ‖ utf8(seed))))`. The hash matters:
 * fed raw, seedrandom gives "1" and "11" the same stream.
 */
export function seedKey(seed: string, crypto: Crypto): DrawKey {
  const stream = seedrandom(toHex(crypto.sha256(concat(utf8('stratus-seed'), utf8(seed)))));
  return Int32Array.from({ length: 8 }, () => stream.int32());
}

function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A uniform 32-bit unsigned integer. `actor`, `purpose` and `counter` are integers; only their low 32 bits count. */
export function draw32(key: DrawKey, actor: number, purpose: number, counter: number): number {
  let h = mix(key[0] ^ (Math.imul(actor, 0x9e3779b1) + key[1]));
  h = mix(h ^ (Math.imul(purpose, 0x85ebca77) + key[2]) ^ key[3]);
  h = mix((h + key[4]) ^ (Math.imul(counter, 0xc2b2ae3d) + key[5]));
  return (h ^ key[6]) >>> 0;
}

/** A uniform integer in 0…bound−1, `bound` ≤ 2^32; bias below bound / 2^32 (one part in a million for bounds of 4,000). */
export function below(key: DrawKey, actor: number, purpose: number, counter: number, bound: number): number {
  return Math.floor((draw32(key, actor, purpose, counter) / 0x1_0000_0000) * bound);
}
