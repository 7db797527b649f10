/** A run folder as `stratus run` writes it, of a real run in this process. */
import { createHash } from 'node:crypto';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { detFiles, sumsText } from '../../sim/report/det.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { runScenario } from '../../sim/run.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { committed, loaded } from '../scenario/helpers.ts';
import type { RunFiles } from './make-run.ts';

export interface RealRun {
  readonly files: RunFiles;
  readonly record: RunRecord;
  readonly summary: Summary;
}

/** Of a committed scenario (`reorg`), with changes to its text. */
export function realRun(name: string, change: (text: string) => string = (text) => text): RealRun {
  const text = change(committed.find(([file]) => file === `${name}.yaml`)![1]);
  const { scenario } = loaded(text);
  const record = runScenario(scenario, { crypto: bestCrypto() });
  const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
  const summary = summarize(record, scenario, { hash: hash(text), version: '0.1.0', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: name });
  const det = detFiles(record, scenario, summary);
  const manifest = {
    schema: 'stratus/manifest/v1', version: '0.1.0', scenario: { name, hash: summary.scenario.hash, file: `${name}.yaml`, sets: [] }, seed: summary.seed, isolated: false, command: '', started: '', verdict: summary.verdict,
    exitCode: summary.exitCode, partial: null, hash: summary.hash, next: summary.next,
  };
  const files: RunFiles = new Map<string, string | Uint8Array>([['manifest.json', JSON.stringify(manifest)], ['summary.json', JSON.stringify(summary)], ...det.map(([file, content]) => [`det/${file}`, content] as const), ['det/SHA256SUMS', sumsText(det, hash)]]);
  return { files, record, summary };
}
