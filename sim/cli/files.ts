/** The disk: reading scenarios with their limits, and finding scenarios and runs. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { err, ok } from '../../engine/primitives/result.ts';
import type { ReadFile } from '../scenario/load.ts';

/** Opens without blocking (a FIFO would hang), looks at kind and size first, and reads at most what was allowed. */
export const readFromDisk: ReadFile = (path, bytesMax) => {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return err({ code: 'not-found', detail: code });
    return err({ code: 'unreadable', detail: code === 'EACCES' ? 'permission denied' : code });
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) return err({ code: 'directory', detail: '' });
    if (!stat.isFile()) return err({ code: 'not-a-file', detail: '' });
    if (stat.size > bytesMax) return err({ code: 'too-large', detail: `${(stat.size / 1_048_576).toFixed(1)} MiB` });
    const buffer = new Uint8Array(stat.size);
    let used = 0;
    for (let n = 1; n > 0 && used < buffer.length; used += n) n = readSync(file, buffer, used, buffer.length - used, used);
    return ok(buffer.subarray(0, used));
  } catch (error) {
    return err({ code: 'unreadable', detail: (error as NodeJS.ErrnoException).code ?? String(error) });
  } finally {
    closeSync(file);
  }
};

/** Paths of the scenario files in a folder, as seen from here; empty where there is no folder. */
export function scenarioFiles(folder: string): string[] {
  return names(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => fromHere(join(folder, name)));
}

/** Run folders inside `folder`, newest first; those whose names begin with no time, such as `example`, come last. */
export function runFolders(folder: string): string[] {
  return names(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(folder, name))
    .filter((path) => readJson(join(path, 'manifest.json')) !== undefined)
    .sort((a, b) => Number(/^\d/.test(basename(b))) - Number(/^\d/.test(basename(a))) || (a < b ? 1 : -1));
}

export function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export function readJson(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A path as a person here would type it. */
export const fromHere = (path: string): string => {
  const short = relative(process.cwd(), path);
  return short !== '' && !short.startsWith('..') ? short : path;
};
