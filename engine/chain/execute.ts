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
import type { BalanceScope, Operation } from '../ledgers/ledger.ts';
import { recordRewards, settleRewards } from '../ledgers/ccos/settlement.ts';
import { applyDueEffects } from '../ledgers/governance/effects.ts';
import { governedParams } from '../ledgers/governance/parameters.ts';
import { openRounds } from '../ledgers/governance/weight.ts';
import { accountOf, creditStr, debitStr, revertTo, setAccount, Snapshots } from '../ledgers/main/accounts.ts';
import { STR_TREASURY } from '../ledgers/protocol-accounts.ts';
import type { RewardDue } from '../ledgers/tables.ts';
import { U64_MAX, type Params } from '../params/params.ts';
import type { ProverName } from '../params/zk.ts';
import { toHex } from '../primitives/bytes.ts';
import { assert, err, ok, type Result } from '../primitives/result.ts';
import { earnsReward } from '../rewards/ccos.ts';
import { subsidyOf } from '../rewards/subsidy.ts';
import type { Vm } from '../starw/execute.ts';
import { commitDelta, rootOf, type Commitments } from '../state/commitment.ts';
import { StateJournal } from '../state/journal.ts';
import type { StateBase } from '../state/state.ts';
import { LEDGERS, type Kind, type Ledger } from '../tx/kinds.ts';
import type { Account, BlockReference, Hash, Transaction } from '../tx/transaction.ts';
import type { ProofVerifier } from '../zk/prover.ts';
import type { Statement } from '../zk/statements.ts';
import { verifierOf } from '../zk/verifiers.ts';
import { bodyRoots, type BodyRoots } from './body-roots.ts';
import { ReceiptLeaves } from './receipt.ts';
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
  /** Runs contracts; one for all chains of a process, since it only keeps what it compiled. */
  readonly vm: Vm;
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
  /** Of the round's header. */
  readonly orderRoot: Hash;
}

/**
 * Executes a round's transactions; the first that may not stand at its position makes the whole round invalid (D11).
 * `roots` are those of the transactions, where the caller has them.
 */
export function executeRound(
  environment: ChainEnvironment,
  context: RoundContext,
  state: CommittedState,
  transactions: readonly Transaction[],
  roots?: BodyRoots,
): Result<ExecutedState, RoundError> {
  const bytes = transactions.reduce((sum, { size }) => sum + size, 0);
  const max = environment.params.roundBytesMax;
  if (bytes > max) return err({ code: 'size', got: bytes, max });
  const execution = new RoundExecution(environment, context, state);
  for (let index = 0; index < transactions.length; index++) {
    const error = execution.add(transactions[index]);
    if (error !== undefined) return err({ code: 'transaction', index, error });
  }
  return ok(execution.finish(roots));
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
  private readonly operation: CurrentOperation;

  private readonly transactions: Transaction[] = [];
  private readonly receipts: Receipt[] = [];
  private readonly settlements: ReceiptEvent[] = [];
  private readonly rewardsDue: RewardDue[] = [];
  private readonly gasUsed = LEDGERS.map(() => 0);
  private vmGas = 0;
  private proofs = 0;
  private readonly subsidy: bigint;
  /** In flight: debited from senders, not yet the miner's. */
  private fees = 0n;

  constructor(environment: ChainEnvironment, context: RoundContext, state: CommittedState) {
    this.environment = environment;
    this.context = context;
    this.state = state;
    this.number = context.parent.header.number + 1;
    this.journal = new StateJournal(state);
    const period = environment.params.votingPeriodRounds;
    const votingRound = openRounds(state, this.number, period).at(-1);
    this.scope = { journal: this.journal, snapshots: votingRound === undefined ? undefined : new Snapshots(votingRound, this.number - period) };

    this.settlements.push(...applyDueEffects(this.scope, this.number));
    this.params = governedParams(this.journal, environment.params);
    this.settlements.push(...settleRewards(this.journal, context.parent.hash, environment.crypto));
    this.subsidy = subsidyOf(accountOf(this.journal, STR_TREASURY).str);
    const failure = debitStr(this.scope, STR_TREASURY, this.subsidy);
    assert(failure === undefined, 'a part of the treasury is within the treasury');
    this.operation = new CurrentOperation(this.scope, environment, this.params, this.number, context.nowSeconds);
  }

  /** Executes the next transaction, or says why it may not stand here (D11's order); then nothing has changed. */
  add(transaction: Transaction): TransactionError | undefined {
    const { journal, scope } = this;
    const { sender, nonce, gasLimit, gasPrice, ledger, intrinsicGas } = transaction;
    const home = LEDGERS.indexOf(ledger);

    const left = this.params.gasLimitPerLedger - this.gasUsed[home];
    if (gasLimit > left) return { code: 'gas-above-ledger-limit', got: gasLimit, left };
    const needed = BigInt(gasLimit) * gasPrice;
    if (needed > U64_MAX) return { code: 'fee-overflow' };
    const { nonce: expected, str: available } = accountOf(journal, sender);
    if (nonce < expected) return { code: 'nonce-used', got: nonce, expected };
    if (nonce > expected) return { code: 'nonce-gap', got: nonce, expected };
    if (needed > available) return { code: 'overdraft', needed, available };

    setAccount(scope, sender, { nonce: nonce + 1, str: available - needed });
    const mark = journal.mark();
    const events: ReceiptEvent[] = [];
    const operation = this.operation.of(transaction, events);
    const failure = this.apply(transaction, operation);
    let touched = NONE;
    if (failure === undefined) touched = ledgersOf(journal.touchedSince(mark, 1 << home));
    else revertTo(scope, mark);

    // Native kinds use exactly their intrinsic gas, whether they succeed or fail (D11); contracts what the VM used besides.
    const used = intrinsicGas + operation.gasUsed;
    const fee = BigInt(used) * gasPrice;
    assert(creditStr(scope, sender, needed - fee) === undefined, 'all STR fits in one balance');
    this.fees += fee;
    this.gasUsed[home] += used;
    this.vmGas += operation.gasUsed;
    if (operation.prover !== undefined) this.proofs++;

    this.transactions.push(transaction);
    const receipt = new TransactionReceipt(transaction, failure ?? 'success', used, fee, failure === undefined ? events : [], touched, operation.output, operation.prover);
    this.receipts.push(receipt);
    if (failure === undefined) this.noteReward(transaction);
    return undefined;
  }

  /** Pays the miner and commits. Must be called once, last. `roots` are those of the transactions, where they are known. */
  finish(roots: BodyRoots = bodyRoots(this.transactions, this.environment.crypto)): ExecutedState {
    const { context, environment, fees, journal, receipts, settlements, subsidy } = this;
    recordRewards(journal, this.rewardsDue);
    const { miner } = context;
    assert(creditStr(this.scope, miner, fees + subsidy) === undefined, 'all STR fits in one balance');
    const leaves = this.receiptLeaves({ type: 'subsidy', miner, subsidy, fees });

    const delta = journal.delta();
    const commitments = commitDelta(this.state.commitments, delta, environment.crypto);
    const ledgers = this.ledgerHeaders(roots, leaves, commitments);
    return { ledgers, receipts, settlements, gasUsed: this.gasUsed, vmGas: this.vmGas, proofs: this.proofs, fees, subsidy, delta, commitments, orderRoot: roots.orderRoot };
  }

  private apply(transaction: Transaction, operation: Operation): FailureCode | undefined {
    const { reference } = transaction;
    if (reference !== undefined && !this.refers(reference)) return 'reference-not-found';
    return applyPayload(transaction.payload, operation);
  }

  private refers({ ledger, number, hash }: BlockReference): boolean {
    return number < this.number && this.context.blockHash(ledger, number) === hash;
  }

  private noteReward(transaction: Transaction): void {
    if (transaction.kind !== 'financial-public-transaction') return;
    const { payload } = transaction;
    if (payload.kind !== 'financial-public-transaction' || !earnsReward(payload.amount)) return;
    this.rewardsDue.push({ transaction: transaction.id, to: transaction.sender, amount: payload.amount });
  }

  /** In the order in which things happened; `last` is the settlement that ends the round. */
  private receiptLeaves(last: ReceiptEvent): ReceiptLeaves {
    const { settlements, receipts, transactions } = this;
    const leaves = new ReceiptLeaves();
    for (const event of settlements) leaves.settlement(event);
    for (let i = 0; i < receipts.length; i++) leaves.receipt(receipts[i], transactions[i]);
    leaves.settlement(last);
    settlements.push(last);
    return leaves;
  }

  private ledgerHeaders({ transactionsRoots, transactionCounts }: BodyRoots, leaves: ReceiptLeaves, commitments: Commitments): LedgerHeader[] {
    const { crypto } = this.environment;
    return LEDGERS.map((ledger, i) => ({
      ledger,
      number: this.number,
      previous: this.context.parent.header.ledgerHashes[i],
      transactionsRoot: transactionsRoots[i],
      transactionCount: transactionCounts[i],
      receiptsRoot: toHex(leaves.root(i, crypto)),
      receiptCount: leaves.count(i),
      stateRoot: toHex(rootOf(commitments[i], crypto)),
    }));
  }
}

/** The operation of the transaction that is being executed: one object for a round, and texts made when a rule asks. */
class CurrentOperation implements Operation {
  readonly journal: Operation['journal'];
  readonly snapshots: Operation['snapshots'];
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
  readonly round: number;
  readonly now: number;
  readonly emit: Operation['emit'];
  readonly vm: Vm;
  private readonly verifier: ProofVerifier;
  /** Used beyond the intrinsic gas. */
  gasUsed = 0;
  output: Uint8Array = NOTHING;
  prover: ProverName | undefined;
  private current: Transaction | undefined;
  private events: ReceiptEvent[] = [];

  constructor({ journal, snapshots }: BalanceScope, { genesisHash, crypto, vm }: ChainEnvironment, params: Params, round: number, now: number) {
    this.journal = journal;
    this.snapshots = snapshots;
    this.params = params;
    this.genesisHash = genesisHash;
    this.crypto = crypto;
    this.vm = vm;
    this.verifier = verifierOf(params.proofs);
    this.round = round;
    this.now = now;
    this.emit = (event) => void this.events.push(event);
  }

  /** From here on it is this transaction's, and tells `events`. */
  of(transaction: Transaction, events: ReceiptEvent[]): this {
    this.current = transaction;
    this.events = events;
    this.gasUsed = 0;
    this.output = NOTHING;
    this.prover = undefined;
    return this;
  }

  get gasLeft(): number {
    const { gasLimit, intrinsicGas } = this.current!;
    return gasLimit - intrinsicGas - this.gasUsed;
  }
  useGas(gas: number): void {
    assert(gas <= this.gasLeft, 'the VM keeps to its gas');
    this.gasUsed += gas;
  }
  proves(statement: Statement, proof: Uint8Array): boolean {
    this.prover = this.verifier.name;
    return this.verifier.verify(statement, proof);
  }
  giveBack(output: Uint8Array): void {
    this.output = output;
  }

  get transaction(): Hash {
    return this.current!.id;
  }
  get sender(): Account {
    return this.current!.sender;
  }
}

class TransactionReceipt implements Receipt {
  readonly status: 'success' | FailureCode;
  readonly gasUsed: number;
  readonly fee: bigint;
  readonly events: readonly ReceiptEvent[];
  readonly touched: readonly Ledger[];
  readonly output: Uint8Array;
  readonly prover: ProverName | undefined;
  private readonly of: Transaction;

  constructor(of: Transaction, status: 'success' | FailureCode, gasUsed: number, fee: bigint, events: readonly ReceiptEvent[], touched: readonly Ledger[], output: Uint8Array, prover: ProverName | undefined) {
    this.of = of;
    this.status = status;
    this.gasUsed = gasUsed;
    this.fee = fee;
    this.events = events;
    this.touched = touched;
    this.output = output;
    this.prover = prover;
  }

  get transaction(): Hash {
    return this.of.id;
  }
  get kind(): Kind {
    return this.of.kind;
  }
  get sender(): Account {
    return this.of.sender;
  }
  get ledger(): Ledger {
    return this.of.ledger;
  }
}

const NONE: readonly Ledger[] = [];
const NOTHING = new Uint8Array(0);
/** Ledgers of bits by index, in `LEDGERS` order. */
const ledgersOf = (bits: number): readonly Ledger[] => (bits === 0 ? NONE : LEDGERS.filter((_, i) => ((bits >> i) & 1) === 1));
