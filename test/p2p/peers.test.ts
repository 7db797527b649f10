import { expect, test } from 'vitest';
import { Effects, Step } from '../../engine/p2p/effects.ts';
import { BAN_SCORE, BAN_US, Peers } from '../../engine/p2p/peers.ts';

function setUp(slots = 40) {
  const step = new Step();
  const out = new Effects();
  step.begin(0, 0, out);
  return { step, out, at: (us: number) => step.begin(us, 0, out), peers: new Peers(step, slots) };
}

test('slots: absent, full, light; counted once; knowledge of rounds ends with the connection', () => {
  const { peers } = setUp();
  peers.up(3, false);
  peers.up(35, true);
  peers.up(3, false);
  expect([peers.count, peers.isFull(3), peers.isFull(35), peers.hears(35), peers.hears(4)]).toEqual([2, true, false, true, false]);
  for (const ref of [0, 1, 500]) for (const slot of [3, 35]) peers.noteRound(slot, ref);
  peers.noteRound(-1, 1);
  expect([peers.anyWith(500), peers.hasRound(35, 500), peers.anyWith(499), peers.hasRound(3, 9_999)]).toEqual([3, true, -1, false]);
  peers.forgetRound(3, 500);
  expect([peers.anyWith(500), peers.anyWith(1)]).toEqual([-1, 3]); // 35 is light
  expect([peers.down(3), peers.down(3), peers.count, peers.anyWith(1)]).toEqual([true, false, 1, -1]);
  peers.up(3, false);
  expect([peers.hasRound(3, 1), peers.hasRound(35, 1)]).toEqual([false, true]);
});

test('bans (D16): at the score, told once, local, deaf until they expire, and no reconnecting out of one', () => {
  const { peers, out, at } = setUp();
  for (const slot of [0, 1]) peers.up(slot, false);
  for (let i = 0; i < 4; i++) peers.misbehave(0, BAN_SCORE / 5, 'bad-signature');
  expect([peers.hears(0), out.takeTells()]).toEqual([true, []]);
  at(1_000);
  peers.misbehave(0, BAN_SCORE / 5, 'bad-signature');
  peers.misbehave(0, BAN_SCORE, 'bad-signature');
  expect(out.takeTells()).toEqual([{ type: 'ban', peer: 0, reason: 'bad-signature' }]);
  expect([peers.hears(0), peers.isFull(0), peers.hears(1)]).toEqual([false, false, true]);
  at(BAN_US);
  peers.down(0);
  peers.up(0, false);
  expect([peers.hears(0), peers.isFull(0)]).toEqual([false, false]);
  at(BAN_US + 1_000);
  expect([peers.hears(0), peers.isFull(0)]).toEqual([true, true]);
  peers.misbehave(0, BAN_SCORE / 5, 'bad-signature'); // the score began anew
  expect(peers.hears(0)).toBe(true);
});

test('a crash forgets everything', () => {
  const { peers } = setUp();
  peers.up(0, false);
  peers.noteRound(0, 5);
  peers.misbehave(0, BAN_SCORE, 'seal');
  peers.crash();
  expect([peers.count, peers.hears(0)]).toEqual([0, false]);
  peers.up(0, false);
  expect([peers.isFull(0), peers.hasRound(0, 5)]).toEqual([true, false]);
});
