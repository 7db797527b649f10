/** `stratus contract build`: AssemblyScript to a module that the gate accepts. */
import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkContract } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import { EXIT } from '../../report/verdict.ts';
import { grouped } from '../../report/format.ts';
import { compileContract } from '../contract-build.ts';
import { abiBeside } from '../contract-files.ts';
import { Exit, globals, PAINT, say, sayJson, type Context } from '../context.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';

export function registerContractBuild(contract: Command, context: Context, end: (code: number) => void): void {
  contract
    .command('build')
    .summary('compile AssemblyScript to a module')
    .description('Compiles a contract with the flags of the templates, asks the gate, and writes the module. The SDK is imported as `stratus/contract` (engine/starw/contracts/sdk).')
    .argument('<source>', 'AssemblyScript, a .ts file')
    .option('-o, --output <file>', 'module to write (default: beside the source, .wasm in place of .ts)')
    .addHelpText('after', `
Examples:
  stratus contract build mine.ts
  stratus contract build engine/starw/contracts/token/token.ts -o /tmp/token.wasm --json

Exit codes:
  0 built · 2 usage, or the compiler is not installed · 3 errors in the source, or the gate refuses what came out`)
    .action(async (source: string, flags: { readonly output?: string }, command: Command) => {
      if (!source.endsWith('.ts')) throw new Exit(EXIT.usage, [`${fromHere(source)} is no .ts file`, '  a contract in another language is compiled by its own compiler: engine/starw/contracts/token/build-native.mjs shows C and Rust']);
      const module = await compileContract(source, context);
      const checked = checkContract(module);
      const metered = checked.ok ? meterModule(checked.value) : checked;
      if (!metered.ok) throw new Exit(EXIT.scenario, [`${fromHere(source)} compiles, but the gate refuses the module: ${refusalText(metered.error)}`], { schema: 'stratus/contract-build/v1', exitCode: EXIT.scenario, source, refusal: metered.error });
      const output = flags.output ?? source.replace(/\.ts$/, '.wasm');
      write(output, module);
      const abi = abiBeside(output);
      const sha256 = createHash('sha256').update(module).digest('hex');
      if (globals(command).json) sayJson({ schema: 'stratus/contract-build/v1', exitCode: EXIT.pass, source, output, bytes: module.length, metered: metered.value.length, sha256, abi: abi?.abi.name ?? null });
      else {
        say([
          `${PAINT.good('built')}  ${fromHere(output)}`,
          `Size      ${grouped(module.length)} bytes, metered ${grouped(metered.value.length)}`,
          `SHA-256   ${sha256}`,
          `Calls     ${abi === undefined ? 'not described: write NAME.abi.json or abi.json beside it (docs/star-abi.md)' : `as ${abi.abi.name}, ${grouped(abi.abi.functions.length)} functions`}`,
        ].join('\n'));
      }
      end(EXIT.pass);
    });
}

/** The old module, if there is one, stays until the new one is whole. */
function write(file: string, module: Uint8Array): void {
  const temporary = `${file}.writing-${process.pid}`;
  try {
    writeFileSync(temporary, module);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`]);
  }
}
