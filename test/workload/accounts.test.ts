/** Keys, funding, and how many accounts invalid transactions need. */
import { describe, expect, test } from 'vitest';
import { CCOS_SUPPLY, STR_SUPPLY } from '../../engine/params/params.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { deriveKey } from '../../engine/wallet/derive.ts';
import { mnemonicToEntropy, mnemonicToSeed } from '../../engine/wallet/mnemonic.ts';
import { makeAccounts, OFFENCES_PER_ACCOUNT } from '../../sim/workload/accounts.ts';
import { CURVE_ORDER, fromBig, toBig } from '../../sim/workload/child-keys.ts';
import { INVALID_REASONS } from '../../sim/scenario/types.ts';
import { kind, ROOT_SEED, scenario, steady, workloadOf } from './little-chain.ts';
import { crypto } from '../helpers/fixtures.ts';

const SCENARIO = scenario([kind('transfer', 50, 'STR'), { invalid: [...INVALID_REASONS], weightPpm: 50 }], [steady(100, 10)], 20);
const made = makeAccounts(SCENARIO, ROOT_SEED, crypto);

describe('accounts', () => {
  test('are the ones a wallet derives from the mnemonic, one path for each purpose', () => {
    expect(mnemonicToEntropy(made.mnemonic).ok).toBe(true);
    const seed = mnemonicToSeed(made.mnemonic);
    const rows = [
      ...[0, 1, 19].map((i) => [made.regular[i], deriveKey(seed, 0, i)] as const),
      [made.offenders.get('bad-signature')![0], deriveKey(seed, 1, 0)] as const,
    ];
    for (const [ours, wallet] of rows) {
      expect(toHex(ours.secretKey)).toBe(toHex(wallet.privateKey));
      expect(toHex(ours.publicKey)).toBe(toHex(wallet.publicKey));
    }
    const relayers = [0, 1, 2, 3].map((i) => toHex(deriveKey(seed, 2, i).publicKey)).sort();
    expect(made.relayerKeys).toEqual(relayers);
  });

  test('are the same with either backend, and others for another seed', () => {
    expect(makeAccounts(SCENARIO, ROOT_SEED, nobleCrypto).relayerKeys).toEqual(made.relayerKeys);
    const others = new Set(makeAccounts(SCENARIO, 'ff'.repeat(32), crypto).regular.map(({ account }) => account));
    expect(made.regular.some(({ account }) => others.has(account))).toBe(false);
  });

  test("are distinct, and funded out of the market's share", () => {
    const ids = [...made.regular, ...[...made.offenders.values()].flat()].map(({ account }) => account);
    expect(new Set(ids).size).toBe(ids.length);
    const sum = (token: string) => made.allocations.reduce((total, { token: of, amount }) => (of === token ? total + amount : total), 0n);
    expect(sum('STR')).toBeLessThan((STR_SUPPLY * 33n) / 100n);
    expect(sum('CCOS')).toBeLessThan((CCOS_SUPPLY * 33n) / 100n);
    expect(made.allocations.filter(({ token }) => token === 'STR').map(({ account }) => account)).toEqual(ids);
  });

  test('of offenders suffice for any draw: none offends more often than a ban allows', () => {
    const { workload } = workloadOf(SCENARIO);
    const offences = new Map<string, number>();
    for (let next = workload.next(); next !== undefined; next = workload.next()) {
      if (next.tag.drawn === 'transfer') continue;
      offences.set(next.transaction.sender, (offences.get(next.transaction.sender) ?? 0) + 1);
    }
    expect(Math.max(...offences.values())).toBeLessThanOrEqual(OFFENCES_PER_ACCOUNT);
    expect(offences.size).toBeGreaterThan(6 * 10);
  });

  test.each([0n, 1n, CURVE_ORDER - 1n, (1n << 256n) - 1n])('32 bytes hold %s', (value) => {
    expect(toBig(fromBig(value))).toBe(value);
  });
});
