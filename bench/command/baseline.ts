/** `stratus baseline`: named references under bench/baselines/, by class of machine. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchJob } from '../../sim/cli/bench-job.ts';
import { say, sayJson, tell } from '../../sim/cli/context.ts';
import { fromHere } from '../../sim/cli/files.ts';
import { table } from '../../sim/report/format.ts';
import { EXIT } from '../../sim/report/verdict.ts';
import { thisMachine } from '../method/machine.ts';
import { resultSchema, type BenchResult } from '../method/result.ts';
import { judged, measure, usage } from './bench.ts';
import { hereBuild } from './builds.ts';
import { select, withLimits } from './select.ts';

type Job = Extract<BenchJob, { command: 'baseline' }>;

export async function baseline(job: Job): Promise<number> {
  if (job.name === undefined) return list(job);
  if (!/^[\w.-]+$/.test(job.name)) {
    tell(`a baseline's name is made of letters, digits, dots and dashes: ${job.name}`);
    return EXIT.usage;
  }
  const result = job.from === undefined ? await measured(job) : readResult(job.from);
  if (result === undefined) {
    if (job.from !== undefined) tell(`${fromHere(job.from)} is no result of \`stratus bench\``);
    return EXIT.usage;
  }
  const folder = join(folderOf(job.root), result.machine.class);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${job.name}.json`);
  writeFileSync(path, `${JSON.stringify(result, undefined, 2)}\n`);
  if (job.json) sayJson(result);
  else say(`kept ${result.cases.length} cases as ${fromHere(path)}`);
  return EXIT.pass;
}

async function measured(job: Job): Promise<BenchResult | undefined> {
  const { selected, unknown } = select(job.cases, job.cores);
  if (unknown.length === 0) return judged(await measure(job, withLimits(selected), hereBuild()), []);
  usage(unknown);
  return undefined;
}

function list(job: Job): number {
  const folder = folderOf(job.root);
  const rows = names(folder).flatMap((machine) =>
    names(join(folder, machine)).flatMap((file) => {
      const result = readResult(join(folder, machine, file));
      return result === undefined ? [] : [{ name: file.replace(/\.json$/, ''), machine, at: result.at, cases: result.cases.length }];
    }),
  );
  if (job.json) sayJson({ schema: 'stratus/baselines/v1', here: thisMachine().class, rows });
  else if (rows.length === 0) say('no baselines');
  else say(table([['name', 'machine class', 'measured', 'cases'], ...rows.map((row) => [row.name, row.machine, row.at, String(row.cases)])]).join('\n'));
  return EXIT.pass;
}

const folderOf = (root: string): string => join(root, 'bench', 'baselines');
const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);

/** The baseline of that name for this class of machine, or else for another: wall figures are then not comparable. */
export function readBaseline(root: string, name: string): BenchResult | undefined {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const folder = folderOf(root);
  const here = thisMachine().class;
  const classes = names(folder).sort((x, y) => Number(y === here) - Number(x === here));
  for (const machine of classes) {
    const result = readResult(join(folder, machine, `${name}.json`));
    if (result !== undefined) return result;
  }
  return undefined;
}

/** A result file, or a bench folder with one; undefined where it is neither. */
export function readResult(path: string): BenchResult | undefined {
  if (!existsSync(path)) return undefined;
  const file = statSync(path).isDirectory() ? join(path, 'bench.json') : path;
  if (!existsSync(file)) return undefined;
  try {
    const parsed = resultSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
