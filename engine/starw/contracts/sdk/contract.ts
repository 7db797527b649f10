// What our contracts share: arguments, storage, checked amounts, events. Nothing allocates: every buffer has its place in the
// data segment, so a module is small and its gas does not depend on what was called before.
//
// Encoding: input is one byte (which function), then the arguments side by side: addresses of 20 bytes, u64 of 8 bytes,
// little-endian, hashes of 32, other bytes behind their number in two. Results and events are written the same way. A
// revert's reason is one byte, the error.
import * as star from './star';

export const ADDRESS: i32 = 20;
export const HASH: i32 = 32;

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
const SELF = memory.data(20, 8);
const BLOCK = memory.data(16, 8);
/** Nobody's address: where tokens come from and go to when they are minted and burned. */
export const NOBODY = memory.data(20, 8);

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

/** Where the hash lies. */
export function takeHash(): usize {
  return take(HASH);
}

/** How many bytes `takeBytes` has to take. */
export function takeLength(): i32 {
  return load<u16>(take(2));
}

/** Where they lie. */
export function takeBytes(length: i32): usize {
  return take(length);
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

/** Where the contract's own address lies. */
export function self(): usize {
  star.self(SELF);
  return SELF;
}

/** Number of the round that this is in. */
export function round(): u64 {
  star.block(BLOCK);
  return load<u64>(BLOCK);
}

// Bytes

export function copyAddress(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to + 8, load<u64>(from + 8));
  store<u32>(to + 16, load<u32>(from + 16));
}

export function copyBytes(to: usize, from: usize, length: i32): void {
  let done = 0;
  for (; done + 8 <= length; done += 8) store<u64>(to + done, load<u64>(from + done));
  for (; done < length; done++) store<u8>(to + done, load<u8>(from + done));
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
  return loadRecord(to, ADDRESS);
}

export function saveAddress(address: usize): void {
  saveRecord(address, ADDRESS);
}

/** An entry of fixed length; false, and nothing read, where there is none. */
export function loadRecord(to: usize, length: i32): bool {
  return star.storageGet(KEY, keyLength, to, length) == length;
}

/** An entry of up to `length` bytes; its length, or −1 where there is none. */
export function loadBytes(to: usize, length: i32): i32 {
  return star.storageGet(KEY, keyLength, to, length);
}

export function saveRecord(from: usize, length: i32): void {
  star.storageSet(KEY, keyLength, from, length);
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

export function putHash(hash: usize): void {
  copyBytes(MESSAGE + written, hash, HASH);
  written += HASH;
}

/** Behind their number, as an argument or result. */
export function putBytes(from: usize, length: i32): void {
  store<u16>(MESSAGE + written, <u16>length);
  written += 2;
  putRaw(from, length);
}

/** As they are. */
export function putRaw(from: usize, length: i32): void {
  copyBytes(MESSAGE + written, from, length);
  written += length;
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

/**
 * Pays STR out. A contract that is paid runs, with no input, and may refuse: what pays must have written down before that
 * it did.
 */
export function pay(to: usize, amount: u64): void {
  if (amount != 0) require(star.call(to, amount, MESSAGE, 0, -1) == 0, Failure.CallFailed);
}

/** Calls a contract with the message; reverts unless it returned. */
export function callWithMessage(contract: usize, value: u64): void {
  require(star.call(contract, value, MESSAGE, written, -1) == 0, Failure.CallFailed);
}
