/** L7 over a real genesis and really executed rounds, with a fork; then one thing changed at a time. */
import { expect, test } from 'vitest';
import { executeRound } from '../../engine/chain/execute.ts';
import { makeGenesis, type Genesis } from '../../engine/chain/genesis.ts';
import type { Round } from '../../engine/chain/types.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { accounts } from '../../engine/ledgers/tables.ts';
import { Vm } from '../../engine/starw/execute.ts';
import type { LayeredState } from '../../engine/state/view.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import type { NodeFacts, RoundFacts, RunFacts } from '../../sim/invariants/invariant.ts';
import { Watch } from '../../sim/invariants/watch.ts';
import { GENESIS_BITS, GENESIS_TIME } from './scene.ts';

const made = makeGenesis({ timeSeconds: GENESIS_TIME, bits: GENESIS_BITS }, nobleCrypto);
const genesis = (made as Extract<typeof made, { ok: true }>).value;
const MINER = '42'.repeat(20);

interface Link {
  readonly facts: RoundFacts;
  readonly state: LayeredState;
}

/** Executes an empty round on `parent`; `forge` says something else in its first ledger block. */
function extend({ facts: parent, state }: Link, index: number, forge: Partial<Round['ledgers'][number]> = {}): Link {
  const environment = { params: genesis.params, genesisHash: genesis.hash, crypto: nobleCrypto, vm: new Vm() };
  const context = { parent: parent.round, miner: MINER, nowSeconds: GENESIS_TIME, blockHash: () => undefined };
  const result = executeRound(environment, context, state, []);
  if (!result.ok) throw new Error(result.error.code);
  const { ledgers, delta, commitments } = result.value;
  const header = { ...parent.round.header, number: parent.round.header.number + 1, miner: MINER };
  const round: Round = { hash: `${index}`.padStart(64, '0'), header, ledgers: [{ ...ledgers[0], ...forge }, ...ledgers.slice(1)], transactions: [] };
  return { facts: { index, parent, round, work: 0n, foundAtUs: 0 }, state: state.child(delta, commitments) };
}

const root: Link = { facts: { index: 0, parent: undefined, round: genesis.round, work: 0n, foundAtUs: 0 }, state: genesis.state };
const one = extend(root, 1);
const left = extend(one, 2);
const right = extend(extend(one, 3), 4);

const nodeAt = ({ facts: head, state }: Link, isolated = false, change: Partial<NodeFacts> = {}): NodeFacts => {
  const stateRoot = (i: number): string => head.round.ledgers[i].stateRoot;
  return { kind: 'full', honest: true, up: true, isolated, head, index: 0, state: () => state, stateRoot, ...change } as NodeFacts;
};
const run = (nodes: readonly NodeFacts[]): Watch => {
  const facts = { params: genesis.params, genesis: genesis satisfies Genesis, crypto: nobleCrypto, nodes, beyond: false } as unknown as RunFacts;
  const watch = new Watch(facts, ['L7']);
  watch.end();
  return watch;
};

/** A payment by an account that holds nothing. */
const secretKey = new Uint8Array(32).fill(9);
const unfunded = signTransaction(
  { nonce: 0, gasLimit: 21_000, gasPrice: 1n, payload: { kind: 'transfer', token: 'STR', to: MINER, amount: 1n } },
  { secretKey, publicKey: nobleCrypto.publicKey(secretKey) },
  genesis.hash,
  nobleCrypto,
);

test('each round is replayed once, each executor compared at its head', () => {
  const watch = run([nodeAt(left), nodeAt(left), nodeAt(right), nodeAt(right, true)]);
  expect(watch.violations()).toEqual([]);
  expect(watch.rows()[0].evaluated).toBe(4 + 3);
});

test.each([
  ['a witness lost a miner’s account', [nodeAt(left), nodeAt(left, true, { state: () => ({ get: (table, key) => (key === MINER ? undefined : left.state.get(table, key)) }) })], /^account:42.* as replayed from genesis/, /^absent$/],
  ['a node kept the state of another head', [nodeAt(left, false, { state: () => right.state })], / at round 2 /, /^[0-9a-f]+$/],
  ['a node’s root is another', [nodeAt(left, false, { stateRoot: () => 'else' })], /main state root [0-9a-f]{64} at round 2/, /^else$/],
  ['a round was accepted that cannot be executed', [nodeAt({ facts: { ...left.facts, round: { ...left.facts.round, transactions: [unfunded] } }, state: left.state })], /round 2 .* valid when replayed/, /invalid: transaction \(index 0, error overdraft\)/],
  ['a round carries another root', [nodeAt(extend(one, 5, { stateRoot: 'forged' }))], /main stateRoot forged of round 5/, /replayed: [0-9a-f]{64}/],
])('%s', (_when, nodes, expected, seen) => {
  const [violation] = run(nodes).violations();
  expect(violation).toMatchObject({ invariant: 'L7', expected: expect.stringMatching(expected), seen: expect.stringMatching(seen) });
});

test('at every fifth checkpoint a witness is made anew from its rows, and must be what it was', () => {
  const rebuilt = [0, 0];
  const watching = (same: boolean): Watch => {
    const node = (i: number): NodeFacts => nodeAt(left, true, { index: i, rebuild: () => (rebuilt[i]++, same) });
    const facts = { params: genesis.params, genesis, crypto: nobleCrypto, nodes: [nodeAt(left), node(0), node(1)], beyond: false } as unknown as RunFacts;
    const watch = new Watch(facts, ['L7']);
    for (let i = 0; i < 11; i++) watch.checkpoint();
    return watch;
  };
  expect(watching(true).violations()).toEqual([]);
  expect(rebuilt).toEqual([0, 2]);
  expect(watching(false).violations()[0]).toMatchObject({ invariant: 'L7', node: 1, expected: expect.stringMatching(/^the state that its rows give at round 2/), seen: 'another state' });
});

test('the scene is no empty one', () => expect(right.state.get(accounts, MINER)?.str).toBeGreaterThan(left.state.get(accounts, MINER)!.str));
