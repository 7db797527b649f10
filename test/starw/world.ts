/** Contracts of a test, at addresses of one letter each, in a state of their own. */
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import { wat } from './wat.ts';

/** Accounts by a letter: `a` is forty of them. */
export const account = (letter: string): string => letter.repeat(40);
export const USER = account('e');

/** What contracts of tests import: all of it, so that the order of functions is the same everywhere. */
export const IMPORTS = `
  (import "star" "input_len" (func $input_len (result i32))) (import "star" "input_read" (func $input_read (param i32 i32 i32)))
  (import "star" "caller" (func $caller (param i32))) (import "star" "self" (func $self (param i32))) (import "star" "value" (func $value (result i64)))
  (import "star" "block" (func $block (param i32))) (import "star" "balance" (func $balance (param i32) (result i64)))
  (import "star" "storage_get" (func $storage_get (param i32 i32 i32 i32) (result i32))) (import "star" "storage_set" (func $storage_set (param i32 i32 i32 i32)))
  (import "star" "storage_delete" (func $storage_delete (param i32 i32))) (import "star" "call" (func $call (param i32 i64 i32 i32 i32) (result i32)))
  (import "star" "reentry" (func $reentry (param i32))) (import "star" "ret_len" (func $ret_len (result i32))) (import "star" "ret_read" (func $ret_read (param i32 i32 i32)))
  (import "star" "emit" (func $emit (param i32 i32 i32 i32))) (import "star" "ret" (func $ret (param i32 i32))) (import "star" "revert" (func $revert (param i32 i32)))
  (import "star" "gas_left" (func $gas_left (result i32)))`;

/** Gas of entering a contract of at most 2,048 bytes with one function and one page, as most tests have them. */
export const ENTRY = 8 * 2_048 + 256 + 1_024;

/** A contract whose `call` has this body; `fields` may hold data, globals and further functions. */
export const contract = (body: string, fields = ''): Uint8Array<ArrayBuffer> => wat(`(module ${IMPORTS} (memory (export "memory") 1) ${fields} (func (export "call") ${body}))`);

export interface World {
  readonly vm: Vm;
  readonly state: MemoryState;
  /** Calls contract `a` as `USER`. */
  call(options?: { gas?: number; value?: bigint; input?: readonly number[]; to?: string }): Outcome;
}

/** Contracts by letter. */
export function world(contracts: Readonly<Record<string, Uint8Array>>, vm = new Vm()): World {
  const state = new MemoryState();
  state.balances.set(USER, 1_000n);
  for (const [letter, bytes] of Object.entries(contracts)) state.codes.set(account(letter), { hash: toHex(nobleCrypto.sha256(bytes)), bytes });
  return {
    vm,
    state,
    call: ({ gas = 1_000_000, value = 0n, input = [], to = 'a' } = {}) =>
      vm.execute(state, { round: 7, time: 1_000_000_000 }, { contract: account(to), caller: USER, value, input: Uint8Array.from(input), gas }),
  };
}
