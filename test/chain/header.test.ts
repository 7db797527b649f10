import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import {
  decodeHeader,
  decodeLedgerHeader,
  encodeHeader,
  encodeLedgerHeader,
  encodeUnsealed,
  HEADER_BYTES,
  LEDGER_HEADER_BYTES,
} from '../../engine/chain/header.ts';
import { medianTime } from '../../engine/chain/median-time.ts';
import { realSeal, sampledSeal } from '../../engine/chain/seal.ts';
import { checkHeader } from '../../engine/chain/check.ts';
import type { RoundHeader } from '../../engine/chain/types.ts';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { concat, fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { round } from './round.ts';

const hex = (bytes: number): fc.Arbitrary<string> => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const headers: fc.Arbitrary<RoundHeader> = fc.record({
  version: fc.nat(0xffff_ffff),
  parent: hex(32),
  number: fc.maxSafeNat(),
  time: fc.maxSafeNat(),
  bits: fc.nat(0xffff_ffff),
  miner: hex(20),
  ledgerHashes: fc.array(hex(32), { minLength: 6, maxLength: 6 }),
  orderRoot: hex(32),
  transactionCount: fc.nat(0xffff_ffff),
  seal: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

describe('encoding', () => {
  property.prop([headers])('a round header is its 336 bytes', (header) => {
    const bytes = encodeHeader(header);
    expect(bytes.length).toBe(HEADER_BYTES);
    expect(toHex(bytes.subarray(0, 304))).toBe(toHex(encodeUnsealed(header)));
    expect(decodeHeader(bytes)).toEqual({ ok: true, value: header });
  });

  test('a ledger header is its 145 bytes', () => {
    for (const ledger of round([], sampledSeal(new Uint8Array(32), crypto)).ledgers) {
      const bytes = encodeLedgerHeader(ledger);
      expect(bytes.length).toBe(LEDGER_HEADER_BYTES);
      expect(decodeLedgerHeader(bytes)).toEqual({ ok: true, value: ledger });
    }
  });

  test.each([
    ['one byte short', encodeHeader(round([], sampledSeal(new Uint8Array(32), crypto)).header).slice(0, -1)],
    ['one byte long', new Uint8Array(HEADER_BYTES + 1)],
    ['number above 2^53 − 1', new Uint8Array(HEADER_BYTES).fill(255, 36, 44)],
  ])('refused: %s', (_, bytes) =>
    expect(decodeHeader(bytes)).toMatchObject({ ok: false, error: { code: 'encoding' } }),
  );

  test('refused: a seventh ledger', () => {
    expect(decodeLedgerHeader(new Uint8Array(LEDGER_HEADER_BYTES).fill(LEDGERS.length, 0, 1))).toMatchObject({
      ok: false,
    });
  });
});

test.each([
  [[5], 5],
  [[5, 9], 9],
  [[1, 2, 3], 2],
  [[4, 1, 3, 2], 3],
  [[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6],
  [[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1000, 1000, 1000], 6],
  [[1000, 2, 30, 4, 9], 9],
])('median time of %j, newest first, is %i', (times, median) => expect(medianTime(times)).toBe(median));

describe('seals', () => {
  const secret = crypto.sha256(utf8('secret'));

  test('a sampled seal is the documented tag', () => {
    const { header } = round([], sampledSeal(secret, crypto));
    expect(toHex(header.seal)).toBe(
      toHex(crypto.sha256(concat(utf8('stratus-sampled-seal'), secret, encodeUnsealed(header)))),
    );
  });

  // Bitcoin's genesis header hash against its own target: the comparison is of big-endian numbers.
  test('a real seal holds when the hash, as a number, is at or below the target', () => {
    const at = (digest: string) => realSeal({ ...crypto, sha256: () => fromHex(digest) });
    const { header } = round([], sampledSeal(secret, crypto));
    expect(at('000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f').verify(header)).toBe(true);
    expect(at('00000000ffff' + '00'.repeat(26)).verify(header)).toBe(true);
    expect(at('00000000ffff' + '00'.repeat(25) + '01').verify(header)).toBe(false);
  });

  test('a search finds a seal at an easy target, and gives up at a hard one', () => {
    const sealer = realSeal(crypto, 1000);
    const { header } = round([], sealer, { bits: 0x2007ffff });
    expect(sealer.verify(header)).toBe(true);
    expect(sealer.seal({ ...header, bits: 0x03000001 })).toBeUndefined();
  });
});

describe('header against its parent', () => {
  const parent = { number: 6, medianTime: 1_700_000_029, nextBits: 0x1d00ffff };
  const sealer = sampledSeal(crypto.sha256(utf8('secret')), crypto);
  const check = (over: Partial<RoundHeader>) => checkHeader(round([], sealer, over).header, parent, sealer)?.code;

  test.each([
    ['as it should be', {}, undefined],
    ['another version', { version: 2 }, 'version'],
    ['a number left out', { number: 8 }, 'number'],
    ['the same number again', { number: 6 }, 'number'],
    ['time at the median', { time: 1_700_000_029 }, 'time-not-above-median'],
    ['a second above the median', { time: 1_700_000_030 }, undefined],
    ['an easier target', { bits: 0x1d01fffe }, 'target'],
    ['the same target, not canonical', { bits: 0x1e0000ff }, 'target'],
    ['version and all else wrong: the version is told', { version: 0, number: 0, time: 0, bits: 0 }, 'version'],
  ])('%s', (_, over, code) => expect(check(over)).toBe(code));

  property.prop([fc.nat(HEADER_BYTES * 8 - 1)])('no bit of a sealed header can change', (bit) => {
    const bytes = encodeHeader(round([], sealer).header);
    bytes[bit >> 3] ^= 1 << (bit & 7);
    const mutated = decodeHeader(bytes);
    if (mutated.ok) expect(checkHeader(mutated.value, parent, sealer)).toBeDefined();
  });

  test('a seal of another secret', () => {
    const foreign = sampledSeal(crypto.sha256(utf8('guess')), crypto);
    expect(checkHeader(round([], foreign).header, parent, sealer)).toEqual({ code: 'seal' });
  });
});
