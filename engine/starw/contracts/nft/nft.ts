// NFT: tokens that are told apart by a number, each with the hash of what it stands for, which never changes. Minted by the
// collection's owner, moved by their holder, by whom the holder approved for one token, or by an operator of all its tokens.
import {
  begin, caller, copyAddress, copyBytes, emitMessage, endOfInput, fail, Failure, HASH, key, keyAddress, keyU64,
  loadAddress, loadRecord, loadU64, NOBODY, notPayable, putAddress, putHash, putU64, readInput, remove, require,
  returnMessage, returnU64, sameAddress, saveAddress, saveRecord, saveU64, takeAddress, takeByte, takeHash, takeU64,
} from '../sdk/contract';

/** "Transfer": also of what is minted (from nobody) and burned (to nobody). */
const TRANSFER = memory.data<u8>([0x54, 0x72, 0x61, 0x6e, 0x73, 0x66, 0x65, 0x72]);
/** "Approval". */
const APPROVAL = memory.data<u8>([0x41, 0x70, 0x70, 0x72, 0x6f, 0x76, 0x61, 0x6c]);
/** "Operator". */
const OPERATOR = memory.data<u8>([0x4f, 0x70, 0x65, 0x72, 0x61, 0x74, 0x6f, 0x72]);

const enum Key {
  /** Holder and content hash, by number. */
  Token = 0x74, // t
  /** How many a holder has. */
  Balance = 0x62, // b
  /** Who may move a token besides its holder and operators, by number. */
  Approved = 0x61, // a
  /** 1: may move all tokens of the holder. By holder and operator. */
  Operator = 0x70, // p
  /** How many there are. */
  Supply = 0x73, // s
  /** How many were ever minted: the last number. */
  Minted = 0x6e, // n
  Owner = 0x6f, // o
}

const enum Refusal {
  NoSuchToken = 16,
  ToNobody = 17,
}

/** The token at hand: its holder, and what it stands for. */
const TOKEN = memory.data(52, 8);
const HOLDER = TOKEN;
const CONTENT = TOKEN + 20;
const TOKEN_BYTES: i32 = 52;
const OTHER = memory.data(20, 8);

function tokenKey(id: u64): void {
  key(Key.Token);
  keyU64(id);
}

function approvedKey(id: u64): void {
  key(Key.Approved);
  keyU64(id);
}

function operatorKey(holder: usize, operator: usize): void {
  key(Key.Operator);
  keyAddress(holder);
  keyAddress(operator);
}

function readToken(id: u64): void {
  tokenKey(id);
  require(loadRecord(TOKEN, TOKEN_BYTES), Refusal.NoSuchToken);
}

/** Counts up or down. No count of tokens can overflow: each was minted by a call. */
function count(letter: i32, holder: usize, by: i64): void {
  key(letter);
  if (holder != 0) keyAddress(holder);
  saveU64(loadU64() + by);
}

function tell(from: usize, to: usize, id: u64): void {
  begin();
  putAddress(from);
  putAddress(to);
  putU64(id);
  emitMessage(TRANSFER, 8);
}

/** Holder or operator: who may decide on a token that was read. */
function decides(who: usize): bool {
  if (sameAddress(HOLDER, who)) return true;
  operatorKey(HOLDER, who);
  return loadU64() != 0;
}

/** The holder, its operators, and whom the token is approved for. */
function requireMover(id: u64): void {
  const who = caller();
  if (decides(who)) return;
  approvedKey(id);
  require(loadAddress(OTHER) && sameAddress(OTHER, who), Failure.NotAllowed);
}

/** Moves a token that was read; the approval was the old holder's. */
function move(to: usize, id: u64): void {
  require(!sameAddress(to, NOBODY), Refusal.ToNobody);
  approvedKey(id);
  remove();
  count(Key.Balance, HOLDER, -1);
  count(Key.Balance, to, 1);
  tell(HOLDER, to, id);
  copyAddress(HOLDER, to);
  tokenKey(id);
  saveRecord(TOKEN, TOKEN_BYTES);
}

function mint(to: usize, content: usize): void {
  key(Key.Owner);
  require(loadAddress(OTHER) && sameAddress(OTHER, caller()), Failure.NotAllowed);
  require(!sameAddress(to, NOBODY), Refusal.ToNobody);
  key(Key.Minted);
  const id = loadU64() + 1;
  saveU64(id);
  count(Key.Supply, 0, 1);
  count(Key.Balance, to, 1);
  copyAddress(HOLDER, to);
  copyBytes(CONTENT, content, HASH);
  tokenKey(id);
  saveRecord(TOKEN, TOKEN_BYTES);
  tell(NOBODY, to, id);
  returnU64(id);
}

function burn(id: u64): void {
  readToken(id);
  requireMover(id);
  approvedKey(id);
  remove();
  tokenKey(id);
  remove();
  count(Key.Balance, HOLDER, -1);
  count(Key.Supply, 0, -1);
  tell(HOLDER, NOBODY, id);
}

function approve(spender: usize, id: u64): void {
  readToken(id);
  require(decides(caller()), Failure.NotAllowed);
  approvedKey(id);
  if (sameAddress(spender, NOBODY)) remove();
  else saveAddress(spender);
  begin();
  putAddress(HOLDER);
  putAddress(spender);
  putU64(id);
  emitMessage(APPROVAL, 8);
}

function setOperator(operator: usize, allowed: u64): void {
  require(allowed <= 1, Failure.BadInput);
  const holder = caller();
  operatorKey(holder, operator);
  saveU64(allowed);
  begin();
  putAddress(holder);
  putAddress(operator);
  putU64(allowed);
  emitMessage(OPERATOR, 8);
}

function returnAddress(address: usize): void {
  begin();
  putAddress(address);
  returnMessage();
}

/** Input: nothing. Whoever deploys owns the collection. */
export function deploy(): void {
  notPayable();
  readInput();
  endOfInput();
  key(Key.Owner);
  saveAddress(caller());
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
    key(Key.Balance);
    keyAddress(holder);
    returnU64(loadU64());
  } else if (which == 2 || which == 3) {
    const id = takeU64();
    endOfInput();
    readToken(id);
    begin();
    if (which == 2) putAddress(HOLDER);
    else putHash(CONTENT);
    returnMessage();
  } else if (which == 4) {
    const to = takeAddress();
    const content = takeHash();
    endOfInput();
    mint(to, content);
  } else if (which == 5) {
    const to = takeAddress();
    const id = takeU64();
    endOfInput();
    readToken(id);
    require(sameAddress(HOLDER, caller()), Failure.NotAllowed);
    move(to, id);
  } else if (which == 6) {
    const spender = takeAddress();
    const id = takeU64();
    endOfInput();
    approve(spender, id);
  } else if (which == 7) {
    const id = takeU64();
    endOfInput();
    readToken(id);
    approvedKey(id);
    returnAddress(loadAddress(OTHER) ? OTHER : NOBODY);
  } else if (which == 8) {
    const operator = takeAddress();
    const allowed = takeU64();
    endOfInput();
    setOperator(operator, allowed);
  } else if (which == 9) {
    const holder = takeAddress();
    const operator = takeAddress();
    endOfInput();
    operatorKey(holder, operator);
    returnU64(loadU64());
  } else if (which == 10) {
    const from = takeAddress();
    const to = takeAddress();
    const id = takeU64();
    endOfInput();
    readToken(id);
    require(sameAddress(HOLDER, from), Failure.NotAllowed);
    requireMover(id);
    move(to, id);
  } else if (which == 11) {
    const id = takeU64();
    endOfInput();
    burn(id);
  } else if (which == 12) {
    endOfInput();
    key(Key.Owner);
    require(loadAddress(OTHER), Failure.NotAllowed);
    returnAddress(OTHER);
  } else fail(Failure.UnknownFunction);
}
