/** Shielded transfers of the workload: planned alike by everybody, as expected on any branches, and worth what the pool holds. */
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { SHIELDED_POOL } from '../../engine/ledgers/protocol-accounts.ts';
import { notes, nullifiers } from '../../engine/ledgers/tables.ts';
import { RING_SIZE } from '../../engine/params/zk.ts';
import { addressOf, commitmentOf, nullifierOf } from '../../engine/zk/note.ts';
import { holds, type Claim, type TransferStatement } from '../../engine/zk/statements.ts';
import { seedKey } from '../../sim/kernel/draw.ts';
import { planOf, stepsBound, type Step } from '../../sim/workload/shielded-plan.ts';
import { crypto } from '../helpers/fixtures.ts';
import { kind, run, scenario, steady, workloadOf } from './little-chain.ts';

const SCENARIO = scenario([kind('shielded_transfer', 3), kind('transfer', 1, 'STR')], [steady(900, 0.5)]);

function stepsOf(count: number, seed = '1'): Step[] {
  const { accounts, genesis } = workloadOf(SCENARIO, {}, seed);
  const plan = planOf(accounts, genesis.hash, crypto, seedKey(seed, crypto));
  return Array.from({ length: count }, () => plan.next());
}

describe('the plan', () => {
  const steps = stepsOf(120);

  test('is true step by step, and false where a proof is stolen', () => {
    for (const { claim, payload } of steps) {
      expect(holds(claim)).toBe(true);
      expect(payload.ring.length === 0 || payload.ring.length === RING_SIZE).toBe(true);
    }
    const once = new Set(steps.flatMap(({ payload }) => payload.outputs));
    expect(once.size).toBe(2 * steps.length);
    expect(steps.filter(({ theft }) => theft).length).toBeGreaterThan(2);
    expect(steps.length - new Set(steps.map(({ payload }) => payload.nullifier)).size).toBeGreaterThan(1); // notes that are spent twice
  });

  test('follows from the seed alone', () => {
    const outputs = (list: readonly Step[]): readonly (readonly string[])[] => list.map(({ payload }) => payload.outputs);
    expect(outputs(stepsOf(40))).toEqual(outputs(steps.slice(0, 40)));
    expect(outputs(stepsOf(40, '2'))).not.toEqual(outputs(steps.slice(0, 40)));
  });
});

test.each([0, 1, 2])('every outcome is expected, and the notes that can still be spent are worth what the pool holds (branches %i)', (branches) => {
  const built = workloadOf(SCENARIO, { finalityDepth: 8 });
  const head = run(built, 40, 8, (number) => (branches === 0 ? 0 : [0, 3, 0, 1, 5][(number * branches) % 5]));
  const { statistics } = built.workload;
  expect(statistics.unexpected).toEqual([]);
  const tally = statistics.kinds.get('shielded_transfer')!;
  expect(tally.succeeded).toBeGreaterThan(30);
  expect(tally.failed).toBeGreaterThan(0);

  const { state } = head;
  const claims = stepsOf(stepsBound(SCENARIO)).map(({ claim }) => claim as Extract<Claim, { statement: TransferStatement }>);
  const secretOf = new Map(claims.map(({ witness: { secret } }) => [addressOf(secret), secret]));
  const unspent = claims
    .flatMap(({ witness }) => witness.outputs)
    .filter((note) => {
      const commitment = commitmentOf(note);
      const secret = secretOf.get(note.address);
      return state.get(notes, commitment) !== undefined && (secret === undefined || state.get(nullifiers, nullifierOf(secret, commitment)) === undefined);
    });
  expect(accountOf(state, SHIELDED_POOL).str).toBe(unspent.reduce((sum, { value }) => sum + value, 0n));
});
