/** `stratus replay MOMENT|FILE`: runs up to a moment again, verifies the checkpoint chain, prints the events around it. */
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { EXIT } from '../../report/verdict.ts';
import { formatMoment, parseMoment, type Moment } from '../../scenario/moment.ts';
import type { CheckpointRow } from '../../trace/record.ts';
import { eventText, readChain } from '../chain.ts';
import { Exit, globals, outFolder, PAINT, say, sayJson, tell, type Context } from '../context.ts';
import { fromHere, readText } from '../files.ts';
import { allRuns, findScenario } from '../find-run.ts';
import { CRYPTO_CHOICES, type CryptoChoice, type Job, type Outline } from '../job.ts';
import { simulate } from '../simulate.ts';

/** Events shown before and after the moment. */
const BEFORE = 20;
const AFTER = 5;

export function registerReplay(program: Command, context: Context, end: (code: number) => void): void {
  program
    .command('replay')
    .summary('repeat a run up to a moment')
    .description('Finds the scenario by its hash among scenarios/ and run folders, runs it again up to the moment, and compares the checkpoint chain with a run folder of it, if there is one.')
    .argument('<moment|file>', 's1.<hash>.<seed>.<version>@<time or #event>, or a file that holds one, such as repro/replay.txt')
    .option('--isolated', 'every node executes for itself')
    .addOption(new Option('--crypto <backend>', 'which cryptography').choices(CRYPTO_CHOICES).default('auto'))
    .addHelpText('after', `
Examples:
  stratus replay s1.0123456789ab.2026.0.1.0@#123456
  stratus replay s1.0123456789ab.2026.0.1.0@720.5s
  stratus replay reports/20260102T030405Z-canary-1/repro/replay.txt`)
    .action(async (text: string, flags: { isolated?: boolean; crypto: CryptoChoice }, command: Command) => {
      const options = globals(command);
      const moment = readMoment(text);
      const out = outFolder(options);
      const found = findScenario(moment.hash, moment.seed, { scenarios: ['scenarios', join(context.root, 'scenarios')], runs: out });
      if (!found) {
        throw new Exit(EXIT.usage, [`no scenario with hash ${moment.hash} in scenarios/ or ${fromHere(out)}`, 'name the folder of its run with --out, or run the scenario again with the same --set']);
      }
      tell(`scenario ${found.scenario.name} (${fromHere(found.file)}), seed ${moment.seed}`);
      if (moment.version !== context.version) tell(PAINT.warn(`the moment is of version ${moment.version}, this is ${context.version}: the runs may differ`));
      const job: Job = { scenario: found.scenario, hash: found.hash, version: context.version, crypto: flags.crypto, isolated: flags.isolated ?? false, log: undefined, window: undefined, stopAt: undefined, report: undefined };
      const outline = await runTo(job, moment);
      const chain = compareChain(outline.checkpoints, found.hash, moment, out);
      const reached = formatMoment({ hash: found.hash, seed: moment.seed, version: context.version, at: { event: outline.events } });
      const violations = outline.violations;
      if (options.json) sayJson({ schema: 'stratus/replay/v1', moment: text, reached, atUs: outline.endUs, traceHash: outline.traceHash, chain, events: outline.window, violations });
      else {
        say(`reached event #${outline.events} at ${(outline.endUs / 1_000_000).toFixed(6)}s virtual, hash ${outline.traceHash}`);
        say(chain.text);
        for (const event of outline.trace.slice(-BEFORE)) say(`  ${(event.atUs / 1_000_000).toFixed(6)}s ${event.type} ${JSON.stringify({ ...event, atUs: undefined, type: undefined })}`);
        say('events:');
        const marked = 'event' in moment.at ? moment.at.event : outline.events;
        for (const row of outline.window) say(`${row.event === marked ? PAINT.strong('>') : ' '} ${eventText(row)}`);
        for (const v of violations) say(PAINT.bad(`${v.invariant} violated at #${v.event}: expected ${v.expected}, saw ${v.seen}`));
      }
      end(chain.equal === false ? EXIT.nondeterminism : EXIT.pass);
    });
}

function readMoment(text: string): Moment {
  const direct = parseMoment(text);
  if (direct) return direct;
  if (text.startsWith('s1.')) throw new Exit(EXIT.usage, [`\`${text}\` is not a moment`, 'write s1.<12 hex of the scenario hash>.<seed>.<version>@<time or #event>']);
  const content = readText(text);
  if (content === undefined) throw new Exit(EXIT.usage, [`\`${text}\` is neither a moment nor a file that can be read`, 'write s1.<hash>.<seed>.<version>@<time or #event>, or the path of a repro/replay.txt']);
  const moment = content.split(/\s+/).map(parseMoment).find((m) => m !== undefined);
  if (!moment) throw new Exit(EXIT.usage, [`${text} holds no moment`, 'a replay file has a line `stratus replay s1.…`']);
  return moment;
}

/** By event: one run. By time: one run finds the event's number, a second records the events before it. */
async function runTo(job: Job, moment: Moment): Promise<Outline> {
  let event: number;
  if ('event' in moment.at) event = moment.at.event;
  else event = (await simulate({ ...job, stopAt: { atUs: moment.at.atUs } }, 'finding the moment')).outline.events;
  const last = Math.max(1, event + AFTER);
  return (await simulate({ ...job, stopAt: { event: last }, window: { from: Math.max(1, event - BEFORE), to: last } }, 'replaying')).outline;
}

interface ChainResult {
  /** `null`: there was nothing to compare with. */
  readonly equal: boolean | null;
  readonly compared: number;
  readonly text: string;
}

function compareChain(checkpoints: readonly CheckpointRow[], hash: string, moment: Moment, out: string): ChainResult {
  const run = allRuns(out).find((r) => r.scenarioHash === hash && r.seed === moment.seed);
  const recorded = run && readChain(run.folder)?.slice(0, -1);
  if (!run || !recorded) return { equal: null, compared: 0, text: 'no run folder of it to verify the checkpoint chain against' };
  const shared = Math.min(recorded.length, checkpoints.length);
  const different = checkpoints.slice(0, shared).find((row, i) => row.event !== recorded[i].event || row.hash !== recorded[i].hash);
  const against = fromHere(run.folder);
  if (different) return { equal: false, compared: shared, text: `the checkpoint chain differs from ${against} at event ${different.event}: run \`stratus run … --check\`` };
  return { equal: true, compared: shared, text: `${shared} checkpoints are those of ${against}` };
}
