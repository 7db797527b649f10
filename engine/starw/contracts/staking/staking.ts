// Staking: tokens are locked, and STR is earned. Anyone may fund the pool of rewards; each round gives a fixed amount of it
// to all who stake, by their share, for as long as the pool lasts. What is staked can be taken back when its lock is over.
//
// Shares are kept as a sum: `earned per token` since the beginning, a number with 64 bits behind the point, rounded down. An
// account has earned stake × what the sum grew by since it was last settled, rounded down: so together never more than was given.
// The sum's whole part may pass 2^64 and begin anew, after more STR was given than there is: only differences count, and that of
// an account that stakes is no larger than what is owed to it.
import {
  add, begin, caller, copyAddress, emitMessage, endOfInput, fail, Failure, key, keyAddress, loadRecord, notPayable,
  pay, putAddress, putU64, readInput, remove, require, returnMessage, returnU64, round, saveRecord, subtract,
  takeAddress, takeByte, takeU64,
} from '../sdk/contract';
import * as star from '../sdk/star';
import { pullTokens, pushTokens, requireToken } from '../sdk/tokens';
import { divideWide, mulHigh } from '../sdk/wide';

/** "Staked", "Unstaked": tokens. "Claimed", "Funded": STR. */
const STAKED = memory.data<u8>([0x53, 0x74, 0x61, 0x6b, 0x65, 0x64]);
const UNSTAKED = memory.data<u8>([0x55, 0x6e, 0x73, 0x74, 0x61, 0x6b, 0x65, 0x64]);
const CLAIMED = memory.data<u8>([0x43, 0x6c, 0x61, 0x69, 0x6d, 0x65, 0x64]);
const FUNDED = memory.data<u8>([0x46, 0x75, 0x6e, 0x64, 0x65, 0x64]);

const enum Key {
  /** The pool: six u64, `Pool`. */
  Pool = 0x67, // g
  /** An account: five u64, `Account`. */
  Account = 0x6b, // k
  /** The token's address; reward of a round, rounds of lock: u64. */
  Config = 0x63, // c
}

/** Places in the pool's entry. */
const enum Pool {
  /** Tokens staked. */
  Staked = 0,
  /** STR that is not given yet. */
  Left = 8,
  /** STR that was given, and not claimed yet. */
  Owed = 16,
  /** Earned per token: whole part, and fraction in 2^−64. */
  Whole = 24,
  Fraction = 32,
  /** The last round that was given for. */
  Round = 40,
}

/** Places in an account's entry. */
const enum Account {
  Staked = 0,
  /** STR earned and not claimed, up to when it was last settled. */
  Earned = 8,
  /** The pool's sum then. */
  Whole = 16,
  Fraction = 24,
  /** From this round on the stake can be taken back. */
  Unlocks = 32,
}

const enum Refusal {
  Locked = 16,
  /** Of tokens or STR: there must be some. */
  Nothing = 17,
}

const POOL = memory.data(48, 8);
const POOL_BYTES: i32 = 48;
const ACCOUNT = memory.data(40, 8);
const ACCOUNT_BYTES: i32 = 40;
const CONFIG = memory.data(36, 8);
const TOKEN = CONFIG;

function accountKey(who: usize): void {
  key(Key.Account);
  keyAddress(who);
}

/** Brings the pool up to this round: what the rounds since have earned leaves it, and the sum grows. */
function readPool(): void {
  key(Key.Config);
  require(loadRecord(CONFIG, 36), Failure.NotAllowed);
  key(Key.Pool);
  loadRecord(POOL, POOL_BYTES);
  const now = round();
  const rounds = now - load<u64>(POOL, Pool.Round);
  store<u64>(POOL, now, Pool.Round);
  const staked = load<u64>(POOL, Pool.Staked);
  const left = load<u64>(POOL, Pool.Left);
  if (staked == 0 || left == 0 || rounds == 0) return;
  const rate = load<u64>(CONFIG, 20);
  const given = mulHigh(rate, rounds) != 0 ? left : min(left, rate * rounds);
  store<u64>(POOL, left - given, Pool.Left);
  store<u64>(POOL, add(load<u64>(POOL, Pool.Owed), given), Pool.Owed);
  const fraction = load<u64>(POOL, Pool.Fraction) + divideWide(given % staked, 0, staked);
  const carry: u64 = fraction < load<u64>(POOL, Pool.Fraction) ? 1 : 0;
  store<u64>(POOL, fraction, Pool.Fraction);
  store<u64>(POOL, load<u64>(POOL, Pool.Whole) + given / staked + carry, Pool.Whole);
}

function writePool(): void {
  key(Key.Pool);
  saveRecord(POOL, POOL_BYTES);
}

/** Reads an account and settles it with the pool, which was read. All zero where there is none. */
function readAccount(who: usize): void {
  accountKey(who);
  loadRecord(ACCOUNT, ACCOUNT_BYTES);
  const fraction = load<u64>(POOL, Pool.Fraction) - load<u64>(ACCOUNT, Account.Fraction);
  const borrow: u64 = load<u64>(POOL, Pool.Fraction) < load<u64>(ACCOUNT, Account.Fraction) ? 1 : 0;
  const whole = load<u64>(POOL, Pool.Whole) - load<u64>(ACCOUNT, Account.Whole) - borrow;
  const staked = load<u64>(ACCOUNT, Account.Staked);
  require(mulHigh(staked, whole) == 0, Failure.Overflow);
  const earned = add(staked * whole, mulHigh(staked, fraction));
  store<u64>(ACCOUNT, add(load<u64>(ACCOUNT, Account.Earned), earned), Account.Earned);
  store<u64>(ACCOUNT, load<u64>(POOL, Pool.Whole), Account.Whole);
  store<u64>(ACCOUNT, load<u64>(POOL, Pool.Fraction), Account.Fraction);
}

/** An account that has nothing left is forgotten. */
function writeAccount(who: usize): void {
  accountKey(who);
  if (load<u64>(ACCOUNT, Account.Staked) == 0 && load<u64>(ACCOUNT, Account.Earned) == 0) remove();
  else saveRecord(ACCOUNT, ACCOUNT_BYTES);
}

function tell(topic: usize, length: i32, who: usize, amount: u64): void {
  begin();
  putAddress(who);
  putU64(amount);
  emitMessage(topic, length);
}

/** Every stake locks the whole of the account's anew. */
function stake(amount: u64): void {
  require(amount != 0, Refusal.Nothing);
  const who = caller();
  readPool();
  readAccount(who);
  store<u64>(POOL, add(load<u64>(POOL, Pool.Staked), amount), Pool.Staked);
  store<u64>(ACCOUNT, add(load<u64>(ACCOUNT, Account.Staked), amount), Account.Staked);
  store<u64>(ACCOUNT, add(load<u64>(POOL, Pool.Round), load<u64>(CONFIG, 28)), Account.Unlocks);
  writePool();
  writeAccount(who);
  tell(STAKED, 6, who, amount);
  pullTokens(TOKEN, who, amount);
}

function unstake(amount: u64): void {
  require(amount != 0, Refusal.Nothing);
  const who = caller();
  readPool();
  readAccount(who);
  store<u64>(ACCOUNT, subtract(load<u64>(ACCOUNT, Account.Staked), amount), Account.Staked);
  require(load<u64>(POOL, Pool.Round) >= load<u64>(ACCOUNT, Account.Unlocks), Refusal.Locked);
  store<u64>(POOL, load<u64>(POOL, Pool.Staked) - amount, Pool.Staked);
  writePool();
  writeAccount(who);
  tell(UNSTAKED, 8, who, amount);
  pushTokens(TOKEN, who, amount);
}

function claim(): void {
  const who = caller();
  readPool();
  readAccount(who);
  const earned = load<u64>(ACCOUNT, Account.Earned);
  require(earned != 0, Refusal.Nothing);
  store<u64>(ACCOUNT, 0, Account.Earned);
  store<u64>(POOL, load<u64>(POOL, Pool.Owed) - earned, Pool.Owed);
  writePool();
  writeAccount(who);
  tell(CLAIMED, 7, who, earned);
  pay(who, earned);
  returnU64(earned);
}

function fund(): void {
  const amount = star.value();
  require(amount != 0, Refusal.Nothing);
  readPool();
  store<u64>(POOL, add(load<u64>(POOL, Pool.Left), amount), Pool.Left);
  writePool();
  tell(FUNDED, 6, caller(), amount);
}

/** Input: the token, what a round gives in STR base units, u64, and for how many rounds a stake is locked, u64. */
export function deploy(): void {
  notPayable();
  readInput();
  copyAddress(TOKEN, takeAddress());
  store<u64>(CONFIG, takeU64(), 20);
  store<u64>(CONFIG, takeU64(), 28);
  endOfInput();
  requireToken(TOKEN);
  key(Key.Config);
  saveRecord(CONFIG, 36);
  store<u64>(POOL, round(), Pool.Round);
  writePool();
}

export function call(): void {
  readInput();
  const which = takeByte();
  if (which == 3) {
    endOfInput();
    return fund();
  }
  notPayable();
  if (which == 0) {
    endOfInput();
    readPool();
    begin();
    putU64(load<u64>(POOL, Pool.Staked));
    putU64(load<u64>(POOL, Pool.Left));
    putU64(load<u64>(POOL, Pool.Owed));
    returnMessage();
  } else if (which == 1) {
    const who = takeAddress();
    endOfInput();
    readPool();
    readAccount(who);
    begin();
    putU64(load<u64>(ACCOUNT, Account.Staked));
    putU64(load<u64>(ACCOUNT, Account.Earned));
    putU64(load<u64>(ACCOUNT, Account.Unlocks));
    returnMessage();
  } else if (which == 2) {
    endOfInput();
    readPool();
    begin();
    putAddress(TOKEN);
    putU64(load<u64>(CONFIG, 20));
    putU64(load<u64>(CONFIG, 28));
    returnMessage();
  } else if (which == 4) {
    const amount = takeU64();
    endOfInput();
    stake(amount);
  } else if (which == 5) {
    const amount = takeU64();
    endOfInput();
    unstake(amount);
  } else if (which == 6) {
    endOfInput();
    claim();
  } else fail(Failure.UnknownFunction);
}
