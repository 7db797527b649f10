// Token: balances, allowances, minting by its owner. The supply is the sum of all balances, always: it is what `mint` and
// `burn` change, checked for overflow, and no balance can exceed it.
import {
  add, begin, caller, emitMessage, endOfInput, fail, Failure, key, keyAddress, loadAddress, loadU64, NOBODY,
  notPayable, putAddress, putU64, readInput, require, returnMessage, returnU64, sameAddress, saveAddress, saveU64,
  subtract, takeAddress, takeByte, takeU64,
} from '../sdk/contract';

const TRANSFER = memory.data<u8>([0x54, 0x72, 0x61, 0x6e, 0x73, 0x66, 0x65, 0x72]);
const APPROVAL = memory.data<u8>([0x41, 0x70, 0x70, 0x72, 0x6f, 0x76, 0x61, 0x6c]);
const OWNER = memory.data(20, 8);

const enum Key {
  Balance = 0x62, // b
  Allowance = 0x61, // a
  Supply = 0x73, // s
  Owner = 0x6f, // o
}

function balanceKey(holder: usize): void {
  key(Key.Balance);
  keyAddress(holder);
}

function allowanceKey(holder: usize, spender: usize): void {
  key(Key.Allowance);
  keyAddress(holder);
  keyAddress(spender);
}

function take(from: usize, amount: u64): void {
  balanceKey(from);
  saveU64(subtract(loadU64(), amount));
}

function give(to: usize, amount: u64): void {
  balanceKey(to);
  saveU64(add(loadU64(), amount));
}

function tell(from: usize, to: usize, amount: u64): void {
  begin();
  putAddress(from);
  putAddress(to);
  putU64(amount);
  emitMessage(TRANSFER, 8);
}

function transfer(from: usize, to: usize, amount: u64): void {
  take(from, amount);
  give(to, amount);
  tell(from, to, amount);
}

function mint(to: usize, amount: u64): void {
  key(Key.Supply);
  saveU64(add(loadU64(), amount));
  give(to, amount);
  tell(NOBODY, to, amount);
}

/** Input: the first supply, u64. Whoever deploys owns the contract and holds the supply. */
export function deploy(): void {
  notPayable();
  readInput();
  const supply = takeU64();
  endOfInput();
  const owner = caller();
  key(Key.Owner);
  saveAddress(owner);
  mint(owner, supply);
}

export function call(): void {
  notPayable();
  readInput();
  const which = takeByte();
  if (which == 0) {
    endOfInput();
    key(Key.Supply);
    returnU64(loadU64());
  } else if (which == 1) {
    const holder = takeAddress();
    endOfInput();
    balanceKey(holder);
    returnU64(loadU64());
  } else if (which == 2) {
    const to = takeAddress();
    const amount = takeU64();
    endOfInput();
    transfer(caller(), to, amount);
  } else if (which == 3) {
    const spender = takeAddress();
    const amount = takeU64();
    endOfInput();
    const holder = caller();
    allowanceKey(holder, spender);
    saveU64(amount);
    begin();
    putAddress(holder);
    putAddress(spender);
    putU64(amount);
    emitMessage(APPROVAL, 8);
  } else if (which == 4) {
    const holder = takeAddress();
    const spender = takeAddress();
    endOfInput();
    allowanceKey(holder, spender);
    returnU64(loadU64());
  } else if (which == 5) {
    const from = takeAddress();
    const to = takeAddress();
    const amount = takeU64();
    endOfInput();
    allowanceKey(from, caller());
    saveU64(subtract(loadU64(), amount));
    transfer(from, to, amount);
  } else if (which == 6) {
    const to = takeAddress();
    const amount = takeU64();
    endOfInput();
    key(Key.Owner);
    require(loadAddress(OWNER) && sameAddress(OWNER, caller()), Failure.NotAllowed);
    mint(to, amount);
  } else if (which == 7) {
    const amount = takeU64();
    endOfInput();
    const holder = caller();
    take(holder, amount);
    key(Key.Supply);
    saveU64(subtract(loadU64(), amount));
    tell(holder, NOBODY, amount);
  } else if (which == 8) {
    endOfInput();
    key(Key.Owner);
    require(loadAddress(OWNER), Failure.NotAllowed);
    begin();
    putAddress(OWNER);
    returnMessage();
  } else fail(Failure.UnknownFunction);
}
