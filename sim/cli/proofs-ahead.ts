/**
 * Proofs of a run, made before it begins: Groth16 takes half a second each, and awaits. In the main thread, since snarkjs brings
 * a package that takes any other thread for its own.
 */
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { loadGroth16 } from '../../engine/host/groth16.ts';
import type { Claim } from '../../engine/zk/statements.ts';
import { claimsAhead } from '../run.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { ProofSource } from '../workload/shielded.ts';

/** By claim. */
export type ProofsAhead = ReadonlyMap<string, Uint8Array>;

/** Undefined where the run makes its own. `root` is the project's folder; ends early where `goesOn` says no more. */
export async function proofsAhead(scenario: ResolvedScenario, root: string, goesOn: () => boolean): Promise<ProofsAhead | undefined> {
  if (scenario.params.proofs !== 'groth16') return undefined;
  const claims = claimsAhead(scenario, bestCrypto());
  const proofs = new Map<string, Uint8Array>();
  if (claims.length === 0) return proofs;
  const prover = await loadGroth16(root);
  for (const claim of claims) {
    if (!goesOn()) break;
    proofs.set(keyOf(claim), (await prover.prove(claim))!);
  }
  return proofs;
}

export const proofSource = (proofs: ProofsAhead): ProofSource => (claim) => proofs.get(keyOf(claim));

/** No two steps of a plan make the same notes. */
const keyOf = ({ statement }: Claim): string => (statement.type === 'transfer-within-balance' ? statement.outputs.join() : statement.address);
