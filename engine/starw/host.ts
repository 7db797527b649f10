/** The functions of `star` for one instance. What each does, costs and refuses: docs/star-abi.md. */
import { GAS } from '../params/params.ts';
import { VM_GAS, VM_LIMITS } from '../params/vm.ts';
import { hexInto, toHex } from '../primitives/bytes.ts';
import { NOTHING } from './frame.ts';
import { HOST_MODULE, type HostFunction } from './imports.ts';
import { unwind, type Instance } from './instance.ts';

const moved = (bytes: number): number => Math.floor(bytes / VM_GAS.bytesPerGas);
const entryUnits = (key: number, value: number): number => Math.ceil((key + value) / GAS.storageUnitBytes);
const ADDRESS_BYTES = 20;

/** Amounts and pointers arrive signed; they mean unsigned integers. */
export function hostImports(instance: Instance): WebAssembly.Imports {
  const block = new Uint8Array(16);

  // Mostly an entry is read and then written: the key's text is made once for both.
  const lastKey = new Uint8Array(VM_LIMITS.storageKeyBytes);
  let lastText = '';

  const keyText = (start: number, length: number): string => {
    const view = instance.memoryView();
    if (lastText.length === 2 * length) {
      let same = 0;
      while (same < length && lastKey[same] === view[start + same]) same++;
      if (same === length) return lastText;
    }
    for (let i = 0; i < length; i++) lastKey[i] = view[start + i];
    return (lastText = toHex(lastKey, 0, length));
  };

  /** Pays for a storage operation and gives the key, of a legal length. */
  const storageKey = (price: number, pointer: number, length: number, other: number): string => {
    const size = length >>> 0;
    instance.pay(price + moved(size + other));
    if (size === 0 || size > VM_LIMITS.storageKeyBytes) unwind('storage-key');
    return keyText(instance.place(pointer, size), size);
  };

  const account = (pointer: number): string => toHex(instance.memoryView(), instance.place(pointer, ADDRESS_BYTES), ADDRESS_BYTES);

  const writeAccount = (pointer: number, hex: string): void => {
    instance.pay(moved(ADDRESS_BYTES));
    hexInto(hex, instance.memoryView(), instance.place(pointer, ADDRESS_BYTES));
  };

  /** A part of input or returned data into the memory. */
  const read = (data: Uint8Array, to: number, from: number, length: number): void => {
    const [start, count] = [from >>> 0, length >>> 0];
    instance.pay(moved(count));
    if (start + count > data.length) unwind('input-range');
    instance.write(to, count === data.length ? data : data.subarray(start, start + count));
  };

  /** A copy of what a contract hands over, of a legal length. */
  const message = (pointer: number, length: number): Uint8Array => {
    const count = length >>> 0;
    instance.pay(moved(count));
    if (count > VM_LIMITS.messageBytes) unwind('message-size');
    const start = instance.place(pointer, count);
    return count === 0 ? NOTHING : instance.memoryView().slice(start, start + count);
  };

  const functions = {
    input_len: () => instance.frame.input.length,
    input_read: (to: number, from: number, length: number) => read(instance.frame.input, to, from, length),
    caller: (to: number) => writeAccount(to, instance.frame.caller),
    self: (to: number) => writeAccount(to, instance.frame.contract),
    value: () => BigInt.asIntN(64, instance.frame.value),
    block: (to: number) => {
      const { round, time } = instance.frame.execution.block;
      instance.pay(moved(block.length));
      writeU64(block, 0, round);
      writeU64(block, 8, time);
      instance.write(to, block);
    },
    balance: (pointer: number) => {
      instance.pay(VM_GAS.stateRead);
      return BigInt.asIntN(64, instance.frame.execution.state.balanceOf(account(pointer)));
    },
    storage_get: (key: number, keyLength: number, to: number, capacity: number) => {
      const { frame } = instance;
      const value = frame.execution.state.storageGet(frame.contract, storageKey(VM_GAS.storageRead, key, keyLength, 0));
      if (value === undefined) return -1;
      const copied = Math.min(value.length, capacity >>> 0);
      instance.pay(moved(copied));
      instance.write(to, copied === value.length ? value : value.subarray(0, copied));
      return value.length;
    },
    storage_set: (key: number, keyLength: number, from: number, length: number) => {
      const { frame } = instance;
      const { state } = frame.execution;
      const count = length >>> 0;
      const name = storageKey(VM_GAS.storageWrite, key, keyLength, count);
      if (count > VM_LIMITS.storageValueBytes) unwind('storage-value');
      const value = instance.read(from, count);
      const before = state.storageGet(frame.contract, name);
      const keyBytes = keyLength >>> 0;
      const grown = entryUnits(keyBytes, count) - (before === undefined ? 0 : entryUnits(keyBytes, before.length));
      if (grown > 0) instance.pay(grown * GAS.storage);
      state.storageSet(frame.contract, name, value);
    },
    storage_delete: (key: number, keyLength: number) => {
      const { frame } = instance;
      frame.execution.state.storageSet(frame.contract, storageKey(VM_GAS.storageWrite, key, keyLength, 0), undefined);
    },
    call: (to: number, value: bigint, input: number, length: number, gas: number) => {
      const { frame } = instance;
      instance.pay(GAS.leg);
      const data = message(input, length);
      return frame.execution.nested(frame, instance, account(to), BigInt.asUintN(64, value), data, gas >>> 0);
    },
    reentry: (allowed: number) => {
      instance.frame.reentrant = allowed !== 0;
    },
    ret_len: () => instance.frame.returned.length,
    ret_read: (to: number, from: number, length: number) => read(instance.frame.returned, to, from, length),
    emit: (topic: number, topicLength: number, from: number, length: number) => {
      const { frame } = instance;
      const [topicBytes, dataBytes] = [topicLength >>> 0, length >>> 0];
      instance.pay(VM_GAS.event);
      if (topicBytes > VM_LIMITS.eventTopicBytes || dataBytes > VM_LIMITS.eventDataBytes) unwind('event-size');
      instance.pay(VM_GAS.eventByte * (topicBytes + dataBytes));
      frame.execution.emit({ contract: frame.contract, topic: instance.read(topic, topicBytes), data: instance.read(from, dataBytes) });
    },
    ret: (from: number, length: number) => {
      instance.frame.output = message(from, length);
    },
    revert: (from: number, length: number) => {
      instance.frame.output = message(from, length);
      unwind('revert');
    },
    gas_left: () => instance.gasLeft,
  } satisfies Record<HostFunction, (...args: never[]) => unknown>;
  return { [HOST_MODULE]: functions };
}

/** Little-endian, as the contract's own loads read it. */
function writeU64(out: Uint8Array, at: number, value: number): void {
  let rest = value;
  for (let i = 0; i < 8; i++) {
    out[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
