/** Who verifies on a chain: its genesis says which prover it takes. */
import type { ProverName } from '../params/zk.ts';
import { groth16Verifier } from './groth16/verify.ts';
import type { ProofVerifier } from './prover.ts';
import { stubProver } from './stub.ts';

const VERIFIERS: Readonly<Record<ProverName, ProofVerifier>> = { stub: stubProver, groth16: groth16Verifier };

export const verifierOf = (name: ProverName): ProofVerifier => VERIFIERS[name];
