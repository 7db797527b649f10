/** The one document about a run, `stratus/summary/v1`: `summary.json`, and what `run --json` prints. */
import { LEDGERS, type Ledger } from '../../engine/tx/kinds.ts';
import { formatMoment } from '../scenario/moment.ts';
import { NODE_KINDS, type ResolvedScenario } from '../scenario/types.ts';
import type { RunCounts, RunRecord } from '../trace/record.ts';
import { propagation, type Propagation } from './propagation.ts';
import { countSometimes, type SometimesResult } from './sometimes.ts';
import { evaluateThresholds, type ThresholdResult } from './thresholds.ts';
import { throughputOf, type Tpms } from './tpms.ts';
import { judgeRun, type Reason } from './verdict.ts';
import { measuredWindow } from './window.ts';

export interface Summary {
  readonly schema: 'stratus/summary/v1';
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly seed: string;
  readonly version: string;
  readonly fidelity: RunRecord['fidelity'];
  readonly moment: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly exitCode: number;
  readonly reasons: readonly Reason[];
  readonly virtual: VirtualFigures;
  readonly invariants: readonly { readonly id: string; readonly evaluated: number; readonly byConstruction: number; readonly violations: number; readonly headroom: number | null }[];
  readonly sometimes: readonly SometimesResult[];
  readonly thresholds: readonly ThresholdResult[];
  readonly faults: readonly { readonly id: string; readonly kind: string; readonly fired: number }[];
  readonly proofs: RunRecord['proofs'];
  readonly backend: { readonly signatures: string; readonly hashes: string };
  readonly hash: { readonly trace: string; readonly det: string };
  readonly wall: WallFigures;
  readonly next: { readonly replay: string; readonly view: string };
}

/** Simulated and exact. */
export interface VirtualFigures {
  readonly durationMs: number;
  readonly events: number;
  readonly rounds: number;
  readonly staleRounds: number;
  readonly reorgs: { readonly count: number; readonly depthMax: number };
  readonly nodes: { readonly configured: number; readonly activeMax: number; readonly byKind: Readonly<Record<string, number>> };
  readonly transactions: {
    readonly offered: number; readonly admitted: number; readonly confirmed: number; readonly final: number;
    readonly rejected: Readonly<Record<string, number>>; readonly failed: Readonly<Record<string, number>>;
  };
  readonly ledgers: Readonly<Record<Ledger, { readonly blocks: number; readonly transactions: number; readonly gasUsed: number }>>;
  readonly contracts: RunCounts['contracts'];
  readonly shielded: RunCounts['shielded'];
  readonly crossLedger: { readonly operations: number; readonly rolledBack: number };
  readonly tpms: Tpms;
  readonly propagation: Propagation;
  readonly tokens: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Ended before its end, and why. */
  readonly partial: string | null;
}

/** Measured and noisy. */
export interface WallFigures {
  readonly cpuS: number;
  readonly elapsedS: number;
  readonly eventsPerS: number;
  readonly virtualPerWall: number;
  readonly peakRssBytes: number;
}

export interface SummaryInput {
  readonly hash: string;
  readonly version: string;
  readonly wall: Pick<WallFigures, 'cpuS' | 'elapsedS' | 'peakRssBytes'>;
  /** SHA-256 over `det/SHA256SUMS`, hex; empty until it is known. */
  readonly detHash: string;
  /** Path of the run folder as the next commands should name it. */
  readonly folder: string;
  /** Exit code of an interrupted run: 130 (SIGINT, the default) or 143 (SIGTERM). */
  readonly interruptedCode?: number;
}

export function summarize(record: RunRecord, scenario: ResolvedScenario, input: SummaryInput): Summary {
  const thresholds = evaluateThresholds(record, scenario);
  const sometimes = countSometimes(record, scenario.invariants.sometimes);
  const identity = { hash: input.hash, seed: scenario.run.seed, version: input.version };
  const verdict = judgeRun(record, scenario, identity, thresholds, sometimes, input.interruptedCode);
  const moment = verdict.reasons[0]?.moment ?? formatMoment({ ...identity, at: { atUs: record.endUs } });
  const { cpuS, elapsedS, peakRssBytes } = input.wall;
  return {
    schema: 'stratus/summary/v1',
    scenario: { name: scenario.name, hash: input.hash },
    seed: scenario.run.seed,
    version: input.version,
    fidelity: record.fidelity,
    moment,
    verdict: verdict.verdict,
    exitCode: verdict.exitCode,
    reasons: verdict.reasons,
    virtual: virtualFigures(record, scenario),
    invariants: record.invariants.map(({ id, evaluated, byConstruction, violations, headroom }) => ({ id, evaluated, byConstruction, violations, headroom: headroom ?? null })),
    sometimes,
    thresholds,
    faults: record.faults,
    proofs: record.proofs,
    backend: { signatures: record.backend.signatures, hashes: record.backend.hashes },
    hash: { trace: record.traceHash, det: input.detHash },
    wall: {
      cpuS,
      elapsedS,
      eventsPerS: elapsedS > 0 ? Math.round(record.events / elapsedS) : 0,
      virtualPerWall: elapsedS > 0 ? Math.round(record.endUs / 1_000 / elapsedS) / 1_000 : 0,
      peakRssBytes,
    },
    next: { replay: `stratus replay ${moment}`, view: `stratus view ${input.folder}` },
  };
}

export function virtualFigures(record: RunRecord, scenario: ResolvedScenario): VirtualFigures {
  const found = record.rounds.filter((row) => row.round > 0);
  const reorgs = record.trace.flatMap((event) => (event.type === 'reorg' && event.depth > 0 ? [event.depth] : []));
  const { counts } = record;
  return {
    durationMs: record.endUs / 1_000,
    events: record.events,
    rounds: found.filter((row) => row.canonical).length,
    staleRounds: found.filter((row) => !row.canonical).length,
    reorgs: { count: reorgs.length, depthMax: reorgs.reduce((max, depth) => Math.max(max, depth), 0) },
    nodes: {
      configured: scenario.network.totalNodes,
      activeMax: counts.activeMax,
      byKind: Object.fromEntries(NODE_KINDS.map((kind) => [kind, scenario.nodes[kind].count])),
    },
    transactions: { offered: counts.offered, admitted: counts.admitted, confirmed: counts.confirmed, final: counts.final, rejected: sorted(counts.rejected), failed: sorted(counts.failed) },
    ledgers: Object.fromEntries(LEDGERS.map((ledger) => [ledger, counts.ledgers[ledger]])) as VirtualFigures['ledgers'],
    contracts: counts.contracts,
    shielded: counts.shielded,
    crossLedger: counts.crossLedger,
    tpms: throughputOf(record, scenario),
    propagation: propagation(record, measuredWindow(record, scenario).fromUs),
    tokens: record.tokens,
    partial: record.partial ?? null,
  };
}

const sorted = (codes: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(codes).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** The part of a summary that must be byte-identical for the same inputs on any machine (`det/verdict.json`). */
export function deterministicPart(summary: Summary): Omit<Summary, 'wall' | 'next' | 'hash' | 'backend'> & { readonly hash: { readonly trace: string } } {
  const { wall: _wall, next: _next, backend: _backend, hash, ...rest } = summary;
  return { ...rest, hash: { trace: hash.trace } };
}
