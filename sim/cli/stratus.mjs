#!/usr/bin/env node
/**
 * The `stratus` command. Bundles the sources into dist/ when they have changed since, then runs the bundle.
 *
 * Each state of the sources has a folder of its own in dist/, made under a temporary name and renamed, so that commands
 * started at the same time never read half a bundle and never change one that is running. `--build` only builds.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'dist');
/** Bundles of older sources are kept this long, for commands that still run them. */
const KEEP_MS = 3600 * 1000;

/** A key of the sources' names, sizes and times of change. */
function sourceKey() {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(path);
    hash.update(`${relative(root, path)} ${stat.size} ${stat.mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|json|mjs)$/.test(entry.name)) add(path);
    }
  };
  walk(join(root, 'engine'));
  walk(join(root, 'sim'));
  add(join(root, 'package.json'));
  return hash.digest('hex').slice(0, 16);
}

async function build(target) {
  const { build: bundle } = await import('esbuild').catch(() => {
    console.error('stratus: the packages are not installed: run `npm ci` in the project first');
    process.exit(1);
  });
  const temporary = join(dist, `.building-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(temporary, { recursive: true });
  try {
    await bundle({
      entryPoints: { main: join(root, 'sim/cli/main.ts'), worker: join(root, 'sim/cli/worker.ts'), 'fuzz-worker': join(root, 'sim/cli/fuzz-worker.ts') },
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
    if (existsSync(join(target, 'main.mjs'))) return; // another command was quicker
    console.error('stratus: building failed');
    if (!error?.errors) console.error(error);
    process.exit(1);
  }
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === target || !/^(bundle-|\.building-)/.test(name)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
}

const target = join(dist, `bundle-${sourceKey()}`);
if (!existsSync(join(target, 'main.mjs'))) await build(target);
if (process.argv[2] !== '--build') {
  const { main } = await import(pathToFileURL(join(target, 'main.mjs')).href);
  process.exitCode = await main(process.argv.slice(2), root);
}
