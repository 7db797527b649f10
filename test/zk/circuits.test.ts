/// <reference path="../../engine/host/snarkjs.d.ts" />
/** The circuits beside the plain code: a claim is true in both or in neither. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { wtns, type Memory } from 'snarkjs';

import { beforeAll, describe, expect, it } from 'vitest';
import { inputsOf } from '../../engine/host/groth16.ts';
import { fieldOf, type Field } from '../../engine/zk/field.ts';
import { KEYS_SHA256 } from '../../engine/zk/groth16/keys.ts';
import { poseidonOf, type Note } from '../../engine/zk/note.ts';
import { holds, type Claim, type TransferWitness } from '../../engine/zk/statements.ts';
import { ALICE, BOB, EMPTY_RING, FALSE_CLAIMS, note, ORDER, transferClaim, TRUE_CLAIMS, U64_MAX } from './claims.ts';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
beforeAll(async () => {
  const { compiled } = (await import(pathToFileURL(join(ROOT, 'engine/zk/circuits/build.mjs')).href)) as { compiled(): string };
  folder = compiled();
}, 120_000);

/** Whether the circuit has a witness with these signals; what it says to itself of a failed assertion is not shown. */
async function satisfied(claim: Claim): Promise<boolean> {
  const program: Memory = { type: 'mem', data: new Uint8Array(readFileSync(join(folder, `${claim.statement.type}.wasm`))) };
  try {
    await wtns.calculate(inputsOf(claim), program, { type: 'mem' });
    return true;
  } catch {
    return false;
  }
}

describe('circuits', () => {
  it.each(Object.entries(TRUE_CLAIMS))('hold for %s', async (_name, claim) => {
    expect(await satisfied(claim)).toBe(true);
  });

  /** What only the verifier refuses, before it comes to a circuit: numbers of inputs, and how they are written. */
  const unwritten = new Set(['a ring that is too small', 'an output too few', 'a context that is no element']);
  it.each(Object.entries(FALSE_CLAIMS).filter(([name]) => !unwritten.has(name)))('do not hold for %s', async (_name, claim) => {
    expect(await satisfied(claim)).toBe(false);
  });

  it('agree with the plain code on random claims, half of them with something changed', async () => {
    const amount = fc.constantFrom(0n, 1n, 40n, U64_MAX - 1n, U64_MAX, U64_MAX + 1n, ORDER - 1n);
    const anyNote = fc.record({ value: amount, secret: fc.constantFrom(ALICE, BOB), blinding: fc.nat(3) }).map(({ value, secret, blinding }): Note => note(value, secret, blinding));
    const parts = fc.record({ secret: fc.constantFrom(ALICE, BOB), spent: anyNote, outputs: fc.tuple(anyNote, anyNote), deposit: amount, withdrawal: amount, inRing: fc.boolean() });
    const balanced = fc.tuple(parts, fc.boolean()).map(([{ secret, spent, outputs, deposit, withdrawal, inRing }, mend]) => {
      const value = spent.value > U64_MAX ? 40n : spent.value;
      const whole = mend ? { secret, spent: { ...note(value, secret, 9) }, outputs: [note(value, BOB, 1), note(0n, ALICE, 2)], deposit: 0n, withdrawal: 0n } : { secret, spent, outputs, deposit, withdrawal };
      return transferClaim({ ...whole, ...(inRing ? {} : { ring: EMPTY_RING }) });
    });
    let both = 0;
    await fc.assert(
      fc.asyncProperty(balanced, fc.constantFrom<Partial<TransferWitness>>({}, { value: 1n }, { secret: BOB as Field }), async (claim, change) => {
        const changed: Claim = { ...claim, witness: { ...claim.witness, ...change } };
        const plain = holds(changed);
        // The verifier sees to it that public amounts fit 64 bits; the circuit need not.
        const written = claim.statement.deposit <= U64_MAX && claim.statement.withdrawal <= U64_MAX;
        if (plain) both++;
        expect(written ? await satisfied(changed) : false).toBe(plain);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(both).toBeGreaterThan(3);
  });
});

it('Poseidon gives what circomlib gives', () => {
  // circomlib 2.0.5, test/poseidoncircuit.js; for one and three inputs poseidon-lite 0.3.0, which has the same constants.
  expect(poseidonOf(1n)).toBe(18586133768512220936620570745912940619677854269274689475585506675881198879027n);
  expect(poseidonOf(1n, 2n)).toBe(7853200120776062878684798364095072458815029376092732009249414926327459813530n);
  expect(poseidonOf(1n, 2n, 3n)).toBe(6542985608222806190361240322586112750744169038454362455181422643027100751666n);
  expect(fieldOf(255n)).toBe(`${'0'.repeat(62)}ff`);
});

it('the verification keys are those of the checked hash', () => {
  const text = readFileSync(join(ROOT, 'engine/zk/groth16/keys.ts'), 'utf8');
  const table = text.slice(text.indexOf('export const VERIFICATION_KEYS'));
  expect(createHash('sha256').update(table).digest('hex')).toBe(KEYS_SHA256);
});
