/** One contract call under way. */
import type { Account } from '../tx/transaction.ts';
import type { BlockInfo, ContractEvent, ContractState } from './types.ts';

export const NOTHING = new Uint8Array(0);

/** What is left of a running call; an `Instance` is one. */
export interface Counters {
  gasLeft: number;
  readonly stackLeft: number;
  /** Ends the call where there is not so much. */
  pay(gas: number): void;
}

/** What calls inside one transaction share. */
export interface SharedExecution {
  readonly state: ContractState;
  readonly block: BlockInfo;
  /** Ends the call where there are too many. */
  emit(event: ContractEvent): void;
  /** A call out of `from`: a status of `CALL_STATUS`. `gas` above what is left means all of it. */
  nested(from: Frame, counters: Counters, to: Account, value: bigint, input: Uint8Array, gas: number): number;
}

export class Frame {
  readonly execution: SharedExecution;
  readonly contract: Account;
  readonly caller: Account;
  readonly value: bigint;
  readonly input: Uint8Array;
  /** What `ret` or `revert` handed over last. */
  output: Uint8Array = NOTHING;
  /** What the last call out of here handed back. */
  returned: Uint8Array = NOTHING;
  /** Whether the contract may be called again while this call of it waits. */
  reentrant = false;

  constructor(execution: SharedExecution, contract: Account, caller: Account, value: bigint, input: Uint8Array) {
    this.execution = execution;
    this.contract = contract;
    this.caller = caller;
    this.value = value;
    this.input = input;
  }
}
