// Products of 128 bits, and what they are divided into: amounts have 64 bits, their products do not fit (D2).
import { add, Failure, require } from './contract';

const LOW: u64 = 0xffff_ffff;

/** Upper 64 bits of x × y; `x * y` are the lower ones. In halves of 32 bits no sum overflows. */
export function mulHigh(x: u64, y: u64): u64 {
  const xl = x & LOW;
  const xh = x >> 32;
  const yl = y & LOW;
  const yh = y >> 32;
  const middle = xh * yl + ((xl * yl) >> 32);
  return xh * yh + (middle >> 32) + ((xl * yh + (middle & LOW)) >> 32);
}

/** ⌊(high × 2^64 + low) ÷ by⌋, bit by bit. Overflow where that needs more than 64 bits, and where `by` is 0. */
export function divideWide(high: u64, low: u64, by: u64): u64 {
  require(high < by, Failure.Overflow);
  if (high == 0) return low / by;
  for (let bit = 0; bit < 64; bit++) {
    const carried = high >> 63 != 0;
    high = (high << 1) | (low >> 63);
    low <<= 1;
    if (carried || high >= by) {
      high -= by;
      low |= 1;
    }
  }
  return low;
}

/** ⌊x × y ÷ z⌋, exact. */
export function mulDiv(x: u64, y: u64, z: u64): u64 {
  return divideWide(mulHigh(x, y), x * y, z);
}

/** ⌈x × y ÷ z⌉, exact. The remainder is below 2^64, so the lower halves tell whether there is one. */
export function mulDivUp(x: u64, y: u64, z: u64): u64 {
  const quotient = mulDiv(x, y, z);
  return quotient * z == x * y ? quotient : add(quotient, 1);
}
