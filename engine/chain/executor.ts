/**
 * Who computes verdicts and states for a node.
 *
 * Executing a round is a pure function of its parent's state and the round, so nodes may share one executor
 * (`SharedExecutor`: immutable views, each distinct round executed once) or have their own (`IsolatedExecutor`: one
 * mutable state, moved along branches by redo and undo). Both give the same answers; `--isolated` tests that.
 */
import type { Account } from '../tx/transaction.ts';
import type { StateReader } from '../state/state.ts';
import type { StateProof } from '../state/commitment.ts';
import type { ExecutedRound, LedgerHeader, RoundError, RoundHeader, TransactionError } from './types.ts';
import type { Bits, TxHandle, TxSet } from './tx-set.ts';
import type { RoundRef } from './registry.ts';
import type { Clearance } from '../pool/clearance.ts';

/** What a light node needs to believe an account: the main ledger's header, and a proof under its state root. */
export interface AccountProof {
  readonly ledgerHeader: LedgerHeader;
  /** Encoded account, or undefined for one that does not exist. */
  readonly value: Uint8Array | undefined;
  readonly proof: StateProof;
  /** Wire size. */
  readonly bytes: number;
}

export interface Executor {
  /** True where verdicts are this node's own work: they count as independent evaluations. */
  readonly independent: boolean;
  /** Transactions whose stateless verdict is that they are valid. `check` fills it. */
  readonly valid: Bits;
  /** Gives every member of the set its stateless verdict. */
  check(set: TxSet): void;
  /** The stateless verdict of one transaction. */
  statelessError(handle: TxHandle): TransactionError | undefined;
  /** Verdict on a header by content (seal, target, number, median time); the clock is the node's own matter. */
  headerError(ref: RoundRef): RoundError | undefined;
  /** Verdict on a whole round whose parent is valid. */
  execute(ref: RoundRef): RoundError | undefined;
  /** Median time of the chain ending at `ref`, Unix seconds (D8). */
  medianTime(ref: RoundRef): number;
  /** State after a valid round. With an isolated executor, valid until the next call that moves it. */
  stateAt(ref: RoundRef): StateReader;
  /** State root of a ledger after a valid round, hex. */
  stateRoot(ref: RoundRef, ledgerIndex: number): string;
  clearance(ref: RoundRef): Clearance;
  /** Builds, seals and registers a round on a valid parent. */
  build(parent: RoundRef, miner: Account, clockSeconds: number, pooled: Iterable<TxHandle>): RoundRef;
  /** Gas that contracts used in a round that was executed or built here, also where its roots then proved wrong. */
  vmGas(ref: RoundRef): number;
  /** Proofs that were verified in it, likewise. */
  proofs(ref: RoundRef): number;
  /** The result of a valid round, while it is kept. */
  resultOf(ref: RoundRef): ExecutedRound | undefined;
  /** An account at a round, with its proof; undefined where that state is no longer kept. */
  proveAccount(ref: RoundRef, account: Account): AccountProof | undefined;
  /** Whether the proof holds under the header, and nothing else. */
  verifyAccount(header: RoundHeader, account: Account, proof: AccountProof): boolean;
}
