/** Random rounds of every kind: engine and model must tell and store the same. */
import { expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { UNIT } from '../../engine/params/params.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import { LEDGERS, TOKENS } from '../../engine/tx/kinds.ts';
import { GOVERNED_PARAMETERS, type Payload, type Transaction } from '../../engine/tx/transaction.ts';
import { BRIDGE_ESCROW, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { domains, locks, nfts, proposals } from '../../engine/ledgers/tables.ts';
import { ALICE, BOB, bridgeProof, CAROL, crypto, DAVE, FUNDS, STRANGER, type Key } from '../helpers/fixtures.ts';
import { toldByEngine, toldByModel, Twin } from './twin.ts';

/** Raw choices; what they mean depends on what exists when they are carried out. */
interface Choice {
  readonly actor: number;
  readonly kind: number;
  readonly x: number;
  readonly y: number;
  readonly amount: bigint;
  readonly legs: readonly Choice[];
  readonly gasPrice: bigint;
  readonly spare: number;
  readonly nonceSkew: number;
  readonly reference: number;
}

const KEYS: readonly Key[] = [ALICE, BOB, CAROL, DAVE, STRANGER];
const ACCOUNTS = [...KEYS.map(({ account }) => account), STR_TREASURY, BRIDGE_ESCROW];
const NAMES = ['stratus', 'x'];
const hash = (text: string): string => toHex(crypto.sha256(utf8(text)));
const U64_MAX = (1n << 64n) - 1n;

const amount = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: 0n, max: 2n * UNIT }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 90n * UNIT, max: 300n * UNIT }) },
  { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 100n * UNIT, FUNDS, U64_MAX) },
);
const leaf = {
  actor: fc.nat(4),
  kind: fc.nat(19),
  x: fc.nat(6),
  y: fc.nat(6),
  amount,
  gasPrice: fc.constantFrom(1n, 1n, 7n, 1_000_000n),
  spare: fc.constantFrom(0, 1, 5_000),
  nonceSkew: fc.oneof({ weight: 60, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
  reference: fc.oneof({ weight: 8, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(20) }),
};
const choice: fc.Arbitrary<Choice> = fc.record({
  ...leaf,
  legs: fc.array(fc.record({ ...leaf, legs: fc.constant([]) }), { minLength: 1, maxLength: 4 }),
});

class Play {
  readonly twin = new Twin({
    params: {
      domainTermSeconds: 500,
      domainGraceSeconds: 150,
      votingPeriodRounds: 3,
      executionDelayRounds: 1,
      quorumBps: 0,
      bridgeTimeoutSeconds: 60,
      gasLimitPerLedger: 400_000,
    },
  });
  readonly proposals: string[] = [];
  readonly locked: string[] = [];
  readonly succeeded = new Set<string>();

  payload({ kind, x, y, amount, legs, actor }: Choice, leg = false): Payload {
    const to = ACCOUNTS[x];
    const name = NAMES[x % 2];
    const nft = hash(`nft ${x % 2}`);
    const price = BigInt(y % 4);
    /** Mostly the true owner and price; else those that a careless buyer would name. */
    const offer = (held: { owner: string; price: bigint } | undefined): { seller: string; price: bigint } =>
      held === undefined || y === 6
        ? { seller: to, price }
        : { seller: held.owner, price: held.price + BigInt(Math.max(0, y - 4)) };
    switch (kind) {
      case 0:
        return { kind: 'transfer', token: 'STR', to, amount };
      case 1:
        return { kind: 'transfer', token: TOKENS[y % 6], to, amount };
      case 2:
        return leg
          ? { kind: 'transfer', token: 'STR', to, amount }
          : { kind: 'financial-public-transaction', to, amount };
      case 3:
        return { kind: 'domain_register', name };
      case 4:
        return y < 3 ? { kind: 'domain_renew', name } : { kind: 'domain_transfer', name, to };
      case 5:
        return { kind: 'domain_list', name, price: price * UNIT };
      case 6:
        return { kind: 'domain_buy', name, ...offer(this.twin.state.get(domains, name)) };
      case 7:
        return { kind: 'nft_mint', nft, royaltyBps: [0, 3333, 10_000][y % 3], uri: 'u'.repeat(y * 40) };
      case 8:
        return { kind: 'nft_transfer', nft, to };
      case 9:
        return { kind: 'nft_list', nft, price: price * 7n };
      case 10:
        return { kind: 'nft_buy', nft, ...offer(this.twin.state.get(nfts, nft)) };
      case 11:
        return {
          kind: 'proposal',
          title: 'p'.repeat(x),
          action:
            y < 3
              ? { type: 'treasury', to, amount }
              : { type: 'parameter', parameter: GOVERNED_PARAMETERS[y % 3], value: BigInt(x) * 700n },
        };
      case 12:
      case 13:
        return { kind: 'vote', proposal: this.proposals.at(-1 - (x % 4)) ?? hash('none'), approve: y < 5 };
      case 14:
        return {
          kind: 'execute_proposal',
          proposal: (y < 5 ? this.ripe() : undefined) ?? this.proposals.at(-1 - (x % 6)) ?? hash('none'),
        };
      case 15:
        return { kind: 'bridge_lock', foreignChain: x % 2, recipient: '0x1', amount };
      case 16: {
        const message = {
          foreignChain: x % 2,
          messageId: hash(`message ${y}`),
          amount: amount % (3n * UNIT),
          recipient: ACCOUNTS[actor],
          epoch: y === 5 ? 1 : 0,
        };
        const signers = [
          [0, 1, 2],
          [1, 2, 3],
          [0, 1],
          [0, 1, 2, 3],
          [0, 2, 1],
          [0, 1, 1],
          [0, 1, 3],
        ][x];
        return y % 2 === 0
          ? { kind: 'bridge_unlock', ...bridgeProof(this.twin.genesis, 'bridge_unlock', message, signers) }
          : {
              kind: 'bridge_mint',
              ...bridgeProof(this.twin.genesis, 'bridge_mint', { ...message, asset: 'WEI', amount }, signers),
            };
      }
      case 17:
        return { kind: 'bridge_burn', foreignChain: x % 2, asset: 'WEI', recipient: '0x1', amount };
      case 18: {
        const id = this.locked.at(-1 - (x % 5)) ?? hash('none');
        const lock = this.twin.state.get(locks, id);
        const message = {
          messageId: id,
          foreignChain: lock?.foreignChain ?? 0,
          amount: lock?.amount ?? 1n,
          recipient: lock?.sender ?? ALICE.account,
        };
        return {
          kind: 'bridge_refund',
          ...bridgeProof(
            this.twin.genesis,
            'bridge_refund',
            y === 6 ? { ...message, amount: message.amount + 1n } : message,
          ),
        };
      }
      default:
        if (leg) return { kind: 'transfer', token: 'CCOS', to, amount };
        if (x === 6) return { kind: 'contract_call', contract: to, value: amount, input: new Uint8Array(y * 100) };
        return { kind: 'atomic', legs: legs.map((one) => this.payload(one, true)) };
    }
  }

  /** A proposal that can be executed in the next round, if its votes are for it. */
  ripe(): string | undefined {
    const { state, number } = this.twin;
    return this.proposals.find((id) => {
      const proposal = state.get(proposals, id)!;
      return proposal.closes <= number && !proposal.executed && proposal.approved > proposal.rejected;
    });
  }

  /** Mostly whoever may do it. */
  actor({ actor, y }: Choice, payload: Payload): Key {
    const { state } = this.twin;
    const held =
      'name' in payload
        ? state.get(domains, payload.name)
        : 'nft' in payload
          ? state.get(nfts, payload.nft)
          : undefined;
    const owner =
      payload.kind.endsWith('_buy') || y === 5 ? undefined : KEYS.find(({ account }) => account === held?.owner);
    return owner ?? KEYS[actor];
  }

  transaction(one: Choice): Transaction {
    const payload = this.payload(one);
    const { number, rounds } = this.twin;
    const ledger = one.x % 6;
    const at = one.reference > number ? number : one.reference;
    const reference =
      one.reference < 0
        ? undefined
        : { ledger: LEDGERS[ledger], number: one.reference, hash: rounds[at].header.ledgerHashes[ledger] };
    const gasLimit = intrinsicGas(payload, encodePayload(payload).length) + one.spare;
    const actor = this.actor(one, payload);
    const signed = this.twin.sign(actor, payload, {
      gasPrice: one.gasPrice,
      gasLimit,
      ...(reference && { reference }),
    });
    return one.nonceSkew === 0
      ? signed
      : this.twin.sign(actor, payload, { gasLimit, nonce: Math.max(0, signed.nonce + one.nonceSkew) });
  }

  /** One round: what both refuse is taken out until both accept the rest. */
  round(choices: readonly Choice[], seconds: number): void {
    const { twin } = this;
    let transactions = choices.map((one) => this.transaction(one));
    for (;;) {
      const told = twin.both(transactions, seconds);
      if ('engine' in told) {
        expect(told.engine.replace(/nonce-.*/, 'nonce')).toBe(told.model);
        transactions = transactions.filter((_, i) => i !== Number.parseInt(told.engine, 10));
        continue;
      }
      expect(toldByEngine(told.executed)).toEqual(toldByModel(told.applied));
      expect(twin.differences(told)).toEqual([]);
      transactions.forEach(({ id, payload }, i) => {
        if (told.executed.receipts[i].status !== 'success') return;
        const legs = payload.kind === 'atomic' ? payload.legs : [payload];
        this.succeeded.add(payload.kind);
        for (const { kind } of legs) this.succeeded.add(kind);
        if (legs.some(({ kind }) => kind === 'proposal')) this.proposals.push(id);
        if (legs.some(({ kind }) => kind === 'bridge_lock')) this.locked.push(id);
      });
      return;
    }
  }
}

const reached = new Set<string>();

property.prop(
  [
    fc.array(fc.tuple(fc.array(choice, { maxLength: 14 }), fc.constantFrom(1, 30, 100)), {
      minLength: 12,
      maxLength: 24,
    }),
  ],
  { numRuns: 60 },
)('random rounds give the same in engine and model', (rounds) => {
  const play = new Play();
  for (const [choices, seconds] of rounds) play.round(choices, seconds);
  for (const kind of play.succeeded) reached.add(kind);
});

test('every kind succeeded somewhere in them', () => {
  const kinds = [
    'transfer',
    'financial-public-transaction',
    'domain_register',
    'domain_renew',
    'domain_transfer',
    'domain_list',
    'domain_buy',
  ];
  kinds.push('nft_mint', 'nft_transfer', 'nft_list', 'nft_buy', 'proposal', 'vote', 'execute_proposal', 'atomic');
  kinds.push('bridge_lock', 'bridge_unlock', 'bridge_mint', 'bridge_burn', 'bridge_refund');
  expect([...reached].sort()).toEqual(kinds.sort());
});
