/**
 * The reference model against values worked out by hand from the decisions. Base units throughout: 1 STR = 100,000,000.
 * Treasury at genesis: 67 % of 6.3 × 10^18 = 4.221 × 10^18; its first subsidy is floor(4.221 × 10^18 / 4,194,304) =
 * 1,006,364,822,387 (4,194,304 × 1,006,364,822,387 = 4,220,999,999,997,083,648, remainder 2,916,352).
 */
import { describe, expect, test } from 'vitest';
import type { Allocation } from '../../engine/chain/genesis.ts';
import type { Round } from '../../engine/chain/types.ts';
import { BRIDGE_ESCROW, CCOS_TREASURY, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import {
  accounts,
  bridgeLocked,
  ccosBalances,
  domains,
  locks,
  mainTokens,
  nfts,
  parameters,
  proposals,
  snapshots,
  wrappedBalances,
} from '../../engine/ledgers/tables.ts';
import type { Params } from '../../engine/params/params.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { BlockReference, Payload, Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { ReferenceModel, type Applied } from '../../sim/invariants/reference/model.ts';
import {
  ALICE,
  BOB,
  bridgeProof,
  CAROL,
  crypto,
  DAVE,
  GENESIS_TIME,
  type Key,
  MINER,
  STRANGER,
  testGenesis,
} from '../helpers/fixtures.ts';

const STR = 100_000_000n;
const FUNDS = 1_000_000n * STR;
const SUBSIDY = 1_006_364_822_387n;
const GAS = 1_000_000;

/** The model alone, with rounds that nothing else has seen. */
class Play {
  readonly genesis;
  model: ReferenceModel;
  time = GENESIS_TIME;
  applied!: Applied;
  private pending = new Map<string, number>();

  constructor(params: Partial<Params> = {}, allocations?: readonly Allocation[]) {
    this.genesis = testGenesis({ params, ...(allocations && { allocations }) });
    this.model = ReferenceModel.genesis(this.genesis, crypto);
  }

  sign(
    from: Key,
    payload: Payload,
    {
      gasLimit = GAS,
      gasPrice = 1n,
      reference,
    }: { gasLimit?: number; gasPrice?: bigint; reference?: BlockReference } = {},
  ): Transaction {
    const nonce = this.pending.get(from.account) ?? this.model.get(accounts, from.account)?.nonce ?? 0;
    this.pending.set(from.account, nonce + 1);
    return signTransaction({ nonce, gasLimit, gasPrice, payload, reference }, from, this.genesis.hash, crypto);
  }

  /** Applies a round `seconds` after the last; returns each transaction's refusal, or what makes the round invalid. */
  round(transactions: readonly Transaction[] = [], seconds = 30): string[] {
    this.time += seconds;
    this.pending.clear();
    const number = this.model.number + 1;
    const header = {
      number,
      time: this.time,
      miner: MINER.account,
      ledgerHashes: LEDGERS.map((ledger) => `${ledger} ${number}`),
    };
    const applied = this.model.apply({
      hash: number.toString(16).padStart(64, '0'),
      header,
      transactions,
    } as unknown as Round);
    if (!applied.valid) return [`invalid ${applied.index}: ${applied.code}`];
    this.applied = applied;
    this.model = applied.model;
    return applied.outcomes.map(({ refusal }) => refusal ?? 'success');
  }

  run(from: Key, payload: Payload, seconds = 30): string {
    return this.round([this.sign(from, payload)], seconds)[0];
  }

  str(account: string): bigint {
    return this.model.get(accounts, account)?.str ?? 0n;
  }
}

const pay = (amount: bigint, to = BOB.account): Payload => ({ kind: 'transfer', token: 'STR', to, amount });

describe('fees and subsidy (D11, D12)', () => {
  test('a transfer of 5 STR at price 2, limit 30,000', () => {
    const play = new Play();
    expect(play.round([play.sign(ALICE, pay(5n * STR), { gasLimit: 30_000, gasPrice: 2n })])).toEqual(['success']);
    expect(play.model.get(accounts, ALICE.account)).toEqual({ nonce: 1, str: FUNDS - 5n * STR - 42_000n });
    expect(play.str(BOB.account)).toBe(FUNDS + 5n * STR);
    expect(play.str(MINER.account)).toBe(SUBSIDY + 42_000n);
    expect(play.str(STR_TREASURY)).toBe(4_221_000_000_000_000_000n - SUBSIDY);
    play.round();
    // floor((4,221,000,000,000,000,000 − 1,006,364,822,387) / 4,194,304)
    expect(play.applied.subsidy).toBe(1_006_364_582_451n);
  });

  // The whole limit is debited first, so it must be covered beside the value, though most of it comes back.
  test.each([
    ['limit = intrinsic, all the rest sent', 21_000, FUNDS - 21_000n, 'success', 0n],
    ['one unit of gas more: not covered', 21_001, FUNDS - 21_000n, 'value-not-covered', FUNDS - 21_000n],
    ['below intrinsic', 20_999, 0n, 'invalid 0: gas-below-intrinsic', FUNDS],
    ['above the ledger limit', 200_000_001, 0n, 'invalid 0: gas-above-ledger-limit', FUNDS],
  ])('%s', (_, gasLimit, amount, outcome, left) => {
    const play = new Play();
    expect(play.round([play.sign(ALICE, pay(amount), { gasLimit })])).toEqual([outcome]);
    expect(play.str(ALICE.account)).toBe(left);
  });

  test.each([
    ['limit × price above the balance', ALICE, 21_000, FUNDS, 'invalid 0: overdraft'],
    ['limit × price above 64 bits', ALICE, 200_000_000, 1n << 60n, 'invalid 0: fee-overflow'],
    ['nothing to pay with', STRANGER, 21_000, 1n, 'invalid 0: overdraft'],
  ])('%s', (_, from, gasLimit, gasPrice, outcome) => {
    const play = new Play();
    expect(play.round([play.sign(from, pay(0n), { gasLimit, gasPrice })])).toEqual([outcome]);
  });

  test('used gas, not the limit, counts against the ledger: two fit, the third does not', () => {
    const play = new Play({ gasLimitPerLedger: 62_000 });
    const three = [1, 2, 3].map(() => play.sign(ALICE, pay(1n), { gasLimit: 21_000 }));
    expect(play.round(three)).toEqual(['invalid 2: gas-above-ledger-limit']);
    expect(play.round(three.slice(0, 2))).toEqual(['success', 'success']);
  });

  test('to oneself: only the fee', () => {
    const play = new Play();
    expect(play.run(ALICE, pay(FUNDS / 2n, ALICE.account))).toBe('success');
    expect(play.str(ALICE.account)).toBe(FUNDS - 21_000n);
    expect(play.applied.outcomes[0].touched).toEqual([]);
  });

  // 21,000 + 20,000 per started 256 payload bytes of a storing kind + 2,000 per leg.
  const text = (bytes: number): Payload => ({
    kind: 'nft_mint',
    nft: '11'.repeat(32),
    royaltyBps: 0,
    uri: 'u'.repeat(bytes),
  });
  test.each<[string, Payload, number]>([
    ['a transfer', pay(1n), 21_000],
    ['a renewal', { kind: 'domain_renew', name: 'x' }, 21_000],
    ['a registration', { kind: 'domain_register', name: 'x' }, 41_000],
    ['256 payload bytes: 36 + 220', text(220), 41_000],
    ['257', text(221), 61_000],
    ['two transfers in one', { kind: 'atomic', legs: [pay(1n), pay(2n)] }, 25_000],
    [
      'a transfer and a listing in one',
      { kind: 'atomic', legs: [pay(1n), { kind: 'domain_list', name: 'x', price: 1n }] },
      45_000,
    ],
    [
      'a contract call',
      { kind: 'contract_call', contract: BOB.account, value: 0n, input: new Uint8Array(999) },
      21_000,
    ],
    ['a contract of 257 payload bytes', { kind: 'contract_deploy', module: new Uint8Array(241), value: 0n, input: new Uint8Array(0) }, 61_000],
  ])('gas of %s', (_, payload, gas) => {
    const play = new Play();
    play.run(ALICE, payload);
    expect(play.applied.outcomes[0].gas).toBe(gas);
  });
});

test('tokens (D10): what moves, and where it is stored', () => {
  const play = new Play();
  const move = (token: 'ARSS' | 'CCOS' | 'eSTR' | 'wSTR', amount: bigint) =>
    play.run(ALICE, { kind: 'transfer', token, to: STRANGER.account, amount });
  expect([move('ARSS', 3n), move('CCOS', 4n), move('wSTR', 1_000n * STR), move('wSTR', 1n), move('eSTR', 0n)]).toEqual([
    'success',
    'success',
    'success',
    'value-not-covered',
    'not-transferable',
  ]);
  expect(play.model.get(mainTokens, `ARSS/${STRANGER.account}`)).toBe(3n);
  expect(play.model.get(ccosBalances, STRANGER.account)).toBe(4n);
});

test('references (D10): a ledger block of an earlier round', () => {
  const play = new Play();
  play.round();
  const at = (number: number, hash: string) =>
    play.sign(ALICE, pay(1n), { reference: { ledger: 'ccos', number, hash } });
  expect(play.round([at(1, '00'.repeat(32)), at(2, '00'.repeat(32))])).toEqual([
    'reference-not-found',
    'reference-not-found',
  ]);
  expect(play.round([at(0, play.genesis.round.header.ledgerHashes[5])])).toEqual(['success']);
});

describe('CCOS rewards (D13)', () => {
  const earn = (amount: bigint, to = BOB.account): Payload => ({ kind: 'financial-public-transaction', to, amount });

  test('from 100 STR on, one round later, 2.5 to 10 % read as CCOS', () => {
    const play = new Play();
    play.round([
      play.sign(ALICE, earn(100n * STR - 1n)),
      play.sign(ALICE, earn(100n * STR)),
      play.sign(CAROL, earn(FUNDS + 1n)),
    ]);
    expect(play.applied.rewards).toEqual([]);
    play.round();
    const [reward] = play.applied.rewards;
    expect(play.applied.rewards.length).toBe(1);
    expect(reward).toMatchObject({ to: ALICE.account, amount: (100n * STR * BigInt(reward.bps)) / 10_000n });
    expect(play.model.get(ccosBalances, ALICE.account)).toBe(1_000n * STR + reward.amount);
    expect(play.model.get(ccosBalances, CCOS_TREASURY)).toBe(4_221_000_000_000_000n - reward.amount);
    play.round();
    expect(play.applied.rewards).toEqual([]);
  });

  // 1.7 billion STR earn at least 42.5 million CCOS; the pool holds 42.21 million.
  test('one payment of 1.7 billion STR empties the pool; the next gets nothing', () => {
    const play = new Play({}, [{ account: ALICE.account, token: 'STR', amount: 4_000_000_000n * STR }]);
    play.round([1, 2].map(() => play.sign(ALICE, earn(1_700_000_000n * STR))));
    play.round();
    expect(play.applied.rewards.map(({ amount }) => amount)).toEqual([4_221_000_000_000_000n, 0n]);
    expect(play.model.get(ccosBalances, CCOS_TREASURY)).toBeUndefined();
  });
});

/**
 * Term 100 s, grace 50 s, a round every 10 s. *Now* is the median of the last 11 times up to the parent: with steady
 * rounds 50 s back.
 */
describe('domains (D18)', () => {
  const registered = (): Play => {
    const play = new Play({ domainTermSeconds: 100, domainGraceSeconds: 50 });
    for (let i = 0; i < 11; i++) play.round([], 10);
    expect(play.run(ALICE, { kind: 'domain_register', name: 'stratus' }, 10)).toBe('success');
    return play;
  };
  const name = 'stratus';
  /**
   * Round 12 registers at now = genesis + 60 (median of rounds 1…11), so it expires at genesis + 160; round n runs at
   * 10 × (n − 6).
   */
  test('the fee goes to the treasury, the term counts from now', () => {
    const play = registered();
    expect(play.model.get(domains, name)).toEqual({ owner: ALICE.account, expiresAt: GENESIS_TIME + 160, price: 0n });
    expect(play.str(ALICE.account)).toBe(FUNDS - 10n * STR - 41_000n);
  });

  const list: Payload = { kind: 'domain_list', name, price: 5n };
  const buy = (price: bigint, seller = ALICE.account): Payload => ({ kind: 'domain_buy', name, seller, price });
  const give: Payload = { kind: 'domain_transfer', name, to: CAROL.account };
  const renew: Payload = { kind: 'domain_renew', name };
  const register: Payload = { kind: 'domain_register', name };

  // now of round 22: 160, the first of grace; of round 27: 210, the first after it.
  test.each<[string, number, Key, Payload, string]>([
    ['taken', 13, BOB, register, 'already-exists'],
    ['the owner gives it', 21, ALICE, give, 'success'],
    ['another gives it', 21, BOB, give, 'not-owner'],
    ['the owner gives it a second after expiry', 22, ALICE, give, 'expired'],
    ['the owner lists it in grace', 22, ALICE, list, 'expired'],
    ['the owner renews in grace', 26, ALICE, renew, 'success'],
    ['another renews in grace', 26, BOB, renew, 'not-owner'],
    ['another registers in grace', 26, BOB, register, 'in-grace'],
    ['another registers after grace', 27, BOB, register, 'success'],
    ['the owner renews after grace', 27, ALICE, renew, 'expired'],
    ['bought, not listed', 21, BOB, buy(5n), 'not-for-sale'],
    ['a name that nobody has', 21, BOB, { kind: 'domain_renew', name: 'x' }, 'not-found'],
  ])('%s', (_, number, from, payload, outcome) => {
    const play = registered();
    while (play.model.number < number - 1) play.round([], 10);
    expect(play.run(from, payload, 10)).toBe(outcome);
  });

  test.each<[string, Key, Payload, string]>([
    ['bought at its price', BOB, buy(5n), 'success'],
    ['bought below', BOB, buy(4n), 'price-mismatch'],
    ['bought from another', BOB, buy(5n, CAROL.account), 'seller-mismatch'],
  ])('%s', (_, from, payload, outcome) => {
    const play = registered();
    play.run(ALICE, list, 10);
    const before = play.str(ALICE.account);
    expect(play.run(from, payload, 10)).toBe(outcome);
    const sold = outcome === 'success';
    expect(play.model.get(domains, name)).toMatchObject(
      sold ? { owner: BOB.account, price: 0n } : { owner: ALICE.account, price: 5n },
    );
    expect(play.str(ALICE.account)).toBe(before + (sold ? 5n : 0n));
    expect(play.applied.outcomes[0].touched).toEqual(sold ? ['main'] : []);
  });

  test('a renewal adds a term; in grace it does not bring the listing back', () => {
    const play = registered();
    play.run(ALICE, list, 10);
    play.run(ALICE, renew, 10);
    expect(play.model.get(domains, name)).toEqual({ owner: ALICE.account, expiresAt: GENESIS_TIME + 260, price: 5n });
    while (play.model.number < 32) play.round([], 10);
    play.run(ALICE, renew, 10);
    expect(play.model.get(domains, name)).toEqual({ owner: ALICE.account, expiresAt: GENESIS_TIME + 360, price: 0n });
  });
});

test('NFT sale with royalty (D18): of 7 units at 33.33 %, 2 to the creator and 5 to the seller', () => {
  const play = new Play();
  const nft = '11'.repeat(32);
  const steps: [Key, Payload][] = [
    [ALICE, { kind: 'nft_mint', nft, royaltyBps: 3_333, uri: 'ipfs' }],
    [BOB, { kind: 'nft_mint', nft, royaltyBps: 0, uri: '' }],
    [ALICE, { kind: 'nft_transfer', nft, to: CAROL.account }],
    [ALICE, { kind: 'nft_list', nft, price: 7n }],
    [CAROL, { kind: 'nft_list', nft, price: 7n }],
    [DAVE, { kind: 'nft_buy', nft, seller: ALICE.account, price: 7n }],
    [DAVE, { kind: 'nft_buy', nft, seller: CAROL.account, price: 7n }],
  ];
  expect(steps.map(([from, payload]) => play.run(from, payload))).toEqual([
    'success',
    'already-exists',
    'success',
    'not-owner',
    'success',
    'seller-mismatch',
    'success',
  ]);
  expect(play.model.get(nfts, nft)).toEqual({
    creator: ALICE.account,
    owner: DAVE.account,
    royaltyBps: 3_333,
    uri: 'ipfs',
    price: 0n,
  });
  // Fees: Alice 41,000 + 21,000 + 41,000; Carol 41,000; Dave 21,000 twice.
  expect([ALICE, CAROL, DAVE].map(({ account }) => play.str(account) - FUNDS)).toEqual([
    2n - 103_000n,
    5n - 41_000n,
    -7n - 42_000n,
  ]);
});

describe('governance (D12, D19)', () => {
  /**
   * Votes in rounds 2…4 on a proposal of round 1; executable from round 6; quorum 0.1 % of all STR = 63,000,000 STR.
   */
  const params = { votingPeriodRounds: 3, executionDelayRounds: 2 };
  const open = (
    action: Extract<Payload, { kind: 'proposal' }>['action'],
    over: Partial<Params> = {},
  ): { play: Play; proposal: string } => {
    const play = new Play({ ...params, quorumBps: 0, ...over });
    const transaction = play.sign(ALICE, { kind: 'proposal', title: 't', action });
    play.round([transaction]);
    return { play, proposal: transaction.id };
  };
  const fee = { type: 'parameter', parameter: 'domainFee', value: 3n } as const;
  const vote = (proposal: string, approve = true): Payload => ({ kind: 'vote', proposal, approve });
  const execute = (proposal: string): Payload => ({ kind: 'execute_proposal', proposal });

  test('a vote weighs the balance after the proposal’s round, whatever moves later; once per account', () => {
    const { play, proposal } = open(fee);
    play.run(BOB, pay(FUNDS / 2n, CAROL.account));
    expect(
      play.round([
        play.sign(BOB, vote(proposal)),
        play.sign(CAROL, vote(proposal, false)),
        play.sign(BOB, vote(proposal, false)),
      ]),
    ).toEqual(['success', 'success', 'already-voted']);
    expect(play.model.get(proposals, proposal)).toMatchObject({
      approved: FUNDS,
      rejected: FUNDS,
      closes: 4,
      executed: false,
    });
    expect(play.model.get(snapshots, CAROL.account)).toEqual({ round: 1, str: FUNDS });
  });

  test('voting starts in the next round and ends with the last of the period; without STR there is no vote', () => {
    const { play, proposal } = open(fee);
    expect(play.round([play.sign(ALICE, pay(STR, STRANGER.account))])).toEqual(['success']);
    expect(play.run(STRANGER, vote(proposal))).toBe('no-vote-weight');
    expect(play.run(ALICE, vote(proposal))).toBe('success');
    expect(play.run(BOB, vote(proposal))).toBe('voting-closed');
  });

  test('executed from the delay’s end on, once; in force one round later', () => {
    const { play, proposal } = open(fee);
    play.run(ALICE, vote(proposal));
    play.round();
    play.round();
    expect(play.run(BOB, execute(proposal))).toBe('voting-open');
    expect(play.model.number).toBe(5);
    const [first, second, third] = [
      execute(proposal),
      execute(proposal),
      { kind: 'domain_register', name: 'a' } as const,
    ];
    expect(play.round([play.sign(BOB, first), play.sign(CAROL, second), play.sign(DAVE, third)])).toEqual([
      'success',
      'already-executed',
      'success',
    ]);
    expect(play.str(DAVE.account)).toBe(FUNDS - 10n * STR - 41_000n);
    play.run(DAVE, { kind: 'domain_register', name: 'b' });
    expect(play.model.get(parameters, 'domainFee')).toBe(3n);
    expect(play.str(DAVE.account)).toBe(FUNDS - 10n * STR - 82_000n - 3n);
  });

  test.each([
    ['as many against as for', [true, false], 0, 'not-passed'],
    ['nobody', [], 0, 'not-passed'],
    ['two of three', [true, true, false], 0, 'success'],
    ['3,000,000 STR where 63,000,000 must vote', [true, true, true], 10, 'quorum-not-met'],
  ])('passed? %s', (_, approvals, quorumBps, outcome) => {
    const { play, proposal } = open(fee, { quorumBps });
    play.round(approvals.map((approve, i) => play.sign([BOB, CAROL, DAVE][i], vote(proposal, approve))));
    while (play.model.number < 5) play.round();
    expect(play.run(ALICE, execute(proposal))).toBe(outcome);
  });

  test.each([
    ['an allocation that the treasury has', 1_000n * STR, 'applied', 1_000n * STR],
    ['one above its balance fails whole', 5_000_000_000_000_000_000n, 'failed', 0n],
  ])('%s', (_, amount, outcome, received) => {
    const { play, proposal } = open({ type: 'treasury', to: STRANGER.account, amount });
    play.run(ALICE, vote(proposal));
    while (play.model.number < 5) play.round();
    play.run(ALICE, execute(proposal));
    const treasury = play.str(STR_TREASURY);
    play.round();
    expect(play.applied.effects).toEqual([{ proposal, outcome, allocated: received }]);
    expect(play.str(STRANGER.account)).toBe(received);
    // The allocation comes before the subsidy, which is of what is left.
    expect(play.applied.subsidy).toBe((treasury - received) / 4_194_304n);
  });
});

describe('bridge (D20)', () => {
  const lock: Payload = { kind: 'bridge_lock', foreignChain: 7, recipient: '0xabc', amount: 10n * STR };

  test.each<[string, readonly number[], object, string]>([
    ['3 of 4 relayers', [0, 1, 2], {}, 'success'],
    ['2 of 4: not more than two thirds', [0, 1], {}, 'bridge-signatures'],
    ['not ascending', [1, 0, 2], {}, 'bridge-signatures'],
    ['one twice', [0, 1, 1], {}, 'bridge-signatures'],
    ['another epoch', [0, 1, 2], { epoch: 1 }, 'bridge-epoch'],
    ['more than is locked for that chain', [0, 1, 2], { amount: 10n * STR + 1n }, 'value-not-covered'],
    ['another chain', [0, 1, 2], { foreignChain: 8 }, 'value-not-covered'],
  ])('unlock: %s', (_, signers, message, outcome) => {
    const play = new Play();
    play.run(ALICE, lock);
    const proof = bridgeProof(
      play.genesis,
      'bridge_unlock',
      { amount: 4n * STR, recipient: STRANGER.account, ...message },
      signers,
    );
    expect(play.run(DAVE, { kind: 'bridge_unlock', ...proof })).toBe(outcome);
    const left = outcome === 'success' ? 6n * STR : 10n * STR;
    expect([play.str(BRIDGE_ESCROW), play.model.get(bridgeLocked, '7'), play.str(STRANGER.account)]).toEqual([
      left,
      left,
      10n * STR - left,
    ]);
    if (outcome === 'success') expect(play.run(BOB, { kind: 'bridge_unlock', ...proof })).toBe('bridge-consumed');
  });

  test('a foreign asset: minted, not above 64 bits, burned', () => {
    const play = new Play();
    const mint = (messageId: string, amount: bigint): Payload => ({
      kind: 'bridge_mint',
      ...bridgeProof(play.genesis, 'bridge_mint', {
        messageId: messageId.repeat(32),
        asset: 'WEI',
        amount,
        recipient: ALICE.account,
      }),
    });
    const burn = (amount: bigint): Payload => ({
      kind: 'bridge_burn',
      foreignChain: 7,
      asset: 'WEI',
      recipient: '0x1',
      amount,
    });
    const top = (1n << 64n) - 1n;
    const steps: [Key, Payload][] = [
      [BOB, mint('11', top)],
      [BOB, mint('22', 1n)],
      [ALICE, burn(5n)],
      [BOB, mint('22', 1n)],
      [BOB, burn(1n)],
    ];
    expect(steps.map(([from, payload]) => play.run(from, payload))).toEqual([
      'success',
      'amount-overflow',
      'success',
      'success',
      'value-not-covered',
    ]);
    expect(play.model.get(wrappedBalances, `7/WEI/${ALICE.account}`)).toBe(top - 4n);
  });

  test('a refund: after its time, to whoever locked, once', () => {
    const play = new Play({ bridgeTimeoutSeconds: 60 });
    const transaction = play.sign(ALICE, lock);
    play.round([transaction]);
    const refund = (message: object = {}): Payload => ({
      kind: 'bridge_refund',
      ...bridgeProof(play.genesis, 'bridge_refund', {
        messageId: transaction.id,
        amount: 10n * STR,
        recipient: ALICE.account,
        ...message,
      }),
    });
    expect(play.run(BOB, refund())).toBe('bridge-timeout');
    for (let i = 0; i < 5; i++) play.round();
    expect(
      [refund({ recipient: BOB.account }), refund({ amount: STR }), refund(), refund()].map(
        (payload) => play.run(BOB, payload) === 'success',
      ),
    ).toEqual([false, false, true, false]);
    expect(play.str(ALICE.account)).toBe(FUNDS - 41_000n);
    expect(play.model.get(locks, transaction.id)).toMatchObject({ refunded: true, sender: ALICE.account });
  });
});

describe('atomic (D21)', () => {
  const nft = '11'.repeat(32);
  const mint: Payload = { kind: 'nft_mint', nft, royaltyBps: 0, uri: '' };

  test('legs in order, each on what the ones before left', () => {
    const play = new Play();
    expect(
      play.run(ALICE, { kind: 'atomic', legs: [mint, { kind: 'nft_transfer', nft, to: BOB.account }, pay(STR)] }),
    ).toBe('success');
    expect(play.model.get(nfts, nft)?.owner).toBe(BOB.account);
    expect(play.applied.outcomes[0].touched).toEqual(['asset']);
  });

  test('none where one fails: only nonce and fee', () => {
    const play = new Play();
    expect(play.run(ALICE, { kind: 'atomic', legs: [pay(STR), mint, { kind: 'domain_renew', name: 'x' }] })).toBe(
      'not-found',
    );
    expect(play.model.get(accounts, ALICE.account)).toEqual({ nonce: 1, str: FUNDS - 47_000n });
    expect([play.model.get(nfts, nft), play.str(BOB.account)]).toEqual([undefined, FUNDS]);
  });
});

test('a model never changes: two branches from one parent', () => {
  const play = new Play();
  const parent = play.model;
  const before = parent.supply();
  play.run(ALICE, pay(STR));
  const [left, fork] = [play.model, new Play()];
  fork.run(ALICE, pay(2n * STR));
  expect([parent, left, fork.model].map((model) => model.get(accounts, BOB.account)?.str)).toEqual([
    FUNDS,
    FUNDS + STR,
    FUNDS + 2n * STR,
  ]);
  expect(parent.supply()).toEqual(before);
  expect(before.get('STR')).toBe(63_000_000_000n * STR);
  expect(before.get('CCOS')).toBe(63_000_000n * STR);
});
