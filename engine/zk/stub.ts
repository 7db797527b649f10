/**
 * The stub: no proof at all. It checks the witness when it proves, and then writes a hash of the statement, which anyone
 * could write: it keeps honest programs honest and stops nobody. It is for simulations, whose question is not whether
 * bn254 is sound; they charge the time that the real prover takes (`params/zk.ts`). Whatever used it says so by name.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { PROOF_BYTES } from '../params/zk.ts';
import { equalBytes, utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import type { Prover } from './prover.ts';
import { holds, publicInputs, type Statement } from './statements.ts';
import { fieldOf } from './field.ts';

/** Stands at the beginning of every such proof, for who looks at bytes: 32 of them. */
const MARK = utf8('stratus stub: this proves nothing');

/** The mark's first 32 bytes, then 96 that follow from the statement: SHA-256 of it behind 0, 1 and 2. */
function write(statement: Statement): Uint8Array | undefined {
  const inputs = publicInputs(statement);
  if (inputs === undefined) return undefined;
  const out = new Writer(PROOF_BYTES).bytes(MARK.subarray(0, 32));
  for (let part = 0; part < 3; part++) {
    const text = new Writer(512).u8(part).blob16(utf8(statement.type));
    for (const input of inputs) text.hex(fieldOf(input));
    out.bytes(sha256(text.written));
  }
  return out.finish();
}

export const stubProver: Prover = {
  name: 'stub',
  prove: (claim) => (holds(claim) ? write(claim.statement) : undefined),
  verify(statement, proof) {
    const expected = write(statement);
    return expected !== undefined && equalBytes(expected, proof);
  },
};
