/** One contract, two provers: what either must do. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadGroth16, type AsyncProver } from '../../engine/host/groth16.ts';
import { PROOF_BYTES } from '../../engine/params/zk.ts';
import { groth16Verifier } from '../../engine/zk/groth16/verify.ts';
import type { ProofVerifier } from '../../engine/zk/prover.ts';
import type { Claim } from '../../engine/zk/statements.ts';
import { stubProver } from '../../engine/zk/stub.ts';
import { altered, depositClaim, FALSE_CLAIMS, ownershipClaim, transferClaim, TRUE_CLAIMS } from './claims.ts';

interface Subject {
  readonly verifier: ProofVerifier;
  load(): Promise<AsyncProver>;
}

const SUBJECTS: readonly Subject[] = [
  { verifier: stubProver, load: async () => ({ prove: async (claim) => stubProver.prove(claim) }) },
  { verifier: groth16Verifier, load: () => loadGroth16(join(import.meta.dirname, '../..')) },
];

describe.each(SUBJECTS)('$verifier.name', ({ verifier, load }) => {
  let prover: AsyncProver;
  beforeAll(async () => {
    prover = await load();
  }, 120_000); // may compile the circuits first
  const prove = async (claim: Claim): Promise<Uint8Array> => (await prover.prove(claim))!;

  it.each(Object.entries(TRUE_CLAIMS))('proves %s', async (_name, claim) => {
    const proof = await prove(claim);
    expect(proof).toHaveLength(PROOF_BYTES);
    expect(verifier.verify(claim.statement, proof)).toBe(true);
  });

  it.each(Object.entries(FALSE_CLAIMS))('proves nothing of %s', async (_name, claim) => {
    expect(await prover.prove(claim)).toBeUndefined();
  });

  it('gives the same bytes for the same claim, and others for another', async () => {
    const [claim, other] = [transferClaim(), ownershipClaim()];
    const proofs = await Promise.all([claim, other, claim, depositClaim()].map(prove));
    expect(proofs[2]).toEqual(proofs[0]);
    expect(proofs[3]).not.toEqual(proofs[0]);
  });

  it.each([transferClaim(), depositClaim(), ownershipClaim()].map((claim) => ({ claim, type: claim.statement.type })))('refuses every altered statement: $type', async ({ claim }) => {
    const proof = await prove(claim);
    expect(altered(claim).filter(([, statement]) => verifier.verify(statement, proof)).map(([what]) => what)).toEqual([]);
  });

  it('refuses a proof altered in any byte', async () => {
    for (const claim of [transferClaim(), ownershipClaim()]) {
      const proof = await prove(claim);
      const accepted: string[] = [];
      for (let at = 0; at < proof.length; at++) {
        for (const flip of at % 32 === 0 ? [0x80, 0x40, 0x20, 0x01] : [1 + ((at * 37) % 255)]) {
          const changed = Uint8Array.from(proof);
          changed[at] ^= flip;
          if (verifier.verify(claim.statement, changed)) accepted.push(`byte ${at} ^ ${flip}`);
        }
      }
      expect(accepted).toEqual([]);
    }
  });

  it('refuses whatever is not as long as a proof', async () => {
    const claim = ownershipClaim();
    const proof = await prove(claim);
    for (const bytes of [new Uint8Array(0), proof.subarray(1), proof.subarray(0, PROOF_BYTES - 1), Uint8Array.from([...proof, 0]), new Uint8Array(PROOF_BYTES), new Uint8Array(PROOF_BYTES).fill(255)])
      expect(verifier.verify(claim.statement, bytes)).toBe(false);
  });

  it("refuses the other prover's proofs", async () => {
    const claim = transferClaim();
    const { verifier: other } = SUBJECTS.find((subject) => subject.verifier !== verifier)!;
    expect(other.verify(claim.statement, await prove(claim))).toBe(false);
  });
});
