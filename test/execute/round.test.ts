/** One round: what may not stand in it, the order of its steps, and what its ledger blocks record. */
import { describe, expect, test } from 'vitest';
import { buildRound } from '../../engine/chain/build.ts';
import { executeRound } from '../../engine/chain/execute.ts';
import { encodeReceipt, encodeSettlement, encodeTouch } from '../../engine/chain/receipt.ts';
import { hashLedgerHeader } from '../../engine/chain/header.ts';
import type { TransactionError } from '../../engine/chain/types.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import {
  BRIDGE_ESCROW,
  CCOS_TREASURY,
  PROTOCOL_ACCOUNTS,
  STR_TREASURY,
} from '../../engine/ledgers/protocol-accounts.ts';
import { accounts, ccosBalances, dueEffects, parameters } from '../../engine/ledgers/tables.ts';
import { UNIT } from '../../engine/params/params.ts';
import { concat, fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { merkleRoot } from '../../engine/primitives/merkle.ts';
import { prove, verifyProof } from '../../engine/state/commitment.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { BlockReference, Payload, Transaction } from '../../engine/tx/transaction.ts';
import {
  ALICE,
  BOB,
  CAROL,
  crypto,
  DAVE,
  FUNDS,
  MINER,
  STRANGER,
  TestChain,
  testGenesis,
} from '../helpers/fixtures.ts';

const pay = (amount = 1n, to = BOB.account): Payload => ({ kind: 'transfer', token: 'STR', to, amount });
const str = (chain: TestChain, account: string): bigint => accountOf(chain.state, account).str;
const last = <T>(list: readonly T[]): T => list[list.length - 1];

describe('what makes a round invalid, in order of precedence', () => {
  type Options = Parameters<TestChain['sign']>[2];
  const rows: readonly [
    title: string,
    earlier: Options[],
    it: Options,
    from: typeof ALICE,
    error: TransactionError | undefined,
  ][] = [
    ['a nonce again', [{}], { nonce: 0 }, ALICE, { code: 'nonce-used', got: 0, expected: 1 }],
    ['a nonce ahead', [{}], { nonce: 2 }, ALICE, { code: 'nonce-gap', got: 2, expected: 1 }],
    ['no STR at all', [], {}, STRANGER, { code: 'overdraft', needed: 1_000_000n, available: 0n }],
    ['gas limit × price = all STR', [], { gasLimit: 1_000_000, gasPrice: FUNDS / 1_000_000n }, ALICE, undefined],
    [
      'one base unit of price more',
      [],
      { gasLimit: 1_000_000, gasPrice: FUNDS / 1_000_000n + 1n },
      ALICE,
      { code: 'overdraft', needed: FUNDS + 1_000_000n, available: FUNDS },
    ],
    [
      'gas limit × price beyond 64 bits',
      [],
      { gasLimit: 1_000_000, gasPrice: 2n ** 63n },
      ALICE,
      { code: 'fee-overflow' },
    ],
    [
      'all of the gas that is left: 100,000 less 21,000 used, not less 50,000 reserved',
      [{ gasLimit: 50_000 }],
      { gasLimit: 79_000 },
      ALICE,
      undefined,
    ],
    [
      'more gas than is left, told before the nonce',
      [{ gasLimit: 50_000 }],
      { gasLimit: 79_001, nonce: 9 },
      ALICE,
      { code: 'gas-above-ledger-limit', got: 79_001, left: 79_000 },
    ],
  ];
  test.each(rows)('%s', (_, earlier, it, from, error) => {
    const limit = it?.gasLimit !== undefined && it.gasLimit < 100_000 ? 100_000 : 200_000_000;
    const chain = new TestChain({ params: { gasLimitPerLedger: limit } });
    const list = [...earlier.map((options) => chain.sign(ALICE, pay(), options)), chain.sign(from, pay(0n), it)];
    const result = executeRound(chain.environment, chain.context(), chain.state, list);
    if (error === undefined) expect(result.ok).toBe(true);
    else expect(result).toEqual({ ok: false, error: { code: 'transaction', index: earlier.length, error } });
  });

  test('gas limits are per ledger: a full main block leaves room on CCOS', () => {
    const chain = new TestChain({ params: { gasLimitPerLedger: 30_000 } });
    const list = [
      chain.sign(ALICE, pay(), { gasLimit: 30_000 }),
      chain.sign(ALICE, { kind: 'transfer', token: 'CCOS', to: BOB.account, amount: 1n }, { gasLimit: 30_000 }),
    ];
    expect(chain.round(list).gasUsed).toEqual([21_000, 0, 0, 0, 0, 21_000]);
  });

  test('more bytes than a round may have', () => {
    const chain = new TestChain();
    const tx = chain.sign(ALICE, pay());
    const small = { ...chain.environment, params: { ...chain.environment.params, roundBytesMax: tx.bytes.length } };
    expect(executeRound(small, chain.context(), chain.state, [tx]).ok).toBe(true);
    const got = 2 * tx.bytes.length;
    expect(executeRound(small, chain.context(), chain.state, [tx, tx])).toEqual({
      ok: false,
      error: { code: 'size', got, max: tx.bytes.length },
    });
  });
});

test('fees: limit × price is gone while it runs, unused gas comes back, a failure keeps only the fee', () => {
  const chain = new TestChain();
  const gasLimit = 100_000;
  const gasPrice = 7n;
  const most = FUNDS - BigInt(gasLimit) * gasPrice;
  chain.round([
    chain.sign(ALICE, pay(most + 1n), { gasLimit, gasPrice }),
    chain.sign(BOB, pay(most, CAROL.account), { gasLimit, gasPrice }),
  ]);
  const { receipts, fees, subsidy } = chain.last;
  expect(receipts.map(({ status, gasUsed, fee }) => [status, gasUsed, fee])).toEqual([
    ['value-not-covered', 21_000, 147_000n],
    ['success', 21_000, 147_000n],
  ]);
  expect(str(chain, ALICE.account)).toBe(FUNDS - 147_000n);
  expect(str(chain, BOB.account)).toBe(BigInt(gasLimit) * gasPrice - 147_000n);
  expect(str(chain, MINER.account)).toBe(fees + subsidy);
});

test('the miner is paid after the last transaction: its fees cannot be spent in its own round', () => {
  const chain = new TestChain();
  const list = [chain.sign(ALICE, pay()), chain.sign(MINER, pay(0n), { gasLimit: 21_000 })];
  expect(executeRound(chain.environment, chain.context(), chain.state, list)).toMatchObject({
    ok: false,
    error: { index: 1, error: { code: 'overdraft', available: 0n } },
  });
});

test('subsidy: a 2^22nd of the treasury, no new STR', () => {
  const chain = new TestChain();
  const treasury = 42_210_000_000n * 100_000_000n; // 67 % of 63,000,000,000 STR
  expect(str(chain, STR_TREASURY)).toBe(treasury);
  expect(chain.round().subsidy).toBe(treasury / 4_194_304n);
  expect(chain.round().subsidy).toBe((treasury - treasury / 4_194_304n) / 4_194_304n);
});

describe('references to earlier blocks (D10)', () => {
  const block = (chain: TestChain, ledger: (typeof LEDGERS)[number], number: number): BlockReference => ({
    ledger,
    number,
    hash: hashLedgerHeader(chain.rounds[number].ledgers[LEDGERS.indexOf(ledger)], crypto),
  });
  test.each([
    ['the parent', (c: TestChain) => block(c, 'ccos', 2), 'success'],
    ['genesis', (c: TestChain) => block(c, 'asset', 0), 'success'],
    [
      'the right hash under the wrong ledger',
      (c: TestChain) => ({ ...block(c, 'asset', 1), ledger: 'main' as const }),
      'reference-not-found',
    ],
    [
      'the right hash under the wrong number',
      (c: TestChain) => ({ ...block(c, 'asset', 1), number: 2 }),
      'reference-not-found',
    ],
    ['its own round', (c: TestChain) => ({ ...block(c, 'main', 2), number: 3 }), 'reference-not-found'],
    [
      'a round far ahead',
      (c: TestChain) => ({ ...block(c, 'main', 2), number: Number.MAX_SAFE_INTEGER }),
      'reference-not-found',
    ],
    [
      'a block of another branch',
      (c: TestChain) => {
        const other = c.fork();
        other.rounds.length = 2;
        other.states.length = 2;
        other.executed.length = 1;
        other.round([], DAVE.account);
        return block(other, 'main', 2);
      },
      'reference-not-found',
    ],
  ] as const)('%s → %s', (_, reference, status) => {
    const chain = new TestChain().skipTo(3);
    expect(chain.run(ALICE, pay(), { reference: reference(chain) }).status).toBe(status);
  });
});

describe('CCOS rewards (D13)', () => {
  const fpt = (amount: bigint, to = BOB.account): Payload => ({ kind: 'financial-public-transaction', to, amount });
  /** Repeated from D13, not imported. */
  const rate = (roundHash: string, id: string): bigint => {
    const digest = crypto.sha256(concat(utf8('ccos-reward'), fromHex(roundHash), fromHex(id)));
    return 250n + (BigInt(`0x${toHex(digest.subarray(0, 8))}`) % 751n);
  };

  test('paid before the next round’s first transaction, in order, from the pool, by the hash of the round with the payment', () => {
    const chain = new TestChain();
    const paid = [
      chain.sign(ALICE, fpt(10_000_000_000n)),
      chain.sign(BOB, fpt(9_999_999_999n)),
      chain.sign(CAROL, fpt(FUNDS)),
      chain.sign(DAVE, fpt(12_345_678_901n, DAVE.account)),
    ];
    chain.round(paid);
    expect(chain.last.receipts.map(({ status }) => status)).toEqual([
      'success',
      'success',
      'value-not-covered',
      'success',
    ]);
    const hash = last(chain.rounds).hash;
    // Spending the reward in the very next round, all of it, works: it is there before the first transaction.
    const reward = (10_000_000_000n * rate(hash, paid[0].id)) / 10_000n;
    const spend = chain.sign(ALICE, {
      kind: 'transfer',
      token: 'CCOS',
      to: CAROL.account,
      amount: 1_000n * UNIT + reward,
    });
    chain.round([spend]);
    expect(chain.last.receipts[0].status).toBe('success');
    expect(chain.last.settlements.slice(0, -1)).toEqual(
      [paid[0], paid[3]].map((tx) => {
        const bps = rate(hash, tx.id);
        const amount = ((tx.payload as { amount: bigint }).amount * bps) / 10_000n;
        return { type: 'ccos-reward', transaction: tx.id, to: tx.sender, bps: Number(bps), amount };
      }),
    );
    chain.round();
    expect(
      chain.last.settlements.map(({ type }) => type),
      'once',
    ).toEqual(['subsidy']);
  });

  test('the pool drains, and never below nothing', () => {
    const chain = new TestChain({
      allocations: [{ account: ALICE.account, token: 'STR', amount: 10_000_000_000n * UNIT }],
    });
    // 1.7 billion STR at 2.5 % or more exceed the pool of 42,210,000 CCOS.
    const tx = chain.sign(ALICE, fpt(1_700_000_000n * UNIT));
    chain.round([tx, chain.sign(ALICE, fpt(100n * UNIT))]);
    chain.round();
    expect(chain.last.settlements.slice(0, 2).map((event) => event.type === 'ccos-reward' && event.amount)).toEqual([
      42_210_000n * UNIT,
      0n,
    ]);
    expect(chain.state.get(ccosBalances, CCOS_TREASURY)).toBeUndefined();
  });

  test('another seal is another hash is another rate', () => {
    const rates = new Set(
      Array.from({ length: 40 }, (_, i) => rate(toHex(crypto.sha256(utf8(`${i}`))), '00'.repeat(32))),
    );
    expect(rates.size).toBeGreaterThan(30);
  });
});

describe('governance effects (D12, D19)', () => {
  const params = { votingPeriodRounds: 2, executionDelayRounds: 1, quorumBps: 0 };
  /** Proposes, votes and executes in rounds 1, 2 and 4; the effect is due at the start of round 5. */
  const enacted = (action: Extract<Payload, { kind: 'proposal' }>['action']): TestChain => {
    const chain = new TestChain({ params });
    const proposing = chain.sign(ALICE, { kind: 'proposal', title: '', action });
    chain.round([proposing]);
    chain.run(BOB, { kind: 'vote', proposal: proposing.id, approve: true });
    chain.skipTo(4);
    expect(chain.run(DAVE, { kind: 'execute_proposal', proposal: proposing.id }).status).toBe('success');
    return chain;
  };

  test('a parameter takes effect in the next round, for its first transaction', () => {
    const chain = enacted({ type: 'parameter', parameter: 'gasLimitPerLedger', value: 10_000_000n });
    expect(chain.state.get(parameters, 'gasLimitPerLedger')).toBeUndefined();
    const tx = chain.sign(ALICE, pay(), { gasLimit: 10_000_001 });
    expect(executeRound(chain.environment, chain.context(), chain.state, [tx])).toMatchObject({
      ok: false,
      error: { error: { code: 'gas-above-ledger-limit', left: 10_000_000 } },
    });
  });

  test('an allocation leaves the treasury before the subsidy is computed', () => {
    const chain = enacted({ type: 'treasury', to: STRANGER.account, amount: 1_000_000_000n * UNIT });
    const before = str(chain, STR_TREASURY);
    const { settlements, subsidy } = chain.round();
    expect(settlements.map((event) => (event.type === 'executed' ? event.outcome : event.type))).toEqual([
      'applied',
      'transfer',
      'subsidy',
    ]);
    expect(str(chain, STRANGER.account)).toBe(1_000_000_000n * UNIT);
    expect(chain.state.get(dueEffects, '5'), 'done and forgotten').toBeUndefined();
    expect(subsidy).toBe((before - 1_000_000_000n * UNIT) / 4_194_304n);
  });

  test('an allocation above the balance fails whole, once and for all', () => {
    const chain = enacted({ type: 'treasury', to: STRANGER.account, amount: 50_000_000_000n * UNIT });
    expect(chain.round().settlements[0]).toMatchObject({ type: 'executed', outcome: 'failed' });
    expect(str(chain, STRANGER.account)).toBe(0n);
    expect(chain.round().settlements.map(({ type }) => type)).toEqual(['subsidy']);
  });
});

test('ledger blocks link to their own ledger, list their own transactions, and record what touched them (D5, D6)', () => {
  const chain = new TestChain();
  const list: Transaction[] = [
    chain.sign(ALICE, { kind: 'domain_register', name: 'x' }),
    chain.sign(ALICE, pay()),
    chain.sign(BOB, { kind: 'domain_list', name: 'x', price: 1n }),
    chain.sign(BOB, { kind: 'financial-public-transaction', to: ALICE.account, amount: 100n * UNIT }),
  ];
  const { ledgers, receipts, settlements } = chain.round(list);
  const sha256 = (data: Uint8Array): Uint8Array => crypto.sha256(data);
  const root = (leaves: Uint8Array[]): string => toHex(merkleRoot(leaves, sha256));
  const expected: Record<string, [transactions: Transaction[], leaves: Uint8Array[]]> = {
    main: [
      [list[1]],
      [
        encodeTouch(list[0].idBytes),
        encodeReceipt(receipts[1]),
        encodeTouch(list[3].idBytes),
        encodeSettlement(last(settlements)),
      ],
    ],
    asset: [
      [list[0], list[2]],
      [encodeReceipt(receipts[0]), encodeReceipt(receipts[2])],
    ],
    ccos: [[list[3]], [encodeReceipt(receipts[3])]],
  };
  expect(receipts.map(({ touched }) => touched)).toEqual([['main'], [], [], ['main']]);
  for (const [i, header] of ledgers.entries()) {
    const [transactions, leaves] = expected[header.ledger] ?? [[], []];
    expect(header).toMatchObject({
      ledger: LEDGERS[i],
      number: 1,
      previous: hashLedgerHeader(chain.genesis.round.ledgers[i], crypto),
      transactionsRoot: root(transactions.map(({ idBytes }) => idBytes)),
      transactionCount: transactions.length,
      receiptsRoot: root(leaves),
      receiptCount: leaves.length,
    });
  }
});

test('a light node checks a balance with the round’s hash alone', () => {
  const chain = new TestChain();
  chain.run(ALICE, pay(5n));
  const { ledgers, header } = last(chain.rounds);
  expect(hashLedgerHeader(ledgers[0], crypto)).toBe(header.ledgerHashes[0]);
  const root = fromHex(ledgers[0].stateRoot);
  const key = `account:${BOB.account}`;
  const proof = prove(chain.state.commitments[0], key, crypto);
  expect(verifyProof(root, key, accounts.encode({ nonce: 0, str: FUNDS + 5n }), proof, crypto)).toBe(true);
  expect(verifyProof(root, key, accounts.encode({ nonce: 0, str: FUNDS + 6n }), proof, crypto)).toBe(false);
});

test('building merges by price, keeps nonce order across ledgers, and passes over what does not fit', () => {
  const chain = new TestChain({ params: { gasLimitPerLedger: 60_000 } });
  const at = (gasPrice: bigint, gasLimit = 21_000) => ({ gasPrice, gasLimit });
  const ccos: Payload = { kind: 'transfer', token: 'CCOS', to: BOB.account, amount: 1n };
  const a0 = chain.sign(ALICE, pay(), at(1n));
  const a1 = chain.sign(ALICE, ccos, at(9n));
  const b0 = chain.sign(BOB, ccos, at(5n));
  const b1 = chain.sign(BOB, pay(), at(4n, 60_000)); // does not fit once anything else is on main
  const b2 = chain.sign(BOB, ccos, at(8n)); // stands behind b1
  const c0 = chain.sign(CAROL, pay(1n, DAVE.account), at(6n));
  const d9 = chain.sign(DAVE, pay(), { ...at(99n), nonce: 9 });
  const stale = chain.sign(STRANGER, pay(), at(99n));
  const { transactions } = buildRound(chain.environment, chain.context(), chain.state, [
    a0,
    a1,
    b0,
    b1,
    b2,
    c0,
    d9,
    stale,
  ]);
  const names = new Map([
    [a0, 'a0'],
    [a1, 'a1'],
    [b0, 'b0'],
    [b1, 'b1'],
    [b2, 'b2'],
    [c0, 'c0'],
    [d9, 'd9'],
    [stale, 'stale'],
  ]);
  expect(transactions.map((tx) => names.get(tx))).toEqual(['c0', 'b0', 'a0', 'a1']);
});

test('protocol accounts are cuts of hashes of their names', () => {
  for (const [name, account] of PROTOCOL_ACCOUNTS) {
    expect(account).toBe(toHex(crypto.sha256(utf8(`stratus-protocol-account/${name}`)).subarray(0, 20)));
  }
  expect(PROTOCOL_ACCOUNTS.get('bridge.escrow')).toBe(BRIDGE_ESCROW);
});

test('states of a chain are untouched by what is built on them', () => {
  const genesis = testGenesis();
  const chain = new TestChain({}, genesis);
  const roots = JSON.stringify(genesis.round.ledgers);
  chain.run(ALICE, pay());
  expect(accountOf(genesis.state, ALICE.account)).toEqual({ nonce: 0, str: FUNDS });
  expect(JSON.stringify(testGenesis().round.ledgers)).toBe(roots);
});
