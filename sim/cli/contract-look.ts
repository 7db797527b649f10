/** What there is on a local chain: its accounts and contracts, or one contract with its storage. */
import { formatAddress } from '../../engine/crypto/address.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { contracts as contractTable } from '../../engine/ledgers/tables.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import { grouped } from '../report/format.ts';
import { formatAmount } from '../scenario/units.ts';
import type { ChainFile } from './chain-file.ts';
import { accountText, TEST_ACCOUNTS } from './contract-accounts.ts';
import { abiLines } from './contract-files.ts';
import { namesOf } from './contract-receipt.ts';

/** A deployed contract, as text. */
export interface ContractView {
  readonly name: string;
  readonly address: string;
  /** SHA-256 of the module. */
  readonly code: string;
  readonly creator: string;
  readonly round: number;
  readonly balance: string;
  /** By key, both hex, in the keys' order. */
  readonly storage: readonly (readonly [key: string, value: string])[];
  readonly calls: readonly string[];
}

/** A contract that was deployed; undefined where the account is none. */
export function viewContract({ chain, contracts }: ChainFile, account: Account): ContractView | undefined {
  const deployed = chain.state.get(contractTable, account);
  if (deployed === undefined) return undefined;
  const names = namesOf(contracts);
  const abi = contracts.find(({ address }) => address === account)?.abi;
  return {
    name: accountText(account, names),
    address: formatAddress(account, nobleCrypto),
    code: deployed.code,
    creator: accountText(deployed.creator, names),
    round: deployed.round,
    balance: formatAmount(accountOf(chain.state, account).str),
    storage: [...chain.storageOf(account)].map(([key, value]) => [key, toHex(value)] as const).sort(([x], [y]) => (x < y ? -1 : 1)),
    calls: abi === undefined ? [] : abiLines(abi.abi),
  };
}

/** Lines of one sort: what they are stands in the first of them. */
const listed = (title: string, lines: readonly string[]): string[] => lines.map((line, i) => `${(i === 0 ? title : '').padEnd(10)}${line}`);

/** For people: who made it, what it holds, entry by entry, what can be called. */
export function contractLines(view: ContractView): string[] {
  const bytes = view.storage.reduce((sum, [key, value]) => sum + (key.length + value.length) / 2, 0);
  return [
    `${view.name} at ${view.address}`,
    `Deployed  round ${grouped(view.round)}, by ${view.creator}`,
    `Code      ${view.code}`,
    `Holds     ${view.balance}, ${grouped(view.storage.length)} storage entries of ${grouped(bytes)} bytes`,
    ...listed('Storage', view.storage.map(([key, value]) => `${key} = ${value}`)),
    ...listed('Calls', view.calls),
  ];
}

/** A local chain, as text. */
export interface ChainView {
  readonly rounds: number;
  readonly head: string;
  /** *Now* in the next round (D8), as ISO 8601. */
  readonly now: string;
  readonly accounts: readonly { readonly name: string; readonly address: string; readonly balance: string }[];
  readonly contracts: readonly ContractView[];
}

/** Its accounts, and the contracts that commands deployed. */
export function viewChain(opened: ChainFile): ChainView {
  const { chain, contracts } = opened;
  return {
    rounds: chain.number,
    head: chain.headHash,
    now: new Date(chain.now * 1_000).toISOString(),
    accounts: TEST_ACCOUNTS.map(({ name, account }) => ({ name, address: formatAddress(account, nobleCrypto), balance: formatAmount(accountOf(chain.state, account).str) })),
    contracts: contracts.flatMap(({ address }) => viewContract(opened, address) ?? []),
  };
}

/** For people. */
export function chainLines(file: string, { rounds, head, now, accounts, contracts }: ChainView): string[] {
  return [
    `Chain     ${file}, ${grouped(rounds)} round${rounds === 1 ? '' : 's'}, head ${head.slice(0, 12)}, now ${now}`,
    ...listed('Accounts', accounts.map(({ name, address, balance }) => `${name.padEnd(6)} ${address}  ${balance}`)),
    ...listed('Contracts', contracts.length === 0 ? ['none yet'] : contracts.map(({ name, address, balance, storage }) => `${name}  ${address}  ${balance}, ${grouped(storage.length)} storage entries`)),
  ];
}
