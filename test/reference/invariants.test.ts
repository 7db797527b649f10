/** The invariants that compare with the model: silent on a real chain, and each red when its own thing is falsified. */
import { expect, test } from 'vitest';
import type { ExecutedRound, ReceiptEvent, RoundError } from '../../engine/chain/types.ts';
import { CCOS_TREASURY, SHIELDED_POOL, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { DEFAULT_POOL_POLICY, UNIT } from '../../engine/params/params.ts';
import type { Change } from '../../engine/state/state.ts';
import type { Payload, Transaction } from '../../engine/tx/transaction.ts';
import { atomicity } from '../../sim/invariants/atomicity.ts';
import { ccosRewards } from '../../sim/invariants/ccos-rewards.ts';
import { cleanFailure } from '../../sim/invariants/clean-failure.ts';
import { feesAndSubsidy } from '../../sim/invariants/fees-and-subsidy.ts';
import { gas } from '../../sim/invariants/gas.ts';
import type { InvariantFactory, NodeFacts, RoundFacts, RunFacts } from '../../sim/invariants/invariant.ts';
import { merkleRoots } from '../../sim/invariants/merkle-roots.ts';
import { nonces } from '../../sim/invariants/nonces.ts';
import { overdraft } from '../../sim/invariants/overdraft.ts';
import { ownership } from '../../sim/invariants/ownership.ts';
import { shielded } from '../../sim/invariants/shielded.ts';
import { supply } from '../../sim/invariants/supply.ts';
import { votes } from '../../sim/invariants/votes.ts';
import { width } from '../../sim/invariants/width.ts';
import { Count } from '../helpers/count.ts';
import { ALICE, BOB, bridgeProof, CAROL, crypto, DAVE, STRANGER, plainReceipt } from '../helpers/fixtures.ts';
import { shieldedPayload } from '../helpers/shielded.ts';
import { ALICE as NOTES_ALICE, BOB as NOTES_BOB, note } from '../zk/claims.ts';
import { Twin } from './twin.ts';

const FACTORIES: readonly InvariantFactory[] = [
  overdraft,
  supply,
  nonces,
  merkleRoots,
  feesAndSubsidy,
  gas,
  ccosRewards,
  cleanFailure,
  width,
  ownership,
  votes,
  atomicity,
  shielded,
];

/** What is not violated has some headroom, or none; never less. */
class CountWithin extends Count {
  override headroom(share: number): void {
    expect(share).toBeGreaterThanOrEqual(0);
  }
}

const SIXTY = note(60n, NOTES_ALICE, 1);
const DEPOSIT = (genesisHash: string) => shieldedPayload(ALICE, genesisHash, { secret: NOTES_ALICE, spent: note(0n, NOTES_ALICE, 9), outputs: [SIXTY, note(40n, NOTES_ALICE, 2)], deposit: 100n });
const PAYMENT = (genesisHash: string) => shieldedPayload(ALICE, genesisHash, { secret: NOTES_ALICE, spent: SIXTY, outputs: [note(30n, NOTES_BOB, 3), note(20n, NOTES_ALICE, 4)], withdrawal: 10n });

/**
 * A real chain: [4] votes, [5] the round that tests look at (every family, two failures), [6] an execution, [7] its
 * effect.
 */
function chain(): Twin {
  const twin = new Twin({ params: { votingPeriodRounds: 2, executionDelayRounds: 1, quorumBps: 0 } });
  const { genesis } = twin;
  const op = (from: typeof ALICE, payload: Payload) => twin.sign(from, payload);
  const say = (transactions: readonly Transaction[]) => expect(twin.both(transactions)).toHaveProperty('executed');
  say([
    op(ALICE, { kind: 'domain_register', name: 'stratus' }),
    op(BOB, { kind: 'bridge_lock', foreignChain: 7, recipient: '0x1', amount: 5n * UNIT }),
    twin.sign(ALICE, DEPOSIT(genesis.hash), { gasLimit: 2_500_000 }),
  ]);
  say([
    op(ALICE, { kind: 'domain_list', name: 'stratus', price: 3n }),
    op(ALICE, { kind: 'nft_mint', nft: 'aa'.repeat(32), royaltyBps: 100, uri: '' }),
  ]);
  const proposal = op(CAROL, {
    kind: 'proposal',
    title: '',
    action: { type: 'treasury', to: DAVE.account, amount: 1n },
  });
  say([proposal]);
  say([
    op(DAVE, { kind: 'vote', proposal: proposal.id, approve: true }),
    op(BOB, { kind: 'financial-public-transaction', to: ALICE.account, amount: 100n * UNIT }),
  ]);
  say([
    op(ALICE, { kind: 'transfer', token: 'STR', to: STRANGER.account, amount: 7n }),
    op(BOB, { kind: 'domain_buy', name: 'stratus', seller: ALICE.account, price: 3n }),
    op(BOB, { kind: 'vote', proposal: proposal.id, approve: false }),
    op(CAROL, {
      kind: 'atomic',
      legs: [
        { kind: 'transfer', token: 'STR', to: BOB.account, amount: 2n },
        { kind: 'transfer', token: 'CCOS', to: BOB.account, amount: 2n },
      ],
    }),
    op(CAROL, {
      kind: 'atomic',
      legs: [
        { kind: 'transfer', token: 'wSTR', to: BOB.account, amount: 2n },
        { kind: 'nft_transfer', nft: 'bb'.repeat(32), to: BOB.account },
      ],
    }),
    op(DAVE, { kind: 'bridge_unlock', ...bridgeProof(genesis, 'bridge_unlock', { amount: UNIT }) }),
    op(DAVE, { kind: 'transfer', token: '$TR', to: BOB.account, amount: 1n << 60n }),
    op(DAVE, { kind: 'financial-public-transaction', to: ALICE.account, amount: 100n * UNIT }),
    twin.sign(ALICE, PAYMENT(genesis.hash), { gasLimit: 2_500_000 }),
  ]);
  say([op(ALICE, { kind: 'execute_proposal', proposal: proposal.id })]);
  say([]);
  return twin;
}

const twin = chain();
/** The round that is falsified. */
const LOOKED_AT = 5;

function watch(falsify: (result: ExecutedRound) => ExecutedRound = (result) => result, rounds = twin.rounds) {
  const path: RoundFacts[] = [];
  for (const [index, round] of rounds.entries())
    path.push({ index, parent: path.at(-1), round, work: 0n, foundAtUs: 0 });
  const facts = {
    params: twin.genesis.params,
    poolPolicy: DEFAULT_POOL_POLICY,
    genesis: twin.genesis,
    crypto,
    nodes: [] as NodeFacts[],
    beyond: false,
    sealHolds: () => true,
  } satisfies RunFacts;
  const head = path.at(-1)!;
  facts.nodes.push({
    index: 0,
    kind: 'full',
    honest: true,
    up: true,
    isolated: true,
    head,
    state: () => twin.state,
  } as unknown as NodeFacts);
  return FACTORIES.map((make) => {
    const invariant = make(facts);
    const report = new CountWithin();
    for (const round of path.slice(1)) {
      const result = twin.executed[round.index - 1];
      invariant.roundExecuted?.(
        round,
        round.index === LOOKED_AT ? falsify(result) : result,
        twin.states[round.index - 1],
        report,
      );
    }
    invariant.headChanged?.(facts.nodes[0], path[4], [path[LOOKED_AT]], report);
    invariant.checkpoint?.(report);
    return { id: invariant.id, evaluations: report.evaluations, violations: report.violations };
  });
}

test('silent on a real chain, and each evaluated', () => {
  for (const { id, evaluations, violations } of watch())
    expect([id, evaluations > 0, violations]).toEqual([id, true, []]);
});

// ── falsifications ──────────────────────────────────────────────────────────────────────────────────────────────────

type Falsify = (result: ExecutedRound) => ExecutedRound;

/** One stored value changed by a function; `name` is the whole state key. */
const stored =
  (name: string, change: (value: never) => unknown): Falsify =>
  (result) => {
    const delta = new Map<string, Change>(result.delta);
    const was = delta.get(name)!;
    expect(was, name).toBeDefined();
    delta.set(name, { ...was, after: change(was.after as never) });
    return { ...result, delta };
  };
const receipt =
  (index: number, change: object): Falsify =>
  (result) => ({
    ...result,
    receipts: result.receipts.map((one, i) => (i === index ? { ...plainReceipt(one), ...change } : one)),
  });
const settled =
  (type: ReceiptEvent['type'], change: (events: readonly ReceiptEvent[]) => readonly ReceiptEvent[]): Falsify =>
  (result) => ({
    ...result,
    settlements: [
      ...change(result.settlements.filter((event) => event.type === type)),
      ...result.settlements.filter((event) => event.type !== type),
    ],
  });
const more = ({ nonce, str }: { nonce: number; str: bigint }) => ({ nonce, str: str + 1n });
const payment = PAYMENT(twin.genesis.hash);
const ballotOf = `ballot:${twin.rounds[3].transactions[0].id}/${BOB.account}`;

test.each<[string, Falsify, readonly string[]]>([
  [
    'a transfer credited twice',
    stored(`account:${STRANGER.account}`, ({ str, ...rest }: { str: bigint }) => ({ ...rest, str: 2n * str })),
    ['L1', 'L2'],
  ],
  ['a balance below zero', stored(`account:${STRANGER.account}`, () => ({ nonce: 0, str: -1n })), ['L1', 'L2', 'L13']],
  ['CCOS out of nothing', stored(`ccos:${BOB.account}`, (amount: bigint) => amount + 1n), ['L1', 'L2', 'L11']],
  [
    'wSTR that a failed leg moved',
    (result) => {
      const delta = new Map(result.delta);
      const table = { ledger: 'ccoin', name: 'wstr' } as Change['table'];
      delta.set(`wstr:${BOB.account}`, { table, key: BOB.account, before: 1_000n * UNIT, after: 1_000n * UNIT + 2n });
      return { ...result, delta };
    },
    ['L12', 'X2'],
  ],
  [
    'a nonce not advanced',
    stored(`account:${DAVE.account}`, ({ nonce, str }: { nonce: number; str: bigint }) => ({ nonce: nonce - 1, str })),
    ['L3'],
  ],
  ['a fee too high', receipt(0, { fee: 21_001n }), ['L9', 'L10']],
  ['gas below intrinsic', receipt(0, { gasUsed: 20_999, fee: 20_999n }), ['L9', 'L10']],
  ['a subsidy one unit short', (result) => ({ ...result, subsidy: result.subsidy - 1n }), ['L9']],
  ['the treasury pays nothing', stored(`account:${STR_TREASURY}`, more), ['L9', 'L2']],
  ['a reward paid twice', settled('ccos-reward', (events) => [...events, ...events]), ['L11', 'L4']],
  [
    'a rate out of range',
    settled('ccos-reward', (events) => events.map((event) => ({ ...event, bps: 1001 }) as ReceiptEvent)),
    ['L11'],
  ],
  ['the pool not charged', stored(`ccos:${CCOS_TREASURY}`, (amount: bigint) => amount + 5n), ['L11', 'L2']],
  ['a reward forgotten', stored('reward-due:last', () => undefined), ['L11']],
  ['STR in the pool that nobody deposited', stored(`account:${SHIELDED_POOL}`, more), ['P1', 'L2']],
  ['notes worth more than the pool', stored('shielded:total', (total: bigint) => total + 1n), ['P1']],
  ['a nullifier forgotten', stored(`nullifier:${payment.nullifier}`, () => undefined), ['P1']],
  ['a note that was never made', stored(`note:${payment.outputs[0]}`, () => undefined), ['P1']],
  ['a shielded transfer told as a failure', receipt(8, { status: 'proof-refused', prover: 'stub' }), ['P1']],
  ['a failure that tells an event', receipt(6, { events: [{ type: 'nft', nft: '', owner: '' }] }), ['L12']],
  ['a failure that is told as a success', receipt(6, { status: 'success' }), ['L1']],
  ['a success that is told as a failure', receipt(0, { status: 'not-found' }), ['L1', 'L12']],
  ['an atomic failure told as a success', receipt(4, { status: 'success' }), ['X2', 'L14']],
  ['a touched ledger left out', receipt(3, { touched: [] }), ['X2', 'L4']],
  [
    'a domain that did not change hands',
    stored('domain:stratus', (domain: object) => ({ ...domain, owner: ALICE.account })),
    ['L14', 'X2'],
  ],
  [
    'a longer term',
    stored('domain:stratus', (domain: { expiresAt: number }) => ({ ...domain, expiresAt: domain.expiresAt + 1 })),
    ['L14'],
  ],
  [
    'a vote weighed by the balance of now',
    stored(ballotOf, (ballot: { weight: bigint }) => ({ ...ballot, weight: ballot.weight - 100n * UNIT })),
    ['L15'],
  ],
  [
    'a number that is not whole',
    stored(`account:${DAVE.account}`, ({ nonce, str }: { nonce: number; str: bigint }) => ({
      nonce: nonce - 0.5,
      str,
    })),
    ['L13', 'L3'],
  ],
  [
    'receipts in another order',
    (result) => ({
      ...result,
      receipts: [result.receipts[0], result.receipts[2], result.receipts[1], ...result.receipts.slice(3)],
    }),
    ['X2'],
  ],
])('%s', (_, falsify, ids) => {
  const red = watch(falsify)
    .filter(({ violations }) => violations.length > 0)
    .map(({ id }) => id);
  expect(red).toEqual(expect.arrayContaining([...ids]));
});

test('a note that an earlier round of the branch spent', () => {
  const looked = twin.rounds[LOOKED_AT];
  const { nullifier } = DEPOSIT(twin.genesis.hash);
  const again = twin.sign(ALICE, { ...payment, nullifier }, { gasLimit: 2_500_000 });
  const transactions = looked.transactions.map((tx, i) => (i === 8 ? again : tx));
  const told = watch(undefined, twin.rounds.map((round, i) => (i === LOOKED_AT ? { ...looked, transactions } : round)));
  expect(told.find(({ id }) => id === 'P1')!.violations.join()).toMatch(/once on the branch of round 5 .* also in round 1 /);
});

test('a body other than the one its header commits to', () => {
  const looked = twin.rounds[LOOKED_AT];
  const transactions = [...looked.transactions, looked.transactions.at(-1)!];
  const rounds = twin.rounds.map((round, i) => (i === LOOKED_AT ? { ...looked, transactions } : round));
  const red = watch(undefined, rounds).filter(({ violations }) => violations.length > 0);
  expect(red.map(({ id }) => id)).toEqual(expect.arrayContaining(['L3', 'L4']));
});

test('a state that kept what a reorganisation took back', () => {
  const facts = {
    params: twin.genesis.params,
    poolPolicy: DEFAULT_POOL_POLICY,
    genesis: twin.genesis,
    crypto,
    nodes: [],
    beyond: false,
    sealHolds: () => true,
  } satisfies RunFacts;
  const path: RoundFacts[] = [];
  for (const [index, round] of twin.rounds.entries())
    path.push({ index, parent: path.at(-1), round, work: 0n, foundAtUs: 0 });
  const node = { index: 0, kind: 'full', honest: true, up: true, isolated: true, head: path[4] };
  const red = (round: number): number => {
    const report = new CountWithin();
    atomicity(facts).headChanged!(
      { ...node, state: () => twin.states[round] } as unknown as NodeFacts,
      path[5],
      [path[5]],
      report,
    );
    expect(report.evaluations).toBe(1);
    return report.violations.length;
  };
  expect(red(4)).toBe(0);
  expect(red(5)).toBeGreaterThan(0);
});

// ── verdicts on what may stand in a round ───────────────────────────────────────────────────────────────────────────

test.each<[string, (twin: Twin) => Transaction, RoundError | undefined, string, boolean]>([
  [
    'a nonce gap, refused',
    (t) => t.sign(ALICE, { kind: 'domain_renew', name: 'x' }, { nonce: 9 }),
    { code: 'transaction', index: 0, error: { code: 'nonce-gap', got: 9, expected: 0 } },
    'L3',
    true,
  ],
  [
    'a nonce gap, refused for its fee',
    (t) => t.sign(ALICE, { kind: 'domain_renew', name: 'x' }, { nonce: 9 }),
    { code: 'transaction', index: 0, error: { code: 'overdraft', needed: 1n, available: 0n } },
    'L1',
    false,
  ],
  [
    'a good one, refused',
    (t) => t.sign(ALICE, { kind: 'domain_renew', name: 'x' }),
    { code: 'transaction', index: 0, error: { code: 'nonce-used', got: 0, expected: 1 } },
    'L3',
    false,
  ],
  [
    'a fee not covered, refused',
    (t) => t.sign(STRANGER, { kind: 'domain_renew', name: 'x' }),
    { code: 'transaction', index: 0, error: { code: 'overdraft', needed: 1n, available: 0n } },
    'L1',
    true,
  ],
  [
    'gas above the limit, refused',
    (t) => t.sign(ALICE, { kind: 'domain_renew', name: 'x' }, { gasLimit: 200_000_001 }),
    { code: 'transaction', index: 0, error: { code: 'gas-above-ledger-limit', got: 0, left: 0 } },
    'L10',
    true,
  ],
])('%s', (_, make, error, id, agrees) => {
  const fresh = new Twin();
  const round = { ...twin.rounds[1], transactions: [make(fresh)] };
  const facts = {
    params: fresh.genesis.params,
    poolPolicy: DEFAULT_POOL_POLICY,
    genesis: fresh.genesis,
    crypto,
    nodes: [],
    beyond: false,
    sealHolds: () => true,
  } satisfies RunFacts;
  const genesis: RoundFacts = { index: 0, parent: undefined, round: fresh.genesis.round, work: 0n, foundAtUs: 0 };
  const invariant = FACTORIES.map((factory) => factory(facts)).find((one) => one.id === id)!;
  const report = new CountWithin();
  invariant.verdict!(
    { honest: true } as NodeFacts,
    { index: 1, parent: genesis, round, work: 0n, foundAtUs: 0 },
    error,
    true,
    report,
  );
  expect([report.evaluations, report.violations.length === 0]).toEqual([1, agrees]);
});
