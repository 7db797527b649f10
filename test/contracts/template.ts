/** A contract template in a state of its own, called by names and arguments of its ABI. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { Result } from '../../engine/primitives/result.ts';
import { parseAbi, type Abi, type AbiField } from '../../engine/starw/abi.ts';
import { decodeEvent, decodeFields, decodeReason, encodeCall, encodeDeploy, functionOf } from '../../engine/starw/abi-call.ts';
import type { AbiValue } from '../../engine/starw/abi-value.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Outcome } from '../../engine/starw/types.ts';

export const ROOT = join(import.meta.dirname, '../../engine/starw/contracts');

/** Addresses are 40 hex digits, numbers bigints. */
export type Value = AbiValue;

/** The description beside a template. */
export const abiOf = (name: string): Abi => sure(parseAbi(readFileSync(join(ROOT, name, 'abi.json'), 'utf8')));

export const moduleOf = (name: string): Uint8Array => Uint8Array.from(readFileSync(join(ROOT, name, `${name}.wasm`)));

/** What a call came to: `value` of what it returned, `error` by name, and what it cost. */
export interface Answer {
  readonly value?: Value;
  readonly error?: string;
  readonly events?: readonly (readonly Value[])[];
  readonly gas: number;
}

export class Template {
  readonly state: MemoryState;
  readonly address: string;
  private readonly abi: Abi;
  private readonly vm: Vm;

  constructor(name: string, address: string, vm = new Vm(), state = new MemoryState()) {
    this.abi = abiOf(name);
    this.vm = vm;
    this.state = state;
    this.address = address;
    const bytes = moduleOf(name);
    const checked = checkContract(bytes);
    if (!checked.ok) throw new Error(`${name} is refused: ${JSON.stringify(checked.error)}`);
    state.codes.set(address, { hash: toHex(nobleCrypto.sha256(bytes)), bytes });
  }

  deploy(by: string, ...args: readonly Value[]): Answer {
    return this.answer(this.execute('deploy', by, sure(encodeDeploy(this.abi, args)), 0n));
  }

  call(by: string, name: string, ...args: readonly Value[]): Answer {
    return this.answer(this.execute('call', by, sure(encodeCall(this.abi, name, args)), 0n), sure(functionOf(this.abi, name)).outputs);
  }

  /** With bytes as they are, and STR. */
  execute(entry: 'call' | 'deploy', by: string, input: Iterable<number>, value: bigint): Outcome {
    return this.vm.execute(this.state, { round: 1, time: 1 }, { contract: this.address, caller: by, value, input: Uint8Array.from(input), gas: 1_000_000 }, entry);
  }

  private answer(outcome: Outcome, outputs: readonly AbiField[] = []): Answer {
    if (outcome.status === 'reverted') return { error: decodeReason(this.abi, outcome.reason) ?? `unknown error ${outcome.reason[0]}`, gas: outcome.gasUsed };
    if (outcome.status !== 'ok') return { error: outcome.status === 'trapped' ? outcome.fault : outcome.why, gas: outcome.gasUsed };
    const events = outcome.events.map(({ topic, data }) => {
      const told = sure(decodeEvent(this.abi, topic, data)!);
      return [told.topic, ...told.values];
    });
    const values = sure(decodeFields(outputs, outcome.output));
    return { gas: outcome.gasUsed, ...(values.length > 0 && { value: values[0] }), ...(events.length > 0 && { events }) };
  }
}

/** The value of what must be right here. */
function sure<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
