/** The host interface `star` as signatures; what each function does is in docs/star-abi.md and `host.ts`. */
import { TYPE } from './module.ts';

/** The one module name that a contract may import from. */
export const HOST_MODULE = 'star';

const I = TYPE.i32;
const L = TYPE.i64;

/** Parameters and results of each function, in binary codes of value types. */
export const HOST_FUNCTIONS = {
  input_len: [[], [I]],
  input_read: [[I, I, I], []],
  caller: [[I], []],
  self: [[I], []],
  value: [[], [L]],
  block: [[I], []],
  balance: [[I], [L]],
  storage_get: [[I, I, I, I], [I]],
  storage_set: [[I, I, I, I], []],
  storage_delete: [[I, I], []],
  call: [[I, L, I, I, I], [I]],
  reentry: [[I], []],
  ret_len: [[], [I]],
  ret_read: [[I, I, I], []],
  emit: [[I, I, I, I], []],
  ret: [[I, I], []],
  revert: [[I, I], []],
  gas_left: [[], [I]],
} as const satisfies Readonly<Record<string, readonly [readonly number[], readonly number[]]>>;

export type HostFunction = keyof typeof HOST_FUNCTIONS;
