/** `stratus run FILE`: one run, its summary, its folder, its exit code; `--check` runs it twice and compares. */
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { summaryText } from '../../report/text.ts';
import { EXIT } from '../../report/verdict.ts';
import { globals, load, outFolder, PAINT, say, sayJson, tell, type Context } from '../context.ts';
import { checkTwice } from '../check.ts';
import { fromHere } from '../files.ts';
import { CRYPTO_CHOICES, type CryptoChoice } from '../job.ts';
import { simulate } from '../simulate.ts';

export interface RunFlags {
  readonly isolated?: boolean;
  readonly crypto: CryptoChoice;
  readonly log?: string;
  readonly check?: boolean;
  readonly recordEvents?: { readonly from: number; readonly to: number };
}

export function registerRun(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('run')
    .summary('run a scenario: summary, run folder, exit code')
    .description('Runs a scenario once and writes its folder to reports/ (or --out).')
    .argument('<file>', 'scenario file')
    .option('--isolated', 'every node executes for itself; the trace hash stays the same')
    .addOption(new Option('--crypto <backend>', 'which cryptography; all give the same results').choices(CRYPTO_CHOICES).default('auto'))
    .option('--log <file>', 'one line per noteworthy happening')
    .option('--check', 'run twice in separate processes and compare; on a difference find its first event')
    .addOption(new Option('--record-events <from-to>').argParser(parseSpan).hideHelp())
    .addHelpText('after', `
Examples:
  stratus run scenarios/first-run.yaml
  stratus run scenarios/smoke.yaml --seed 7 --json
  stratus run scenarios/propagation.yaml --set network.totalNodes=100 --set run.rounds=50
  stratus run scenarios/smoke.yaml --check

Exit codes:
  0 pass · 1 internal error · 2 usage · 3 invalid scenario · 10 safety · 11 liveness · 12 nondeterminism
  13 a canary did not fail · 20 threshold · 22 inconclusive · 31 wall limit · 130/143 interrupted`)
    .action(async (file: string, flags: RunFlags, command: Command) => {
      const options = globals(command);
      const loaded = load(file, options);
      if (flags.check) return end(await checkTwice(file, loaded, flags, options, context));
      const { scenario, hash } = loaded;
      const outcome = await simulate(
        {
          scenario,
          hash,
          version: context.version,
          crypto: flags.crypto,
          isolated: flags.isolated ?? false,
          log: flags.log === undefined ? undefined : resolve(flags.log),
          window: flags.recordEvents,
          stopAt: undefined,
          report: { out: outFolder(options), file: fromHere(resolve(file)), command: commandLine(file, flags, options), sets: options.set ?? [] },
        },
        scenario.name,
      );
      const { summary, folder, unwritten } = outcome.report!;
      if (options.json) sayJson(flags.recordEvents ? { ...summary, window: outcome.outline.window } : summary);
      else say(summaryText(summary, scenario, PAINT));
      if (unwritten === undefined) {
        tell(`run folder: ${fromHere(folder)}`);
        return end(summary.exitCode);
      }
      tell(`no run folder in ${fromHere(folder)}: ${unwritten}`);
      tell('  the result above is whole; make room, or name another folder with --out');
      end(summary.exitCode || EXIT.usage);
    });
}

function parseSpan(text: string): { from: number; to: number } {
  const [from, to] = text.split('-').map(Number);
  return { from, to };
}

function commandLine(file: string, flags: RunFlags, options: { seed?: string; set?: readonly string[] }): string {
  const parts = ['stratus run', fromHere(resolve(file))];
  if (options.seed !== undefined) parts.push(`--seed ${options.seed}`);
  for (const set of options.set ?? []) parts.push(`--set '${set}'`);
  if (flags.isolated) parts.push('--isolated');
  if (flags.crypto !== 'auto') parts.push(`--crypto ${flags.crypto}`);
  return parts.join(' ');
}
