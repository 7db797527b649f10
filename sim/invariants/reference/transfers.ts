/**
 * Balances and what moves them (D9, D10): STR on main with the vote snapshots that a change forces (D19), and tokens.
 */
import {
  accounts,
  ccosBalances,
  earlierSnapshots,
  mainTokens,
  snapshots,
  wstrBalances,
  type AccountState,
} from '../../../engine/ledgers/tables.ts';
import type { StateReader, Table } from '../../../engine/state/state.ts';
import type { Token } from '../../../engine/tx/kinds.ts';
import type { Account, Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal, Scene } from './act.ts';
import type { Draft } from './layers.ts';

const U64_MAX = 18_446_744_073_709_551_615n;
const NOTHING: AccountState = { nonce: 0, str: 0n };

export const accountOf = (book: StateReader, account: Account): AccountState => book.get(accounts, account) ?? NOTHING;
export const strOf = (book: StateReader, account: Account): bigint => accountOf(book, account).str;

function setAccount(book: Draft, account: Account, state: AccountState): void {
  book.set(accounts, account, state.nonce === 0 && state.str === 0n ? undefined : state);
}

export function setNonce(book: Draft, account: Account, nonce: number): void {
  setAccount(book, account, { nonce, str: strOf(book, account) });
}

/**
 * Sets free STR. While a proposal is open, the first change after its round keeps the balance of that round's end
 * (D19). Kept under the newest such round alone: an older one without a snapshot had the same balance. The account's
 * snapshot before is put aside, if votes on that round's proposals still count. Nothing is counted from snapshots here
 * (`governance.ts` looks into the old books); they are stored because the engine's state holds them.
 */
export function setStr(book: Draft, scene: Scene, account: Account, str: bigint): void {
  const { nonce, str: old } = accountOf(book, account);
  if (str === old) return;
  const round = scene.votingRound;
  const last = book.get(snapshots, account);
  if (round !== undefined && last?.round !== round) {
    const open = last !== undefined && scene.number <= last.round + scene.chain.params.votingPeriodRounds;
    if (open) book.set(earlierSnapshots, `${last.round}/${account}`, last.str);
    book.set(snapshots, account, { round, str: old });
  }
  setAccount(book, account, { nonce, str });
}

/** A balance sheet: amounts by account. */
interface Balances {
  of(account: Account): bigint;
  set(account: Account, amount: bigint): void;
}

/** One token's balances, or undefined for one that does not transfer (D10: eSTR). */
function balancesOf(book: Draft, scene: Scene, token: Token): Balances | undefined {
  switch (token) {
    case 'STR':
      return { of: (account) => strOf(book, account), set: (account, amount) => setStr(book, scene, account, amount) };
    case 'ARSS':
    case '$TR':
      return sheet(book, mainTokens, `${token}/`);
    case 'CCOS':
      return sheet(book, ccosBalances, '');
    case 'wSTR':
      return sheet(book, wstrBalances, '');
    case 'eSTR':
      return undefined;
  }
}

export function sheet(book: Draft, table: Table<bigint>, prefix: string): Balances {
  return {
    of: (account) => book.get(table, prefix + account) ?? 0n,
    set: (account, amount) => book.set(table, prefix + account, amount === 0n ? undefined : amount),
  };
}

export function take(balances: Balances, from: Account, amount: bigint): Refusal {
  if (balances.of(from) < amount) return 'value-not-covered';
  balances.set(from, balances.of(from) - amount);
  return undefined;
}

export function give(balances: Balances, to: Account, amount: bigint): Refusal {
  if (balances.of(to) + amount > U64_MAX) return 'amount-overflow';
  balances.set(to, balances.of(to) + amount);
  return undefined;
}

export function move({ book, scene }: Act, token: Token, from: Account, to: Account, amount: bigint): Refusal {
  const balances = balancesOf(book, scene, token);
  if (balances === undefined) return 'not-transferable';
  return take(balances, from, amount) ?? give(balances, to, amount);
}

export function transfer(
  act: Act,
  payload: Extract<Payload, { kind: 'transfer' | 'financial-public-transaction' }>,
): Refusal {
  return move(act, payload.kind === 'transfer' ? payload.token : 'STR', act.sender, payload.to, payload.amount);
}
