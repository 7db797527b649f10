import { describe, expect, test } from 'vitest';
import { accountOf, formatAddress, parseAddress } from '../../engine/crypto/address.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { fromHex } from '../../engine/primitives/bytes.ts';

/** The address printed in WALLET ARCHITECTURE › ZK13STR Address Format. */
const ACCOUNT = '748dcb4d83e60f5ab0f7ab727d9308ba43800e12';
const PRINTED = `zk13str_${ACCOUNT}_958a`;

test("the document's printed address", () => {
  expect(formatAddress(ACCOUNT, crypto)).toBe(PRINTED);
  expect(parseAddress(PRINTED, crypto)).toEqual({ ok: true, value: ACCOUNT });
});

test('the account of a key is the first 20 bytes of its SHA-256', () => {
  // secp256k1's generator is the public key of secret 1. sha256 of its 33 bytes, by any tool:
  // 0f715baf5d4c2ed329785cef29e562f73488c8a2bb9dbc5700b361d54b9b0554
  const generator = fromHex('0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798');
  expect(accountOf(generator, crypto)).toBe('0f715baf5d4c2ed329785cef29e562f73488c8a2');
});

describe('refused', () => {
  test.each([
    ['a wrong checksum', `zk13str_${ACCOUNT}_958b`, { code: 'address-checksum', got: '958b', expected: '958a' }],
    [
      'another account under the same checksum',
      `zk13str_${ACCOUNT.replace('7', '8')}_958a`,
      { code: 'address-checksum', got: '958a' },
    ],
    ['upper case', `zk13str_${ACCOUNT.toUpperCase()}_958a`, { code: 'address-form' }],
    ['an upper-case checksum', `zk13str_${ACCOUNT}_958A`, { code: 'address-form' }],
    ['an upper-case prefix', `ZK13STR_${ACCOUNT}_958a`, { code: 'address-form' }],
    ['one digit less', `zk13str_${ACCOUNT.slice(1)}_958a`, { code: 'address-form' }],
    ['one digit more', `zk13str_0${ACCOUNT}_958a`, { code: 'address-form' }],
    [
      "the printed code's 64 and 8 digits (D1)",
      `zk13str_${ACCOUNT}${'0'.repeat(24)}_958a0000`,
      { code: 'address-form' },
    ],
    ['a space behind', `${PRINTED} `, { code: 'address-form' }],
    ['no separator', PRINTED.replace('_958a', '-958a'), { code: 'address-form' }],
    ['nothing', '', { code: 'address-form' }],
  ])('%s', (_, text, error) => {
    expect(parseAddress(text, crypto)).toMatchObject({ ok: false, error });
  });
});
