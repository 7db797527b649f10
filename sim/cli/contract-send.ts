/** What `contract deploy`, `call` and `test` share: options, who sends, with what value and gas, the bytes of a call, where the chain stands. */
import type { Command } from 'commander';
import type { Abi } from '../../engine/starw/abi.ts';
import { encodeCall, encodeDeploy, parseArguments, rawInput, type CallError } from '../../engine/starw/abi-call.ts';
import type { AccountNames } from '../../engine/starw/abi-value.ts';
import type { TransactionError } from '../../engine/chain/types.ts';
import { ok, type Result } from '../../engine/primitives/result.ts';
import { grouped } from '../report/format.ts';
import { EXIT } from '../report/verdict.ts';
import { suggest } from '../scenario/problem.ts';
import { parseAmount } from '../scenario/units.ts';
import { CHAIN_FILE, CHAIN_OPTION } from './chain-file-disk.ts';
import type { ChainFile } from './chain-file.ts';
import { TEST_ACCOUNTS, type TestAccount } from './contract-accounts.ts';
import { GAS_DEFAULT, type SendOptions, type Sent } from './contract-chain.ts';
import { Exit } from './context.ts';
import { fromHere } from './files.ts';
import { transactionErrorText } from './refusal-text.ts';

/** As written on the command line. */
export interface SendFlags {
  readonly from?: string;
  readonly value?: string;
  readonly gas?: string;
  readonly gasPrice?: string;
  readonly input?: string;
}

/** Who sends, with what. */
export interface Sending extends SendOptions {
  readonly from: TestAccount;
  /** STR that goes along, base units. */
  readonly value: bigint;
}

/** The options that every sending command has. */
export const sendOptions = (command: Command): Command =>
  command
    .option('--from <account>', 'who signs: alice, bob, carol, dave, erin or frank, by name or address (default: alice)')
    .option('--value <amount>', 'STR that goes along: 1.5STR, or base units (default: 0)')
    .option('--gas <gas>', 'gas limit (default: 100000000)')
    .option('--gas-price <units>', 'base units of STR per gas (default: 1)')
    .option('--input <hex>', 'input as bytes, in place of arguments')
    .option('--chain <file>', CHAIN_OPTION, CHAIN_FILE);

/** Where a chain stands, for the end of a command's output. */
export const headOf = ({ chain }: ChainFile, file: string): { readonly chain: { readonly file: string; readonly rounds: number; readonly head: string } } => ({ chain: { file: fromHere(file), rounds: chain.number, head: chain.headHash } });

/** The same for people; a chain that was only asked is as it was. */
export const chainLine = ({ chain: { file, rounds, head } }: ReturnType<typeof headOf>, dryRun = false): string =>
  `Chain     ${file}, ${dryRun ? 'as it was: ' : ''}${grouped(rounds)} round${rounds === 1 ? '' : 's'}, head ${head.slice(0, 12)}`;

const usage = (...lines: string[]): Exit => new Exit(EXIT.usage, lines);

/** What is wrong with a text, and what to write instead. */
export interface Wrong {
  readonly code: 'wrong';
  readonly problem: string;
  readonly mend: string;
}

/** Base units, or an amount with its unit. */
export function amountOf(text: string): Result<bigint, Wrong> {
  if (/^\d{1,20}$/.test(text)) return ok(BigInt(text));
  const parsed = parseAmount(text);
  return parsed.ok ? parsed : { ok: false, error: { ...parsed.error, code: 'wrong', mend: 'write `1.5STR`, or base units without a unit' } };
}

/** The account that signs: by name or address. Only test accounts have keys here. */
export function signerOf(text: string, accounts: AccountNames): Result<TestAccount, Wrong> {
  const found = accounts(text);
  const signer = found.ok ? TEST_ACCOUNTS.find(({ account }) => account === found.value) : undefined;
  if (signer !== undefined) return ok(signer);
  const names = TEST_ACCOUNTS.map(({ name }) => name);
  const problem = found.ok ? `nobody here has the key of \`${text}\`` : found.error.problem;
  return { ok: false, error: { code: 'wrong', problem, mend: found.ok ? `one of: ${names.join(', ')}` : suggest(text, names) } };
}

export function sendingOf(flags: SendFlags, accounts: AccountNames): Sending {
  const from = signerOf(flags.from ?? 'alice', accounts);
  if (!from.ok) throw usage(`--from: ${from.error.problem}`, `  ${from.error.mend}`);
  const value = amountOf(flags.value ?? '0');
  if (!value.ok) throw usage(`--value: ${value.error.problem}`, `  ${value.error.mend}`);
  return { from: from.value, value: value.value, gasLimit: Number(whole('--gas', flags.gas ?? String(GAS_DEFAULT))), gasPrice: whole('--gas-price', flags.gasPrice ?? '1') };
}

function whole(option: string, text: string): bigint {
  if (!/^\d{1,15}$/.test(text)) throw usage(`${option}: \`${text}\` is no whole number`, '  write digits only');
  return BigInt(text);
}

/** Input of a call, or of `deploy` where `name` is undefined; wrong arguments end the command. */
export function inputOf(abi: Abi | undefined, name: string | undefined, args: readonly string[], flags: SendFlags, accounts: AccountNames): Uint8Array {
  if (flags.input !== undefined) {
    const input = rawInput(flags.input);
    if (input === undefined) throw usage(`--input ${flags.input}: not lower-case hex, two digits a byte`);
    if (args.length > 0) throw usage('--input and arguments: one of the two', '  arguments are encoded by the description, --input is bytes as they are');
    return input;
  }
  if (abi === undefined) {
    if (name === undefined && args.length === 0) return new Uint8Array(0);
    throw usage('nothing says how this contract is called', '  --abi FILE names its description (docs/star-abi.md); --input HEX gives the bytes as they are');
  }
  const values = parseArguments(abi, name, args, accounts);
  const input = !values.ok ? values : name === undefined ? encodeDeploy(abi, values.value) : encodeCall(abi, name, values.value);
  if (input.ok) return input.value;
  throw usage(...callErrorLines(input.error));
}

/** What is wrong, then how to mend it. */
export function callErrorLines(error: CallError): [string, string] {
  switch (error.code) {
    case 'unknown-function':
      return [`no function is called \`${error.name.slice(0, 60)}\``, `  ${error.known.length === 0 ? 'the description has none' : suggest(error.name, error.known)}`];
    case 'argument-count':
      return [`${error.of} takes ${error.fields.length} argument${error.fields.length === 1 ? '' : 's'}, not ${error.got}`, `  ${error.of}(${error.fields.map(({ name, type }) => `${name}: ${type}`).join(', ')})`];
    case 'argument':
      return [`${error.of}: ${error.field.name}: ${error.problem}`, `  ${error.mend}`];
  }
}

/** What was sent; a transaction that no round takes ends the command. */
export function sent(result: Sent | TransactionError): Sent {
  if ('receipt' in result) return result;
  throw new Exit(EXIT.usage, [`no round takes this transaction: ${transactionErrorText(result)}`], { schema: 'stratus/error/v1', exitCode: EXIT.usage, problems: [{ problem: transactionErrorText(result), code: result.code }] });
}
