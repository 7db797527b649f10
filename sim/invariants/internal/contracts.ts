/** What a round did to contracts of our templates: known by the hash of their code, read from what the engine stored. */
import type { ExecutedRound } from '../../../engine/chain/types.ts';
import { accounts, contracts, contractStorage, type AccountState, type Contract } from '../../../engine/ledgers/tables.ts';
import { TEMPLATE_NAMES, templateOf, type TemplateName } from '../../../engine/starw/templates.ts';
import type { StateReader } from '../../../engine/state/state.ts';
import { toHex, utf8Decode } from '../../../engine/primitives/bytes.ts';

/** Storage keys of the templates begin with a letter, as its two hex digits. */
export const letter = (character: string): string => character.charCodeAt(0).toString(16);

/** Unsigned, little-endian, 8 bytes at `at`; 0 where there is nothing. */
export function u64(bytes: Uint8Array | undefined, at = 0): bigint {
  let value = 0n;
  if (bytes !== undefined && bytes.length >= at + 8) for (let i = at + 7; i >= at; i--) value = (value << 8n) | BigInt(bytes[i]);
  return value;
}

/** The account at `at`, 40 hex digits. */
export const accountAt = (bytes: Uint8Array | undefined, at = 0): string => toHex((bytes ?? new Uint8Array(0)).subarray(at, at + 20));

export interface Entry {
  /** Hex digits. */
  readonly key: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

export interface Told {
  readonly topic: string;
  readonly data: Uint8Array;
}

/** A contract that a round changed, paid, or let tell something. */
export class TouchedContract {
  readonly account: string;
  readonly template: TemplateName;
  readonly entries: Entry[] = [];
  /** In order of execution. */
  readonly events: Told[] = [];
  private readonly result: ExecutedRound;
  private readonly parent: StateReader;

  constructor(account: string, template: TemplateName, result: ExecutedRound, parent: StateReader) {
    this.account = account;
    this.template = template;
    this.result = result;
    this.parent = parent;
  }

  before(key: string): Uint8Array | undefined {
    return this.parent.get(contractStorage, `${this.account}/${key}`);
  }

  after(key: string, contract = this.account): Uint8Array | undefined {
    const change = this.result.delta.get(`${contractStorage.name}:${contract}/${key}`);
    return change === undefined ? this.parent.get(contractStorage, `${contract}/${key}`) : (change.after as Uint8Array | undefined);
  }

  /** STR that it holds after the round. */
  get str(): bigint {
    const change = this.result.delta.get(`${accounts.name}:${this.account}`);
    const state = change === undefined ? this.parent.get(accounts, this.account) : (change.after as AccountState | undefined);
    return state?.str ?? 0n;
  }

  /** Sum of what a number in entries of one letter grew by. */
  growth(first: string, at = 0): bigint {
    return this.entries.reduce((sum, { key, before, after }) => (key.startsWith(first) ? sum + u64(after, at) - u64(before, at) : sum), 0n);
  }

  /** Sum of a number in all events of one topic. */
  told(topic: string, at: number): bigint {
    return this.events.reduce((sum, event) => (event.topic === topic ? sum + u64(event.data, at) : sum), 0n);
  }
}

const TEMPLATE_OF = new Map<string, TemplateName>(TEMPLATE_NAMES.map((name) => [templateOf(name).hash, name]));

/** The template of a contract; undefined: it is none of ours, or no contract. */
export function templateIn(state: StateReader, account: string): TemplateName | undefined {
  const contract = state.get(contracts, account);
  return contract === undefined ? undefined : TEMPLATE_OF.get(contract.code);
}

/** Several invariants ask about the same round, one after the other. */
let latest: { readonly result: ExecutedRound; readonly touched: readonly TouchedContract[] } | undefined;

export function touchedContracts(result: ExecutedRound, parent: StateReader): readonly TouchedContract[] {
  if (latest?.result !== result) latest = { result, touched: find(result, parent) };
  return latest.touched;
}

function find(result: ExecutedRound, parent: StateReader): TouchedContract[] {
  const found = new Map<string, TouchedContract | undefined>();
  const of = (account: string): TouchedContract | undefined => {
    if (found.has(account)) return found.get(account);
    const made = result.delta.get(`${contracts.name}:${account}`)?.after as Contract | undefined;
    const template = made === undefined ? templateIn(parent, account) : TEMPLATE_OF.get(made.code);
    const touched = template && new TouchedContract(account, template, result, parent);
    found.set(account, touched);
    return touched;
  };
  const paid: string[] = [];
  for (const { table, key, before, after } of result.delta.values()) {
    if (table.name === contractStorage.name) {
      const [account, entry] = key.split('/');
      of(account)?.entries.push({ key: entry, before: before as Uint8Array | undefined, after: after as Uint8Array | undefined });
    } else if (table.name === accounts.name) paid.push(key);
  }
  for (const { events } of result.receipts ?? []) {
    for (const event of events) if (event.type === 'contract') of(event.contract)?.events.push({ topic: utf8Decode(event.topic) ?? '', data: event.data });
  }
  for (const account of paid) of(account);
  return [...found.values()].filter((touched) => touched !== undefined);
}
