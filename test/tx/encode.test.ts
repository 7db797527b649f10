import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { DEFAULT_PARAMS } from '../../engine/params/params.ts';
import { concat, fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { accountOf } from '../../engine/crypto/address.ts';
import { Senders } from '../../engine/tx/accounts.ts';
import { decodeTransaction, decodeTransactions } from '../../engine/tx/decode.ts';
import { encodeSigned, encodeUnsigned } from '../../engine/tx/encode.ts';
import { KINDS, type Kind } from '../../engine/tx/kinds.ts';
import { encodePayload } from '../../engine/tx/payload.ts';
import { checkStateless } from '../../engine/tx/stateless.ts';
import type { Payload, Transaction } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { arbBytes, arbPayload, arbReference, arbTransactionFields } from '../helpers/arbitraries.ts';
import { ALICE, crypto } from '../helpers/fixtures.ts';

const GENESIS = '5a'.repeat(32);
const context = { params: DEFAULT_PARAMS, genesisHash: GENESIS, crypto };
/** All that a transaction says, lazily made fields included. */
const fieldsOf = ({ chainId, kind, ledger, nonce, gasLimit, gasPrice, publicKey, reference, payload, signature, bytes, id, idBytes, sender, intrinsicGas }: Transaction) => ({
  chainId, kind, ledger, nonce, gasLimit, gasPrice, publicKey, reference, payload, signature, bytes, id, idBytes, sender, intrinsicGas,
});
const ok = (payload: Payload) => ({ nonce: 3, gasLimit: 10_000_000, gasPrice: 2n, payload });
const sign = (payload: Payload) => signTransaction(ok(payload), ALICE, GENESIS, crypto);

describe.each(KINDS)('%s', (kind) => {
  test.prop([arbTransactionFields(arbPayload(kind))], { numRuns: 40 })(
    'decodes to what was encoded, and encodes to what was decoded',
    (fields) => {
      const signed = signTransaction(fields, ALICE, GENESIS, crypto);
      const decoded = decodeTransaction(signed.bytes, crypto);
      expect(decoded.ok && fieldsOf(decoded.value)).toEqual(fieldsOf(signed));
      expect(signed).toMatchObject({
        ...fields,
        kind,
        chainId: 1313,
        sender: ALICE.account,
        publicKey: ALICE.publicKey,
      });
      expect(encodeSigned(encodeUnsigned(signed), signed.signature)).toEqual(signed.bytes);
      expect(signed.id).toBe(toHex(crypto.sha256(signed.bytes)));
    },
  );

  test.prop([arbPayload(kind), fc.nat(), fc.integer({ min: 1, max: 255 })], { numRuns: 60 })(
    'any byte altered: refused',
    (payload, n, flip) => {
      const bytes = sign(payload).bytes.slice();
      bytes[n % bytes.length] ^= flip;
      const decoded = decodeTransaction(bytes, crypto);
      if (!decoded.ok) return;
      expect(toHex(encodeSigned(encodeUnsigned(decoded.value), decoded.value.signature)), 'one encoding').toBe(
        toHex(bytes),
      );
      expect(checkStateless(decoded.value, context)).toBeDefined();
    },
  );

  test.prop([arbPayload(kind), fc.nat(), arbBytes(3)], { numRuns: 30 })(
    'shortened or lengthened anywhere: refused',
    (payload, n, extra) => {
      const { bytes } = sign(payload);
      const at = n % bytes.length;
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      for (const other of [
        before,
        concat(bytes, extra),
        concat(before, extra, after),
        concat(before, after.subarray(1)),
      ]) {
        const decoded = decodeTransaction(other, crypto);
        expect(decoded.ok && checkStateless(decoded.value, context) === undefined).toBe(false);
      }
    },
  );
});

test('every bit of a signed transfer and of a signed atomic operation with a reference', () => {
  const reference = { ledger: 'asset', number: 9, hash: 'c3'.repeat(32) } as const;
  const transfer: Payload = { kind: 'transfer', token: 'STR', to: ALICE.account, amount: 5n };
  const buy: Payload = { kind: 'domain_buy', name: 'a-b', seller: ALICE.account, price: 7n };
  for (const payload of [transfer, { kind: 'atomic', legs: [transfer, buy] } satisfies Payload]) {
    const { bytes } = signTransaction({ ...ok(payload), reference }, ALICE, GENESIS, crypto);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = bytes.slice();
      altered[bit >> 3] ^= 1 << (bit & 7);
      const decoded = decodeTransaction(altered, crypto);
      if (decoded.ok && checkStateless(decoded.value, context) === undefined)
        expect.unreachable(`bit ${bit} of ${payload.kind}`);
    }
  }
});

describe('hostile bytes are refused with a place inside them, and never throw', () => {
  const HEADER = concat(
    fromHex('00000521'),
    Uint8Array.of(0, 0),
    new Uint8Array(24),
    ALICE.publicKey,
    Uint8Array.of(0),
  );
  const check = (bytes: Uint8Array): void => {
    const decoded = decodeTransaction(bytes, crypto);
    if (decoded.ok)
      expect(toHex(encodeSigned(encodeUnsigned(decoded.value), decoded.value.signature))).toBe(toHex(bytes));
    else {
      expect(decoded.error.code).toBe('encoding');
      expect(decoded.error).toMatchObject({
        offset: expect.toSatisfy((offset: number) => offset >= 0 && offset <= bytes.length),
      });
    }
  };
  test.prop([fc.uint8Array({ maxLength: 400 })], { numRuns: 500 })('noise', check);
  const noise = fc.uint8Array({ minLength: 64, maxLength: 400 });
  test.prop([fc.nat(KINDS.length - 1), fc.nat(300), noise], { numRuns: 2000 })(
    'noise behind a good header',
    (kind, length, tail) => {
      const bytes = concat(HEADER, Uint8Array.of(0, 0, length >> 8, length), tail);
      bytes[4] = kind;
      check(bytes);
    },
  );
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  test.prop([arbTransactionFields(), changes], { numRuns: 500 })(
    'a good transaction with a few bytes replaced',
    (fields, replaced) => {
      const bytes = signTransaction(fields, ALICE, GENESIS, crypto).bytes.slice();
      for (const [at, value] of replaced) bytes[at % bytes.length] = value;
      check(bytes);
    },
  );
});

describe('refusals name field and offset', () => {
  const PAYLOAD_AT = 68;
  const u32 = (value: number): Uint8Array => Uint8Array.of(0, 0, value >> 8, value);
  /** An otherwise good transaction around these payload bytes. */
  const frame = (payload: Uint8Array, kind: Kind): Uint8Array => {
    const head = concat(
      fromHex('00000521'),
      Uint8Array.of(KINDS.indexOf(kind), 0),
      new Uint8Array(24),
      ALICE.publicKey,
      Uint8Array.of(0),
    );
    return concat(head, u32(payload.length), payload, new Uint8Array(64));
  };
  const text = (value: string): Uint8Array => concat(Uint8Array.of(0, utf8(value).length), utf8(value));
  const hash = new Uint8Array(32);
  const leg = (kind: Kind, payload: Uint8Array): Uint8Array =>
    concat(Uint8Array.of(KINDS.indexOf(kind)), u32(payload.length), payload);
  const atomic = (...legs: Uint8Array[]): Uint8Array => frame(concat(Uint8Array.of(legs.length), ...legs), 'atomic');
  const vote = concat(hash, Uint8Array.of(1));
  const altered = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  const good = frame(vote, 'vote');

  test('the frame that the rows below alter is a good one', () => {
    expect(decodeTransaction(good, crypto).ok).toBe(true);
  });

  test.each<[string, Uint8Array, number, string | RegExp]>([
    ['unknown kind', altered(good, 4, 23), 4, 'kind 23'],
    ['unknown ledger', altered(good, 5, 6), 5, 'ledger 6'],
    ['nonce of 2^53', altered(good, 7, 0x20), 6, 'integer above 2^53 − 1'],
    ['gas limit above 2^53 − 1', altered(good, 14, 1), 14, 'integer above 2^53 − 1'],
    ['key not compressed', altered(good, 30, 4), 30, 'public key not compressed'],
    ['reference flag 2', altered(good, 63, 2), 63, 'reference flag 2'],
    ['payload length too small', altered(good, 67, 32), 64, 'length 32 of what has 33 bytes'],
    ['payload length too large', altered(good, 67, 34), 64, 'length 34 of what has 33 bytes'],
    ['payload length beyond the end', altered(good, 64, 1), 64, /^length 16777249 where 97 bytes are left$/],
    ['signature cut short', good.subarray(0, -1), PAYLOAD_AT + 33, 'needs 64 bytes, has 63'],
    ['a byte behind the signature', concat(good, Uint8Array.of(0)), good.length, '1 bytes too many'],
    ['a vote of 2', frame(concat(hash, Uint8Array.of(2)), 'vote'), PAYLOAD_AT + 32, 'vote 2'],
    ['unknown token', frame(concat(Uint8Array.of(6), new Uint8Array(28)), 'transfer'), PAYLOAD_AT, 'token 6'],
    ['empty name', frame(text(''), 'domain_register'), PAYLOAD_AT, /domain name/],
    ['upper-case name', frame(text('Abc'), 'domain_register'), PAYLOAD_AT, /domain name/],
    ['name with a line end', frame(text('abc\n'), 'domain_register'), PAYLOAD_AT, /domain name/],
    ['name of 64', frame(text('a'.repeat(64)), 'domain_register'), PAYLOAD_AT, '64 bytes where at most 63 may stand'],
    [
      'royalty of 10,001',
      frame(concat(hash, Uint8Array.of(0x27, 0x11), text('')), 'nft_mint'),
      PAYLOAD_AT + 32,
      'royalty of 10001 basis points',
    ],
    [
      'malformed UTF-8',
      frame(concat(Uint8Array.of(0, 0, 0, 1, 0, 1, 0xff), new Uint8Array(8)), 'bridge_lock'),
      PAYLOAD_AT + 4,
      'malformed UTF-8',
    ],
    [
      'asset with a space',
      frame(concat(new Uint8Array(4), text('a b'), text(''), new Uint8Array(8)), 'bridge_burn'),
      PAYLOAD_AT + 4,
      /asset name/,
    ],
    ['unknown action', frame(concat(text('t'), Uint8Array.of(2)), 'proposal'), PAYLOAD_AT + 3, 'proposal action 2'],
    [
      'parameter not on the list',
      frame(concat(text('t'), Uint8Array.of(0, 4), new Uint8Array(8)), 'proposal'),
      PAYLOAD_AT + 4,
      'governed parameter 4',
    ],
    ['no legs', frame(Uint8Array.of(0), 'atomic'), PAYLOAD_AT, '0 legs where 1 to 16 may stand'],
    [
      '17 legs',
      atomic(...Array.from({ length: 17 }, () => leg('vote', vote))),
      PAYLOAD_AT,
      '17 legs where 1 to 16 may stand',
    ],
    [
      'an atomic leg',
      atomic(leg('atomic', concat(Uint8Array.of(1), leg('vote', vote)))),
      PAYLOAD_AT + 1,
      'atomic cannot be a leg',
    ],
    [
      'a rewarded leg',
      atomic(leg('vote', vote), leg('financial-public-transaction', new Uint8Array(28))),
      PAYLOAD_AT + 39,
      /^financial-public-transaction cannot/,
    ],
    [
      'a contract call as a leg',
      atomic(leg('contract_call', new Uint8Array(32))),
      PAYLOAD_AT + 1,
      'contract_call cannot be a leg',
    ],
    [
      'a contract as a leg',
      atomic(leg('contract_deploy', new Uint8Array(4))),
      PAYLOAD_AT + 1,
      'contract_deploy cannot be a leg',
    ],
    [
      'a leg longer than it says',
      atomic(altered(leg('vote', vote), 4, 32)),
      PAYLOAD_AT + 2,
      'length 32 of what has 33 bytes',
    ],
    ['a module longer than what is left', frame(fromHex('ffffffff'), 'contract_deploy'), PAYLOAD_AT, /where at most/],
    ['nothing', new Uint8Array(), 0, 'needs 4 bytes, has 0'],
  ])('%s', (_, bytes, offset, detail) => {
    const decoded = decodeTransaction(bytes, crypto);
    const expected = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(decoded).toEqual({ ok: false, error: { code: 'encoding', offset, detail: expected } });
  });
});

test('a payload that cannot be written throws, and is not cut to fit', () => {
  const transfer: Payload = { kind: 'transfer', token: 'STR', to: ALICE.account, amount: 1n };
  expect(() => encodePayload({ ...transfer, amount: 1n << 64n })).toThrow(RangeError);
  expect(() => encodePayload({ ...transfer, amount: -1n })).toThrow(RangeError);
  expect(() => encodePayload({ ...transfer, token: 'BTC' as 'STR' })).toThrow(RangeError);
  expect(() => encodePayload({ ...transfer, to: 'AB'.repeat(20) })).toThrow(RangeError);
  expect(() => encodePayload({ kind: 'atomic', legs: [{ kind: 'atomic', legs: [transfer] }] })).toThrow(RangeError);
  expect(() => encodePayload({ kind: 'atomic', legs: Array.from({ length: 256 }, () => transfer) })).toThrow(
    RangeError,
  );
});

test.prop([arbReference])('the sender may come from a table, and nothing else then changes', (reference) => {
  const { bytes } = signTransaction({ ...ok({ kind: 'domain_renew', name: 'a' }), reference }, ALICE, GENESIS, crypto);
  const senders = new Senders(crypto);
  for (const times of [1, 2]) {
    const decoded = decodeTransaction(bytes, crypto, senders);
    expect(decoded.ok && fieldsOf(decoded.value), `asked ${times} times`).toEqual(fieldsOf(signTransaction({ ...ok({ kind: 'domain_renew', name: 'a' }), reference }, ALICE, GENESIS, crypto)));
  }
});

test.prop([fc.array(fc.tuple(arbTransactionFields(fc.constantFrom(...KINDS).chain(arbPayload)), fc.option(fc.nat())), { maxLength: 12 })])(
  'many at once are each as alone, refusals included',
  (list) => {
    const each = list.map(([fields, flip]) => {
      const { bytes } = signTransaction(fields, ALICE, GENESIS, crypto);
      return flip === null ? bytes : bytes.map((byte, i) => (i === flip % bytes.length ? byte ^ 0xff : byte));
    });
    const offsets = Uint32Array.from([0, ...each.map((_, i) => each.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0))]);
    const many = decodeTransactions({ data: concat(...each), offsets, count: each.length }, crypto, new Senders(crypto));
    expect(many.map((one) => (one.ok ? fieldsOf(one.value) : one.error))).toEqual(
      each.map((bytes) => {
        const one = decodeTransaction(bytes, crypto);
        return one.ok ? fieldsOf(one.value) : one.error;
      }),
    );
  },
);

test('tables of accounts: more keys than places, each as hashed', () => {
  const senders = new Senders(crypto);
  const keys = Array.from({ length: 200_000 }, (_, i) => concat(Uint8Array.of(2), new Uint8Array(28), Uint8Array.of(i >> 24, i >> 16, i >> 8, i)));
  for (const publicKey of [...keys.slice(0, 300), ...keys.slice(0, 300)]) expect(senders.of(concat(Uint8Array.of(9), publicKey), 1)).toBe(accountOf(publicKey, crypto));
});
