/**
 * Accounts and their STR. Every change of an STR balance keeps D19's snapshots (`keepSnapshot`):
 * while a proposal is open, an account's first change after the proposal's round stores the balance it had until then.
 *
 * Only the newest round with an open proposal needs one: an account that has not changed since that round had the same
 * balance at the end of every earlier one that has no snapshot at or before it. So an account has one snapshot in columns,
 * its newest; the one before is put aside only while its round still has an open proposal. `governance/weight.ts` reads both.
 */
import type { FailureCode } from '../../chain/types.ts';
import { addAmount } from '../../primitives/amount.ts';
import type { Journal, StateReader } from '../../state/state.ts';
import type { Account } from '../../tx/transaction.ts';
import type { BalanceScope } from '../ledger.ts';
import { accounts, earlierSnapshots, snapshots, type AccountState } from '../tables.ts';

const EMPTY: AccountState = { nonce: 0, str: 0n };

export const earlierKey = (round: number, account: Account): string => `${round}/${account}`;

export const accountOf = (state: StateReader, account: Account): AccountState => state.get(accounts, account) ?? EMPTY;

/** D19's snapshots of one round's execution. */
export class Snapshots {
  /** The newest earlier round that has an open proposal. */
  private readonly round: number;
  /** The first round whose proposals are open, had it made any. */
  private readonly oldest: number;
  /** Accounts that are known to have theirs. */
  private readonly kept = new Set<Account>();

  constructor(round: number, oldest: number) {
    this.round = round;
    this.oldest = oldest;
  }

  /** Whether the account is known to have its own. */
  has(account: Account): boolean {
    return this.kept.has(account);
  }

  /** Before an account's STR changes from `str`. */
  keep(journal: Journal, account: Account, str: bigint): void {
    const { round, oldest } = this;
    this.kept.add(account);
    const last = journal.get(snapshots, account);
    if (last?.round === round) return;
    if (last !== undefined && last.round >= oldest) journal.set(earlierSnapshots, earlierKey(last.round, account), last.str);
    journal.set(snapshots, account, { round, str });
  }

  /** The journal was reverted, and with it what it may have kept. */
  reverted(): void {
    this.kept.clear();
  }
}

/** Whoever changes an account's STR calls this before. */
function keepSnapshot({ journal, snapshots }: BalanceScope, account: Account, next: bigint): void {
  if (snapshots === undefined || snapshots.has(account)) return;
  const str = journal.amount(accounts, account);
  if (str !== next) snapshots.keep(journal, account, str);
}

/** Takes back all that was written since `mark`, and what is known of snapshots with it. */
export function revertTo({ journal, snapshots }: BalanceScope, mark: number): void {
  journal.revert(mark);
  snapshots?.reverted();
}

export function setAccount(scope: BalanceScope, account: Account, next: AccountState): void {
  keepSnapshot(scope, account, next.str);
  scope.journal.set(accounts, account, next.nonce === 0 && next.str === 0n ? undefined : next);
}

function setStr(scope: BalanceScope, account: Account, str: bigint): void {
  keepSnapshot(scope, account, str);
  scope.journal.setAmount(accounts, account, str);
}

export function creditStr(scope: BalanceScope, account: Account, amount: bigint): FailureCode | undefined {
  const sum = addAmount(scope.journal.amount(accounts, account), amount);
  if (sum === undefined) return 'amount-overflow';
  if (amount > 0n) setStr(scope, account, sum);
  return undefined;
}

export function debitStr(scope: BalanceScope, account: Account, amount: bigint): FailureCode | undefined {
  const str = scope.journal.amount(accounts, account);
  if (str < amount) return 'value-not-covered';
  if (amount > 0n) setStr(scope, account, str - amount);
  return undefined;
}

/** Debit, then credit: to oneself it conserves, since the credit sees the debit. */
export const moveStr = (scope: BalanceScope, from: Account, to: Account, amount: bigint): FailureCode | undefined =>
  debitStr(scope, from, amount) ?? creditStr(scope, to, amount);
