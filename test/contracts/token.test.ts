/** The token template: each function and refusal, any sequence of calls against a model, its storage. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { account, ALICE, BOB, CAROL, MAX, NOBODY, Template, u64At } from './template.ts';

const TOKEN = account('f');

const deployed = (supply: bigint): Template => {
  const token = new Template('token', TOKEN);
  expect(token.deploy(ALICE, supply)).toMatchObject({ events: supply === 0n ? [['Transfer', NOBODY, ALICE, 0n]] : [['Transfer', NOBODY, ALICE, supply]] });
  return token;
};

it('tells what it holds', () => {
  const token = deployed(1_000n);
  expect(token.call(BOB, 'totalSupply')).toMatchObject({ value: 1_000n });
  expect(token.call(BOB, 'balanceOf', ALICE)).toMatchObject({ value: 1_000n });
  expect(token.call(BOB, 'balanceOf', BOB)).toMatchObject({ value: 0n });
  expect(token.call(BOB, 'owner')).toMatchObject({ value: ALICE });
  expect(token.call(ALICE, 'transfer', BOB, 300n)).toMatchObject({ events: [['Transfer', ALICE, BOB, 300n]] });
  expect(token.call(ALICE, 'approve', CAROL, 50n)).toMatchObject({ events: [['Approval', ALICE, CAROL, 50n]] });
  expect(token.call(CAROL, 'transferFrom', ALICE, BOB, 20n)).toMatchObject({ events: [['Transfer', ALICE, BOB, 20n]] });
  expect(token.call(BOB, 'allowance', ALICE, CAROL)).toMatchObject({ value: 30n });
  expect(token.call(BOB, 'burn', 320n)).toMatchObject({ events: [['Transfer', BOB, NOBODY, 320n]] });
  expect(token.call(BOB, 'totalSupply')).toMatchObject({ value: 680n });
});

describe('refuses', () => {
  it.each<[string, (token: Template) => object]>([
    ['not covered', (token) => token.call(BOB, 'transfer', ALICE, 1n)],
    ['not covered', (token) => token.call(ALICE, 'transfer', BOB, 1_001n)],
    ['not covered', (token) => token.call(BOB, 'transferFrom', ALICE, BOB, 1n)],
    ['not covered', (token) => token.call(ALICE, 'burn', 1_001n)],
    ['not allowed', (token) => token.call(BOB, 'mint', BOB, 1n)],
    ['overflow', (token) => token.call(ALICE, 'mint', BOB, MAX)],
  ])('%s', (error, call) => {
    const token = deployed(1_000n);
    const before = token.world.state.image();
    expect(call(token)).toMatchObject({ error });
    expect(token.world.state.image()).toBe(before);
  });
});

const PEOPLE = [ALICE, BOB, CAROL];
const person = fc.constantFrom(...PEOPLE);
const amount = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.constantFrom(MAX, MAX - 60n));
const step = fc.record({ who: person, what: fc.constantFrom('transfer', 'approve', 'transferFrom', 'mint', 'burn'), from: person, to: person, amount });

test.prop([fc.array(step, { maxLength: 25 })], { numRuns: 60 })('any sequence of calls agrees with a model; the supply is the sum of the balances', (steps) => {
  const token = deployed(100n);
  const balances = new Map([[ALICE, 100n]]);
  const allowances = new Map<string, bigint>();
  const of = (holder: string): bigint => balances.get(holder) ?? 0n;
  const move = (from: string | undefined, to: string | undefined, sum: bigint): boolean => {
    if (from !== undefined && of(from) < sum) return false;
    if (from === undefined && [...balances.values()].reduce((x, y) => x + y, sum) > MAX) return false;
    if (from !== undefined) balances.set(from, of(from) - sum);
    if (to !== undefined) balances.set(to, of(to) + sum);
    return true;
  };
  for (const { who, what, from, to, amount: sum } of steps) {
    let [works, args]: [boolean, (string | bigint)[]] = [true, [to, sum]];
    if (what === 'transfer') works = move(who, to, sum);
    else if (what === 'approve') allowances.set(who + to, sum);
    else if (what === 'mint') works = who === ALICE && move(undefined, to, sum);
    else if (what === 'burn') [works, args] = [move(who, undefined, sum), [sum]];
    else {
      const allowed = allowances.get(from + who) ?? 0n;
      works = allowed >= sum && move(from, to, sum);
      if (works) allowances.set(from + who, allowed - sum);
      args = [from, to, sum];
    }
    expect(token.call(who, what, ...args).error === undefined).toBe(works);
  }
  for (const holder of PEOPLE) {
    expect(token.call(BOB, 'balanceOf', holder).value).toBe(of(holder));
    for (const spender of PEOPLE) expect(token.call(BOB, 'allowance', holder, spender).value).toBe(allowances.get(holder + spender) ?? 0n);
  }
  const supply = [...balances.values()].reduce((x, y) => x + y, 0n);
  expect(token.view('totalSupply')).toBe(supply);
  expect(u64At(token.entry('s'))).toBe(supply);
  expect(token.entries('b').reduce((sum, [, balance]) => sum + u64At(balance), 0n)).toBe(supply);
});
