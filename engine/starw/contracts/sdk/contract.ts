// What our contracts share: arguments, storage, checked amounts, events. Nothing allocates: every buffer has its place in the
// data segment, so a module is small and its gas does not depend on what was called before.
//
// Encoding: input is one byte (which function), then the arguments side by side: addresses of 20 bytes, u64 of 8 bytes,
// little-endian. Results and events are written the same way. A revert's reason is one byte, the error.
import * as star from './star';

export const ADDRESS: i32 = 20;

/** Errors that every contract may give; its own begin at 16. */
export const enum Failure {
  UnknownFunction = 1,
  BadInput = 2,
  Overflow = 3,
  NotAllowed = 4,
  NotCovered = 5,
  NotPayable = 6,
  CallFailed = 7,
}

const INPUT_MAX: i32 = 512;
const INPUT = memory.data(512, 8);
const KEY = memory.data(64, 8);
const VALUE = memory.data(8, 8);
const MESSAGE = memory.data(256, 8);
const CALLER = memory.data(20, 8);

let readAt: i32 = 0;
let keyLength: i32 = 0;
let written: i32 = 0;

/** Ends the call: all that it changed is undone. */
export function fail(error: i32): void {
  store<u8>(VALUE, <u8>error);
  star.revert(VALUE, 1);
  unreachable();
}

export function require(condition: bool, error: i32): void {
  if (!condition) fail(error);
}

// Arguments

/** Reads the input; arguments then come off it one by one, and `endOfInput` says that there are no more. */
export function readInput(): void {
  const length = star.inputLength();
  require(length <= INPUT_MAX, Failure.BadInput);
  star.inputRead(INPUT, 0, length);
}

function take(bytes: i32): usize {
  const from = readAt;
  readAt = from + bytes;
  require(readAt <= star.inputLength(), Failure.BadInput);
  return INPUT + from;
}

export function takeByte(): i32 {
  return load<u8>(take(1));
}

export function takeU64(): u64 {
  return load<u64>(take(8));
}

/** Where the address lies. */
export function takeAddress(): usize {
  return take(ADDRESS);
}

export function endOfInput(): void {
  require(readAt == star.inputLength(), Failure.BadInput);
}

/** A function that must not be given STR. */
export function notPayable(): void {
  require(star.value() == 0, Failure.NotPayable);
}

/** Where the caller's address lies. */
export function caller(): usize {
  star.caller(CALLER);
  return CALLER;
}

// Bytes

export function copyAddress(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to + 8, load<u64>(from + 8));
  store<u32>(to + 16, load<u32>(from + 16));
}

export function sameAddress(x: usize, y: usize): bool {
  return load<u64>(x) == load<u64>(y) && load<u64>(x + 8) == load<u64>(y + 8) && load<u32>(x + 16) == load<u32>(y + 16);
}

// Storage: a key is begun with a letter and continued with addresses and numbers.

export function key(letter: i32): void {
  store<u8>(KEY, <u8>letter);
  keyLength = 1;
}

export function keyAddress(address: usize): void {
  copyAddress(KEY + keyLength, address);
  keyLength += ADDRESS;
}

export function keyU64(number: u64): void {
  store<u64>(KEY + keyLength, number);
  keyLength += 8;
}

/** 0 where there is no entry. */
export function loadU64(): u64 {
  return star.storageGet(KEY, keyLength, VALUE, 8) == 8 ? load<u64>(VALUE) : 0;
}

/** 0 deletes the entry. */
export function saveU64(number: u64): void {
  if (number == 0) return star.storageDelete(KEY, keyLength);
  store<u64>(VALUE, number);
  star.storageSet(KEY, keyLength, VALUE, 8);
}

/** Whether there is an entry; its address is then at `to`. */
export function loadAddress(to: usize): bool {
  return star.storageGet(KEY, keyLength, to, ADDRESS) == ADDRESS;
}

export function saveAddress(address: usize): void {
  star.storageSet(KEY, keyLength, address, ADDRESS);
}

export function remove(): void {
  star.storageDelete(KEY, keyLength);
}

// Amounts

export function add(x: u64, y: u64): u64 {
  const sum = x + y;
  require(sum >= x, Failure.Overflow);
  return sum;
}

export function subtract(x: u64, y: u64): u64 {
  require(y <= x, Failure.NotCovered);
  return x - y;
}

// What goes out: results, events and calls are put together in one buffer.

export function begin(): void {
  written = 0;
}

export function putByte(byte: i32): void {
  store<u8>(MESSAGE + written, <u8>byte);
  written += 1;
}

export function putAddress(address: usize): void {
  copyAddress(MESSAGE + written, address);
  written += ADDRESS;
}

export function putU64(number: u64): void {
  store<u64>(MESSAGE + written, number);
  written += 8;
}

export function returnMessage(): void {
  star.ret(MESSAGE, written);
}

export function returnU64(number: u64): void {
  begin();
  putU64(number);
  returnMessage();
}

/** Topics are static text, one byte a letter. */
export function emitMessage(topic: usize, length: i32): void {
  star.emit(topic, length, MESSAGE, written);
}

/** Calls a contract with the message; reverts unless it returned. */
export function callWithMessage(contract: usize, value: u64): void {
  require(star.call(contract, value, MESSAGE, written, -1) == 0, Failure.CallFailed);
}
