/** Shielded transfers: notes by their commitments, under a proof (D33). */
import { FIELD_ORDER, OUTPUT_COUNT, PROOF_BYTES, RING_SIZE } from '../../params/zk.ts';
import type { Reader } from '../../primitives/codec.ts';
import type { Hash } from '../transaction.ts';
import type { PayloadCodecs } from './codec.ts';
import { readHash, writeHex } from './fields.ts';

/** Equally long texts compare as their numbers do. */
const ORDER = FIELD_ORDER.toString(16);

/** An element of the field. A larger number would be a second name for one, and its nullifier a second one. */
function readElement(input: Reader): Hash {
  const start = input.offset;
  const element = readHash(input);
  return element < ORDER ? element : input.fail('not below the order of the field', start);
}

export const shieldedCodecs: PayloadCodecs<'shielded_transfer'> = {
  shielded_transfer: {
    write({ ring, nullifier, outputs, deposit, withdrawal, proof }, out) {
      out.u8(ring.length);
      for (const element of [...ring, nullifier, ...outputs]) writeHex(element, out);
      out.u64(deposit).u64(withdrawal).bytes(proof);
    },
    read(input) {
      const count = input.u8();
      if (count > RING_SIZE) input.fail(`${count} notes where at most ${RING_SIZE} may stand`, input.offset - 1);
      const elements = (length: number): Hash[] => Array.from({ length }, () => readElement(input));
      return {
        kind: 'shielded_transfer',
        ring: elements(count),
        nullifier: readElement(input),
        outputs: elements(OUTPUT_COUNT),
        deposit: input.u64(),
        withdrawal: input.u64(),
        proof: input.bytes(PROOF_BYTES),
      };
    },
  },
};
