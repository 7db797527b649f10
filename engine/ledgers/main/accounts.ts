/**
 * Accounts and their STR. Every change of an STR balance passes through `setAccount`, which keeps D19's snapshots:
 * while a proposal is open, an account's first change after the proposal's round stores the balance it had until then.
 *
 * Only the newest round with an open proposal needs one: an account that has not changed since that round had the same
 * balance at the end of every earlier one that has no snapshot at or before it. `governance/weight.ts` reads them so.
 */
import type { FailureCode } from '../../chain/types.ts';
import { addAmount } from '../../primitives/amount.ts';
import type { Journal, StateReader } from '../../state/state.ts';
import type { Account } from '../../tx/transaction.ts';
import type { BalanceScope } from '../ledger.ts';
import { accounts, snapshots, type AccountState } from '../tables.ts';

const EMPTY: AccountState = { nonce: 0, str: 0n };

export const snapshotKey = (round: number, account: Account): string => `${round}/${account}`;

export const accountOf = (state: StateReader, account: Account): AccountState => state.get(accounts, account) ?? EMPTY;

/** D19's snapshots of one round's execution. */
export class Snapshots {
  /** The newest earlier round that has an open proposal. */
  private readonly round: number;
  /** Accounts that are known to have theirs. */
  private readonly kept = new Set<Account>();

  constructor(round: number) {
    this.round = round;
  }

  /** Before an account's STR changes from `str`. */
  keep(journal: Journal, account: Account, str: bigint): void {
    if (this.kept.has(account)) return;
    const key = snapshotKey(this.round, account);
    if (journal.get(snapshots, key) === undefined) journal.set(snapshots, key, str);
    this.kept.add(account);
  }

  /** The journal was reverted, and with it what it may have kept. */
  reverted(): void {
    this.kept.clear();
  }
}

export function setAccount({ journal, snapshots }: BalanceScope, account: Account, next: AccountState): void {
  if (snapshots !== undefined) {
    const { str } = accountOf(journal, account);
    if (str !== next.str) snapshots.keep(journal, account, str);
  }
  journal.set(accounts, account, next.nonce === 0 && next.str === 0n ? undefined : next);
}

export function creditStr(scope: BalanceScope, account: Account, amount: bigint): FailureCode | undefined {
  const { nonce, str } = accountOf(scope.journal, account);
  const sum = addAmount(str, amount);
  if (sum === undefined) return 'amount-overflow';
  if (amount > 0n) setAccount(scope, account, { nonce, str: sum });
  return undefined;
}

export function debitStr(scope: BalanceScope, account: Account, amount: bigint): FailureCode | undefined {
  const { nonce, str } = accountOf(scope.journal, account);
  if (str < amount) return 'value-not-covered';
  if (amount > 0n) setAccount(scope, account, { nonce, str: str - amount });
  return undefined;
}

/** Debit, then credit: to oneself it conserves, since the credit sees the debit. */
export const moveStr = (scope: BalanceScope, from: Account, to: Account, amount: bigint): FailureCode | undefined =>
  debitStr(scope, from, amount) ?? creditStr(scope, to, amount);
