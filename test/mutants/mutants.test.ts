/**
 * The canary of every campaign: bugs planted in the engine must be found by the search, by the right invariant, and shrink
 * to a small scenario that fails in the same way; the engine as it is must be green on the same seeds.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHRINK_RUNS_MAX } from '../../sim/fuzz/shrink.ts';
import type { Hunt } from './hunt.ts';
import { MUTANTS } from './index.ts';
import type { Mutant } from './mutant.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Seeds that a bug may need, from 1 on. */
const BUDGET = 160;
/** Enough to come to a small scenario, not to the smallest. */
const SHRINK_RUNS = 60;
/** Seeds of the bank as it was last hunted: on these the unchanged engine must be green. */
const SEEDS = [...new Set(MUTANTS.map(({ seed }) => seed))];

let folder = '';
beforeAll(() => {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'dist', '.mutants-')); // inside the project, so that packages are found
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Replaces the mutant's text while its file is bundled. */
const planted = ({ file, find, replace }: Mutant): Plugin => ({
  name: 'mutant',
  setup: (b) => {
    b.onLoad({ filter: new RegExp(`${file.replace(/[.]/g, '\\.')}$`) }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(find, () => replace), loader: 'ts' }));
  },
});

async function hunt(name: string, seeds: readonly number[], ids: readonly string[], mutant?: Mutant): Promise<Hunt> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'test/mutants/hunt.ts')], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'error',
    plugins: mutant === undefined ? [] : [planted(mutant)],
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile, seeds.join(','), ids.join(','), String(mutant?.nodesMax === undefined ? SHRINK_RUNS : SHRINK_RUNS_MAX)], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as Hunt;
}

it.each(MUTANTS)('$id: its text stands exactly once in $file', ({ file, find, replace }) => {
  expect(readFileSync(join(ROOT, file), 'utf8').split(find)).toHaveLength(2);
  expect(replace).not.toBe(find);
});

describe.concurrent('the search', () => {
  it.each(MUTANTS)('finds $id ($story)', { timeout: 300_000 }, async (mutant) => {
    const { kill, others } = await hunt(mutant.id, [mutant.seed, ...Array.from({ length: BUDGET }, (_, i) => i + 1)], mutant.caughtBy, mutant);
    expect(kill, `not found in ${BUDGET} seeds; other findings: ${others.join(', ')}`).toBeDefined();
    expect(mutant.caughtBy).toContain(kill!.invariant);
    expect(kill!.nodes).toBeLessThanOrEqual(mutant.nodesMax ?? 5);
    expect(kill!.faults).toBeLessThanOrEqual(2);
  });

  it('finds nothing in the engine as it is, on the same seeds', { timeout: 300_000 }, async () => {
    expect(await hunt('unchanged', SEEDS, [])).toEqual({ others: [] });
  });
});
