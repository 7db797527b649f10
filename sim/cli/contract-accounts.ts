/**
 * Accounts of a local chain. Their keys are the hashes of published texts: anyone has them. They are for trying contracts
 * out, and worth nothing anywhere else.
 */
import { accountOf, formatAddress, parseAddress } from '../../engine/crypto/address.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { UNIT } from '../../engine/params/params.ts';
import { isHex, utf8 } from '../../engine/primitives/bytes.ts';
import { err, ok } from '../../engine/primitives/result.ts';
import type { AccountNames } from '../../engine/starw/abi-value.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import type { SigningKey } from '../../engine/wallet/sign.ts';
import { suggest } from '../scenario/problem.ts';

/** An account whose key everyone has. */
export interface TestAccount extends SigningKey {
  readonly name: string;
  readonly account: Account;
}

function testAccount(name: string): TestAccount {
  const secretKey = nobleCrypto.sha256(utf8(`stratus test-only account ${name}`));
  const publicKey = nobleCrypto.publicKey(secretKey);
  return { name, secretKey, publicKey, account: accountOf(publicKey, nobleCrypto) };
}

/** Who can sign on a local chain; each holds `FUNDS` at its genesis. */
export const TEST_ACCOUNTS: readonly TestAccount[] = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'].map(testAccount);
/** STR, base units. */
export const FUNDS = 1_000_000n * UNIT;
/** Wins every round of a local chain, so that fees and subsidies go to nobody who is looked at. */
export const MINER = testAccount('miner').account;
/** No account: what contracts write where nobody is meant. */
const NOBODY: Account = '0'.repeat(40);

/** Contracts by the names that they were given, beside the accounts that everyone knows. */
export type ContractNames = ReadonlyMap<string, Account>;

/** All that an account may be called: a name, 40 hex digits, an address with its checksum. */
export function accountNames(contracts: ContractNames): AccountNames {
  const names = new Map([...TEST_ACCOUNTS.map(({ name, account }) => [name, account] as const), ['miner', MINER], ['nobody', NOBODY], ...contracts]);
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return ok(known);
    if (isHex(text, 20)) return ok(text);
    if (!text.startsWith('zk13str_')) return err({ code: 'value', problem: `no account is called \`${text.slice(0, 60)}\``, mend: suggest(text, [...names.keys()]) });
    const parsed = parseAddress(text, nobleCrypto);
    if (parsed.ok) return parsed;
    const { error } = parsed;
    return error.code === 'address-form'
      ? err({ code: 'value', problem: `\`${text.slice(0, 60)}\` is no address`, mend: 'an address is zk13str_, 40 hex digits, _ and 4 more; lower case' })
      : err({ code: 'value', problem: `\`${text}\` has a wrong checksum`, mend: `its last four digits would be ${error.expected}: check the others` });
  };
}

/** An account as people here call it, or its address. */
export function accountText(account: Account, contracts: ContractNames): string {
  const test = TEST_ACCOUNTS.find((known) => known.account === account);
  if (test !== undefined) return test.name;
  if (account === NOBODY) return 'nobody';
  if (account === MINER) return 'miner';
  for (const [name, contract] of contracts) if (contract === account) return name;
  return formatAddress(account, nobleCrypto);
}
