/** Contract templates in a state of a test's own, called by names and arguments of their ABI. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import type { Result } from '../../engine/primitives/result.ts';
import { parseAbi, type Abi, type AbiField } from '../../engine/starw/abi.ts';
import { decodeEvent, decodeFields, decodeReason, encodeCall, encodeDeploy, functionOf } from '../../engine/starw/abi-call.ts';
import type { AbiValue } from '../../engine/starw/abi-value.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Outcome } from '../../engine/starw/types.ts';

export const ROOT = join(import.meta.dirname, '../../engine/starw/contracts');
export const TEMPLATES = ['dex', 'escrow', 'governance', 'nft', 'staking', 'token'] as const;
export type TemplateName = (typeof TEMPLATES)[number];

/** Numbers are bigints, everything else hex digits. */
export type Value = Exclude<AbiValue, boolean>;

export const moduleOf = (name: TemplateName): Uint8Array => Uint8Array.from(readFileSync(join(ROOT, name, `${name}.wasm`)));
export const abiOf = (name: TemplateName): Abi => sure(parseAbi(readFileSync(join(ROOT, name, 'abi.json'), 'utf8')));

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
    return this.answer(this.world.execute('deploy', this.address, by, [...sure(encodeDeploy(this.abi, args))], 0n), []);
  }

  call(by: string, name: string, ...args: readonly Value[]): Answer {
    return this.pay(0n, by, name, ...args);
  }

  /** A call with STR. */
  pay(value: bigint, by: string, name: string, ...args: readonly Value[]): Answer {
    const { outputs } = sure(functionOf(this.abi, name));
    const answer = this.answer(this.world.execute('call', this.address, by, this.input(name, ...args), value), outputs);
    return outputs[0]?.name === '' && answer.value !== undefined ? { ...answer, value: (answer.value as readonly Value[])[0] } : answer;
  }

  /** What `name` returns to anyone: a number mostly, a list where that has names. */
  view<Viewed extends Value | readonly Value[] = bigint>(name: string, ...args: readonly Value[]): Viewed {
    const { value, error } = this.call(NOBODY, name, ...args);
    if (value === undefined) throw new Error(`${name}: ${error}`);
    return value as Viewed;
  }

  /** The bytes that call a function. */
  input(name: string, ...args: readonly Value[]): number[] {
    return [...sure(encodeCall(this.abi, name, args))];
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

  private answer(outcome: Outcome, outputs: readonly AbiField[]): Answer {
    if (outcome.status === 'reverted') return { error: decodeReason(this.abi, outcome.reason) ?? `unknown error ${outcome.reason[0]}`, gas: outcome.gasUsed };
    if (outcome.status !== 'ok') return { error: outcome.status === 'trapped' ? outcome.fault : outcome.why, gas: outcome.gasUsed };
    const events = outcome.events
      .filter(({ contract }) => contract === this.address)
      .map(({ topic, data }) => {
        const told = sure(decodeEvent(this.abi, topic, data)!);
        return [told.topic, ...(told.values as Value[])];
      });
    const value = sure(decodeFields(outputs, outcome.output)) as Value[];
    return { gas: outcome.gasUsed, ...(value.length > 0 && { value }), ...(events.length > 0 && { events }) };
  }
}

/** The value of what must be right here. */
function sure<T>(result: Result<T, { readonly code: string }>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The little-endian u64 at a place. */
export const u64At = (bytes: Uint8Array | undefined, at = 0): bigint => (bytes === undefined ? 0n : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
