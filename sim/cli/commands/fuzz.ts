/** `stratus fuzz`: random scenarios under all invariants; what fails is shrunk to a scenario file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { Piscina } from 'piscina';
import { nobleCrypto } from '../../../engine/crypto/noble.ts';
import { casesOf, conclude, replayLine, shrinksOf, type CampaignOptions, type CaseResult, type Task } from '../../fuzz/campaign.ts';
import { SEED_MAX } from '../../fuzz/generate.ts';
import type { Observation } from '../../fuzz/run-one.ts';
import type { Shrunk } from '../../fuzz/shrink.ts';
import { campaignText } from '../../fuzz/text.ts';
import { Exit, globals, outFolder, PAINT, say, sayJson, tell, type Context } from '../context.ts';
import { EXIT } from '../../report/verdict.ts';
import { fromHere } from '../files.ts';
import { showCount } from '../progress.ts';

interface FuzzFlags {
  readonly seeds: number;
  readonly jobs: number;
  readonly twinEvery: number;
}

const SEEDS_DEFAULT = 100;
/** Every so many cases one also runs with shared executions. */
const TWIN_EVERY = 4;
/** MiB of one worker; a case takes a tenth of that. */
const MEMORY = { maxOldGenerationSizeMb: 2_048 };

export function registerFuzz(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('fuzz')
    .summary('random scenarios under all invariants; shrinks what fails')
    .description(
      'Makes random small scenarios (3 to 16 isolated nodes, random faults, mixes and limits), runs each under all invariants,\n' +
      'and shrinks what fails to a scenario file, repro/<signature>.yaml in the folder of --out. Case i has the seed --seed + i.',
    )
    .option('--seeds <n>', 'number of cases', whole(1, 1_000_000), SEEDS_DEFAULT)
    .option('--jobs <j>', 'worker threads; results do not depend on it', whole(1, 256), Math.max(1, availableParallelism() - 1))
    .option('--twin-every <k>', 'run every k-th case with shared executions as well and compare the traces; 0: none', whole(0, 1_000_000), TWIN_EVERY)
    .addHelpText('after', `
Examples:
  stratus fuzz --seeds 200
  stratus fuzz --seeds 200 --seed 1000 --jobs 8 --json
  stratus fuzz --seeds 1 --seed 1042          the one case that a finding names

Exit codes:
  0 nothing found · 1 the program threw · 2 usage · 10 safety · 11 liveness · 12 sharing executions changed a trace
  130/143 interrupted: what was found so far`)
    .action(async (flags: FuzzFlags, command: Command) => {
      const options = globals(command);
      if ((options.set ?? []).length > 0) throw new Exit(EXIT.usage, ['`--set` has no scenario to change here: fuzz makes its own']);
      const seed = options.seed === undefined ? 1 : Number(options.seed);
      if (!/^\d+$/.test(options.seed ?? '1') || seed > SEED_MAX) throw new Exit(EXIT.usage, [`\`--seed ${options.seed}\`: a campaign's seed is a whole number from 0 to ${SEED_MAX}`]);
      const campaign: CampaignOptions = { seeds: flags.seeds, seed, twinEvery: flags.twinEvery };
      const folder = fromHere(outFolder(options));
      const { result, files } = await run(campaign, flags.jobs, context.version, folder);
      for (const [path, text] of files) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      if (options.json) sayJson(result);
      else say(campaignText(result, PAINT));
      for (const finding of result.findings) tell(`${finding.signature}: ${replayLine(finding)}`);
      end(result.exitCode);
    });
}

/** Runs it all; the first signal lets what has begun come to its end and concludes from that, the second kills. */
async function run(campaign: CampaignOptions, jobs: number, version: string, folder: string): Promise<ReturnType<typeof conclude>> {
  const pool = new Piscina<Task, Observation | Shrunk | undefined>({ filename: new URL('./fuzz-worker.mjs', import.meta.url).href, minThreads: 1, maxThreads: jobs, resourceLimits: MEMORY });
  let stopped: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    if (stopped !== undefined) process.exit(code);
    stopped = code;
    tell('\nstopping once the cases that run have ended (another signal kills)');
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  /** All tasks, as many at a time as there are jobs; results in the order of the tasks. */
  const inPool = async <T extends Task, R>(title: string, tasks: readonly T[], then: (task: T, result: unknown) => R): Promise<R[]> => {
    const progress = showCount(title, tasks.length);
    const results: R[] = [];
    let next = 0;
    const job = async (): Promise<void> => {
      while (next < tasks.length && stopped === undefined) {
        const i = next++;
        results[i] = then(tasks[i], await pool.run(tasks[i]));
        progress.one();
      }
    };
    try {
      await Promise.all(Array.from({ length: jobs }, job));
    } finally {
      progress.stop();
    }
    return results;
  };
  try {
    const cases = await inPool('fuzz', casesOf(campaign), (task, result): CaseResult => ({ seed: task.seed, observation: result as Observation }));
    const shrunk = await inPool('shrink', shrinksOf(cases, campaign), (task, result) => (result === undefined ? [] : [{ task, result: result as Shrunk }]));
    const { result, files } = conclude(campaign, cases, shrunk.flat(), version, folder, nobleCrypto);
    return { files, result: { ...result, exitCode: stopped ?? result.exitCode } };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await pool.destroy();
  }
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`a whole number from ${min} to ${max}`);
    return value;
  };
}
