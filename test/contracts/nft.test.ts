/** The NFT template: each function and refusal, any sequence of calls against a model, its storage. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../engine/primitives/bytes.ts';
import { deployed, HASH } from './scenes.ts';
import { ALICE, BOB, CAROL, DAVE, NOBODY, u64At, type Template, type Value } from './template.ts';

type Step = readonly [by: string, name: string, args: readonly Value[], answer: object];

/** ALICE owns the collection; in order, each on what the ones above left. */
const STORY: readonly Step[] = [
  [ALICE, 'mint', [ALICE, HASH], { value: 1n, events: [['Transfer', NOBODY, ALICE, 1n]] }],
  [ALICE, 'mint', [BOB, HASH], { value: 2n, events: [['Transfer', NOBODY, BOB, 2n]] }],
  [BOB, 'mint', [BOB, HASH], { error: 'not allowed' }],
  [ALICE, 'mint', [NOBODY, HASH], { error: 'to nobody' }],
  [DAVE, 'totalSupply', [], { value: 2n }],
  [DAVE, 'contentOf', [1n], { value: HASH }],
  [DAVE, 'ownerOf', [3n], { error: 'no such token' }],
  [DAVE, 'ownerOf', [0n], { error: 'no such token' }],
  [BOB, 'transfer', [CAROL, 1n], { error: 'not allowed' }],
  [ALICE, 'transfer', [NOBODY, 1n], { error: 'to nobody' }],
  [ALICE, 'transfer', [CAROL, 1n], { events: [['Transfer', ALICE, CAROL, 1n]] }],
  [DAVE, 'approve', [DAVE, 1n], { error: 'not allowed' }],
  [CAROL, 'approve', [DAVE, 1n], { events: [['Approval', CAROL, DAVE, 1n]] }],
  [BOB, 'approvedFor', [1n], { value: DAVE }],
  [DAVE, 'transfer', [BOB, 1n], { error: 'not allowed' }],
  [DAVE, 'transferFrom', [BOB, DAVE, 1n], { error: 'not allowed' }],
  [DAVE, 'transferFrom', [CAROL, BOB, 1n], { events: [['Transfer', CAROL, BOB, 1n]] }],
  [DAVE, 'transferFrom', [BOB, DAVE, 1n], { error: 'not allowed' }],
  [BOB, 'approvedFor', [1n], { value: NOBODY }],
  [BOB, 'setOperator', [CAROL, 2n], { error: 'bad input' }],
  [BOB, 'setOperator', [CAROL, 1n], { events: [['Operator', BOB, CAROL, 1n]] }],
  [DAVE, 'isOperator', [BOB, CAROL], { value: 1n }],
  [CAROL, 'approve', [CAROL, 1n], { events: [['Approval', BOB, CAROL, 1n]] }],
  [CAROL, 'approve', [NOBODY, 1n], { events: [['Approval', BOB, NOBODY, 1n]] }],
  [CAROL, 'burn', [1n], { events: [['Transfer', BOB, NOBODY, 1n]] }],
  [BOB, 'setOperator', [CAROL, 0n], { events: [['Operator', BOB, CAROL, 0n]] }],
  [CAROL, 'burn', [2n], { error: 'not allowed' }],
  [BOB, 'burn', [1n], { error: 'no such token' }],
  [DAVE, 'balanceOf', [BOB], { value: 1n }],
  [ALICE, 'mint', [ALICE, HASH], { value: 3n, events: [['Transfer', NOBODY, ALICE, 3n]] }],
  [DAVE, 'owner', [], { value: ALICE }],
];

it('answers as the story says, and what it refuses changes nothing', () => {
  const nft = deployed('nft');
  for (const [by, name, args, answer] of STORY) {
    const before = nft.world.state.image();
    const { gas: _gas, ...given } = nft.call(by, name, ...args);
    expect([name, ...args, given]).toEqual([name, ...args, answer]);
    if ('error' in given) expect(nft.world.state.image()).toBe(before);
  }
});

const PEOPLE = [ALICE, BOB, CAROL];
const person = fc.constantFrom(...PEOPLE);
const id = fc.bigInt({ min: 1n, max: 4n });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ name: fc.constant('mint' as const), by: fc.constantFrom(ALICE, ALICE, BOB), to: person }) },
  { weight: 6, arbitrary: fc.record({ name: fc.constantFrom(...(['transfer', 'transferFrom', 'approve', 'burn'] as const)), by: person, from: person, to: fc.constantFrom(...PEOPLE, NOBODY), id }) },
  { weight: 2, arbitrary: fc.record({ name: fc.constant('setOperator' as const), by: person, to: person, allowed: fc.constantFrom(0n, 1n) }) },
);

/** Who holds what, and who may move it; plain. */
class Model {
  minted = 0n;
  readonly holders = new Map<bigint, string>();
  readonly approved = new Map<bigint, string>();
  readonly operators = new Set<string>();

  /** Does a step, or nothing; says whether it may be done, and with which arguments it is called. */
  act(by: string, call: typeof step extends fc.Arbitrary<infer S> ? S : never): [works: boolean, args: readonly Value[]] {
    if (call.name === 'mint') {
      if (by === ALICE) this.holders.set((this.minted += 1n), call.to);
      return [by === ALICE, [call.to, HASH]];
    }
    if (call.name === 'setOperator') {
      if (call.allowed === 1n) this.operators.add(by + call.to);
      else this.operators.delete(by + call.to);
      return [true, [call.to, call.allowed]];
    }
    const holder = this.holders.get(call.id);
    const decides = holder === by || this.operators.has(`${holder}${by}`);
    const moves = decides || this.approved.get(call.id) === by;
    const change = (works: boolean, args: readonly Value[], holds: string | undefined): [boolean, readonly Value[]] => {
      if (!works) return [false, args];
      this.approved.delete(call.id);
      if (holds === undefined) this.holders.delete(call.id);
      else this.holders.set(call.id, holds);
      return [true, args];
    };
    if (holder === undefined) return [false, call.name === 'burn' ? [call.id] : call.name === 'transferFrom' ? [call.from, call.to, call.id] : [call.to, call.id]];
    if (call.name === 'burn') return change(moves, [call.id], undefined);
    if (call.name === 'transfer') return change(holder === by && call.to !== NOBODY, [call.to, call.id], call.to);
    if (call.name === 'transferFrom') return change(moves && call.from === holder && call.to !== NOBODY, [call.from, call.to, call.id], call.to);
    if (decides && call.to === NOBODY) this.approved.delete(call.id);
    else if (decides) this.approved.set(call.id, call.to);
    return [decides, [call.to, call.id]];
  }
}

describe('any sequence of calls', () => {
  test.prop([fc.array(step, { maxLength: 40 })], { numRuns: 80 })('agrees with a model; every token has one holder, and counts are right in storage alone', (steps) => {
    const nft = deployed('nft');
    const model = new Model();
    for (const call of steps) {
      const [works, args] = model.act(call.by, call);
      expect(nft.call(call.by, call.name, ...args).error === undefined).toBe(works);
    }
    expect(holdersIn(nft)).toEqual(model.holders);
    expect(u64At(nft.entry('s'))).toBe(BigInt(model.holders.size));
    expect(u64At(nft.entry('n'))).toBe(model.minted);
    for (const holder of PEOPLE) expect(u64At(nft.entry('b', holder))).toBe(BigInt([...model.holders.values()].filter((of) => of === holder).length));
    expect(nft.entries('a').map(([, who]) => toHex(who)).sort()).toEqual([...model.approved.values()].sort());
  });
});

/** By number, from storage. */
const holdersIn = (nft: Template): Map<bigint, string> =>
  new Map(nft.entries('t').map(([number, token]) => [u64At(Uint8Array.from(Buffer.from(number, 'hex'))), toHex(token.subarray(0, 20))]));
