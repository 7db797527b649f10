/** `stratus contract call`: a real transaction on a local chain, or a question to it. */
import type { Command } from 'commander';
import { contracts as contractTable } from '../../../engine/ledgers/tables.ts';
import type { Abi } from '../../../engine/starw/abi.ts';
import { functionOf } from '../../../engine/starw/abi-call.ts';
import { EXIT } from '../../report/verdict.ts';
import { suggest } from '../../scenario/problem.ts';
import { withChain } from '../chain-file-disk.ts';
import type { ChainFile } from '../chain-file.ts';
import { accountNames, accountText } from '../contract-accounts.ts';
import { passTime, type LocalChain } from '../contract-chain.ts';
import { readAbi } from '../contract-files.ts';
import { namesOf, receiptJson, receiptLines, showReceipt } from '../contract-receipt.ts';
import { callErrorLines, chainLine, headOf, inputOf, sendingOf, sendOptions, sent, type SendFlags } from '../contract-send.ts';
import { Exit, globals, say, sayJson, type Context } from '../context.ts';
import { fromHere } from '../files.ts';

interface CallFlags extends SendFlags {
  readonly abi?: string;
  readonly chain: string;
  readonly dryRun?: boolean;
  readonly wait?: string;
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
        const dryRun = flags.dryRun === true || called?.value.view === true;
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

/** A contract of the chain by name or address, with what is known of it. */
function calledOf(whom: string, flags: CallFlags, { chain, contracts }: ChainFile): { readonly account: string; readonly abi: Abi | undefined } {
  const names = namesOf(contracts);
  const found = accountNames(names)(whom);
  const known = [...names.keys()];
  const there = known.length === 0 ? `${fromHere(flags.chain)} has no contract yet: stratus contract deploy MODULE` : suggest(whom, known);
  if (!found.ok) throw new Exit(EXIT.usage, [`${fromHere(flags.chain)}: ${found.error.problem}`, `  ${whom.startsWith('zk13str_') ? found.error.mend : there}`]);
  if (chain.state.get(contractTable, found.value) === undefined) throw new Exit(EXIT.usage, [`${whom} is no contract of ${fromHere(flags.chain)}`, `  ${there}`]);
  const abi = flags.abi === undefined ? contracts.find(({ address }) => address === found.value)?.abi?.abi : readAbi(flags.abi).abi;
  return { account: found.value, abi };
}

/** `7d` or `12 rounds`, as empty rounds. */
function letPass(chain: LocalChain, text: string): void {
  const problem = passTime(chain, text);
  if (problem !== undefined) throw new Exit(EXIT.usage, [`--wait: ${problem}`, '  write `7d`, `90s` or `12 rounds`']);
}
