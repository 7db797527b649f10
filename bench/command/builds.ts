/** Builds to measure: these sources, those of another folder, those of a git revision. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Build } from '../method/conduct.ts';

/** The bundle that this program is part of. */
export function hereBuild(): Build {
  const folder = dirname(fileURLToPath(import.meta.url));
  return built('.', folder);
}

const built = (name: string, folder: string): Build => ({ name, program: join(folder, 'round.mjs'), inputs: join(folder, 'inputs') });

/** Undefined where the folder has no benchmarks. */
export async function folderBuild(root: string, folder: string, name = folder): Promise<Build | undefined> {
  if (!existsSync(join(folder, 'bench', 'round.ts'))) return undefined;
  const { bundle } = (await import(pathToFileURL(join(root, 'bench', 'bundle.mjs')).href)) as { bundle: (folder: string) => Promise<string> };
  return built(name, await bundle(folder));
}

/** The commit that a revision names, or undefined. */
export function commitOf(root: string, revision: string): string | undefined {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** Takes the sources of a commit out into dist/ and bundles them there. */
export async function commitBuild(root: string, commit: string, name: string): Promise<Build | undefined> {
  const folder = join(root, 'dist', `sources-${commit.slice(0, 16)}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['-C', root, 'archive', '--format=tar', commit, 'engine', 'sim', 'bench', 'package.json'], { maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folderBuild(root, folder, name);
}
