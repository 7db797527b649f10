/**
 * Bundles of the sources, each state of them in a folder of its own in dist/, made under a temporary name and renamed: commands
 * started at the same time never read half a bundle and never change one that is running.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes the folder `target` from `entryPoints` (as esbuild takes them), unless it is there; it is complete once it has the file
 * `proof`. Throws what the bundler says.
 */
export async function bundleInto(target, entryPoints, proof) {
  if (existsSync(join(target, proof))) return;
  const { build } = await import('esbuild');
  const temporary = join(dirname(target), `.building-${basename(target)}-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(temporary, { recursive: true });
  try {
    await build({
      entryPoints,
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
    if (!existsSync(join(target, proof))) throw error; // else another command was quicker
  }
}

/** Removes from `dist` what `pattern` matches, but `target`, once it is older than `keepMs`: other commands may still run it. */
export function forgetOld(dist, pattern, target, keepMs) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === target || !pattern.test(name)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > keepMs) rmSync(path, { recursive: true, force: true });
  }
}
