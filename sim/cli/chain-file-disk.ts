/**
 * Chain files on the disk. A new text is written beside the old one, brought to the disk, and takes its name at once: a
 * command that fails, or a machine that stops, leaves the old file or the new one. While a command has a file, no other one
 * can: both would build on the same round, and one of the two would be lost.
 */
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { EXIT } from '../report/verdict.ts';
import { CHAIN_SCHEMA, chainText, readChain, type ChainFile } from './chain-file.ts';
import { Exit, type Context } from './context.ts';
import { fromHere } from './files.ts';
import { LocalChain } from './contract-chain.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Another command's file is waited for this long, looking this often. */
const WAIT_MS = 10_000;
const LOOK_MS = 50;

/** Who is using a chain file, by process; one that is gone has left its lock behind. */
function lock(file: string): () => void {
  const path = `${file}.lock`;
  for (let waited = 0; ; waited += LOOK_MS) {
    try {
      const handle = openSync(path, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be written: ${codeOf(error)}`, '  name another file with --chain FILE']);
    }
    if (isLeft(path)) rmSync(path, { force: true });
    else if (waited >= WAIT_MS) throw new Exit(EXIT.usage, [`${fromHere(file)} is in use by another command`, `  wait for it; if there is none, remove ${fromHere(path)}`]);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  }
}

/** Whether the process that made a lock is gone. */
function isLeft(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Undefined where there is no file. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be read: ${codeOf(error)}`, '  name another file with --chain FILE']);
  }
}

/** A chain from its text, or a new one where there is none. One that is no chain, or not whole, ends the command. */
function open(file: string, text: string | undefined, { version }: Context): ChainFile {
  if (text === undefined) return { chain: new LocalChain(), contracts: [] };
  const read = readChain(text, version);
  if (read.ok) return read.value;
  const { at, code, problem, mend } = read.error;
  const place = `${fromHere(file)}${at === '' ? '' : `: ${at}`}`;
  throw new Exit(EXIT.scenario, [`${place}: ${problem}`, `  ${mend}`], { schema: 'stratus/error/v1', exitCode: EXIT.scenario, problems: [{ file, at, code, problem, mend }] });
}

/** The file that a path really names, so that a link stays one. */
function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** `before`: what was read, and must still be there. */
function save(file: string, before: string | undefined, opened: ChainFile, { version }: Context): void {
  if (textOf(file) !== before) throw new Exit(EXIT.usage, [`${fromHere(file)} was changed meanwhile, and is left as it is now`, '  run the command again']);
  const target = real(file);
  const temporary = `${target}.writing-${process.pid}`;
  try {
    const handle = openSync(temporary, 'w');
    try {
      writeFileSync(handle, chainText(opened, version));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be written: ${codeOf(error)}`, '  it is as it was before; make room, or name another file with --chain FILE']);
  }
}

/** Works on a chain file; what `work` returns as `keep` decides whether the file changes. */
export function withChain<T extends { readonly keep: boolean }>(file: string, context: Context, work: (opened: ChainFile) => T): T {
  const release = lock(file);
  try {
    const text = textOf(file);
    const opened = open(file, text, context);
    const done = work(opened);
    if (done.keep) save(file, text, opened, context);
    return done;
  } finally {
    release();
  }
}

/** A chain that is only looked at; undefined where there is no file. */
export function lookAtChain(file: string, context: Context): ChainFile | undefined {
  const text = textOf(file);
  return text === undefined ? undefined : open(file, text, context);
}

export const CHAIN_FILE = 'stratus-chain.json';
/** For help texts. */
export const CHAIN_OPTION = `file of the local chain (${CHAIN_SCHEMA})`;
