/** `stratus diff RUN RUN`: whether two runs are the same, and the first event in which they are not. */
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { EXIT } from '../../report/verdict.ts';
import { loadScenario } from '../../scenario/load.ts';
import { differingFiles } from '../check.ts';
import { differenceLines, firstDifference, firstDifferentEvent, readChain, type Span } from '../chain.ts';
import { Exit, globals, invalid, PAINT, say, sayJson, type Context } from '../context.ts';
import { fromHere, readFromDisk } from '../files.ts';
import { readRunFolder, type RunFolder } from '../find-run.ts';
import { CRYPTO_CHOICES, type CryptoChoice, type Outline } from '../job.ts';
import { simulate } from '../simulate.ts';

export function registerDiff(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('diff')
    .summary('first differing event of two runs')
    .description('Compares the det/ parts of two run folders. Where their checkpoint chains part, both run again to record the events there.')
    .argument('<run>', 'run folder')
    .argument('<other>', 'run folder')
    .addOption(new Option('--crypto <backend>', 'which cryptography').choices(CRYPTO_CHOICES).default('auto'))
    .addHelpText('after', `
Examples:
  stratus diff reports/20260102T030405Z-smoke-1 reports/20260102T030507Z-smoke-1

Exit codes:
  0 the same · 12 the same inputs, yet different · 23 different inputs, so different runs`)
    .action(async (first: string, second: string, flags: { crypto: CryptoChoice }, command: Command) => {
      const options = globals(command);
      const runs = [open(first), open(second)] as const;
      const differing = differingFiles(first, second);
      const sameInputs = runs[0].scenarioHash === runs[1].scenarioHash && runs[0].seed === runs[1].seed && runs[0].version === runs[1].version;
      if (differing.length === 0) {
        if (options.json) sayJson({ schema: 'stratus/diff/v1', equal: true, sameInputs, differing, exitCode: EXIT.pass });
        else say(`${PAINT.good('the same')}  ${runs[0].traceHash}`);
        return end(EXIT.pass);
      }
      const lines = [`det/ differs in ${differing.join(', ')}`];
      if (!sameInputs) lines.push(`the inputs differ: ${inputs(runs[0])} and ${inputs(runs[1])}`);
      const [a, b] = [readChain(first), readChain(second)];
      const span = a && b ? firstDifference(a, b) : undefined;
      // Isolated nodes compute for themselves what others share: more evaluations are counted, no event changes.
      const onlyIsolation = !span && sameInputs && runs[0].isolated !== runs[1].isolated;
      if (onlyIsolation) lines.push('every event is the same: one run was isolated, and counts its evaluations differently');
      else if (!span) lines.push('every event is the same: what differs is how the run was recorded');
      else lines.push(...(await locate(runs, span, flags.crypto, context)));
      const exitCode = onlyIsolation ? EXIT.pass : sameInputs ? EXIT.nondeterminism : EXIT.incomparable;
      if (options.json) sayJson({ schema: 'stratus/diff/v1', equal: false, sameInputs, differing, between: span ?? null, lines, exitCode });
      else say(lines.join('\n'));
      end(exitCode);
    });
}

function open(folder: string): RunFolder {
  const run = readRunFolder(folder);
  if (!run) throw new Exit(EXIT.usage, [`${folder} is not a run folder`, 'a run folder has a manifest.json; see `stratus list runs`']);
  return run;
}

const inputs = (run: RunFolder): string => `${run.scenarioName} ${run.scenarioHash.slice(0, 12)} seed ${run.seed} version ${run.version}`;

async function locate(runs: readonly [RunFolder, RunFolder], span: Span, crypto: CryptoChoice, context: Context): Promise<string[]> {
  const outlines: Outline[] = [];
  for (const run of runs) {
    const loaded = loadScenario(join(run.folder, 'det', 'scenario.resolved.yaml'), readFromDisk);
    if (!loaded.ok) throw invalid(loaded.error.problems);
    const job = { scenario: loaded.value.scenario, hash: run.scenarioHash, version: context.version, crypto, isolated: false, log: undefined, window: span, stopAt: { event: span.to }, report: undefined };
    outlines.push((await simulate(job, `recording events of ${fromHere(run.folder)}`)).outline);
  }
  const windows = [outlines[0].window, outlines[1].window] as const;
  const difference = firstDifferentEvent(...windows);
  if (!difference) return [`they part between events ${span.from} and ${span.to}, but run again here they do not`];
  return differenceLines(difference, [fromHere(runs[0].folder), fromHere(runs[1].folder)], windows);
}
