/** `stratus contract …`: running a function alone; the rest in files of their own. */
import type { Command } from 'commander';
import { toHex } from '../../../engine/primitives/bytes.ts';
import { checkModule } from '../../../engine/starw/gate.ts';
import type { Outcome } from '../../../engine/starw/types.ts';
import { EXIT } from '../../report/verdict.ts';
import { grouped } from '../../report/format.ts';
import { runExport, type RunOptions } from '../contract-run.ts';
import { Exit, globals, PAINT, say, sayJson, type Context } from '../context.ts';
import { readModule } from '../contract-files.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';
import { registerContractBuild } from './contract-build.ts';
import { registerContractCall } from './contract-call.ts';
import { registerContractDeploy } from './contract-deploy.ts';
import { registerContractInspect } from './contract-inspect.ts';
import { registerContractTest } from './contract-test.ts';

export function registerContract(program: Command, context: Context, end: (code: number) => void): void {
  const contract = program.command('contract').summary('build, deploy, call, test and look at contracts').description('Contracts: WebAssembly modules as the contract ledger takes and runs them.');
  registerContractBuild(contract, context, end);
  registerContractDeploy(contract, context, end);
  registerContractCall(contract, context, end);
  registerContractTest(contract, end);
  registerContractInspect(contract, context, end);
  contract
    .command('gas')
    .summary('run one function alone, and what it costs')
    .description('Runs an exported function outside a chain, with empty storage, and prints its gas (without the 21,000 of a transaction), result and trap.')
    .argument('<file>', 'WebAssembly module')
    .argument('<export>', 'name of an exported function')
    .argument('[args...]', 'its arguments: integers, decimal or 0x…')
    .option('--gas <gas>', 'gas that it may use', '100000000')
    .option('--input <hex>', 'input of the call', '')
    .option('--value <amount>', 'STR that comes with the call, base units', '0')
    .addHelpText('after', `
Examples:
  stratus contract gas fib.wasm fib 20
  stratus contract gas token.wasm call --input 01 --gas 50000 --json

Exit codes:
  0 it returned · 3 the module is refused · 10 reverted or trapped`)
    .action((file: string, name: string, args: string[], flags: RunOptions, command: Command) => {
      const verdict = checkModule(readModule(file));
      if (!verdict.ok) throw new Exit(EXIT.scenario, [`${fromHere(file)} is refused: ${refusalText(verdict.error)}`], { schema: 'stratus/contract-gas/v1', exitCode: EXIT.scenario, refusal: verdict.error });
      const { outcome, state } = runExport(verdict.value, name, args, flags);
      const exitCode = outcome.status === 'ok' ? EXIT.pass : EXIT.safety;
      if (globals(command).json) sayJson({ schema: 'stratus/contract-gas/v1', exitCode, file, export: name, ...outcomeJson(outcome), storageEntries: state.storage.size });
      else say(outcomeLines(outcome, state.storage.size).join('\n'));
      end(exitCode);
    });
}

function outcomeLines(outcome: Outcome, stored: number): string[] {
  const gas = `Gas       ${grouped(outcome.gasUsed)}`;
  switch (outcome.status) {
    case 'ok':
      return [
        `${PAINT.good('returned')}${outcome.result === undefined ? '' : `  ${String(outcome.result)}`}`,
        gas,
        `Output    ${outcome.output.length === 0 ? 'none' : toHex(outcome.output)}`,
        `Left      ${grouped(stored)} storage entries, ${grouped(outcome.events.length)} events`,
      ];
    case 'reverted':
      return [`${PAINT.bad('reverted')}  reason ${outcome.reason.length === 0 ? 'none' : toHex(outcome.reason)}`, gas];
    case 'trapped':
      return [`${PAINT.bad('trapped')}  ${outcome.fault}${outcome.detail === outcome.fault ? '' : ` (${outcome.detail})`}`, gas];
    case 'refused':
      return [`${PAINT.bad('refused')}  ${outcome.why}`];
  }
}

/** Bytes as hex; an i64 result as text, since JSON has no integers of its size. */
function outcomeJson(outcome: Outcome): object {
  switch (outcome.status) {
    case 'ok': {
      const events = outcome.events.map(({ topic, data }) => ({ topic: toHex(topic), data: toHex(data) }));
      const result = typeof outcome.result === 'bigint' ? outcome.result.toString() : (outcome.result ?? null);
      return { ...outcome, result, output: toHex(outcome.output), events };
    }
    case 'reverted':
      return { ...outcome, reason: toHex(outcome.reason) };
    default:
      return outcome;
  }
}
