import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { rootOfIds } from '../helpers/fixtures.ts';
import { checkBody } from '../../engine/chain/check.ts';
import { hashLedgerHeader } from '../../engine/chain/header.ts';
import { sampledSeal } from '../../engine/chain/seal.ts';
import type { LedgerHeader, Round } from '../../engine/chain/types.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { DEFAULT_PARAMS } from '../../engine/params/params.ts';
import { account, hash, round, signed } from './round.ts';

const sealer = sampledSeal(new Uint8Array(32), crypto);
const transactions = [
  signed({ kind: 'transfer', token: 'STR', to: account('bob'), amount: 1n }, 0),
  signed({ kind: 'domain_register', name: 'stratus' }, 1),
  signed({ kind: 'transfer', token: 'STR', to: account('bob'), amount: 2n }, 2),
  signed({ kind: 'financial-public-transaction', to: account('bob'), amount: 3n }, 3),
];
const whole = round(transactions, sealer);
const check = (body: Partial<Round>, params = DEFAULT_PARAMS) => checkBody({ ...whole, ...body }, params, crypto);

/** A ledger header with something else in it, under a round header that commits to it. */
function withLedger(index: number, change: Partial<LedgerHeader>): Round {
  const ledgers = whole.ledgers.map((ledger, i) => (i === index ? { ...ledger, ...change } : ledger));
  return {
    ...whole,
    ledgers,
    header: { ...whole.header, ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)) },
  };
}

describe('body against its header', () => {
  const [a, b, c, d] = transactions;
  test.each([
    ['as it should be', {}, undefined],
    ['one left out', { transactions: [a, b, c] }, 'order'],
    ['two exchanged', { transactions: [b, a, c, d] }, 'order'],
    ['the last one repeated (CVE-2012-2459)', { transactions: [a, b, c, d, d] }, 'order'],
    [
      'one replaced',
      { transactions: [a, b, c, signed({ kind: 'financial-public-transaction', to: account('eve'), amount: 3n }, 3)] },
      'order',
    ],
    ['five ledgers', { ledgers: whole.ledgers.slice(0, 5) }, 'ledger-hash'],
    ['ledgers exchanged', { ledgers: [...whole.ledgers].reverse() }, 'ledger-hash'],
    [
      'a ledger header not the one committed to',
      { ledgers: withLedger(2, { stateRoot: hash('other') }).ledgers },
      'ledger-hash',
    ],
    [
      'main says one transaction fewer',
      withLedger(0, { transactionCount: 1, transactionsRoot: rootOfIds([a], crypto) }),
      'transactions',
    ],
    ['main lists another order', withLedger(0, { transactionsRoot: rootOfIds([c, a], crypto) }), 'transactions'],
    [
      'main lists a domain',
      withLedger(0, { transactionCount: 3, transactionsRoot: rootOfIds([a, b, c], crypto) }),
      'transactions',
    ],
  ])('%s', (_, body, part) => expect(check(body)).toEqual(part && { code: 'body-mismatch', part }));

  test('bytes at the limit, and one above', () => {
    const bytes = transactions.reduce((sum, { bytes: { length } }) => sum + length, 0);
    expect(check({}, { ...DEFAULT_PARAMS, roundBytesMax: bytes })).toBeUndefined();
    expect(check({}, { ...DEFAULT_PARAMS, roundBytesMax: bytes - 1 })).toEqual({
      code: 'size',
      got: bytes,
      max: bytes - 1,
    });
  });

  property.prop([fc.array(fc.nat(3), { maxLength: 6 })])(
    'any other list of the same transactions is refused',
    (picks) => {
      const list = picks.map((i) => transactions[i]);
      const same = picks.length === 4 && picks.every((pick, i) => pick === i);
      expect(check({ transactions: list }) === undefined).toBe(same);
    },
  );
});
