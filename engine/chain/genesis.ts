/**
 * Genesis (D12, D17; TOKEN ECONOMICS › Token Overview): all STR and CCOS there will ever be, 33 % to the market account
 * and 67 % to the two treasuries; what a test network's accounts start with comes out of the market's share. ARSS, wSTR
 * and $TR have no genesis supply in the document; an allocation of them is minted (a test network's own doing).
 *
 * The file, big-endian; its sha256 is the genesis hash, the parent of round 0, and part of every signed digest (D3):
 *   "stratus-genesis" ‖ version u8 = 1 ‖ chain id u32 ‖ time u64 ‖ bits u32 ‖ parameters u64 each (order: `PARAMETERS`)
 *   ‖ relayers: count u8, 33 bytes each ‖ proofs u8 (stub 0, groth16 1) ‖ market 20
 *   ‖ allocations: count u32, then token u8 ‖ account 20 ‖ amount u64 each, strictly ascending by (token, account)
 */
import type { Crypto } from '../crypto/crypto.ts';
import { creditStr } from '../ledgers/main/accounts.ts';
import { CCOS_TREASURY, STR_TREASURY } from '../ledgers/protocol-accounts.ts';
import { ccosBalances, mainTokens, wstrBalances } from '../ledgers/tables.ts';
import { creditToken } from '../ledgers/tokens.ts';
import {
  CCOS_SUPPLY,
  CHAIN_ID,
  DEFAULT_PARAMS,
  MARKET_PERCENT,
  STR_SUPPLY,
  U64_MAX,
  type Params,
} from '../params/params.ts';
import { PROVERS } from '../params/zk.ts';
import { equalBytes, fromHex, isHex, toHex, utf8 } from '../primitives/bytes.ts';
import { CodecError, Reader, Writer } from '../primitives/codec.ts';
import { merkleRoot } from '../primitives/merkle.ts';
import { assert, err, ok, type Result } from '../primitives/result.ts';
import { commitDelta, EMPTY_COMMITMENTS, rootOf } from '../state/commitment.ts';
import { StateJournal } from '../state/journal.ts';
import { LayeredState } from '../state/view.ts';
import { sameAccount } from '../tx/accounts.ts';
import { LEDGERS, TOKENS, type Token } from '../tx/kinds.ts';
import type { Account, Hash } from '../tx/transaction.ts';
import { HEADER_VERSION, hashHeader, hashLedgerHeader, SEAL_BYTES } from './header.ts';
import type { LedgerHeader, Round, RoundHeader } from './types.ts';

/**
 * The named wallets that have keys: BIP-39 mnemonic "abandon" × 11 + "about", at m/44'/1313'/0'/0/i for i = 0, 1, … in
 * this order (D17: a recorded deviation, since the document prints its addresses in part only). Only the market holds
 * anything.
 */
export const NAMED_WALLETS = {
  market: '7224a18be7267b49d34acdd194fff1ec66beb9be',
  foundation: 'e3dd8d301ee9422a5897329385685b184becdd48',
  ecosystem: '8143d7ae8844fc22f486b2fc73d65676563c636d',
  development: '906d6c44a3343c937a920d396eb43bc52e10657d',
} as const;

export interface Allocation {
  readonly account: Account;
  readonly token: Token;
  /** Base units. */
  readonly amount: bigint;
}

/** What the file holds. */
export interface GenesisFile {
  readonly chainId: number;
  /** Unix seconds. */
  readonly timeSeconds: number;
  /** Compact target of the first rounds (D8). */
  readonly bits: number;
  readonly params: Params;
  /** Holds the market's share, less the allocations of STR and CCOS. */
  readonly market: Account;
  readonly allocations: readonly Allocation[];
}

export interface Genesis extends GenesisFile {
  /** sha256 of the file, hex. */
  readonly hash: Hash;
  /** Round 0: no transactions; its parent is `hash`. */
  readonly round: Round;
  readonly state: LayeredState;
}

export type GenesisError =
  | { readonly code: 'encoding'; readonly offset: number; readonly detail: string }
  | { readonly code: 'parameter'; readonly name: keyof Params; readonly detail: string }
  | { readonly code: 'allocation-token'; readonly token: Token }
  | { readonly code: 'allocation-repeated'; readonly token: Token; readonly account: Account }
  | { readonly code: 'allocation-above-market'; readonly token: Token; readonly got: bigint; readonly max: bigint };

/** What a chain may choose; the rest has defaults. */
export type GenesisInput = Pick<GenesisFile, 'timeSeconds' | 'bits'> &
  Partial<Pick<GenesisFile, 'params' | 'market' | 'allocations'>>;

/** Allocations may come in any order. */
export function makeGenesis(input: GenesisInput, crypto: Crypto): Result<Genesis, GenesisError> {
  const allocations = [...(input.allocations ?? [])].sort(compareAllocations);
  const file: GenesisFile = {
    chainId: CHAIN_ID,
    params: DEFAULT_PARAMS,
    market: NAMED_WALLETS.market,
    ...input,
    allocations,
  };
  const error = checkParams(file.params) ?? checkAllocations(allocations);
  return error === undefined ? ok(openGenesis(file, crypto)) : err(error);
}

function openGenesis(file: GenesisFile, crypto: Crypto): Genesis {
  const hash = toHex(crypto.sha256(encodeGenesis(file)));
  const state = genesisState(file, crypto);
  const sha256 = (data: Uint8Array): Uint8Array => crypto.sha256(data);
  const empty = toHex(merkleRoot([], sha256));
  const ledgers = LEDGERS.map((ledger, i): LedgerHeader => ({
    ledger,
    number: 0,
    previous: '00'.repeat(32),
    transactionsRoot: empty,
    transactionCount: 0,
    receiptsRoot: empty,
    receiptCount: 0,
    stateRoot: toHex(rootOf(state.commitments[i], crypto)),
  }));
  const header: RoundHeader = {
    version: HEADER_VERSION,
    parent: hash,
    number: 0,
    time: file.timeSeconds,
    bits: file.bits,
    miner: '00'.repeat(20),
    ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)),
    orderRoot: empty,
    transactionCount: 0,
    seal: new Uint8Array(SEAL_BYTES),
  };
  return { ...file, hash, round: { hash: hashHeader(header, crypto), header, ledgers, transactions: [] }, state };
}

// ── Supply ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const marketShare = (supply: bigint): bigint => (supply * MARKET_PERCENT) / 100n;
const MARKET_SHARE: Readonly<Partial<Record<Token, bigint>>> = {
  STR: marketShare(STR_SUPPLY),
  CCOS: marketShare(CCOS_SUPPLY),
};

const allocated = (allocations: readonly Allocation[], token: Token): bigint =>
  allocations.reduce((sum, allocation) => (allocation.token === token ? sum + allocation.amount : sum), 0n);

function genesisState({ allocations, market }: GenesisFile, crypto: Crypto): LayeredState {
  const nothing = LayeredState.empty();
  const journal = new StateJournal(nothing);
  const credit = ({ account: text, token, amount }: Allocation): void => {
    const account = sameAccount(text);
    const failure =
      token === 'STR'
        ? creditStr({ journal, snapshots: undefined }, account, amount)
        : token === 'CCOS'
          ? creditToken(journal, ccosBalances, account, amount)
          : token === 'wSTR'
            ? creditToken(journal, wstrBalances, account, amount)
            : creditToken(journal, mainTokens, `${token}/${account}`, amount);
    assert(failure === undefined, 'an allocation fits its balance');
  };
  credit({ account: STR_TREASURY, token: 'STR', amount: STR_SUPPLY - marketShare(STR_SUPPLY) });
  credit({ account: CCOS_TREASURY, token: 'CCOS', amount: CCOS_SUPPLY - marketShare(CCOS_SUPPLY) });
  for (const token of ['STR', 'CCOS'] as const) {
    credit({ account: market, token, amount: MARKET_SHARE[token]! - allocated(allocations, token) });
  }
  allocations.forEach(credit);
  const delta = journal.delta();
  return nothing.child(delta, commitDelta(EMPTY_COMMITMENTS, delta, crypto));
}

function checkAllocations(allocations: readonly Allocation[]): GenesisError | undefined {
  for (let i = 0; i < allocations.length; i++) {
    const { token, account } = allocations[i];
    if (token === 'eSTR') return { code: 'allocation-token', token };
    const repeated = i > 0 && compareAllocations(allocations[i - 1], allocations[i]) === 0;
    if (repeated) return { code: 'allocation-repeated', token, account };
  }
  for (const token of TOKENS) {
    const got = allocated(allocations, token);
    const max = MARKET_SHARE[token] ?? U64_MAX;
    if (got > max) return { code: 'allocation-above-market', token, got, max };
  }
  return undefined;
}

function compareAllocations(x: Allocation, y: Allocation): number {
  const byToken = TOKENS.indexOf(x.token) - TOKENS.indexOf(y.token);
  return byToken !== 0 ? byToken : x.account < y.account ? -1 : x.account > y.account ? 1 : 0;
}

// ── Parameters ──────────────────────────────────────────────────────────────────────────────────────────────────────

type NumericParameter = Exclude<keyof Params, 'relayers' | 'proofs'>;

/** In the file's order, with the smallest and largest value that a chain can work with. */
const PARAMETERS: readonly (readonly [name: NumericParameter, min: number, max: number])[] = [
  ['roundIntervalSeconds', 1, 86_400],
  ['halfLifeSeconds', 1, Number.MAX_SAFE_INTEGER],
  ['finalityDepth', 1, Number.MAX_SAFE_INTEGER],
  ['gasLimitPerLedger', 0, Number.MAX_SAFE_INTEGER],
  ['txBytesMax', 0, Number.MAX_SAFE_INTEGER],
  ['roundBytesMax', 0, Number.MAX_SAFE_INTEGER],
  ['domainTermSeconds', 1, 0xffff_ffff],
  ['domainGraceSeconds', 0, 0xffff_ffff],
  ['domainFee', 0, Number.POSITIVE_INFINITY],
  ['votingPeriodRounds', 1, 0xffff_ffff],
  ['executionDelayRounds', 0, 0xffff_ffff],
  ['majorityBps', 0, 9_999],
  ['quorumBps', 0, 10_000],
  ['bridgeTimeoutSeconds', 0, 0xffff_ffff],
];

function checkParams(params: Params): GenesisError | undefined {
  for (const [name, min, max] of PARAMETERS) {
    const value = params[name];
    const integer = typeof value === 'bigint' ? value <= U64_MAX : Number.isSafeInteger(value);
    if (!integer || value < min || value > max) {
      return { code: 'parameter', name, detail: `not an integer from ${min} to ${max}` };
    }
  }
  const { relayers } = params;
  const wrong = (detail: string): GenesisError => ({ code: 'parameter', name: 'relayers', detail });
  if (relayers.length > 255) return wrong('more than 255');
  for (let i = 0; i < relayers.length; i++) {
    if (!isHex(relayers[i], 33)) return wrong(`key ${i} is not 33 bytes of hex`);
    if (i > 0 && relayers[i] <= relayers[i - 1]) return wrong(`key ${i} is not above the one before`);
  }
  return undefined;
}

// ── File ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const MAGIC = utf8('stratus-genesis');
const FILE_VERSION = 1;

/** Canonical bytes; `allocations` must be in order, as `makeGenesis` leaves them. */
export function encodeGenesis({ chainId, timeSeconds, bits, params, market, allocations }: GenesisFile): Uint8Array {
  const out = new Writer(256).bytes(MAGIC).u8(FILE_VERSION).u32(chainId).u64(timeSeconds).u32(bits);
  for (const [name] of PARAMETERS) out.u64(params[name]);
  out.u8(params.relayers.length);
  for (const relayer of params.relayers) out.bytes(fromHex(relayer));
  out.u8(PROVERS.indexOf(params.proofs));
  out.bytes(fromHex(market)).u32(allocations.length);
  for (const { token, account, amount } of allocations) {
    out.u8(TOKENS.indexOf(token)).bytes(fromHex(account)).u64(amount);
  }
  return out.finish();
}

/** Inverse of `encodeGenesis`; refuses every file that it would not have written. */
export function decodeGenesis(bytes: Uint8Array, crypto: Crypto): Result<Genesis, GenesisError> {
  try {
    const input = new Reader(bytes);
    const known = equalBytes(input.bytes(MAGIC.length), MAGIC) && input.u8() === FILE_VERSION;
    if (!known) input.fail('not a genesis file of version 1');
    if (input.u32() !== CHAIN_ID) input.fail(`chain id is not ${CHAIN_ID}`);
    const head = {
      timeSeconds: input.u53(),
      bits: input.u32(),
      params: readParams(input),
      market: toHex(input.bytes(20)),
    };
    const allocations: Allocation[] = [];
    for (let left = input.u32(); left > 0; left--) {
      const token = TOKENS[input.u8()] ?? input.fail('no such token');
      const allocation = { token, account: toHex(input.bytes(20)), amount: input.u64() };
      const last = allocations.at(-1);
      if (last !== undefined && compareAllocations(last, allocation) >= 0) input.fail('allocations out of order');
      allocations.push(allocation);
    }
    input.end();
    return makeGenesis({ ...head, allocations }, crypto);
  } catch (error) {
    if (error instanceof CodecError) return err({ code: 'encoding', offset: error.offset, detail: error.detail });
    throw error;
  }
}

function readParams(input: Reader): Params {
  const values = Object.fromEntries(
    PARAMETERS.map(([name]) => [name, name === 'domainFee' ? input.u64() : input.u53()]),
  ) as unknown as Omit<Params, 'relayers' | 'proofs'>;
  const relayers = Array.from({ length: input.u8() }, () => toHex(input.bytes(33)));
  return { ...values, relayers, proofs: input.oneOf(PROVERS, 'prover') };
}
