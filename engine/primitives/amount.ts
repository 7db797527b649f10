/** Checked arithmetic on amounts: unsigned 64-bit integers of base units (D2). `undefined` is overflow or underflow. */
import { U64_MAX } from '../params/params.ts';

export const addAmount = (x: bigint, y: bigint): bigint | undefined => (x + y > U64_MAX ? undefined : x + y);
export const subAmount = (x: bigint, y: bigint): bigint | undefined => (y > x ? undefined : x - y);
export const mulAmount = (x: bigint, y: bigint): bigint | undefined => (x * y > U64_MAX ? undefined : x * y);

/** floor(x × numerator / denominator), the product exact. */
export function mulDiv(x: bigint, numerator: bigint, denominator: bigint): bigint | undefined {
  const quotient = (x * numerator) / denominator;
  return quotient > U64_MAX ? undefined : quotient;
}
