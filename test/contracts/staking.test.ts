/** The staking template: rewards by hand and against exact fractions, locks, and that all of it adds up whatever is called. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { deployed, TOKEN, tokenOf, undeployed } from './scenes.ts';
import { ALICE, BOB, CAROL, MAX, NOBODY, u64At, type Answer, type Template } from './template.ts';

const tokensOf = (staking: Template, who: string): bigint => u64At(staking.world.state.storageGet(TOKEN, `62${who}`));
const earnedOf = (staking: Template, who: string): bigint => staking.view<readonly bigint[]>('account', who)[1];

/** 1,000 STR base units a round, a lock of five rounds; BOB and ALICE may stake. In order, each in its round. */
const STORY: readonly (readonly [round: number, act: (staking: Template) => Answer, answer: object])[] = [
  [1, (s) => s.pay(50_000n, BOB, 'fund'), { events: [['Funded', BOB, 50_000n]] }],
  [1, (s) => s.call(BOB, 'fund'), { error: 'nothing' }],
  [1, (s) => s.call(ALICE, 'stake', 0n), { error: 'nothing' }],
  [1, (s) => s.call(CAROL, 'stake', 1n), { error: 'call failed' }],
  // Nobody stakes in rounds 1 to 4: nothing is given for them.
  [4, (s) => s.call(ALICE, 'stake', 100n), { events: [['Staked', ALICE, 100n]] }],
  [4, (s) => s.call(ALICE, 'claim'), { error: 'nothing' }],
  [6, (s) => s.call(NOBODY, 'account', ALICE), { value: [100n, 2_000n, 9n] }],
  // ALICE has one third from here on.
  [6, (s) => s.call(BOB, 'stake', 200n), { events: [['Staked', BOB, 200n]] }],
  [7, (s) => s.call(NOBODY, 'account', ALICE), { value: [100n, 2_333n, 9n] }],
  [7, (s) => s.call(NOBODY, 'account', BOB), { value: [200n, 666n, 11n] }],
  [7, (s) => s.call(NOBODY, 'pool'), { value: [300n, 47_000n, 3_000n] }],
  [8, (s) => s.call(ALICE, 'unstake', 100n), { error: 'locked' }],
  [9, (s) => s.call(ALICE, 'unstake', 101n), { error: 'not covered' }],
  [9, (s) => s.call(ALICE, 'unstake', 100n), { events: [['Unstaked', ALICE, 100n]] }],
  [9, (s) => s.call(ALICE, 'unstake', 1n), { error: 'not covered' }],
  [9, (s) => s.call(CAROL, 'unstake', 1n), { error: 'not covered' }],
  // What was earned stays until it is claimed, and earns nothing itself.
  [12, (s) => s.call(ALICE, 'claim'), { value: 3_000n, events: [['Claimed', ALICE, 3_000n]] }],
  [12, (s) => s.call(ALICE, 'claim'), { error: 'nothing' }],
  // Staking more locks all of it anew.
  [12, (s) => s.call(BOB, 'stake', 1n), { events: [['Staked', BOB, 1n]] }],
  [13, (s) => s.call(BOB, 'unstake', 1n), { error: 'locked' }],
  // The pool lasts for 50 rounds in which someone stakes, and not longer.
  [200, (s) => s.call(BOB, 'claim'), { value: 46_999n, events: [['Claimed', BOB, 46_999n]] }],
  [200, (s) => s.call(NOBODY, 'pool'), { value: [201n, 0n, 1n] }],
];

it('answers as the story says', () => {
  const staking = deployed('staking');
  for (const [round, act, answer] of STORY) {
    staking.world.round = round;
    const { gas: _gas, ...given } = act(staking);
    expect([round, given]).toEqual([round, answer]);
  }
});

it('refuses a token that is none', () => {
  expect(undeployed('staking').deploy(ALICE, BOB, 1n, 1n)).toMatchObject({ error: 'bad input' });
});

const PEOPLE = [ALICE, BOB];
const step = fc.record({
  by: fc.constantFrom(...PEOPLE),
  name: fc.constantFrom('stake', 'unstake', 'claim', 'fund'),
  amount: fc.oneof(fc.bigInt({ min: 0n, max: 10n }), fc.bigInt({ min: 0n, max: 900_000n })),
  rounds: fc.oneof(fc.constant(0), fc.nat({ max: 4 }), fc.nat({ max: 1_000 })),
});

/** Rewards as fractions: exact up to 2^−400. */
class Model {
  readonly stakes = new Map<string, bigint>();
  readonly unlocks = new Map<string, number>();
  readonly earned = new Map<string, bigint>();
  left = 0n;
  given = 0n;
  static readonly ONE = 1n << 400n;

  get staked(): bigint {
    return [...this.stakes.values()].reduce((x, y) => x + y, 0n);
  }

  pass(rounds: number, rate: bigint): void {
    const { staked } = this;
    const reward = rate * BigInt(rounds) < this.left ? rate * BigInt(rounds) : this.left;
    if (staked === 0n) return;
    this.left -= reward;
    this.given += reward;
    for (const [who, stake] of this.stakes) this.earned.set(who, (this.earned.get(who) ?? 0n) + (reward * stake * Model.ONE) / staked);
  }
}

describe('any sequence of calls', () => {
  test.prop([fc.constantFrom(1n, 1_000n, 1_000_003n, 1n << 63n, MAX), fc.constantFrom(0n, 3n), fc.array(step, { maxLength: 30 })], { numRuns: 80 })(
    'stakes and rewards add up, from storage alone; nobody earns more than its share, nor a unit per call less',
    (rate, lock, steps) => {
      const staking = deployed('staking', { args: [TOKEN, rate, lock] });
      const { world } = staking;
      const model = new Model();
      const tokens = new Map(PEOPLE.map((who) => [who, tokensOf(staking, who)]));
      const allowed = new Map(PEOPLE.map((who) => [who, 1_000_000n]));
      const str = world.str;
      for (const { by, name, amount, rounds } of steps) {
        world.round += rounds;
        model.pass(rounds, rate);
        const stake = model.stakes.get(by) ?? 0n;
        const owed = earnedOf(staking, by);
        const { error, value } = name === 'fund' ? staking.pay(amount, by, 'fund') : name === 'claim' ? staking.call(by, 'claim') : staking.call(by, name, amount);
        if (name === 'fund') {
          expect(error === undefined).toBe(amount > 0n);
          model.left += amount;
        } else if (name === 'claim') {
          expect(value ?? 0n).toBe(owed);
          model.earned.set(by, (model.earned.get(by) ?? 0n) - owed * Model.ONE);
        } else if (name === 'stake') {
          const works = amount <= allowed.get(by)! && amount <= tokens.get(by)! - stake;
          expect(error).toBe(amount === 0n ? 'nothing' : works ? undefined : 'call failed');
          if (error !== undefined) continue;
          allowed.set(by, allowed.get(by)! - amount);
          model.stakes.set(by, stake + amount);
          model.unlocks.set(by, world.round + Number(lock));
        } else {
          const works = amount > 0n && amount <= stake && world.round >= (model.unlocks.get(by) ?? 0);
          expect(error === undefined).toBe(works);
          if (works) model.stakes.set(by, stake - amount);
        }
        tally(staking, model);
      }
      // All of a stake's tokens are its owner's again, or still staked.
      for (const who of PEOPLE) expect(tokensOf(staking, who) + (model.stakes.get(who) ?? 0n)).toBe(tokens.get(who));
      expect(world.str).toBe(str);
      for (const who of PEOPLE) {
        const short = (model.earned.get(who) ?? 0n) - earnedOf(staking, who) * Model.ONE;
        expect(short >= 0n && short <= BigInt(steps.length + 2) * Model.ONE).toBe(true);
      }
    },
  );
});

/** What storage says, against tokens, STR and the model. */
function tally(staking: Template, model: Model): void {
  const pool = staking.entry('g');
  const [staked, left, owed] = [0, 8, 16].map((at) => u64At(pool, at));
  expect(staking.entries('k').reduce((sum, [, entry]) => sum + u64At(entry), 0n)).toBe(staked);
  expect(staked).toBe(model.staked);
  expect(tokensOf(staking, staking.address)).toBe(staked);
  expect(staking.world.state.balanceOf(staking.address)).toBe(left + owed);
  expect(PEOPLE.reduce((sum, who) => sum + earnedOf(staking, who), 0n) <= staking.view<readonly bigint[]>('pool')[2]).toBe(true);
}

it('amounts at their bounds: all tokens that there can be, all STR that there is', () => {
  const staking = deployed('staking', { args: [TOKEN, MAX, 0n] });
  tokenOf(staking).call(ALICE, 'mint', ALICE, MAX - 10_000_000n);
  tokenOf(staking).call(ALICE, 'approve', staking.address, MAX);
  const STR = 6_300_000_000_000_000_000n;
  staking.world.state.balances.set(BOB, STR);
  expect(staking.pay(STR, BOB, 'fund').error).toBeUndefined();
  expect(staking.call(ALICE, 'stake', 1n).error).toBeUndefined();
  staking.world.round += 1;
  // All of it for one token; then the sum of what a token earned stands high, and a large stake meets it.
  expect(staking.call(ALICE, 'claim')).toMatchObject({ value: STR });
  expect(staking.call(ALICE, 'stake', MAX - 1_000_001n).error).toBeUndefined();
  expect(staking.pay(STR - 1n, ALICE, 'fund').error).toBeUndefined();
  staking.world.round += 1;
  // ⌊⌊(STR − 1) × 2^64 ÷ stake⌋ × stake ÷ 2^64⌋
  const stake = MAX - 1_000_000n;
  expect(staking.call(ALICE, 'claim')).toMatchObject({ value: ((((STR - 1n) << 64n) / stake) * stake) >> 64n });
});

it('gives all that is left when a round’s reward times the rounds is more than 64 bits', () => {
  const staking = deployed('staking', { args: [TOKEN, 1n << 63n, 0n] });
  staking.pay(1_000n, BOB, 'fund');
  staking.call(ALICE, 'stake', 1n);
  staking.world.round += 2;
  expect(staking.call(ALICE, 'claim')).toMatchObject({ value: 1_000n });
});

it('goes on when the sum of what a token earned has passed 64 bits: the same STR given four times for one token', () => {
  const STR = 6_300_000_000_000_000_000n;
  const staking = deployed('staking', { args: [TOKEN, MAX, 0n] });
  staking.world.state.balances.set(ALICE, STR);
  staking.call(ALICE, 'stake', 1n);
  staking.call(BOB, 'stake', 1n);
  staking.call(BOB, 'unstake', 1n);
  for (let time = 1n; time <= 4n; time++) {
    expect(staking.pay(STR, ALICE, 'fund').error).toBeUndefined();
    staking.world.round += 1;
    expect(staking.call(ALICE, 'claim')).toMatchObject({ value: STR });
    expect(u64At(staking.entry('g'), 24)).toBe((time * STR) & MAX);
  }
  expect(staking.call(BOB, 'stake', 1n).error).toBeUndefined();
  expect(staking.pay(10n, ALICE, 'fund').error).toBeUndefined();
  staking.world.round += 1;
  for (const who of PEOPLE) expect(staking.call(who, 'claim')).toMatchObject({ value: 5n });
  for (const who of PEOPLE) expect(staking.call(who, 'unstake', 1n).error).toBeUndefined();
});
