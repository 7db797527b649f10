/** Runs from folders: a URL, or files that were dropped on the page. */
import { wrap, type Remote } from 'comlink';
import { runDataOf, type RunPort } from './port.ts';
import { PROBLEMS, problemOf } from './problem.ts';
import type { Problem, RunSource } from './run-data.ts';
import type { DataWorker, FolderPlace } from './worker.ts';

export function folderSource(key: string, place: FolderPlace): RunSource {
  let worker: Worker | undefined;
  const close = (): void => {
    worker?.terminate();
    worker = undefined;
  };
  return {
    key,
    close,
    async open(onChange) {
      close();
      const own = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `data ${key}` });
      worker = own;
      const ask = asking(own);
      const core = await ask((remote) => remote.open(place)).catch((thrown: unknown) => {
        if (worker === own) close();
        throw problemOf(thrown, key);
      });
      const port: RunPort = {
        table: (name) => ask((remote) => remote.table(name) as Promise<never>), arrivals: (round) => ask((remote) => remote.arrivals(round)), arrivalsOfNode: (node) => ask((remote) => remote.arrivalsOfNode(node)),
        grid: (query) => ask((remote) => remote.grid(query)), coverage: () => ask((remote) => remote.coverage()), moment: (atUs) => ask((remote) => remote.moment(atUs)), scenarioText: () => ask((remote) => remote.scenarioText()),
      };
      const run = runDataOf({ key, version: 0, live: false }, core, port, close);
      // Large files are verified behind the first picture; what is wrong with them comes as more warnings.
      const warn = (problems: readonly Problem[]): void => {
        if (problems.length > 0 && worker === own) onChange({ ...run, version: 1, warnings: [...run.warnings, ...problems] });
      };
      setTimeout(() => void ask((remote) => remote.verify()).then(warn, (thrown: unknown) => warn([problemOf(thrown, key)])), VERIFY_AFTER_MS);
      return run;
    },
  };
}

/** Questions to a worker; all that wait are refused when it breaks, since it will not answer any more. */
function asking(worker: Worker): <T>(question: (remote: Remote<DataWorker>) => Promise<T>) => Promise<T> {
  const remote = wrap<DataWorker>(worker);
  const waiting = new Set<(problem: Problem) => void>();
  let broken: Problem | undefined;
  worker.onerror = (event) => {
    broken = PROBLEMS.failed('data worker', event.message || 'it could not be started');
    for (const refuse of waiting) refuse(broken);
    waiting.clear();
  };
  return (question) => new Promise((resolve, reject) => {
    if (broken) return reject(broken);
    waiting.add(reject);
    question(remote).then(resolve, reject).finally(() => waiting.delete(reject));
  });
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

