/** Shielded transfers for tests, under the stub. */
import { shieldedStatement } from '../../engine/ledgers/main/shielded.ts';
import type { Hash, Payload } from '../../engine/tx/transaction.ts';
import type { Field } from '../../engine/zk/field.ts';
import { commitmentOf, nullifierOf, type Note } from '../../engine/zk/note.ts';
import { stubProver } from '../../engine/zk/stub.ts';
import { crypto, type Key } from './fixtures.ts';

/** What is asked for; `secret` opens `spent`, which is hidden in no ring but its own. */
export interface Wish {
  readonly secret: Field;
  readonly spent: Note;
  readonly outputs: readonly Note[];
  readonly deposit?: bigint;
  readonly withdrawal?: bigint;
}

/** Proved for `from`. The claim must be true. */
export function shieldedPayload(from: Key, genesisHash: Hash, { secret, spent, outputs, deposit = 0n, withdrawal = 0n }: Wish): Extract<Payload, { kind: 'shielded_transfer' }> {
  const commitment = commitmentOf(spent);
  const fields = { kind: 'shielded_transfer', ring: spent.value === 0n ? [] : [commitment], nullifier: nullifierOf(secret, commitment), outputs: outputs.map(commitmentOf), deposit, withdrawal } as const;
  const statement = shieldedStatement(fields, from.account, genesisHash, crypto);
  const proof = stubProver.prove({ statement, witness: { secret, value: spent.value, blinding: spent.blinding, outputs } });
  return { ...fields, proof: proof! };
}
