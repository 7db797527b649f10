/** What every command shares: the global options, where output goes, and how a command ends. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pico from 'picocolors';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import { formatProblem, lineAndColumn, type Problem } from '../scenario/problem.ts';
import { scenarioHash } from '../scenario/hash.ts';
import type { Paint } from '../report/text.ts';
import { EXIT } from '../report/verdict.ts';
import { readFromDisk } from './files.ts';

/** Ends a command with a code; `lines` go to stderr, `document` to stdout under --json. */
export class Exit extends Error {
  readonly code: number;
  readonly lines: readonly string[];
  readonly document: object | undefined;
  constructor(code: number, lines: readonly string[] = [], document?: object) {
    super(lines[0] ?? `exit ${code}`);
    this.code = code;
    this.lines = lines;
    this.document = document;
  }
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly out?: string;
  readonly input?: boolean;
}

export interface Context {
  /** The project's folder. */
  readonly root: string;
  readonly version: string;
}

export const contextOf = (root: string): Context => ({
  root,
  version: (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
});

export const globals = (command: Command): GlobalOptions => command.optsWithGlobals();
export const outFolder = (options: GlobalOptions): string => resolve(options.out ?? 'reports');

/** stdout carries the result. */
export const say = (text: string): boolean => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
export const sayJson = (document: object): boolean => say(JSON.stringify(document, undefined, 2));
/** stderr carries the talk. */
export const tell = (text: string): boolean => process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);

export const PAINT: Paint = {
  good: (text) => pico.green(pico.bold(text)),
  bad: (text) => pico.red(pico.bold(text)),
  warn: (text) => pico.yellow(pico.bold(text)),
  strong: pico.bold,
  quiet: pico.dim,
};

/** Problems of one file listed in full; more than these are counted. */
const PROBLEMS_SHOWN = 20;

export interface Loaded extends LoadedScenario {
  readonly hash: string;
}

/** Loads a scenario or ends the command with exit 3. */
export function load(path: string, options: GlobalOptions): Loaded {
  const result = loadScenario(path, readFromDisk, { sets: options.set ?? [], seed: options.seed });
  if (result.ok) return { ...result.value, hash: scenarioHash(result.value.scenario, nobleCrypto) };
  throw invalid(result.error.problems);
}

export function invalid(problems: readonly Problem[]): Exit {
  const lines = problems.slice(0, PROBLEMS_SHOWN).map(formatProblem);
  if (problems.length > PROBLEMS_SHOWN) lines.push(`… and ${problems.length - PROBLEMS_SHOWN} more`);
  return new Exit(EXIT.scenario, lines, { schema: 'stratus/error/v1', exitCode: EXIT.scenario, problems: problems.map(problemJson) });
}

export function problemJson(problem: Problem): object {
  const at = problem.place && !problem.place.source.name.startsWith('--') ? lineAndColumn(problem.place.source.text, problem.place.start) : undefined;
  return { file: problem.file, line: at?.line ?? null, column: at?.column ?? null, problem: problem.problem, mend: problem.mend };
}

/** For options that take a list: `--set a=1 --set b=2`. */
export const collect = (value: string, previous: readonly string[] | undefined): string[] => [...(previous ?? []), value];
