/**
 * Bundles the benchmarks of a checkout with the sources that they measure. Each state of the sources has a folder of its own in
 * dist/, where its signed blocks lie too.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleInto, forgetOld } from '../sim/cli/bundle.mjs';

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
  const dist = join(here, 'dist');
  const target = join(dist, `bench-${sourceKey(root)}`);
  const programs = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));
  await bundleInto(target, programs.map((name) => join(root, 'bench', name)), 'round.mjs');
  forgetOld(dist, /^(bench-[0-9a-f]{16}|sources-|\.building-bench-)/, target, KEEP_MS);
  return target;
}
