/** Shielded transfers on the main ledger, round by round, each also by the reference model; under either prover. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureCode, Receipt } from '../../engine/chain/types.ts';
import { loadGroth16, type AsyncProver } from '../../engine/host/groth16.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { shieldedStatement } from '../../engine/ledgers/main/shielded.ts';
import { SHIELDED_POOL } from '../../engine/ledgers/protocol-accounts.ts';
import { notes, nullifiers, shieldedTotal } from '../../engine/ledgers/tables.ts';
import { GAS, UNIT } from '../../engine/params/params.ts';
import type { ProverName } from '../../engine/params/zk.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { encodeReceipt } from '../../engine/chain/receipt.ts';
import type { Field } from '../../engine/zk/field.ts';
import { commitmentOf, nullifierOf, type Note } from '../../engine/zk/note.ts';
import { stubProver } from '../../engine/zk/stub.ts';
import { diffDelta } from '../../sim/invariants/reference/compare.ts';
import { ReferenceModel } from '../../sim/invariants/reference/model.ts';
import { ALICE, BOB, crypto, FUNDS, TestChain, type Key } from '../helpers/fixtures.ts';
import { ALICE as ALICES, BOB as BOBS, note } from '../zk/claims.ts';

type Shielded = Extract<Payload, { kind: 'shielded_transfer' }>;

/** What is asked for; `secret` opens `spent`. The proof is `prover`'s for `context`, by default the sender's own. */
interface Wish {
  readonly secret?: Field;
  readonly spent?: Note;
  readonly ring?: readonly Note[];
  readonly outputs: readonly Note[];
  readonly deposit?: bigint;
  readonly withdrawal?: bigint;
}

class Pool {
  readonly chain: TestChain;
  private readonly prover: AsyncProver;
  private model: ReferenceModel;

  constructor(proofs: ProverName, prover: AsyncProver) {
    this.chain = new TestChain({ params: { proofs } });
    this.prover = prover;
    this.model = ReferenceModel.genesis(this.chain.genesis, crypto);
  }

  async payload(from: Key, { secret = ALICES, spent = note(0n, secret, 1_000), ring = spent.value === 0n ? [] : [spent], outputs, deposit = 0n, withdrawal = 0n }: Wish): Promise<Shielded> {
    const fields = { kind: 'shielded_transfer', ring: ring.map(commitmentOf), nullifier: nullifierOf(secret, commitmentOf(spent)), outputs: outputs.map(commitmentOf), deposit, withdrawal } as const;
    const statement = shieldedStatement(fields, from.account, this.chain.genesis.hash, crypto);
    const proof = await this.prover.prove({ statement, witness: { secret, value: spent.value, blinding: spent.blinding, outputs } });
    return { ...fields, proof: proof ?? new Uint8Array(128) };
  }

  run(from: Key, payload: Payload): Receipt {
    const receipt = this.chain.run(from, payload, { gasLimit: 3_000_000 });
    const told = this.model.apply(this.chain.rounds.at(-1)!);
    if (!told.valid) throw new Error(told.detail);
    expect(told.outcomes).toMatchObject([{ refusal: receipt.status === 'success' ? undefined : receipt.status, gas: receipt.gasUsed }]);
    expect(diffDelta(told, this.chain.last.delta, this.model)).toEqual([]);
    this.model = told.model;
    return receipt;
  }

  async does(from: Key, wish: Wish): Promise<Receipt> {
    return this.run(from, await this.payload(from, wish));
  }

  str(account: string): bigint {
    return accountOf(this.chain.state, account).str;
  }
}

const SYNC: AsyncProver = { prove: async (claim) => stubProver.prove(claim) };
const stubPool = (): Pool => new Pool('stub', SYNC);

/** Alice deposits 100 STR as two notes of 60 and 40. */
const SIXTY = note(60n * UNIT, ALICES, 1);
const FORTY = note(40n * UNIT, ALICES, 2);
const DEPOSIT: Wish = { outputs: [SIXTY, FORTY], deposit: 100n * UNIT };
/** She pays Bob 25 out of the 60. */
const PAID = note(25n * UNIT, BOBS, 3);
const REST = note(35n * UNIT, ALICES, 4);
const PAYMENT: Wish = { spent: SIXTY, ring: [FORTY, SIXTY], outputs: [PAID, REST] };

describe.each<ProverName>(['stub', 'groth16'])('under %s', (proofs) => {
  let prover: AsyncProver;
  beforeAll(async () => {
    prover = proofs === 'stub' ? SYNC : await loadGroth16(join(import.meta.dirname, '../..'));
  }, 120_000); // may compile the circuits first

  test('STR goes in, from hand to hand, and out; nothing more and nothing less', async () => {
    const pool = new Pool(proofs, prover);
    const first = await pool.does(ALICE, DEPOSIT);
    expect(first).toMatchObject({ status: 'success', prover: proofs, gasUsed: GAS.base + GAS.proof + 20_000, touched: [] });
    expect(first.events).toMatchObject([{ type: 'shielded', account: ALICE.account, deposit: 100n * UNIT, withdrawal: 0n }]);
    expect(pool.str(ALICE.account)).toBe(FUNDS - 100n * UNIT - first.fee);
    expect(await pool.does(ALICE, PAYMENT)).toMatchObject({ status: 'success', prover: proofs });
    expect(pool.str(SHIELDED_POOL)).toBe(100n * UNIT);
    const out: Wish = { secret: BOBS, spent: PAID, ring: [PAID, REST, FORTY, SIXTY], outputs: [note(5n * UNIT, BOBS, 5), note(0n, BOBS, 6)], withdrawal: 20n * UNIT };
    const last = await pool.does(BOB, out);
    expect(last.status).toBe('success');
    expect([pool.str(SHIELDED_POOL), pool.str(BOB.account)]).toEqual([80n * UNIT, FUNDS + 20n * UNIT - last.fee]);
    const { state } = pool.chain;
    expect(state.get(shieldedTotal, 'total')).toBe(80n * UNIT);
    expect(state.get(nullifiers, nullifierOf(ALICES, commitmentOf(SIXTY)))).toBe(2);
    expect([SIXTY, FORTY, PAID, REST].map((each) => state.get(notes, commitmentOf(each)))).toEqual([1, 1, 2, 2]);
  });

  test('a proof that is nobody’s is refused, and the receipt says by whom', async () => {
    const pool = new Pool(proofs, prover);
    await pool.does(ALICE, DEPOSIT);
    const stolen = await pool.payload(ALICE, PAYMENT);
    const receipt = pool.run(BOB, stolen);
    expect(receipt).toMatchObject({ status: 'proof-refused', prover: proofs, events: [] });
    expect(encodeReceipt(receipt).at(-1)).toBe(proofs === 'stub' ? 1 : 2);
    expect(pool.run(ALICE, { ...stolen, withdrawal: 1n }).status).toBe('proof-refused');
    expect(pool.run(ALICE, stolen).status).toBe('success');
  });
});

describe('what fails', () => {
  const given = async (): Promise<Pool> => {
    const pool = stubPool();
    for (const wish of [DEPOSIT, PAYMENT]) expect((await pool.does(ALICE, wish)).status).toBe('success');
    return pool;
  };
  const fresh = [note(30n * UNIT, BOBS, 7), note(30n * UNIT, ALICES, 8)];
  test.each<[string, Wish, FailureCode, Partial<Receipt>]>([
    ['spending nothing again', { outputs: fresh, deposit: 60n * UNIT }, 'nullifier-spent', { prover: undefined }],
    ['spending a note again', { spent: SIXTY, ring: [SIXTY], outputs: fresh }, 'nullifier-spent', { prover: undefined }],
    ['the same in another ring', { spent: SIXTY, ring: [REST, SIXTY, FORTY], outputs: fresh }, 'nullifier-spent', { prover: undefined }],
    ['a note that was never made', { spent: note(60n * UNIT, ALICES, 9), outputs: fresh }, 'not-found', { prover: undefined }],
    ['a decoy that was never made', { spent: FORTY, ring: [FORTY, fresh[0]], outputs: [note(40n * UNIT, BOBS, 9), note(0n, BOBS, 10)] }, 'not-found', { prover: undefined }],
    ['making a note that there is', { spent: FORTY, outputs: [FORTY, note(0n, BOBS, 10)] }, 'already-exists', { prover: undefined }],
    ['making one note twice', { spent: FORTY, outputs: [note(20n * UNIT, BOBS, 9), note(20n * UNIT, BOBS, 9)] }, 'already-exists', { prover: undefined }],
    ['more than the note is worth', { spent: FORTY, outputs: [note(41n * UNIT, BOBS, 9), note(0n, BOBS, 10)] }, 'proof-refused', { prover: 'stub' }],
    ['depositing more than there is', { spent: note(0n, ALICES, 1_001), outputs: [note(FUNDS, ALICES, 9), note(0n, BOBS, 10)], deposit: FUNDS }, 'value-not-covered', { prover: 'stub' }],
  ])('%s', async (_title, wish, status, rest) => {
    const pool = await given();
    expect(await pool.does(ALICE, wish)).toMatchObject({ status, events: [], touched: [], ...rest });
    expect([...pool.chain.last.delta.keys()].filter((key) => !key.startsWith('account:'))).toEqual([]);
    expect(pool.str(SHIELDED_POOL)).toBe(100n * UNIT);
  });
});
