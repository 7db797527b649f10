/** Random operations over few accounts, names and amounts, so that they meet: successes and failures of every kind. */
import fc from 'fast-check';
import { TOKENS } from '../../engine/tx/kinds.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { domains, nfts } from '../../engine/ledgers/tables.ts';
import { UNIT } from '../../engine/params/params.ts';
import { ALICE as NOTES_ALICE, BOB as NOTES_BOB, note } from '../zk/claims.ts';
import { ALICE, BOB, bridgeProof, CAROL, DAVE, FUNDS, MINER, STRANGER, type Key, type TestChain } from './fixtures.ts';
import { shieldedPayload } from './shielded.ts';

export const SENDERS: readonly Key[] = [ALICE, BOB, CAROL, DAVE];

/** What somebody does, given the chain it is done on: for ids of earlier transactions, owners and prices. */
export interface Act {
  readonly on: (chain: TestChain) => { readonly from: Key; readonly payload: Payload };
  readonly gasPrice: bigint;
}

const account = fc.constantFrom(...[...SENDERS, STRANGER, MINER].map((key) => key.account), STR_TREASURY);
const amount = fc.constantFrom(0n, 1n, 40n, 100n * UNIT, FUNDS / 3n, FUNDS, 2n ** 64n - 1n);
const price = fc.constantFrom(0n, 40n, 999n, FUNDS / 3n);
const name = fc.constantFrom('a', 'b-1');
const nft = fc.constantFrom('ab'.repeat(32), 'cd'.repeat(32));
const seller = fc.constantFrom(...SENDERS.map((key) => key.account));

const fixed: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ kind: fc.constant('transfer' as const), token: fc.constantFrom(...TOKENS), to: account, amount }),
  fc.record({ kind: fc.constant('financial-public-transaction' as const), to: account, amount }),
  fc.record({ kind: fc.constant('domain_register' as const), name }),
  fc.record({ kind: fc.constant('domain_renew' as const), name }),
  fc.record({ kind: fc.constant('domain_transfer' as const), name, to: account }),
  fc.record({ kind: fc.constant('domain_list' as const), name, price }),
  fc.record({ kind: fc.constant('domain_buy' as const), name, seller, price }),
  fc.record({
    kind: fc.constant('nft_mint' as const),
    nft,
    royaltyBps: fc.constantFrom(0, 333, 10_000),
    uri: fc.constant('u'),
  }),
  fc.record({ kind: fc.constant('nft_transfer' as const), nft, to: account }),
  fc.record({ kind: fc.constant('nft_list' as const), nft, price }),
  fc.record({ kind: fc.constant('nft_buy' as const), nft, seller, price }),
  fc.record({
    kind: fc.constant('proposal' as const),
    title: fc.constant('t'),
    action: fc.oneof(
      fc.record({ type: fc.constant('treasury' as const), to: account, amount }),
      fc.record({
        type: fc.constant('parameter' as const),
        parameter: fc.constantFrom('domainFee' as const, 'majorityBps' as const),
        value: fc.constantFrom(7n, 10_000n),
      }),
    ),
  }),
  fc.record({
    kind: fc.constant('bridge_lock' as const),
    foreignChain: fc.constantFrom(7, 8),
    recipient: fc.constant('0x1'),
    amount,
  }),
  fc.record({
    kind: fc.constant('bridge_burn' as const),
    foreignChain: fc.constant(7),
    asset: fc.constant('ETH'),
    recipient: fc.constant('0x1'),
    amount,
  }),
  fc.record({ kind: fc.constant('contract_deploy' as const), module: fc.uint8Array({ maxLength: 3 }), value: fc.constant(0n), input: fc.constant(new Uint8Array(0)) }),
);

const LEGLESS = new Set(['financial-public-transaction', 'contract_deploy']);

const idOf = (chain: TestChain, kind: 'proposal' | 'bridge_lock', pick: number): string => {
  const ids = chain.rounds.flatMap(({ transactions }) =>
    transactions.filter((tx) => tx.kind === kind).map(({ id }) => id),
  );
  return ids.length === 0 ? '33'.repeat(32) : ids[pick % ids.length];
};

const bridged = fc.record({
  kind: fc.constantFrom('bridge_unlock' as const, 'bridge_mint' as const),
  amount,
  message: fc.constantFrom('11', '22'),
  chain: fc.constantFrom(7, 8),
  signers: fc.constantFrom([0, 1, 2], [0, 1]),
});

type PayloadOn = (chain: TestChain) => Payload;

const payload: fc.Arbitrary<PayloadOn> = fc.oneof(
  {
    weight: 12,
    arbitrary: fixed.map(
      (value): PayloadOn =>
        () =>
          value,
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fixed.filter(({ kind }) => !LEGLESS.has(kind)),
        { minLength: 1, maxLength: 3 },
      )
      .map((legs): PayloadOn => () => ({ kind: 'atomic', legs })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(5), fc.boolean())
      .map(([pick, approve]): PayloadOn => (chain) => ({
        kind: 'vote',
        proposal: idOf(chain, 'proposal', pick),
        approve,
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .nat(5)
      .map((pick): PayloadOn => (chain) => ({ kind: 'execute_proposal', proposal: idOf(chain, 'proposal', pick) })),
  },
  {
    weight: 2,
    arbitrary: bridged.map(({ kind, amount, message, chain: foreignChain, signers }): PayloadOn => (chain) => ({
      kind,
      ...bridgeProof(
        chain.genesis,
        kind,
        { amount, foreignChain, messageId: message.repeat(32), asset: kind === 'bridge_mint' ? 'ETH' : 'STR' },
        signers,
      ),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.nat(5).map((pick): PayloadOn => (chain) => {
      const id = idOf(chain, 'bridge_lock', pick);
      const tx = chain.rounds.flatMap(({ transactions }) => transactions).find((candidate) => candidate.id === id);
      const amount = tx?.payload.kind === 'bridge_lock' ? tx.payload.amount : 1n;
      const foreignChain = tx?.payload.kind === 'bridge_lock' ? tx.payload.foreignChain : 7;
      const recipient = tx?.sender ?? BOB.account;
      return {
        kind: 'bridge_refund',
        ...bridgeProof(chain.genesis, 'bridge_refund', { messageId: id, amount, foreignChain, recipient }),
      };
    }),
  },
);

const keyOf = (account: string): Key => SENDERS.find((key) => key.account === account) ?? ALICE;

/** By the owner, or at the right price from the right seller: what random picks seldom hit. */
const aimed: fc.Arbitrary<Act['on']> = fc
  .record({
    what: fc.constantFrom('renew', 'list', 'buy', 'list-nft', 'buy-nft'),
    name,
    nft,
    price,
    buyer: fc.constantFrom(...SENDERS),
  })
  .map(({ what, name, nft, price, buyer }) => ({ state }) => {
    const domain = state.get(domains, name) ?? { owner: ALICE.account, price };
    const token = state.get(nfts, nft) ?? { owner: ALICE.account, price };
    switch (what) {
      case 'renew':
        return { from: keyOf(domain.owner), payload: { kind: 'domain_renew', name } };
      case 'list':
        return { from: keyOf(domain.owner), payload: { kind: 'domain_list', name, price } };
      case 'buy':
        return { from: buyer, payload: { kind: 'domain_buy', name, seller: domain.owner, price: domain.price } };
      case 'list-nft':
        return { from: keyOf(token.owner), payload: { kind: 'nft_list', nft, price } };
      default:
        return { from: buyer, payload: { kind: 'nft_buy', nft, seller: token.owner, price: token.price } };
    }
  });

const random: fc.Arbitrary<Act['on']> = fc
  .tuple(fc.constantFrom(...SENDERS), payload)
  .map(([from, payloadOn]) => (chain) => ({ from, payload: payloadOn(chain) }));

/** Deposits of a few notes, and their spending: again and again, so that most fail. */
const shielded: fc.Arbitrary<Act['on']> = fc
  .record({ from: fc.constantFrom(ALICE, BOB), deposits: fc.boolean(), pick: fc.nat(2) })
  .map(({ from, deposits, pick }) => (chain) => {
    const wish = deposits
      ? { spent: note(0n, NOTES_ALICE, 100 + pick), outputs: [note(60n, NOTES_ALICE, pick), note(40n, NOTES_BOB, pick)], deposit: 100n }
      : { spent: note(60n, NOTES_ALICE, pick), outputs: [note(35n, NOTES_BOB, 10 + pick), note(20n, NOTES_ALICE, 20 + pick)], withdrawal: 5n };
    return { from, payload: shieldedPayload(from, chain.genesis.hash, { secret: NOTES_ALICE, ...wish }) };
  });

/** Enough gas for any of these: a proof alone takes two millions. */
export const gasLimitOf = ({ kind }: Payload): number => (kind === 'shielded_transfer' ? 2_500_000 : 400_000);

export const act: fc.Arbitrary<Act> = fc.record({
  on: fc.oneof({ weight: 30, arbitrary: random }, { weight: 20, arbitrary: aimed }, { weight: 2, arbitrary: shielded }),
  gasPrice: fc.constantFrom(1n, 2n, 3n),
});
/** One round's operations. */
export const acts = fc.array(act, { maxLength: 8, size: 'max' });
