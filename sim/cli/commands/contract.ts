/** `stratus contract …`: looking at contracts, and running them alone. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkContract, checkModule, type Refusal } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import type { ModuleShape } from '../../../engine/starw/module.ts';
import { EXIT } from '../../report/verdict.ts';
import { figure, grouped } from '../../report/format.ts';
import { Exit, globals, PAINT, say, sayJson } from '../context.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';

export function registerContract(program: Command, end: (code: number) => void): void {
  const contract = program.command('contract').summary('inspect a contract\'s module').description('Looks at WebAssembly modules as the contract ledger does.');
  contract
    .command('inspect')
    .summary('gate verdict, imports, exports, sizes')
    .description('Says whether the gate accepts a module, and if not, for what offence at which byte; and what metering makes of it.')
    .argument('<file>', 'WebAssembly module')
    .addHelpText('after', `
Examples:
  stratus contract inspect token.wasm
  stratus contract inspect token.wasm --json

Exit codes:
  0 accepted · 3 refused`)
    .action((file: string, _flags: object, command: Command) => {
      const bytes = readModule(file);
      const verdict = checkContract(bytes);
      const metered = verdict.ok ? meterModule(verdict.value) : verdict;
      const shape = checkModule(bytes);
      const refusal = metered.ok ? undefined : metered.error;
      const exitCode = refusal === undefined ? EXIT.pass : EXIT.scenario;
      const sizes = { bytes: bytes.length, metered: metered.ok ? metered.value.length : null };
      if (globals(command).json) sayJson({ schema: 'stratus/contract-inspect/v1', exitCode, file, accepted: refusal === undefined, refusal: refusal ?? null, ...sizes, ...(shape.ok ? declared(shape.value) : {}) });
      else say(inspection(file, refusal, sizes, shape.ok ? shape.value : undefined));
      end(exitCode);
    });
}

function readModule(file: string): Uint8Array {
  try {
    return Uint8Array.from(readFileSync(file));
  } catch (error) {
    throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`]);
  }
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

function inspection(file: string, refusal: Refusal | undefined, sizes: { bytes: number; metered: number | null }, shape: ModuleShape | undefined): string {
  const lines = [refusal === undefined ? `${PAINT.good('accepted')}  ${file}` : `${PAINT.bad('refused')}  ${file}: ${refusalText(refusal)}`];
  const grown = sizes.metered === null ? '' : `, metered ${grouped(sizes.metered)} (${figure(sizes.metered / sizes.bytes)} times)`;
  lines.push(`Size      ${grouped(sizes.bytes)} bytes${grown}`);
  if (shape === undefined) return lines.join('\n');
  const { imports, exports, functions, memoryPages, dataBytes } = declared(shape);
  const memory = memoryPages === null ? 'no memory' : `memory of ${memoryPages[0]} to ${memoryPages[1] ?? 'any number of'} pages`;
  lines.push(`Holds     ${grouped(functions)} functions, ${memory}, ${grouped(dataBytes)} bytes of data`);
  lines.push(`Imports   ${imports.join(', ') || 'none'}`);
  lines.push(`Exports   ${exports.join(', ') || 'none'}`);
  return lines.join('\n');
}
