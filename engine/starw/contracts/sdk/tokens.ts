// Calls of a token contract (token/abi.json). A contract that holds tokens trusts the one that it was deployed with.
import { begin, callWithMessage, Failure, putAddress, putByte, putU64, require, self } from './contract';
import * as star from './star';

const enum Token {
  TotalSupply = 0,
  Transfer = 2,
  TransferFrom = 5,
}

/** At deployment: that there is a contract, which says its supply. An account that is none would accept any call (status 0). */
export function requireToken(token: usize): void {
  begin();
  putByte(Token.TotalSupply);
  callWithMessage(token, 0);
  require(star.returnedLength() == 8, Failure.BadInput);
}

/** From someone who approved it, to this contract. */
export function pullTokens(token: usize, from: usize, amount: u64): void {
  begin();
  putByte(Token.TransferFrom);
  putAddress(from);
  putAddress(self());
  putU64(amount);
  callWithMessage(token, 0);
}

/** From this contract. */
export function pushTokens(token: usize, to: usize, amount: u64): void {
  begin();
  putByte(Token.Transfer);
  putAddress(to);
  putU64(amount);
  callWithMessage(token, 0);
}
