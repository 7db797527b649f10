/**
 * Executing a round on its parent's state: a pure function of both (D5, D11, D12).
 *
 *     due governance effects → CCOS rewards of the last round → subsidy leaves the treasury
 *     → transactions, in the round's order → fees and subsidy to the miner
 *
 * Precondition: every transaction is statelessly valid (`checkStateless`, with its signature); that verdict does not
 * depend on the state and is given elsewhere, once.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { applyPayload } from '../ledgers/index.ts';
import type { BalanceScope } from '../ledgers/ledger.ts';
import { recordRewards, settleRewards } from '../ledgers/ccos/settlement.ts';
import { applyDueEffects } from '../ledgers/governance/effects.ts';
import { governedParams } from '../ledgers/governance/parameters.ts';
import { openRounds } from '../ledgers/governance/weight.ts';
import { accountOf, creditStr, debitStr, setAccount } from '../ledgers/main/accounts.ts';
import { STR_TREASURY } from '../ledgers/protocol-accounts.ts';
import type { RewardDue } from '../ledgers/tables.ts';
import { U64_MAX, type Params } from '../params/params.ts';
import { toHex } from '../primitives/bytes.ts';
import { merkleRoot } from '../primitives/merkle.ts';
import { assert, err, ok, type Result } from '../primitives/result.ts';
import { earnsReward } from '../rewards/ccos.ts';
import { subsidyOf } from '../rewards/subsidy.ts';
import { commitDelta, rootOf, type Commitments } from '../state/commitment.ts';
import { StateJournal } from '../state/journal.ts';
import type { StateBase } from '../state/state.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { Account, BlockReference, Hash, Transaction } from '../tx/transaction.ts';
import { receiptLeaves } from './receipt.ts';
import type {
  ExecutedRound,
  FailureCode,
  LedgerHeader,
  Receipt,
  ReceiptEvent,
  Round,
  RoundError,
  TransactionError,
} from './types.ts';

/** What is the same for every round of a chain. */
export interface ChainEnvironment {
  /** Of the genesis file; governance's changes are read from the state. */
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
}

/** A state with the commitments to it: a `LayeredState` or a `FlatState`. */
export interface CommittedState extends StateBase {
  readonly commitments: Commitments;
}

/** Where a round stands. */
export interface RoundContext {
  /** Its parent: number, ledger hashes, and the hash that D13's rates follow from. */
  readonly parent: Pick<Round, 'hash' | 'header'>;
  readonly miner: Account;
  /** The rules' *now*: the parent's median time, Unix seconds (D8). */
  readonly nowSeconds: number;
  /** Hash of a ledger's block on this branch; asked for numbers up to the parent's only (D10). */
  blockHash(ledger: Ledger, number: number): Hash | undefined;
}

/** What executing yields, with the commitments to the new state. */
export interface ExecutedState extends ExecutedRound {
  readonly commitments: Commitments;
}

/**
 * Executes a round's transactions; the first that may not stand at its position makes the whole round invalid (D11).
 */
export function executeRound(
  environment: ChainEnvironment,
  context: RoundContext,
  state: CommittedState,
  transactions: readonly Transaction[],
): Result<ExecutedState, RoundError> {
  const bytes = transactions.reduce((sum, transaction) => sum + transaction.bytes.length, 0);
  const max = environment.params.roundBytesMax;
  if (bytes > max) return err({ code: 'size', got: bytes, max });
  const execution = new RoundExecution(environment, context, state);
  for (let index = 0; index < transactions.length; index++) {
    const error = execution.add(transactions[index]);
    if (error !== undefined) return err({ code: 'transaction', index, error });
  }
  return ok(execution.finish());
}

/**
 * A round that is being executed, transaction by transaction: by `executeRound`, or by `buildRound` as it chooses them.
 */
export class RoundExecution {
  private readonly environment: ChainEnvironment;
  private readonly context: RoundContext;
  private readonly state: CommittedState;
  private readonly journal: StateJournal;
  private readonly scope: BalanceScope;
  private readonly params: Params;
  private readonly number: number;

  private readonly transactions: Transaction[] = [];
  private readonly receipts: Receipt[] = [];
  private readonly settlements: ReceiptEvent[] = [];
  private readonly rewardsDue: RewardDue[] = [];
  private readonly gasUsed = LEDGERS.map(() => 0);
  private readonly subsidy: bigint;
  /** In flight: debited from senders, not yet the miner's. */
  private fees = 0n;

  constructor(environment: ChainEnvironment, context: RoundContext, state: CommittedState) {
    this.environment = environment;
    this.context = context;
    this.state = state;
    this.number = context.parent.header.number + 1;
    this.journal = new StateJournal(state);
    const votingRound = openRounds(state, this.number, environment.params.votingPeriodRounds).at(-1);
    this.scope = { journal: this.journal, votingRound };

    this.settlements.push(...applyDueEffects(this.scope, this.number));
    this.params = governedParams(this.journal, environment.params);
    this.settlements.push(...settleRewards(this.journal, context.parent.hash, environment.crypto));
    this.subsidy = subsidyOf(accountOf(this.journal, STR_TREASURY).str);
    const failure = debitStr(this.scope, STR_TREASURY, this.subsidy);
    assert(failure === undefined, 'a part of the treasury is within the treasury');
  }

  /** Gas that the ledger's block still has room for. */
  gasLeft(ledger: Ledger): number {
    return this.params.gasLimitPerLedger - this.gasUsed[LEDGERS.indexOf(ledger)];
  }

  /** Why the transaction may not stand here, in D11's order; undefined where it may. */
  check(transaction: Transaction): TransactionError | undefined {
    const { ledger, gasLimit, gasPrice, nonce, sender } = transaction;
    const left = this.gasLeft(ledger);
    if (gasLimit > left) return { code: 'gas-above-ledger-limit', got: gasLimit, left };
    const needed = BigInt(gasLimit) * gasPrice;
    if (needed > U64_MAX) return { code: 'fee-overflow' };
    const { nonce: expected, str: available } = accountOf(this.journal, sender);
    if (nonce < expected) return { code: 'nonce-used', got: nonce, expected };
    if (nonce > expected) return { code: 'nonce-gap', got: nonce, expected };
    return needed > available ? { code: 'overdraft', needed, available } : undefined;
  }

  /** Executes the next transaction, or says why it may not stand here; then nothing has changed. */
  add(transaction: Transaction): TransactionError | undefined {
    const error = this.check(transaction);
    if (error !== undefined) return error;
    const { journal, scope } = this;
    const { sender, nonce, gasLimit, gasPrice, ledger } = transaction;

    const account = accountOf(journal, sender);
    setAccount(scope, sender, { nonce: nonce + 1, str: account.str - BigInt(gasLimit) * gasPrice });

    const mark = journal.mark();
    const events: ReceiptEvent[] = [];
    const failure = this.apply(transaction, events);
    let touched: readonly Ledger[] = [];
    if (failure === undefined) touched = this.touchedSince(mark, ledger);
    else journal.revert(mark);

    // Native kinds use exactly their intrinsic gas, whether they succeed or fail (D11).
    const used = transaction.intrinsicGas;
    const fee = BigInt(used) * gasPrice;
    assert(creditStr(scope, sender, BigInt(gasLimit - used) * gasPrice) === undefined, 'all STR fits in one balance');
    this.fees += fee;
    this.gasUsed[LEDGERS.indexOf(ledger)] += used;

    this.transactions.push(transaction);
    this.receipts.push({
      transaction: transaction.id,
      kind: transaction.kind,
      sender,
      ledger,
      status: failure ?? 'success',
      gasUsed: used,
      fee,
      events: failure === undefined ? events : [],
      touched,
    });
    if (failure === undefined) this.noteReward(transaction);
    return undefined;
  }

  /** Pays the miner and commits. Must be called once, last. */
  finish(): ExecutedState {
    const { context, environment, fees, journal, receipts, settlements, subsidy } = this;
    recordRewards(journal, this.rewardsDue);
    const { miner } = context;
    assert(creditStr(this.scope, miner, fees + subsidy) === undefined, 'all STR fits in one balance');
    settlements.push({ type: 'subsidy', miner, subsidy, fees });

    const delta = journal.delta();
    const commitments = commitDelta(this.state.commitments, delta, environment.crypto);
    const ledgers = this.ledgerHeaders(commitments);
    return { ledgers, receipts, settlements, gasUsed: this.gasUsed, fees, subsidy, delta, commitments };
  }

  private apply({ id, sender, payload, reference }: Transaction, events: ReceiptEvent[]): FailureCode | undefined {
    if (reference !== undefined && !this.refers(reference)) return 'reference-not-found';
    const { crypto, genesisHash } = this.environment;
    return applyPayload(payload, {
      journal: this.journal,
      votingRound: this.scope.votingRound,
      params: this.params,
      genesisHash,
      crypto,
      round: this.number,
      now: this.context.nowSeconds,
      transaction: id,
      sender,
      emit: (event) => void events.push(event),
    });
  }

  private refers({ ledger, number, hash }: BlockReference): boolean {
    return number < this.number && this.context.blockHash(ledger, number) === hash;
  }

  private touchedSince(mark: number, home: Ledger): Ledger[] {
    return LEDGERS.filter((ledger) => ledger !== home && this.journal.touchesSince(mark, ledger));
  }

  private noteReward({ id, sender, payload }: Transaction): void {
    if (payload.kind !== 'financial-public-transaction' || !earnsReward(payload.amount)) return;
    this.rewardsDue.push({ transaction: id, to: sender, amount: payload.amount });
  }

  private ledgerHeaders(commitments: Commitments): LedgerHeader[] {
    const { receipts, settlements } = this;
    const { crypto } = this.environment;
    const sha256 = (data: Uint8Array): Uint8Array => crypto.sha256(data);
    const idBytes = new Map(this.transactions.map((transaction) => [transaction.id, transaction.idBytes]));
    return LEDGERS.map((ledger, i) => {
      const home = this.transactions.filter((transaction) => transaction.ledger === ledger);
      const ids = home.map((transaction) => transaction.idBytes);
      const leaves = receiptLeaves(ledger, { receipts, settlements }, (id) => idBytes.get(id)!);
      return {
        ledger,
        number: this.number,
        previous: this.context.parent.header.ledgerHashes[i],
        transactionsRoot: toHex(merkleRoot(ids, sha256)),
        transactionCount: ids.length,
        receiptsRoot: toHex(merkleRoot(leaves, sha256)),
        receiptCount: leaves.length,
        stateRoot: toHex(rootOf(commitments[i], crypto)),
      };
    });
  }
}
