/** The same gas, results, depth and state in both of V8's compilers, and in a browser's. Other engines: bench/starw-engines.ts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestBundle } from '../../bench/work/digest-bundle.ts';
import { digestInChromium } from '../../bench/work/digest-in-chromium.ts';
import { CHROMIUM, RETRIED } from '../helpers/chromium.ts';

const folder = mkdtempSync(join(tmpdir(), 'stratus-tiers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const program = join(folder, 'tier-digest.js');
const script = await digestBundle(join(import.meta.dirname, '../..'));
writeFileSync(program, script);
const inNode = (...flags: readonly string[]): string => execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' }).trim();
const both = inNode();

it('says something: results, traps, depth by the words of a frame, a token that runs out', () => {
  expect(both.split('\n').length).toBeGreaterThan(200);
  // 32,768 words, of which a frame takes one parameter, its locals, two operands and 8 more.
  expect(both).toContain(`depth 0: ${Math.floor(32_768 / 11) - 1}\ndepth 7: ${Math.floor(32_768 / 18) - 1}\ndepth 300: ${Math.floor(32_768 / 311) - 1}\n`);
  // Many values that an optimizing compiler keeps across a call, in a frame of few locals.
  expect(both).toMatch(/^kept values: trapped 9000000 stack-overflow$/m);
  expect(both).toMatch(/^recursion without end: trapped 4000000 stack-overflow \|/m);
  expect(both).toMatch(/^token transfer 900: ok .*\ntoken transfer 1000: reverted /m);
});

it.each(['--liftoff-only', '--no-liftoff'])('%s', (flag) => {
  expect(inNode(flag)).toBe(both);
});

describe.skipIf(CHROMIUM === undefined)('Chromium (skipped where there is none; CHROMIUM names one)', RETRIED, () => {
  it('the same', async () => {
    expect((await digestInChromium(CHROMIUM!, script)).digest).toBe(both);
  }, 60_000);
});
