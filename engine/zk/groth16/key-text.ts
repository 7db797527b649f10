/** A verification key as text. Coordinates in decimal; of G2 as x.c0, x.c1, y.c0, y.c1. */
export interface KeyText {
  /** SHA-256 of the proving key that belongs to it (`.zkey`, uncompressed). */
  readonly provingKey: string;
  readonly alpha: readonly string[];
  readonly beta: readonly string[];
  readonly gamma: readonly string[];
  readonly delta: readonly string[];
  /** One for the constant, then one per public input. */
  readonly ic: readonly (readonly string[])[];
}
