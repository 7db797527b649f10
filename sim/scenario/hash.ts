/**
 * The scenario hash: SHA-256 over a canonical encoding of the resolved scenario and what it refers to. Left out: `name`
 * and `question` (words), the seed (a moment names it beside the hash, and another seed is the same scenario), and
 * `wallLimit` (real time).
 */
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { assert } from '../../engine/primitives/result.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { ResolvedScenario } from './types.ts';

/** 64 hex digits; moments and folder names use the first 12. */
export function scenarioHash(scenario: ResolvedScenario, crypto: Crypto): string {
  const { name: _name, question: _question, run, ...rest } = scenario;
  const { seed: _seed, wallLimitMs: _wallLimitMs, ...timing } = run;
  return toHex(crypto.sha256(utf8(`stratus-scenario\n${canonical({ ...rest, run: timing })}`)));
}

/**
 * One text per value: keys in code unit order, absent and undefined keys alike left out, integers in decimal, amounts
 * (bigint) marked, strings as length and content.
 */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), `a scenario holds integers, not ${value}`);
    return `i${value}`;
  }
  if (value === null) return '0';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  assert(typeof value === 'object', `a scenario does not hold a ${typeof value}`);
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, v]) => `${canonical(key)}=${canonical(v)}`).join(',')}}`;
}
