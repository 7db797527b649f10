/** Contracts that mean harm, and vaults that they rob or do not. In WebAssembly text, so that nothing of ours helps them. */
import { fromHex } from '../../engine/primitives/bytes.ts';
import { contract } from '../starw/world.ts';
import { wat } from '../starw/wat.ts';

/** What a puppet does when it is paid: calls what it was told, then returns; calls, then reverts; runs on for ever. */
export const HOOK = { callBack: 0, revert: 1, loop: 2 } as const;

/**
 * Does what it is told, to be a party of other contracts, and strikes back when it is paid. Input 0 ‖ address ‖ value ‖ input
 * calls a contract, and hands back the status; 1 ‖ hook ‖ address ‖ value ‖ input says what to do when paid, which is when
 * there is no input; it asks for re-entry, or nobody could pay it while it waits. How many calls of the hook succeeded stands under `s`, what the last one came to under `l`.
 */
export const puppet = contract(
  `(local $length i32)
  (call $reentry (i32.const 1))
  (local.set $length (call $input_len))
  (if (i32.eqz (local.get $length)) (then (call $struck) (return)))
  (call $input_read (i32.const 1024) (i32.const 0) (local.get $length))
  (if (i32.load8_u (i32.const 1024))
    (then (call $storage_set (i32.const 0) (i32.const 1) (i32.const 1025) (i32.sub (local.get $length) (i32.const 1))))
    (else (i32.store (i32.const 512) (call $relay (i32.const 1025) (i32.sub (local.get $length) (i32.const 1)))) (call $ret (i32.const 512) (i32.const 4))))`,
  `(data (i32.const 0) "h") (data (i32.const 8) "s") (data (i32.const 16) "l")
  (func $relay (param $at i32) (param $length i32) (result i32)
    (call $call (local.get $at) (i64.load offset=20 (local.get $at)) (i32.add (local.get $at) (i32.const 28)) (i32.sub (local.get $length) (i32.const 28)) (i32.const -1)))
  (func $struck (local $length i32) (local $status i32)
    (local.set $length (call $storage_get (i32.const 0) (i32.const 1) (i32.const 1024) (i32.const 4096)))
    (if (i32.lt_s (local.get $length) (i32.const 0)) (then (return)))
    (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const ${HOOK.loop})) (then (loop (br 0))))
    (local.set $status (call $relay (i32.const 1025) (i32.sub (local.get $length) (i32.const 1))))
    (i32.store (i32.const 512) (local.get $status))
    (call $storage_set (i32.const 16) (i32.const 1) (i32.const 512) (i32.const 4))
    (if (i32.eqz (local.get $status)) (then
      (i32.store (i32.const 512) (i32.const 0))
      (drop (call $storage_get (i32.const 8) (i32.const 1) (i32.const 512) (i32.const 4)))
      (i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
      (call $storage_set (i32.const 8) (i32.const 1) (i32.const 512) (i32.const 4))))
    (if (i32.load8_u (i32.const 1024)) (then (call $revert (i32.const 0) (i32.const 1)))))`,
);

/**
 * A vault: input 0 pays in, 1 takes out all that the caller paid in. `effectsFirst`: whether it writes down that it paid before it pays;
 * `reentry`: whether it asks to be called again meanwhile.
 */
export const vault = ({ effectsFirst, reentry }: { readonly effectsFirst: boolean; readonly reentry: boolean }): Uint8Array<ArrayBuffer> => {
  const forget = '(call $storage_delete (i32.const 0) (i32.const 20))';
  const pay = `(if (i64.eqz (i64.load (i32.const 32))) (then (return)))
    (if (call $call (i32.const 0) (i64.load (i32.const 32)) (i32.const 0) (i32.const 0) (i32.const -1)) (then (call $revert (i32.const 0) (i32.const 0))))`;
  return contract(
    `(call $reentry (i32.const ${Number(reentry)}))
    (call $caller (i32.const 0))
    (drop (call $storage_get (i32.const 0) (i32.const 20) (i32.const 32) (i32.const 8)))
    (call $input_read (i32.const 64) (i32.const 0) (i32.const 1))
    (if (i32.load8_u (i32.const 64))
      (then ${effectsFirst ? forget + pay : pay + forget})
      (else (i64.store (i32.const 32) (i64.add (i64.load (i32.const 32)) (call $value))) (call $storage_set (i32.const 0) (i32.const 20) (i32.const 32) (i32.const 8))))`,
  );
};

/** Whatever is asked: runs on for ever, traps, reverts. */
export const hostile = {
  loops: wat('(module (memory (export "memory") 1) (func (export "call") (loop (br 0))))'),
  traps: wat('(module (memory (export "memory") 1) (func (export "call") unreachable))'),
  reverts: contract('(call $revert (i32.const 0) (i32.const 0))'),
} as const;

/** A token that moves nothing and says yes; the first time that it is asked to move something, it calls its target instead. */
export const falseToken = (target: string, input: readonly number[]): Uint8Array<ArrayBuffer> => {
  const data = (bytes: readonly number[]): string => bytes.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return contract(
    `(call $reentry (i32.const 1))
    (if (i32.eqz (call $input_len)) (then (return)))
    (call $input_read (i32.const 0) (i32.const 0) (i32.const 1))
    (if (i32.eqz (i32.load8_u (i32.const 0))) (then (call $ret (i32.const 0) (i32.const 8)) (return)))
    (if (i32.ge_s (call $storage_get (i32.const 16) (i32.const 1) (i32.const 8) (i32.const 4)) (i32.const 0)) (then (return)))
    (call $storage_set (i32.const 16) (i32.const 1) (i32.const 8) (i32.const 4))
    (i32.store (i32.const 8) (call $call (i32.const 32) (i64.const 0) (i32.const 64) (i32.const ${input.length}) (i32.const -1)))
    (call $storage_set (i32.const 16) (i32.const 1) (i32.const 8) (i32.const 4))`,
    `(data (i32.const 16) "l") (data (i32.const 32) "${data([...fromHex(target)])}") (data (i32.const 64) "${data(input)}")`,
  );
};
