/**
 * Local chains as files: the genesis and every round as bytes, and what the contracts are called. Reading one means to
 * replay it: every seal, signature and state root is checked again, so a file is right or refused.
 *
 *     { schema, version, genesis: hex, rounds: [{ header, ledgers: [6], transactions: [] }], contracts: [{ address, name, abi }], sha256 }
 *
 * `sha256` is over the rest as `JSON.stringify` writes it: damage is noticed where no rule would see it, such as in a name.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeGenesis, encodeGenesis } from '../../engine/chain/genesis.ts';
import { decodeHeader, decodeLedgerHeader, encodeHeader, encodeLedgerHeader, hashHeader } from '../../engine/chain/header.ts';
import type { Round } from '../../engine/chain/types.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { err, ok, type Result } from '../../engine/primitives/result.ts';
import { checkAbi, type Abi } from '../../engine/starw/abi.ts';
import { contracts as contractTable } from '../../engine/ledgers/tables.ts';
import { decodeTransaction } from '../../engine/tx/decode.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import { accountNames } from './contract-accounts.ts';
import { LocalChain } from './contract-chain.ts';
import { roundErrorText } from './refusal-text.ts';

export const CHAIN_SCHEMA = 'stratus/chain/v1';

/** A contract of a local chain, as those who use it know it. */
export interface KnownContract {
  readonly address: Account;
  /** How commands call it; every contract of a chain has its own. */
  readonly name: string;
  /** Undefined: nobody said. */
  readonly abi: { readonly abi: Abi; readonly document: unknown } | undefined;
}

/** What a file holds: a chain, and what its contracts are called. */
export interface ChainFile {
  readonly chain: LocalChain;
  readonly contracts: KnownContract[];
}

/** Why a file is no chain: where in it, what, and what to do. */
export interface ChainFileError {
  readonly code: 'foreign' | 'newer' | 'damaged' | 'other-rules';
  readonly at: string;
  readonly problem: string;
  readonly mend: string;
}

const ELSEWHERE = 'name another file with --chain FILE to begin a new chain';
const DAMAGED = `bring a copy of it back, or ${ELSEWHERE}`;

/** How a contract may be called on a chain. */
export const CONTRACT_NAME = /^[A-Za-z_][\w-]{0,63}$/;

const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const form = z.strictObject({
  schema: z.literal(CHAIN_SCHEMA),
  /** Of the testbed that wrote it. */
  version: z.string(),
  genesis: hex,
  rounds: z.array(z.strictObject({ header: hex, ledgers: z.array(hex), transactions: z.array(hex) })),
  contracts: z.array(z.strictObject({ address: z.string().regex(/^[0-9a-f]{40}$/), name: z.string().regex(CONTRACT_NAME), abi: z.unknown() })),
});
type Written = z.output<typeof form>;

/** Undefined of what is nested too deep to be written. */
function sumOf(written: unknown): string | undefined {
  try {
    return createHash('sha256').update(JSON.stringify(written)).digest('hex');
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The file's text. */
export function chainText({ chain, contracts }: ChainFile, version: string): string {
  const written: Written = {
    schema: CHAIN_SCHEMA,
    version,
    genesis: toHex(encodeGenesis(chain.genesis)),
    rounds: chain.rounds.map(({ header, ledgers, transactions }) => ({
      header: toHex(encodeHeader(header)),
      ledgers: ledgers.map((ledger) => toHex(encodeLedgerHeader(ledger))),
      transactions: transactions.map(({ bytes }) => toHex(bytes)),
    })),
    contracts: contracts.map(({ address, name, abi }) => ({ address, name, abi: abi?.document ?? null })),
  };
  return `${JSON.stringify({ ...written, sha256: sumOf(written) }, undefined, 1)}\n`;
}

/** Reads, replays and checks; `version` is that of this testbed. */
export function readChain(text: string, version: string): Result<ChainFile, ChainFileError> {
  const read = parse(text);
  if (!read.ok) return read;
  const written = read.value;
  const genesis = decodeGenesis(fromHex(written.genesis), nobleCrypto);
  if (!genesis.ok) return err({ code: 'damaged', at: 'genesis', problem: genesis.error.code, mend: DAMAGED });
  const chain = new LocalChain(genesis.value);
  for (let i = 0; i < written.rounds.length; i++) {
    const at = `rounds[${i}]`;
    const round = roundOf(written.rounds[i], at);
    if (!round.ok) return round;
    const error = chain.follow(round.value);
    if (error === undefined) continue;
    const problem = `round ${i + 1} breaks a rule: ${roundErrorText(error)}`;
    // The sum says that it is as it was written: then it is the rules that are others.
    const mend = written.version === version ? `the rules have changed since it was written: ${ELSEWHERE}` : `it was written by version ${written.version}, this is ${version}: use that one, or ${ELSEWHERE}`;
    return err({ code: 'other-rules', at, problem, mend });
  }
  return contractsOf(written, chain);
}

function parse(text: string): Result<Written, ChainFileError> {
  const damaged = (at: string, problem: string): Result<never, ChainFileError> => err({ code: 'damaged', at, problem, mend: DAMAGED });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const ours = text.includes(`"${CHAIN_SCHEMA}"`);
    return ours ? damaged('', `not whole: ${(error as Error).message}`) : err({ code: 'foreign', at: '', problem: 'not a chain file', mend: ELSEWHERE });
  }
  const { sha256, ...rest } = (typeof document === 'object' && document !== null ? document : {}) as Written & { sha256?: unknown };
  if (rest.schema !== CHAIN_SCHEMA) {
    const schema = typeof rest.schema === 'string' ? rest.schema : 'none';
    const later = /^stratus\/chain\/v\d+$/.test(schema);
    return err({ code: later ? 'newer' : 'foreign', at: 'schema', problem: `${later ? 'a chain file of another version' : 'not a chain file'}: its schema is ${schema.slice(0, 60)}`, mend: later ? `this testbed reads ${CHAIN_SCHEMA}: use the one that wrote it, or ${ELSEWHERE}` : ELSEWHERE });
  }
  const sum = sumOf(rest);
  if (sum === undefined) return damaged('', 'nested too deep');
  if (sum !== sha256) return damaged('sha256', `is not that of the rest, which is ${sum.slice(0, 12)}…: something was changed`);
  // Whoever made the file made the sum: it may vouch for anything.
  const formed = form.safeParse(rest);
  return formed.success ? ok(formed.data) : damaged(z.core.toDotPath(formed.error.issues[0].path), 'not of the form that a chain file has');
}

function roundOf(written: Written['rounds'][number], at: string): Result<Round, ChainFileError> {
  const damaged = (part: string, problem: string): Result<never, ChainFileError> => err({ code: 'damaged', at: `${at}.${part}`, problem, mend: DAMAGED });
  const header = decodeHeader(fromHex(written.header));
  if (!header.ok) return damaged('header', roundErrorText(header.error));
  const heads = written.ledgers.map((bytes) => decodeLedgerHeader(fromHex(bytes)));
  const list = written.transactions.map((bytes) => decodeTransaction(fromHex(bytes), nobleCrypto));
  const [badHead, badTransaction] = [heads.findIndex(({ ok: fine }) => !fine), list.findIndex(({ ok: fine }) => !fine)];
  if (badHead >= 0) return damaged(`ledgers[${badHead}]`, 'not a ledger header');
  if (badTransaction >= 0) return damaged(`transactions[${badTransaction}]`, 'not a transaction');
  return ok({
    hash: hashHeader(header.value, nobleCrypto),
    header: header.value,
    ledgers: heads.flatMap((head) => (head.ok ? [head.value] : [])),
    transactions: list.flatMap((transaction) => (transaction.ok ? [transaction.value] : [])),
  });
}

function contractsOf(written: Written, chain: LocalChain): Result<ChainFile, ChainFileError> {
  const contracts: KnownContract[] = [];
  const names = new Map<string, Account>();
  for (const [i, { address, name, abi }] of written.contracts.entries()) {
    const at = `contracts[${i}]`;
    // Else a payment to alice, or to an address, would go to a contract of that name.
    if (accountNames(names)(name).ok) return err({ code: 'damaged', at: `${at}.name`, problem: 'somebody has this name already', mend: DAMAGED });
    names.set(name, address);
    if (chain.state.get(contractTable, address) === undefined) return err({ code: 'damaged', at: `${at}.address`, problem: `no contract was deployed at ${address}`, mend: DAMAGED });
    const checked = abi === null ? undefined : checkAbi(abi);
    if (checked?.ok === false) return err({ code: 'damaged', at: `${at}.abi.${checked.error.at}`, problem: checked.error.problem, mend: DAMAGED });
    contracts.push({ address, name, abi: checked === undefined ? undefined : { abi: checked.value, document: abi } });
  }
  return ok({ chain, contracts });
}
