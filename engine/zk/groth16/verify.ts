/**
 * Groth16 (Groth 2016, "On the Size of Pairing-based Non-interactive Arguments", § 3.2) over bn254. Synchronous, in
 * @noble/curves: 34 ms.
 *
 *     e(A, B) = e(α, β) · e(x, γ) · e(C, δ)     with x = IC₀ + Σ inputᵢ · ICᵢ
 */
import { bn254 } from '@noble/curves/bn254.js';
import type { ProofVerifier } from '../prover.ts';
import { publicInputs, type StatementType } from '../statements.ts';
import type { KeyText } from './key-text.ts';
import { VERIFICATION_KEYS } from './keys.ts';
import { readProof, type G1Point, type G2Point } from './points.ts';

interface VerificationKey {
  readonly alpha: G1Point;
  readonly beta: G2Point;
  readonly gamma: G2Point;
  readonly delta: G2Point;
  readonly ic: readonly G1Point[];
}

const { Fp2, Fp12 } = bn254.fields;
const G1 = bn254.G1.Point;
const G2 = bn254.G2.Point;

const g1 = ([x, y]: readonly string[]): G1Point => G1.fromAffine({ x: BigInt(x), y: BigInt(y) });
const g2 = ([x0, x1, y0, y1]: readonly string[]): G2Point =>
  G2.fromAffine({ x: Fp2.fromBigTuple([BigInt(x0), BigInt(x1)]), y: Fp2.fromBigTuple([BigInt(y0), BigInt(y1)]) });

/** Points are made when first needed. */
const keys = new Map<StatementType, VerificationKey>();

function keyOf(type: StatementType): VerificationKey {
  const known = keys.get(type);
  if (known !== undefined) return known;
  const text: KeyText = VERIFICATION_KEYS[type];
  const key = { alpha: g1(text.alpha), beta: g2(text.beta), gamma: g2(text.gamma), delta: g2(text.delta), ic: text.ic.map(g1) };
  keys.set(type, key);
  return key;
}

export const groth16Verifier: ProofVerifier = {
  name: 'groth16',
  verify(statement, proof) {
    const inputs = publicInputs(statement);
    const points = inputs && readProof(proof);
    if (points === undefined) return false;
    const { alpha, beta, gamma, delta, ic } = keyOf(statement.type);
    const x = inputs!.reduce((sum, input, i) => (input === 0n ? sum : sum.add(ic[i + 1].multiplyUnsafe(input))), ic[0]);
    const pairs = [
      { g1: points.a.negate(), g2: points.b },
      { g1: alpha, g2: beta },
      { g1: x, g2: gamma },
      { g1: points.c, g2: delta },
    ];
    const product = bn254.pairingBatch(pairs.filter(({ g1 }) => !g1.is0())); // where x is nothing, its pairing is 1
    return Fp12.eql(product, Fp12.ONE);
  },
};
