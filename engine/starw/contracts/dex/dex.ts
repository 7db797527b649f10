// DEX: a pool of STR and one token. Who adds to both sides holds shares of the pool; who swaps pays one side in and takes of
// the other what leaves the product of both no smaller. All rounding is in the pool's favour, and the fee stays in it.
//
// Reserves are what the pool was told, not what it has: STR or tokens sent here without a call change no price.
import {
  add, begin, caller, copyAddress, emitMessage, endOfInput, fail, Failure, key, keyAddress, loadRecord, loadU64,
  NOBODY, notPayable, pay, putAddress, putU64, readInput, require, returnMessage, returnU64, saveRecord, saveU64,
  subtract, takeAddress, takeByte, takeU64,
} from '../sdk/contract';
import * as star from '../sdk/star';
import { pullTokens, pushTokens, requireToken } from '../sdk/tokens';
import { mulDiv, mulDivUp } from '../sdk/wide';

/** "Added" and "Removed": liquidity. */
const ADDED = memory.data<u8>([0x41, 0x64, 0x64, 0x65, 0x64]);
const REMOVED = memory.data<u8>([0x52, 0x65, 0x6d, 0x6f, 0x76, 0x65, 0x64]);
/** "Bought" tokens for STR, "Sold" tokens for STR. */
const BOUGHT = memory.data<u8>([0x42, 0x6f, 0x75, 0x67, 0x68, 0x74]);
const SOLD = memory.data<u8>([0x53, 0x6f, 0x6c, 0x64]);

const enum Key {
  /** STR, tokens, shares: three u64. */
  Reserves = 0x72, // r
  /** Shares of a holder. */
  Shares = 0x6c, // l
  /** The token's address, and the fee in basis points, u64. */
  Config = 0x63, // c
}

const enum Refusal {
  /** Less would come out than was asked for, or more would have to go in. */
  Slippage = 16,
  /** The pool is empty, or too little is put into an empty one. */
  NoLiquidity = 17,
  /** What comes out is nothing. */
  TooLittle = 18,
  /** Of a fee, at deployment. */
  TooHigh = 19,
}

const RESERVES = memory.data(24, 8);
const CONFIG = memory.data(28, 8);
const TOKEN = CONFIG;

/** Of a swap, in basis points, at most. */
const FEE_MAX: u64 = 1_000;
const BASIS: u64 = 10_000;
/** Shares that nobody ever gets: the pool is never emptied, and a share never becomes too dear to buy one. */
const LOCKED: u64 = 1_000;

function reserveStr(): u64 {
  return load<u64>(RESERVES);
}

function reserveTokens(): u64 {
  return load<u64>(RESERVES, 8);
}

function totalShares(): u64 {
  return load<u64>(RESERVES, 16);
}

/** All zero where nothing was ever added. */
function readPool(): void {
  key(Key.Config);
  require(loadRecord(CONFIG, 28), Failure.NotAllowed);
  key(Key.Reserves);
  loadRecord(RESERVES, 24);
}

function writeReserves(str: u64, tokens: u64, shares: u64): void {
  store<u64>(RESERVES, str);
  store<u64>(RESERVES, tokens, 8);
  store<u64>(RESERVES, shares, 16);
  key(Key.Reserves);
  saveRecord(RESERVES, 24);
}

function sharesKey(holder: usize): void {
  key(Key.Shares);
  keyAddress(holder);
}

function tell(topic: usize, length: i32, who: usize, first: u64, second: u64): void {
  begin();
  putAddress(who);
  putU64(first);
  putU64(second);
  emitMessage(topic, length);
}

function tellShares(topic: usize, length: i32, who: usize, str: u64, tokens: u64, shares: u64): void {
  begin();
  putAddress(who);
  putU64(str);
  putU64(tokens);
  putU64(shares);
  emitMessage(topic, length);
}

/**
 * What comes out for `paid`: with net = paid less the fee, out = ⌊net × there ÷ (here + net)⌋. Then (here + net) × (there − out)
 * ≥ here × there, and here + paid is no less than here + net. The fee is rounded up: ⌈paid × fee ÷ 10,000⌉.
 */
function output(paid: u64, here: u64, there: u64): u64 {
  require(totalShares() != 0, Refusal.NoLiquidity);
  const net = paid - mulDivUp(paid, load<u64>(CONFIG, 20), BASIS);
  return mulDiv(net, there, add(here, net));
}

function bounded(out: u64, least: u64): u64 {
  require(out != 0, Refusal.TooLittle);
  require(out >= least, Refusal.Slippage);
  return out;
}

/** The first to add sets the price, and gets a share for each base unit of STR; later ones add at the pool's own ratio. */
function addLiquidity(tokensMost: u64, sharesLeast: u64): void {
  readPool();
  const str = star.value();
  const total = totalShares();
  let tokens = tokensMost;
  let shares: u64;
  if (total == 0) {
    require(str > LOCKED && tokens != 0, Refusal.NoLiquidity);
    shares = str - LOCKED;
    sharesKey(NOBODY);
    saveU64(LOCKED);
    writeReserves(str, tokens, str);
  } else {
    shares = mulDiv(str, total, reserveStr());
    tokens = mulDivUp(str, reserveTokens(), reserveStr());
    require(tokens <= tokensMost, Refusal.Slippage);
    writeReserves(add(reserveStr(), str), add(reserveTokens(), tokens), add(total, shares));
  }
  const who = caller();
  sharesKey(who);
  saveU64(add(loadU64(), bounded(shares, sharesLeast)));
  tellShares(ADDED, 5, who, str, tokens, shares);
  pullTokens(TOKEN, who, tokens);
  returnU64(shares);
}

function removeLiquidity(shares: u64, strLeast: u64, tokensLeast: u64): void {
  readPool();
  const who = caller();
  sharesKey(who);
  saveU64(subtract(loadU64(), shares));
  const total = totalShares();
  require(total != 0, Refusal.NoLiquidity);
  const str = bounded(mulDiv(shares, reserveStr(), total), strLeast);
  const tokens = bounded(mulDiv(shares, reserveTokens(), total), tokensLeast);
  writeReserves(reserveStr() - str, reserveTokens() - tokens, total - shares);
  tellShares(REMOVED, 7, who, str, tokens, shares);
  pushTokens(TOKEN, who, tokens);
  pay(who, str);
  begin();
  putU64(str);
  putU64(tokens);
  returnMessage();
}

function buy(tokensLeast: u64): void {
  readPool();
  const str = star.value();
  const tokens = bounded(output(str, reserveStr(), reserveTokens()), tokensLeast);
  writeReserves(add(reserveStr(), str), reserveTokens() - tokens, totalShares());
  const who = caller();
  tell(BOUGHT, 6, who, str, tokens);
  pushTokens(TOKEN, who, tokens);
  returnU64(tokens);
}

function sell(tokens: u64, strLeast: u64): void {
  readPool();
  const str = bounded(output(tokens, reserveTokens(), reserveStr()), strLeast);
  writeReserves(reserveStr() - str, add(reserveTokens(), tokens), totalShares());
  const who = caller();
  tell(SOLD, 4, who, tokens, str);
  pullTokens(TOKEN, who, tokens);
  pay(who, str);
  returnU64(str);
}

/** Input: the token, and the fee of swaps in basis points, u64, at most 1,000. */
export function deploy(): void {
  notPayable();
  readInput();
  copyAddress(TOKEN, takeAddress());
  const fee = takeU64();
  endOfInput();
  require(fee <= FEE_MAX, Refusal.TooHigh);
  requireToken(TOKEN);
  store<u64>(CONFIG, fee, 20);
  key(Key.Config);
  saveRecord(CONFIG, 28);
}

export function call(): void {
  readInput();
  const which = takeByte();
  if (which == 4) {
    const tokensMost = takeU64();
    const sharesLeast = takeU64();
    endOfInput();
    return addLiquidity(tokensMost, sharesLeast);
  }
  if (which == 6) {
    const tokensLeast = takeU64();
    endOfInput();
    return buy(tokensLeast);
  }
  notPayable();
  if (which == 0) {
    endOfInput();
    readPool();
    begin();
    putU64(reserveStr());
    putU64(reserveTokens());
    returnMessage();
  } else if (which == 1) {
    endOfInput();
    readPool();
    returnU64(totalShares());
  } else if (which == 2) {
    const holder = takeAddress();
    endOfInput();
    sharesKey(holder);
    returnU64(loadU64());
  } else if (which == 3) {
    endOfInput();
    readPool();
    begin();
    putAddress(TOKEN);
    putU64(load<u64>(CONFIG, 20));
    returnMessage();
  } else if (which == 5) {
    const shares = takeU64();
    const strLeast = takeU64();
    const tokensLeast = takeU64();
    endOfInput();
    removeLiquidity(shares, strLeast, tokensLeast);
  } else if (which == 7) {
    const tokens = takeU64();
    const strLeast = takeU64();
    endOfInput();
    sell(tokens, strLeast);
  } else if (which == 8) {
    const str = takeU64();
    endOfInput();
    readPool();
    returnU64(output(str, reserveStr(), reserveTokens()));
  } else if (which == 9) {
    const tokens = takeU64();
    endOfInput();
    readPool();
    returnU64(output(tokens, reserveTokens(), reserveStr()));
  } else fail(Failure.UnknownFunction);
}
