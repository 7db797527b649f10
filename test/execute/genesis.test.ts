/** Genesis: the supply, the file, and its hash. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeGenesis,
  encodeGenesis,
  makeGenesis,
  NAMED_WALLETS,
  type Allocation,
  type GenesisError,
} from '../../engine/chain/genesis.ts';
import { accountOf as addressOf } from '../../engine/crypto/address.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { CCOS_TREASURY, STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { ccosBalances } from '../../engine/ledgers/tables.ts';
import { DEFAULT_PARAMS } from '../../engine/params/params.ts';
import { TOKENS } from '../../engine/tx/kinds.ts';
import { deriveKey } from '../../engine/wallet/derive.ts';
import { mnemonicToSeed } from '../../engine/wallet/mnemonic.ts';
import { ALICE, BOB, crypto, RELAYERS, testGenesis } from '../helpers/fixtures.ts';

const HEAD = { timeSeconds: 1_700_000_000, bits: 0x207fffff };
const give = (amount: bigint, token: Allocation['token'] = 'STR', account = ALICE.account): Allocation => ({
  account,
  token,
  amount,
});

test('supply as in TOKEN ECONOMICS: 63,000,000,000 STR and 63,000,000 CCOS, 33 % market, 67 % treasury', () => {
  const made = makeGenesis({ ...HEAD, allocations: [give(5n), give(6n, 'CCOS')] }, crypto);
  if (!made.ok) throw new Error(made.error.code);
  const { state, market } = made.value;
  expect(accountOf(state, STR_TREASURY).str).toBe(4_221_000_000_000_000_000n);
  expect(accountOf(state, market).str).toBe(2_079_000_000_000_000_000n - 5n);
  expect(state.get(ccosBalances, CCOS_TREASURY)).toBe(4_221_000_000_000_000n);
  expect(state.get(ccosBalances, market)).toBe(2_079_000_000_000_000n - 6n);
});

test('named wallets are those of the stated mnemonic', () => {
  const seed = mnemonicToSeed(`${'abandon '.repeat(11)}about`, '');
  expect(Object.values(NAMED_WALLETS)).toEqual(
    [0, 1, 2, 3].map((i) => addressOf(deriveKey(seed, 0, i).publicKey, crypto)),
  );
});

test('the file gives the genesis back; allocations may be given in any order', () => {
  const genesis = testGenesis();
  const decoded = decodeGenesis(encodeGenesis(genesis), crypto);
  if (!decoded.ok) throw new Error(decoded.error.code);
  expect(decoded.value.hash).toBe(genesis.hash);
  expect(decoded.value.round).toEqual(genesis.round);
  expect(genesis.round.header.parent).toBe(genesis.hash);
  const again = testGenesis({ allocations: [...genesis.allocations].reverse() });
  expect(again.hash).toBe(genesis.hash);
  const unordered = encodeGenesis({ ...genesis, allocations: [...genesis.allocations].reverse() });
  expect(decodeGenesis(unordered, crypto)).toMatchObject({ ok: false, error: { code: 'encoding' } });
});

test('every byte of the file counts: no other file opens as the same chain', () => {
  const bytes = encodeGenesis(testGenesis());
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const other = decodeGenesis(
        bytes.map((byte, i) => (i === at ? byte ^ mask : byte)),
        crypto,
      );
      if (other.ok) expect(other.value.hash).not.toBe(testGenesis().hash);
    }),
  );
  for (const cut of [0, 1, 40, bytes.length - 1])
    expect(decodeGenesis(bytes.subarray(0, cut), crypto)).toMatchObject({ ok: false, error: { code: 'encoding' } });
});

const [relayer, other] = RELAYERS.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
test.each<[title: string, input: Partial<Parameters<typeof makeGenesis>[0]>, error: Partial<GenesisError>]>([
  [
    'more STR than the market has',
    { allocations: [give(2_079_000_000_000_000_000n), give(1n, 'STR', BOB.account)] },
    { code: 'allocation-above-market', token: 'STR' },
  ],
  [
    'more ARSS than fits',
    { allocations: [give(2n ** 64n, 'ARSS')] },
    { code: 'allocation-above-market', token: 'ARSS' },
  ],
  ['an account twice', { allocations: [give(1n), give(2n)] }, { code: 'allocation-repeated' }],
  ['eSTR', { allocations: [give(1n, TOKENS[4])] }, { code: 'allocation-token' }],
  ['a fraction', { params: { ...DEFAULT_PARAMS, finalityDepth: 1.5 } }, { code: 'parameter', name: 'finalityDepth' }],
  [
    'a majority of all votes, which nothing exceeds',
    { params: { ...DEFAULT_PARAMS, majorityBps: 10_000 } },
    { code: 'parameter', name: 'majorityBps' },
  ],
  [
    'relayers out of order',
    { params: { ...DEFAULT_PARAMS, relayers: [other, relayer] } },
    { code: 'parameter', name: 'relayers' },
  ],
  [
    'a relayer twice',
    { params: { ...DEFAULT_PARAMS, relayers: [relayer, relayer] } },
    { code: 'parameter', name: 'relayers' },
  ],
])('refused: %s', (_, input, error) => {
  expect(makeGenesis({ ...HEAD, ...input }, crypto)).toMatchObject({ ok: false, error });
});
