/** Runs from folders: a URL, or files that were dropped on the page. */
import { wrap, type Remote } from 'comlink';
import { runDataOf } from './port.ts';
import { PROBLEMS, problemOf } from './problem.ts';
import type { Problem, RunSource } from './run-data.ts';
import type { DataWorker, FolderPlace } from './worker.ts';

export function folderSource(key: string, place: FolderPlace): RunSource {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `data ${key}` });
  const remote: Remote<DataWorker> = wrap<DataWorker>(worker);
  let closed = false;
  const close = (): void => {
    closed = true;
    worker.terminate();
  };
  const broken = new Promise<never>((_, reject) => {
    worker.onerror = (event) => reject(PROBLEMS.failed('data worker', event.message || 'it could not be started'));
  });
  broken.catch(() => undefined);
  return {
    key,
    close,
    async open(onChange) {
      const core = await Promise.race([remote.open(place), broken]).catch((thrown: unknown) => {
        close();
        throw problemOf(thrown, key);
      });
      const run = runDataOf({ key, version: 0, live: false }, core, remote, close);
      // The largest file is verified behind the first picture; what is wrong with it comes as one more warning.
      const warn = (problem: Problem | undefined): void => {
        if (problem && !closed) onChange({ ...run, version: 1, warnings: [...run.warnings, problem] });
      };
      setTimeout(() => void remote.verify().then(warn, (thrown: unknown) => warn(problemOf(thrown, key))), VERIFY_AFTER_MS);
      return run;
    },
  };
}

/** Long enough for the first picture. */
const VERIFY_AFTER_MS = 1_500;

/** Files by their path inside the run folder: the folder that holds `manifest.json` is taken as the run. */
export function filesByPath(files: readonly { readonly path: string; readonly file: Blob }[]): { readonly name: string; readonly files: ReadonlyMap<string, Blob> } | Problem {
  const manifest = files.map(({ path }) => path).filter((path) => /(^|\/)manifest\.json$/.test(path)).sort((a, b) => a.length - b.length)[0];
  if (manifest === undefined) return PROBLEMS.notARun(files[0]?.path.split('/')[0] ?? 'what was dropped');
  const root = manifest.slice(0, -'manifest.json'.length);
  const inside = files.filter(({ path }) => path.startsWith(root));
  return { name: `${root.split('/').at(-2) ?? 'run'}/`, files: new Map(inside.map(({ path, file }) => [path.slice(root.length), file])) };
}

