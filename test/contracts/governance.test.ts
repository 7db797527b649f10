/** The governance template: a story from founding to execution, each refusal, and any sequence of calls against a model. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { deployed, HASH, TOKEN, undeployed } from './scenes.ts';
import { account, ALICE, BOB, CAROL, DAVE, MAX, NOBODY, Template, u64At, type Answer } from './template.ts';

// Period 10, delay 5, quorum 50 %, majority 50 %; ALICE founds with weight 30.
const SELF = account('f');
const hex = (bytes: readonly number[]): string => toHex(Uint8Array.from(bytes));

/** In order, each in its round. */
const STORY: readonly (readonly [round: number, act: (dao: Template) => Answer, answer: object])[] = [
  [1, (dao) => dao.call(BOB, 'setMember', BOB, 1n), { error: 'not allowed' }],
  [1, (dao) => dao.call(ALICE, 'setMember', ALICE, 0n), { error: 'nobody left' }],
  [1, (dao) => dao.call(ALICE, 'setMember', BOB, 1n << 48n), { error: 'overflow' }],
  [1, (dao) => dao.call(ALICE, 'setMember', BOB, (1n << 48n) - 30n), { error: 'overflow' }],
  [1, (dao) => dao.call(ALICE, 'setMember', BOB, 20n), { events: [['Member', BOB, 20n]] }],
  [1, (dao) => dao.call(ALICE, 'setMember', CAROL, 10n), { events: [['Member', CAROL, 10n]] }],
  [1, (dao) => dao.pay(500n, DAVE, 'fund'), { events: [['Funded', DAVE, 500n]] }],
  [1, (dao) => dao.call(DAVE, 'propose', DAVE, 500n, '', HASH), { error: 'no member' }],
  [1, (dao) => dao.call(BOB, 'propose', DAVE, 5n, '00'.repeat(161), HASH), { error: 'bad input' }],
  // 1: pays DAVE. 2: makes DAVE a member. 3: takes more than there is.
  [1, (dao) => dao.call(BOB, 'propose', DAVE, 5n, '', HASH), { value: 1n, events: [['Proposed', 1n, BOB, DAVE, 5n, HASH]] }],
  [1, (dao) => dao.call(CAROL, 'propose', SELF, 0n, hex(dao.input('setMember', DAVE, 40n)), HASH), { value: 2n, events: [['Proposed', 2n, CAROL, SELF, 0n, HASH]] }],
  [2, (dao) => dao.call(CAROL, 'propose', CAROL, 501n, '', HASH), { value: 3n, events: [['Proposed', 3n, CAROL, CAROL, 501n, HASH]] }],
  [2, (dao) => dao.call(ALICE, 'setMember', ALICE, 99n), { error: 'not allowed' }],
  [2, (dao) => dao.call(ALICE, 'vote', 1n, 1n), { events: [['Voted', 1n, ALICE, 1n, 30n]] }],
  [2, (dao) => dao.call(ALICE, 'vote', 1n, 0n), { error: 'already voted' }],
  [2, (dao) => dao.call(DAVE, 'vote', 1n, 1n), { error: 'no member' }],
  [2, (dao) => dao.call(BOB, 'vote', 4n, 1n), { error: 'no such proposal' }],
  [2, (dao) => dao.call(BOB, 'vote', 0n, 1n), { error: 'no such proposal' }],
  [2, (dao) => dao.call(BOB, 'vote', 2n, 2n), { error: 'bad input' }],
  [3, (dao) => dao.call(BOB, 'vote', 2n, 1n), { events: [['Voted', 2n, BOB, 1n, 20n]] }],
  [3, (dao) => dao.call(CAROL, 'vote', 2n, 1n), { events: [['Voted', 2n, CAROL, 1n, 10n]] }],
  [3, (dao) => dao.call(ALICE, 'vote', 3n, 1n), { events: [['Voted', 3n, ALICE, 1n, 30n]] }],
  [3, (dao) => dao.call(NOBODY, 'proposal', 1n), { value: [5n, 1n, 60n, 30n, 0n, 0n, DAVE, ''] }],
  [3, (dao) => dao.call(NOBODY, 'voteOf', 2n, BOB), { value: [1n, 20n] }],
  [3, (dao) => dao.call(NOBODY, 'voteOf', 1n, BOB), { error: 'no member' }],
  [11, (dao) => dao.call(CAROL, 'vote', 1n, 0n), { events: [['Voted', 1n, CAROL, 0n, 10n]] }],
  [12, (dao) => dao.call(BOB, 'vote', 1n, 0n), { error: 'closed' }],
  [16, (dao) => dao.call(DAVE, 'execute', 1n), { error: 'too early' }],
  [17, (dao) => dao.call(DAVE, 'execute', 1n), { events: [['Executed', 1n]] }],
  [17, (dao) => dao.call(DAVE, 'execute', 1n), { error: 'already executed' }],
  [17, (dao) => dao.call(NOBODY, 'proposal', 1n), { value: [5n, 1n, 60n, 30n, 10n, 1n, DAVE, ''] }],
  [17, (dao) => dao.call(DAVE, 'execute', 2n), { events: [['Executed', 2n], ['Member', DAVE, 40n]] }],
  [17, (dao) => dao.call(NOBODY, 'totals'), { value: [3n, 100n] }],
  [18, (dao) => dao.call(DAVE, 'execute', 3n), { error: 'call failed' }],
  [18, (dao) => dao.pay(10n, DAVE, 'fund'), { events: [['Funded', DAVE, 10n]] }],
  [18, (dao) => dao.call(DAVE, 'execute', 3n), { events: [['Executed', 3n]] }],
  // A weight that was set after a proposal was made does not count there.
  [18, (dao) => dao.call(ALICE, 'propose', ALICE, 0n, '', HASH), { value: 4n, events: [['Proposed', 4n, ALICE, ALICE, 0n, HASH]] }],
  [19, (dao) => dao.call(DAVE, 'vote', 4n, 1n), { events: [['Voted', 4n, DAVE, 1n, 40n]] }],
  // 40 of 100 do not make the quorum.
  [34, (dao) => dao.call(DAVE, 'execute', 4n), { error: 'not passed' }],
  [44, (dao) => dao.call(DAVE, 'execute', 4n), { error: 'closed' }],
  [44, (dao) => dao.call(NOBODY, 'rules'), { value: [10n, 5n, 5_000n, 5_000n, ALICE] }],
];

it('answers as the story says', () => {
  const dao = deployed('governance');
  for (const [round, act, answer] of STORY) {
    dao.world.round = round;
    const { gas: _gas, ...given } = act(dao);
    expect([round, given]).toEqual([round, answer]);
  }
  expect(dao.world.state.balanceOf(dao.address)).toBe(500n + 10n - 5n - 501n);
});

/** Weights of 30, 20 and 10: the quorum is 30, the majority more than half of what was cast. */
it.each<[outcome: string | undefined, votes: readonly (readonly [member: string, support: bigint])[]]>([
  ['not passed', []],
  ['not passed', [[BOB, 1n]]],
  [undefined, [[ALICE, 1n]]],
  [undefined, [[BOB, 1n], [CAROL, 1n]]],
  ['not passed', [[ALICE, 1n], [BOB, 0n], [CAROL, 0n]]],
  [undefined, [[ALICE, 1n], [BOB, 0n]]],
  ['not passed', [[ALICE, 0n]]],
])('%s with %s', (error, votes) => {
  const dao = deployed('governance');
  dao.call(ALICE, 'setMember', BOB, 20n);
  dao.call(ALICE, 'setMember', CAROL, 10n);
  dao.call(ALICE, 'propose', DAVE, 0n, '', HASH);
  for (const [member, support] of votes) expect(dao.call(member, 'vote', 1n, support).error).toBeUndefined();
  dao.world.round = 17;
  expect(dao.call(DAVE, 'execute', 1n).error).toBe(error);
});

it('a weight that moves to another member during a vote is not counted there again', () => {
  const dao = deployed('governance');
  const move = (from: string, to: string): void => {
    for (const [member, weight] of [[to, 30n], [from, 0n]] as const) dao.call(from, 'propose', SELF, 0n, hex(dao.input('setMember', member, weight)), HASH);
  };
  move(ALICE, BOB);
  dao.call(ALICE, 'vote', 1n, 1n);
  dao.call(ALICE, 'vote', 2n, 1n);
  dao.world.round = 10;
  expect(dao.call(ALICE, 'propose', ALICE, 0n, '', HASH)).toMatchObject({ value: 3n });
  dao.world.round = 17;
  expect(dao.call(ALICE, 'vote', 3n, 1n).error).toBeUndefined();
  for (const id of [1n, 2n]) expect(dao.call(ALICE, 'execute', id).error).toBeUndefined();
  expect(dao.view('weightOf', BOB)).toBe(30n);
  expect(dao.call(BOB, 'vote', 3n, 1n)).toMatchObject({ error: 'too late' });
  expect(dao.call(ALICE, 'propose', ALICE, 0n, '', HASH)).toMatchObject({ error: 'no member' });
});

it('calls other contracts: what the members voted for, as the contract', () => {
  const dao = deployed('governance');
  const token = new Template('token', TOKEN, dao.world);
  token.deploy(ALICE, 1_000n);
  token.call(ALICE, 'transfer', dao.address, 600n);
  dao.call(ALICE, 'propose', TOKEN, 0n, hex(token.input('transfer', CAROL, 250n)), HASH);
  dao.call(ALICE, 'vote', 1n, 1n);
  dao.world.round = 17;
  expect(dao.call(BOB, 'execute', 1n).error).toBeUndefined();
  expect(token.view('balanceOf', CAROL)).toBe(250n);
});

it('through its own proposal the contract does nothing but set members', () => {
  const dao = deployed('governance');
  const inner = (name: string, ...args: readonly (string | bigint)[]): string => hex(dao.input(name, ...args));
  const inputs = [inner('vote', 1n, 1n), inner('propose', ALICE, 1n, '', HASH), inner('execute', 1n), inner('execute', 2n), inner('execute', 3n), ''];
  for (const input of inputs) dao.call(ALICE, 'propose', SELF, 0n, input, HASH);
  inputs.forEach((_, i) => dao.call(ALICE, 'vote', BigInt(i + 1), 1n));
  dao.world.round = 17;
  for (const [i] of inputs.entries()) expect(dao.call(BOB, 'execute', BigInt(i + 1))).toMatchObject({ error: 'call failed' });
});

it.each<[string, readonly bigint[]]>([
  ['bad input', [0n, 5n, 0n, 0n, 1n]],
  ['bad input', [1n << 48n, 5n, 0n, 0n, 1n]],
  ['bad input', [1n, MAX, 0n, 0n, 1n]],
  ['bad input', [1n, 5n, 10_001n, 0n, 1n]],
  ['bad input', [1n, 5n, 0n, 10_000n, 1n]],
  ['overflow', [1n, 5n, 0n, 0n, MAX]],
  ['nobody left', [1n, 5n, 0n, 0n, 0n]],
])('%s: deployed with %s', (error, args) => expect(undeployed('governance').deploy(ALICE, ...args)).toMatchObject({ error }));

const PEOPLE = [ALICE, BOB, CAROL];
const person = fc.constantFrom(...PEOPLE);
const id = fc.bigInt({ min: 1n, max: 3n });
const step = fc.oneof(
  fc.record({ name: fc.constant('propose' as const), by: person, rounds: fc.constant(0), member: person, weight: fc.bigInt({ min: 0n, max: 40n }) }),
  { weight: 4, arbitrary: fc.record({ name: fc.constant('vote' as const), by: person, rounds: fc.nat({ max: 3 }), id, support: fc.constantFrom(0n, 1n, 1n) }) },
  fc.record({ name: fc.constant('execute' as const), by: person, rounds: fc.nat({ max: 12 }), id }),
);

interface Proposed {
  readonly member: string;
  readonly weight: bigint;
  readonly round: number;
  readonly total: bigint;
  readonly votes: Map<string, readonly [support: bigint, weight: bigint]>;
  executed: boolean;
}

describe('any sequence of proposals to change the members', () => {
  const rules = fc.record({ period: fc.constantFrom(4, 10), delay: fc.constantFrom(0, 5), quorum: fc.constantFrom(0n, 3_333n, 6_000n), majority: fc.constantFrom(0n, 5_000n, 6_666n) });

  test.prop([rules, fc.array(step, { maxLength: 40 })], { numRuns: 120 })('agrees with a model; votes and weights add up, from storage alone', ({ period, delay, quorum, majority }, steps) => {
    const dao = deployed('governance', { args: [BigInt(period), BigInt(delay), quorum, majority, 30n] });
    const { world } = dao;
    dao.call(ALICE, 'setMember', BOB, 20n);
    const weights = new Map([[ALICE, { weight: 30n, since: 0 }], [BOB, { weight: 20n, since: 0 }]]);
    const proposals: Proposed[] = [];
    const total = (): bigint => [...weights.values()].reduce((sum, { weight }) => sum + weight, 0n);
    const isSet = (member: string, weight: bigint): boolean => {
      if (total() - (weights.get(member)?.weight ?? 0n) + weight === 0n) return false;
      weights.set(member, { weight, since: proposals.length });
      return true;
    };
    for (const call of steps) {
      world.round += call.rounds;
      const mine = weights.get(call.by) ?? { weight: 0n, since: 0 };
      if (call.name === 'propose') {
        const { error } = dao.call(call.by, 'propose', SELF, 0n, hex(dao.input('setMember', call.member, call.weight)), HASH);
        expect(error).toBe(mine.weight === 0n ? 'no member' : undefined);
        if (error === undefined) proposals.push({ member: call.member, weight: call.weight, round: world.round, total: total(), votes: new Map(), executed: false });
        continue;
      }
      const proposal = proposals[Number(call.id) - 1] as Proposed | undefined;
      if (call.name === 'vote') {
        const works = proposal !== undefined && world.round <= proposal.round + period && mine.weight > 0n && mine.since < Number(call.id) && !proposal.votes.has(call.by);
        expect(dao.call(call.by, 'vote', call.id, call.support).error === undefined).toBe(works);
        if (works) proposal.votes.set(call.by, [call.support, mine.weight]);
        continue;
      }
      const opens = (proposal?.round ?? 0) + period + delay;
      const [yes, no] = proposal === undefined ? [0n, 0n] : tallied(proposal);
      const inTime = world.round > opens && world.round <= opens + period;
      const passed = 10_000n * (yes + no) >= quorum * (proposal?.total ?? 0n) && 10_000n * yes > majority * (yes + no);
      const works = proposal !== undefined && !proposal.executed && inTime && passed && isSet(proposal.member, proposal.weight);
      expect(dao.call(call.by, 'execute', call.id).error === undefined).toBe(works);
      if (works) proposal.executed = true;
    }
    for (const [i, proposal] of proposals.entries()) {
      const entry = dao.entry('p', hex([...new Uint8Array(BigUint64Array.of(BigInt(i + 1)).buffer)]));
      expect([24, 32].map((at) => u64At(entry, at))).toEqual(tallied(proposal));
      expect(u64At(entry, 24) + u64At(entry, 32) <= u64At(entry, 16)).toBe(true);
      const votes = dao.entries('v').filter(([rest]) => u64At(fromHex(rest.slice(0, 16))) === BigInt(i + 1));
      expect(new Map(votes.map(([rest, vote]) => [rest.slice(16), [u64At(vote), u64At(vote, 8)]]))).toEqual(proposal.votes);
    }
    expect(u64At(dao.entry('g'), 8)).toBe(total());
    expect(dao.entries('m').reduce((sum, [, entry]) => sum + u64At(entry), 0n)).toBe(total());
  });
});

/** For and against. */
const tallied = ({ votes }: Proposed): [bigint, bigint] => {
  const side = (of: bigint): bigint => [...votes.values()].reduce((sum, [support, weight]) => (support === of ? sum + weight : sum), 0n);
  return [side(1n), side(0n)];
};
