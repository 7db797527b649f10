/** Files of local chains: there and back, and that nothing but what was written is taken for a chain. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../engine/primitives/bytes.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { checkAbi } from '../../engine/starw/abi.ts';
import { encodeCall, encodeDeploy } from '../../engine/starw/abi-call.ts';
import { CHAIN_SCHEMA, chainText, readChain, type ChainFile } from '../../sim/cli/chain-file.ts';
import { FUNDS, TEST_ACCOUNTS } from '../../sim/cli/contract-accounts.ts';
import { LocalChain, passTime, type Sent } from '../../sim/cli/contract-chain.ts';

const FOLDER = join(import.meta.dirname, '../../engine/starw/contracts/token');
const document: unknown = JSON.parse(readFileSync(join(FOLDER, 'abi.json'), 'utf8'));
const checked = checkAbi(document);
if (!checked.ok) throw new Error(checked.error.problem);
const abi = checked.value;
const [ALICE, BOB] = TEST_ACCOUNTS;
const OPTIONS = { gasLimit: 1_000_000, gasPrice: 1n };
const bytesOf = (input: { readonly ok: boolean; readonly value?: Uint8Array }): Uint8Array => input.value!;

/** A token, a transfer, a refused one, and a day. */
function small(): ChainFile {
  const chain = new LocalChain();
  const send = (...args: Parameters<LocalChain['send']>): Sent => {
    const sent = chain.send(...args);
    if (!('receipt' in sent)) throw new Error(sent.code);
    return sent;
  };
  const module = Uint8Array.from(readFileSync(join(FOLDER, 'token.wasm')));
  const { receipt } = send(ALICE, { kind: 'contract_deploy', module, value: 0n, input: bytesOf(encodeDeploy(abi, [1_000n])) }, OPTIONS);
  const [told] = receipt.events.flatMap((event) => (event.type === 'deployed' ? [event] : []));
  const transfer = (amount: bigint) => ({ kind: 'contract_call', contract: told.contract, value: 0n, input: bytesOf(encodeCall(abi, 'transfer', [BOB.account, amount])) }) as const;
  expect(send(ALICE, transfer(10n), OPTIONS).receipt.status).toBe('success');
  expect(send(BOB, transfer(11n), OPTIONS).receipt.status).toBe('reverted');
  expect(send(ALICE, transfer(20n), OPTIONS, 'tried')).toMatchObject({ round: 4, receipt: { status: 'success' } });
  expect(passTime(chain, '1d')).toBeUndefined();
  return { chain, contracts: [{ address: told.contract, name: 'token', abi: { abi, document } }] };
}

const SMALL = small();
const TEXT = chainText(SMALL, '1.2.3');
type Written = { schema: string; version: string; genesis: string; rounds: { header: string; ledgers: string[]; transactions: string[] }[]; contracts: { address: string; name: string; abi: unknown }[]; sha256?: string };

/** The file with something changed, and a sum that vouches for it. */
function changed(change: (written: Written) => unknown): string {
  const { sha256: _sum, ...written } = JSON.parse(TEXT) as Written;
  change(written);
  return JSON.stringify({ ...written, sha256: createHash('sha256').update(JSON.stringify(written)).digest('hex') });
}

it('comes back as it was written, and goes on from there', () => {
  const read = readChain(TEXT, '1.2.3');
  if (!read.ok) throw new Error(read.error.problem);
  const { chain, contracts } = read.value;
  expect(chain.number).toBe(SMALL.chain.number);
  expect(chain.headHash).toBe(SMALL.chain.headHash);
  expect(chain.now).toBe(SMALL.chain.now);
  expect(contracts).toEqual(SMALL.contracts);
  expect(chainText(read.value, '1.2.3')).toBe(TEXT);
  expect(accountOf(chain.state, ALICE.account).nonce).toBe(2);
  expect(accountOf(chain.state, BOB.account).str).toBeLessThan(FUNDS);
});

it('time passes in few rounds, and at least as much as was asked for', () => {
  const chain = new LocalChain();
  chain.passRounds(20); // the median is of eleven
  const before = chain.now;
  expect([passTime(chain, '7d'), chain.now - before >= 7 * 86_400, chain.number <= 31]).toEqual([undefined, true, true]);
  const number = chain.number;
  expect([passTime(chain, '12 rounds'), chain.number - number]).toEqual([undefined, 12]);
  expect([passTime(chain, '7'), passTime(chain, '20000 rounds'), passTime(chain, 'soon')]).toEqual(['`7` has no unit', 'at most 10000 rounds', '`soon` is not a duration']);
});

describe('is refused:', () => {
  test.prop([fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 126 })], { numRuns: 300 })('one character changed', (at, by) => {
    const other = String.fromCharCode((TEXT.charCodeAt(at) + by) % 127);
    const altered = TEXT.slice(0, at) + other + TEXT.slice(at + 1);
    const read = readChain(altered, '1.2.3');
    // White space between values means nothing.
    if (read.ok) expect(JSON.parse(altered)).toEqual(JSON.parse(TEXT));
    else expect(read.error.mend).toMatch(/--chain FILE/);
  });

  test.prop([fc.nat(TEXT.length - 2)], { numRuns: 50 })('cut off', (length) => {
    expect(readChain(TEXT.slice(0, length), '1.2.3').ok).toBe(false);
  });

  it.each<[string, string, object]>([
    ['nothing', '', { code: 'foreign', at: '' }],
    ['another document', '{"name":"x"}', { code: 'foreign', at: 'schema', problem: 'not a chain file: its schema is none' }],
    ['a list', '[]', { code: 'foreign', at: 'schema' }],
    ['null', 'null', { code: 'foreign', at: 'schema' }],
    ['another version', TEXT.replace(CHAIN_SCHEMA, 'stratus/chain/v2'), { code: 'newer', at: 'schema', problem: 'a chain file of another version: its schema is stratus/chain/v2' }],
    ['half of it', TEXT.slice(0, 5_000), { code: 'damaged', at: '', problem: expect.stringMatching(/^not whole: /) as string }],
    ['thousands of lists in each other', `{"schema":"${CHAIN_SCHEMA}","contracts":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, { code: 'damaged', at: '', problem: 'nested too deep' }],
    ['a name', TEXT.replace('"name": "token"', '"name": "other"'), { code: 'damaged', at: 'sha256' }],
  ])('%s', (_, text, error) => expect(readChain(text, '1.2.3')).toMatchObject({ ok: false, error }));

  const flip = (hex: string, byte: number): string => hex.slice(0, 2 * byte) + (fromHex(hex.slice(2 * byte, 2 * byte + 2))[0] ^ 1).toString(16).padStart(2, '0') + hex.slice(2 * byte + 2);
  it.each<[string, (written: Written) => unknown, object]>([
    ['a genesis that is none', (w) => (w.genesis = w.genesis.slice(2)), { code: 'damaged', at: 'genesis' }],
    ['another genesis', (w) => (w.genesis = flip(w.genesis, 27)), { code: 'other-rules', at: 'rounds[0]', problem: 'round 1 breaks a rule: it does not follow the one before' }],
    ['a round left out', (w) => w.rounds.splice(1, 1), { code: 'other-rules', at: 'rounds[1]' }],
    ['rounds in another order', (w) => w.rounds.reverse(), { code: 'other-rules', at: 'rounds[0]' }],
    ['a header cut short', (w) => (w.rounds[1].header = '00'), { code: 'damaged', at: 'rounds[1].header' }],
    ['a header that is no text', (w) => (w.rounds[1].header = 7 as unknown as string), { code: 'damaged', at: 'rounds[1].header' }],
    ['a seal', (w) => (w.rounds[1].header = flip(w.rounds[1].header, 320)), { code: 'other-rules', at: 'rounds[1]', problem: 'round 2 breaks a rule: its seal does not hold' }],
    ['a ledger header', (w) => (w.rounds[1].ledgers[2] = flip(w.rounds[1].ledgers[2], 144)), { code: 'other-rules', problem: 'round 2 breaks a rule: its body (ledger-hash) is not the one that its header commits to' }],
    ['rounds that are no list', (w) => (w.rounds = 7 as unknown as []), { code: 'damaged', at: 'rounds', problem: 'not of the form that a chain file has' }],
    ['bytes that are no hex', (w) => (w.rounds[0].ledgers[3] = 'xy'), { code: 'damaged', at: 'rounds[0].ledgers[3]' }],
    ['five ledgers', (w) => w.rounds[1].ledgers.pop(), { code: 'other-rules', at: 'rounds[1]' }],
    ['a transaction', (w) => (w.rounds[1].transactions[0] = flip(w.rounds[1].transactions[0], 140)), { code: 'other-rules', problem: 'round 2 breaks a rule: its body (order) is not the one that its header commits to' }],
    ['half a transaction', (w) => (w.rounds[1].transactions[0] = '0011'), { code: 'damaged', at: 'rounds[1].transactions[0]' }],
    ['a name that moves the cursor', (w) => (w.contracts[0].name = '\u001b[2J'), { code: 'damaged', at: 'contracts[0].name' }],
    ['the name of an account', (w) => (w.contracts[0].name = 'alice'), { code: 'damaged', at: 'contracts[0].name', problem: 'somebody has this name already' }],
    ['an address as a name', (w) => (w.contracts[0].name = 'ab'.repeat(20)), { code: 'damaged', at: 'contracts[0].name' }],
    ['two contracts of one name', (w) => w.contracts.push(w.contracts[0]), { code: 'damaged', at: 'contracts[1].name' }],
    ['a contract that nobody deployed', (w) => (w.contracts[0].address = 'ab'.repeat(20)), { code: 'damaged', at: 'contracts[0].address' }],
    ['a description', (w) => (w.contracts[0].abi = { ...(document as object), functions: 7 }), { code: 'damaged', at: 'contracts[0].abi.functions' }],
  ])('%s, also where the sum is right', (_, change, error) => {
    const read = readChain(changed(change), '9.9.9');
    expect(read).toMatchObject({ ok: false, error });
    const same = readChain(changed(change), '1.2.3');
    if (!same.ok && same.error.code === 'other-rules') expect(same.error.mend).toBe('the rules have changed since it was written: name another file with --chain FILE to begin a new chain');
    if (!read.ok && read.error.code === 'other-rules') expect(read.error.mend).toBe('it was written by version 1.2.3, this is 9.9.9: use that one, or name another file with --chain FILE to begin a new chain');
  });
});
