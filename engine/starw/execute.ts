/**
 * Executing contracts: a call and all calls inside it, on one state.
 *
 * A call ends in one of three ways. It returns; it calls `revert`; or it is stopped, by a trap or because gas or stack ran
 * out, and then all gas that it was given is used. In the last two everything that it changed is undone, and what called
 * it learns the status and goes on.
 */
import { VM_GAS, VM_LIMITS } from '../params/vm.ts';
import { assert } from '../primitives/result.ts';
import type { Account } from '../tx/transaction.ts';
import { entryGasOfLength, ModuleCache, type CompiledContract } from './cache.ts';
import { Frame, NOTHING, type Counters, type SharedExecution } from './frame.ts';
import { hostImports } from './host.ts';
import { Unwind, unwind, type Instance } from './instance.ts';
import { CALL_STATUS, type BlockInfo, type ContractCall, type ContractCode, type ContractEvent, type ContractState, type Fault, type Outcome } from './types.ts';

/** Executes contracts, and keeps what it compiled. One serves all nodes of a process. */
export class Vm {
  private readonly cache = new ModuleCache();

  /** A call of a contract's `call`, or of `deploy` right after it was deployed (which a contract need not have). */
  execute(state: ContractState, block: BlockInfo, call: ContractCall, entry: 'call' | 'deploy' = 'call'): Outcome {
    const code = state.codeOf(call.contract);
    return code === undefined ? { status: 'refused', gasUsed: 0, why: 'no-contract' } : this.run(state, block, call, code, entry, []);
  }

  /** Calls any exported function of code that the gate accepts, with arguments of its types: also for code outside a chain. */
  run(state: ContractState, block: BlockInfo, call: ContractCall, code: ContractCode, entry: string, args: readonly (number | bigint)[]): Outcome {
    const { contract, caller, value, input, gas } = call;
    if (input.length > VM_LIMITS.messageBytes) return { status: 'refused', gasUsed: 0, why: 'input-size' };
    const execution = new Execution(this.cache, state, block);
    const frame = new Frame(execution, contract, caller, value, input);
    const given = Math.min(gas, VM_LIMITS.gas);
    const ending = execution.run(frame, code, entry, args, given, VM_LIMITS.stackWords);
    switch (ending.status) {
      case 'ok':
        return { status: 'ok', gasUsed: given - ending.gasLeft, output: frame.output, events: execution.events, result: ending.result };
      case 'reverted':
        return { status: 'reverted', gasUsed: given - ending.gasLeft, reason: frame.output };
      case 'trapped':
        return { status: 'trapped', gasUsed: given, fault: ending.fault, detail: ending.detail };
      default:
        return { status: 'refused', gasUsed: 0, why: ending.status };
    }
  }
}

/** How one frame ended. */
type Ending =
  | { readonly status: 'ok'; readonly gasLeft: number; readonly result: unknown }
  | { readonly status: 'reverted'; readonly gasLeft: number }
  | { readonly status: 'trapped'; readonly fault: Fault; readonly detail: string }
  /** Before anything ran. */
  | { readonly status: 'not-covered' }
  | { readonly status: 'no-entry' };

class Execution implements SharedExecution {
  readonly state: ContractState;
  readonly block: BlockInfo;
  readonly events: ContractEvent[] = [];
  private readonly cache: ModuleCache;
  /** Outermost first. */
  private readonly frames: Frame[] = [];

  constructor(cache: ModuleCache, state: ContractState, block: BlockInfo) {
    this.cache = cache;
    this.state = state;
    this.block = block;
  }

  emit(event: ContractEvent): void {
    if (this.events.length >= VM_LIMITS.events) unwind('event-count');
    this.events.push(event);
  }

  nested(from: Frame, counters: Counters, to: Account, value: bigint, input: Uint8Array, gas: number): number {
    from.returned = NOTHING;
    if (this.frames.length >= VM_LIMITS.callDepth || counters.stackLeft < VM_LIMITS.callWords) return CALL_STATUS.depth;
    if (this.frames.some(({ contract, reentrant }) => contract === to && !reentrant)) return CALL_STATUS.reentry;
    const code = this.state.codeOf(to);
    if (code === undefined) {
      if (value === 0n) return CALL_STATUS.ok;
      counters.pay(VM_GAS.payment);
      return this.state.transfer(from.contract, to, value) ? CALL_STATUS.ok : CALL_STATUS.notCovered;
    }
    const given = Math.min(gas, counters.gasLeft);
    const frame = new Frame(this, to, from.contract, value, input);
    const ending = this.run(frame, code, 'call', [], given, counters.stackLeft - VM_LIMITS.callWords);
    if (ending.status === 'not-covered') return CALL_STATUS.notCovered;
    assert(ending.status !== 'no-entry', 'every contract has `call`');
    counters.gasLeft -= ending.status === 'trapped' ? given : given - ending.gasLeft;
    if (ending.status === 'trapped') return CALL_STATUS.trapped;
    from.returned = frame.output;
    return ending.status === 'ok' ? CALL_STATUS.ok : CALL_STATUS.reverted;
  }

  /** Moves the value, runs, and undoes everything unless the contract returned. */
  run(frame: Frame, code: ContractCode, entry: string, args: readonly (number | bigint)[], gas: number, stack: number): Ending {
    const { state, events } = this;
    const [mark, told] = [state.mark(), events.length];
    if (frame.value > 0n && !state.transfer(frame.caller, frame.contract, frame.value)) return { status: 'not-covered' };
    this.frames.push(frame);
    const ending = this.admit(frame, code, entry, args, gas, stack);
    this.frames.pop();
    if (ending.status !== 'ok') {
      state.revert(mark);
      events.length = told;
    }
    return ending;
  }

  /** Takes the price of entering, that of the length before the code is compiled, and enters. */
  private admit(frame: Frame, code: ContractCode, entry: string, args: readonly (number | bigint)[], gas: number, stack: number): Ending {
    if (gas < entryGasOfLength(code.bytes.length)) return OUT_OF_GAS;
    const contract = this.cache.get(code);
    const left = gas - contract.entryGas;
    return left < 0 ? OUT_OF_GAS : this.enter(frame, contract, entry, args, left, stack);
  }

  private enter(frame: Frame, contract: CompiledContract, entry: string, args: readonly (number | bigint)[], gas: number, stack: number): Ending {
    const instance = this.cache.take(contract) ?? this.cache.instantiate(contract, hostImports);
    const run = instance.entry(entry);
    if (run === undefined) return entry === 'deploy' ? { status: 'ok', gasLeft: gas, result: undefined } : { status: 'no-entry' };
    instance.start(frame, gas, stack);
    let ending: Ending;
    try {
      const result = run(...args);
      const { gasLeft } = instance;
      ending = gasLeft < 0 ? OUT_OF_GAS : { status: 'ok', result, gasLeft };
    } catch (thrown) {
      ending = stopped(thrown, instance);
    }
    instance.leave();
    this.cache.give(contract, instance);
    return ending;
  }
}

const OUT_OF_GAS: Ending = { status: 'trapped', fault: 'out-of-gas', detail: 'out-of-gas' };

/**
 * Gas before everything else: metering may notice late that there is none, but nothing that came later counts. What is no
 * trap and no unwinding is a bug, or the surroundings' own stack, which ours must keep from ending: no verdict on a contract.
 */
function stopped(thrown: unknown, { gasLeft, stackLeft }: Instance): Ending {
  const unwound = thrown instanceof Unwind;
  if (!unwound && !(thrown instanceof WebAssembly.RuntimeError)) throw thrown;
  if (gasLeft < 0) return OUT_OF_GAS;
  if (!unwound) return stackLeft < 0 ? { status: 'trapped', fault: 'stack-overflow', detail: 'stack-overflow' } : { status: 'trapped', fault: 'trap', detail: thrown.message };
  return thrown.fault === 'revert' ? { status: 'reverted', gasLeft } : { status: 'trapped', fault: thrown.fault, detail: thrown.fault };
}
