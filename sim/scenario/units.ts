/**
 * Quantities as people write them (`90s`, `2MiB`, `50Mbit`, `0.05%`, `100 STR`, `8 rounds`) turned into integers of one
 * base unit. Exact: decimal digits are scaled as integers, never through a binary fraction, and a quantity finer than
 * its base unit is refused rather than rounded.
 */
import { U64_MAX, UNIT } from '../../engine/params/params.ts';
import { err, ok, type Result } from '../../engine/primitives/result.ts';

/** What is wrong with a quantity, and what to write instead. */
export interface UnitError {
  readonly code: 'unit';
  readonly problem: string;
  readonly mend: string;
}
export type Parsed<T> = Result<T, UnitError>;
/** A YAML scalar that may stand for a quantity. */
export type Raw = string | number;

const refuse = (problem: string, mend: string): Parsed<never> => err({ code: 'unit', problem, mend });

/** More digits than any quantity needs; keeps a hostile file's arithmetic small. */
const DIGITS_MAX = 30;

interface Scale {
  /** What it is, with its article: `a duration`. */
  readonly what: string;
  readonly example: string;
  /** Base units in one of each unit; the key is the unit as written. */
  readonly units: Readonly<Record<string, bigint>>;
  /** The base unit's name, for "finer than". */
  readonly base: string;
  /** Largest value in base units. */
  readonly max: bigint;
  /** How that largest value reads. */
  readonly maxText: string;
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

const DURATION: Scale = {
  what: 'a duration',
  example: '90s',
  units: { us: 1n, ms: 1_000n, s: 1_000_000n, m: 60_000_000n, h: 3_600_000_000n, d: 86_400_000_000n },
  base: 'a microsecond',
  max: 3_650n * 86_400_000_000n,
  maxText: '3650d',
};

const COST: Scale = {
  what: 'a processing time',
  example: '45us',
  units: { ns: 1n, us: 1_000n, ms: 1_000_000n },
  base: 'a nanosecond',
  max: 1_000_000_000n,
  maxText: '1000ms',
};

const SIZE: Scale = {
  what: 'a size',
  example: '2MiB',
  units: { B: 1n, kB: 1_000n, MB: 1_000_000n, GB: 1_000_000_000n, KiB: 1_024n, MiB: 1_048_576n, GiB: 1_073_741_824n },
  base: 'a byte',
  max: 1n << 40n,
  maxText: '1024GiB',
};

const RATE: Scale = {
  what: 'a data rate',
  example: '50Mbit',
  units: { bit: 1n, kbit: 1_000n, Mbit: 1_000_000n, Gbit: 1_000_000_000n },
  base: 'a bit per second',
  max: 1_000_000_000_000n,
  maxText: '1000Gbit',
};

const SHARE: Scale = {
  what: 'a share',
  example: '15%',
  units: { '%': 10_000n, ppm: 1n },
  base: 'one part per million',
  max: 1_000_000n,
  maxText: '100%',
};

const AMOUNT: Scale = {
  what: 'an amount of STR',
  example: '100 STR',
  units: { STR: UNIT },
  base: 'one base unit (8 decimals)',
  max: U64_MAX,
  maxText: '184467440737.09551615 STR',
};

const ROUNDS: Scale = { what: 'a number of rounds', example: '8 rounds', units: { rounds: 1n, round: 1n }, base: 'one round', max: 10_000_000n, maxText: '10000000 rounds' };

/** Sign, digits and fraction of a decimal number; the exponent form that JavaScript prints for extreme numbers is not one. */
const DECIMAL = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/** `text` × 10^decimals as an integer, if it is a plain decimal number that fine; the reason why not otherwise. */
function scaled(text: string, factor: bigint): bigint | 'malformed' | 'too-long' | 'too-fine' | 'negative' {
  const match = DECIMAL.exec(text);
  if (!match) return 'malformed';
  const [, sign, whole, fraction = ''] = match;
  if (whole.length + fraction.length > DIGITS_MAX) return 'too-long';
  if (sign) return 'negative';
  const numerator = BigInt(whole + fraction) * factor;
  const denominator = 10n ** BigInt(fraction.length);
  return numerator % denominator === 0n ? numerator / denominator : 'too-fine';
}

function quantity(raw: Raw, scale: Scale): Parsed<bigint> {
  const text = String(raw).trim();
  const instead = `write ${scale.what} such as \`${scale.example}\` (units: ${Object.keys(scale.units).join(', ')})`;
  if (typeof raw === 'number') return refuse(`\`${text}\` has no unit`, instead);
  const match = /^(-?[0-9.]+) ?([A-Za-z%$]+)$/.exec(text);
  if (!match) {
    if (/^-?[0-9.]+(e[-+]?[0-9]+)?$/i.test(text)) return refuse(`\`${clip(text)}\` has no unit`, instead);
    return refuse(`\`${clip(text)}\` is not ${scale.what}`, instead);
  }
  const factor = Object.hasOwn(scale.units, match[2]) ? scale.units[match[2]] : undefined;
  if (factor === undefined) return refuse(`\`${clip(match[2])}\` is not a unit of ${scale.what}`, instead);
  return bounded(scaled(match[1], factor), text, scale, instead);
}

function bounded(value: ReturnType<typeof scaled>, text: string, scale: Scale, instead: string): Parsed<bigint> {
  if (value === 'malformed') return refuse(`\`${clip(text)}\` is not ${scale.what}`, instead);
  if (value === 'negative') return refuse(`\`${clip(text)}\` is negative`, `${scale.what} starts at 0`);
  if (value === 'too-fine') return refuse(`\`${clip(text)}\` is finer than ${scale.base}`, 'use fewer decimals');
  if (value === 'too-long' || value > scale.max) return refuse(`\`${clip(text)}\` is too large`, `at most ${scale.maxText}`);
  return ok(value);
}

const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text);

const number = (parsed: Parsed<bigint>): Parsed<number> => (parsed.ok ? ok(Number(parsed.value)) : parsed);

/** Microseconds, 0 … 3,650 days. */
export const parseDurationUs = (raw: Raw): Parsed<number> => number(quantity(raw, DURATION));

/** Whole seconds, for rules that count seconds of chain time. */
export function parseSeconds(raw: Raw): Parsed<number> {
  const us = parseDurationUs(raw);
  if (!us.ok) return us;
  if (us.value % 1_000_000 !== 0) return refuse(`\`${raw}\` is not a whole number of seconds`, 'chain time counts whole seconds');
  return ok(us.value / 1_000_000);
}

/** Nanoseconds of virtual processor time, at most one second. */
export const parseCostNs = (raw: Raw): Parsed<number> => number(quantity(raw, COST));
/** Bytes. */
export const parseBytes = (raw: Raw): Parsed<number> => number(quantity(raw, SIZE));
/** Bits per second. */
export const parseBps = (raw: Raw): Parsed<number> => number(quantity(raw, RATE));
/** Parts per million, 0 … 1,000,000. */
export const parseSharePpm = (raw: Raw): Parsed<number> => number(quantity(raw, SHARE));

/** Basis points, 0 … 10,000. */
export function parseShareBps(raw: Raw): Parsed<number> {
  const ppm = parseSharePpm(raw);
  if (!ppm.ok) return ppm;
  return ppm.value % 100 === 0 ? ok(ppm.value / 100) : refuse(`\`${raw}\` is finer than a basis point`, 'use at most two decimals of a percent');
}

/** STR base units within u64. */
export const parseAmount = (raw: Raw): Parsed<bigint> => quantity(raw, AMOUNT);

/** A count of rounds: `8 rounds`, or a plain whole number. */
export const parseRounds = (raw: Raw): Parsed<number> =>
  number(typeof raw === 'number' ? bounded(scaled(String(raw), 1n), String(raw), ROUNDS, 'write a number of rounds such as `8 rounds`') : quantity(raw, ROUNDS));

/** A plain decimal number × 10^places, exactly; `max` in the same scaled units. */
export function parseDecimal(raw: Raw, places: number, what: string, max = 1_000_000_000_000n): Parsed<number> {
  const text = String(raw).trim();
  const factor = 10n ** BigInt(places);
  const scale: Scale = { what, example: '', units: {}, base: `${places} decimals`, max: max < SAFE ? max : SAFE, maxText: decimalText(max, places) };
  if (typeof raw === 'number' && /e\+/i.test(text)) return number(bounded('too-long', text, scale, ''));
  if (typeof raw === 'number' && /e-/i.test(text)) return number(bounded('too-fine', text, scale, ''));
  return number(bounded(scaled(text, factor), text, scale, 'write a plain number such as `1.5`'));
}

/** The shortest decimal text of `value` / 10^places. */
export function decimalText(value: bigint | number, places: number): string {
  const digits = BigInt(value).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const fraction = digits.slice(cut).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, cut) : `${digits.slice(0, cut)}.${fraction}`;
}

/** The largest unit of `units` that divides `value`, written out; the inverse of the parsers above. */
function written(value: bigint, units: readonly (readonly [string, bigint])[]): string {
  for (const [unit, factor] of units) if (value !== 0n && value % factor === 0n) return `${value / factor}${unit}`;
  const [unit, factor] = units[units.length - 1];
  return `${value / factor}${unit}`;
}

export const formatDuration = (us: number): string =>
  us === 0 ? '0s' : written(BigInt(us), [['h', 3_600_000_000n], ['m', 60_000_000n], ['s', 1_000_000n], ['ms', 1_000n], ['us', 1n]]);
export const formatCost = (ns: number): string => written(BigInt(ns), [['ms', 1_000_000n], ['us', 1_000n], ['ns', 1n]]);
export const formatBytes = (bytes: number): string =>
  written(BigInt(bytes), [['GiB', 1n << 30n], ['MiB', 1n << 20n], ['MB', 1_000_000n], ['KiB', 1n << 10n], ['kB', 1_000n], ['B', 1n]]);
export const formatBps = (bps: number): string =>
  written(BigInt(bps), [['Gbit', 1_000_000_000n], ['Mbit', 1_000_000n], ['kbit', 1_000n], ['bit', 1n]]);
export const formatShare = (ppm: number): string => `${decimalText(ppm, 4)}%`;
export const formatAmount = (base: bigint): string => `${decimalText(base, 8)} STR`;
