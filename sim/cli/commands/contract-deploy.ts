/** `stratus contract deploy`: a real transaction on a local chain. */
import type { Command } from 'commander';
import { formatAddress } from '../../../engine/crypto/address.ts';
import { nobleCrypto } from '../../../engine/crypto/noble.ts';
import { checkContract } from '../../../engine/starw/gate.ts';
import { meterModule } from '../../../engine/starw/meter.ts';
import { EXIT } from '../../report/verdict.ts';
import { withChain } from '../chain-file-disk.ts';
import { CONTRACT_NAME, type KnownContract } from '../chain-file.ts';
import { accountNames } from '../contract-accounts.ts';
import { abiBeside, readAbi, readModule } from '../contract-files.ts';
import { namesOf, receiptJson, receiptLines, showReceipt } from '../contract-receipt.ts';
import { chainLine, headOf, inputOf, sendingOf, sendOptions, sent, type SendFlags } from '../contract-send.ts';
import { Exit, globals, say, sayJson, type Context } from '../context.ts';
import { fromHere } from '../files.ts';
import { refusalText } from '../refusal-text.ts';

interface DeployFlags extends SendFlags {
  readonly abi?: string;
  readonly name?: string;
  readonly chain: string;
  readonly dryRun?: boolean;
}

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
