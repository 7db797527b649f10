/**
 * The record of a run as columns: what the dashboard and the drawings of reports read. One typed array per field instead
 * of one object per row, so that a run of 10,000 nodes moves from worker to page without being copied.
 *
 * Fields keep the names, units and indices of `events.ts` and `record.ts`. What a row does not have is NaN in a `number`,
 * −1 in an `index`, '' in a `text`, nothing in a `list`.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';

/** Few distinct strings: row i reads `values[codes[i]]` (`textAt`). */
export interface TextColumn {
  readonly codes: Uint32Array;
  readonly values: readonly string[];
}
/** Hex strings of one width, two digits a byte: row i is `bytes[i × width … (i + 1) × width)` (`hexAt`). */
export interface HexColumn {
  readonly bytes: Uint8Array;
  readonly width: number;
}
/** Lists of indices: row i is `items[offsets[i] … offsets[i + 1])`. */
export interface ListColumn {
  readonly offsets: Uint32Array;
  readonly items: Int32Array;
}

/** Kinds of column. `amount`: decimal string of base units as u64. `ledgers`: bit i stands for `LEDGERS[i]`. */
export interface ColumnTypes {
  number: Float64Array;
  index: Int32Array;
  flag: Uint8Array;
  amount: BigUint64Array;
  ledgers: Uint8Array;
  text: TextColumn;
  hex: HexColumn;
  list: ListColumn;
}
export type ColumnKind = keyof ColumnTypes;
/** Names of fields and the kind of column each becomes. */
export type Shape = Readonly<Record<string, ColumnKind>>;
export type Columns<S extends Shape> = { readonly count: number } & { readonly [K in keyof S]: ColumnTypes[S[K]] };

/** One shape per file of JSON Lines with rows of one kind; rows as in `record.ts`. */
export const SHAPES = {
  nodes: {
    kind: 'text', region: 'text', hashPowerPpm: 'number', initialState: 'text', isolated: 'flag', head: 'index', final: 'index',
    bytesSent: 'number', bytesReceived: 'number', cpuUs: 'number',
  },
  rounds: {
    hash: 'hex', parent: 'index', number: 'number', foundAtUs: 'number', node: 'index', time: 'number', bits: 'number', work: 'text',
    transactions: 'number', bytes: 'number', subsidy: 'amount', fees: 'amount', treasury: 'text', rewardPool: 'text', canonical: 'flag',
  },
  ledgerBlocks: { round: 'index', ledger: 'text', number: 'number', hash: 'hex', transactions: 'number', gasUsed: 'number', stateRoot: 'hex' },
  legs: { round: 'index', transaction: 'hex', kind: 'text', home: 'text', touched: 'ledgers' },
  contractEvents: { round: 'index', transaction: 'hex', contract: 'hex', topic: 'text', data: 'text' },
  domains: { name: 'text', owner: 'hex', expiresAt: 'number', registered: 'index', changed: 'index', changes: 'number' },
  transactions: {
    id: 'hex', kind: 'text', ledger: 'text', sender: 'hex', nonce: 'number', submittedAtUs: 'number', delegate: 'index', admittedAtUs: 'number',
    includedAtUs: 'number', round: 'index', finalAtUs: 'number', outcome: 'text', prover: 'text',
  },
  links: { from: 'index', to: 'index', latencyUs: 'number', bytes: 'number' },
  messages: { sentAtUs: 'number', arrivesAtUs: 'number', from: 'index', to: 'index', type: 'text', bytes: 'number', round: 'index' },
  forks: { base: 'index', tip: 'index', length: 'number', fromUs: 'number', toUs: 'number' },
  faults: { id: 'text', kind: 'text', fired: 'number' },
  invariants: { id: 'text', title: 'text', evaluated: 'number', byConstruction: 'number', violations: 'number', headroom: 'number', headroomPpmByMinute: 'list' },
  violations: { invariant: 'text', atUs: 'number', event: 'number', node: 'index', round: 'index', expected: 'text', seen: 'text' },
  liveness: { invariant: 'text', after: 'text', atUs: 'number', event: 'number', reason: 'text' },
  checkpoints: { event: 'number', atUs: 'number', hash: 'hex' },
} as const satisfies Record<string, Shape>;
export type TableName = keyof typeof SHAPES;
export type Table<N extends TableName> = Columns<(typeof SHAPES)[N]>;

/** One shape per `type` of `TraceEvent`; rows stand in order of time. `round-found` is not among them: `rounds` has it. */
export const EVENT_SHAPES = {
  reorg: { atUs: 'number', node: 'index', from: 'index', to: 'index', depth: 'number', connected: 'number' },
  'finality-conflict': { atUs: 'number', node: 'index', final: 'index', heavier: 'index' },
  'node-state': { atUs: 'number', node: 'index', state: 'text', reason: 'text' },
  activation: { atUs: 'number', offeredMilliTpms: 'number', required: 'number', active: 'number', activated: 'list' },
  fault: { atUs: 'number', id: 'text', kind: 'text', phase: 'text', nodes: 'list' },
  ban: { atUs: 'number', node: 'index', peer: 'index', reason: 'text' },
  violation: { atUs: 'number', invariant: 'text', node: 'index', round: 'index', expected: 'text', seen: 'text' },
  prover: { atUs: 'number', round: 'index', prover: 'text' },
  partial: { atUs: 'number', reason: 'text' },
} as const satisfies Record<string, Shape>;
export type EventType = keyof typeof EVENT_SHAPES;
export type EventTables = { readonly [T in EventType]: Columns<(typeof EVENT_SHAPES)[T]> };

export const textAt = (column: TextColumn, row: number): string => column.values[column.codes[row]] ?? '';

export function hexAt({ bytes, width }: HexColumn, row: number): string {
  let text = '';
  for (let i = row * width; i < (row + 1) * width; i++) text += bytes[i].toString(16).padStart(2, '0');
  return text;
}

export const listAt = ({ offsets, items }: ListColumn, row: number): Int32Array => items.subarray(offsets[row], offsets[row + 1]);

/** Names of the ledgers in a mask of a `ledgers` column. */
export const ledgersIn = (mask: number): string[] => LEDGERS.filter((_, i) => (mask >> i) & 1);

/** What a row has in place of a value of the right kind. */
export interface ColumnProblem {
  readonly field: string;
  readonly expected: ColumnKind;
  readonly seen: unknown;
}

/** Takes rows one by one, gives their columns at the end. `add` gives a problem where a value is not of its kind; the row is then not taken. */
export interface ColumnBuilder<S extends Shape> {
  add(row: Readonly<Record<string, unknown>>): ColumnProblem | undefined;
  finish(): Columns<S>;
}

export function columnBuilder<S extends Shape>(shape: S): ColumnBuilder<S> {
  const writers = Object.entries(shape).map(([field, kind]) => ({ field, kind, writer: WRITERS[kind]() }));
  let count = 0;
  return {
    add(row) {
      for (const { field, kind, writer } of writers) if (!writer.accepts(row[field])) return { field, expected: kind, seen: row[field] };
      for (const { field, writer } of writers) writer.add(row[field]);
      count++;
      return undefined;
    },
    finish: () => ({ count, ...Object.fromEntries(writers.map(({ field, writer }) => [field, writer.finish()])) }) as unknown as Columns<S>,
  };
}

/** Columns of rows that are known to be right, such as those of a `RunRecord`. */
export function columnsOf<S extends Shape>(shape: S, rows: Iterable<object>): Columns<S> {
  const builder = columnBuilder(shape);
  for (const row of rows) builder.add(row as Record<string, unknown>);
  return builder.finish();
}

interface Writer {
  accepts(value: unknown): boolean;
  add(value: unknown): void;
  finish(): ColumnTypes[ColumnKind];
}

const absent = (value: unknown): boolean => value === undefined || value === null;
const numeric = (missing: number, make: (values: number[]) => ColumnTypes[ColumnKind], accepts: (value: unknown) => boolean) => (): Writer => {
  const values: number[] = [];
  return { accepts: (value) => absent(value) || accepts(value), add: (value) => void values.push(absent(value) ? missing : Number(value)), finish: () => make(values) };
};
const isIndex = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= -1 && (value as number) <= 0x7fff_ffff;
const U64_END = 1n << 64n;
const isAmount = (value: unknown): boolean => typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < U64_END;
/** Digits of the widest hex column: a hash. */
const HEX_DIGITS_MAX = 64;

const WRITERS: Readonly<Record<ColumnKind, () => Writer>> = {
  number: numeric(NaN, (values) => Float64Array.from(values), (value) => typeof value === 'number'),
  index: numeric(-1, (values) => Int32Array.from(values), isIndex),
  flag: numeric(0, (values) => Uint8Array.from(values), (value) => typeof value === 'boolean'),
  amount: () => {
    const values: bigint[] = [];
    return { accepts: isAmount, add: (value) => void values.push(BigInt(value as string)), finish: () => BigUint64Array.from(values) };
  },
  ledgers: () => {
    const values: number[] = [];
    const known = (value: unknown): boolean => (LEDGERS as readonly unknown[]).includes(value);
    return {
      accepts: (value) => Array.isArray(value) && value.every(known),
      add: (value) => void values.push((value as string[]).reduce((mask, name) => mask | (1 << (LEDGERS as readonly string[]).indexOf(name)), 0)),
      finish: () => Uint8Array.from(values),
    };
  },
  text: () => {
    const codes: number[] = [];
    const known = new Map<string, number>();
    return {
      accepts: (value) => absent(value) || typeof value === 'string',
      add(value) {
        const text = absent(value) ? '' : (value as string);
        const code = known.get(text) ?? known.size;
        if (code === known.size) known.set(text, code);
        codes.push(code);
      },
      finish: () => ({ codes: Uint32Array.from(codes), values: [...known.keys()] }),
    };
  },
  hex: () => {
    const rows: string[] = [];
    return {
      accepts: (value) => typeof value === 'string' && value.length % 2 === 0 && value.length <= HEX_DIGITS_MAX && (rows.length === 0 || value.length === rows[0].length) && /^[0-9a-f]*$/.test(value),
      add: (value) => void rows.push(value as string),
      finish() {
        const width = (rows[0]?.length ?? 0) / 2;
        const bytes = new Uint8Array(width * rows.length);
        rows.forEach((text, row) => {
          for (let i = 0; i < width; i++) bytes[row * width + i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
        });
        return { bytes, width };
      },
    };
  },
  list: () => {
    const offsets = [0];
    const items: number[] = [];
    return {
      accepts: (value) => absent(value) || (Array.isArray(value) && value.every(isIndex)),
      add(value) {
        for (const item of (value ?? []) as number[]) items.push(item);
        offsets.push(items.length);
      },
      finish: () => ({ offsets: Uint32Array.from(offsets), items: Int32Array.from(items) }),
    };
  },
};
