/**
 * Every kind: its success, and each way in which it fails. A row's operation comes from ALICE unless `from` says otherwise,
 * in a round of its own after `given`. Whatever the outcome, exactly the fee and the nonce are gone on failure.
 */
import { describe, expect, test } from 'vitest';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { BRIDGE_ESCROW, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import {
  bridgeLocked,
  ccosBalances,
  domains,
  locks,
  mainTokens,
  nfts,
  proposals,
  wrappedBalances,
  wstrBalances,
} from '../../engine/ledgers/tables.ts';
import { UNIT, type Params } from '../../engine/params/params.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import type { FailureCode } from '../../engine/chain/types.ts';
import {
  ALICE,
  BOB,
  bridgeProof,
  CAROL,
  DAVE,
  FUNDS,
  RELAYERS,
  STRANGER,
  TestChain,
  type Key,
} from '../helpers/fixtures.ts';

interface Row {
  readonly title: string;
  readonly params?: Partial<Params>;
  readonly stepSeconds?: number;
  readonly given?: (chain: TestChain) => void;
  readonly from?: Key;
  readonly when: Payload | ((chain: TestChain) => Payload);
  readonly gives: 'success' | FailureCode;
  readonly check?: (after: StateReader, before: StateReader, chain: TestChain) => void;
}

const str = (state: StateReader, who: { account: string } | string): bigint =>
  accountOf(state, typeof who === 'string' ? who : who.account).str;

function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('$title → $gives', ({ params, stepSeconds, given, from = ALICE, when, gives, check }) => {
      const chain = new TestChain({ ...(params && { params }), ...(stepSeconds && { stepSeconds }) });
      given?.(chain);
      const before = chain.state;
      const receipt = chain.run(from, typeof when === 'function' ? when(chain) : when);
      expect(receipt.status).toBe(gives);
      expect(accountOf(chain.state, from.account).nonce).toBe(accountOf(before, from.account).nonce + 1);
      expect(receipt.fee).toBe(BigInt(receipt.gasUsed));
      if (gives !== 'success') {
        expect(receipt.events).toEqual([]);
        expect(receipt.touched).toEqual([]);
        expect(str(chain.state, from)).toBe(str(before, from) - receipt.fee);
        const changed = [...chain.last.delta.keys()].filter(
          (key) => !/^(earlier-)?snapshot:/.test(key) && key !== 'reward-due:last',
        );
        const miner = chain.rounds.at(-1)!.header.miner;
        expect(changed.sort()).toEqual(
          [from.account, miner, STR_TREASURY].map((account) => `account:${account}`).sort(),
        );
      }
      check?.(chain.state, before, chain);
    });
  });
}

const transfer = (
  token: 'STR' | 'CCOS' | 'ARSS' | 'wSTR' | '$TR' | 'eSTR',
  amount: bigint,
  to = BOB.account,
): Payload => ({ kind: 'transfer', token, to, amount });

table('transfer', [
  {
    title: 'STR',
    when: transfer('STR', 5n),
    gives: 'success',
    check: (a, b) => expect(str(a, BOB) - str(b, BOB)).toBe(5n),
  },
  {
    title: 'STR to a new account',
    when: transfer('STR', 5n, STRANGER.account),
    gives: 'success',
    check: (a) => expect(str(a, STRANGER)).toBe(5n),
  },
  { title: 'STR, nothing', when: transfer('STR', 0n, STRANGER.account), gives: 'success' },
  {
    title: 'STR to oneself conserves',
    when: transfer('STR', 5n, ALICE.account),
    gives: 'success',
    check: (a, b) => expect(str(b, ALICE) - str(a, ALICE)).toBe(21_000n),
  },
  {
    title: 'STR, all that gas leaves',
    when: transfer('STR', FUNDS - 1_000_000n),
    gives: 'success',
    check: (a) => expect(str(a, ALICE)).toBe(979_000n),
  },
  { title: 'STR, one more than gas leaves', when: transfer('STR', FUNDS - 999_999n), gives: 'value-not-covered' },
  {
    title: 'CCOS',
    when: transfer('CCOS', 7n),
    gives: 'success',
    check: (a) => expect(a.get(ccosBalances, BOB.account)).toBe(1_000n * UNIT + 7n),
  },
  {
    title: 'CCOS, all: the balance is gone',
    when: transfer('CCOS', 1_000n * UNIT),
    gives: 'success',
    check: (a) => expect(a.get(ccosBalances, ALICE.account)).toBeUndefined(),
  },
  { title: 'CCOS, too much', when: transfer('CCOS', 1_000n * UNIT + 1n), gives: 'value-not-covered' },
  {
    title: 'wSTR',
    when: transfer('wSTR', 7n),
    gives: 'success',
    check: (a) => expect(a.get(wstrBalances, BOB.account)).toBe(1_000n * UNIT + 7n),
  },
  {
    title: 'ARSS',
    when: transfer('ARSS', 7n),
    gives: 'success',
    check: (a) => expect(a.get(mainTokens, `ARSS/${BOB.account}`)).toBe(1_000n * UNIT + 7n),
  },
  {
    title: '$TR to oneself',
    when: transfer('$TR', 7n, ALICE.account),
    gives: 'success',
    check: (a) => expect(a.get(mainTokens, `$TR/${ALICE.account}`)).toBe(1_000n * UNIT),
  },
  { title: '$TR, too much', when: transfer('$TR', 1_001n * UNIT), gives: 'value-not-covered' },
  { title: 'eSTR', when: transfer('eSTR', 0n), gives: 'not-transferable' },
]);

const U64_MAX = 2n ** 64n - 1n;

table('financial public transaction', [
  {
    title: 'moves STR',
    when: { kind: 'financial-public-transaction', to: BOB.account, amount: 5n },
    gives: 'success',
    check: (a, b) => expect(str(a, BOB) - str(b, BOB)).toBe(5n),
  },
  {
    title: 'too much',
    when: { kind: 'financial-public-transaction', to: BOB.account, amount: FUNDS },
    gives: 'value-not-covered',
  },
]);

const register: Payload = { kind: 'domain_register', name: 'a-1' };
const renew: Payload = { kind: 'domain_renew', name: 'a-1' };
const list = (price: bigint): Payload => ({ kind: 'domain_list', name: 'a-1', price });
const buy = (price: bigint, seller = BOB.account): Payload => ({ kind: 'domain_buy', name: 'a-1', seller, price });
const move: Payload = { kind: 'domain_transfer', name: 'a-1', to: CAROL.account };
/** BOB's domain, listed at 50; terms of 100 s and grace of 60 s, rounds 10 s apart: registered at 0 s, it expires at 100 s. */
const short = { params: { domainTermSeconds: 100, domainGraceSeconds: 60 }, stepSeconds: 10 };
const bobs = (chain: TestChain): void => void chain.run(BOB, register);
const listed = (chain: TestChain): void => (bobs(chain), void chain.run(BOB, list(50n)));
/** The next round's *now* is this many seconds after genesis. */
const at =
  (seconds: number, given = listed) =>
  (chain: TestChain): void => (given(chain), void chain.skipTo(1 + seconds / 10));

table('domains', [
  {
    title: 'register pays the treasury',
    when: register,
    gives: 'success',
    check: (a, b, { genesis, last }) => {
      expect(a.get(domains, 'a-1')).toEqual({ owner: ALICE.account, expiresAt: 1_700_000_000 + 31_536_000, price: 0n });
      expect(str(a, STR_TREASURY) - str(b, STR_TREASURY)).toBe(genesis.params.domainFee - last.subsidy);
    },
  },
  { title: 'register without the fee', params: { domainFee: FUNDS }, when: register, gives: 'value-not-covered' },
  { title: 'register a held one', given: bobs, when: register, gives: 'already-exists' },
  {
    ...short,
    title: 'register one a second before it expires',
    stepSeconds: 99,
    given: bobs,
    when: register,
    gives: 'already-exists',
  },
  { ...short, title: 'register one as it expires', given: at(100), when: register, gives: 'in-grace' },
  { ...short, title: 'register one at the end of its grace', given: at(150), when: register, gives: 'in-grace' },
  {
    ...short,
    title: 'register one after its grace',
    given: at(160),
    when: register,
    gives: 'success',
    check: (a) => expect(a.get(domains, 'a-1')).toMatchObject({ owner: ALICE.account, price: 0n }),
  },
  {
    title: 'renew adds a term',
    given: listed,
    from: BOB,
    when: renew,
    gives: 'success',
    check: (a) =>
      expect(a.get(domains, 'a-1')).toEqual({ owner: BOB.account, expiresAt: 1_700_000_000 + 63_072_000, price: 50n }),
  },
  { title: 'renew nothing', when: renew, gives: 'not-found' },
  { title: "renew another's", given: bobs, when: renew, gives: 'not-owner' },
  {
    ...short,
    title: 'renew in grace; the listing stays ended',
    given: at(150),
    from: BOB,
    when: renew,
    gives: 'success',
    check: (a) => expect(a.get(domains, 'a-1')).toEqual({ owner: BOB.account, expiresAt: 1_700_000_200, price: 0n }),
  },
  { ...short, title: "renew another's in grace", given: at(150), when: renew, gives: 'not-owner' },
  { ...short, title: 'renew after grace', given: at(160), from: BOB, when: renew, gives: 'expired' },
  {
    title: 'transfer ends the listing',
    given: listed,
    from: BOB,
    when: move,
    gives: 'success',
    check: (a) => expect(a.get(domains, 'a-1')).toMatchObject({ owner: CAROL.account, price: 0n }),
  },
  { title: 'transfer nothing', when: move, gives: 'not-found' },
  { title: "transfer another's", given: bobs, when: move, gives: 'not-owner' },
  { ...short, title: 'transfer after expiry', given: at(100), from: BOB, when: move, gives: 'expired' },
  {
    title: 'list',
    given: bobs,
    from: BOB,
    when: list(9n),
    gives: 'success',
    check: (a) => expect(a.get(domains, 'a-1')?.price).toBe(9n),
  },
  { title: 'list nothing', when: list(9n), gives: 'not-found' },
  { title: "list another's", given: bobs, when: list(9n), gives: 'not-owner' },
  { ...short, title: 'list after expiry', given: at(100), from: BOB, when: list(9n), gives: 'expired' },
  {
    title: 'buy: domain and STR change hands',
    given: listed,
    when: buy(50n),
    gives: 'success',
    check: (a, b, { last }) => {
      expect(a.get(domains, 'a-1')).toMatchObject({ owner: ALICE.account, price: 0n });
      expect([str(b, ALICE) - str(a, ALICE), str(a, BOB) - str(b, BOB)]).toEqual([21_050n, 50n]);
      expect(last.receipts[0].touched).toEqual(['main']);
    },
  },
  {
    title: 'buy from oneself conserves, and touches no other ledger',
    given: listed,
    from: BOB,
    when: buy(50n),
    gives: 'success',
    check: (a, b, { last }) => expect([str(b, BOB) - str(a, BOB), last.receipts[0].touched]).toEqual([21_000n, []]),
  },
  { title: 'buy nothing', when: buy(50n), gives: 'not-found' },
  { title: 'buy what is not listed', given: bobs, when: buy(50n), gives: 'not-for-sale' },
  { title: 'buy at zero what is not listed', given: bobs, when: buy(0n), gives: 'not-for-sale' },
  { title: 'buy from who is not its owner', given: listed, when: buy(50n, CAROL.account), gives: 'seller-mismatch' },
  {
    title: 'buy at a price that was raised',
    given: (c) => (listed(c), void c.run(BOB, list(51n))),
    when: buy(50n),
    gives: 'price-mismatch',
  },
  {
    title: 'buy without the price',
    given: (c) => (bobs(c), void c.run(BOB, list(FUNDS))),
    when: buy(FUNDS),
    gives: 'value-not-covered',
  },
  { ...short, title: 'buy as it expires', given: at(100), when: buy(50n), gives: 'expired' },
]);

const NFT = 'ab'.repeat(32);
const nftList = (price: bigint): Payload => ({ kind: 'nft_list', nft: NFT, price });
const nftBuy = (price: bigint, seller = BOB.account): Payload => ({ kind: 'nft_buy', nft: NFT, seller, price });
const nftMove = (to: string): Payload => ({ kind: 'nft_transfer', nft: NFT, to });
const minted =
  (royaltyBps: number, by = BOB) =>
  (chain: TestChain): void =>
    void chain.run(by, { kind: 'nft_mint', nft: NFT, royaltyBps, uri: 'ipfs://x' });
/** CAROL made it, BOB has it and sells it for 999. */
const resold =
  (royaltyBps: number) =>
  (chain: TestChain): void => {
    minted(royaltyBps, CAROL)(chain);
    chain.run(CAROL, nftMove(BOB.account));
    chain.run(BOB, nftList(999n));
  };
const royalty = (bps: number, creator: bigint, seller: bigint): Row => ({
  title: `a sale at 999 with a royalty of ${bps} pays the creator ${creator} and the seller ${seller}`,
  given: resold(bps),
  when: nftBuy(999n),
  gives: 'success',
  check: (a, b) => {
    expect([str(a, CAROL) - str(b, CAROL), str(a, BOB) - str(b, BOB)]).toEqual([creator, seller]);
    expect(a.get(nfts, NFT)).toMatchObject({ creator: CAROL.account, owner: ALICE.account, price: 0n });
  },
});

table('NFTs', [
  {
    title: 'mint',
    when: { kind: 'nft_mint', nft: NFT, royaltyBps: 250, uri: 'ü' },
    gives: 'success',
    check: (a) =>
      expect(a.get(nfts, NFT)).toEqual({
        creator: ALICE.account,
        owner: ALICE.account,
        royaltyBps: 250,
        uri: 'ü',
        price: 0n,
      }),
  },
  {
    title: 'mint an id again',
    given: minted(0),
    when: { kind: 'nft_mint', nft: NFT, royaltyBps: 0, uri: '' },
    gives: 'already-exists',
  },
  {
    title: 'transfer',
    given: minted(0, ALICE),
    when: nftMove(BOB.account),
    gives: 'success',
    check: (a) => expect(a.get(nfts, NFT)?.owner).toBe(BOB.account),
  },
  { title: 'transfer nothing', when: nftMove(BOB.account), gives: 'not-found' },
  { title: "transfer another's", given: minted(0), when: nftMove(CAROL.account), gives: 'not-owner' },
  { title: 'list nothing', when: nftList(1n), gives: 'not-found' },
  { title: "list another's", given: minted(0), when: nftList(1n), gives: 'not-owner' },
  {
    title: 'price 0 withdraws',
    given: resold(0),
    from: BOB,
    when: nftList(0n),
    gives: 'success',
    check: (a) => expect(a.get(nfts, NFT)?.price).toBe(0n),
  },
  royalty(0, 0n, 999n),
  royalty(1, 0n, 999n),
  royalty(250, 24n, 975n),
  royalty(10_000, 999n, 0n),
  {
    title: 'the creator sells: all of it',
    given: (c) => (minted(5_000)(c), void c.run(BOB, nftList(9n))),
    when: nftBuy(9n),
    gives: 'success',
    check: (a, b) => expect(str(a, BOB) - str(b, BOB)).toBe(9n),
  },
  { title: 'buy nothing', when: nftBuy(1n), gives: 'not-found' },
  { title: 'buy what is not listed', given: minted(0), when: nftBuy(0n), gives: 'not-for-sale' },
  {
    title: 'buy from who is not its owner',
    given: resold(0),
    when: nftBuy(999n, CAROL.account),
    gives: 'seller-mismatch',
  },
  { title: 'buy below the price', given: resold(0), when: nftBuy(998n), gives: 'price-mismatch' },
  {
    title: 'buy without the price',
    given: (c) => (minted(0)(c), void c.run(BOB, nftList(FUNDS))),
    when: nftBuy(FUNDS),
    gives: 'value-not-covered',
  },
]);

const lock: Payload = { kind: 'bridge_lock', foreignChain: 7, recipient: '0xfeed', amount: 40n };
const unlock =
  (message: object = {}, signers?: number[]) =>
  (chain: TestChain): Payload => ({
    kind: 'bridge_unlock',
    ...bridgeProof(chain.genesis, 'bridge_unlock', { amount: 30n, ...message }, signers),
  });
const mint =
  (message: object = {}) =>
  (chain: TestChain): Payload => ({
    kind: 'bridge_mint',
    ...bridgeProof(chain.genesis, 'bridge_mint', { asset: 'ETH', amount: 30n, ...message }),
  });
const burn = (amount: bigint): Payload => ({
  kind: 'bridge_burn',
  foreignChain: 7,
  asset: 'ETH',
  recipient: '0x1',
  amount,
});
const locked = (chain: TestChain): void => void chain.run(ALICE, lock);
const lockOf = (chain: TestChain): string =>
  chain.rounds.flatMap((round) => round.transactions).find((tx) => tx.kind === 'bridge_lock')!.id;
const refund =
  (message: object = {}) =>
  (chain: TestChain): Payload => ({
    kind: 'bridge_refund',
    ...bridgeProof(chain.genesis, 'bridge_refund', {
      messageId: lockOf(chain),
      amount: 40n,
      recipient: ALICE.account,
      ...message,
    }),
  });
/** Locked at 0 s, refundable from 60 s. */
const late = { stepSeconds: 10, params: { bridgeTimeoutSeconds: 60 } };
const refundable = (chain: TestChain): void => (locked(chain), void chain.skipTo(7));

table('bridge', [
  {
    title: 'lock moves STR into the escrow, for that chain',
    when: lock,
    gives: 'success',
    check: (a, _, chain) => {
      expect([str(a, BRIDGE_ESCROW), a.get(bridgeLocked, '7')]).toEqual([40n, 40n]);
      expect(a.get(locks, lockOf(chain))).toEqual({
        foreignChain: 7,
        sender: ALICE.account,
        recipient: '0xfeed',
        amount: 40n,
        lockedAt: 1_700_000_000,
        refunded: false,
      });
      expect(chain.last.receipts[0].touched).toEqual(['main']);
    },
  },
  { title: 'lock too much', when: { ...lock, amount: FUNDS }, gives: 'value-not-covered' },
  {
    title: 'unlock',
    given: locked,
    when: unlock(),
    gives: 'success',
    check: (a, b) =>
      expect([str(a, BOB) - str(b, BOB), a.get(bridgeLocked, '7'), str(a, BRIDGE_ESCROW)]).toEqual([30n, 10n, 10n]),
  },
  {
    title: 'unlock twice',
    given: (c) => (locked(c), void c.run(BOB, unlock({ amount: 3n })(c))),
    when: unlock({ amount: 3n }),
    gives: 'bridge-consumed',
  },
  {
    title: 'the same id of another chain is another message',
    given: (c) => (locked(c), void c.run(ALICE, { ...lock, foreignChain: 8 }), void c.run(BOB, unlock()(c))),
    when: unlock({ foreignChain: 8 }),
    gives: 'success',
  },
  {
    title: "unlock out of another chain's share",
    given: locked,
    when: unlock({ foreignChain: 8 }),
    gives: 'value-not-covered',
  },
  { title: 'unlock more than is locked', given: locked, when: unlock({ amount: 41n }), gives: 'value-not-covered' },
  { title: 'unlock a wrapped asset', given: locked, when: unlock({ asset: 'ETH' }), gives: 'bridge-message' },
  { title: 'unlock of another epoch', given: locked, when: unlock({ epoch: 1 }), gives: 'bridge-epoch' },
  { title: 'two of four relayers', given: locked, when: unlock({}, [0, 1]), gives: 'bridge-signatures' },
  { title: 'all four', given: locked, when: unlock({}, [0, 1, 2, 3]), gives: 'success' },
  { title: 'relayers out of order', given: locked, when: unlock({}, [1, 0, 2]), gives: 'bridge-signatures' },
  { title: 'a relayer twice', given: locked, when: unlock({}, [0, 1, 1]), gives: 'bridge-signatures' },
  {
    title: 'exactly two thirds of three are not more than two thirds',
    params: { relayers: RELAYERS.slice(0, 3).map(({ publicKey }) => Buffer.from(publicKey).toString('hex')) },
    given: locked,
    when: unlock({}, [0, 1]),
    gives: 'bridge-signatures',
  },
  {
    title: 'no relayers at all',
    params: { relayers: [] },
    given: locked,
    when: unlock({}, []),
    gives: 'bridge-signatures',
  },
  {
    title: 'one bad signature among four',
    given: locked,
    when: (c) => {
      const payload = unlock({}, [0, 1, 2, 3])(c) as Extract<Payload, { kind: 'bridge_unlock' }>;
      return {
        ...payload,
        signatures: payload.signatures.map((s, i) =>
          i === 3 ? { ...s, signature: payload.signatures[0].signature } : s,
        ),
      };
    },
    gives: 'bridge-signatures',
  },
  ...(['foreignChain', 'foreignBlock', 'amount'] as const).map((field): Row => ({
    title: `signatures over another ${field}`,
    given: (c) => (locked(c), void c.run(ALICE, { ...lock, foreignChain: 8 })),
    when: (c) => {
      const payload = unlock()(c) as Extract<Payload, { kind: 'bridge_unlock' }>;
      const { message } = payload;
      return {
        ...payload,
        message: { ...message, [field]: field === 'amount' ? message.amount - 1n : message[field] + 1 },
      };
    },
    gives: 'bridge-signatures',
  })),
  {
    title: 'signatures for a mint do not unlock',
    given: locked,
    when: (c) => ({ ...bridgeProof(c.genesis, 'bridge_mint', { amount: 30n }), kind: 'bridge_unlock' }),
    gives: 'bridge-signatures',
  },
  {
    title: 'mint',
    when: mint(),
    gives: 'success',
    check: (a) => expect(a.get(wrappedBalances, `7/ETH/${BOB.account}`)).toBe(30n),
  },
  { title: 'mint twice', given: (c) => void c.run(BOB, mint()(c)), when: mint(), gives: 'bridge-consumed' },
  { title: 'mint STR', when: mint({ asset: 'STR' }), gives: 'bridge-message' },
  {
    title: 'mint beyond the width',
    given: (c) => void c.run(BOB, mint({ messageId: '11'.repeat(32) })(c)),
    when: mint({ amount: U64_MAX }),
    gives: 'amount-overflow',
  },
  {
    title: 'burn',
    given: (c) => void c.run(BOB, mint()(c)),
    from: BOB,
    when: burn(30n),
    gives: 'success',
    check: (a) => expect(a.get(wrappedBalances, `7/ETH/${BOB.account}`)).toBeUndefined(),
  },
  {
    title: 'burn too much',
    given: (c) => void c.run(BOB, mint()(c)),
    from: BOB,
    when: burn(31n),
    gives: 'value-not-covered',
  },
  {
    ...late,
    title: 'refund',
    given: refundable,
    from: DAVE,
    when: refund(),
    gives: 'success',
    check: (a, b, c) =>
      expect([
        str(a, ALICE) - str(b, ALICE),
        str(a, BRIDGE_ESCROW),
        a.get(bridgeLocked, '7'),
        a.get(locks, lockOf(c))?.refunded,
      ]).toEqual([40n, 0n, undefined, true]),
  },
  {
    ...late,
    title: 'refund too early',
    given: (c) => (locked(c), void c.skipTo(6)),
    when: refund(),
    gives: 'bridge-timeout',
  },
  {
    ...late,
    title: 'refund twice',
    given: (c) => (refundable(c), void c.run(DAVE, refund()(c))),
    when: refund(),
    gives: 'bridge-consumed',
  },
  {
    ...late,
    title: 'refund what was not locked',
    given: refundable,
    when: refund({ messageId: '22'.repeat(32) }),
    gives: 'not-found',
  },
  {
    ...late,
    title: 'refund to someone else',
    given: refundable,
    when: refund({ recipient: BOB.account }),
    gives: 'bridge-message',
  },
  {
    ...late,
    title: 'refund another amount',
    given: refundable,
    when: refund({ amount: 41n }),
    gives: 'bridge-message',
  },
  {
    ...late,
    title: 'refund out of another chain',
    given: refundable,
    when: refund({ foreignChain: 8 }),
    gives: 'bridge-message',
  },
  {
    ...late,
    title: 'refund with an unlock’s signatures',
    given: refundable,
    when: (c) => ({
      ...bridgeProof(c.genesis, 'bridge_unlock', { messageId: lockOf(c), amount: 40n, recipient: ALICE.account }),
      kind: 'bridge_refund',
    }),
    gives: 'bridge-signatures',
  },
]);

const spend: Payload = { kind: 'proposal', title: 'pay', action: { type: 'treasury', to: CAROL.account, amount: 10n } };
const proposalOf = (chain: TestChain): string =>
  chain.rounds.flatMap((round) => round.transactions).find((tx) => tx.kind === 'proposal')!.id;
const vote =
  (approve: boolean) =>
  (chain: TestChain): Payload => ({ kind: 'vote', proposal: proposalOf(chain), approve });
const execute = (chain: TestChain): Payload => ({ kind: 'execute_proposal', proposal: proposalOf(chain) });
/** Proposed in round 1, open in 2…4, executable from 6 on; the quorum of 0 lets single votes decide. */
const quick = { params: { votingPeriodRounds: 3, executionDelayRounds: 2, quorumBps: 0 } };
const proposed = (chain: TestChain): void => void chain.run(ALICE, spend);
const passed = (chain: TestChain): void => (proposed(chain), void chain.run(BOB, vote(true)(chain)));
const unknown: Payload = { kind: 'vote', proposal: '33'.repeat(32), approve: true };

table('governance', [
  {
    title: 'propose',
    when: spend,
    gives: 'success',
    check: (a, _, c) =>
      expect(a.get(proposals, proposalOf(c))).toMatchObject({
        proposer: ALICE.account,
        round: 1,
        closes: 25,
        executed: false,
      }),
  },
  {
    title: 'propose a parameter out of range',
    when: { kind: 'proposal', title: '', action: { type: 'parameter', parameter: 'quorumBps', value: 10_001n } },
    gives: 'parameter-range',
  },
  {
    title: 'propose a gas limit that would end all votes',
    when: {
      kind: 'proposal',
      title: '',
      action: { type: 'parameter', parameter: 'gasLimitPerLedger', value: 21_000n },
    },
    gives: 'parameter-range',
  },
  {
    ...quick,
    title: 'vote',
    given: proposed,
    from: BOB,
    when: vote(true),
    gives: 'success',
    check: (a, _, c) => expect(a.get(proposals, proposalOf(c))).toMatchObject({ approved: FUNDS, rejected: 0n }),
  },
  {
    ...quick,
    title: 'vote in the last open round',
    given: (c) => (proposed(c), void c.skipTo(4)),
    from: BOB,
    when: vote(false),
    gives: 'success',
  },
  {
    ...quick,
    title: 'vote after the close',
    given: (c) => (proposed(c), void c.skipTo(5)),
    from: BOB,
    when: vote(true),
    gives: 'voting-closed',
  },
  {
    ...quick,
    title: 'vote twice, even the other way',
    given: passed,
    from: BOB,
    when: vote(false),
    gives: 'already-voted',
  },
  { title: 'vote on nothing', when: unknown, gives: 'not-found' },
  {
    ...quick,
    title: 'vote with STR that came later',
    given: (c) => (proposed(c), void c.run(ALICE, transfer('STR', UNIT, STRANGER.account))),
    from: STRANGER,
    when: vote(true),
    gives: 'no-vote-weight',
  },
  {
    ...quick,
    title: 'execute',
    given: (c) => (passed(c), void c.skipTo(6)),
    from: DAVE,
    when: execute,
    gives: 'success',
    check: (a, _, c) => expect(a.get(proposals, proposalOf(c))?.executed).toBe(true),
  },
  { title: 'execute nothing', when: { kind: 'execute_proposal', proposal: '33'.repeat(32) }, gives: 'not-found' },
  {
    ...quick,
    title: 'execute while voting',
    given: (c) => (passed(c), void c.skipTo(4)),
    when: execute,
    gives: 'voting-open',
  },
  {
    ...quick,
    title: 'execute within the delay',
    given: (c) => (passed(c), void c.skipTo(5)),
    when: execute,
    gives: 'execution-delay',
  },
  {
    ...quick,
    title: 'execute twice',
    given: (c) => (passed(c), c.skipTo(6).run(DAVE, execute(c)), void c.round()),
    when: execute,
    gives: 'already-executed',
  },
  {
    ...quick,
    title: 'execute what was rejected',
    given: (c) => (proposed(c), c.run(BOB, vote(false)(c)), void c.skipTo(6)),
    when: execute,
    gives: 'not-passed',
  },
  {
    ...quick,
    title: 'half of the votes is not more than half',
    given: (c) => (proposed(c), c.round([c.sign(BOB, vote(true)(c)), c.sign(CAROL, vote(false)(c))]), void c.skipTo(6)),
    when: execute,
    gives: 'not-passed',
  },
  {
    ...quick,
    title: 'nobody voted',
    given: (c) => (proposed(c), void c.skipTo(6)),
    when: execute,
    gives: 'not-passed',
  },
  {
    ...quick,
    params: { ...quick.params, quorumBps: 10 },
    title: 'a vote of 1,000,000 of 63,000,000,000 STR misses 0.1 %',
    given: (c) => (passed(c), void c.skipTo(6)),
    when: execute,
    gives: 'quorum-not-met',
  },
]);

const legs = (...list: Payload[]): Payload => ({ kind: 'atomic', legs: list });

table('atomic', [
  {
    title: 'legs on several ledgers',
    given: resold(1_000),
    when: legs(nftBuy(999n), transfer('CCOS', 5n), transfer('STR', 1n)),
    gives: 'success',
    check: (a, b, { last }) => {
      expect(last.receipts[0]).toMatchObject({ gasUsed: 27_000, touched: ['asset', 'ccos'] });
      expect(last.receipts[0].events.map(({ type }) => type)).toEqual(['sale', 'transfer', 'transfer']);
      expect([a.get(nfts, NFT)?.owner, str(a, BOB) - str(b, BOB)]).toEqual([ALICE.account, 901n]);
    },
  },
  {
    title: 'a later leg sees an earlier one',
    when: legs({ kind: 'nft_mint', nft: NFT, royaltyBps: 0, uri: '' }, nftMove(BOB.account)),
    gives: 'success',
    check: (a) => expect(a.get(nfts, NFT)?.owner).toBe(BOB.account),
  },
  {
    title: 'the last leg fails: none remains',
    given: resold(0),
    when: legs(nftBuy(999n), transfer('CCOS', 5n), transfer('STR', FUNDS)),
    gives: 'value-not-covered',
  },
  { title: 'the first leg fails', when: legs(nftBuy(999n), transfer('STR', 1n)), gives: 'not-found' },
  { title: 'two proposals under one id', when: legs(spend, spend), gives: 'already-exists' },
  { title: 'two locks under one id', when: legs(lock, lock), gives: 'already-exists' },
]);
