/**
 * The page's side of a simulation: one worker, one run at a time, and what the live view shows of it. It outlives the view:
 * the run goes on while the other views show it.
 */
import { proxy, wrap, type Remote } from 'comlink';
import { runDataOf, type RunPort } from '../data/port.ts';
import { PROBLEMS } from '../data/problem.ts';
import { LIVE_KEY, type Problem, type RunData, type RunSource } from '../data/run-data.ts';
import type { Store } from '../state/store.ts';
import type { LiveListener, LiveWorker, Status } from './messages.ts';

export interface Session {
  readonly worker: Remote<LiveWorker>;
  /** Of the present run; undefined before one was made. */
  readonly status: Status | undefined;
  /** What the user chose, kept while other views are shown. */
  readonly choice: { scenario: string; text: string; seed: string; speed: number };
  /** Makes a run of a text, paused at its start; a problem where it cannot run. */
  make(text: string, seed: string): Promise<Problem | undefined>;
  /** The run for the other views; a new one for each `make`. */
  readonly source: RunSource;
  /** From now on a cursor that stands at the end of the run stays there while it grows. */
  follow(store: Store): void;
  /** Called for each new status, and when the worker breaks. Returns how to stop. */
  subscribe(listener: () => void): () => void;
}

let session: Session | undefined;

/** The one session of this page; its worker starts when it is first asked for. */
export const liveSession = (): Session => (session ??= makeSession());

function makeSession(): Session {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'live' });
  const worker = wrap<LiveWorker>(thread);
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  let status: Status | undefined;
  let latest: RunData | undefined;
  let onChange: ((run: RunData) => void) | undefined;
  let generation = 0;
  let followed: Store | undefined;
  const show = (run: RunData): void => {
    const before = followed?.get();
    const atEnd = before?.run?.key !== LIVE_KEY || before.timeUs >= before.run.facts.endUs;
    latest = run;
    onChange?.(run);
    if (atEnd && onChange) followed?.set({ timeUs: Infinity });
  };
  thread.onerror = (event) => {
    status = { ...(status ?? NOTHING), phase: 'failed', problem: PROBLEMS.failed('live worker', event.message || 'it could not be started') };
    tell();
  };

  /** Only the newest run is heard. */
  const listenerOf = (own: number): LiveListener => ({
    status(next) {
      if (own !== generation) return;
      status = next;
      tell();
    },
    version(version, live, core) {
      if (own !== generation) return;
      show(runDataOf({ key: LIVE_KEY, version, live }, core, portOf(worker, version), () => undefined));
    },
  });
  const source: RunSource = {
    key: LIVE_KEY,
    open(changed) {
      onChange = changed;
      return latest ? Promise.resolve(latest) : Promise.reject(PROBLEMS.notFound('live: no run was started in this page'));
    },
    close() {
      onChange = undefined;
      void worker.pause();
    },
  };
  return {
    worker, source,
    choice: { scenario: '', text: '', seed: '', speed: 60 },
    get status() {
      return status;
    },
    async make(text, seed) {
      generation++;
      [status, latest] = [undefined, undefined];
      const problem = await worker.make(text, seed, proxy(listenerOf(generation)));
      tell();
      return problem;
    },
    follow(store) {
      followed = store;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const NOTHING: Status = { phase: 'failed', name: '', seed: '', virtualUs: 0, endUs: 0, events: 0, rounds: 0, transactions: 0, traceHash: '', eventsPerS: 0, virtualPerS: 0, faults: [], problem: undefined, backend: '' };

/** Questions about one version. */
function portOf(worker: Remote<LiveWorker>, version: number): RunPort {
  const ask = worker.ask as unknown as <M extends keyof RunPort>(version: number, method: M, argument?: Parameters<RunPort[M]>[0]) => ReturnType<RunPort[M]>;
  return {
    table: (name) => ask(version, 'table', name),
    arrivals: (round) => ask(version, 'arrivals', round),
    arrivalsOfNode: (node) => ask(version, 'arrivalsOfNode', node),
    grid: (query) => ask(version, 'grid', query),
    coverage: () => ask(version, 'coverage'),
    moment: (atUs) => ask(version, 'moment', atUs),
    scenarioText: () => ask(version, 'scenarioText'),
  };
}
