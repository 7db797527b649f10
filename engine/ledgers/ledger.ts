/** What a ledger is to the chain: rules that check an operation and apply it through the journal. */
import type { FailureCode, ReceiptEvent } from '../chain/types.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Params } from '../params/params.ts';
import type { Vm } from '../starw/execute.ts';
import type { Statement } from '../zk/statements.ts';
import type { Journal } from '../state/state.ts';
import type { Kind, Ledger } from '../tx/kinds.ts';
import type { Account, Hash, Payload } from '../tx/transaction.ts';
import type { Snapshots } from './main/accounts.ts';

/** Where STR moves: the journal, and what D19 wants to know of every balance that changes. */
export interface BalanceScope {
  readonly journal: Journal;
  /** Undefined where no earlier round has an open proposal. Whoever reverts the journal tells it. */
  readonly snapshots: Snapshots | undefined;
}

/** One operation (a transaction's payload, or one of its legs) at its place in a round. */
export interface Operation extends BalanceScope {
  /** With governance's changes as of this round (D19). */
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
  /** Number of the round. */
  readonly round: number;
  /** The rules' *now*: the parent's median time, Unix seconds (D8). */
  readonly now: number;
  /** The transaction's id, also for each leg of an atomic one. */
  readonly transaction: Hash;
  readonly sender: Account;
  /** Tells the receipt; dropped with the rest when the transaction fails. */
  readonly emit: (event: ReceiptEvent) => void;
  readonly vm: Vm;
  /** Gas that the transaction may still use, beyond its intrinsic gas. */
  readonly gasLeft: number;
  /** Uses gas, at most what is left; it stays used when the transaction fails. */
  useGas(gas: number): void;
  /** Whether the bytes prove the statement, by the chain's prover, which the receipt then names. */
  proves(statement: Statement, proof: Uint8Array): boolean;
  /** What a contract handed back, for the receipt: also the reason of a revert. */
  giveBack(output: Uint8Array): void;
}

export interface LedgerRules {
  readonly ledger: Ledger;
  /**
   * Checks, then applies; undefined is success. A failure may leave changes behind: whoever calls reverts the journal
   * to where it stood, for a whole transaction at once (D21: all legs or none).
   */
  apply(payload: Payload, operation: Operation): FailureCode | undefined;
}

/** Rules by kind: the shape all six folders share. */
export type KindRules = { readonly [K in Kind]?: Rule<Extract<Payload, { kind: K }>> };

type Rule<P> = (payload: P, operation: Operation) => FailureCode | undefined;

export function defineLedger(ledger: Ledger, rules: KindRules): LedgerRules {
  return {
    ledger,
    apply(payload, operation) {
      const rule = rules[payload.kind] as Rule<Payload> | undefined;
      return rule === undefined ? 'kind-not-allowed' : rule(payload, operation);
    },
  };
}
