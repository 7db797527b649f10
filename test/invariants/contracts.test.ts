/** The invariants over contracts: silent on a real chain of all templates, and each red when its own thing is falsified. */
import { expect, test } from 'vitest';
import type { ExecutedRound, ReceiptEvent } from '../../engine/chain/types.ts';
import { contractAddress } from '../../engine/ledgers/contract/rules.ts';
import { codes, contracts, contractStorage } from '../../engine/ledgers/tables.ts';
import { DEFAULT_POOL_POLICY, UNIT } from '../../engine/params/params.ts';
import { utf8Decode } from '../../engine/primitives/bytes.ts';
import { encodeCall, encodeDeploy } from '../../engine/starw/abi-call.ts';
import type { AbiValue } from '../../engine/starw/abi-value.ts';
import { templateOf, type TemplateName } from '../../engine/starw/templates.ts';
import type { Change, StateReader, Table } from '../../engine/state/state.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { contractCode } from '../../sim/invariants/contract-code.ts';
import { contractCover } from '../../sim/invariants/contract-cover.ts';
import { contractDex } from '../../sim/invariants/contract-dex.ts';
import { contractStaking } from '../../sim/invariants/contract-staking.ts';
import { contractSupply } from '../../sim/invariants/contract-supply.ts';
import { contractVotes } from '../../sim/invariants/contract-votes.ts';
import type { NodeFacts, RoundFacts, RunFacts } from '../../sim/invariants/invariant.ts';
import { Count } from '../helpers/count.ts';
import { ALICE, BOB, CAROL, crypto, type Key } from '../helpers/fixtures.ts';
import { Twin } from '../reference/twin.ts';

const FACTORIES = [contractSupply, contractStaking, contractDex, contractCover, contractVotes, contractCode];
const MOST = (1n << 64n) - 1n;

/** Rounds of deployments and calls, with the addresses of what was deployed. */
class Contracts {
  readonly twin = new Twin();
  readonly at = {} as Record<TemplateName, string>;

  deploy(name: TemplateName, ...args: readonly AbiValue[]): Transaction {
    const { module, abi } = templateOf(name);
    const input = encodeDeploy(abi, args);
    if (!input.ok) throw new Error(input.error.code);
    const transaction = this.twin.sign(ALICE, { kind: 'contract_deploy', module, value: 0n, input: input.value }, { gasLimit: 2_000_000 });
    this.at[name] = contractAddress(transaction.id, crypto);
    return transaction;
  }

  call(from: Key, name: TemplateName, what: string, args: readonly AbiValue[] = [], value = 0n): Transaction {
    const input = encodeCall(templateOf(name).abi, what, args);
    if (!input.ok) throw new Error(input.error.code);
    return this.twin.sign(from, { kind: 'contract_call', contract: this.at[name], value, input: input.value }, { gasLimit: 500_000 });
  }

  round(...transactions: readonly Transaction[]): void {
    const told = this.twin.both(transactions);
    expect(told).toHaveProperty('executed');
    if ('executed' in told) expect(told.executed.receipts.map(({ status }) => status)).toEqual(transactions.map(() => 'success'));
  }
}

const chain = new Contracts();
const { at, twin } = chain;
chain.round(chain.deploy('token', 1_000_000n * UNIT), chain.deploy('nft'), chain.deploy('governance', 3n, 0n, 1_000n, 5_000n, 100n), chain.deploy('escrow'));
chain.round(
  chain.deploy('dex', at.token, 30n),
  chain.deploy('staking', at.token, UNIT, 0n),
  chain.call(ALICE, 'token', 'transfer', [BOB.account, 1_000n * UNIT]),
  chain.call(ALICE, 'governance', 'setMember', [BOB.account, 7n]),
);
chain.round(
  ...(['dex', 'staking'] as const).flatMap((name) => [ALICE, BOB].map((who) => chain.call(who, 'token', 'approve', [at[name], MOST]))),
  chain.call(ALICE, 'dex', 'addLiquidity', [1_000n * UNIT, 0n], 100n * UNIT),
  chain.call(ALICE, 'staking', 'stake', [50n * UNIT]),
  chain.call(BOB, 'staking', 'fund', [], 9n * UNIT),
  chain.call(ALICE, 'nft', 'mint', [BOB.account, '11'.repeat(32)]),
  chain.call(BOB, 'governance', 'propose', [CAROL.account, 1n, '', '22'.repeat(32)]),
  chain.call(ALICE, 'escrow', 'open', [BOB.account, CAROL.account, 99n], 5n * UNIT),
);
/** The round that is falsified: something of everything. */
const LOOKED_AT = twin.rounds.length;
chain.round(
  chain.call(ALICE, 'token', 'transfer', [CAROL.account, 3n]),
  chain.call(ALICE, 'token', 'mint', [CAROL.account, 10n]),
  chain.call(CAROL, 'token', 'burn', [5n]),
  chain.call(BOB, 'nft', 'transfer', [CAROL.account, 1n]),
  chain.call(ALICE, 'nft', 'mint', [BOB.account, '33'.repeat(32)]),
  chain.call(CAROL, 'dex', 'buy', [1n], UNIT),
  chain.call(BOB, 'dex', 'sell', [UNIT, 1n]),
  chain.call(BOB, 'dex', 'addLiquidity', [500n * UNIT, 0n], UNIT),
  chain.call(ALICE, 'dex', 'removeLiquidity', [UNIT, 0n, 0n]),
  chain.call(BOB, 'staking', 'stake', [4n * UNIT]),
  chain.call(ALICE, 'staking', 'claim'),
  chain.call(ALICE, 'governance', 'vote', [1n, 1n]),
  chain.call(BOB, 'governance', 'vote', [1n, 0n]),
  chain.call(CAROL, 'escrow', 'open', [BOB.account, ALICE.account, 99n], UNIT),
  chain.call(ALICE, 'escrow', 'release', [1n]),
  chain.deploy('escrow'),
);

type Falsify = (result: ExecutedRound) => ExecutedRound;

function watch(falsify: Falsify = (result) => result, state: StateReader = twin.state) {
  const path: RoundFacts[] = [];
  for (const [index, round] of twin.rounds.entries()) path.push({ index, parent: path.at(-1), round, work: 0n, foundAtUs: 0 });
  const node = { index: 0, kind: 'full', honest: true, up: true, isolated: true, head: path.at(-1), state: () => state } as unknown as NodeFacts;
  const facts: RunFacts = { params: twin.genesis.params, poolPolicy: DEFAULT_POOL_POLICY, genesis: twin.genesis, crypto, nodes: [node], beyond: false, sealHolds: () => true };
  return FACTORIES.map((make) => {
    const invariant = make(facts);
    const report = new Count();
    for (const round of path.slice(1)) {
      const result = twin.executed[round.index - 1];
      invariant.roundExecuted?.(round, round.index === LOOKED_AT ? falsify(result) : result, twin.states[round.index - 1], report);
    }
    invariant.checkpoint?.(report);
    return { id: invariant.id, evaluations: report.evaluations, violations: report.violations };
  });
}

test('silent on a real chain, and each evaluated', () => {
  for (const { id, evaluations, violations } of watch()) expect([id, evaluations > 0, violations]).toEqual([id, true, []]);
});

// ── falsifications ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Bytes with one u64 changed by so much. */
function shifted(bytes: Uint8Array, place: number, by: bigint): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const view = new DataView(changed.buffer);
  view.setBigUint64(place, view.getBigUint64(place, true) + by, true);
  return changed;
}

/** What is stored of an entry after the round, changed. */
function stored(template: TemplateName, key: string, change: (bytes: Uint8Array) => Uint8Array | undefined): Falsify {
  const name = `storage:${contractOf(template)}/${key}`;
  return (result) => {
    const was = result.delta.get(name)!;
    expect(was, name).toBeDefined();
    return withChange(result, name, { ...was, after: change(was.after as Uint8Array) });
  };
}
const contractOf = (template: TemplateName): string => (template === 'escrow' ? firstEscrow : at[template]);
const firstEscrow = contractAddress(twin.rounds[1].transactions[3].id, crypto);
const withChange = (result: ExecutedRound, name: string, change: Change): ExecutedRound => ({ ...result, delta: new Map(result.delta).set(name, change) });
const plus = (place: number, by: bigint) => (bytes: Uint8Array) => shifted(bytes, place, by);

/** Events of contracts with this topic, changed or left out. */
const told =
  (topic: string, change: (data: Uint8Array) => Uint8Array | undefined): Falsify =>
  (result) => ({
    ...result,
    receipts: result.receipts.map((receipt) => ({
      ...receipt,
      events: receipt.events.flatMap((event): ReceiptEvent[] => {
        if (event.type !== 'contract' || utf8Decode(event.topic) !== topic) return [event];
        const data = change(event.data);
        return data === undefined ? [] : [{ ...event, data }];
      }),
    })),
  });
const str =
  (template: TemplateName, by: bigint): Falsify =>
  (result) => {
    const name = `account:${contractOf(template)}`;
    const was = result.delta.get(name)!;
    const after = was.after as { nonce: number; str: bigint };
    return withChange(result, name, { ...was, after: { ...after, str: after.str + by } });
  };
const both =
  (...all: readonly Falsify[]): Falsify =>
  (result) =>
    all.reduce((changed, falsify) => falsify(changed), result);
const change = <V>(table: Table<V>, key: string, before: V | undefined, after: V | undefined): Falsify => (result) => withChange(result, `${table.name}:${key}`, { table: table as Table<unknown>, key, before, after });
const token = { code: templateOf('token').hash, creator: ALICE.account, round: 1 };
const [b, s, t, k, g, r, l, p, v, e, h, m] = [...'bstkgrlpvehm'].map((letter) => letter.charCodeAt(0).toString(16));
const ONE = '0100000000000000';

test.each<[string, Falsify, readonly string[]]>([
  ['a token out of nothing', stored('token', `${b}${CAROL.account}`, plus(0, 1n)), ['C1']],
  ['a balance deleted', stored('token', `${b}${CAROL.account}`, () => undefined), ['C1']],
  ['a supply that grew without a mint', stored('token', s, plus(0, 1n)), ['C1']],
  ['tokens and supply out of nothing', both(stored('token', s, plus(0, 1n)), stored('token', `${b}${CAROL.account}`, plus(0, 1n))), ['C1']],
  ['a transfer that nobody told of', told('Transfer', () => undefined), ['C1']],
  ['an NFT that is counted and not there', stored('nft', `${t}0200000000000000`, () => undefined), ['C1']],
  ['an NFT that two have', stored('nft', `${b}${CAROL.account}`, plus(0, 1n)), ['C1']],
  ['a stake that the pool does not know', stored('staking', `${k}${BOB.account}`, plus(0, 1n)), ['C2']],
  ['a pool with more stakes than were told', both(stored('staking', g, plus(0, 1n)), stored('staking', `${k}${BOB.account}`, plus(0, 1n))), ['C2']],
  ['staked tokens that are not there', stored('token', `${b}${at.staking}`, plus(0, -UNIT)), ['C1', 'C2']],
  ['a reward that nobody funded', stored('staking', g, plus(16, 1n)), ['C2', 'C4']],
  ['a claim of more than is told', told('Claimed', plus(20, -1n)), ['C2']],
  ['an account that earned what all are owed and more', stored('staking', `${k}${BOB.account}`, plus(8, 10n * UNIT)), ['C2']],
  ['a reserve beside the events', stored('dex', r, plus(0, 1n)), ['C3', 'C4']],
  ['a swap for nothing', told('Bought', plus(20, -UNIT)), ['C3']],
  ['shares out of nothing', stored('dex', `${l}${BOB.account}`, plus(0, 1n)), ['C3']],
  ['shares for less than they cost', both(told('Added', plus(36, UNIT)), stored('dex', r, plus(16, UNIT)), stored('dex', `${l}${BOB.account}`, plus(0, UNIT))), ['C3']],
  ['tokens of a pool that are not there', stored('token', `${b}${at.dex}`, plus(0, -UNIT)), ['C1', 'C3']],
  ['STR of a pool that is not there', str('dex', -1n), ['C4']],
  ['STR of stakers that is not there', str('staking', -1n), ['C4']],
  ['STR in escrow that is not there', str('escrow', -1n), ['C4']],
  ['an escrow of more than its sum', stored('escrow', `${e}0200000000000000`, plus(60, 1n)), ['C4']],
  ['escrows whose sum is less', stored('escrow', h, plus(0, -1n)), ['C4']],
  ['a vote that is not counted', stored('governance', `${p}${ONE}`, plus(24, -100n)), ['C5']],
  ['a vote that weighs more', stored('governance', `${v}${ONE}${BOB.account}`, plus(8, 1n)), ['C5']],
  ['a vote that is changed', change(contractStorage, `${at.governance}/${v}${ONE}${BOB.account}`, Uint8Array.of(1), new Uint8Array(16)), ['C5']],
  ['a member without a place in the sum', change(contractStorage, `${at.governance}/${m}${CAROL.account}`, undefined, shifted(new Uint8Array(16), 0, 5n)), ['C5']],
  ['a contract whose code is another', change(contracts, at.token, token, { ...token, code: templateOf('nft').hash }), ['C1', 'C6']],
  ['a contract without code', change(contracts, 'ee'.repeat(20), undefined, { ...token, code: '00'.repeat(32) }), ['C6']],
  ['code that is not what its hash says', change(codes, '00'.repeat(32), undefined, Uint8Array.of(1)), ['C6']],
  ['code that is deleted', change(codes, token.code, templateOf('token').module, undefined), ['C6']],
  ['storage of an account that is no contract', change(contractStorage, `${BOB.account}/00`, undefined, Uint8Array.of(1)), ['C6']],
])('%s', (_, falsify, ids) => {
  const red = watch(falsify).filter(({ violations }) => violations.length > 0);
  expect(red.map(({ id }) => id)).toEqual(ids);
});

test.each([
  ['a balance', 'token', `${b}${CAROL.account}`],
  ['an NFT', 'nft', `${t}${ONE}`],
] as const)('a state that lost %s, counted at a checkpoint', (_, template, key) => {
  const lost: StateReader = { get: (table, name) => (name === `${at[template]}/${key}` ? undefined : twin.state.get(table, name)) };
  const red = watch(undefined, lost).filter(({ violations }) => violations.length > 0);
  expect(red.map(({ id, violations }) => [id, violations.length])).toEqual([['C1', 1]]);
});
