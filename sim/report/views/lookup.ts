/**
 * Finding things in a run by what a person types: a number, the beginning of a hash, an address, a name, a kind. Answers are
 * places in tables; ranked, the exact first.
 */
import { hexAt, textAt, type HexColumn, type Table } from '../../trace/columns.ts';

export type Found =
  | { readonly what: 'round'; readonly round: number }
  | { readonly what: 'block'; readonly row: number }
  | { readonly what: 'transaction'; readonly row: number }
  | { readonly what: 'leg'; readonly row: number }
  | { readonly what: 'node'; readonly node: number }
  | { readonly what: 'address'; readonly account: string }
  | { readonly what: 'domain'; readonly row: number };

export interface Searched {
  readonly nodes: number;
  readonly rounds: Pick<Table<'rounds'>, 'count' | 'hash' | 'number' | 'canonical'>;
  readonly blocks: Pick<Table<'ledgerBlocks'>, 'count' | 'hash'>;
  readonly transactions: Pick<Table<'transactions'>, 'count' | 'id' | 'sender'>;
  readonly legs: Pick<Table<'legs'>, 'count' | 'transaction'>;
  readonly domains: Pick<Table<'domains'>, 'count' | 'name' | 'owner'>;
}

/** Shorter beginnings of a hash would find too much. */
const HEX_MIN = 4;
const ADDRESS = /^zk13str_([0-9a-f]{40})(?:_[0-9a-f]{0,4})?$/;

/** At most `most` finds. `round 12`, `node 7` or a bare number; hex of at least four digits; an address; part of a name. */
export function lookup(text: string, tables: Searched, most: number): Found[] {
  const query = text.trim().toLowerCase();
  const found: Found[] = [];
  const push = (one: Found): boolean => found.length < most && found.push(one) > 0;
  const [, what = '', digits] = /^(round|node|#)?\s*(\d{1,9})$/.exec(query) ?? [];
  if (digits !== undefined) {
    const n = Number(digits);
    if (what !== 'node') eachRoundNumbered(n, tables, push);
    if (what !== 'round' && n < tables.nodes) push({ what: 'node', node: n });
    if (what !== '') return found;
  }
  const account = ADDRESS.exec(query)?.[1];
  if (account !== undefined) push({ what: 'address', account });
  else if (/^[0-9a-f]+$/.test(query) && query.length >= HEX_MIN && query.length <= 64) byHash(query, tables, push);
  if (query !== '' && account === undefined) byName(query, tables.domains, push);
  return found;
}

/** Rounds of one number, that of the best chain first. */
function eachRoundNumbered(n: number, { rounds }: Searched, push: (one: Found) => boolean): void {
  for (const flag of [1, 0]) {
    for (let round = 0; round < rounds.count; round++) if (rounds.number[round] === n && rounds.canonical[round] === flag) push({ what: 'round', round });
  }
}

function byHash(prefix: string, { rounds, blocks, transactions, legs, domains }: Searched, push: (one: Found) => boolean): void {
  eachPrefixed(rounds.hash, rounds.count, prefix, (round) => push({ what: 'round', round }));
  eachPrefixed(blocks.hash, blocks.count, prefix, (row) => push({ what: 'block', row }));
  const sampled = new Set<string>();
  eachPrefixed(transactions.id, transactions.count, prefix, (row) => {
    sampled.add(hexAt(transactions.id, row));
    return push({ what: 'transaction', row });
  });
  eachPrefixed(legs.transaction, legs.count, prefix, (row) => sampled.has(hexAt(legs.transaction, row)) || push({ what: 'leg', row }));
  const accounts = new Set<string>();
  const account = (column: HexColumn) => (row: number): boolean => {
    const hex = hexAt(column, row);
    if (accounts.has(hex)) return true;
    accounts.add(hex);
    return push({ what: 'address', account: hex });
  };
  eachPrefixed(transactions.sender, transactions.count, prefix, account(transactions.sender));
  eachPrefixed(domains.owner, domains.count, prefix, account(domains.owner));
}

/** Names that are the text, then those that begin with it, then those that hold it. */
function byName(query: string, { count, name }: Searched['domains'], push: (one: Found) => boolean): void {
  const tests: readonly ((text: string) => boolean)[] = [
    (text) => text === query,
    (text) => text !== query && text.startsWith(query),
    (text) => !text.startsWith(query) && text.includes(query),
  ];
  for (const fits of tests) for (let row = 0; row < count; row++) if (fits(textAt(name, row)) && !push({ what: 'domain', row })) return;
}

/** Rows whose hex begins with `prefix`, until `take` says no. Whole bytes are compared, so nothing is spelled out. */
function eachPrefixed({ bytes, width }: HexColumn, count: number, prefix: string, take: (row: number) => boolean): void {
  if (prefix.length > 2 * width) return;
  const whole = prefix.length >> 1;
  const wanted = Uint8Array.from({ length: whole }, (_, i) => parseInt(prefix.slice(2 * i, 2 * i + 2), 16));
  const half = prefix.length % 2 === 1 ? parseInt(prefix[prefix.length - 1], 16) : -1;
  next: for (let row = 0; row < count; row++) {
    for (let i = 0; i < whole; i++) if (bytes[row * width + i] !== wanted[i]) continue next;
    if (half >= 0 && bytes[row * width + whole] >> 4 !== half) continue;
    if (!take(row)) return;
  }
}
