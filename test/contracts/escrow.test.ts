/** The escrow: who may do what when, and any sequence of calls against a model. */
import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { deployed } from './scenes.ts';
import { ALICE, BOB, CAROL, DAVE, u64At } from './template.ts';

const DEADLINE = 20;
const PAST = DEADLINE + 1;

/** ALICE buys from BOB for 100, CAROL is the arbiter. */
it.each<[by: string, who: string, name: 'release' | 'refund', round: number, to: string | undefined]>([
  ['buyer', ALICE, 'release', 1, BOB],
  ['seller', BOB, 'release', 1, undefined],
  ['arbiter', CAROL, 'release', 1, BOB],
  ['anyone', DAVE, 'release', PAST, undefined],
  ['buyer', ALICE, 'refund', DEADLINE, undefined],
  ['buyer, late', ALICE, 'refund', PAST, ALICE],
  ['seller', BOB, 'refund', 1, ALICE],
  ['arbiter', CAROL, 'refund', 1, ALICE],
  ['anyone, late', DAVE, 'refund', PAST, undefined],
])('%s: %s %s in round %i pays %s', (_, who, name, round, to) => {
  const escrow = deployed('escrow');
  expect(escrow.pay(100n, ALICE, 'open', BOB, CAROL, BigInt(DEADLINE))).toMatchObject({ value: 1n, events: [['Opened', 1n, ALICE, BOB, CAROL, 100n, BigInt(DEADLINE)]] });
  expect(escrow.view('escrow', 1n)).toEqual([ALICE, BOB, CAROL, 100n, BigInt(DEADLINE)]);
  escrow.world.round = round;
  const before = escrow.world.state.balanceOf(to ?? ALICE);
  expect(escrow.call(who, name, 1n)).toMatchObject(to === undefined ? { error: 'not allowed' } : { events: [['Settled', 1n, to, 100n]] });
  expect(escrow.world.state.balanceOf(to ?? ALICE)).toBe(to === undefined ? before : before + 100n);
  expect(escrow.view('held')).toBe(to === undefined ? 100n : 0n);
  if (to !== undefined) expect(escrow.call(CAROL, name, 1n)).toMatchObject({ error: 'no such escrow' });
});

it('takes no escrow of nothing', () => expect(deployed('escrow').call(ALICE, 'open', BOB, CAROL, 1n)).toMatchObject({ error: 'nothing' }));

const person = fc.constantFrom(ALICE, BOB, CAROL, DAVE);
const step = fc.oneof(
  fc.record({ name: fc.constant('open' as const), by: person, seller: person, arbiter: person, str: fc.bigInt({ min: 1n, max: 400n }), deadline: fc.bigInt({ min: 0n, max: 30n }) }),
  fc.record({ name: fc.constantFrom('release' as const, 'refund' as const), by: person, id: fc.bigInt({ min: 1n, max: 6n }), rounds: fc.nat({ max: 6 }) }),
);

test.prop([fc.array(step, { maxLength: 30 })], { numRuns: 100 })('any sequence of calls agrees with a model; what is held is the sum of the open escrows, and is there', (steps) => {
  const escrow = deployed('escrow');
  const { state } = escrow.world;
  const balances = new Map([ALICE, BOB, CAROL, DAVE].map((who) => [who, state.balanceOf(who)]));
  const move = (who: string, str: bigint): unknown => balances.set(who, balances.get(who)! + str);
  const open = new Map<bigint, { buyer: string; seller: string; arbiter: string; str: bigint; deadline: bigint }>();
  let opened = 0n;
  for (const call of steps) {
    if (call.name === 'open') {
      const { by, seller, arbiter, str, deadline } = call;
      const works = balances.get(by)! >= str;
      expect(escrow.pay(str, by, 'open', seller, arbiter, deadline).error === undefined).toBe(works);
      if (!works) continue;
      open.set((opened += 1n), { buyer: by, seller, arbiter, str, deadline });
      move(by, -str);
    } else {
      escrow.world.round += call.rounds;
      const found = open.get(call.id);
      const late = found !== undefined && BigInt(escrow.world.round) > found.deadline;
      const parties = found === undefined ? [] : call.name === 'release' ? [found.buyer, found.arbiter] : [found.seller, found.arbiter, ...(late ? [found.buyer] : [])];
      const works = parties.includes(call.by);
      expect(escrow.call(call.by, call.name, call.id).error === undefined).toBe(works);
      if (!works) continue;
      move(call.name === 'release' ? found!.seller : found!.buyer, found!.str);
      open.delete(call.id);
    }
  }
  for (const [who, str] of balances) expect(state.balanceOf(who)).toBe(str);
  const held = [...open.values()].reduce((sum, { str }) => sum + str, 0n);
  expect(state.balanceOf(escrow.address)).toBe(held);
  expect(u64At(escrow.entry('h'))).toBe(held);
  expect(escrow.entries('e').reduce((sum, [, entry]) => sum + u64At(entry, 60), 0n)).toBe(held);
});
