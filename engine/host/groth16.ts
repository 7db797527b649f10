/**
 * Groth16's prover: snarkjs, loaded here and only when somebody proves. It awaits, so proofs are made ahead of a run and
 * looked up in it (`engine/zk/prover.ts`).
 *
 * Proofs are deterministic: the two numbers that blind them follow from the claim, the secret included, as RFC 6979 has it
 * for signatures. Else two runs of one scenario would differ.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { FIELD_ORDER } from '../params/zk.ts';
import { numberOf } from '../zk/field.ts';
import { VERIFICATION_KEYS } from '../zk/groth16/keys.ts';
import { proofOfCoordinates } from '../zk/groth16/points.ts';
import { holds, STATEMENT_TYPES, type Claim, type StatementType } from '../zk/statements.ts';

export interface AsyncProver {
  /** A proof, or undefined where the witness does not make the statement true. One at a time. */
  prove(claim: Claim): Promise<Uint8Array | undefined>;
}

interface Circuit {
  readonly program: Uint8Array;
  readonly provingKey: Uint8Array;
}

/**
 * Loads circuits and proving keys of the project in `root`, and compiles the circuits where that has not been done (5 s).
 * Throws where a proving key is not the one that the verification key names.
 */
export async function loadGroth16(root: string): Promise<AsyncProver> {
  const { curves, groth16, wtns } = await import('snarkjs');
  const folder = join(root, 'engine', 'zk', 'circuits');
  const { compiled } = (await import(pathToFileURL(join(folder, 'build.mjs')).href)) as { compiled(): string };
  const programs = compiled();
  const circuits = new Map<StatementType, Circuit>(
    STATEMENT_TYPES.map((type) => {
      const provingKey = new Uint8Array(brotliDecompressSync(readFileSync(join(folder, 'test-only', `${type}.zkey.br`))));
      const sha256 = createHash('sha256').update(provingKey).digest('hex');
      if (sha256 !== VERIFICATION_KEYS[type].provingKey) throw new Error(`proving key of ${type}: sha256 ${sha256}, expected ${VERIFICATION_KEYS[type].provingKey}`);
      return [type, { program: new Uint8Array(readFileSync(join(programs, `${type}.wasm`))), provingKey }];
    }),
  );

  const curve = await curves.getCurveFromName('bn128', { singleThread: true });
  let blinds: Iterator<bigint>;
  curve.Fr.random = () => curve.Fr.e(blinds.next().value as bigint);
  // What snarkjs takes its curve from: this one has no threads that would outlive the proof, and draws as said above.
  (globalThis as { curve_bn128?: unknown }).curve_bn128 = curve;

  const proveNow = async (claim: Claim): Promise<Uint8Array> => {
    const { program, provingKey } = circuits.get(claim.statement.type)!;
    const witness = { type: 'mem' as const };
    await wtns.calculate(inputsOf(claim), { type: 'mem', data: program }, witness);
    blinds = blindsOf(claim);
    const { proof } = await groth16.prove({ type: 'mem', data: provingKey }, witness);
    const [a, b, c] = [proof.pi_a, proof.pi_b.flat(), proof.pi_c].map((point) => point.map(BigInt));
    return proofOfCoordinates(a, b, c);
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    async prove(claim) {
      if (!holds(claim)) return undefined;
      const proof = last.then(() => proveNow(claim));
      last = proof.catch(() => undefined);
      return proof;
    },
  };
}

/** Signals by the names that the circuits give them. */
export function inputsOf({ statement, witness }: Claim): Record<string, bigint | readonly bigint[]> {
  const secret = numberOf(witness.secret);
  const context = numberOf(statement.context);
  if (statement.type === 'address-ownership') return { address: numberOf(statement.address), context, secret };
  const { ring, nullifier, outputs, deposit, withdrawal } = statement;
  const { value, blinding, outputs: notes } = witness as Extract<Claim, { statement: typeof statement }>['witness'];
  return {
    ring: ring.map(numberOf),
    nullifier: numberOf(nullifier),
    outputs: outputs.map(numberOf),
    deposit,
    withdrawal,
    context,
    secret,
    value,
    blinding: numberOf(blinding),
    outputValues: notes.map((note) => note.value),
    outputAddresses: notes.map(({ address }) => numberOf(address)),
    outputBlindings: notes.map((note) => numberOf(note.blinding)),
  };
}

/** SHA-512 of the claim and a counter, modulo the order: 258 bits more than the order has, so no bias to speak of. */
function* blindsOf(claim: Claim): Generator<bigint> {
  const text = Object.entries(inputsOf(claim)).map(([name, values]) => `${name}=${[values].flat().join(',')}`).join(' ');
  for (let count = 0; ; count++) {
    yield BigInt(`0x${createHash('sha512').update(`stratus-groth16 ${claim.statement.type} ${count} ${text}`).digest('hex')}`) % FIELD_ORDER;
  }
}
