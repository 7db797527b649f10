/**
 * The files of `det/`: byte-identical for the same scenario, seed and code on any machine. JSON Lines hold one row each,
 * in the order of the record; `arrivals.bin` is described at its encoder.
 */
import { utf8 } from '../../engine/primitives/bytes.ts';
import { writeScenario } from '../scenario/write.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { Arrivals, RunRecord } from '../trace/record.ts';
import { TRACE_SCHEMA, type RoundRow } from '../trace/events.ts';
import { runFacts } from './run-facts.ts';
import { deterministicPart, type Summary } from './summary.ts';

/** Name within `det/` and content, in a fixed order. */
export type DetFile = readonly [name: string, content: string | Uint8Array];

export function detFiles(record: RunRecord, scenario: ResolvedScenario, summary: Summary): DetFile[] {
  const lines = (name: string, rows: readonly object[]): DetFile => [name, rows.map((row) => `${JSON.stringify(row)}\n`).join('')];
  const plainSeries = record.series.map((row) => ({ ...row, values: Array.from(row.values) }));
  return [
    ['verdict.json', `${JSON.stringify(deterministicPart(summary), undefined, 2)}\n`],
    ['run.json', `${JSON.stringify(runFacts(record, scenario, { hash: summary.scenario.hash, version: summary.version }), undefined, 2)}\n`],
    ['scenario.resolved.yaml', writeScenario(scenario)],
    lines('metrics.jsonl', plainSeries),
    lines('histograms.jsonl', record.histograms),
    lines('nodes.jsonl', record.nodes),
    lines('links.jsonl', record.links),
    lines('rounds.jsonl', record.rounds),
    lines('ledger-blocks.jsonl', record.ledgerBlocks),
    lines('legs.jsonl', record.legs),
    lines('contract-events.jsonl', record.contractEvents ?? []),
    lines('domains.jsonl', record.domains ?? []),
    ['arrivals.bin', encodeArrivals(record.arrivals)],
    lines('messages.jsonl', record.messages),
    lines('forks.jsonl', forks(record.rounds)),
    lines('faults.jsonl', [...record.faults, ...record.trace.filter((event) => event.type === 'fault')]),
    lines('activation.jsonl', record.trace.filter((event) => event.type === 'activation')),
    lines('invariants.jsonl', [...record.invariants, ...record.violations, ...record.liveness]),
    lines('tx-sample.jsonl', record.transactions),
    lines('events.jsonl', [{ schema: TRACE_SCHEMA }, ...record.trace]),
    ['trace.chain', [...record.checkpoints, { event: record.events, atUs: record.endUs, hash: record.traceHash }].map((c) => `${c.event} ${c.atUs} ${c.hash}\n`).join('')],
  ];
}

const MAGIC = 'STRARRV1';

/**
 * `arrivals.bin`, little-endian: the 8 ASCII bytes `STRARRV1`, u32 rounds, u32 nodes, then rounds × nodes i32: µs from the
 * round's finding to its arrival at the node, −1 never, 2^31 − 1 that or later.
 */
export function encodeArrivals({ rounds, nodes, deltaUs }: Arrivals): Uint8Array {
  const bytes = new Uint8Array(16 + 4 * rounds * nodes);
  const view = new DataView(bytes.buffer);
  bytes.set(utf8(MAGIC));
  view.setUint32(8, rounds, true);
  view.setUint32(12, nodes, true);
  for (let i = 0; i < rounds * nodes; i++) view.setInt32(16 + 4 * i, deltaUs[i], true);
  return bytes;
}

export function decodeArrivals(bytes: Uint8Array): Arrivals | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16 || utf8(MAGIC).some((byte, i) => bytes[i] !== byte)) return undefined;
  const rounds = view.getUint32(8, true);
  const nodes = view.getUint32(12, true);
  if (bytes.length !== 16 + 4 * rounds * nodes) return undefined;
  return { rounds, nodes, deltaUs: Int32Array.from({ length: rounds * nodes }, (_, i) => view.getInt32(16 + 4 * i, true)) };
}

export interface Fork {
  /** Last round shared with the final best chain, and the tip that lost. */
  readonly base: number;
  readonly tip: number;
  /** Rounds on the losing branch. */
  readonly length: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Every branch that lost, by its tip. */
export function forks(rounds: readonly RoundRow[]): Fork[] {
  const byIndex = new Map(rounds.map((row) => [row.round, row]));
  const parents = new Set(rounds.map((row) => row.parent));
  return rounds
    .filter((row) => !row.canonical && !parents.has(row.round))
    .map((tip) => {
      let row: RoundRow = tip;
      let length = 1;
      for (let parent = byIndex.get(row.parent); parent && !parent.canonical; parent = byIndex.get(row.parent)) {
        row = parent;
        length++;
      }
      return { base: row.parent, tip: tip.round, length, fromUs: row.foundAtUs, toUs: tip.foundAtUs };
    });
}

/** `SHA256SUMS`, in the form that `sha256sum -c` reads. */
export const sumsText = (files: readonly DetFile[], sha256Hex: (content: string | Uint8Array) => string): string =>
  files.map(([name, content]) => `${sha256Hex(content)}  ${name}\n`).join('');
