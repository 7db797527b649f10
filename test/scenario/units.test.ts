import { describe, expect, it } from 'vitest';
import { fc, test } from '@fast-check/vitest';
import * as u from '../../sim/scenario/units.ts';

const value = (parsed: u.Parsed<number | bigint>) => (parsed.ok ? parsed.value : `${parsed.error.problem}; ${parsed.error.mend}`);

describe('quantities are exact integers of one base unit', () => {
  it.each([
    [u.parseDurationUs, '90s', 90_000_000], [u.parseDurationUs, '500ms', 500_000], [u.parseDurationUs, '2 h', 7_200_000_000],
    [u.parseDurationUs, '0.1s', 100_000], [u.parseDurationUs, '1.000001s', 1_000_001], [u.parseDurationUs, '0s', 0],
    [u.parseBytes, '2MiB', 2_097_152], [u.parseBytes, '18kB', 18_000], [u.parseBps, '50Mbit', 50_000_000], [u.parseBps, '19.2Mbit', 19_200_000],
    [u.parseSharePpm, '0.05%', 500], [u.parseSharePpm, '100%', 1_000_000], [u.parseSharePpm, '7 ppm', 7], [u.parseShareBps, '0.1%', 10],
    [u.parseAmount, '100 STR', 10_000_000_000n], [u.parseAmount, '0.00000001 STR', 1n], [u.parseAmount, '184467440737.09551615 STR', 2n ** 64n - 1n],
    [u.parseRounds, '8 rounds', 8], [u.parseRounds, '1 round', 1], [u.parseRounds, 40, 40], [u.parseCostNs, '45us', 45_000], [u.parseSeconds, '1h', 3600],
    [(raw: u.Raw) => u.parseDecimal(raw, 3, 'a number'), 1.1, 1100], [(raw: u.Raw) => u.parseDecimal(raw, 6, 'a weight'), 0.2, 200_000],
  ] as const)('%o %s', (parse, text, expected) => expect(value(parse(text))).toBe(expected));

  it.each([
    [u.parseDurationUs, '90', /no unit.*`90s`.*us, ms, s, m, h, d/], [u.parseDurationUs, 90, /no unit/], [u.parseDurationUs, '90 sec', /`sec` is not a unit/],
    [u.parseDurationUs, '-5s', /negative/], [u.parseDurationUs, '1e3s', /not a duration/], [u.parseDurationUs, 'NaN', /not a duration/], [u.parseDurationUs, '', /not a duration/],
    [u.parseDurationUs, '1.0000001s', /finer than a microsecond/], [u.parseDurationUs, `${'9'.repeat(300)}s`, /too large/], [u.parseDurationUs, '1.2.3s', /not a duration/],
    [u.parseDurationUs, '5toString', /not a unit/], [u.parseDurationUs, '5__proto__', /not a duration/], [u.parseSharePpm, '100.0001%', /too large.*at most 100%/],
    [u.parseSharePpm, '0.00001%', /finer than one part per million/], [u.parseShareBps, '0.001%', /finer than a basis point/], [u.parseBytes, '2Mib', /not a unit.*MiB/],
    [u.parseAmount, '100 CCOS', /not a unit/], [u.parseAmount, '184467440737.09551616 STR', /too large/], [u.parseSeconds, '1.5s', /whole number of seconds/],
    [(raw: u.Raw) => u.parseDecimal(raw, 3, 'a number'), 1e300, /too large/], [(raw: u.Raw) => u.parseDecimal(raw, 3, 'a number'), 1e-300, /finer/],
    [(raw: u.Raw) => u.parseDecimal(raw, 3, 'a number'), 0.1 + 0.2, /finer/], [u.parseRounds, 1.5, /finer than one round/],
  ] as const)('%o %s is refused', (parse, text, why) => expect(value(parse(text))).toMatch(why));

  const roundTrips = [
    ['duration', u.parseDurationUs, u.formatDuration, 3_650 * 86_400_000_000], ['bytes', u.parseBytes, u.formatBytes, 2 ** 40], ['rate', u.parseBps, u.formatBps, 1e12],
    ['share', u.parseSharePpm, u.formatShare, 1e6], ['cost', u.parseCostNs, u.formatCost, 1e9],
  ] as const;
  for (const [name, parse, format, max] of roundTrips) {
    test.prop([fc.integer({ min: 0, max })])(`${name}: what is written reads back`, (n) => {
      expect(value(parse(format(n)))).toBe(n);
    });
  }
  test.prop([fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })])('amount: what is written reads back', (n) => {
      expect(value(u.parseAmount(u.formatAmount(n)))).toBe(n);
    });
  test.prop([fc.string()])('no text makes a parser throw', (text) => {
    for (const parse of [u.parseDurationUs, u.parseBytes, u.parseBps, u.parseSharePpm, u.parseAmount, u.parseRounds]) expect(typeof parse(text).ok).toBe('boolean');
  });
});
