/** The files of a run folder into the columns of `sim/trace/columns.ts`, each value checked on the way. */
import { columnBuilder, EVENT_SHAPES, SHAPES, type EventTables, type Shape, type Table, type TableName } from '../../sim/trace/columns.ts';
import { SERIES, type SeriesName } from '../../sim/trace/record.ts';
import { TRACE_SCHEMA } from '../../sim/trace/events.ts';
import type { HistogramColumn, SeriesColumn } from './run-data.ts';
import { eachLink, eachRow, type Row } from './json-lines.ts';
import { PROBLEMS } from './problem.ts';

/** Where the rows of each table stand. `invariants.jsonl` and `faults.jsonl` hold rows of several kinds, told apart by their fields. */
export const TABLE_FILES: Readonly<Record<TableName, { readonly file: string; readonly own?: (row: Row) => boolean; readonly rows?: typeof eachRow }>> = {
  nodes: { file: 'nodes.jsonl' },
  rounds: { file: 'rounds.jsonl' },
  ledgerBlocks: { file: 'ledger-blocks.jsonl' },
  legs: { file: 'legs.jsonl' },
  contractEvents: { file: 'contract-events.jsonl' },
  domains: { file: 'domains.jsonl' },
  transactions: { file: 'tx-sample.jsonl' },
  links: { file: 'links.jsonl' },
  messages: { file: 'messages.jsonl' },
  forks: { file: 'forks.jsonl' },
  faults: { file: 'faults.jsonl', own: (row) => !('type' in row) },
  invariants: { file: 'invariants.jsonl', own: (row) => 'evaluated' in row },
  violations: { file: 'invariants.jsonl', own: (row) => 'expected' in row },
  liveness: { file: 'invariants.jsonl', own: (row) => 'after' in row },
  checkpoints: { file: 'trace.chain', rows: eachLink },
};

/** Tables whose row number is also a field: it must be. */
const NUMBERED: Readonly<Partial<Record<TableName, string>>> = { nodes: 'node', rounds: 'round' };

const seenText = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 60);

function takeInto<S extends Shape>(builder: ReturnType<typeof columnBuilder<S>>, row: Row, where: string): void {
  const problem = builder.add(row);
  if (problem) throw PROBLEMS.malformed(where, `${problem.field} should be ${NAMES[problem.expected]}, and is ${seenText(problem.seen)}`);
}

const NAMES = { number: 'a number', index: 'an index', flag: 'true or false', amount: 'an amount', ledgers: 'a list of ledgers', text: 'a text', hex: 'a hash', list: 'a list of indices' } as const;

export function readTable<N extends TableName>(name: N, bytes: Uint8Array, where: string): Table<N> {
  const { own, rows = eachRow } = TABLE_FILES[name];
  const numbered = NUMBERED[name];
  const builder = columnBuilder(SHAPES[name] as Shape);
  let count = 0;
  rows(bytes, where, (row, line) => {
    if (own && !own(row)) return;
    if (numbered !== undefined && row[numbered] !== count) throw PROBLEMS.malformed(`${where}:${line}`, `${numbered} should be ${count}, and is ${seenText(row[numbered])}`);
    count++;
    takeInto(builder, row, `${where}:${line}`);
  });
  return builder.finish() as Table<N>;
}

export function readEvents(bytes: Uint8Array, where: string): EventTables {
  const builders = new Map(Object.entries(EVENT_SHAPES).map(([type, shape]) => [type, columnBuilder(shape as Shape)]));
  let [first, lastUs] = [true, 0];
  eachRow(bytes, where, (row, line) => {
    if (first) {
      first = false;
      if (row['schema'] !== TRACE_SCHEMA) throw PROBLEMS.unknownVersion(where, seenText(row['schema']));
      return;
    }
    const atUs = row['atUs'];
    if (typeof atUs !== 'number' || atUs < lastUs) throw PROBLEMS.malformed(`${where}:${line}`, `atUs should be a time at or after ${lastUs}, and is ${seenText(atUs)}`);
    lastUs = atUs;
    const builder = builders.get(String(row['type']));
    if (builder) takeInto(builder, row, `${where}:${line}`);
  });
  if (first) throw PROBLEMS.truncated(where, 'its first line is missing');
  return Object.fromEntries([...builders].map(([type, builder]) => [type, builder.finish()])) as unknown as EventTables;
}

export function readSeries(bytes: Uint8Array, where: string): SeriesColumn[] {
  const series: SeriesColumn[] = [];
  eachRow(bytes, where, (row, line) => {
    const { name, labels, stepUs, values } = row;
    if (typeof name !== 'string' || typeof stepUs !== 'number' || !(stepUs > 0) || !numbers(values)) throw PROBLEMS.malformed(`${where}:${line}`, 'a series has a name, a step and values');
    if (!(name in SERIES)) return; // a newer version may record more
    const ledger: unknown = typeof labels === 'object' && labels !== null && 'ledger' in labels ? labels.ledger : '';
    series.push({ name: name as SeriesName, ledger: typeof ledger === 'string' ? ledger : '', stepUs, values: Float64Array.from(values) });
  });
  return series;
}

export function readHistograms(bytes: Uint8Array, where: string): HistogramColumn[] {
  const histograms: HistogramColumn[] = [];
  eachRow(bytes, where, (row, line) => {
    const { name, labels, unit, lower, counts } = row;
    if (typeof name !== 'string' || typeof unit !== 'string' || !numbers(lower) || !numbers(counts) || lower.length !== counts.length) {
      throw PROBLEMS.malformed(`${where}:${line}`, 'a histogram has a name, a unit, and as many edges as counts');
    }
    histograms.push({ name, unit, labels: textLabels(labels), lower: Float64Array.from(lower), counts: Float64Array.from(counts) });
  });
  return histograms;
}

const numbers = (value: unknown): value is number[] => Array.isArray(value) && value.every((item) => typeof item === 'number');
const textLabels = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')) : {};
