/** `stratus resolve FILE`: the flat file with every default, its hash, and what a run will roughly cost. */
import type { Command } from 'commander';
import { grouped, lengthText, sizeText } from '../../report/format.ts';
import { estimate } from '../../scenario/estimate.ts';
import { written, writeScenario } from '../../scenario/write.ts';
import { globals, load, say, sayJson, tell } from '../context.ts';

export function registerResolve(program: Command, end: (code: number) => void): void {
  program
    .command('resolve')
    .summary('flat scenario with defaults, hash, estimate')
    .description('Prints the scenario as one flat file that gives the same hash; hash and estimate go to stderr.')
    .argument('<file>', 'scenario file')
    .addHelpText('after', `
Examples:
  stratus resolve scenarios/first-run.yaml > flat.yaml
  stratus resolve scenarios/smoke.yaml --set network.totalNodes=64 --json`)
    .action((file: string, _flags: object, command: Command) => {
      const options = globals(command);
      const { scenario, hash, files } = load(file, options);
      const cost = estimate(scenario);
      if (options.json) sayJson({ schema: 'stratus/resolve/v1', hash, files, scenario: written(scenario), estimate: cost });
      else say(writeScenario(scenario));
      tell(`hash ${hash}`);
      tell(`estimate: ${grouped(cost.rounds)} rounds, ${grouped(cost.transactions)} transactions, ${grouped(cost.events)} events (virtual); ${sizeText(cost.memoryBytes)}, ${lengthText(cost.seconds * 1_000_000)} (wall, good to a factor of three)`);
      end(0);
    });
}
