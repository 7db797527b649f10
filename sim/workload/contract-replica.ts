/**
 * The workload's own copy of its contracts, in maps beside the chain, run by a VM of its own: what the chain's receipts must
 * say at a place follows from what was executed before it, and nothing else.
 *
 * Of STR it keeps what contracts hold. What accounts hold it does not: the roster sees to it that every value is covered.
 */
import type { FailureCode } from '../../engine/chain/types.ts';
import type { AbiValue } from '../../engine/starw/abi-value.ts';
import { decodeFields, encodeCall, functionOf } from '../../engine/starw/abi-call.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Template } from '../../engine/starw/templates.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import type { Account } from '../../engine/tx/transaction.ts';
import type { Inclusion } from './expectations.ts';

/** A deployment or a call as the VM sees it. */
export interface Execution {
  /** Known once the deploying transaction is signed. */
  contract: Account;
  /** What is deployed; undefined: a call. */
  readonly deploys: Template | undefined;
  readonly caller: Account;
  readonly value: bigint;
  readonly input: Uint8Array;
  /** Without the transaction's intrinsic gas. */
  gas: number;
}

const ANYBODY: Account = '00'.repeat(20);
/** Gas for asking a contract what it knows. */
const ASKING_GAS = 1_000_000;

export class Replica {
  private state = new MemoryState();
  private readonly vm: Vm;

  constructor(vm: Vm) {
    this.vm = vm;
  }

  /** What would come of it here. */
  peek(execution: Execution, at: Inclusion): Outcome {
    const mark = this.state.mark();
    const outcome = this.execute(execution, at);
    this.state.revert(mark);
    if (execution.deploys !== undefined) this.state.codes.delete(execution.contract);
    return outcome;
  }

  /** It was executed here, and succeeded. */
  apply(execution: Execution, at: Inclusion): void {
    const { status } = this.execute(execution, at);
    if (status !== 'ok' && execution.deploys !== undefined) this.state.codes.delete(execution.contract);
    this.state.settle();
  }

  /** Forgets what it was, and becomes another's equal. */
  copy({ state }: Replica): void {
    this.state = new MemoryState();
    for (const [account, code] of state.codes) this.state.codes.set(account, code);
    for (const [key, value] of state.storage) this.state.storage.set(key, value);
    for (const [account, amount] of state.balances) this.state.balances.set(account, amount);
  }

  /** What a function of a contract hands back; undefined where it refuses, or the contract is not there. */
  ask({ abi }: Template, contract: Account, name: string, args: readonly AbiValue[], at: Inclusion): readonly AbiValue[] | undefined {
    const input = encodeCall(abi, name, args);
    const asked = functionOf(abi, name);
    if (!input.ok || !asked.ok) return undefined;
    const outcome = this.peek({ contract, deploys: undefined, caller: ANYBODY, value: 0n, input: input.value, gas: ASKING_GAS }, at);
    if (outcome.status !== 'ok') return undefined;
    const values = decodeFields(asked.value.outputs, outcome.output);
    return values.ok ? values.value : undefined;
  }

  private execute({ contract, deploys, caller, value, input, gas }: Execution, { roundNumber, nowSeconds }: Inclusion): Outcome {
    const { state, vm } = this;
    if (deploys !== undefined) state.codes.set(contract, { hash: deploys.hash, bytes: deploys.module });
    state.balances.set(caller, value);
    return vm.execute(state, { round: roundNumber, time: nowSeconds }, { contract, caller, value, input, gas }, deploys === undefined ? 'call' : 'deploy');
  }
}

const REFUSED = { 'no-contract': 'not-found', 'no-entry': 'module-refused', 'not-covered': 'value-not-covered', 'input-size': 'input-size' } as const;

/** The status of a receipt that tells of this outcome. */
export function statusOf(outcome: Outcome): 'success' | FailureCode {
  switch (outcome.status) {
    case 'ok':
      return 'success';
    case 'reverted':
      return 'reverted';
    case 'trapped':
      return outcome.fault;
    case 'refused':
      return REFUSED[outcome.why];
  }
}
