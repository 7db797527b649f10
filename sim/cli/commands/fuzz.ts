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
  0 nothing found · 1 the program threw · 2 usage · 10 safety · 11 liveness · 12 sharing executions changed a trace`)
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

async function run(campaign: CampaignOptions, jobs: number, version: string, folder: string): Promise<ReturnType<typeof conclude>> {
  const pool = new Piscina<Task, Observation | Shrunk | undefined>({ filename: new URL('./fuzz-worker.mjs', import.meta.url).href, minThreads: 1, maxThreads: jobs, resourceLimits: MEMORY });
  const onSignal = (signal: NodeJS.Signals): void => process.exit(signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted);
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const cases = await inPool(pool, 'fuzz', casesOf(campaign), (task, observation: Observation): CaseResult => ({ seed: task.seed, observation }));
    const shrinks = shrinksOf(cases, campaign);
    const shrunk = await inPool(pool, 'shrink', shrinks, (task, result: Shrunk | undefined) => (result === undefined ? [] : [{ task, result }]));
    return conclude(campaign, cases, shrunk.flat(), version, folder, nobleCrypto);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await pool.destroy();
  }
}

/** All tasks in the pool, results in the order of the tasks. */
async function inPool<T extends Task, R, S>(pool: Piscina<Task, unknown>, title: string, tasks: readonly T[], then: (task: T, result: R) => S): Promise<S[]> {
  const progress = showCount(title, tasks.length);
  try {
    return await Promise.all(tasks.map(async (task) => {
      const result = then(task, (await pool.run(task)) as R);
      progress.one();
      return result;
    }));
  } finally {
    progress.stop();
  }
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`a whole number from ${min} to ${max}`);
    return value;
  };
}
