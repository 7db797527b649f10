/**
 * A chain of its own for trying contracts out: the engine's own rounds, headers, seals, signatures and execution, on a genesis
 * with a few test accounts, one transaction a round. Its clock is its own: a round every 30 seconds, whoever looks at it.
 */
import { IsolatedExecutor } from '../../engine/chain/isolated-executor.ts';
import { MAX_BITS } from '../../engine/chain/difficulty.ts';
import { makeGenesis, type Genesis } from '../../engine/chain/genesis.ts';
import { Registry, type RoundRef } from '../../engine/chain/registry.ts';
import { sampledSeal } from '../../engine/chain/seal.ts';
import { StatelessVerdicts } from '../../engine/chain/stateless-verdicts.ts';
import type { Receipt, Round, RoundError, TransactionError } from '../../engine/chain/types.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { accountOf } from '../../engine/ledgers/main/accounts.ts';
import { contractStorage } from '../../engine/ledgers/tables.ts';
import { DEFAULT_PARAMS, LIMITS } from '../../engine/params/params.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { Vm } from '../../engine/starw/execute.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Account, Payload } from '../../engine/tx/transaction.ts';
import { signTransaction } from '../../engine/wallet/sign.ts';
import { parseRounds, parseSeconds } from '../scenario/units.ts';
import { FUNDS, MINER, TEST_ACCOUNTS, type TestAccount } from './contract-accounts.ts';

const crypto = nativeCrypto() ?? nobleCrypto;
/** 1 January 2025, so that equal commands make equal chains. */
const GENESIS_TIME = 1_735_689_600;
/** Even the easiest target takes 2^32 hashes: seals are of the kind that a simulation has (D24), and everyone has this key. */
const SEAL_KEY = crypto.sha256(utf8('stratus test-only seal of local chains'));

/** A receipt, and the number of the round that it is of. */
export interface Sent {
  readonly receipt: Receipt;
  readonly round: number;
}

/** What a sender gives for execution. */
export interface SendOptions {
  readonly gasLimit: number;
  /** STR base units per gas. */
  readonly gasPrice: bigint;
}

/** Gas that a command gives, unless it says otherwise: half of what a ledger has in a round. */
export const GAS_DEFAULT = DEFAULT_PARAMS.gasLimitPerLedger / 2;

/** The genesis of every local chain. */
export function localGenesis(): Genesis {
  const allocations = TEST_ACCOUNTS.map(({ account }) => ({ account, token: 'STR', amount: FUNDS }) as const);
  const made = makeGenesis({ timeSeconds: GENESIS_TIME, bits: MAX_BITS, allocations }, crypto);
  if (!made.ok) throw new Bug(`genesis of local chains: ${made.error.code}`);
  return made.value;
}

/** One branch of rounds, from genesis on. */
export class LocalChain {
  readonly genesis: Genesis;
  private readonly registry: Registry;
  private readonly executor: IsolatedExecutor;
  private readonly branch: RoundRef[] = [0];

  constructor(genesis = localGenesis(), vm = new Vm()) {
    this.genesis = genesis;
    this.registry = new Registry(genesis);
    this.executor = new IsolatedExecutor(this.registry, genesis, crypto, vm, sampledSeal(SEAL_KEY, crypto), new StatelessVerdicts(this.registry, genesis, crypto));
  }

  private get head(): RoundRef {
    return this.branch[this.branch.length - 1];
  }
  /** State after the last round. */
  get state(): StateReader {
    return this.executor.stateAt(this.head);
  }
  /** Number of the last round. */
  get number(): number {
    return this.branch.length - 1;
  }
  /** *Now* in the next round: median time of the last ones, Unix seconds (D8). */
  get now(): number {
    return this.executor.medianTime(this.head);
  }
  get headHash(): string {
    return this.registry.rounds[this.head].hash;
  }
  /** From the first on. */
  get rounds(): Round[] {
    return this.branch.slice(1).map((ref) => this.registry.roundOf(ref));
  }

  /** Entries of a contract's storage, by key (hex): what every round changed, one after the other. */
  storageOf(contract: Account): Map<string, Uint8Array> {
    const entries = new Map<string, Uint8Array>();
    const start = `${contract}/`;
    for (const ref of this.branch.slice(1)) {
      for (const { table, key, after } of this.executor.resultOf(ref)!.delta.values()) {
        if (table !== contractStorage || !key.startsWith(start)) continue;
        if (after === undefined) entries.delete(key.slice(start.length));
        else entries.set(key.slice(start.length), after as Uint8Array);
      }
    }
    return entries;
  }

  /** A transaction in a round of its own; why it may not enter one, if it may not. Tried only: the chain stays as it was. */
  send(from: TestAccount, payload: Payload, { gasLimit, gasPrice }: SendOptions, only: 'tried' | 'kept' = 'kept'): Sent | TransactionError {
    const { nonce } = accountOf(this.state, from.account);
    const transaction = signTransaction({ nonce, gasLimit, gasPrice, payload }, from, this.genesis.hash, crypto);
    const handle = this.registry.addTransaction(transaction);
    const refused = this.executor.statelessError(handle) ?? this.unpaid(from, gasLimit, gasPrice);
    if (refused !== undefined) return refused;
    const ref = this.build([handle], this.clock());
    const [receipt] = this.executor.resultOf(ref)!.receipts;
    if (receipt === undefined) throw new Bug('a transaction that may enter was passed over');
    const sent = { receipt, round: this.number + 1 };
    if (only === 'kept') this.branch.push(ref);
    return sent;
  }

  /** Empty rounds. */
  passRounds(count: number): void {
    for (let i = 0; i < count; i++) this.branch.push(this.build([], this.clock()));
  }

  /** As few empty rounds as it takes for *now* to be that much later: those whose times are the median of what counts. */
  passSeconds(seconds: number): void {
    const until = this.now + seconds;
    for (let i = 0; this.now < until && i < LIMITS.medianRounds; i++) this.branch.push(this.build([], Math.max(this.clock(), until + i)));
  }

  /** Takes over a round that was made elsewhere, if every rule holds. */
  follow(round: Round): RoundError | undefined {
    if (round.header.parent !== this.headHash) return { code: 'encoding', detail: 'it does not follow the one before' };
    const ref = this.registry.addRound(round);
    const error = this.executor.execute(ref);
    if (error === undefined) this.branch.push(ref);
    return error;
  }

  private unpaid({ account }: TestAccount, gasLimit: number, gasPrice: bigint): TransactionError | undefined {
    const left = this.genesis.params.gasLimitPerLedger;
    if (gasLimit > left) return { code: 'gas-above-ledger-limit', got: gasLimit, left };
    const [needed, available] = [BigInt(gasLimit) * gasPrice, accountOf(this.state, account).str];
    return needed > available ? { code: 'overdraft', needed, available } : undefined;
  }

  private clock(): number {
    return this.registry.rounds[this.head].header.time + this.genesis.params.roundIntervalSeconds;
  }

  private build(handles: readonly number[], clockSeconds: number): RoundRef {
    return this.executor.build(this.head, MINER, clockSeconds, handles);
  }
}

/** Lets time pass on a chain: `7d`, `90s`, `12 rounds`. What is wrong with the text, if anything is. */
export function passTime(chain: LocalChain, text: string): string | undefined {
  if (!/round/.test(text)) {
    const seconds = parseSeconds(text);
    if (!seconds.ok) return seconds.error.problem;
    chain.passSeconds(seconds.value);
    return undefined;
  }
  const rounds = parseRounds(text);
  if (!rounds.ok) return rounds.error.problem;
  if (rounds.value > ROUNDS_MAX) return `at most ${ROUNDS_MAX} rounds`;
  chain.passRounds(rounds.value);
  return undefined;
}

/** Each is a round in the file. */
const ROUNDS_MAX = 10_000;
