/** How rounds spread (D23), sync and recover, between real nodes over perfect links. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { MESSAGE, message } from '../../engine/p2p/messages.ts';
import { REQUEST_TIMEOUT_US } from '../../engine/p2p/tx-gossip.ts';
import { ALICE, BOB, CAROL, GENESIS_TIME, MINER, TestChain, type Key } from '../helpers/fixtures.ts';
import { LATENCY_US, Mesh } from '../helpers/mesh.ts';
import { ChainWorld } from '../helpers/world.ts';

const announce = (ref: number) => message(MESSAGE.roundAnnounce, undefined, ref);
const heads = (mesh: Mesh): number[] => mesh.nodes.map(({ chain }) => chain.head);
const bound = (mesh: Mesh, node: number, name: string): number => mesh.nodes[node].bounds().find((entry) => entry.name === name)!.value;

function line(count: number, ...configs: Parameters<Mesh['add']>[]): Mesh {
  const mesh = new Mesh();
  for (let i = 0; i < count; i++) mesh.add(...(configs[i] ?? []));
  mesh.connect(...mesh.nodes.keys());
  mesh.run();
  mesh.sent.length = 0;
  return mesh;
}
const payer = (mesh: Mesh) => {
  const chain = new TestChain({}, mesh.world.genesis);
  return (from: Key) => chain.sign(from, { kind: 'transfer', token: 'STR', to: MINER.account, amount: 1n });
};

describe('one round, hop by hop: announced, asked for, sent, and on', () => {
  test.each([
    ['compact', ['roundAnnounce', 'compactRound']],
    ['full', ['roundAnnounce', 'fullRound']],
  ] as const)('%s', (relay, expected) => {
    const mesh = line(3, [{ relay }], [{ relay }], [{ relay }]);
    const ref = mesh.win(0);
    mesh.run();
    expect(heads(mesh)).toEqual([ref, ref, ref]);
    expect([mesh.types(0, 1), mesh.types(1, 2)]).toEqual([expected, expected]);
    expect(mesh.types(1, 0)).toEqual([relay === 'compact' ? 'compactRequest' : 'roundRequest']); // and no announcement back
  });

  test('of a compact round only what is missing is asked for, by number; it counts as verified here', () => {
    const mesh = line(2);
    const pay = payer(mesh);
    for (const who of [ALICE, BOB, CAROL]) mesh.submit(0, pay(who));
    mesh.nodes[1].gossip.have.add(0);
    mesh.win(0);
    mesh.passes = ({ type }) => type !== 'transactions' && type !== 'txAnnounce';
    mesh.run();
    const request = mesh.sent.find(({ type }) => type === 'missingRequest')!;
    expect([[...request.message.set!], mesh.nodes[1].chain.head]).toEqual([[1, 2], 1]);
  });
});

test('a branch that was missed: headers from the fork on, then bodies; the others’ transactions come back to the pool', () => {
  const mesh = line(2);
  const pay = payer(mesh);
  mesh.win(0);
  mesh.run();
  mesh.disconnect(0, 1);
  mesh.submit(1, pay(ALICE));
  mesh.submit(1, pay(BOB));
  const lost = mesh.win(1);
  mesh.submit(0, pay(CAROL));
  for (let i = 0; i < 20; i++) mesh.win(0);
  mesh.connect(0, 1);
  mesh.run();
  const best = mesh.nodes[0].chain.head;
  expect([mesh.nodes[1].chain.head, mesh.nodes[1].chain.lastMove.abandoned]).toEqual([best, []]);
  expect(mesh.told.filter(({ type, node }) => type === 'disconnected' && node === 1)).toMatchObject([{ round: lost }]);
  expect(mesh.nodes.map(({ pool }) => pool.count)).toEqual([2, 2]);
  expect(mesh.sent.filter(({ type }) => type === 'headers')).toHaveLength(1);
});

test('transactions of a round that loses the race reach the pool of those who never had them', () => {
  const mesh = line(2);
  mesh.disconnect(0, 1);
  mesh.submit(1, payer(mesh)(ALICE));
  const [kept, lost] = [mesh.win(0), mesh.world.build(0, [mesh.world.registry.transactions[0]], BOB.account)];
  mesh.give(1, [lost]);
  mesh.passes = ({ type }) => !type.startsWith('tx') && type !== 'transactions';
  mesh.connect(0, 1);
  mesh.run();
  expect([mesh.nodes[0].chain.head, mesh.nodes[0].chain.hasBody(lost), mesh.nodes[0].pool.count]).toEqual([kept, true, 1]);
  mesh.win(0);
  mesh.run();
  expect([mesh.nodes[0].pool.count, mesh.nodes[1].chain.head]).toEqual([0, mesh.nodes[0].chain.head]);
});

test('2,100 rounds: two messages of headers and one of the rest, each body asked for once, at most 16 at a time', () => {
  const mesh = new Mesh();
  mesh.clockAhead = 100_000;
  const rounds = mesh.world.extend(0, 2_100);
  const [full, late] = [mesh.add({ kind: 'archive' }), mesh.add()];
  mesh.give(full, rounds);
  let most = 0;
  mesh.passes = () => {
    most = Math.max(most, bound(mesh, late, 'rounds-in-flight'));
    return true;
  };
  mesh.connect(full, late);
  mesh.run();
  expect(mesh.nodes[late].chain.head).toBe(rounds.at(-1));
  expect(mesh.sent.filter(({ type }) => type === 'headers').map(({ message: { rounds: list } }) => list!.length)).toEqual([2_000, 100]);
  expect(mesh.types(late, full).filter((type) => type === 'compactRequest')).toHaveLength(2_100);
  expect(most).toBe(16);
});

test('a pruning node serves the last 288 bodies, an archive all (D22)', () => {
  const mesh = new Mesh();
  mesh.clockAhead = 100_000;
  const rounds = mesh.world.extend(0, 300);
  const [pruning, archive, late] = [mesh.add(), mesh.add({ kind: 'archive' }), mesh.add()];
  for (const node of [pruning, archive]) mesh.give(node, rounds);
  mesh.connect(pruning, late);
  mesh.run();
  expect(mesh.nodes[late].chain.head).toBe(0);
  expect(mesh.types(pruning, late).filter((type) => type === 'notFound')).toHaveLength(11); // numbers 1 … 11 are more than 288 below
  mesh.connect(archive, late);
  mesh.run();
  expect(mesh.nodes[late].chain.head).toBe(rounds.at(-1));
});

test('orphans are bounded, and adopted as soon as their parent is known', () => {
  const mesh = line(2);
  mesh.passes = ({ type }) => type !== 'headersRequest';
  const world = mesh.world;
  const parent = world.build(0);
  const children = Array.from({ length: 70 }, (_, i) => world.build(parent, [], `${i}`.padStart(40, '0')));
  for (const ref of children) mesh.say(1, 0, announce(ref));
  expect(bound(mesh, 0, 'orphans')).toBe(64);
  mesh.nodes[1].chain.addHeader(children[69]);
  mesh.say(1, 0, announce(parent));
  expect(bound(mesh, 0, 'orphans')).toBe(0);
  expect(children.map((ref) => mesh.nodes[0].chain.hasHeader(ref))).toEqual([...Array(6).fill(false), ...Array(64).fill(true)]);
});

describe('who was asked for an orphan’s branch and does not tell', () => {
  test.each<[string, (mesh: Mesh) => void, number[]]>([
    ['hangs up: another that has it is asked at once', (mesh) => mesh.disconnect(0, 1), [1, 2]],
    ['hangs up and calls again: it is asked again', (mesh) => (mesh.disconnect(0, 2), mesh.disconnect(0, 1), (mesh.passes = () => true), mesh.connect(0, 1)), [1, 1]],
    ['is silent: whoever announces it later is asked', (mesh) => (mesh.run(REQUEST_TIMEOUT_US), mesh.say(2, 0, announce(2))), [1, 2]],
    ['is slow: nobody else is asked meanwhile', (mesh) => mesh.say(2, 0, announce(2)), [1]],
  ])('%s', (_, then, asked) => {
    const mesh = new Mesh();
    const rounds = mesh.world.extend(0, 2);
    for (let i = 0; i < 3; i++) mesh.add();
    for (const peer of [1, 2]) {
      mesh.give(peer, rounds);
      mesh.connect(0, peer);
    }
    mesh.passes = ({ from, to }) => from !== 1 && to !== 1;
    mesh.sent.length = 0;
    mesh.say(1, 0, announce(2));
    if (asked[1] === 2 && asked.length > 1) mesh.nodes[0].peers.noteRound(mesh.slot(0, 2), 2);
    then(mesh);
    const requests = (): number[] => mesh.sent.filter(({ type, from }) => type === 'headersRequest' && from === 0).map(({ to }) => to);
    if (asked.length === 1) return expect(requests()).toEqual(asked);
    mesh.run();
    expect([requests(), mesh.nodes[0].chain.head]).toEqual([asked, 2]);
  });
});

test('ahead of this node’s clock: no verdict, no ban, and taken when its time has come (D7)', () => {
  const mesh = line(2);
  const early = mesh.world.shared.build(0, MINER.account, GENESIS_TIME + 300, []);
  const child = mesh.world.build(early);
  mesh.give(1, [early]);
  mesh.run(LATENCY_US);
  mesh.say(1, 0, announce(child));
  expect([mesh.nodes[0].chain.hasHeader(early), bound(mesh, 0, 'not-yet'), bound(mesh, 0, 'orphans')]).toEqual([false, 1, 1]);
  mesh.give(1, [child]);
  mesh.run();
  expect(mesh.nodes[0].chain.head).toBe(child);
  const [connected] = mesh.told.filter(({ type, node }) => type === 'verdict' && node === 0);
  expect(connected).toMatchObject({ round: early, error: undefined });
  expect([Math.floor(mesh.nowUs / 1_000_000) >= 180, mesh.told.some(({ type }) => type === 'ban')]).toEqual([true, false]);
});

describe('who does not answer for a body', () => {
  test.each([
    ['is silent: the next after the timeout', 'silent', REQUEST_TIMEOUT_US],
    ['does not have it: the next at once', 'not found', 2 * LATENCY_US],
    ['hangs up: the next at once', 'gone', 0],
  ])('%s', (_, how, afterUs) => {
    const mesh = new Mesh();
    const ref = mesh.world.build(0);
    for (let i = 0; i < 3; i++) mesh.add();
    mesh.connect(0, 1);
    mesh.connect(0, 2);
    mesh.run();
    for (const peer of how === 'not found' ? [2] : [1, 2]) mesh.nodes[peer].chain.addHeader(ref);
    mesh.give(2, [ref]);
    mesh.passes = ({ from, type }) => how !== 'silent' || from !== 1 || type === 'status';
    if (how === 'gone') mesh.passes = ({ from }) => from !== 1;
    const startUs = mesh.nowUs;
    mesh.say(1, 0, announce(ref));
    mesh.say(2, 0, announce(ref));
    if (how === 'gone') mesh.disconnect(0, 1);
    mesh.run();
    const requests = mesh.sent.filter(({ type, from }) => type === 'compactRequest' && from === 0);
    expect(requests.map(({ to, atUs }) => [to, atUs - startUs])).toEqual([[1, 0], [2, afterUs]]);
    expect(mesh.nodes[0].chain.head).toBe(ref);
  });

  test('nobody else has it: it waits for the next announcement, and is then asked for again', () => {
    const mesh = line(2);
    const ref = mesh.world.build(0);
    mesh.say(1, 0, announce(ref));
    mesh.run();
    expect([mesh.nodes[0].chain.head, bound(mesh, 0, 'rounds-in-flight')]).toEqual([0, 0]);
    mesh.give(1, [ref]);
    mesh.say(1, 0, announce(ref));
    mesh.run();
    expect(mesh.nodes[0].chain.head).toBe(ref);
  });
});

test('a header that breaks a rule by content bans its bearer and taints its descendants; a bad body bans who served it', () => {
  const mesh = line(3);
  const { world } = mesh;
  const good = world.build(0);
  const sealless = world.altered(good, { header: { seal: new Uint8Array(32) } });
  const wrongState = world.altered(good, { ledger: { stateRoot: '00'.repeat(32) } });
  mesh.say(2, 1, announce(wrongState));
  mesh.say(2, 1, message(MESSAGE.compactRound, undefined, wrongState));
  expect([mesh.nodes[1].chain.isInvalid(wrongState), mesh.nodes[1].chain.head]).toEqual([true, 0]);
  expect(mesh.told.filter(({ type }) => type === 'verdict' || type === 'ban')).toMatchObject([{ type: 'verdict', node: 1, error: { code: 'state-root' } }, { type: 'ban', reason: 'invalid-round' }]);
  mesh.told.length = 0;
  mesh.say(0, 1, announce(sealless));
  mesh.say(0, 1, announce(good)); // not heard any more
  expect(mesh.told).toMatchObject([{ type: 'verdict', round: sealless, error: { code: 'seal' } }, { type: 'ban', reason: 'seal' }]);
  expect(mesh.nodes[1].chain.hasHeader(good)).toBe(false);
});

test('whatever the links, cuts and finds, once all are joined everyone follows the same heaviest branch', () => {
  const finds = fc.array(fc.record({ node: fc.nat(5), pauseUs: fc.integer({ min: 0, max: 4_000 }), cut: fc.option(fc.nat(4)), pay: fc.boolean() }), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(finds, fc.boolean(), (steps, compact) => {
      const mesh = new Mesh(new ChainWorld());
      const accounts = [ALICE, BOB, CAROL];
      const pay = payer(mesh);
      for (let i = 0; i < 6; i++) mesh.add({ relay: compact ? 'compact' : 'full', account: `${i}`.padStart(40, '0') }, i % 2 === 0 ? mesh.world.shared : mesh.world.isolated());
      const cut = new Set<number>();
      const paid: [node: number, handle: number][] = [];
      for (let i = 0; i < 5; i++) mesh.connect(i, i + 1);
      for (const { node, pauseUs, cut: link, pay: paying } of steps) {
        if (link !== null) {
          if (cut.delete(link)) mesh.connect(link, link + 1);
          else {
            cut.add(link);
            mesh.disconnect(link, link + 1);
          }
        }
        if (paying && mesh.submit(node, pay(accounts[node % 3])) === 'ok') paid.push([node, mesh.world.registry.transactions.length - 1]);
        mesh.win(node);
        mesh.run(pauseUs);
      }
      for (const link of cut) mesh.connect(link, link + 1);
      mesh.run();
      const { rounds } = mesh.world.registry;
      const most = rounds.map(({ work }) => work).reduce((x, y) => (x > y ? x : y));
      expect(heads(mesh).map((head) => rounds[head].work === most)).toEqual(Array(6).fill(true));
      const ref = mesh.win(3);
      mesh.run();
      expect(heads(mesh)).toEqual(Array(6).fill(ref));
      const included = new Set<number>();
      for (let at = ref; at > 0; at = rounds[at].parent) for (const handle of rounds[at].body.order) included.add(handle);
      for (const [node, handle] of paid) expect(included.has(handle) || mesh.nodes[node].pool.bits.has(handle)).toBe(true); // M2
      expect(mesh.told.filter(({ type }) => type === 'ban')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
