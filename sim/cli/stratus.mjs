#!/usr/bin/env node
/** The `stratus` command. Bundles the sources into dist/ when they have changed since, then runs the bundle. `--build` only builds. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleInto, forgetOld } from './bundle.mjs';

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

async function build() {
  const entryPoints = { main: join(root, 'sim/cli/main.ts'), worker: join(root, 'sim/cli/worker.ts'), 'fuzz-worker': join(root, 'sim/cli/fuzz-worker.ts') };
  try {
    await bundleInto(target, entryPoints, 'main.mjs');
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND') console.error('stratus: the packages are not installed: run `npm ci` in the project first');
    else console.error('stratus: building failed', ...(error?.errors ? [] : [error])); // the bundler has said why
    process.exit(1);
  }
  forgetOld(dist, /^(bundle-|\.building-bundle-)/, target, KEEP_MS);
}

const target = join(dist, `bundle-${sourceKey()}`);
if (!existsSync(join(target, 'main.mjs'))) await build();
if (process.argv[2] !== '--build') {
  const { main } = await import(pathToFileURL(join(target, 'main.mjs')).href);
  process.exitCode = await main(process.argv.slice(2), root);
}
