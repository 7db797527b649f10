/** `stratus contract inspect`: a module before it is deployed, a contract after that, a whole local chain. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { checkContract, checkModule, type Refusal } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import type { ModuleShape } from '../../../engine/starw/module.ts';
import { EXIT } from '../../report/verdict.ts';
import { figure, grouped } from '../../report/format.ts';
import { suggest } from '../../scenario/problem.ts';
import { CHAIN_FILE, CHAIN_OPTION, lookAtChain } from '../chain-file-disk.ts';
import { accountNames } from '../contract-accounts.ts';
import { abiBeside, abiLines, readAbi, readModule } from '../contract-files.ts';
import { chainLines, contractLines, viewChain, viewContract } from '../contract-look.ts';
import { namesOf } from '../contract-receipt.ts';
import { Exit, globals, PAINT, say, sayJson, type Context } from '../context.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';

interface InspectFlags {
  readonly abi?: string;
  readonly chain: string;
}

export function registerContractInspect(contract: Command, context: Context, end: (code: number) => void): void {
  contract
    .command('inspect')
    .summary('a module, a deployed contract, or a local chain')
    .description('Of a module: whether the gate accepts it, and if not, for what offence at which byte; what metering makes of it, and what can be called. Of a deployed contract: who made it, what it holds. Without an argument: accounts and contracts of the local chain.')
    .argument('[what]', 'WebAssembly module, or name or address of a deployed contract')
    .option('--abi <file>', 'description of the module (default: NAME.abi.json or abi.json beside it)')
    .option('--chain <file>', CHAIN_OPTION, CHAIN_FILE)
    .addHelpText('after', `
Examples:
  stratus contract inspect token.wasm
  stratus contract inspect token.wasm --json
  stratus contract inspect token --chain other.json
  stratus contract inspect

Exit codes:
  0 accepted, or found · 2 usage · 3 the module or the chain file is refused`)
    .action((what: string | undefined, flags: InspectFlags, command: Command) => {
      const { json = false } = globals(command);
      end(what === undefined ? inspectChain(flags, context, json) : existsSync(what) ? inspectModule(what, flags, json) : inspectDeployed(what, flags, context, json));
    });
}

function inspectModule(file: string, flags: InspectFlags, json: boolean): number {
  const bytes = readModule(file);
  const calls = (flags.abi === undefined ? abiBeside(file) : readAbi(flags.abi))?.abi;
  const verdict = checkContract(bytes);
  const metered = verdict.ok ? meterModule(verdict.value) : verdict;
  const shape = checkModule(bytes);
  const refusal = metered.ok ? undefined : metered.error;
  const exitCode = refusal === undefined ? EXIT.pass : EXIT.scenario;
  const sizes = { bytes: bytes.length, metered: metered.ok ? metered.value.length : null };
  if (json) sayJson({ schema: 'stratus/contract-inspect/v1', exitCode, file, accepted: refusal === undefined, refusal: refusal ?? null, ...sizes, ...(shape.ok ? declared(shape.value) : {}), calls: calls === undefined ? null : abiLines(calls) });
  else say([...inspection(file, refusal, sizes, shape.ok ? shape.value : undefined), ...(calls === undefined ? [] : abiLines(calls).map((line, i) => `${i === 0 ? 'Calls' : ''}`.padEnd(10) + line))].join('\n'));
  return exitCode;
}

function inspectDeployed(what: string, { chain: file }: InspectFlags, context: Context, json: boolean): number {
  const opened = lookAtChain(file, context);
  const names = opened === undefined ? undefined : namesOf(opened.contracts);
  const account = names === undefined ? undefined : accountNames(names)(what);
  const view = opened !== undefined && account?.ok === true ? viewContract(opened, account.value) : undefined;
  if (view === undefined) {
    const known = [...(names?.keys() ?? [])];
    throw new Exit(EXIT.usage, [`${what} is no file, and no contract of ${fromHere(file)}`, `  ${opened === undefined ? 'there is no such chain yet: stratus contract deploy MODULE' : known.length === 0 ? 'it has none yet: stratus contract deploy MODULE' : suggest(what, known)}`]);
  }
  if (json) sayJson({ schema: 'stratus/contract-view/v1', exitCode: EXIT.pass, contract: view, chain: fromHere(file) });
  else say(contractLines(view).join('\n'));
  return EXIT.pass;
}

function inspectChain({ chain: file }: InspectFlags, context: Context, json: boolean): number {
  const opened = lookAtChain(file, context);
  if (opened === undefined) throw new Exit(EXIT.usage, [`there is no ${fromHere(file)} yet`, '  stratus contract deploy MODULE begins it; --chain FILE names another one']);
  const view = viewChain(opened);
  if (json) sayJson({ schema: 'stratus/contract-chain/v1', exitCode: EXIT.pass, file: fromHere(file), ...view });
  else say(chainLines(fromHere(file), view).join('\n'));
  return EXIT.pass;
}

/** What a module declares, for people and programs. */
function declared(shape: ModuleShape): { imports: string[]; exports: string[]; functions: number; memoryPages: readonly [number, number | null] | null; dataBytes: number } {
  const [memory] = shape.memories;
  return {
    imports: shape.imports.map(({ module, name }) => `${module}.${name}`),
    exports: shape.exports.map(({ name, kind }) => `${name} (${kind})`),
    functions: shape.bodies.length,
    memoryPages: memory === undefined ? null : [memory.min, memory.max ?? null],
    dataBytes: shape.data.reduce((sum, { count }) => sum + count, 0),
  };
}

function inspection(file: string, refusal: Refusal | undefined, sizes: { bytes: number; metered: number | null }, shape: ModuleShape | undefined): string[] {
  const lines = [refusal === undefined ? `${PAINT.good('accepted')}  ${file}` : `${PAINT.bad('refused')}  ${file}: ${refusalText(refusal)}`];
  const grown = sizes.metered === null ? '' : `, metered ${grouped(sizes.metered)} (${figure(sizes.metered / sizes.bytes)} times)`;
  lines.push(`Size      ${grouped(sizes.bytes)} bytes${grown}`);
  if (shape === undefined) return lines;
  const { imports, exports, functions, memoryPages, dataBytes } = declared(shape);
  const memory = memoryPages === null ? 'no memory' : `memory of ${memoryPages[0]} to ${memoryPages[1] ?? 'any number of'} pages`;
  lines.push(`Holds     ${grouped(functions)} functions, ${memory}, ${grouped(dataBytes)} bytes of data`);
  lines.push(`Imports   ${imports.join(', ') || 'none'}`);
  lines.push(`Exports   ${exports.join(', ') || 'none'}`);
  return lines;
}
