/** What a node adds to its parts: sender bans, crashes, the light client. */
import { describe, expect, test } from 'vitest';
import { MESSAGE, message } from '../../engine/p2p/messages.ts';
import { BAN_US } from '../../engine/p2p/peers.ts';
import { SENDER_OFFENCES } from '../../engine/node/sender-offences.ts';
import type { AccountProof } from '../../engine/chain/executor.ts';
import { ALICE, BOB, FUNDS, STRANGER, TestChain, type Key, forged } from '../helpers/fixtures.ts';
import { Mesh } from '../helpers/mesh.ts';

const signer = (mesh: Mesh) => {
  const chain = new TestChain({}, mesh.world.genesis);
  return (from: Key, nonce: number, amount = 1n) => chain.sign(from, { kind: 'transfer', token: 'STR', to: BOB.account, amount }, { nonce });
};

test('signed offences ban their sender here, not elsewhere, for a time; bad signatures and known ones ban nobody (D16)', () => {
  const mesh = new Mesh();
  const [here, there] = [mesh.add(), mesh.add()];
  const sign = signer(mesh);
  const good = sign(ALICE, 0);
  expect(mesh.submit(here, good)).toBe('ok');
  for (let i = 0; i < 15; i++) {
    expect(mesh.submit(here, good)).toBe('known');
    expect(mesh.submit(here, forged(good, 1 + i))).toBe('bad-signature');
  }
  for (let i = 0; i < SENDER_OFFENCES; i++) expect(mesh.submit(here, sign(ALICE, 1, 2n * FUNDS + BigInt(i)))).toBe('overdraft');
  expect(mesh.submit(here, sign(ALICE, 1))).toBe('sender-banned'); // a good one, too
  expect(mesh.submit(there, good)).toBe('ok');
  expect(mesh.submit(here, sign(BOB, 0))).toBe('ok');
  mesh.run(BAN_US - mesh.nowUs - 1);
  expect(mesh.submit(here, sign(ALICE, 1, 2n))).toBe('sender-banned');
  mesh.run(1);
  expect(mesh.submit(here, sign(ALICE, 1, 3n))).toBe('ok');
});

describe('a crash', () => {
  test('keeps rounds, head and the transactions in them; pool, peers and what was being fetched are gone', () => {
    const mesh = new Mesh();
    const [node, peer] = [mesh.add({}, mesh.world.isolated()), mesh.add()];
    mesh.connect(node, peer);
    const sign = signer(mesh);
    mesh.submit(node, sign(ALICE, 0));
    const head = mesh.win(node);
    mesh.submit(node, sign(ALICE, 1));
    mesh.step(node, (n) => n.crash());
    const { chain, pool, peers, gossip } = mesh.nodes[node];
    expect([chain.head, pool.count, peers.count, gossip.have.has(0), gossip.have.has(1)]).toEqual([head, 0, 0, true, false]);
    mesh.disconnect(peer, node);
    mesh.connect(node, peer);
    expect(mesh.submit(node, sign(ALICE, 1))).toBe('ok');
    mesh.win(node);
    mesh.run();
    expect([mesh.nodes[peer].chain.head, mesh.nodes[node].pool.count]).toEqual([chain.head, 0]);
  });

  test.each([['shared', false], ['isolated', true]])('of a light node needs no state at its head (%s executor)', (_, alone) => {
    const mesh = new Mesh();
    const [full, light] = [mesh.add({}, mesh.world.isolated()), mesh.add({ kind: 'light' }, alone ? mesh.world.isolated() : mesh.world.shared)];
    mesh.connect(full, light);
    mesh.win(full);
    mesh.run();
    mesh.step(light, (n) => n.crash());
    expect([mesh.nodes[light].chain.head, mesh.nodes[light].pool.count]).toEqual([1, 0]);
  });
});

describe('a light node follows headers, asks for its account at each head, and believes only what the header proves', () => {
  const proofs = (mesh: Mesh): boolean[] => mesh.told.flatMap((tell) => (tell.type === 'proved' ? [tell.ok] : []));

  test.each<[string, (proof: AccountProof, other: AccountProof) => AccountProof, boolean]>([
    ['honest', (proof) => proof, true],
    ['another value', (proof, other) => ({ ...proof, value: other.value }), false],
    ['says there is no such account', (proof) => ({ ...proof, value: undefined }), false],
    ['an older state', (_, other) => other, false],
    ['a step altered', (proof) => ({ ...proof, proof: { ...proof.proof, steps: proof.proof.steps.map((step, i) => (i === 0 ? { ...step, position: step.position ^ 1 } : step)) } }), false],
  ])('%s', (_, alter, ok) => {
    const mesh = new Mesh();
    const [full, light] = [mesh.add({ account: STRANGER.account }), mesh.add({ kind: 'light', account: STRANGER.account })];
    mesh.connect(full, light);
    mesh.run();
    mesh.win(full); // pays STRANGER
    mesh.passes = ({ type }) => type !== 'proof';
    mesh.run();
    mesh.win(full);
    mesh.run();
    const answers = mesh.sent.filter(({ type }) => type === 'proof').map(({ message: { detail } }) => detail as AccountProof);
    expect(mesh.types(light, full).filter((type) => type === 'proofRequest')).toHaveLength(2);
    mesh.say(full, light, message(MESSAGE.proof, undefined, 2, undefined, alter(answers[1], answers[0])));
    mesh.say(full, light, message(MESSAGE.proof, undefined, 2, undefined, answers[1])); // unasked
    expect([mesh.nodes[light].chain.head, proofs(mesh), answers.length]).toEqual([2, [ok], 2]);
  });

  test('it asks whoever told it of the round, not whom it has just told itself', () => {
    const mesh = new Mesh();
    const [idle, full, light] = [mesh.add(), mesh.add(), mesh.add({ kind: 'light' })];
    mesh.connect(idle, light, full);
    mesh.run();
    mesh.win(full);
    mesh.run();
    expect([mesh.types(light, full).includes('proofRequest'), mesh.types(light, idle).includes('proofRequest'), proofs(mesh)]).toEqual([true, false, [true]]);
  });
});
