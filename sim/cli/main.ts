/** The `stratus` command: global options, one file per command, and how errors end. */
import { Command, CommanderError } from 'commander';
import { EXIT } from '../report/verdict.ts';
import { registerBaseline } from './commands/baseline.ts';
import { registerBench } from './commands/bench.ts';
import { registerCompare } from './commands/compare.ts';
import { registerContract } from './commands/contract.ts';
import { registerDiff } from './commands/diff.ts';
import { registerFuzz } from './commands/fuzz.ts';
import { registerList } from './commands/list.ts';
import { registerReplay } from './commands/replay.ts';
import { registerResolve } from './commands/resolve.ts';
import { registerRun } from './commands/run.ts';
import { registerValidate } from './commands/validate.ts';
import { registerView } from './commands/view.ts';
import { collect, contextOf, Exit, sayJson, tell, type GlobalOptions } from './context.ts';

/** Runs one command line; gives its exit code. `root` is the project's folder. */
export async function main(args: readonly string[], root: string): Promise<number> {
  // A reader that has seen enough (`stratus list runs | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.pass : EXIT.internal));
  const context = contextOf(root);
  let code: number = EXIT.pass;
  const end = (value: number): void => {
    code = value;
  };
  const program = new Command('stratus')
    .description('Deterministic simulation of Stratus: six ledgers, thousands of nodes, every round checked.')
    .version(context.version, '--version')
    .option('--json', 'one JSON document on stdout')
    .option('--seed <seed>', 'in place of the one in the scenario')
    .option('--set <key=value>', 'change a key of the scenario, e.g. network.totalNodes=100 (repeatable)', collect)
    .option('--out <folder>', 'folder of run folders (default: reports)')
    .option('--no-input', 'never ask (nothing does; for scripts that say so)')
    .helpOption('-h, --help')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', `
Examples:
  stratus run scenarios/first-run.yaml        run it; summary and exit code
  stratus validate scenarios/*.yaml           check files
  stratus list scenarios                      what there is to run
  stratus replay s1.0123456789ab.1.0.1.0@90s  repeat a run up to a moment`);
  registerRun(program, context, end);
  registerValidate(program, end);
  registerResolve(program, end);
  registerList(program, context, end);
  registerReplay(program, context, end);
  registerDiff(program, context, end);
  registerFuzz(program, context, end);
  registerContract(program, context, end);
  registerBench(program, context, end);
  registerBaseline(program, context, end);
  registerCompare(program, context, end);
  registerView(program, context, end);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, program.opts<GlobalOptions>().json === true);
  }
}

/** Lines for people as problems: what is indented says how to mend what stands before it. */
function problemsOf(lines: readonly string[]): { problem: string; mend?: string }[] {
  const problems: { problem: string; mend?: string }[] = [];
  for (const line of lines) {
    const last = problems.at(-1);
    if (last === undefined || !line.startsWith('  ')) problems.push({ problem: line });
    else last.mend = last.mend === undefined ? line.trim() : `${last.mend}\n${line.trim()}`;
  }
  return problems;
}

function failed(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.pass : EXIT.usage;
  if (error instanceof Exit) {
    for (const line of error.lines) if (line !== '') tell(line);
    if (json) sayJson(error.document ?? { schema: 'stratus/error/v1', exitCode: error.code, problems: problemsOf(error.lines) });
    return error.code;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tell(`internal error: ${text}`);
  tell('this is a bug of the testbed');
  if (json) sayJson({ schema: 'stratus/error/v1', exitCode: EXIT.internal, problems: [{ problem: error instanceof Error ? error.message : String(error) }] });
  return EXIT.internal;
}
