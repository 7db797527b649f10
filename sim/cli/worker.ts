/** The thread that simulates: runs one job, writes its run folder, and tells the main thread. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import { bestCrypto, nativeCrypto } from '../../engine/host/native-crypto.ts';
import { runScenario } from '../run.ts';
import type { RunRecord } from '../trace/record.ts';
import { CELL, STOP, type CryptoChoice, type WorkerInput, type WorkerMessage } from './job.ts';
import { proofSource } from './proofs-ahead.ts';
import { writeRunFolder } from './run-folder.ts';

function cryptoOf(choice: CryptoChoice): Crypto | undefined {
  switch (choice) {
    case 'auto':
      return bestCrypto();
    case 'native':
      return nativeCrypto();
    case 'noble':
      return nobleCrypto;
    case 'wasm':
      return portableCrypto();
  }
}

/** Lines are gathered and appended about this often, characters. */
const LOG_CHUNK = 1 << 16;

function logger(path: string): { log: (atUs: number, line: string) => void; flush: () => void } {
  let buffer = '';
  writeFileSync(path, '');
  const flush = (): void => {
    appendFileSync(path, buffer);
    buffer = '';
  };
  return {
    flush,
    log: (atUs, line) => {
      buffer += `${(atUs / 1_000_000).toFixed(6)} ${line}\n`;
      if (buffer.length > LOG_CHUNK) flush();
    },
  };
}

function work({ job, cells, proofs }: WorkerInput): WorkerMessage {
  const crypto = cryptoOf(job.crypto);
  if (!crypto) return { type: 'no-crypto' };
  const log = job.log === undefined ? undefined : logger(job.log);
  const started = { at: performance.now(), cpu: process.cpuUsage(), date: new Date() };
  let peakRss = process.memoryUsage.rss();
  const record: RunRecord = runScenario(job.scenario, {
    crypto,
    isolated: job.isolated || job.scenario.run.isolated,
    ...(proofs && { prove: proofSource(proofs) }),
    ...(job.window && { window: job.window }),
    ...(job.stopAt && { stopAt: job.stopAt }),
    ...(log && { log: log.log }),
    onProgress: (progress) => {
      cells[CELL.virtualUs] = progress.virtualUs;
      cells[CELL.endUs] = progress.endUs;
      cells[CELL.events] = progress.events;
      cells[CELL.rounds] = progress.rounds;
      cells[CELL.transactions] = progress.transactions;
      peakRss = Math.max(peakRss, process.memoryUsage.rss());
      if (cells[CELL.stop] === STOP.interrupted) return 'stop';
      return cells[CELL.stop] === STOP.wallLimit ? 'wall-limit' : 'continue';
    },
  });
  log?.flush();
  const cpu = process.cpuUsage(started.cpu);
  const wall = {
    cpuS: Math.round((cpu.user + cpu.system) / 1_000) / 1_000,
    elapsedS: Math.round(performance.now() - started.at) / 1_000,
    peakRssBytes: Math.max(peakRss, process.memoryUsage.rss(), process.resourceUsage().maxRSS * 1_024),
  };
  const report = job.report && writeRunFolder(record, job, wall, started.date, cells[CELL.signal] || undefined);
  const { events, endUs, traceHash, checkpoints, window, trace, violations } = record;
  return { type: 'done', outline: { events, endUs, traceHash, checkpoints, window, trace: job.report ? [] : trace, violations }, report };
}

function attempt(): WorkerMessage {
  try {
    return work(workerData as WorkerInput);
  } catch (error) {
    return { type: 'failed', message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? (error.stack ?? '') : '' };
  }
}
parentPort?.postMessage(attempt());
