/** The one interface to proofs. Two stand behind it: `stub.ts`, and `groth16/verify.ts` with `engine/host/groth16.ts` (D33). */
import type { ProverName } from '../params/zk.ts';
import type { Claim, Statement } from './statements.ts';

export interface ProofVerifier {
  /** Stands in every receipt, and in every report. */
  readonly name: ProverName;
  /** Whether the bytes are a proof of the statement, written in the one way there is. Never throws. */
  verify(statement: Statement, proof: Uint8Array): boolean;
}

/** Proves at once. Groth16's prover awaits, so it is made ahead and looked up here. */
export interface Prover extends ProofVerifier {
  /** `PROOF_BYTES` that `verify` accepts; undefined where the witness does not make the statement true. */
  prove(claim: Claim): Uint8Array | undefined;
}
