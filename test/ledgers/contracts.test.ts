/** Contracts on their ledger: in rounds, on the journal, with gas and receipts; each round also by the reference model. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureCode, Receipt } from '../../engine/chain/types.ts';
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { codes, contracts, contractStorage, snapshots } from '../../engine/ledgers/tables.ts';
import { fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { rootOf } from '../../engine/state/commitment.ts';
import { FlatState } from '../../engine/state/flat.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { moduleOf } from '../contracts/template.ts';
import { ALICE, BOB, CAROL, crypto, DAVE, FUNDS, vm, type Key } from '../helpers/fixtures.ts';
import { Twin } from '../reference/twin.ts';
import { contract } from '../starw/world.ts';

const NOTHING = new Uint8Array(0);
const GAS_LIMIT = 5_000_000;
const deploy = (module: Uint8Array, value = 0n, input = NOTHING): Payload => ({ kind: 'contract_deploy', module, value, input });
const call = (to: string, input: readonly number[] = [], value = 0n): Payload => ({ kind: 'contract_call', contract: to, value, input: Uint8Array.from(input) });
const u64 = (amount: bigint): number[] => [...new Uint8Array(BigUint64Array.of(amount).buffer)];

/** A chain on which the reference model agrees about every transaction and all that it stores. */
class Play extends Twin {
  act(from: Key, payload: Payload, gasLimit = GAS_LIMIT): Receipt {
    const told = this.both([this.sign(from, payload, { gasLimit })]);
    if (!('executed' in told)) throw new Error(`engine: ${told.engine}, model: ${told.model}`);
    const [receipt] = told.executed.receipts;
    expect(told.applied.outcomes).toMatchObject([{ refusal: receipt.status === 'success' ? undefined : receipt.status, gas: receipt.gasUsed, touched: receipt.touched }]);
    expect(this.differences(told)).toEqual([]);
    return receipt;
  }

  /** Deploys a module and gives its address. */
  deployed(module: Uint8Array, value = 0n, input = NOTHING): string {
    const receipt = this.act(ALICE, deploy(module, value, input));
    expect(receipt.status).toBe('success');
    return contractAddress(receipt.transaction, crypto);
  }
}

const STORE = '(call $storage_set (i32.const 0) (i32.const 4) (i32.const 8) (i32.const 8))';
const FAIL = '(call $revert (i32.const 8) (i32.const 2))';
const DATA = '(data (i32.const 0) "key!") (data (i32.const 8) "no value")';

/** Where an account's address lies in a contract's memory. */
const addressAt = (place: number, account: string): string => `(data (i32.const ${place}) "${[...fromHex(account)].map((byte) => `\\${toHex(Uint8Array.of(byte))}`).join('')}")`;
const pay = (place: number): string => `(drop (call $call (i32.const ${place}) (i64.const 3) (i32.const 0) (i32.const 0) (i32.const -1)))`;

describe('deploying', () => {
  test('code is kept once, the contract under an address of its own, its STR on the main ledger', () => {
    const play = new Play();
    const module = contract(STORE, `${DATA} (func (export "deploy") ${STORE})`);
    const receipt = play.act(ALICE, deploy(module, 5n));
    const address = contractAddress(receipt.transaction, crypto);
    const code = toHex(crypto.sha256(module));
    expect(address).toBe(toHex(crypto.sha256(Uint8Array.from([...utf8('stratus-contract'), ...fromHex(receipt.transaction)]))).slice(0, 40));
    expect(receipt).toMatchObject({ status: 'success', touched: ['main'], events: [{ type: 'deployed', contract: address, code }] });
    const { state } = play;
    expect(state.get(contracts, address)).toEqual({ code, creator: ALICE.account, round: 1 });
    expect(state.get(codes, code)).toEqual(module);
    expect(state.get(contractStorage, `${address}/${toHex(utf8('key!'))}`)).toEqual(utf8('no value'));
    expect(accountOf(state, address)).toEqual({ nonce: 0, str: 5n });
    const again = play.deployed(module);
    expect(again).not.toBe(address);
    expect([...play.last.delta.keys()].filter((key) => key.startsWith('code:'))).toEqual([]);
  });

  const spin = '(loop $again (br $again))';
  test.each<[string, Uint8Array, bigint, FailureCode]>([
    ['bytes that are no module', utf8('no module'), 0n, 'module-refused'],
    ['a module that may not be deployed', contract('', '(func (export "deploy") (param i32))'), 0n, 'module-refused'],
    ['more STR than there is', contract(''), FUNDS, 'value-not-covered'],
    ['a constructor that reverts', contract('', `${DATA} (func (export "deploy") ${STORE} ${FAIL})`), 1n, 'reverted'],
    ['a constructor that does not end', contract('', `(func (export "deploy") ${spin})`), 1n, 'out-of-gas'],
    ['a constructor that traps', contract('', `${DATA} (func (export "deploy") ${STORE} unreachable)`), 1n, 'trap'],
  ])('%s leaves nothing', (_, module, value, status) => {
    const play = new Play();
    const receipt = play.act(ALICE, deploy(module, value));
    expect(receipt).toMatchObject({ status, events: [], touched: [] });
    expect([...play.last.delta.keys()].filter((key) => !key.startsWith('account:'))).toEqual([]);
  });
});

describe('calling', () => {
  const play = new Play();
  const at: Record<string, string> = {};
  beforeAll(() => {
    at.pays = play.deployed(contract(pay(0), addressAt(0, BOB.account)), 10n);
    at.stores = play.deployed(contract(STORE, DATA));
    at.echoes = play.deployed(contract('(call $input_read (i32.const 0) (i32.const 0) (call $input_len)) (call $ret (i32.const 0) (call $input_len)) (call $emit (i32.const 0) (i32.const 1) (i32.const 0) (call $input_len))'));
    at.returns = play.deployed(contract('(call $input_read (i32.const 0) (i32.const 0) (call $input_len)) (call $ret (i32.const 0) (call $input_len))'));
    at.reverts = play.deployed(contract(`${STORE} (call $emit (i32.const 0) (i32.const 4) (i32.const 8) (i32.const 2)) ${FAIL}`, DATA));
    at.spins = play.deployed(contract('(loop $again (br $again))'));
    at.recurses = play.deployed(contract('(call $f (i32.const 0))', '(func $f (param i32) (local i64 i64 i64 i64 i64 i64 i64 i64) (call $f (local.get 0)))'));
    at.reads = play.deployed(contract('(call $input_read (i32.const 0) (i32.const 1) (i32.const 1))'));
    at.outside = play.deployed(contract('(call $caller (i32.const -1))'));
    at.floods = play.deployed(contract('(loop $again (call $emit (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0)) (br $again))'));
  });

  test.each<[string, bigint, number[], 'success' | FailureCode, Partial<Receipt>]>([
    ['pays', 0n, [], 'success', { touched: ['main'], events: [] }],
    ['stores', 0n, [], 'success', { touched: [], events: [] }],
    ['echoes', 2n, [7, 8, 9], 'success', { touched: ['main'], output: Uint8Array.of(7, 8, 9) }],
    ['echoes', FUNDS, [], 'value-not-covered', { output: NOTHING, gasUsed: 21_000 }],
    ['nobody', 0n, [], 'not-found', { gasUsed: 21_000 }],
    ['reverts', 1n, [], 'reverted', { events: [], touched: [], output: utf8('no') }],
    ['spins', 1n, [], 'out-of-gas', { gasUsed: GAS_LIMIT }],
    ['recurses', 0n, [], 'stack-overflow', { gasUsed: GAS_LIMIT }],
    ['reads', 0n, [1], 'input-range', { gasUsed: GAS_LIMIT }],
    ['outside', 0n, [], 'memory-range', { gasUsed: GAS_LIMIT }],
    ['floods', 0n, [], 'event-count', { gasUsed: GAS_LIMIT, events: [] }],
    ['echoes', 0n, Array.from({ length: 16_385 }, () => 1), 'input-size', { gasUsed: 21_000 }],
  ])('one that %s, with %i STR', (name, value, input, status, more) => {
    const to = at[name] ?? DAVE.account;
    const before = play.state;
    const receipt = play.act(CAROL, call(to, input, value));
    expect(receipt).toMatchObject({ status, fee: BigInt(receipt.gasUsed), ...more });
    const spent = status === 'success' ? value : 0n;
    expect(accountOf(play.state, CAROL.account).str).toBe(accountOf(before, CAROL.account).str - receipt.fee - spent);
  });

  test('events stand in the receipt, in order', () => {
    expect(play.act(BOB, call(at.echoes, [5, 6])).events).toEqual([{ type: 'contract', contract: at.echoes, topic: Uint8Array.of(5), data: Uint8Array.of(5, 6) }]);
  });

  test('the receipt keeps the first 1,024 bytes of what is handed back; events cost 8 gas a byte', () => {
    const long = play.act(BOB, call(at.returns, Array.from({ length: 2_000 }, (_, i) => i & 255)));
    expect(long).toMatchObject({ status: 'success', output: Uint8Array.from({ length: 1_024 }, (_, i) => i & 255) });
    const gas = (bytes: number): number => play.act(BOB, call(at.echoes, Array.from({ length: bytes }, () => 1))).gasUsed;
    // 8 a byte for the event, and one per 8 bytes for reading and for handing back.
    expect(gas(1_000) - gas(200)).toBe(800 * 8 + 2 * 100);
  });

  test('gas that the limit leaves above the intrinsic is what the contract gets, to the last', () => {
    const { gasUsed } = play.act(BOB, call(at.stores));
    expect(play.act(BOB, call(at.stores), gasUsed)).toMatchObject({ status: 'success', gasUsed });
    expect(play.act(BOB, call(at.stores), gasUsed - 1)).toMatchObject({ status: 'out-of-gas', gasUsed: gasUsed - 1 });
  });
});

test('a payment that is undone takes its vote snapshot along; the next one keeps it (D19)', () => {
  const play = new Play();
  const reverts = play.deployed(contract(`${pay(0)} ${FAIL}`, addressAt(0, BOB.account)), 10n);
  const goesOn = play.deployed(contract(`${pay(32)} ${pay(0)}`, `${addressAt(0, BOB.account)} ${addressAt(32, reverts)}`), 10n);
  play.act(ALICE, { kind: 'proposal', title: 'weigh', action: { type: 'treasury', to: DAVE.account, amount: 1n } });
  const before = accountOf(play.state, BOB.account).str;
  expect(play.act(CAROL, call(goesOn))).toMatchObject({ status: 'success' });
  expect(accountOf(play.state, BOB.account).str).toBe(before + 3n);
  expect(play.state.get(snapshots, BOB.account)).toMatchObject({ str: before });
});

/** Selector and arguments of some of the token's functions (engine/starw/contracts/token/abi.json). */
const people = [ALICE, BOB, CAROL];
const arbCall = fc.record({
  from: fc.integer({ min: 0, max: 2 }),
  to: fc.integer({ min: 0, max: 2 }),
  amount: fc.bigInt({ min: 0n, max: 300n }),
  what: fc.constantFrom('transfer', 'approve', 'mint', 'burn', 'nonsense'),
});
const inputOf = ({ to, amount, what }: { to: number; amount: bigint; what: string }): number[] => {
  const account = [...fromHex(people[to].account)];
  if (what === 'burn') return [7, ...u64(amount)];
  if (what === 'nonsense') return [99];
  return [{ transfer: 2, approve: 3, mint: 6 }[what]!, ...account, ...u64(amount)];
};

test('a token in rounds does what it does on plain maps: gas, answers, events, storage; and undoing leaves nothing', () => {
  fc.assert(
    fc.property(fc.array(arbCall, { maxLength: 12 }), (acts) => {
      const play = new Play();
      const module = moduleOf('token');
      const token = play.deployed(module, 0n, Uint8Array.from(u64(1_000n)));
      const twin = new MemoryState();
      twin.codes.set(token, { hash: toHex(crypto.sha256(module)), bytes: module });
      const context = { contract: token, value: 0n, gas: GAS_LIMIT - 21_000 };
      vm.execute(twin, { round: 1, time: 0 }, { ...context, caller: ALICE.account, input: Uint8Array.from(u64(1_000n)) }, 'deploy');
      for (const act of acts) {
        const input = inputOf(act);
        const caller = people[act.from].account;
        const receipt = play.act(people[act.from], call(token, input));
        const outcome = vm.execute(twin, { round: 1, time: 0 }, { ...context, caller, input: Uint8Array.from(input) });
        expect(receipt.gasUsed).toBe(21_000 + outcome.gasUsed);
        if (outcome.status === 'ok') expect(receipt).toMatchObject({ status: 'success', output: outcome.output, events: outcome.events.map((event) => ({ type: 'contract', ...event })) });
        else expect(receipt).toMatchObject({ status: 'reverted', output: outcome.status === 'reverted' && outcome.reason });
      }
      for (const [key, value] of twin.storage) expect(play.state.get(contractStorage, key)).toEqual(value);

      const flat = FlatState.from(play.genesis.state, crypto);
      const roots = (of: { commitments: (typeof flat)['commitments'] }): string[] => LEDGERS.map((_, i) => toHex(rootOf(of.commitments[i], crypto)));
      for (const { delta, commitments } of play.executed) flat.apply(delta, commitments);
      expect(roots(flat)).toEqual(roots(play.state));
      for (const { delta } of [...play.executed].reverse()) flat.undo(delta);
      expect(roots(flat)).toEqual(roots(play.genesis.state));
    }),
    { numRuns: 25, seed: 1 },
  );
});

