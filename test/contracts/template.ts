/** Contract templates in a state of a test's own, called by names and arguments of their ABI. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { fromHex, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Outcome } from '../../engine/starw/types.ts';

export const ROOT = join(import.meta.dirname, '../../engine/starw/contracts');
export const TEMPLATES = ['dex', 'escrow', 'governance', 'nft', 'staking', 'token'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

type Type = 'address' | 'u64' | 'bytes32' | 'bytes';

interface Field {
  readonly name: string;
  readonly type: Type;
}

interface AbiFunction {
  readonly selector: number;
  readonly name: string;
  readonly inputs: readonly Field[];
  readonly output?: Type;
  readonly outputs?: readonly Field[];
  readonly payable?: boolean;
  readonly view?: boolean;
}

interface Abi {
  readonly deploy: { readonly inputs: readonly Field[] };
  readonly functions: readonly AbiFunction[];
  readonly events: readonly { readonly topic: string; readonly fields: readonly Field[] }[];
  readonly errors: Readonly<Record<string, string>>;
}

/** Numbers are bigints, everything else hex digits. */
export type Value = string | bigint;

export const moduleOf = (name: TemplateName): Uint8Array => Uint8Array.from(readFileSync(join(ROOT, name, `${name}.wasm`)));
export const abiOf = (name: TemplateName): Abi => JSON.parse(readFileSync(join(ROOT, name, 'abi.json'), 'utf8')) as Abi;

/** Accounts by a letter: `a` is forty of them. */
export const account = (letter: string): string => letter.repeat(40);
export const [ALICE, BOB, CAROL, DAVE] = ['a', 'b', 'c', 'd'].map(account);
export const NOBODY = account('0');
export const MAX = (1n << 64n) - 1n;

/** What a call came to: `value` of what it returned (a list, where that has names), `error` by name, and what it cost. */
export interface Answer {
  readonly value?: Value | readonly Value[];
  readonly error?: string;
  readonly events?: readonly (readonly Value[])[];
  readonly gas: number;
}

/** Shared: what it keeps is compiled code, and instances as good as new. */
const VM = new Vm();

/** Where contracts and accounts of a test live. */
export class World {
  readonly state = new MemoryState();
  round = 1;
  /** Given to every call. */
  gas = 1_000_000;

  constructor(str: Readonly<Record<string, bigint>> = {}) {
    for (const [of, amount] of Object.entries(str)) this.state.balances.set(of, amount);
  }

  /** Puts code at an address. */
  place(address: string, bytes: Uint8Array): void {
    const checked = checkContract(bytes);
    if (!checked.ok) throw new Error(`refused: ${JSON.stringify(checked.error)}`);
    this.state.codes.set(address, { hash: toHex(nobleCrypto.sha256(bytes)), bytes });
  }

  execute(entry: 'call' | 'deploy', contract: string, by: string, input: readonly number[], value: bigint): Outcome {
    const outcome = VM.execute(this.state, { round: this.round, time: 1 }, { contract, caller: by, value, input: Uint8Array.from(input), gas: this.gas }, entry);
    this.state.settle();
    return outcome;
  }

  /** STR of all accounts together. */
  get str(): bigint {
    return [...this.state.balances.values()].reduce((x, y) => x + y, 0n);
  }
}

export class Template {
  readonly address: string;
  readonly abi: Abi;
  readonly world: World;

  constructor(name: TemplateName, address: string, world = new World(), bytes = moduleOf(name)) {
    this.abi = abiOf(name);
    this.address = address;
    this.world = world;
    world.place(address, bytes);
  }

  deploy(by: string, ...args: readonly Value[]): Answer {
    return this.answer(this.world.execute('deploy', this.address, by, bytesOf(this.abi.deploy.inputs, args), 0n), []);
  }

  call(by: string, name: string, ...args: readonly Value[]): Answer {
    return this.pay(0n, by, name, ...args);
  }

  /** A call with STR. */
  pay(value: bigint, by: string, name: string, ...args: readonly Value[]): Answer {
    const { output, outputs = output === undefined ? [] : [{ name: '', type: output }] } = this.functionOf(name);
    const answer = this.answer(this.world.execute('call', this.address, by, this.input(name, ...args), value), outputs);
    return output === undefined || answer.value === undefined ? answer : { ...answer, value: (answer.value as readonly Value[])[0] };
  }

  /** What `name` returns to anyone: a number mostly, a list where that has names. */
  view<Viewed extends Value | readonly Value[] = bigint>(name: string, ...args: readonly Value[]): Viewed {
    const { value, error } = this.call(NOBODY, name, ...args);
    if (value === undefined) throw new Error(`${name}: ${error}`);
    return value as Viewed;
  }

  /** The bytes that call a function. */
  input(name: string, ...args: readonly Value[]): number[] {
    const { selector, inputs } = this.functionOf(name);
    return [selector, ...bytesOf(inputs, args)];
  }

  /** An entry of the contract's storage by its letter, and what follows that in the key, as hex. */
  entry(letter: string, rest = ''): Uint8Array | undefined {
    return this.world.state.storageGet(this.address, `${toHex(utf8(letter))}${rest}`);
  }

  /** Entries whose key begins with a letter: what follows it, as hex, and their value. */
  entries(letter: string): [string, Uint8Array][] {
    const start = `${this.address}/${toHex(utf8(letter))}`;
    return [...this.world.state.storage].filter(([key]) => key.startsWith(start)).map(([key, value]) => [key.slice(start.length), value]);
  }

  private functionOf(name: string): AbiFunction {
    const found = this.abi.functions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  }

  private answer(outcome: Outcome, outputs: readonly Field[]): Answer {
    if (outcome.status === 'reverted') return { error: this.abi.errors[String(outcome.reason[0])] ?? `unknown error ${outcome.reason[0]}`, gas: outcome.gasUsed };
    if (outcome.status !== 'ok') return { error: outcome.status === 'trapped' ? outcome.fault : outcome.why, gas: outcome.gasUsed };
    const events = outcome.events
      .filter(({ contract }) => contract === this.address)
      .map(({ topic, data }) => {
        const name = String.fromCharCode(...topic);
        return [name, ...valuesOf(this.abi.events.find((candidate) => candidate.topic === name)!.fields, data)];
      });
    const value = valuesOf(outputs, outcome.output);
    return { gas: outcome.gasUsed, ...(value.length > 0 && { value }), ...(events.length > 0 && { events }) };
  }
}

/** The little-endian u64 at a place. */
export const u64At = (bytes: Uint8Array | undefined, at = 0): bigint => (bytes === undefined ? 0n : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));

function bytesOf(fields: readonly Field[], values: readonly Value[]): number[] {
  if (fields.length !== values.length) throw new Error(`${values.length} arguments for ${fields.map(({ name }) => name).join()}`);
  return fields.flatMap(({ type }, i) => {
    const value = values[i];
    if (typeof value === 'bigint') return [...new Uint8Array(BigUint64Array.of(value).buffer)];
    const bytes = [...fromHex(value)];
    return type === 'bytes' ? [bytes.length & 255, bytes.length >> 8, ...bytes] : bytes;
  });
}

function valuesOf(fields: readonly Field[], data: Uint8Array): Value[] {
  let at = 0;
  const values = fields.map(({ type }) => {
    if (type === 'u64') return u64At(data, (at += 8) - 8);
    const length = type === 'address' ? 20 : type === 'bytes32' ? 32 : data[at++] + (data[at++] << 8);
    return toHex(data.slice(at, (at += length)));
  });
  if (at !== data.length) throw new Error(`${data.length} bytes where ${at} were expected`);
  return values;
}
