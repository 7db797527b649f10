/** Modules and descriptions of contracts on the disk. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ABI_SCHEMA, parseAbi, type Abi, type AbiField } from '../../engine/starw/abi.ts';
import { utf8Decode } from '../../engine/primitives/bytes.ts';
import { EXIT } from '../report/verdict.ts';
import { Exit } from './context.ts';
import { fromHere } from './files.ts';

/** A module's bytes, whatever they are; a file that cannot be read ends the command. */
export function readModule(file: string): Uint8Array {
  try {
    return Uint8Array.from(readFileSync(file));
  } catch (error) {
    throw new Exit(EXIT.usage, [`${fromHere(file)} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`]);
  }
}

/** A description with the text it was read from. */
export interface AbiFile {
  readonly abi: Abi;
  readonly text: string;
}

/** A description; one that is wrong ends the command, with its place. */
export function readAbi(file: string): AbiFile {
  const text = utf8Decode(readModule(file));
  if (text === undefined) throw new Exit(EXIT.scenario, [`${fromHere(file)}: not a text file (not UTF-8)`]);
  const parsed = parseAbi(text);
  if (parsed.ok) return { abi: parsed.value, text };
  const { at, problem, mend } = parsed.error;
  const place = `${fromHere(file)}${at === '' ? '' : `: ${at}`}`;
  throw new Exit(EXIT.scenario, [`${place}: ${problem}`, `  ${mend}`], { schema: 'stratus/error/v1', exitCode: EXIT.scenario, problems: [{ file, at, problem, mend }] });
}

/** The description that stands beside a module: `token.abi.json` beside `token.wasm`, or the folder's `abi.json`. */
export function abiBeside(module: string): AbiFile | undefined {
  const own = module.replace(/(\.wasm)?$/, '.abi.json');
  const folder = join(dirname(module), 'abi.json');
  if (existsSync(own)) return readAbi(own);
  // A folder may have an abi.json of something else.
  return existsSync(folder) && readFileSync(folder, 'utf8').includes(ABI_SCHEMA) ? readAbi(folder) : undefined;
}

const signature = (fields: readonly AbiField[]): string => `(${fields.map(({ name, type }) => `${name}: ${type}`).join(', ')})`;

/** What can be called, one line each: `transfer(to: address, amount: u64)`. */
export function abiLines({ deploy, functions }: Abi): string[] {
  const payable = (takes: boolean): string => (takes ? ', takes STR' : '');
  return [
    `deploy${signature(deploy.inputs)}${payable(deploy.payable)}`,
    ...functions.map(({ name, inputs, outputs, view, payable: takes }) => {
      const gives = outputs.length === 0 ? '' : outputs[0].name === '' ? `: ${outputs[0].type}` : `: ${signature(outputs)}`;
      return `${name}${signature(inputs)}${gives}${view ? ', view' : ''}${payable(takes)}`;
    }),
  ];
}
