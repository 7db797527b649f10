#!/usr/bin/env node
/**
 * Bundles the benchmarks with the sources that they measure, and runs one of their programs:
 *
 *     node bench/start.mjs main JOB        what `stratus bench`, `baseline` and `compare` start
 *     node bench/start.mjs planted         npm run bench:planted
 *     node bench/start.mjs profile         npm run profile
 *
 * `--root FOLDER` first: measures the sources of another checkout (its bench/ with its engine/).
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Content, not times: a checkout of the same commit finds the same bundle, and its signed blocks. */
function sourceKey(root) {
  const hash = createHash('sha256');
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
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
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [program, ...args] = process.argv.slice(2);
  const target = await bundle();
  process.argv = [process.argv[0], join(target, `${program}.mjs`), ...args];
  await import(pathToFileURL(process.argv[1]).href);
}
