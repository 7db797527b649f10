/**
 * Calls of the templates as people make them: each function with who calls it and with what, chosen by what has been seen
 * of the contract, so that it mostly succeeds. Where something must come first (tokens to sell, an allowance, a member), the
 * call that brings it is made instead. Here is what the templates' files share.
 */
import type { AbiValue } from '../../../engine/starw/abi-value.ts';
import type { TemplateName } from '../../../engine/starw/templates.ts';
import type { Account } from '../../../engine/tx/transaction.ts';
import type { CONTRACT_FUNCTIONS } from '../../scenario/contracts.ts';
import type { Arrival, KindEntry } from '../draft.ts';
import type { Roster } from '../roster.ts';

/** A contract that the workload deployed and has seen. */
export interface Instance {
  readonly template: TemplateName;
  readonly account: Account;
  /** Index of the account that deployed it. */
  readonly owner: number;
  /** The token that it works with. */
  readonly token: Instance | undefined;
  /** What was seen of it: who allowed whom, who takes part, which number is whose business. */
  readonly notes: (readonly [number, number])[];
  /** Things that it has numbered so far, as seen. */
  count: number;
  /** What a call is under way about (`Act.about`): nobody makes another one. */
  readonly busy: Set<string>;
}

/** One call. */
export interface Act {
  readonly contract: Instance;
  readonly sender: number;
  readonly name: string;
  readonly args: readonly AbiValue[];
  /** STR, base units. */
  readonly value?: bigint;
  /** Until it was seen, no other call about the same is made. */
  readonly about?: string;
  /** It was seen to succeed. */
  readonly seen?: () => void;
}

/** What choosing a call may ask. */
export interface Surroundings {
  readonly roster: Roster;
  /** Number of the round that may come next. */
  readonly round: number;
  /** What a function of a contract hands back, as seen; undefined where it refuses. */
  ask(contract: Instance, name: string, ...args: readonly AbiValue[]): readonly AbiValue[] | undefined;
}

export interface Choice extends Surroundings {
  readonly contract: Instance;
  readonly entry: KindEntry;
  readonly arrival: Arrival;
}

export type Choose = (choice: Choice) => Act | undefined;
/** Weight of a function where an entry names none, and how its call is chosen. */
export interface Chosen {
  readonly weight: number;
  readonly choose: Choose;
}

/** The largest amount: allows everything. */
const MOST = (1n << 64n) - 1n;
/** Parts of a balance that one call moves at most (assumption). */
export const PART = 8n;
/** Draws of a numbered thing before another call is made instead. */
export const TRIES = 4;

/** All functions of a template that a mix may name. */
export type Acts<T extends TemplateName> = Readonly<Record<(typeof CONTRACT_FUNCTIONS)[T][number], Chosen>>;

/** An account by popularity that may send. */
export const sender = ({ roster, arrival }: Choice): number | undefined => roster.sender(arrival.index, arrival.nextAccount());
/** Another account by popularity. */
export const other = ({ roster, arrival }: Choice, than: number): Account => roster.account(roster.recipient(than, arrival.index, arrival.nextAccount()));
/** A drawn amount: the entry's, or around the median. */
export const wanted = ({ arrival, entry }: Choice, median: bigint): bigint => arrival.amount(entry, median);
/** The same in STR, as far as it can be afforded. */
export const pay = (choice: Choice, who: number, median: bigint): bigint => choice.roster.affordableStr(who, wanted(choice, median));
/** A part of what there is, at least 1. */
export const some = ({ arrival }: Choice, of: bigint): bigint => 1n + (of / PART) * BigInt(1 + arrival.below(256)) / 256n;

/** One number that a contract tells; 0 where it tells none. */
export function number(at: Surroundings, contract: Instance, name: string, ...args: readonly AbiValue[]): bigint {
  const value = at.ask(contract, name, ...args)?.[0];
  return typeof value === 'bigint' ? value : 0n;
}
/** Of a token's holder, as seen. */
export const balance = (at: Surroundings, token: Instance, who: number): bigint => number(at, token, 'balanceOf', at.roster.account(who));

/** Something that was noted, drawn. */
export function noted({ contract, arrival }: Choice): readonly [number, number] | undefined {
  return contract.notes.length === 0 ? undefined : contract.notes[arrival.below(contract.notes.length)];
}
export const note = (contract: Instance, first: number, second = 0): void => void contract.notes.push([first, second]);

/** An act, unless one about the same is under way. */
export const free = (contract: Instance, act: Act): Act | undefined => (act.about !== undefined && contract.busy.has(act.about) ? undefined : act);

/** `act`, by which `spender` takes `amount` of a token from its sender; or what must come before. */
export function taking(choice: Choice, token: Instance, amount: bigint, act: Act): Act | undefined {
  const { sender: who, contract: { account: spender } } = act;
  const holder = choice.roster.account(who);
  if (balance(choice, token, who) < amount) {
    return free(token, { contract: token, sender: token.owner, name: 'transfer', args: [holder, amount * PART], about: `balance ${who}` });
  }
  if (number(choice, token, 'allowance', holder, spender) >= amount) return free(act.contract, act);
  return free(token, { contract: token, sender: who, name: 'approve', args: [spender, MOST], about: `allowance ${who} ${spender}` });
}
