/**
 * ASERT (aserti3-2d) and compact targets, written a second time.
 *
 * Written from the public specification (Bitcoin Cash upgrade of 2020-11-15, "ASERT difficulty adjustment algorithm
 * (aserti3-2d)") and D8 alone, without a look at engine/chain: S3, S9 and T2 compare the engine with this. Plain bigint
 * arithmetic; names are the specification's.
 */
import type { Params } from '../../engine/params/params.ts';
import type { RoundHeader } from '../../engine/chain/types.ts';

const RADIX_BITS = 16n;
const RADIX = 1n << RADIX_BITS;

/** What the 32 bits of a compact target stand for: size byte, sign bit, 23 bits of mantissa (base 256). */
export function targetOfBits(bits: number): bigint {
  const size = bits >>> 24;
  const word = BigInt(bits & 0x007f_ffff);
  return size <= 3 ? word >> BigInt(8 * (3 - size)) : word << BigInt(8 * (size - 3));
}

/** The one canonical compact form; low bytes beyond three are cut. */
export function bitsOfTarget(target: bigint): number {
  let size = 0;
  for (let rest = target; rest > 0n; rest >>= 8n) size++;
  let word = size <= 3 ? target << BigInt(8 * (3 - size)) : target >> BigInt(8 * (size - 3));
  if ((word & 0x80_0000n) !== 0n) {
    // The top bit would read as a sign: one byte more, one digit less.
    word >>= 8n;
    size++;
  }
  return size * 0x100_0000 + Number(word);
}

/** Expected hashes to meet a target: floor(2^256 / (target + 1)) (D7). */
export const workOfBits = (bits: number): bigint => (1n << 256n) / (targetOfBits(bits) + 1n);

/** Easiest target, the specification's `max_bits` (D8 names no other). */
export const MAX_TARGET = targetOfBits(0x1d00_ffff);

/** The anchor: a block's number and target, and the time of its parent. */
export interface Anchor {
  readonly number: number;
  readonly bits: number;
  readonly parentTime: number;
}

/** Compact target of the block after one with the given number and time. `maxTarget` is the easiest allowed. */
export function asertBits(
  anchor: Anchor,
  parent: { readonly number: number; readonly time: number },
  pace: { readonly intervalSeconds: number; readonly halfLifeSeconds: number; readonly maxTarget: bigint },
): number {
  const timeDelta = BigInt(parent.time - anchor.parentTime);
  const heightDelta = BigInt(parent.number - anchor.number);
  // Division truncates towards zero, as bigint's does (the specification's note 3).
  const exponent = ((timeDelta - BigInt(pace.intervalSeconds) * (heightDelta + 1n)) * RADIX) / BigInt(pace.halfLifeSeconds);
  const shifts = exponent >> RADIX_BITS; // floor
  const x = exponent - shifts * RADIX; // 0 ≤ x < 2^16
  const factor = ((195_766_423_245_049n * x + 971_821_376n * x * x + 5_127n * x * x * x + (1n << 47n)) >> 48n) + RADIX;
  let target = targetOfBits(anchor.bits) * factor;
  target = shifts < 0n ? target >> -shifts : target << shifts;
  target >>= RADIX_BITS;
  if (target === 0n) return bitsOfTarget(1n);
  return bitsOfTarget(target > pace.maxTarget ? pace.maxTarget : target);
}

/** What D8 asks of a round on `parent`: the anchor is genesis, with genesis − interval as its parent's time. */
export function expectedBits(genesis: RoundHeader, parent: RoundHeader, params: Params, maxTarget: bigint): number {
  const anchor = { number: genesis.number, bits: genesis.bits, parentTime: genesis.time - params.roundIntervalSeconds };
  return asertBits(anchor, parent, { intervalSeconds: params.roundIntervalSeconds, halfLifeSeconds: params.halfLifeSeconds, maxTarget });
}
