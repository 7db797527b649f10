import { describe, expect, test } from 'vitest';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import { DEFAULT_PARAMS } from '../../engine/params/params.ts';
import { concat, fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { Senders } from '../../engine/tx/accounts.ts';
import { decodeTransaction, decodeTransactions } from '../../engine/tx/decode.ts';
import { encodeSigned, encodeUnsigned, signingDigest } from '../../engine/tx/encode.ts';
import { checkManyStateless, checkStateless } from '../../engine/tx/stateless.ts';
import type { Transaction, UnsignedTransaction } from '../../engine/tx/transaction.ts';
import { signUnsigned, unsignedTransaction } from '../../engine/wallet/sign.ts';
import { ALICE, BOB, crypto } from '../helpers/fixtures.ts';

const GENESIS = '5a'.repeat(32);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const GOOD = unsignedTransaction(
  {
    nonce: 0,
    gasLimit: 21_000,
    gasPrice: 1n,
    payload: { kind: 'transfer', token: 'STR', to: BOB.account, amount: 1n },
  },
  ALICE.publicKey,
);
const signed = (change: Partial<UnsignedTransaction> = {}, genesis = GENESIS): Transaction =>
  signUnsigned({ ...GOOD, ...change }, ALICE.secretKey, genesis, crypto);

/** The same transaction under other signature bytes. */
function resigned(change: (r: bigint, s: bigint) => readonly [bigint, bigint], tx = signed()): Transaction {
  const [r, s] = [tx.signature.subarray(0, 32), tx.signature.subarray(32)].map((half) => BigInt(`0x${toHex(half)}`));
  const signature = fromHex(
    change(r, s)
      .map((value) => value.toString(16).padStart(64, '0'))
      .join(''),
  );
  const decoded = decodeTransaction(encodeSigned(encodeUnsigned(tx), signature), crypto);
  if (!decoded.ok) throw new Error(decoded.error.code);
  return decoded.value;
}

const portable = portableCrypto();

/** Alone, and among others; one by one, in a batch without hints, and in one with hints that are right or wrong. */
function check(tx: Transaction, params = DEFAULT_PARAMS) {
  const context = { params, genesisHash: GENESIS, crypto };
  const alone = checkStateless(tx, context);
  const others = [signed(), signed({ nonce: 9, gasPrice: 0n }), resigned((r, s) => [r, s ^ 1n])];
  const list = [others[0], tx, others[1], tx, others[2]];
  const expected = list.map((one) => checkStateless(one, context));
  expect(checkManyStateless(list, context)).toEqual(expected);
  expect(checkManyStateless(list, { ...context, crypto: portable })).toEqual(expected);
  const hinted = list.map(({ bytes }) => decodeTransaction(bytes, crypto, undefined, portable.verifier.hintOf(bytes.subarray(-64), signingDigest(GENESIS, bytes.subarray(0, -64), crypto), ALICE.publicKey) ?? new Uint8Array(32).fill(7)));
  expect(checkManyStateless(hinted.map((one) => (one as { value: Transaction }).value), { ...context, crypto: portable })).toEqual(expected);
  return alone;
}

test('a good one passes, at its exact bounds too', () => {
  expect(check(signed())).toBeUndefined();
  const { length } = signed().bytes;
  expect(check(signed(), { ...DEFAULT_PARAMS, txBytesMax: length })).toBeUndefined();
  // 2^64 − 1 = 3 × 5 × 17 × 257 × 641 × 65537 × 6700417
  expect(check(signed({ gasLimit: 65_537, gasPrice: ((1n << 64n) - 1n) / 65_537n }))).toBeUndefined();
});

describe('each rule has its own code', () => {
  test.each<[string, Transaction, object]>([
    ['another chain', signed({ chainId: 1 }), { code: 'wrong-chain', got: 1 }],
    ['not its home', signed({ ledger: 'ccos' }), { code: 'wrong-ledger', got: 'ccos', expected: 'main' }],
    ['price 0', signed({ gasPrice: 0n }), { code: 'price-zero' }],
    [
      'one gas too little',
      signed({ gasLimit: 20_999 }),
      { code: 'gas-below-intrinsic', got: 20_999, intrinsic: 21_000 },
    ],
    ['a fee of 2^64', signed({ gasLimit: 2 ** 32, gasPrice: 1n << 32n }), { code: 'fee-overflow' }],
    ['the mirrored s', resigned((r, s) => [r, ORDER - s]), { code: 'high-s' }],
    ['s just above n / 2', resigned((r) => [r, ORDER / 2n + 1n]), { code: 'high-s' }],
    ['s at n / 2 is low, and here wrong', resigned((r) => [r, ORDER / 2n]), { code: 'bad-signature' }],
    ['another s', resigned((r, s) => [r, s === 1n ? 2n : s - 1n]), { code: 'bad-signature' }],
    ['r = 0', resigned((_, s) => [0n, s]), { code: 'bad-signature' }],
    ['s = 0', resigned((r) => [r, 0n]), { code: 'bad-signature' }],
    ['r = n', resigned((_, s) => [ORDER, s]), { code: 'bad-signature' }],
    ['s = n is no high s, but none at all', resigned((r) => [r, ORDER]), { code: 'bad-signature' }],
    ['s = 2^256 − 1', resigned((r) => [r, (1n << 256n) - 1n]), { code: 'bad-signature' }],
    ['r = 0 under a high s', resigned((_, s) => [0n, ORDER - s]), { code: 'bad-signature' }],
    ["another network's genesis", signed({}, '5b'.repeat(32)), { code: 'bad-signature' }],
    [
      "another's key",
      signUnsigned({ ...GOOD, publicKey: BOB.publicKey }, ALICE.secretKey, GENESIS, crypto),
      { code: 'bad-signature' },
    ],
    [
      'a key off the curve',
      signUnsigned({ ...GOOD, publicKey: fromHex(`02${'00'.repeat(31)}05`) }, ALICE.secretKey, GENESIS, crypto),
      { code: 'bad-signature' },
    ],
  ])('%s', (_, tx, error) => {
    expect(check(tx)).toEqual(error);
  });
});

test('the order of the rules: each broken one hides those behind it', () => {
  const broken: readonly [Partial<UnsignedTransaction>, string][] = [
    [{ chainId: 1 }, 'wrong-chain'],
    [{ ledger: 'asset' }, 'wrong-ledger'],
    [{ gasPrice: 0n }, 'price-zero'],
    [{ gasLimit: 1 }, 'gas-below-intrinsic'],
  ];
  for (let i = 0; i < broken.length; i++) {
    const all = Object.assign({}, ...broken.slice(i).map(([change]) => change)) as Partial<UnsignedTransaction>;
    const tx = resigned((r, s) => [r, ORDER - s], signed(all));
    expect(check(tx)?.code).toBe(broken[i][1]);
    expect(check(tx, { ...DEFAULT_PARAMS, txBytesMax: 10 })).toEqual({ code: 'size', got: tx.bytes.length, max: 10 });
  }
  const overflow = { gasLimit: 2 ** 40, gasPrice: 1n << 40n };
  expect(check(resigned((r, s) => [r, ORDER - s], signed(overflow)))?.code).toBe('fee-overflow');
});

test('each transaction goes into the batch with its own hint: none is verified alone', () => {
  const list = [0, 1, 2].map((nonce) => signUnsigned({ ...GOOD, nonce }, ALICE.secretKey, GENESIS, portable));
  const offsets = Uint32Array.from([0, ...list.map((_, i) => list.slice(0, i + 1).reduce((sum, { bytes }) => sum + bytes.length, 0))]);
  const hints = concat(...list.map((tx) => tx.hints!));
  const packed = { data: concat(...list.map(({ bytes }) => bytes)), offsets, count: list.length, hints };
  const decoded = decodeTransactions(packed, portable, new Senders(portable)).map((one) => (one as { value: Transaction }).value);
  portable.verifier.work();
  expect(checkManyStateless(decoded, { params: DEFAULT_PARAMS, genesisHash: GENESIS, crypto: portable })).toEqual([undefined, undefined, undefined]);
  expect(portable.verifier.work()).toMatchObject({ singles: 0, members: 3 });
});
