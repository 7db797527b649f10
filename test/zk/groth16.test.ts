/// <reference path="../../engine/host/snarkjs.d.ts" />
/** What is particular to Groth16: an outside verifier, malleability, and encodings that hostile hands would make. */
import { join } from 'node:path';
import { bn254 } from '@noble/curves/bn254.js';
import { curves, groth16 } from 'snarkjs';

import { beforeAll, describe, expect, it } from 'vitest';
import { loadGroth16 } from '../../engine/host/groth16.ts';
import { VERIFICATION_KEYS } from '../../engine/zk/groth16/keys.ts';
import { readProof, writeProof, type ProofPoints } from '../../engine/zk/groth16/points.ts';
import { groth16Verifier } from '../../engine/zk/groth16/verify.ts';
import { publicInputs } from '../../engine/zk/statements.ts';
import { verifierOf } from '../../engine/zk/verifiers.ts';
import { ownershipClaim, transferClaim } from './claims.ts';

const { Fp, Fp2 } = bn254.fields;
const claim = ownershipClaim();
const { statement } = claim;
let proof: Uint8Array;
let points: ProofPoints;
beforeAll(async () => {
  proof = (await (await loadGroth16(join(import.meta.dirname, '../..'))).prove(claim))!;
  points = readProof(proof)!;
}, 120_000); // may compile the circuits first

/** 32 bytes, big-endian. */
const bytesOf = (value: bigint): number[] => (value.toString(16).padStart(64, '0').match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
const replaced = (at: number, bytes: readonly number[]): Uint8Array => Uint8Array.from(proof, (byte, i) => bytes[i - at] ?? byte);

it('snarkjs verifies what we verify, and refuses what we refuse', async () => {
  await curves.getCurveFromName('bn128', { singleThread: true });
  const { alpha, beta, gamma, delta, ic } = VERIFICATION_KEYS['address-ownership'];
  const pair = ([x0, x1, y0, y1]: readonly string[]): string[][] => [[x0, x1], [y0, y1], ['1', '0']];
  const key = { protocol: 'groth16', curve: 'bn128', nPublic: ic.length - 1, vk_alpha_1: [...alpha, '1'], vk_beta_2: pair(beta), vk_gamma_2: pair(gamma), vk_delta_2: pair(delta), IC: ic.map((point) => [...point, '1']) };
  const [a, b, c] = [points.a.toAffine(), points.b.toAffine(), points.c.toAffine()];
  const theirs = {
    protocol: 'groth16', curve: 'bn128',
    pi_a: [String(a.x), String(a.y), '1'], pi_b: [[String(b.x.c0), String(b.x.c1)], [String(b.y.c0), String(b.y.c1)], ['1', '0']], pi_c: [String(c.x), String(c.y), '1'],
  };
  const inputs = publicInputs(statement)!.map(String);
  expect(await groth16.verify(key, inputs, theirs)).toBe(true);
  expect(await groth16.verify(key, [inputs[0], String(BigInt(inputs[1]) + 1n)], theirs)).toBe(false);
});

describe('malleability', () => {
  it('the signs of A and B change together: both prove it, one can be written', () => {
    const { a, b, c } = points;
    expect(writeProof({ a: a.negate(), b: b.negate(), c })).toEqual(proof);
    expect(a.toAffine().y & 1n).toBe(0n);
    const onlyB = writeProof({ a, b: b.negate(), c });
    expect(groth16Verifier.verify(statement, onlyB)).toBe(false);
  });

  it('another proof of the same statement can be made without the witness, and is accepted: what is proved stays', () => {
    const s = 123_456_789n;
    const inverse = bn254.fields.Fr.inv(s);
    const other = writeProof({ a: points.a.multiply(s), b: points.b.multiply(inverse), c: points.c });
    expect(other).not.toEqual(proof);
    expect(groth16Verifier.verify(statement, other)).toBe(true);
    expect(groth16Verifier.verify(ownershipClaim(undefined, '00'.repeat(32)).statement, other)).toBe(false);
  });
});

describe('encodings', () => {
  it('what is read is written again, byte by byte', () => {
    expect(writeProof(points)).toEqual(proof);
  });

  it.each([
    ['x of A plus p', 0, () => bytesOf(points.a.toAffine().x + Fp.ORDER)],
    ['x of C plus p', 96, () => bytesOf(points.c.toAffine().x + Fp.ORDER)],
    ['x of A is p', 0, () => bytesOf(Fp.ORDER)],
    ['zeros for A', 0, () => bytesOf(0n)],
    ['an x of A that no point has', 0, () => bytesOf(Array.from({ length: 20 }, (_, i) => BigInt(i)).find((x) => !isSquare(Fp.add(Fp.pow(x, 3n), 3n)))!)],
    ['the second free bit of B', 32, () => [proof[32] | 0x40]],
    ['the first free bit in the second half of B', 64, () => [proof[64] | 0x80]],
  ] as const)('refused: %s', (_what, at, bytes) => {
    expect(readProof(replaced(at, bytes()))).toBeUndefined();
    expect(groth16Verifier.verify(statement, replaced(at, bytes()))).toBe(false);
  });

  it('refused: a point of the twist outside the subgroup', () => {
    const { b } = bn254.G2.Point.CURVE();
    for (let i = 1n, found = 0; found < 3; i++) {
      const x = Fp2.fromBigTuple([i, 1n]);
      const y = tryRoot(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      if (y === undefined) continue;
      const point = bn254.G2.Point.fromAffine({ x, y });
      if (point.isTorsionFree()) continue;
      found++;
      expect(readProof(writeProof({ ...points, b: point }))).toBeUndefined();
    }
  });
});

it('verdicts that are remembered are the same', () => {
  const remembering = verifierOf('groth16');
  for (let i = 0; i < 2; i++) {
    expect(remembering.verify(statement, proof)).toBe(true);
    expect(remembering.verify(transferClaim().statement, proof)).toBe(false);
    expect(remembering.verify(statement, replaced(5, [proof[5] ^ 1]))).toBe(false);
  }
});

const isSquare = (value: bigint): boolean => Fp.pow(value, (Fp.ORDER - 1n) / 2n) === 1n;
function tryRoot(value: ReturnType<typeof Fp2.create>): ReturnType<typeof Fp2.create> | undefined {
  try {
    return Fp2.sqrt(value);
  } catch {
    return undefined;
  }
}
