import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { intrinsicGas } from '../../engine/tx/gas.ts';
import { KINDS, TOKENS, type Kind, type Token } from '../../engine/tx/kinds.ts';
import { encodePayload, LEG_KINDS } from '../../engine/tx/payload.ts';
import { routeTransaction } from '../../engine/tx/route.ts';
import type { Payload } from '../../engine/tx/transaction.ts';
import { arbAnyPayload, arbPayload } from '../helpers/arbitraries.ts';
import { HOMES, STORING } from './expected.ts';

const to = '00'.repeat(20);
const hash = '00'.repeat(32);

test.prop([arbAnyPayload])(
  'a kind has one home, whatever its payload holds; a transfer goes by its token (D10)',
  (payload) => {
    const byToken: Record<Token, string> = {
      STR: 'main',
      ARSS: 'main',
      $TR: 'main',
      eSTR: 'main',
      CCOS: 'ccos',
      wSTR: 'ccoin',
    };
    expect(routeTransaction(payload)).toBe(payload.kind === 'transfer' ? byToken[payload.token] : HOMES[payload.kind]);
  },
);

test('what may be a leg: no nesting, no contracts, no proofs, nothing that earns a reward (D21)', () => {
  const never: readonly Kind[] = ['atomic', 'financial-public-transaction', 'contract_deploy', 'contract_call', 'shielded_transfer'];
  expect([...LEG_KINDS].sort()).toEqual(KINDS.filter((kind) => !never.includes(kind)).sort());
});

describe('intrinsic gas (D11)', () => {
  const transfer: Payload = { kind: 'transfer', token: 'STR', to, amount: 1n };
  const mint = (uriBytes: number): Payload => ({
    kind: 'nft_mint',
    nft: hash,
    royaltyBps: 0,
    uri: 'u'.repeat(uriBytes),
  }); // 36 bytes + uri
  // 4 bytes + module + value + 4 bytes
  const deploy = (bytes: number): Payload => ({ kind: 'contract_deploy', module: new Uint8Array(bytes), value: 0n, input: new Uint8Array(0) });
  test.each<[string, Payload, number]>([
    ['a transfer', transfer, 21_000],
    ['a vote: one started unit', { kind: 'vote', proposal: hash, approve: true }, 41_000],
    ['a renewal stores nothing new', { kind: 'domain_renew', name: 'a' }, 21_000],
    ['256 payload bytes: one unit', mint(220), 41_000],
    ['257 payload bytes: two', mint(221), 61_000],
    ['a module of 240 bytes', deploy(240), 41_000],
    ['a module of 60,000 bytes: 235 units', deploy(60_000), 21_000 + 235 * 20_000],
    ['a shielded transfer: its proof, and two units', { kind: 'shielded_transfer', ring: [hash], nullifier: hash, outputs: [hash, hash], deposit: 0n, withdrawal: 0n, proof: new Uint8Array(128) }, 2_061_000],
    ['one leg', { kind: 'atomic', legs: [transfer] }, 23_000],
    [
      'legs pay for their own storage, each from its first byte',
      { kind: 'atomic', legs: [transfer, mint(220), mint(221), mint(0)] },
      21_000 + 4 * 2_000 + 4 * 20_000,
    ],
    [
      'sixteen legs that store nothing',
      { kind: 'atomic', legs: Array.from({ length: 16 }, () => transfer) },
      21_000 + 32_000,
    ],
  ])('%s', (_, payload, gas) => {
    expect(intrinsicGas(payload, encodePayload(payload).length)).toBe(gas);
  });

  test.prop([
    fc
      .constantFrom(...KINDS)
      .filter((kind) => kind !== 'atomic')
      .chain(arbPayload),
  ])('by kind and length alone', (payload) => {
    const units = STORING.has(payload.kind) ? Math.ceil(encodePayload(payload).length / 256) : 0;
    expect(intrinsicGas(payload, encodePayload(payload).length)).toBe(21_000 + 20_000 * units + (payload.kind === 'shielded_transfer' ? 2_000_000 : 0));
  });
});

test('six tokens, twenty-three kinds: wire numbers only ever grow at the end', () => {
  expect(TOKENS.join()).toBe('STR,CCOS,ARSS,wSTR,eSTR,$TR');
  expect(KINDS[0]).toBe('transfer');
  expect(KINDS[21]).toBe('contract_call');
  expect(KINDS[22]).toBe('shielded_transfer');
});
