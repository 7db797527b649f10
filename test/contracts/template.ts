/** A contract template in a state of its own, called by names and arguments of its ABI. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Outcome } from '../../engine/starw/types.ts';

export const ROOT = join(import.meta.dirname, '../../engine/starw/contracts');

interface Field {
  readonly name: string;
  readonly type: 'address' | 'u64';
}

interface Abi {
  readonly deploy: { readonly inputs: readonly Field[] };
  readonly functions: readonly { readonly selector: number; readonly name: string; readonly inputs: readonly Field[]; readonly output?: Field['type'] }[];
  readonly events: readonly { readonly topic: string; readonly fields: readonly Field[] }[];
  readonly errors: Readonly<Record<string, string>>;
}

/** Addresses are 40 hex digits, numbers bigints. */
export type Value = string | bigint;

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
    this.abi = JSON.parse(readFileSync(join(ROOT, name, 'abi.json'), 'utf8')) as Abi;
    this.vm = vm;
    this.state = state;
    this.address = address;
    const bytes = moduleOf(name);
    const checked = checkContract(bytes);
    if (!checked.ok) throw new Error(`${name} is refused: ${JSON.stringify(checked.error)}`);
    state.codes.set(address, { hash: toHex(nobleCrypto.sha256(bytes)), bytes });
  }

  deploy(by: string, ...args: readonly Value[]): Answer {
    return this.answer(this.execute('deploy', by, bytesOf(this.abi.deploy.inputs, args), 0n));
  }

  call(by: string, name: string, ...args: readonly Value[]): Answer {
    const { selector, inputs, output } = this.abi.functions.find((candidate) => candidate.name === name)!;
    return this.answer(this.execute('call', by, [selector, ...bytesOf(inputs, args)], 0n), output);
  }

  /** With bytes as they are, and STR. */
  execute(entry: 'call' | 'deploy', by: string, input: readonly number[], value: bigint): Outcome {
    return this.vm.execute(this.state, { round: 1, time: 1 }, { contract: this.address, caller: by, value, input: Uint8Array.from(input), gas: 1_000_000 }, entry);
  }

  private answer(outcome: Outcome, output?: Field['type']): Answer {
    if (outcome.status === 'reverted') return { error: this.abi.errors[String(outcome.reason[0])] ?? `unknown error ${outcome.reason[0]}`, gas: outcome.gasUsed };
    if (outcome.status !== 'ok') return { error: outcome.status === 'trapped' ? outcome.fault : outcome.why, gas: outcome.gasUsed };
    const events = outcome.events.map(({ topic, data }) => {
      const name = String.fromCharCode(...topic);
      return [name, ...valuesOf(this.abi.events.find((candidate) => candidate.topic === name)!.fields, data)];
    });
    const value = output === undefined ? undefined : valuesOf([{ name: '', type: output }], outcome.output)[0];
    return { gas: outcome.gasUsed, ...(value !== undefined && { value }), ...(events.length > 0 && { events }) };
  }
}

function bytesOf(fields: readonly Field[], values: readonly Value[]): number[] {
  if (fields.length !== values.length) throw new Error(`${values.length} arguments for ${fields.map(({ name }) => name).join()}`);
  return fields.flatMap(({ type }, i) => (type === 'address' ? [...fromHex(values[i] as string)] : [...new Uint8Array(BigUint64Array.of(values[i] as bigint).buffer)]));
}

function valuesOf(fields: readonly Field[], data: Uint8Array): Value[] {
  let at = 0;
  const values = fields.map(({ type }) => {
    const bytes = data.slice(at, (at += type === 'address' ? 20 : 8));
    return type === 'address' ? toHex(bytes) : new BigUint64Array(bytes.buffer)[0];
  });
  if (at !== data.length) throw new Error(`${data.length} bytes where ${at} were expected`);
  return values;
}
