/** The life of a sampled transaction, told; and which accounts the sample knows. */
import { hexAt, textAt, type Table } from '../../trace/columns.ts';
import { lengthText } from '../format.ts';

type Transactions = Table<'transactions'>;

/** How long after its submission each stage came, µs; undefined: it did not. */
export interface Life {
  readonly admittedUs: number | undefined;
  readonly includedUs: number | undefined;
  readonly finalUs: number | undefined;
}

export function lifeOf({ submittedAtUs, admittedAtUs, includedAtUs, finalAtUs }: Pick<Transactions, 'submittedAtUs' | 'admittedAtUs' | 'includedAtUs' | 'finalAtUs'>, row: number): Life {
  const after = (atUs: number): number | undefined => (Number.isNaN(atUs) ? undefined : atUs - submittedAtUs[row]);
  return { admittedUs: after(admittedAtUs[row]), includedUs: after(includedAtUs[row]), finalUs: after(finalAtUs[row]) };
}

const about = (us: number): string => lengthText(Math.round(us / 1_000) * 1_000);

export function lifeFinding(transactions: Transactions, row: number): string {
  const { admittedUs, includedUs, finalUs } = lifeOf(transactions, row);
  const [kind, outcome] = [textAt(transactions.kind, row), textAt(transactions.outcome, row)];
  if (includedUs !== undefined) {
    const result = outcome === 'success' ? 'succeeded' : `failed (${outcome})`;
    return `This ${kind} ${result} ${about(includedUs)} after it was submitted${finalUs === undefined ? '; it was not final when the run ended' : `, and was final after ${about(finalUs)}`}`;
  }
  return admittedUs === undefined ? `This ${kind} was refused: ${outcome}` : `This ${kind} was admitted, and in no round when the run ended`;
}

export interface Account {
  /** 40 hex digits. */
  readonly account: string;
  /** Rows of the tables that name it. */
  readonly transactions: readonly number[];
  readonly domains: readonly number[];
}

/** Senders of sampled transactions and owners of names, in the order of first mention. */
export function accountsOf(transactions: Pick<Transactions, 'count' | 'sender'>, domains: Pick<Table<'domains'>, 'count' | 'owner'>): Account[] {
  const all = new Map<string, { account: string; transactions: number[]; domains: number[] }>();
  const of = (account: string): { transactions: number[]; domains: number[] } => {
    const known = all.get(account);
    if (known) return known;
    const made = { account, transactions: [], domains: [] };
    all.set(account, made);
    return made;
  };
  for (let row = 0; row < transactions.count; row++) of(hexAt(transactions.sender, row)).transactions.push(row);
  for (let row = 0; row < domains.count; row++) of(hexAt(domains.owner, row)).domains.push(row);
  return [...all.values()];
}
