/** Who verifies on a chain: its genesis says which prover it takes. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { ProverName } from '../params/zk.ts';
import { toHex, utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import { groth16Verifier } from './groth16/verify.ts';
import type { ProofVerifier } from './prover.ts';
import { publicInputs } from './statements.ts';
import { stubProver } from './stub.ts';

/** Verdicts that are kept. */
const KEPT = 4_096;

/**
 * The same verdicts, each computed once while it is kept: a proof is looked at when a round is built, when it is checked, by
 * the reference model and by every node that executes for itself, and the answer follows from its bytes alone.
 */
function remembering({ name, verify }: ProofVerifier): ProofVerifier {
  const verdicts = new Map<string, boolean>();
  return {
    name,
    verify(statement, proof) {
      const inputs = publicInputs(statement);
      if (inputs === undefined) return false;
      const text = new Writer(1_024).blob16(utf8(statement.type));
      for (const input of inputs) text.hex(input.toString(16).padStart(64, '0'));
      const key = toHex(sha256(text.bytes(proof).written));
      const known = verdicts.get(key);
      if (known !== undefined) return known;
      const verdict = verify(statement, proof);
      if (verdicts.size >= KEPT) verdicts.delete(verdicts.keys().next().value!);
      verdicts.set(key, verdict);
      return verdict;
    },
  };
}

const VERIFIERS: Readonly<Record<ProverName, ProofVerifier>> = { stub: stubProver, groth16: remembering(groth16Verifier) };

export const verifierOf = (name: ProverName): ProofVerifier => VERIFIERS[name];
