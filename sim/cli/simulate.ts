/** Runs a job in its thread: progress on stderr, first signal stops gently, second kills, `wallLimit` ends it. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EXIT } from '../report/verdict.ts';
import { Exit, tell } from './context.ts';
import { CELL, CELLS, STOP, type Job, type Outline, type WorkerInput, type WorkerMessage } from './job.ts';
import { proofsAhead } from './proofs-ahead.ts';
import { showProgress } from './progress.ts';
import type { Report } from './run-folder.ts';

/**
 * MiB. A run makes many short-lived objects: a young generation this large takes a fifth off its processor time (measured on
 * five minutes of first-run), at about 200 MiB more memory.
 */
const MEMORY = { maxYoungGenerationSizeMb: 384, maxOldGenerationSizeMb: 8_192 };

export interface Outcome {
  readonly outline: Outline;
  readonly report: Report | undefined;
  /** Exit code of the signal that stopped it, if one did. */
  readonly signal: number | undefined;
}

/** The project's folder: bundles lie in dist/bundle-…/. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Beside the bundle this file is part of. */
const workerUrl = (): URL => new URL('./worker.mjs', import.meta.url);

export async function simulate(job: Job, title: string): Promise<Outcome> {
  const cells = new Float64Array(new SharedArrayBuffer(8 * CELLS));
  cells[CELL.endUs] = job.scenario.run.durationUs ?? (job.scenario.run.rounds ?? 0) * job.scenario.params.roundIntervalSeconds * 1_000_000;
  const release = onSignals(cells);
  const proofs = await proofsAhead(job.scenario, ROOT, () => cells[CELL.stop] === STOP.none).finally(release);
  return inThread({ job, cells, proofs }, title);
}

async function inThread(input: WorkerInput, title: string): Promise<Outcome> {
  const { job, cells } = input;
  const worker = new Worker(workerUrl(), { workerData: input, resourceLimits: MEMORY });
  const progress = showProgress(cells, title);
  const release = onSignals(cells);
  const limit = job.scenario.run.wallLimitMs;
  const timer = limit === undefined ? undefined : setTimeout(() => { cells[CELL.stop] ||= STOP.wallLimit; }, limit);
  try {
    const message = await new Promise<WorkerMessage>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the simulating thread ended early (${code})`)));
    });
    if (message.type === 'no-crypto') throw new Exit(EXIT.usage, ['no native cryptography for this machine: use --crypto wasm']);
    if (message.type === 'failed') throw new Exit(EXIT.internal, [`internal error: ${message.message}`, message.stack.split('\n').slice(1, 12).join('\n'), 'this is a bug of the testbed, not of the scenario']);
    return { outline: message.outline, report: message.report, signal: cells[CELL.signal] || undefined };
  } finally {
    clearTimeout(timer);
    progress.stop();
    release();
    await worker.terminate();
  }
}

function onSignals(cells: Float64Array): () => void {
  const handler = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    if (cells[CELL.signal] !== 0) process.exit(code);
    cells[CELL.signal] = code;
    cells[CELL.stop] = STOP.interrupted;
    tell(`\nstopping; a partial report is being written (${signal === 'SIGINT' ? 'Ctrl-C again' : 'another signal'} kills)`);
  };
  process.on('SIGINT', handler).on('SIGTERM', handler);
  return () => void process.off('SIGINT', handler).off('SIGTERM', handler);
}
