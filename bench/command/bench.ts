/** `stratus bench`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { EXIT, PRECEDENCE } from '../../sim/report/verdict.ts';
import type { BenchJob } from '../../sim/cli/bench-job.ts';
import { say, sayJson, tell } from '../../sim/cli/context.ts';
import { fromHere } from '../../sim/cli/files.ts';
import { showCount } from '../../sim/cli/progress.ts';
import { casesOf } from '../method/assemble.ts';
import { costProfile } from '../method/costs.ts';
import { playRound, type Build, type MeasuredRound, type Refused } from '../method/conduct.ts';
import { thisMachine } from '../method/machine.ts';
import type { BenchResult, CaseResult } from '../method/result.ts';
import { limitsOf, rooflineOf } from '../method/roofline.ts';
import { htmlReport } from '../report/html.ts';
import { markdownReport } from '../report/markdown.ts';
import { terminalReport } from '../report/terminal.ts';
import { caseName, entriesOf, SUITES, workName, type Entry } from '../work/suites.ts';
import { select, withLimits, type Selected } from './select.ts';
import { hereBuild } from './builds.ts';

type Job = Extract<BenchJob, { command: 'bench' }>;
/** What measuring needs of a job. */
export type MeasureJob = Pick<Job, 'cases' | 'rounds' | 'budgetMs' | 'quick' | 'cores' | 'version'>;

/** Fewer rounds are no evidence. */
const ROUNDS_MIN = 10;

export async function bench(job: Job): Promise<number> {
  const { selected, unknown } = select(job.growth ? ['growth'] : job.cases, job.growth ? [1, 2] : job.cores);
  if (unknown.length > 0) return usage(unknown);
  const measured = await measure(job, withLimits(selected), hereBuild());
  const result = judged(measured, job.atLeast);
  const folder = writeReport(job.out, result, job.growth ? ['growth'] : job.cases);
  if (job.json) sayJson(result);
  else say(terminalReport(result));
  tell(`report: ${fromHere(join(folder, 'report.html'))}`);
  if (job.emitCosts !== undefined) emitCosts(job.emitCosts, result);
  return result.exitCode;
}

function emitCosts(path: string, result: BenchResult): void {
  const profile = costProfile(result);
  if (profile === undefined) tell('no cost profile: no case …/exec was measured');
  else writeFileSync(path, `${JSON.stringify(profile, undefined, 2)}\n`);
}

export function usage(unknown: readonly string[]): number {
  for (const pattern of unknown) tell(`no case is called ${pattern}; suites: ${SUITES.join(', ')}`);
  return EXIT.usage;
}

/** Measures one build; verdict and thresholds are still to be judged. */
export async function measure(job: MeasureJob, selected: readonly Selected[], build: Build): Promise<BenchResult> {
  const cases: CaseResult[] = [];
  const absent: { name: string; why: string }[] = [];
  const progress = showCount('bench', selected.length * job.rounds);
  for (const { entry, parts } of selected) {
    if (entry.cores > cpus().length) {
      absent.push({ name: workName(entry), why: `this machine has ${cpus().length}` });
      continue;
    }
    const rounds = await playRounds(build, { entry, parts }, job, progress.one);
    if ('code' in rounds) absent.push({ name: workName(entry), why: rounds.message });
    else cases.push(...casesOf(namer(entry), entry.cores, rounds));
  }
  progress.stop();
  const known = new Set(SUITES.flatMap(entriesOf).map(({ cores }) => cores));
  for (const cores of job.cores.filter((n) => !known.has(n))) absent.push({ name: `${cores} cores`, why: `there are cases for ${[...known].join(', ')}` });
  return {
    schema: 'stratus/bench/v1',
    machine: thisMachine(),
    at: new Date().toISOString(),
    version: job.version,
    suites: [...new Set(selected.map(({ entry }) => entry.suite))],
    rounds: job.rounds,
    quick: job.quick || job.rounds < ROUNDS_MIN,
    cases: cases.map((c) => ({ ...c, roofline: roofline(c, cases) })),
    absent,
    thresholds: [],
    verdict: 'pass',
    exitCode: EXIT.pass,
  };
}

async function playRounds(build: Build, { entry, parts }: Selected, { rounds, budgetMs }: MeasureJob, done: () => void): Promise<MeasuredRound[] | Refused> {
  const played: MeasuredRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await playRound([build], workName(entry), parts, round, budgetMs);
    if ('code' in one) return one;
    played.push(one[0]);
    done();
  }
  return played;
}

export const namer = (entry: Entry) => (part: string): string => caseName(entry, { name: part });

function roofline(c: CaseResult, all: readonly CaseResult[]): CaseResult['roofline'] {
  const limits = limitsOf(all, c.name.split('/')[2] ?? '');
  return (limits && rooflineOf(c, limits)) ?? null;
}

/** `--at-least case=value`: below is exit 20, no such case is exit 22. */
export function judged(result: BenchResult, atLeast: readonly string[]): BenchResult {
  const thresholds = atLeast.map((expr) => {
    const at = expr.lastIndexOf('=');
    const found = result.cases.find(({ name }) => name === expr.slice(0, at));
    return { expr, ok: found === undefined ? null : found.median >= Number(expr.slice(at + 1)), value: found?.median ?? null };
  });
  const codes = new Set(thresholds.flatMap(({ ok }) => (ok === null ? [EXIT.inconclusive] : ok ? [] : [EXIT.threshold])));
  const exitCode = PRECEDENCE.find((code) => codes.has(code as never)) ?? EXIT.pass;
  return { ...result, thresholds, exitCode, verdict: exitCode === EXIT.pass ? 'pass' : exitCode === EXIT.threshold ? 'fail' : 'inconclusive' };
}

/** `reports/bench/<UTC>-<what>/` with bench.json, report.md and report.html. */
function writeReport(out: string, result: BenchResult, what: readonly string[]): string {
  const time = result.at.replace(/[-:]/g, '').replace(/\.\d+/, '');
  const folder = join(out, 'bench', `${time}-${what.join('+').replace(/[^\w.+-]+/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), markdownReport(result));
  writeFileSync(join(folder, 'report.html'), htmlReport(result));
  return folder;
}
