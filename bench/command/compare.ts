/** `stratus compare A B`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BenchJob } from '../../sim/cli/bench-job.ts';
import { say, sayJson, tell } from '../../sim/cli/context.ts';
import { fromHere } from '../../sim/cli/files.ts';
import { showCount } from '../../sim/cli/progress.ts';
import { EXIT } from '../../sim/report/verdict.ts';
import type { Build } from '../method/conduct.ts';
import { takeTurns } from '../method/turns.ts';
import { judgement, type Judgement, type NotComparable } from '../method/judgement.ts';
import { thisMachine, type Machine } from '../method/machine.ts';
import type { BenchResult, CaseResult } from '../method/result.ts';
import { compareRecorded, type Comparison } from '../method/verdict.ts';
import { comparisonMarkdown, comparisonText } from '../report/comparison.ts';
import { workName } from '../work/suites.ts';
import { readBaseline, readResult } from './baseline.ts';
import { measure, usage, type MeasureJob } from './bench.ts';
import { commitBuild, commitOf, folderBuild, hereBuild } from './builds.ts';
import { select, type Selected } from './select.ts';

type Job = Extract<BenchJob, { command: 'compare' }>;

/** One side: sources to build, or figures of another time. */
type Side = { readonly build: Build } | { readonly result: BenchResult };

export async function compare(job: Job): Promise<number> {
  const sides: Side[] = [];
  for (const name of [job.a, job.b]) {
    const side = await sideOf(job.root, name);
    if (side === undefined) {
      tell(`${name} is no result, no folder with these sources, no baseline, and no git revision with a benchmark`);
      return EXIT.usage;
    }
    sides.push(side);
  }
  const [a, b] = sides;
  const patterns = job.cases.length > 0 ? job.cases : 'build' in a && 'build' in b ? ['micro'] : casesIn(a, b);
  const { selected, unknown } = select(patterns, job.cores);
  if (unknown.length > 0 && job.cases.length > 0) return usage(unknown);
  const judged = 'build' in a && 'build' in b ? await inTurns(a.build, b.build, job, selected) : recorded(await resultOf(a, job, selected), await resultOf(b, job, selected), job.cases);
  const folder = write(job.out, judged, job);
  if (job.json) sayJson(judged);
  else say(comparisonText(judged, job.a, job.b));
  tell(`report: ${fromHere(join(folder, 'compare.md'))}`);
  return judged.exitCode;
}

async function sideOf(root: string, name: string): Promise<Side | undefined> {
  const path = resolve(name);
  const result = readResult(path) ?? readBaseline(root, name);
  if (result !== undefined) return { result };
  const build = path === resolve(root) ? hereBuild() : await folderBuild(root, path, name);
  if (build !== undefined) return { build };
  const commit = commitOf(root, name);
  const revision = commit === undefined ? undefined : await commitBuild(root, commit, name);
  return revision === undefined ? undefined : { build: revision };
}

/** Names of the cases that the recorded side has. */
const casesIn = (...sides: readonly Side[]): string[] => [...new Set(sides.flatMap((side) => ('result' in side ? side.result.cases.map(({ name }) => name) : [])))];

async function resultOf(side: Side, job: MeasureJob, selected: readonly Selected[]): Promise<BenchResult> {
  return 'result' in side ? side.result : measure(job, selected, side.build);
}

async function inTurns(a: Build, b: Build, job: Job, selected: readonly Selected[]): Promise<Judgement> {
  const comparisons: Comparison[] = [];
  const notComparable: NotComparable[] = [];
  const progress = showCount('compare', selected.length * job.rounds);
  for (const { entry, parts } of selected) {
    const compared = await takeTurns([a, b], entry, parts, job, progress.one);
    if ('code' in compared) notComparable.push({ name: workName(entry), why: compared.message });
    else comparisons.push(...compared);
  }
  progress.stop();
  return judgement(thisMachine(), comparisons, notComparable, job.quick);
}

/** Wall figures only of one class of machine; exact ones of any. */
export function recorded(a: BenchResult, b: BenchResult, patterns: readonly string[]): Judgement {
  const wanted = (name: string): boolean => patterns.length === 0 || patterns.some((pattern) => name.startsWith(`${pattern}/`) || name.includes(pattern));
  const ofB = new Map(b.cases.map((c): [string, CaseResult] => [c.name, c]));
  const names = [...new Set([...a.cases, ...b.cases].map(({ name }) => name))].filter(wanted);
  const comparisons: Comparison[] = [];
  const notComparable: NotComparable[] = names.filter((name) => !ofB.has(name) || !a.cases.some((c) => c.name === name)).map((name) => ({ name, why: 'only one of the two has it' }));
  for (const c of a.cases) {
    const other = ofB.get(c.name);
    if (other === undefined || !wanted(c.name)) continue;
    const comparison = compareRecorded(c, other);
    if (a.machine.class === b.machine.class) comparisons.push(comparison);
    else if (comparison.differences.length > 0) comparisons.push({ ...comparison, verdict: 'inconclusive' });
    else notComparable.push({ name: c.name, why: `exact figures are equal; times of ${a.machine.class} and ${b.machine.class} are not comparable` });
  }
  return judgement(b.machine as Machine, comparisons, notComparable, a.quick || b.quick);
}

function write(out: string, judged: Judgement, { a, b }: Job): string {
  const time = new Date().toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const folder = join(out, 'bench', `${time}-compare`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'compare.json'), `${JSON.stringify(judged, undefined, 2)}\n`);
  writeFileSync(join(folder, 'compare.md'), comparisonMarkdown(judged, a, b));
  return folder;
}
