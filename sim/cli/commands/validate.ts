/** `stratus validate FILE…`: schema and cross checks, with places; D7's bound. */
import type { Command } from 'commander';
import { nobleCrypto } from '../../../engine/crypto/noble.ts';
import { EXIT } from '../../report/verdict.ts';
import { scenarioHash } from '../../scenario/hash.ts';
import { loadScenario } from '../../scenario/load.ts';
import { formatProblem } from '../../scenario/problem.ts';
import { scientific } from '../../scenario/resolve.ts';
import { globals, PAINT, problemJson, say, sayJson, tell } from '../context.ts';
import { readFromDisk } from '../files.ts';

export function registerValidate(program: Command, end: (code: number) => void): void {
  program
    .command('validate')
    .summary('check scenario files')
    .description('Checks files against schema and cross checks, and prints how likely a finality conflict is (D7).')
    .argument('<file...>', 'scenario files')
    .addHelpText('after', `
Examples:
  stratus validate scenarios/*.yaml
  stratus validate mine.yaml --set network.totalNodes=50 --json`)
    .action((files: string[], _flags: object, command: Command) => {
      const options = globals(command);
      const results = files.map((file) => ({ file, result: loadScenario(file, readFromDisk, { sets: options.set ?? [], seed: options.seed }) }));
      const bad = results.some(({ result }) => !result.ok);
      if (options.json) {
        sayJson({
          schema: 'stratus/validate/v1',
          exitCode: bad ? EXIT.scenario : EXIT.pass,
          files: results.map(({ file, result }) =>
            result.ok
              ? { file, ok: true, name: result.value.scenario.name, hash: scenarioHash(result.value.scenario, nobleCrypto), finalityRisk: { probability: result.value.risk.probability, depth: result.value.risk.depth, faults: result.value.risk.terms }, beyond: result.value.scenario.beyond }
              : { file, ok: false, problems: result.error.problems.map(problemJson) }),
        });
      }
      for (const { file, result } of results) {
        if (!result.ok) tell(result.error.problems.map(formatProblem).join('\n'));
        else if (!options.json) {
          const { scenario, risk } = result.value;
          const where = risk.terms.length === 0 ? 'no fault divides the network' : risk.terms.map((t) => `${t.fault}: q ≤ ${t.q.toFixed(2)}, ${t.mean.toFixed(1)} rounds`).join('; ');
          say(`${PAINT.good('ok')}  ${file}  hash ${scenarioHash(scenario, nobleCrypto).slice(0, 12)}  finality conflict ≤ ${scientific(risk.probability)} at depth ${risk.depth} (${where})${scenario.beyond ? '  beyond: true' : ''}`);
        }
      }
      end(bad ? EXIT.scenario : EXIT.pass);
    });
}
