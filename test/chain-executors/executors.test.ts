/** Shared and isolated executors answer alike, on any tree, built by either, visited in any order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { accounts } from '../../engine/ledgers/tables.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { ExecutorBase } from '../../engine/chain/executor-base.ts';
import type { RoundRef } from '../../engine/chain/registry.ts';
import type { StateReader } from '../../engine/state/state.ts';
import { stateKey } from '../../engine/state/table.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { acts, gasLimitOf, type Act } from '../helpers/acts.ts';
import { ALICE, BOB, MINER, STRANGER, TestChain, forged } from '../helpers/fixtures.ts';
import { ChainWorld } from '../helpers/world.ts';

const MINERS = [MINER, BOB, STRANGER].map(({ account }) => account);

const signed = (world: ChainWorld, list: readonly Act[]): Transaction[] => {
  const chain = new TestChain({}, world.genesis);
  return list.map(({ on, gasPrice }) => {
    const { from, payload } = on(chain);
    return chain.sign(from, payload, { gasPrice, gasLimit: gasLimitOf(payload) });
  });
};
const roots = (executor: ExecutorBase, ref: RoundRef): string[] => LEDGERS.map((_, i) => executor.stateRoot(ref, i));

/** All that the acts may have written, by every key that any round's delta names. */
function dump(state: StateReader, world: ChainWorld): string[] {
  const keys = new Map<string, string>();
  for (const { ref } of world.registry.rounds) {
    for (const { table, key } of world.shared.resultOf(ref)?.delta.values() ?? []) {
      const value = state.get(table, key);
      keys.set(stateKey(table, key), value === undefined ? '-' : toHex(table.encode(value)));
    }
  }
  return [...keys].map(([key, value]) => `${key}=${value}`).sort();
}

const branchings = fc.array(fc.record({ parent: fc.nat(), miner: fc.nat(2), subset: fc.integer(), alone: fc.boolean() }), { minLength: 1, maxLength: 10 });

test('same verdicts, roots, results, built rounds and states; a rebuild from rows is the same state', () => {
  fc.assert(
    fc.property(acts, branchings, fc.array(fc.nat(), { maxLength: 12 }), (list, tree, jumps) => {
      const world = new ChainWorld();
      const { registry, shared } = world;
      const [builder, follower] = [world.isolated(), world.isolated()];
      const handles = signed(world, list).map((transaction) => registry.addTransaction(transaction));
      for (const { parent, miner, subset, alone } of tree) {
        const on = parent % registry.rounds.length;
        const chosen = handles.filter((_, i) => ((subset >> (i & 31)) & 1) === 1);
        const [first, second] = alone ? [builder, shared] : [shared, builder];
        const ref = first.build(on, MINERS[miner], world.clockAfter(on), chosen);
        expect(second.build(on, MINERS[miner], world.clockAfter(on), [...chosen].reverse())).toBe(ref);
      }
      for (const { ref } of registry.rounds.slice(1)) {
        expect(follower.headerError(ref)).toBeUndefined();
        expect(follower.execute(ref)).toBeUndefined();
        expect(roots(follower, ref)).toEqual(registry.rounds[ref].body.ledgers.map(({ stateRoot }) => stateRoot));
        expect(follower.resultOf(ref)?.receipts).toEqual(shared.resultOf(ref)?.receipts);
      }
      for (const jump of jumps) {
        const ref = jump % registry.rounds.length;
        const moved = dump(follower.stateAt(ref), world);
        expect(moved).toEqual(dump(shared.stateAt(ref), world));
        expect(roots(follower, ref)).toEqual(roots(shared, ref));
        if (jump % 3 === 0) {
          expect(follower.rebuild()).toBe(true);
          expect(dump(follower.stateAt(ref), world)).toEqual(moved);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('what is wrong with a round, both say, and in the same words', () => {
  const world = new ChainWorld();
  const chain = new TestChain({}, world.genesis);
  const pay = chain.sign(ALICE, { kind: 'transfer', token: 'STR', to: BOB.account, amount: 5n });
  const unsigned = forged(pay);
  const good = world.build(0, [pay]);
  const header = world.registry.rounds[good].header;
  const zeros = '00'.repeat(32);
  const table: [RoundRef, string][] = [
    [world.altered(good, { header: { number: 2 } }), 'number'],
    [world.altered(good, { header: { time: header.time - 30 } }), 'time-not-above-median'],
    [world.altered(good, { header: { bits: 0x207ffffe } }), 'target'],
    [world.altered(good, { header: { seal: new Uint8Array(32) } }), 'seal'],
    [world.altered(good, { header: { orderRoot: zeros } }), 'body-mismatch'],
    [world.altered(good, { ledger: { stateRoot: zeros } }), 'state-root'],
    [world.altered(good, { ledger: { receiptsRoot: zeros } }), 'receipts-root'],
    [world.altered(good, { ledger: { previous: zeros } }), 'ledger-link'],
    [world.build(0, [unsigned], BOB.account), 'transaction'],
  ];
  const [isolated, other] = [world.isolated(), world.isolated()];
  for (const [ref, code] of table) {
    expect(isolated.execute(ref)?.code, code).toBe(code);
    expect(other.execute(good)).toBeUndefined();
    expect(other.execute(ref)).toEqual(isolated.execute(ref));
    if (code !== 'transaction') expect(world.shared.execute(ref)).toEqual(isolated.execute(ref)); // it built the last one itself
  }
  expect(isolated.execute(good)).toBeUndefined(); // failures left nothing behind
  expect(roots(isolated, good)).toEqual(roots(world.shared, good));
});

test('each distinct round is executed once; pruned states go, later ones and genesis stay', () => {
  const world = new ChainWorld();
  const rounds = world.extend(0, 6);
  const before = world.shared.executions;
  for (const ref of rounds) world.shared.execute(ref);
  expect(world.shared.executions).toBe(before);
  world.shared.prune(4);
  expect(() => world.shared.stateAt(rounds[2])).toThrow('no state');
  for (const ref of [0, ...rounds.slice(3)]) expect(world.shared.stateAt(ref).get(accounts, ALICE.account)).toBeDefined();
  expect(world.build(rounds[5])).toBe(7);
  expect(world.shared.proveAccount(rounds[2], ALICE.account)).toBeUndefined();
});

test('an account proof holds for its value under its header, and for nothing else', () => {
  const world = new ChainWorld();
  const chain = new TestChain({}, world.genesis);
  const one = world.build(0, [chain.sign(ALICE, { kind: 'transfer', token: 'STR', to: BOB.account, amount: 5n })]);
  const header = world.registry.rounds[one].header;
  for (const [account, there] of [[ALICE.account, true], [STRANGER.account, false]] as const) {
    const proof = world.shared.proveAccount(one, account)!;
    const isolated = world.isolated();
    isolated.execute(one);
    expect(isolated.proveAccount(one, account)).toEqual(proof);
    const check = (change: Partial<typeof proof>, under = header, of: string = account): boolean => world.shared.verifyAccount(under, of, { ...proof, ...change });
    expect([check({}), proof.value !== undefined]).toEqual([true, there]);
    const value = there ? proof.value!.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) : Uint8Array.of(1);
    expect(check({ value })).toBe(false);
    expect(check({ value: there ? undefined : world.shared.proveAccount(one, ALICE.account)!.value })).toBe(false);
    expect(check({}, world.registry.rounds[0].header)).toBe(false);
    expect(check({ ledgerHeader: world.registry.rounds[0].body.ledgers[0] })).toBe(false);
    expect(check({ ledgerHeader: world.registry.rounds[one].body.ledgers[1] })).toBe(false);
    expect(check({}, header, BOB.account)).toBe(false);
    proof.proof.steps.forEach((_, at) => {
      const steps = proof.proof.steps.map((step, i) => (i === at ? { ...step, siblings: step.siblings.map((byte) => byte ^ 1) } : step));
      expect(check({ proof: { ...proof.proof, steps } })).toBe(false);
    });
  }
});
