/** What exists of each asset (D2, D12, D13; L2): sums of balances, from changes or from whole tables. */
import {
  accounts,
  bridgeLocked,
  ccosBalances,
  mainTokens,
  wrappedBalances,
  wstrBalances,
  type AccountState,
} from '../../../engine/ledgers/tables.ts';
import type { StateReader, Table } from '../../../engine/state/state.ts';

/**
 * By asset: `STR`, `CCOS`, `ARSS`, `$TR`, `wSTR`, a wrapped one as `chain/asset`, and `locked`, the STR owed to foreign
 * chains.
 */
export type Sums = Map<string, bigint>;

/** How a table's rows add up. */
interface Column {
  readonly table: Table<unknown>;
  asset(key: string): string;
  amount(value: unknown): bigint;
}

const column = <V>(table: Table<V>, asset: (key: string) => string, amount: (value: V) => bigint): Column => ({
  table: table as unknown as Table<unknown>,
  asset,
  amount: (value) => (value === undefined ? 0n : amount(value as V)),
});
const whole = (value: bigint): bigint => value;
const upToLastSlash = (key: string): string => key.slice(0, key.lastIndexOf('/'));

export const COLUMNS: readonly Column[] = [
  column<AccountState>(
    accounts,
    () => 'STR',
    ({ str }) => str,
  ),
  column(ccosBalances, () => 'CCOS', whole),
  column(mainTokens, upToLastSlash, whole),
  column(wstrBalances, () => 'wSTR', whole),
  column(wrappedBalances, upToLastSlash, whole),
  column(bridgeLocked, () => 'locked', whole),
];

export function add(sums: Sums, asset: string, amount: bigint): void {
  if (amount !== 0n) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
}

/** What a set of changes adds to each sum. Only assets of changed rows are listed. */
export function sumOfChanges(
  changes: Iterable<{
    readonly table: Table<unknown>;
    readonly key: string;
    readonly before: unknown;
    readonly after: unknown;
  }>,
): Sums {
  const sums: Sums = new Map();
  for (const { table, key, before, after } of changes) {
    const found = COLUMNS.find((one) => one.table === table);
    if (found !== undefined) add(sums, found.asset(key), found.amount(after) - found.amount(before));
  }
  return sums;
}

/** The whole sums of some books over the given keys. */
export function sumOfAll(books: StateReader, keys: (table: Table<unknown>) => Iterable<string>): Sums {
  const sums: Sums = new Map();
  for (const { table, asset, amount } of COLUMNS)
    for (const key of keys(table)) add(sums, asset(key), amount(books.get(table, key)));
  return sums;
}
