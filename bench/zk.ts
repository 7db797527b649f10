/**
 * What proofs cost: `npm run bench:zk`. The figures in engine/params/zk.ts are this command's, processor time, median of all.
 */
import { groth16Verifier } from '../engine/zk/groth16/verify.ts';
import { loadGroth16 } from '../engine/host/groth16.ts';
import { RING_SIZE } from '../engine/params/zk.ts';
import { fieldOf, ZERO_FIELD } from '../engine/zk/field.ts';
import { addressOf, commitmentOf, nullifierOf, type Note } from '../engine/zk/note.ts';
import type { Claim } from '../engine/zk/statements.ts';
import { stubProver } from '../engine/zk/stub.ts';
import { machineLine } from './method/machine.ts';

const TIMES = 15;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function measure(name: string, work: () => unknown): Promise<void> {
  const taken: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const start = cpuMs();
    await work();
    taken.push(cpuMs() - start);
  }
  taken.sort((x, y) => x - y);
  console.log(`${name.padEnd(42)} median ${taken[TIMES >> 1].toFixed(1)} ms, least ${taken[0].toFixed(1)}, most ${taken[TIMES - 1].toFixed(1)} (${TIMES} times)`);
}

const secret = fieldOf(123_456_789n);
const context = fieldOf(987_654_321n);
const note = (value: bigint, blinding: bigint): Note => ({ value, address: addressOf(secret), blinding: fieldOf(blinding) });
const outputs = [note(70n, 2n), note(30n, 3n)];
const spent = commitmentOf(note(100n, 1n));
const ring = Array.from({ length: RING_SIZE }, (_, i) => (i === 0 ? spent : ZERO_FIELD));
const CLAIMS: readonly Claim[] = [
  {
    statement: { type: 'transfer-within-balance', ring, nullifier: nullifierOf(secret, spent), outputs: outputs.map(commitmentOf), deposit: 0n, withdrawal: 0n, context },
    witness: { secret, value: 100n, blinding: fieldOf(1n), outputs },
  },
  { statement: { type: 'address-ownership', address: addressOf(secret), context }, witness: { secret } },
];

console.log(machineLine());
const groth16 = await loadGroth16(process.cwd());
for (const claim of CLAIMS) {
  const { type } = claim.statement;
  const proof = (await groth16.prove(claim))!;
  await measure(`groth16 proves ${type}`, () => groth16.prove(claim));
  await measure(`groth16 verifies ${type}`, () => groth16Verifier.verify(claim.statement, proof));
  const nothing = stubProver.prove(claim)!;
  await measure(`stub "proves" ${type}`, () => stubProver.prove(claim));
  await measure(`stub "verifies" ${type}`, () => stubProver.verify(claim.statement, nothing));
}
