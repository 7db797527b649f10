/**
 * Compiles the circuits with circom2 and circomlib: constraints, and the programs that compute witnesses. They are not
 * checked in (4 MB, made in 5 s), but kept in dist/zk/, in a folder named after what they are made from.
 *
 *     npm run build:circuits
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..', '..');
const require = createRequire(import.meta.url);

/** One circuit per statement (engine/zk/statements.ts). */
export const CIRCUITS = ['transfer-within-balance', 'address-ownership'];

const sources = () => readdirSync(here).filter((name) => name.endsWith('.circom')).sort();

/** Of the circuits and the versions of what compiles them. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const file of sources()) hash.update(`${file}\n${readFileSync(join(here, file), 'utf8')}`);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return hash.update(`circom2 ${dependencies.circom2} circomlib ${dependencies.circomlib}`).digest('hex');
}

/** circom2 sees nothing outside the folder that it starts in, so all that it reads is copied there. */
function compile(folder) {
  const work = join(folder, 'work');
  cpSync(join(dirname(require.resolve('circomlib/package.json')), 'circuits'), join(work, 'circomlib'), { recursive: true });
  for (const file of sources()) cpSync(join(here, file), join(work, file));
  for (const name of CIRCUITS) {
    try {
      execFileSync(process.execPath, [require.resolve('circom2/cli.js'), `${name}.circom`, '--r1cs', '--wasm', '--O2', '-l', 'circomlib', '-o', '.'], { cwd: work, stdio: 'pipe' });
    } catch (error) {
      throw new Error(`${name}.circom: ${error.stdout}${error.stderr}`);
    }
    renameSync(join(work, `${name}.r1cs`), join(folder, `${name}.r1cs`));
    renameSync(join(work, `${name}_js`, `${name}.wasm`), join(folder, `${name}.wasm`));
  }
  rmSync(work, { recursive: true });
}

/** The folder with `<circuit>.r1cs` and `<circuit>.wasm` for each circuit; compiles where it does not exist yet. */
export function compiled() {
  const folder = join(root, 'dist', 'zk', sourceHash().slice(0, 16));
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(join(dirname(folder), '.building-'));
  try {
    compile(temporary);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else another process was quicker
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(compiled());
