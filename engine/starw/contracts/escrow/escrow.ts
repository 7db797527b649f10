// Escrow: STR that lies here until the buyer releases it to the seller, the seller gives it back, or an arbiter whom both
// accepted decides; after a round that was agreed on, the buyer may take it back alone. Not one of the document's five
// templates: it shows value that many parties hold in one contract.
import {
  add, begin, caller, copyAddress, emitMessage, endOfInput, fail, Failure, key, keyU64, loadRecord, loadU64,
  notPayable, pay, putAddress, putRaw, putU64, readInput, remove, require, returnMessage, returnU64, round,
  sameAddress, saveRecord, saveU64, takeAddress, takeByte, takeU64,
} from '../sdk/contract';
import * as star from '../sdk/star';

/** "Opened" and "Settled". */
const OPENED = memory.data<u8>([0x4f, 0x70, 0x65, 0x6e, 0x65, 0x64]);
const SETTLED = memory.data<u8>([0x53, 0x65, 0x74, 0x74, 0x6c, 0x65, 0x64]);

const enum Key {
  /** An open escrow, by number: buyer, seller, arbiter; STR, and the last round before the buyer may act alone: u64. */
  Escrow = 0x65, // e
  /** STR of all open escrows. */
  Held = 0x68, // h
  /** How many were ever opened: the last number. */
  Opened = 0x6e, // n
}

const enum Refusal {
  NoSuchEscrow = 16,
  Nothing = 17,
}

const ESCROW = memory.data(76, 8);
const ESCROW_BYTES: i32 = 76;
const BUYER = ESCROW;
const SELLER = ESCROW + 20;
const ARBITER = ESCROW + 40;
const AMOUNT: usize = 60;
const DEADLINE: usize = 68;

function escrowKey(id: u64): void {
  key(Key.Escrow);
  keyU64(id);
}

function readEscrow(id: u64): void {
  escrowKey(id);
  require(loadRecord(ESCROW, ESCROW_BYTES), Refusal.NoSuchEscrow);
}

function open(seller: usize, arbiter: usize, deadline: u64): void {
  const amount = star.value();
  require(amount != 0, Refusal.Nothing);
  copyAddress(BUYER, caller());
  copyAddress(SELLER, seller);
  copyAddress(ARBITER, arbiter);
  store<u64>(ESCROW, amount, AMOUNT);
  store<u64>(ESCROW, deadline, DEADLINE);
  key(Key.Held);
  saveU64(add(loadU64(), amount));
  key(Key.Opened);
  const id = loadU64() + 1;
  saveU64(id);
  escrowKey(id);
  saveRecord(ESCROW, ESCROW_BYTES);
  begin();
  putU64(id);
  putRaw(ESCROW, ESCROW_BYTES);
  emitMessage(OPENED, 6);
  returnU64(id);
}

/** Ends an escrow that was read, and pays it to one of its parties. */
function settle(id: u64, to: usize): void {
  const amount = load<u64>(ESCROW, AMOUNT);
  escrowKey(id);
  remove();
  key(Key.Held);
  saveU64(loadU64() - amount);
  begin();
  putU64(id);
  putAddress(to);
  putU64(amount);
  emitMessage(SETTLED, 7);
  pay(to, amount);
}

/** Buyer and arbiter may. */
function release(id: u64): void {
  readEscrow(id);
  const who = caller();
  require(sameAddress(who, BUYER) || sameAddress(who, ARBITER), Failure.NotAllowed);
  settle(id, SELLER);
}

/** Seller and arbiter may, and the buyer after the deadline. */
function refund(id: u64): void {
  readEscrow(id);
  const who = caller();
  const late = round() > load<u64>(ESCROW, DEADLINE);
  require(sameAddress(who, SELLER) || sameAddress(who, ARBITER) || (late && sameAddress(who, BUYER)), Failure.NotAllowed);
  settle(id, BUYER);
}

/** Input: nothing. */
export function deploy(): void {
  notPayable();
  readInput();
  endOfInput();
}

export function call(): void {
  readInput();
  const which = takeByte();
  if (which == 2) {
    const seller = takeAddress();
    const arbiter = takeAddress();
    const deadline = takeU64();
    endOfInput();
    return open(seller, arbiter, deadline);
  }
  notPayable();
  if (which == 0) {
    endOfInput();
    key(Key.Held);
    returnU64(loadU64());
  } else if (which == 1) {
    const id = takeU64();
    endOfInput();
    readEscrow(id);
    begin();
    putRaw(ESCROW, ESCROW_BYTES);
    returnMessage();
  } else if (which == 3) {
    const id = takeU64();
    endOfInput();
    release(id);
  } else if (which == 4) {
    const id = takeU64();
    endOfInput();
    refund(id);
  } else fail(Failure.UnknownFunction);
}
