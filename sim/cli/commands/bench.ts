/** `stratus bench [CASE…]`: what one node carries on this machine, stage by stage, against the machine's own limits. */
import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { measureOf, runBench, type MeasureFlags } from '../bench-job.ts';
import { collect, globals, outFolder, type Context } from '../context.ts';

interface BenchFlags extends MeasureFlags {
  readonly growth?: boolean;
  readonly atLeast?: readonly string[];
  readonly emitCosts?: string;
}

/** Options that `bench`, `baseline` and `compare` share. */
export const withMeasure = (command: Command): Command =>
  command
    .option('--rounds <n>', 'rounds, each in a fresh process; fewer than 10 are no evidence', positive, 10)
    .option('--budget <ms>', 'processor time that each case is measured for in a round', positive, 1_000)
    .option('--quick', 'three short rounds: to see that it runs, not as evidence')
    .option('--cores <list>', 'numbers of cores, e.g. 1,2', coresOf, [1]);

export function registerBench(program: Command, context: Context, end: (code: number) => void): void {
  withMeasure(
    program
      .command('bench')
      .summary('measure: transactions per ms of one node, stages, kinds, pieces, simulator')
      .description('Measures suites (node, stages, ledgers, vm, micro, sim) or single cases on this machine. All figures are wall (measured, noisy).')
      .argument('[case...]', 'suites, or beginnings or parts of case names', ['node']),
  )
    .option('--growth', 'transactions per ms against block size, accounts, bad signatures, cores')
    .option('--at-least <case=value>', 'exit 20 where a case stays below (repeatable)', collect)
    .option('--emit-costs <file>', 'write the cost profile that scenarios can name: virtual processor time as measured here')
    .addHelpText('after', `
Examples:
  stratus bench                               the headline: what one node carries
  stratus bench micro/merkle --rounds 20      one piece, more rounds
  stratus bench ledgers --quick               to see that every kind runs
  stratus bench node --cores 1,2 --json
  stratus bench --growth
  stratus bench node --at-least node/transfer-8192tx-4096senders/native/exec=10
  stratus bench node --emit-costs costs.json

Exit codes:
  0 pass · 2 usage · 20 below --at-least · 22 a named case has no samples`)
    .action(async (cases: readonly string[], flags: BenchFlags, command: Command) => {
      const options = globals(command);
      end(
        await runBench(
          {
            ...measureOf(cases, flags),
            command: 'bench',
            root: context.root,
            version: context.version,
            json: options.json ?? false,
            out: outFolder(options),
            growth: flags.growth ?? false,
            atLeast: flags.atLeast ?? [],
            emitCosts: flags.emitCosts === undefined ? undefined : resolve(flags.emitCosts),
          },
          context,
        ),
      );
    });
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

const coresOf = (text: string): number[] => text.split(',').map(positive);
