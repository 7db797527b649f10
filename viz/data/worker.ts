/** The data worker: one for each open run folder. Every answer's buffers are transferred, never copied. */
import { expose, transfer } from 'comlink';
import { fileFolder, httpFolder, type Folder } from './folder.ts';
import { openRun, type OpenedRun } from './load.ts';
import { buffersIn, type RunCore, type RunPort } from './port.ts';
import { PROBLEMS, problemOf } from './problem.ts';
import type { Problem } from './run-data.ts';

export type FolderPlace = { readonly url: string } | { readonly name: string; readonly files: ReadonlyMap<string, Blob> };

export interface DataWorker extends RunPort {
  open(place: FolderPlace): Promise<RunCore>;
  /** Looks at the files that opening did not need: a problem for each that is not what the run wrote. */
  verify(): Promise<readonly Problem[]>;
}

const folderOf = (place: FolderPlace): Folder => ('url' in place ? httpFolder(place.url) : fileFolder(place.name, place.files));

let where = 'run folder';
let opened: OpenedRun | undefined;

/** Problems leave as plain data. */
const guarded = async <T>(answer: () => Promise<T>): Promise<T> => {
  try {
    return await answer();
  } catch (thrown) {
    throw problemOf(thrown, where);
  }
};
const port = (): RunPort => {
  if (!opened) throw PROBLEMS.failed(where, 'the run was asked before it was open');
  return opened.port;
};
const given = <T>(answer: () => Promise<T>): Promise<T> => guarded(async () => {
  const value = await answer();
  return transfer(value, buffersIn(value));
});

const worker: DataWorker = {
  open: (place) => given(async () => {
    const folder = folderOf(place);
    where = folder.name;
    opened = await openRun(folder);
    return opened.core;
  }),
  verify: () => guarded(async () => (await opened?.verifyRest()) ?? []),
  table: (name) => given(() => port().table(name)),
  arrivals: (round) => given(() => port().arrivals(round)),
  arrivalsOfNode: (node) => given(() => port().arrivalsOfNode(node)),
  grid: (query) => given(() => port().grid(query)),
  moment: (atUs) => given(() => port().moment(atUs)),
  coverage: () => guarded(() => port().coverage()),
  scenarioText: () => guarded(() => port().scenarioText()),
};

expose(worker);
