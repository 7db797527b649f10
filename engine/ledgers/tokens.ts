/** Balances of tokens that are one amount per key. */
import type { FailureCode } from '../chain/types.ts';
import { addAmount } from '../primitives/amount.ts';
import type { Journal, StateReader, Table } from '../state/state.ts';

export const balanceOf = (state: StateReader, table: Table<bigint>, key: string): bigint => state.get(table, key) ?? 0n;

/** Zero is stored as absence. */
export const setBalance = (journal: Journal, table: Table<bigint>, key: string, amount: bigint): void =>
  journal.set(table, key, amount === 0n ? undefined : amount);

type Outcome = FailureCode | undefined;

export function creditToken(journal: Journal, table: Table<bigint>, key: string, amount: bigint): Outcome {
  const sum = addAmount(balanceOf(journal, table, key), amount);
  if (sum === undefined) return 'amount-overflow';
  setBalance(journal, table, key, sum);
  return undefined;
}

export function debitToken(journal: Journal, table: Table<bigint>, key: string, amount: bigint): Outcome {
  const balance = balanceOf(journal, table, key);
  if (balance < amount) return 'value-not-covered';
  setBalance(journal, table, key, balance - amount);
  return undefined;
}

/** Debit, then credit: to oneself it conserves, since the credit sees the debit. */
export const moveToken = (journal: Journal, table: Table<bigint>, from: string, to: string, amount: bigint): Outcome =>
  debitToken(journal, table, from, amount) ?? creditToken(journal, table, to, amount);
