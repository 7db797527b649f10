/** The token template: each function and refusal, any sequence of calls against a model, what things cost. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Template } from './template.ts';

const [ALICE, BOB, CAROL, TOKEN] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40));
const NOBODY = '0'.repeat(40);
const MAX = (1n << 64n) - 1n;

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
    const before = token.state.image();
    expect(call(token)).toMatchObject({ error });
    expect(token.state.image()).toBe(before);
  });

  it.each<[string, readonly number[], bigint, number]>([
    ['no input', [], 0n, 2],
    ['another function', [9], 0n, 1],
    ['arguments cut off', [1, 2, 3], 0n, 2],
    ['more than the arguments', [0, 0], 0n, 2],
    ['very long input', Array.from({ length: 600 }, () => 0), 0n, 2],
    ['STR', [0], 1n, 6],
  ])('%s', (_, input, value, reason) => {
    const token = deployed(1n);
    token.state.balances.set(BOB, 1n);
    expect(token.execute('call', BOB, input, value)).toMatchObject({ status: 'reverted', reason: Uint8Array.of(reason) });
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
  expect(token.call(BOB, 'totalSupply').value).toBe([...balances.values()].reduce((x, y) => x + y, 0n));
});

it('gas: without the 21,000 of a transaction', () => {
  const token = new Template('token', TOKEN);
  const table = {
    deploy: token.deploy(ALICE, 1_000n).gas,
    'transfer to someone new': token.call(ALICE, 'transfer', BOB, 10n).gas,
    'transfer between holders': token.call(ALICE, 'transfer', BOB, 10n).gas,
    'transfer of everything': token.call(BOB, 'transfer', ALICE, 20n).gas,
    approve: token.call(ALICE, 'approve', BOB, 5n).gas,
    'transferFrom to someone new': token.call(BOB, 'transferFrom', ALICE, CAROL, 5n).gas,
    mint: token.call(ALICE, 'mint', ALICE, 5n).gas,
    burn: token.call(ALICE, 'burn', 5n).gas,
    balanceOf: token.call(ALICE, 'balanceOf', BOB).gas,
    'transfer that is not covered': token.call(BOB, 'transfer', ALICE, 1n).gas,
  };
  expect(table).toMatchInlineSnapshot(`
    {
      "approve": 20580,
      "balanceOf": 296,
      "burn": 1224,
      "deploy": 61389,
      "mint": 1472,
      "transfer between holders": 1243,
      "transfer of everything": 1238,
      "transfer that is not covered": 327,
      "transfer to someone new": 21241,
      "transferFrom to someone new": 21740,
    }
  `);
});
