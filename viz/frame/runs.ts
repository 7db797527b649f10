/** Opens the runs that the state names, and closes those that it no longer does. */
import { folderSource, filesByPath } from '../data/folder-source.ts';
import { isProblem, PROBLEMS, problemOf } from '../data/problem.ts';
import type { Problem, RunData, RunSource } from '../data/run-data.ts';
import type { RunEntry, State, Store } from '../state/store.ts';

/** The list beside the page, as `stratus view` serves it and as a static host may: `stratus/runs/v1`. */
const RUNS_FILE = 'runs.json';

export async function loadRunList(ask: typeof fetch = fetch): Promise<RunEntry[]> {
  const response = await ask(RUNS_FILE, { redirect: 'error' }).catch(() => undefined);
  if (!response?.ok) return [];
  const list: unknown = await response.json().catch(() => undefined);
  const runs: unknown = typeof list === 'object' && list !== null && 'runs' in list ? list.runs : undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return (Array.isArray(runs) ? runs : []).flatMap((run: Record<string, unknown>) => {
    const [key, url] = [text(run['key']), text(run['url'])];
    // Only folders beside the page: an address from elsewhere would be refused anyway.
    return key === '' || !/^(?![a-z]+:|\/\/)[^\\]+\/$/i.test(url) ? [] : [{ key, url, scenario: text(run['scenario']), seed: text(run['seed']), verdict: text(run['verdict']), started: text(run['started']) }];
  });
}

export interface Runs {
  /** Shows what was dropped or chosen; where that is no run folder, says so and leaves everything as it is. */
  openFiles(files: readonly { readonly path: string; readonly file: Blob }[]): Problem | undefined;
  /** Shows a run from somewhere else: a simulation in this page. */
  openSource(source: RunSource): void;
}

/** Fields of the state that hold one of the two runs. */
type Slot = { readonly key: 'runKey' | 'otherKey'; readonly run: 'run' | 'other'; readonly problem: 'problem' | 'otherProblem' };
const SLOTS: readonly Slot[] = [{ key: 'runKey', run: 'run', problem: 'problem' }, { key: 'otherKey', run: 'other', problem: 'otherProblem' }];

export function manageRuns(store: Store): Runs {
  const sources = new Map<Slot, { readonly source: RunSource; readonly key: string }>();
  /** Sources that no URL names. */
  const special = new Map<string, RunSource>();

  const show = (slot: Slot, change: { readonly run?: RunData; readonly problem?: unknown }, key: string): void => {
    if (sources.get(slot)?.key !== key && change.run) return change.run.close();
    store.set({ [slot.run]: change.run, [slot.problem]: change.problem === undefined ? undefined : problemOf(change.problem, key) });
  };
  const open = (slot: Slot, state: State): void => {
    const key = state[slot.key];
    if (sources.get(slot)?.key === key) return;
    sources.get(slot)?.source.close();
    sources.delete(slot);
    show(slot, {}, key);
    if (key === '') return;
    const entry = state.runs.find((run) => run.key === key);
    const source = special.get(key) ?? (entry && folderSource(key, { url: new URL(entry.url, document.baseURI).href }));
    if (!source) return show(slot, { problem: PROBLEMS.noSuchRun(key) }, key);
    sources.set(slot, { source, key });
    const current = (): boolean => sources.get(slot)?.source === source;
    source.open((run) => current() && show(slot, { run }, key)).then(
      (run) => (current() ? show(slot, { run }, key) : run.close()),
      (problem: unknown) => {
        if (current()) show(slot, { problem }, key);
      },
    );
  };
  const openSource = (source: RunSource): void => {
    special.set(source.key, source);
    const slot = SLOTS[0];
    if (sources.get(slot)?.key === source.key) {
      sources.get(slot)?.source.close();
      sources.delete(slot);
      open(slot, store.get());
    } else store.set({ runKey: source.key, timeUs: 0, selection: {} });
  };
  store.subscribe((state) => {
    for (const slot of SLOTS) open(slot, state);
  });
  return {
    openSource,
    openFiles(files) {
      const found = filesByPath(files);
      if (isProblem(found)) return found;
      const key = found.name.replace(/\/$/, '');
      openSource(folderSource(key, found));
      return undefined;
    },
  };
}

/** All files below what was dropped, by path. */
export async function droppedFiles(transfer: DataTransfer): Promise<{ path: string; file: File }[]> {
  const files: { path: string; file: File }[] = [];
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (files.length > FILES_MAX) return;
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      files.push({ path: entry.fullPath.replace(/^\//, ''), file });
    } else if (entry.isDirectory) {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      for (;;) {
        const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
        if (entries.length === 0) break;
        for (const inner of entries) await walk(inner);
      }
    }
  };
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  for (const entry of entries) await walk(entry);
  return files;
}
/** A run folder has some thirty files; somebody may drop a disk. */
const FILES_MAX = 5_000;

export const chosenFiles = (list: FileList): { path: string; file: File }[] => [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
