/**
 * Bundles the benchmarks of a checkout with the sources that they measure. Each state of the sources has a folder of its own in
 * dist/, where its signed blocks lie too.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Bundles and sources of other states are kept this long, for commands that still run them. */
const KEEP_MS = 24 * 3600 * 1000;
const here = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Content, not times: a checkout of the same commit finds the same bundle, and its signed blocks. */
function sourceKey(root) {
  const hash = createHash('sha256');
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.name === 'node_modules') continue;
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|json|mjs)$/.test(entry.name)) hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
    }
  };
  for (const folder of ['engine', 'sim', 'bench']) walk(join(root, folder));
  return hash.digest('hex').slice(0, 16);
}

/** The bundle of a checkout's benchmarks: a folder with main.mjs, round.mjs … */
export async function bundle(root = here) {
  const target = join(here, 'dist', `bench-${sourceKey(root)}`);
  if (existsSync(join(target, 'round.mjs'))) return target;
  const { build } = await import('esbuild');
  const temporary = join(here, 'dist', `.building-bench-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(temporary, { recursive: true });
  const programs = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));
  try {
    await build({
      entryPoints: programs.map((name) => join(root, 'bench', name)),
      outdir: temporary,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'linked',
      logLevel: 'error',
    });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (existsSync(join(target, 'round.mjs'))) return target; // another command was quicker
    throw error;
  }
  forgetOld(target);
  return target;
}

function forgetOld(target) {
  for (const name of readdirSync(join(here, 'dist'))) {
    const path = join(here, 'dist', name);
    if (path === target || !/^(bench-[0-9a-f]{16}|sources-|\.building-bench-)/.test(name)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
}
