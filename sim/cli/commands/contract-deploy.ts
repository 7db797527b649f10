/** `stratus contract deploy` and `call`: real transactions on a local chain. */
import type { Command } from 'commander';
import type { Abi } from '../../../engine/starw/abi.ts';
import { functionOf } from '../../../engine/starw/abi-call.ts';
import { checkContract } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import { codes, contracts as contractTable } from '../../../engine/ledgers/tables.ts';
import { formatAddress } from '../../../engine/crypto/address.ts';
import { nobleCrypto } from '../../../engine/crypto/noble.ts';
import { EXIT } from '../../report/verdict.ts';
import { grouped } from '../../report/format.ts';
import { suggest } from '../../scenario/problem.ts';
import { CHAIN_FILE, CHAIN_OPTION, withChain } from '../chain-file-disk.ts';
import { CONTRACT_NAME, type ChainFile, type KnownContract } from '../chain-file.ts';
import { accountNames, accountText } from '../contract-accounts.ts';
import { passTime, type LocalChain } from '../contract-chain.ts';
import { abiBeside, readAbi, readModule } from '../contract-files.ts';
import { namesOf, receiptJson, receiptLines, showReceipt } from '../contract-receipt.ts';
import { callErrorLines, inputOf, sendingOf, sent, type SendFlags } from '../contract-send.ts';
import { Exit, globals, say, sayJson, type Context } from '../context.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';

interface DeployFlags extends SendFlags {
  readonly abi?: string;
  readonly name?: string;
  readonly chain: string;
  readonly dryRun?: boolean;
}
interface CallFlags extends Omit<DeployFlags, 'name'> {
  readonly view?: boolean;
  readonly wait?: string;
}

const sendOptions = (command: Command): Command =>
  command
    .option('--from <account>', 'who signs: alice, bob, carol, dave, erin or frank, by name or address (default: alice)')
    .option('--value <amount>', 'STR that goes along: 1.5STR, or base units (default: 0)')
    .option('--gas <gas>', 'gas limit (default: 100000000)')
    .option('--gas-price <units>', 'base units of STR per gas (default: 1)')
    .option('--input <hex>', 'input as bytes, in place of arguments')
    .option('--chain <file>', CHAIN_OPTION, CHAIN_FILE);

export function registerContractDeploy(contract: Command, context: Context, end: (code: number) => void): void {
  sendOptions(contract.command('deploy'))
    .summary('deploy a module on a local chain')
    .description('Sends a contract_deploy in a round of its own, on a chain kept in a file, with the engine\'s own rules. The accounts are test accounts: everyone has their keys.')
    .argument('<module>', 'WebAssembly module')
    .argument('[args...]', 'arguments of its deploy')
    .option('--abi <file>', 'its description (default: NAME.abi.json or abi.json beside the module)')
    .option('--name <name>', 'what later commands call it (default: the description\'s name, with a number if that is taken)')
    .option('--dry-run', 'say what would come of it; the chain stays as it is')
    .addHelpText('after', `
Examples:
  stratus contract deploy token.wasm 1000000
  stratus contract deploy staking.wasm token 100 10 --from bob --name stakes
  stratus contract deploy mine.wasm --input 01ff --chain other.json --json

Exit codes:
  0 deployed · 2 usage · 3 the module, description or chain file is refused · 10 it failed: reverted, out of gas …`)
    .action((file: string, args: string[], flags: DeployFlags, command: Command) => {
      const module = readModule(file);
      const checked = checkContract(module);
      const metered = checked.ok ? meterModule(checked.value) : checked;
      if (!metered.ok) throw new Exit(EXIT.scenario, [`${fromHere(file)} is refused: ${refusalText(metered.error)}`], { schema: 'stratus/contract-deploy/v1', exitCode: EXIT.scenario, refusal: metered.error });
      const known = flags.abi === undefined ? abiBeside(file) : readAbi(flags.abi);
      const abi = known === undefined ? undefined : { abi: known.abi, document: JSON.parse(known.text) as unknown };
      const done = withChain(flags.chain, context, (opened) => {
        const { chain, contracts } = opened;
        const accounts = accountNames(namesOf(contracts));
        const name = freeName(flags.name, known?.abi.name ?? 'contract', contracts);
        const { from, value, ...options } = sendingOf(flags, accounts);
        const input = inputOf(known?.abi, undefined, args, flags, accounts);
        const before = headOf(opened, flags.chain);
        const { receipt, round } = sent(chain.send(from, { kind: 'contract_deploy', module, value, input }, options, flags.dryRun ? 'tried' : 'kept'));
        const deployed = receipt.events.find((event) => event.type === 'deployed');
        const now: KnownContract[] = deployed === undefined ? [] : [{ address: deployed.contract, name, abi }];
        const shown = showReceipt(receipt, [...contracts, ...now], known?.abi);
        if (!flags.dryRun) contracts.push(...now);
        return { keep: !flags.dryRun, shown, name, round, from: from.name, address: deployed === undefined ? undefined : formatAddress(deployed.contract, nobleCrypto), ...(flags.dryRun ? before : headOf(opened, flags.chain)) };
      });
      const { shown, name, address, round } = done;
      const exitCode = shown.status === 'success' ? EXIT.pass : EXIT.safety;
      if (globals(command).json) {
        sayJson({ schema: 'stratus/contract-deploy/v1', exitCode, dryRun: flags.dryRun ?? false, contract: address === undefined ? null : { name, address }, from: done.from, round, ...receiptJson(shown), chain: done.chain });
      } else say([...receiptLines(shown, address === undefined ? '' : `${name} at ${address}`), chainLine(done, flags.dryRun)].join('\n'));
      end(exitCode);
    });
}

export function registerContractCall(contract: Command, context: Context, end: (code: number) => void): void {
  sendOptions(contract.command('call'))
    .summary('call a contract on a local chain')
    .description('Sends a contract_call in a round of its own and prints its receipt, decoded. A function that its description calls a view is only asked, and changes nothing.')
    .argument('<contract>', 'name or address')
    .argument('[function]', 'name of the function')
    .argument('[args...]', 'its arguments: names or addresses, numbers, true or false, 0x… for bytes')
    .option('--abi <file>', 'its description (default: the one that it was deployed with)')
    .option('--view, --dry-run', 'say what would come of it; the chain stays as it is')
    .option('--wait <time>', 'let time pass first: `7d`, `90s`, or `12 rounds`')
    .addHelpText('after', `
Examples:
  stratus contract call token transfer bob 250 --from alice
  stratus contract call token balanceOf bob
  stratus contract call dex buy 0 --from bob --value 5STR
  stratus contract call staking claim --from bob --wait 7d
  stratus contract call zk13str_… --input 02ff --value 1STR --view --json

Exit codes:
  0 success · 2 usage · 3 the description or chain file is refused · 10 it failed: reverted, out of gas …`)
    .action((whom: string, name: string | undefined, args: string[], flags: CallFlags, command: Command) => {
      const done = withChain(flags.chain, context, (opened) => {
        const { chain, contracts } = opened;
        const accounts = accountNames(namesOf(contracts));
        const { account, abi } = calledOf(whom, flags, opened);
        const before = headOf(opened, flags.chain);
        const { from, value, ...options } = sendingOf(flags, accounts);
        if (name === undefined && flags.input === undefined) throw new Exit(EXIT.usage, ['no function is named', `  ${abi === undefined ? '--input HEX calls it with bytes' : `there are: ${abi.functions.map((known) => known.name).join(', ')}`}`]);
        if (name !== undefined && flags.input !== undefined) throw new Exit(EXIT.usage, ['a function and --input: one of the two']);
        const input = inputOf(abi, name, args, flags, accounts);
        const called = name === undefined || abi === undefined ? undefined : functionOf(abi, name);
        if (called?.ok === false) throw new Exit(EXIT.usage, callErrorLines(called.error));
        const dryRun = flags.view === true || flags.dryRun === true || called?.value.view === true;
        if (flags.wait !== undefined) letPass(chain, flags.wait);
        const { receipt, round } = sent(chain.send(from, { kind: 'contract_call', contract: account, value, input }, options, dryRun ? 'tried' : 'kept'));
        const shown = showReceipt(receipt, contracts, abi, called?.value.outputs);
        return { keep: !dryRun, dryRun, shown, round, from: from.name, contract: accountText(account, namesOf(contracts)), ...(dryRun ? before : headOf(opened, flags.chain)) };
      });
      const { shown, contract: called, dryRun, round } = done;
      const exitCode = shown.status === 'success' ? EXIT.pass : EXIT.safety;
      if (globals(command).json) sayJson({ schema: 'stratus/contract-call/v1', exitCode, dryRun, contract: called, function: name ?? null, from: done.from, round, ...receiptJson(shown), chain: done.chain });
      else say([...receiptLines(shown, `${called}${name === undefined ? '' : `.${name}`}`), chainLine(done, dryRun)].join('\n'));
      end(exitCode);
    });
}

const headOf = ({ chain }: ChainFile, file: string): { readonly chain: { readonly file: string; readonly rounds: number; readonly head: string } } => ({ chain: { file: fromHere(file), rounds: chain.number, head: chain.headHash } });

const chainLine = ({ chain: { file, rounds, head } }: ReturnType<typeof headOf>, dryRun = false): string =>
  `Chain     ${file}, ${dryRun ? 'as it was: ' : ''}${grouped(rounds)} round${rounds === 1 ? '' : 's'}, head ${head.slice(0, 12)}`;

/** A name that no contract and no account has. */
function freeName(wanted: string | undefined, usual: string, contracts: readonly KnownContract[]): string {
  const taken = (name: string): boolean => accountNames(namesOf(contracts))(name).ok;
  if (wanted === undefined) {
    for (let i = 1; ; i++) {
      const name = i === 1 ? usual : `${usual}-${i}`;
      if (!taken(name)) return name;
    }
  }
  if (!CONTRACT_NAME.test(wanted)) throw new Exit(EXIT.usage, [`--name ${wanted}: not a name`, '  write letters, digits, _ and -, a letter first']);
  if (taken(wanted)) throw new Exit(EXIT.usage, [`--name ${wanted}: somebody has this name already`, '  choose another']);
  return wanted;
}

/** A contract of the chain by name or address, with what is known of it. */
function calledOf(whom: string, flags: CallFlags, { chain, contracts }: ChainFile): { readonly account: string; readonly abi: Abi | undefined } {
  const names = namesOf(contracts);
  const found = accountNames(names)(whom);
  const known = [...names.keys()];
  const there = known.length === 0 ? `${fromHere(flags.chain)} has no contract yet: stratus contract deploy MODULE` : suggest(whom, known);
  if (!found.ok) throw new Exit(EXIT.usage, [`${fromHere(flags.chain)}: ${found.error.problem}`, `  ${whom.startsWith('zk13str_') ? found.error.mend : there}`]);
  const deployed = chain.state.get(contractTable, found.value);
  if (deployed === undefined || chain.state.get(codes, deployed.code) === undefined) throw new Exit(EXIT.usage, [`${whom} is no contract of ${fromHere(flags.chain)}`, `  ${there}`]);
  const abi = flags.abi === undefined ? contracts.find(({ address }) => address === found.value)?.abi?.abi : readAbi(flags.abi).abi;
  return { account: found.value, abi };
}

/** `7d` or `12 rounds`, as empty rounds. */
function letPass(chain: LocalChain, text: string): void {
  const problem = passTime(chain, text);
  if (problem !== undefined) throw new Exit(EXIT.usage, [`--wait: ${problem}`, '  write `7d`, `90s` or `12 rounds`']);
}
