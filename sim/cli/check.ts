/**
 * `run --check`: the same run in two separate processes. Equal: `det/` is the same byte for byte. Otherwise the checkpoint
 * chains say between which events they part; both run again recording those, and the first differing event is printed
 * with what caused it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Summary } from '../report/summary.ts';
import { summaryText } from '../report/text.ts';
import { EXIT, verdictOf } from '../report/verdict.ts';
import { formatMoment } from '../scenario/moment.ts';
import type { EventRow } from '../trace/record.ts';
import { differenceLines, firstDifference, firstDifferentEvent, readChain } from './chain.ts';
import { Exit, outFolder, PAINT, say, sayJson, tell, type Context, type GlobalOptions, type Loaded } from './context.ts';
import { fromHere, names } from './files.ts';
import type { RunFlags } from './commands/run.ts';

interface Child {
  readonly summary: Summary & { readonly window?: readonly EventRow[] };
  readonly folder: string;
}

export async function checkTwice(file: string, loaded: Loaded, flags: RunFlags, options: GlobalOptions, context: Context): Promise<number> {
  const out = outFolder(options);
  mkdirSync(out, { recursive: true });
  const temporary = mkdtempSync(join(out, '.checking-'));
  const discard = (): void => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', discard);
  const child = (name: string, extra: readonly string[] = []): Promise<Child> => runChild(file, join(temporary, name), flags, options, context, extra);
  try {
    const [a, b] = await Promise.all([child('a'), child('b')]);
    const differing = differingFiles(a.folder, b.folder);
    const folder = join(out, basename(a.folder));
    if (differing.length === 0) {
      renameSync(a.folder, folder);
      const summary = { ...a.summary, next: { ...a.summary.next, view: `stratus view ${fromHere(folder)}` } };
      if (options.json) sayJson({ ...summary, check: { runs: 2, equal: true } });
      else say(`${summaryText(summary, loaded.scenario, PAINT)}${PAINT.good('CHECKED')}  two processes, the same det/ byte for byte\n`);
      tell(`run folder: ${fromHere(folder)}`);
      return summary.exitCode;
    }
    const lines = [`the two runs differ in ${differing.map((name) => `det/${name}`).join(', ')}`, ...(await locate(a, b, child))];
    const kept = [a, b].map((run, i) => {
      const target = `${folder}-${i === 0 ? 'a' : 'b'}`;
      renameSync(run.folder, target);
      return fromHere(target);
    });
    lines.push(`both are kept: ${kept.join(' ')}`);
    const moment = formatMoment({ hash: loaded.hash, seed: loaded.scenario.run.seed, version: context.version, at: { event: 0 } });
    const verdict = verdictOf([{ code: EXIT.nondeterminism, kind: 'nondeterminism', id: 'Z1', text: lines.join('; '), moment }, ...a.summary.reasons]);
    if (options.json) sayJson({ ...a.summary, ...verdict, check: { runs: 2, equal: false, differing, lines } });
    else say(`${PAINT.bad('NONDETERMINISM')}\n${lines.join('\n')}\n`);
    return verdict.exitCode;
  } finally {
    discard();
    process.off('exit', discard);
  }
}

async function locate(a: Child, b: Child, again: (name: string, extra: readonly string[]) => Promise<Child>): Promise<string[]> {
  const [chainA, chainB] = [readChain(a.folder), readChain(b.folder)];
  const span = chainA && chainB && firstDifference(chainA, chainB);
  if (!span) return ['every event is the same: what differs is how the run was recorded'];
  tell(`the runs part between events ${span.from} and ${span.to}: running both again to record those`);
  const extra = ['--record-events', `${span.from}-${span.to}`];
  const [c, d] = await Promise.all([again('c', extra), again('d', extra)]);
  const windows = [c.summary.window ?? [], d.summary.window ?? []] as const;
  const difference = firstDifferentEvent(...windows);
  if (!difference) return [`they part between events ${span.from} and ${span.to}, but not when run again: the cause is intermittent`];
  return differenceLines(difference, ['first ', 'second'], windows);
}

function runChild(file: string, out: string, flags: RunFlags, options: GlobalOptions, context: Context, extra: readonly string[]): Promise<Child> {
  const args = [join(context.root, 'sim/cli/stratus.mjs'), 'run', resolve(file), '--json', '--no-input', '--out', out, '--crypto', flags.crypto, ...extra];
  if (options.seed !== undefined) args.push('--seed', options.seed);
  for (const set of options.set ?? []) args.push('--set', set);
  if (flags.isolated) args.push('--isolated');
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', fail);
    child.once('close', (code, signal) => {
      const [run] = names(out).filter((name) => !name.startsWith('.'));
      const text = Buffer.concat(stdout).toString('utf8');
      if (run === undefined || text === '') return fail(new Exit(signal ? EXIT.interrupted : (code ?? EXIT.internal), [`a run of the check ended without a report (${signal ?? `exit ${code}`})`, Buffer.concat(stderr).toString('utf8').trim()]));
      done({ summary: JSON.parse(text) as Child['summary'], folder: join(out, run) });
    });
  });
}

/** Files of `det/` that are not the same in both folders. */
export function differingFiles(a: string, b: string): string[] {
  const all = [...new Set([...names(join(a, 'det')), ...names(join(b, 'det'))])].sort();
  const read = (folder: string, name: string): Buffer | undefined => {
    try {
      return readFileSync(join(folder, 'det', name));
    } catch {
      return undefined;
    }
  };
  return all.filter((name) => name !== 'SHA256SUMS').filter((name) => {
    const [x, y] = [read(a, name), read(b, name)];
    return x === undefined || y === undefined || !x.equals(y);
  });
}

