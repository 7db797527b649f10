import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { MESSAGE, message } from '../../engine/p2p/messages.ts';
import { REQUEST_TIMEOUT_US } from '../../engine/p2p/tx-gossip.ts';
import { TxSet } from '../../engine/chain/tx-set.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { ALICE, BOB, CAROL, DAVE, TestChain, forged } from '../helpers/fixtures.ts';
import { BATCH_US, Mesh, type Sent } from '../helpers/mesh.ts';

const payments = (mesh: Mesh, count: number): Transaction[] => {
  const chain = new TestChain({}, mesh.world.genesis);
  return Array.from({ length: count }, (_, i) => chain.sign([ALICE, BOB, CAROL, DAVE][i % 4], { kind: 'transfer', token: 'STR', to: BOB.account, amount: 1n }));
};
/** Node 0 in the middle of `leaves` others. */
function star(leaves: number): Mesh {
  const mesh = new Mesh();
  for (let i = 0; i <= leaves; i++) mesh.add();
  for (let i = 1; i <= leaves; i++) mesh.connect(0, i);
  mesh.run();
  mesh.sent.length = 0;
  return mesh;
}

test('at the next batch tick: pushed whole to eight peers, announced to the others, who fetch it after one batch of waiting', () => {
  const mesh = star(11);
  mesh.run(BATCH_US / 4);
  expect(mesh.submit(0, payments(mesh, 1)[0])).toBe('ok');
  mesh.run();
  const first = mesh.sent.filter(({ from }) => from === 0).slice(0, 11);
  expect(first.map(({ atUs }) => atUs % BATCH_US)).toEqual(Array(11).fill(0));
  expect(first.map(({ type }) => type).sort()).toEqual([...Array(8).fill('transactions'), ...Array(3).fill('txAnnounce')]);
  const announcedTo = first.filter(({ type }) => type === 'txAnnounce').map(({ to }) => to).sort();
  const requests = mesh.sent.filter(({ type }) => type === 'txRequest');
  expect(requests.map(({ from }) => from).sort()).toEqual(announcedTo);
  for (const { atUs } of requests) expect(atUs - first[0].atUs).toBe(2 * BATCH_US); // noted at one tick, fetched at the next
  expect(mesh.nodes.map(({ pool }) => pool.count)).toEqual(Array(12).fill(1));
  expect(mesh.sent.filter(({ type, from }) => type !== 'txRequest' && from !== 0)).toEqual([]); // nothing is said back to whom it came from
  mesh.sent.length = 0;
  mesh.step(0, (node) => node.gossip.addFresh(TxSet.of([0]))); // as after a reorganisation
  mesh.run();
  expect(mesh.sent).toEqual([]); // all are known to know it
});

test('a peer that comes up is told what is pooled; light ones are told nothing', () => {
  const mesh = new Mesh();
  const [full, light, late] = [mesh.add(), mesh.add({ kind: 'light' }), mesh.add()];
  for (const tx of payments(mesh, 3)) mesh.submit(full, tx);
  mesh.connect(light, full, late);
  mesh.run();
  expect([mesh.nodes[late].pool.count, mesh.types(full, light).filter((type) => type.startsWith('t'))]).toEqual([3, []]);
});

describe('an announcer that does not answer', () => {
  test.each([
    ['silent', false, 0],
    ['silent', false, 1],
    ['gone', true, 0],
    ['gone', true, 1],
  ])('is %s: the next announcer is asked (gone %s, after %i ticks)', (_, hangsUp, ticks) => {
    const mesh = star(2); // 1 and 2 both announce to 0
    for (let i = 0; i < ticks; i++) {
      mesh.step(0, (node, _clock, _now) => node.gossip.tick()); // whom it asks first goes round
    }
    const [tx] = payments(mesh, 1);
    const handle = mesh.world.registry.addTransaction(tx);
    let first: Sent | undefined;
    mesh.passes = (sent) => {
      if (sent.type === 'txRequest') first ??= sent;
      return sent.type !== 'transactions' || sent.from !== first?.to;
    };
    for (const peer of [1, 2]) {
      mesh.nodes[peer].gossip.have.add(handle);
      mesh.say(peer, 0, message(MESSAGE.txAnnounce, TxSet.of([handle]), -1));
    }
    while (first === undefined) mesh.run(BATCH_US / 2);
    if (hangsUp) mesh.disconnect(0, first.to);
    mesh.run();
    const requests = mesh.sent.filter(({ type }) => type === 'txRequest');
    expect(requests.map(({ to }) => to)).toEqual([first.to, 3 - first.to]);
    expect(requests[1].atUs - first.atUs >= REQUEST_TIMEOUT_US).toBe(!hangsUp);
    expect(mesh.nodes[0].pool.count).toBe(1);
  });
});

test('bad signatures count against the peer that delivered them: five ban it, its good ones before that are kept', () => {
  const mesh = star(2);
  const [good, other, ...rest] = payments(mesh, 7);
  const deliver = (list: readonly Transaction[]): void =>
    mesh.say(1, 0, message(MESSAGE.transactions, TxSet.of(list.map((tx) => mesh.world.registry.addTransaction(tx))), -1));
  deliver([good, ...rest.slice(0, 4).map((tx, i) => forged(tx, i + 1))]);
  expect([mesh.nodes[0].pool.count, mesh.told.filter(({ type }) => type === 'ban')]).toEqual([1, []]);
  deliver([forged(rest[4], 9)]);
  deliver([other]);
  expect([mesh.nodes[0].pool.count, mesh.told.filter(({ type }) => type === 'ban').length]).toEqual([1, 1]);
});

test('whoever submits what where, on any connected graph all pools end equal, and nobody is sent the same twice', () => {
  const graph = fc.record({ edges: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 20 }), at: fc.array(fc.tuple(fc.nat(9), fc.nat(400_000)), { minLength: 1, maxLength: 25 }) });
  fc.assert(
    fc.property(graph, ({ edges, at }) => {
      const mesh = new Mesh();
      for (let i = 0; i < 10; i++) mesh.add();
      for (let i = 1; i < 10; i++) mesh.connect(i - 1, i);
      const chords = new Map(edges.filter(([x, y]) => Math.abs(x - y) > 1).map(([x, y]) => [Math.min(x, y) * 10 + Math.max(x, y), [x, y]]));
      for (const chord of chords.values()) mesh.connect(...chord);
      const list = payments(mesh, at.length);
      at.forEach(([node, delay], i) => {
        mesh.run(delay);
        mesh.submit(node, list[i]);
      });
      mesh.run();
      expect(mesh.nodes.map(({ pool }) => pool.count)).toEqual(Array(10).fill(at.length));
      const asked = mesh.sent.filter(({ type }) => type === 'txRequest').flatMap(({ from, message: { set } }) => [...set!].map((handle) => `${from} ${handle}`));
      expect(new Set(asked).size).toBe(asked.length);
    }),
    { numRuns: 40 },
  );
});

test('a transaction travels with its hint: 32 bytes beside it, wherever it goes whole (D4)', () => {
  const mesh = star(1);
  const list = payments(mesh, 3);
  for (const tx of list) mesh.submit(0, tx);
  mesh.run();
  const whole = mesh.sent.filter(({ type }) => type === 'transactions');
  const carried = whole.reduce((sum, { message: { set } }) => sum + set!.count, 0);
  expect(carried).toBe(3);
  expect(whole.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(whole.length * 9 + list.reduce((sum, { bytes }) => sum + bytes.length + 32, 0));
});
