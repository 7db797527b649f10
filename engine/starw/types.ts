/** What the VM asks of the ledger, and what it tells it. */
import type { Account, Hash } from '../tx/transaction.ts';

/** Code as it was deployed. */
export interface ContractCode {
  /** SHA-256 of `bytes`. */
  readonly hash: Hash;
  readonly bytes: Uint8Array;
}

/**
 * State as a call sees it. Everything goes through the ledger's journal: `revert(mark)` takes back all that was written
 * since `mark()`. The VM asks for nothing else, and changes nothing elsewhere.
 */
export interface ContractState {
  /** Undefined: the account is no contract. */
  codeOf(account: Account): ContractCode | undefined;
  /** `key` is lower-case hex of 1 to `storageKeyBytes` bytes. What is returned is only read. */
  storageGet(contract: Account, key: string): Uint8Array | undefined;
  /** Undefined deletes. `value` is the state's to keep. */
  storageSet(contract: Account, key: string, value: Uint8Array | undefined): void;
  /** STR, base units. */
  balanceOf(account: Account): bigint;
  /** Moves STR; false, and nothing moved, where it is not covered or not allowed. */
  transfer(from: Account, to: Account, amount: bigint): boolean;
  mark(): number;
  revert(mark: number): void;
}

/** The round that a call is in. */
export interface BlockInfo {
  /** Number of the round. */
  readonly round: number;
  /** The parent's median time, Unix seconds (D8). */
  readonly time: number;
}

export interface ContractCall {
  readonly contract: Account;
  readonly caller: Account;
  /** STR that goes from caller to contract, base units. */
  readonly value: bigint;
  /** At most `messageBytes`; more is refused. */
  readonly input: Uint8Array;
  /** Gas that may be used, without the transaction's base; above `VM_LIMITS.gas` the rest is not used. */
  readonly gas: number;
}

export interface ContractEvent {
  readonly contract: Account;
  readonly topic: Uint8Array;
  readonly data: Uint8Array;
}

/** Why a contract was stopped; all gas that it was given is used. */
export type Fault =
  | 'out-of-gas'
  | 'stack-overflow'
  /** A trap of WebAssembly: `unreachable`, a division by zero, an access outside memory or table… */
  | 'trap'
  /** A pointer and length given to the host that lie outside the memory. */
  | 'memory-range'
  /** Asked for input or returned data beyond their end. */
  | 'input-range'
  | 'storage-key'
  | 'storage-value'
  | 'message-size'
  | 'event-size'
  | 'event-count';

/** How a call ended. Gas is without the transaction's base (D11). */
export type Outcome =
  | { readonly status: 'ok'; readonly gasUsed: number; readonly output: Uint8Array; readonly events: readonly ContractEvent[]; readonly result: unknown }
  /** The contract called `revert`: what it changed is undone, the gas that was left is not used. */
  | { readonly status: 'reverted'; readonly gasUsed: number; readonly reason: Uint8Array }
  /** `detail` is the engine's text, for people: it differs between engines and belongs in no receipt. */
  | { readonly status: 'trapped'; readonly gasUsed: number; readonly fault: Fault; readonly detail: string }
  /** Nothing ran. */
  | { readonly status: 'refused'; readonly gasUsed: 0; readonly why: 'no-contract' | 'no-entry' | 'not-covered' | 'input-size' };

/** What `star.call` returns. */
export const CALL_STATUS = { ok: 0, reverted: 1, trapped: 2, notCovered: 3, reentry: 4, depth: 5 } as const;
