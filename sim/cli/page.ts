/** The built page of the dashboard: made by Vite when its sources have changed since, kept in dist/ as the command's own bundles are. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Pages of older sources are kept this long, for servers that still give them out. */
const KEEP_MS = 3_600_000;

/** A key of the names, sizes and times of change of all that the page is made of. */
function sourceKey(root: string): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  };
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) add(path);
    }
  };
  for (const folder of ['engine', 'sim', 'viz', 'scenarios']) walk(join(root, folder));
  add(join(root, 'package-lock.json'));
  return hash.digest('hex').slice(0, 16);
}

/** Folder of the page; builds it where it is not there yet, and says so. */
export async function builtPage(root: string, tell: (line: string) => void): Promise<string> {
  const dist = join(root, 'dist');
  const target = join(dist, `page-${sourceKey(root)}`);
  if (existsSync(join(target, 'index.html'))) return target;
  tell('building the page (once for each change of the sources) …');
  const temporary = join(dist, `.building-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(temporary, { recursive: true });
  try {
    const { build } = await import('vite');
    await build({ root: join(root, 'viz'), configFile: join(root, 'viz', 'vite.config.ts'), logLevel: 'error', build: { outDir: temporary, emptyOutDir: true } });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(join(target, 'index.html'))) throw error; // else another command was quicker
  }
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === target || !name.startsWith('page-')) continue;
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > KEEP_MS) rmSync(path, { recursive: true, force: true });
  }
  return target;
}
