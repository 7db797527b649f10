/**
 * Accounts of bytes that come again and again: a sender's key, a payment's recipient. Each table remembers the text that
 * bytes stand for, so that it is made once, and is one object wherever it is a map's key.
 *
 * A table is a function's memory and no state: what it forgets is computed anew. Two places per hash of the bytes, a
 * newer entry takes that of an older one: bounded memory, and a look-up costs two comparisons whoever chose the bytes.
 */
import { fromHex, toHex } from '../primitives/bytes.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Account } from './transaction.ts';

const ACCOUNT_BYTES = 20;
const KEY_BYTES = 33;

/** Bytes of a place, one line of the cache: the number of its account, u24, and the bytes that are looked up. */
const LINE = 64;
const BYTES_AT = 3;

class Memory {
  private readonly width: number;
  private readonly places: Uint8Array;
  /** From 1 on, in the order of first use: what is used stands together. */
  private readonly accounts: Account[] = [''];

  /** For `width` bytes, from 11 to 61. */
  constructor(width: number) {
    this.width = width;
    this.places = new Uint8Array(LINE * PLACES);
  }

  /** The account remembered for the bytes at `at`, or what `make` gives, remembered. */
  get(data: Uint8Array, at: number, make: (data: Uint8Array, at: number) => Account): Account {
    // Both are hashes or coordinates of points: bytes in their middle are as good as a hash of all.
    const first = LINE * ((data[at + 9] << 8) | data[at + 10]);
    if (this.holds(first, data, at)) return this.accounts[this.numberAt(first)];
    const second = first ^ LINE;
    if (this.holds(second, data, at)) return this.accounts[this.numberAt(second)];
    const account = make(data, at);
    this.put(first, second, account, data, at);
    return account;
  }

  private holds(place: number, data: Uint8Array, at: number): boolean {
    const { width, places } = this;
    for (let i = 0; i < width; i++) if (places[place + BYTES_AT + i] !== data[at + i]) return false;
    return this.numberAt(place) !== 0;
  }

  /** 0 where nothing is remembered. */
  private numberAt(place: number): number {
    const { places } = this;
    return (places[place] << 16) | (places[place + 1] << 8) | places[place + 2];
  }

  /** In the first place, whose account moves to the second, whose account is forgotten. */
  private put(first: number, second: number, account: Account, data: Uint8Array, at: number): void {
    const { accounts, places, width } = this;
    const number = this.numberAt(second) || accounts.length;
    places.copyWithin(second, first, first + LINE);
    places[first] = number >> 16;
    places[first + 1] = number >> 8;
    places[first + 2] = number;
    for (let i = 0; i < width; i++) places[first + BYTES_AT + i] = data[at + i];
    accounts[number] = account;
  }
}

/** As many as two bytes tell apart. */
const PLACES = 1 << 16;
let named: Memory | undefined;

/** The account whose 20 bytes stand at `at`. */
export function accountAt(data: Uint8Array, at: number): Account {
  named ??= new Memory(ACCOUNT_BYTES);
  return named.get(data, at, hexAt);
}

/** The account as the text that reading its bytes gives: one object for both, as long as it is remembered. */
export const sameAccount = (account: Account): Account => accountAt(fromHex(account), 0);

const hexAt = (data: Uint8Array, at: number): Account => toHex(data.subarray(at, at + ACCOUNT_BYTES));

/** The accounts of compressed public keys (D1). */
export interface SenderTable {
  /** Of the 33 bytes at `at`. */
  of(data: Uint8Array, at: number): Account;
}

/** Remembers nothing: one hash each time. */
export const hashedSenders = (crypto: Crypto): SenderTable => ({
  of: (data, at) => accountAt(crypto.sha256(data.subarray(at, at + KEY_BYTES)), 0),
});

/** Hashes a key once, as long as it is remembered. */
export class Senders implements SenderTable {
  private readonly memory = new Memory(KEY_BYTES);
  private readonly hashed: SenderTable;

  constructor(crypto: Crypto) {
    this.hashed = hashedSenders(crypto);
  }

  of(data: Uint8Array, at: number): Account {
    return this.memory.get(data, at, this.hashed.of);
  }
}
