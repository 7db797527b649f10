/** What we use of snarkjs 0.7.6, which has no types of its own. */
declare module 'snarkjs' {
  /** A file in memory. */
  interface Memory {
    readonly type: 'mem';
    data?: Uint8Array;
  }
  interface Curve {
    readonly Fr: { e(value: bigint): Uint8Array; random(): Uint8Array };
  }
  /** Affine points, coordinates in decimal; over Fp² c0 first, with a third coordinate of 1. */
  interface Groth16Proof {
    readonly pi_a: readonly string[];
    readonly pi_b: readonly (readonly string[])[];
    readonly pi_c: readonly string[];
  }
  const curves: { getCurveFromName(name: string, options?: { singleThread: boolean }): Promise<Curve> };
  const wtns: { calculate(input: object, program: Memory, witness: Memory): Promise<void> };
  const groth16: {
    prove(key: Memory, witness: Memory): Promise<{ proof: Groth16Proof; publicSignals: readonly string[] }>;
    verify(key: object, publicSignals: readonly string[], proof: object): Promise<boolean>;
  };
}
