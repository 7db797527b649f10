/** The DEX template: prices against arithmetic of any size, each refusal, and that no sequence of calls makes value. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { deployed, TOKEN, tokenOf, undeployed } from './scenes.ts';
import { account, ALICE, BOB, CAROL, MAX, NOBODY, Template, u64At } from './template.ts';

/** A pool of 100,000 STR and 400,000 tokens with a fee of 0.3 %, all of ALICE's. */
const pool = (fee = 30n): Template => {
  const dex = deployed('dex', { args: [TOKEN, fee] });
  expect(dex.pay(100_000n, ALICE, 'addLiquidity', 400_000n, 99_000n)).toMatchObject({ value: 99_000n, events: [['Added', ALICE, 100_000n, 400_000n, 99_000n]] });
  return dex;
};
const tokensOf = (dex: Template, who: string): bigint => u64At(dex.world.state.storageGet(TOKEN, `62${who}`));

/** STR, tokens, shares: from storage. */
const reservesOf = (dex: Template): [str: bigint, tokens: bigint, shares: bigint] => {
  const entry = dex.entry('r');
  return [u64At(entry), u64At(entry, 8), u64At(entry, 16)];
};

it('swaps both ways, adds and removes, as computed by hand', () => {
  const dex = pool();
  // 1,000 less a fee of 3: ⌊997 × 400,000 ÷ 100,997⌋
  expect(dex.view('quoteBuy', 1_000n)).toBe(3_948n);
  expect(dex.pay(1_000n, BOB, 'buy', 3_948n)).toMatchObject({ value: 3_948n, events: [['Bought', BOB, 1_000n, 3_948n]] });
  expect(reservesOf(dex)).toEqual([101_000n, 396_052n, 100_000n]);
  // 3,948 less a fee of 12: ⌊3,936 × 101,000 ÷ 399,988⌋
  expect(dex.call(BOB, 'sell', 3_948n, 993n)).toMatchObject({ value: 993n, events: [['Sold', BOB, 3_948n, 993n]] });
  expect(reservesOf(dex)).toEqual([100_007n, 400_000n, 100_000n]);
  // 500 STR at the pool's ratio: ⌊500 × 100,000 ÷ 100,007⌋ shares, ⌈500 × 400,000 ÷ 100,007⌉ tokens
  expect(dex.pay(500n, BOB, 'addLiquidity', 2_000n, 499n)).toMatchObject({ value: 499n, events: [['Added', BOB, 500n, 2_000n, 499n]] });
  // ⌊499 × 100,507 ÷ 100,499⌋, ⌊499 × 402,000 ÷ 100,499⌋
  expect(dex.call(BOB, 'removeLiquidity', 499n, 499n, 1_996n)).toMatchObject({ value: [499n, 1_996n], events: [['Removed', BOB, 499n, 1_996n, 499n]] });
  expect(dex.view('reserves')).toEqual([100_008n, 400_004n]);
  expect(dex.view('totalShares')).toBe(100_000n);
  expect(dex.view('sharesOf', NOBODY)).toBe(1_000n);
  expect(dex.view('config')).toEqual([TOKEN, 30n]);
});

it('tells of a swap, and the token of what it moved, in one receipt', () => {
  const dex = pool();
  const outcome = dex.world.execute('call', dex.address, BOB, dex.input('sell', 4_000n, 0n), 0n);
  expect(outcome.status === 'ok' && outcome.events.map(({ contract, topic }) => [contract, String.fromCharCode(...topic)])).toEqual([[dex.address, 'Sold'], [TOKEN, 'Transfer']]);
});

describe('refuses', () => {
  it.each<[string, string, (dex: Template) => object]>([
    ['slippage', 'one token less than asked for', (dex) => dex.pay(1_000n, BOB, 'buy', 3_949n)],
    ['slippage', 'one STR less than asked for', (dex) => dex.call(BOB, 'sell', 4_000n, 988n)],
    ['slippage', 'one token more than offered', (dex) => dex.pay(500n, BOB, 'addLiquidity', 1_999n, 0n)],
    ['slippage', 'one share less than asked for', (dex) => dex.pay(500n, BOB, 'addLiquidity', 2_000n, 501n)],
    ['slippage', 'removing for too much STR', (dex) => dex.call(ALICE, 'removeLiquidity', 100n, 101n, 0n)],
    ['slippage', 'removing for too many tokens', (dex) => dex.call(ALICE, 'removeLiquidity', 100n, 0n, 401n)],
    ['too little', 'STR that buy nothing after the fee', (dex) => dex.pay(1n, BOB, 'buy', 0n)],
    ['too little', 'buying without STR', (dex) => dex.call(BOB, 'buy', 0n)],
    ['too little', 'tokens that sell for nothing', (dex) => dex.call(BOB, 'sell', 3n, 0n)],
    ['too little', 'adding no STR', (dex) => dex.call(BOB, 'addLiquidity', 9n, 0n)],
    ['too little', 'removing no shares', (dex) => dex.call(ALICE, 'removeLiquidity', 0n, 0n, 0n)],
    ['not covered', 'removing shares of others', (dex) => dex.call(BOB, 'removeLiquidity', 1n, 0n, 0n)],
    ['not covered', 'removing more shares than there are', (dex) => dex.call(ALICE, 'removeLiquidity', MAX, 0n, 0n)],
    ['call failed', 'selling tokens that are not approved', (dex) => dex.call(CAROL, 'sell', 1_000n, 0n)],
    ['call failed', 'adding tokens that are not there', (dex) => (tokenOf(dex).call(BOB, 'approve', dex.address, 0n), dex.pay(500n, BOB, 'addLiquidity', 2_000n, 0n))],
    ['overflow', 'selling more than there can be', (dex) => dex.call(BOB, 'sell', MAX, 0n)],
  ])('%s: %s', (error, _, call) => {
    const dex = pool();
    const before = reservesOf(dex);
    const { str } = dex.world;
    expect(call(dex)).toMatchObject({ error });
    expect(reservesOf(dex)).toEqual(before);
    expect(dex.world.str).toBe(str);
  });

  it.each<[string, (dex: Template) => object]>([
    ['no liquidity', (dex) => dex.pay(10n, BOB, 'buy', 0n)],
    ['no liquidity', (dex) => dex.call(BOB, 'quoteSell', 10n)],
    ['no liquidity', (dex) => dex.pay(1_000n, ALICE, 'addLiquidity', 10n, 0n)],
    ['no liquidity', (dex) => dex.pay(2_000n, ALICE, 'addLiquidity', 0n, 0n)],
    ['no liquidity', (dex) => dex.call(ALICE, 'removeLiquidity', 0n, 0n, 0n)],
    ['slippage', (dex) => dex.pay(2_000n, ALICE, 'addLiquidity', 10n, 1_001n)],
  ])('an empty pool: %s', (error, call) => expect(call(deployed('dex'))).toMatchObject({ error }));

  it.each<[string, string, () => readonly [token: string, fee: bigint]]>([
    ['too high', 'a fee above 10 %', () => [TOKEN, 1_001n]],
    ['call failed', 'itself for a token', () => [account('f'), 30n]],
    ['bad input', 'an account for a token, which would agree to anything', () => [BOB, 30n]],
  ])('%s: %s', (error, _, what) => {
    const dex = undeployed('dex');
    expect(dex.deploy(ALICE, ...what())).toMatchObject({ error });
  });
});

const u64 = fc.oneof(fc.bigInt({ min: 0n, max: MAX }), fc.bigInt({ min: 0n, max: 1n << 32n }), fc.constantFrom(1n, MAX, MAX >> 1n, 1n << 63n, 10_000n));

test.prop([u64, u64, u64, fc.bigInt({ min: 0n, max: 1_000n })], { numRuns: 400 })('prices are exact for all amounts of 64 bits, or say that they do not fit', (paid, here, there, fee) => {
  const dex = deployed('dex', { args: [TOKEN, fee] });
  dex.world.state.storageSet(dex.address, '72', new Uint8Array(BigUint64Array.of(here, there, 1n).buffer));
  const net = paid - (paid * fee + 9_999n) / 10_000n;
  const fits = here + net <= MAX && here + net > 0n && (net * there) / (here + net) <= MAX;
  expect(dex.call(BOB, 'quoteBuy', paid)).toMatchObject(fits ? { value: (net * there) / (here + net) } : { error: 'overflow' });
});

const amount = fc.oneof(fc.bigInt({ min: 0n, max: 5_000n }), fc.bigInt({ min: 0n, max: 300_000n }));
const DOES = {
  buy: (dex: Template, by: string, str: bigint) => dex.pay(str, by, 'buy', 0n),
  sell: (dex: Template, by: string, tokens: bigint) => dex.call(by, 'sell', tokens, 0n),
  addLiquidity: (dex: Template, by: string, str: bigint) => dex.pay(str, by, 'addLiquidity', MAX, 0n),
  removeLiquidity: (dex: Template, by: string, shares: bigint) => dex.call(by, 'removeLiquidity', shares, 0n, 0n),
} as const;
const step = fc.record({ by: fc.constantFrom(ALICE, BOB), name: fc.constantFrom(...(Object.keys(DOES) as (keyof typeof DOES)[])), amount });

test.prop([fc.constantFrom(0n, 1n, 30n, 1_000n), fc.array(step, { maxLength: 30 })], { numRuns: 80 })(
  'any sequence: the product per share never falls, reserves are there, and shares add up, from storage alone',
  (fee, steps) => {
    const dex = pool(fee);
    const { state } = dex.world;
    const str = dex.world.str;
    for (const { by, name, amount: of } of steps) {
      const [strBefore, tokensBefore, sharesBefore] = reservesOf(dex);
      const swap = name === 'buy' || name === 'sell';
      const { error } = DOES[name](dex, by, of);
      const [strAfter, tokensAfter, sharesAfter] = reservesOf(dex);
      if (error !== undefined) expect([strAfter, tokensAfter, sharesAfter]).toEqual([strBefore, tokensBefore, sharesBefore]);
      if (swap) expect(strAfter * tokensAfter >= strBefore * tokensBefore && sharesAfter === sharesBefore).toBe(true);
      // Value per share is √(STR × tokens) ÷ shares.
      expect(strAfter * tokensAfter * sharesBefore ** 2n >= strBefore * tokensBefore * sharesAfter ** 2n).toBe(true);
      expect(state.balanceOf(dex.address)).toBe(strAfter);
      expect(tokensOf(dex, dex.address)).toBe(tokensAfter);
      expect(dex.entries('l').reduce((sum, [, shares]) => sum + u64At(shares), 0n)).toBe(sharesAfter);
    }
    expect(dex.world.str).toBe(str);
  },
);

test.prop([fc.constantFrom(0n, 30n), fc.array(fc.record({ buys: fc.boolean(), amount }), { minLength: 1, maxLength: 20 })], { numRuns: 80 })(
  'who only swaps cannot come out with as much of one and more of the other',
  (fee, swaps) => {
    const dex = pool(fee);
    const wealth = (): [bigint, bigint] => [dex.world.state.balanceOf(BOB), tokensOf(dex, BOB)];
    const [str, tokens] = wealth();
    for (const { buys, amount: of } of swaps) {
      if (buys) dex.pay(of, BOB, 'buy', 0n);
      else dex.call(BOB, 'sell', of, 0n);
      const [strNow, tokensNow] = wealth();
      expect((strNow > str && tokensNow >= tokens) || (strNow >= str && tokensNow > tokens)).toBe(false);
    }
  },
);

it('what is sent to the pool without a call changes no price', () => {
  const dex = pool();
  const quote = dex.view('quoteBuy', 1_000n);
  tokenOf(dex).call(BOB, 'transfer', dex.address, 100_000n);
  dex.world.state.transfer(BOB, dex.address, 100_000n);
  expect(dex.view('quoteBuy', 1_000n)).toBe(quote);
});
