/** Constants of zero-knowledge proofs (D33); docs/proofs.md says how the measured ones were measured. */

/** Order of bn254's groups and of the field that circuits compute in (EIP-197). */
export const FIELD_ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

/** Commitments that a spent note hides among (assumption: few enough to be named in the transaction itself). */
export const RING_SIZE = 4;

/** Notes that a transfer makes. */
export const OUTPUT_COUNT = 2;

/** Bytes of a proof, of either prover. */
export const PROOF_BYTES = 128;

/**
 * Processor time of Groth16 for `transfer-within-balance`, ns (`npm run bench:zk`: 460 ms and 36 to 45 ms on a loaded machine
 * of two cores). Charged in virtual time whoever proves.
 */
export const PROOF_COST = { proveNs: 460_000_000, verifyNs: 40_000_000 } as const;

/** Who proves: `stub` proves nothing and says so wherever it was used, `groth16` is real. */
export const PROVERS = ['stub', 'groth16'] as const;
export type ProverName = (typeof PROVERS)[number];
