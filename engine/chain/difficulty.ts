/**
 * Compact targets and the ASERT difficulty rule, `aserti3-2d` (D8): the target follows an exponential of how far the
 * chain is ahead of or behind its schedule since an anchor, by a cubic approximation of 2^x for 0 ≤ x < 1 in 16-bit
 * fixed point. Rounding is the specification's: the exponent's division truncates towards zero (its note 3), splitting
 * the exponent into whole shifts and a fraction rounds towards minus infinity (an arithmetic shift). Source:
 * bitcoincash.org, spec/2020-11-15-asert.md 0.5.1; its vectors are in test/vectors/asert/.
 */

/** Largest target, 0xffff × 2^208, as in Bitcoin (assumption: the document names none). */
export const MAX_BITS = 0x1d00ffff;

/** The 256-bit target of a compact form: mantissa (23 bits) × 256^(exponent − 3). A set sign bit or a zero gives 0. */
export function targetOf(bits: number): bigint {
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x007f_ffff);
  if ((bits & 0x0080_0000) !== 0) return 0n;
  return exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
}

/** The canonical compact form: shortest exponent, mantissa without sign bit; low bits of the target are lost. */
export function bitsOf(target: bigint): number {
  let exponent = 0;
  for (let rest = target; rest > 0n; rest >>= 8n) exponent++;
  let mantissa = Number(exponent <= 3 ? target << BigInt(8 * (3 - exponent)) : target >> BigInt(8 * (exponent - 3)));
  if ((mantissa & 0x0080_0000) !== 0) {
    mantissa >>>= 8;
    exponent++;
  }
  return ((exponent << 24) | mantissa) >>> 0;
}

export interface AsertAnchor {
  readonly bits: number;
  readonly height: number;
  /** Time of the anchor's parent, Unix seconds. For genesis: genesis time − interval. */
  readonly parentTime: number;
}

const RADIX = 65536n;

const floorDiv = (x: bigint, y: bigint): bigint => x / y - (x % y !== 0n && x < 0n !== y < 0n ? 1n : 0n);

/**
 * Canonical compact target of the round after one at `height` with time `time` (Unix seconds; may lie before the
 * anchor). `maxTarget` bounds the result from above; from below it is 1. Rounds before the anchor are outside the rule.
 */
export function asertBits(
  anchor: AsertAnchor,
  height: number,
  time: number,
  intervalSeconds: number,
  halfLifeSeconds: number,
  maxTarget = targetOf(MAX_BITS),
): number {
  const timeDelta = BigInt(time - anchor.parentTime);
  const heightDelta = BigInt(height - anchor.height);
  // exponent = (time delta − ideal time × (height delta + 1)) × 2^16 / half-life, truncated towards zero as `/` of
  // bigint is
  const exponent = ((timeDelta - BigInt(intervalSeconds) * (heightDelta + 1n)) * RADIX) / BigInt(halfLifeSeconds);
  // exponent = shifts × 2^16 + fraction, 0 ≤ fraction < 2^16
  const shifts = floorDiv(exponent, RADIX);
  const f = exponent - shifts * RADIX;
  // 2^(f / 2^16) ≈ 1 + (195766423245049 f + 971821376 f² + 5127 f³ + 2^47) / 2^48, in units of 2^-16
  const factor = RADIX + ((195766423245049n * f + 971821376n * f * f + 5127n * f * f * f + (1n << 47n)) >> 48n);
  let target = targetOf(anchor.bits) * factor;
  // Multiply by 2^shifts and take away the 2^16 of the factor.
  const shift = shifts - 16n;
  target = shift < 0n ? target >> -shift : target << shift;
  if (target === 0n) return bitsOf(1n);
  return bitsOf(target > maxTarget ? maxTarget : target);
}
