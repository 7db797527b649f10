/** `stratus compare A B`: worse, same, better or inconclusive. */
import type { Command } from 'commander';
import { measureOf, runBench, type MeasureFlags } from '../bench-job.ts';
import { globals, outFolder, type Context } from '../context.ts';
import { withMeasure } from './bench.ts';

export function registerCompare(program: Command, context: Context, end: (code: number) => void): void {
  withMeasure(
    program
      .command('compare')
      .summary('two builds or results: worse, same, better or inconclusive')
      .description(
        'Compares B with A. Each is a git revision, a folder with the sources (`.`), the name of a baseline, or a result (a bench folder or its bench.json). Two sources are measured in turns, sample by sample; recorded results are compared by their ratios to the fixed reference.',
      )
      .argument('<a>', 'the reference')
      .argument('<b>', 'what is judged')
      .argument('[case...]', 'suites or cases; of two results all that both have', []),
  )
    .addHelpText('after', `
Examples:
  stratus compare HEAD . micro                is what I changed slower than the last commit?
  stratus compare v1 HEAD node --rounds 20
  stratus compare before-columns . micro      a baseline and the sources as they are
  stratus compare reports/bench/20260101T120000Z-node reports/bench/20260102T120000Z-node

Exit codes:
  0 same or better · 2 usage · 21 worse, or an exact figure differs · 22 inconclusive · 23 not comparable: other machine class, other cases`)
    .action(async (a: string, b: string, cases: readonly string[], flags: MeasureFlags, command: Command) => {
      const options = globals(command);
      end(await runBench({ ...measureOf(cases, flags), command: 'compare', root: context.root, version: context.version, json: options.json ?? false, a, b, out: outFolder(options) }, context));
    });
}
