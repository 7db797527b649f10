/**
 * Compiles the contract templates: each folder's source to a module beside it, and `modules.json` with the hash of what it was
 * made from; then what the simulator deploys (`bundle.mjs`). `npm run build:contracts` does all of it; test/contracts holds what is
 * checked in to what this gives.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = dirname(fileURLToPath(import.meta.url));
export const TEMPLATES = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'sdk').map(({ name }) => name).sort();
const read = (name) => readFileSync(join(here, name), 'utf8');

/** One page of memory, no runtime, no assertions: the contract's own checks stay. */
export const FLAGS = ['-O3', '--converge', '--runtime', 'stub', '--noAssert', '--disable', 'bulk-memory,nontrapping-f2i', '--initialMemory', '1', '--maximumMemory', '1', '--use', 'abort='];

/** Bytes of a template's module; `edit` may change the sources on their way, of a path and its text. */
export async function compile(name, edit = (_path, text) => text) {
  let binary;
  const { error, stderr } = await asc.main([`${name}/${name}.ts`, ...FLAGS, '--outFile', 'out.wasm'], {
    readFile: (path) => {
      try {
        return edit(path, read(path));
      } catch {
        return null;
      }
    },
    writeFile: (path, contents) => {
      if (path.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) throw new Error(`${name}: ${stderr.toString() || error}`);
  return binary;
}

/** SHA-256 of the sources that a template is made from. */
export function sourceHash(name) {
  const hash = createHash('sha256');
  for (const path of [...readdirSync(join(here, 'sdk')).sort().map((file) => `sdk/${file}`), `${name}/${name}.ts`]) hash.update(`${path}\n${read(path)}`);
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const modules = {};
  for (const name of TEMPLATES) {
    const bytes = await compile(name);
    writeFileSync(join(here, name, `${name}.wasm`), bytes);
    modules[name] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), source: sourceHash(name) };
    console.log(`${name}: ${bytes.length} bytes`);
  }
  writeFileSync(join(here, 'modules.json'), `${JSON.stringify(modules, undefined, 2)}\n`);
  const { bundle } = await import('./bundle.mjs');
  for (const [path, text] of Object.entries(await bundle())) writeFileSync(join(here, '../../..', path), text);
}
