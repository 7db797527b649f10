/** `stratus baseline [NAME]`: named references, kept per class of machine. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { measureOf, runBench, type MeasureFlags } from '../bench-job.ts';
import { globals, type Context } from '../context.ts';
import { withMeasure } from './bench.ts';

interface BaselineFlags extends MeasureFlags {
  readonly from?: string;
}

export function registerBaseline(program: Command, context: Context, end: (code: number) => void): void {
  withMeasure(
    program
      .command('baseline')
      .summary('keep a measurement under a name, per class of machine; without a name: list them')
      .description('Measures and keeps the result as bench/baselines/<machine class>/<name>.json, to compare with later. Without a name it lists what there is.')
      .argument('[name]', 'letters, digits, dots and dashes')
      .argument('[case...]', 'suites or cases to measure', ['node']),
  )
    .option('--from <result>', 'keep this result (a bench folder or its bench.json) instead of measuring')
    .addHelpText('after', `
Examples:
  stratus baseline                            what there is
  stratus baseline before-columns micro       measure, and keep
  stratus baseline release-1 --from reports/bench/20260101T120000Z-node
  stratus compare before-columns . micro      compare with the sources as they are`)
    .action(async (name: string | undefined, cases: readonly string[], flags: BaselineFlags, command: Command) => {
      const options = globals(command);
      end(
        await runBench(
          {
            ...measureOf(cases, flags),
            command: 'baseline',
            root: context.root,
            version: context.version,
            json: options.json ?? false,
            name,
            from: flags.from === undefined ? undefined : resolve(flags.from),
          },
          context,
        ),
      );
    });
}
