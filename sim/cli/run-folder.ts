/**
 * Writes a run's folder, `<out>/<UTC>-<scenario>-<seed>/`: `det/` (byte-identical for the same inputs), `env/` (may
 * differ), `repro/` on failure, `ci/`, and the summary in four forms. Made under a temporary name and renamed: nothing
 * half-written is ever found under the final name.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { detFiles, sumsText } from '../report/det.ts';
import { reportHtml } from '../report/html.ts';
import { junitXml } from '../report/junit.ts';
import { summaryMarkdown } from '../report/markdown.ts';
import { summarize, type Summary, type WallFigures } from '../report/summary.ts';
import { writeScenario } from '../scenario/write.ts';
import type { RunRecord } from '../trace/record.ts';
import { fromHere } from './files.ts';
import type { Job } from './job.ts';

const sha256Hex = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
/** `20261125T134500Z`. */
const stamp = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');
/** GitHub refuses larger step summaries. */
const STEP_SUMMARY_MAX = 60_000;

/** What a run comes to, and where its folder is; `unwritten`: the machine refused to write it, and why. */
export interface Report {
  readonly summary: Summary;
  readonly folder: string;
  readonly unwritten?: string;
}

/** An answer of the operating system (no space, no right), as against a bug. */
const refusal = (error: unknown): string | undefined => (error instanceof Error && 'syscall' in error ? error.message : undefined);

/** Nothing half-written is left, and a folder that cannot be written costs no result. */
export function writeRunFolder(record: RunRecord, job: Job, wall: Pick<WallFigures, 'cpuS' | 'elapsedS' | 'peakRssBytes'>, started: Date, interruptedCode: number | undefined): Report {
  const { scenario, report } = job;
  if (!report) throw new Error('a job without a report has no folder');
  const temporary = join(report.out, `.writing-${process.pid}-${sha256Hex(`${process.hrtime.bigint()}`).slice(0, 8)}`);
  const discard = (): void => {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
  };
  process.once('exit', discard);
  const input = { hash: job.hash, version: job.version, wall, detHash: '', folder: '', ...(interruptedCode !== undefined && { interruptedCode }) };
  const det = detFiles(record, scenario, summarize(record, scenario, input));
  const sums = sumsText(det, sha256Hex);
  try {
    mkdirSync(report.out, { recursive: true });
    const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(temporary, name), content);
    for (const folder of ['det', 'env', 'ci']) mkdirSync(join(temporary, folder), { recursive: true });
    for (const [name, content] of det) write(`det/${name}`, content);
    write('det/SHA256SUMS', sums);
    for (let attempt = 1; ; attempt++) {
      const folder = join(report.out, `${stamp(started)}-${scenario.name}-${scenario.run.seed}${attempt === 1 ? '' : `-${attempt}`}`);
      const summary = summarize(record, scenario, { ...input, detHash: sha256Hex(sums), folder: fromHere(folder) });
      writeRest(record, job, summary, started, write, temporary);
      try {
        renameSync(temporary, folder);
        return { summary, folder };
      } catch (error) {
        // Another run of the same second has that name.
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '') || attempt > 1_000) throw error;
      }
    }
  } catch (error) {
    const unwritten = refusal(error);
    if (unwritten === undefined) throw error;
    return { summary: summarize(record, scenario, { ...input, detHash: sha256Hex(sums) }), folder: report.out, unwritten };
  } finally {
    discard();
    process.off('exit', discard);
  }
}

function writeRest(record: RunRecord, job: Job, summary: Summary, started: Date, write: (name: string, content: string) => void, temporary: string): void {
  const { scenario } = job;
  write('manifest.json', json({
    schema: 'stratus/manifest/v1',
    version: job.version,
    scenario: { name: scenario.name, hash: job.hash, file: job.report?.file, sets: job.report?.sets },
    seed: scenario.run.seed,
    isolated: job.isolated || scenario.run.isolated,
    command: job.report?.command,
    started: started.toISOString(),
    verdict: summary.verdict,
    exitCode: summary.exitCode,
    partial: record.partial ?? null,
    hash: summary.hash,
    next: summary.next,
  }));
  write('summary.json', json(summary));
  write('summary.md', summaryMarkdown(summary, scenario));
  write('report.html', reportHtml(record, summary, scenario));
  write('env/environment.json', json({ node: process.version, v8: process.versions.v8, platform: platform(), arch: arch(), release: release(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem(), backend: record.backend }));
  write('env/wall.json', json({ clock: 'wall', ...summary.wall, work: record.counts.work }));
  write('env/log.txt', `${started.toISOString()} ${job.report?.command ?? ''}\n${new Date().toISOString()} ${summary.verdict}, exit ${summary.exitCode}\n`);
  write('ci/junit.xml', junitXml(summary));
  write('ci/step-summary.md', summaryMarkdown(summary, scenario).slice(0, STEP_SUMMARY_MAX));
  if (summary.verdict === 'fail') {
    mkdirSync(join(temporary, 'repro'), { recursive: true });
    write('repro/replay.txt', `${summary.reasons.map((r) => `stratus replay ${r.moment}`).join('\n')}\n`);
    write('repro/scenario.yaml', writeScenario(scenario));
  }
}
