/**
 * SimBlock's latency: round(scale / u^(1 / shape)) whole ms, shape = mean / 5 and scale = mean − 5 in ms, u uniform. With
 * that shape the mean of the unrounded value is exactly the table's.
 */
import { exp, ln } from '../../kernel/exact-math.ts';

const TWO32 = 0x1_0000_0000;
/** The draw's top bits choose one of so many cells. */
const CELL_BITS = 10;
const CELLS = 1 << CELL_BITS;
/** A cell whose draws give different values. */
const MIXED = -1;

/**
 * Latency of one ordered pair of regions. Its values are whole ms and fall as u grows, so nearly every cell of draws holds
 * one value, which is looked up; only mixed cells (about 1 in 20) evaluate the formula. Every draw gives exactly what the
 * formula gives.
 */
export class ParetoLatency {
  private readonly shape: number;
  private readonly scale: number;
  private readonly cells: Int32Array;

  /** `meanMs`: whole ms. Up to 5, where SimBlock's scale is not positive, the latency is the mean itself. */
  constructor(meanMs: number, jitter: boolean) {
    const constant = !jitter || meanMs <= 5;
    this.shape = meanMs / 5;
    this.scale = meanMs - 5;
    this.cells = Int32Array.from({ length: CELLS }, (_, cell) => {
      if (constant) return meanMs;
      const longest = this.formula(cell * (TWO32 / CELLS));
      return this.formula((cell + 1) * (TWO32 / CELLS) - 1) === longest ? longest : MIXED;
    });
  }

  /** Whole ms of a uniform 32-bit draw. */
  ms(u32: number): number {
    const value = this.cells[u32 >>> (32 - CELL_BITS)];
    return value === MIXED ? this.formula(u32) : value;
  }

  private formula(u32: number): number {
    return Math.round(this.scale * exp(-ln((u32 + 0.5) / TWO32) / this.shape));
  }
}
