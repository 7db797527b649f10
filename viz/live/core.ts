/**
 * A run in this worker as the page holds runs: the record's rows into the columns that a run folder is read into, without
 * the way through files. `test/viz/live.test.ts` holds the two ways to each other.
 */
import { toHex } from '../../engine/primitives/bytes.ts';
import { detFiles, forks, sumsText } from '../../sim/report/det.ts';
import { runFacts } from '../../sim/report/run-facts.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import { writeScenario } from '../../sim/scenario/write.ts';
import { columnBuilder, columnsOf, EVENT_SHAPES, SHAPES, type ColumnBuilder, type EventTables, type Shape, type Table } from '../../sim/trace/columns.ts';
import type { TraceEvent } from '../../sim/trace/events.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { arrivalsInMemory } from '../data/arrivals.ts';
import { rankWork } from '../data/load.ts';
import { makeModel, modelColumns } from '../data/model.ts';
import type { RunCore, RunPort } from '../data/port.ts';
import type { LargeTable } from '../data/run-data.ts';

/** What a run is called by; the hash is the scenario's. */
export interface Identity {
  readonly hash: string;
  readonly version: string;
}

/** Columns of a growing list of events: what was taken once is not taken again. */
export class EventColumns {
  private readonly builders = new Map<string, ColumnBuilder<Shape>>(Object.entries(EVENT_SHAPES).map(([type, shape]) => [type, columnBuilder(shape as Shape)]));
  private taken = 0;

  upTo(trace: readonly TraceEvent[]): EventTables {
    for (; this.taken < trace.length; this.taken++) this.builders.get(trace[this.taken].type)?.add(trace[this.taken] as unknown as Readonly<Record<string, unknown>>);
    return Object.fromEntries([...this.builders].map(([type, builder]) => [type, builder.finish()])) as unknown as EventTables;
  }
}

/** Where the record was made: for messages. */
const WHERE = 'live';

/** The columns of a version, and the worker's side of it. `summary` only of a run that has ended. */
export function coreOf(record: RunRecord, scenario: ResolvedScenario, identity: Identity, events: EventTables, summary: Summary | undefined): { readonly core: RunCore; readonly port: RunPort } {
  const rounds = columnsOf(SHAPES.rounds, record.rounds);
  const core: RunCore = {
    facts: runFacts(record, scenario, identity),
    summary,
    nodes: columnsOf(SHAPES.nodes, record.nodes),
    rounds,
    workRank: rankWork(rounds, WHERE),
    events,
    forks: columnsOf(SHAPES.forks, forks(record.rounds)),
    faults: columnsOf(SHAPES.faults, record.faults),
    invariants: columnsOf(SHAPES.invariants, record.invariants),
    violations: columnsOf(SHAPES.violations, record.violations),
    liveness: columnsOf(SHAPES.liveness, record.liveness),
    series: record.series.map(({ name, labels, stepUs, values }) => ({ name, ledger: labels['ledger'] ?? '', stepUs, values: Float64Array.from(values) })),
    histograms: record.histograms.map(({ name, labels, unit, lower, counts }) => ({ name, labels, unit, lower: Float64Array.from(lower), counts: Float64Array.from(counts) })),
    warnings: [],
  };
  const tables: Readonly<Record<LargeTable, () => Iterable<object>>> = {
    ledgerBlocks: () => record.ledgerBlocks,
    legs: () => record.legs,
    contractEvents: () => record.contractEvents ?? [],
    domains: () => record.domains ?? [],
    transactions: () => record.transactions,
    links: () => record.links,
    messages: () => record.messages,
    checkpoints: () => [...record.checkpoints, { event: record.events, atUs: record.endUs, hash: record.traceHash }],
  };
  const { arrivals } = record;
  const port = makeModel({
    columns: modelColumns(core),
    finalityDepth: scenario.params.finalityDepth,
    arrivals: () => Promise.resolve(arrivalsInMemory(arrivals.rounds, arrivals.nodes, arrivals.deltaUs)),
    table: (name) => Promise.resolve(columnsOf(SHAPES[name], tables[name]()) as Table<LargeTable>),
    scenarioText: () => Promise.resolve(writeScenario(scenario)),
  });
  return { core, port };
}

/** The summary of a run that has ended: as the command's, and its det hash too. */
export function summaryOf(record: RunRecord, scenario: ResolvedScenario, identity: Identity, elapsedS: number, crypto: Crypto): Summary {
  const input = { ...identity, wall: { cpuS: elapsedS, elapsedS, peakRssBytes: 0 }, detHash: '', folder: '' };
  const sums = sumsText(detFiles(record, scenario, summarize(record, scenario, input)), (content) => toHex(crypto.sha256(typeof content === 'string' ? utf8(content) : content)));
  return summarize(record, scenario, { ...input, detHash: toHex(crypto.sha256(utf8(sums))) });
}
