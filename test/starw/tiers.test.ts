/** The same gas, results and depth in both of V8's compilers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'stratus-tiers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('baseline only, optimising only, both', async () => {
  const program = join(folder, 'tier-digest.mjs');
  await build({ entryPoints: [join(import.meta.dirname, 'tier-digest.ts')], outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const [both, baseline, optimising] = [[], ['--liftoff-only'], ['--no-liftoff']].map((flags) => execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' }));
  expect(both.split('\n').length).toBeGreaterThan(150);
  // 32,768 words, of which a frame takes one parameter, its locals, two operands and 8 more.
  expect(both).toContain(`depth 0: ${Math.floor(32_768 / 11) - 1}\ndepth 7: ${Math.floor(32_768 / 18) - 1}\ndepth 300: ${Math.floor(32_768 / 311) - 1}\n`);
  expect(baseline).toBe(both);
  expect(optimising).toBe(both);
});
