/** Evaluates thresholds over a record. No samples is never a pass: such a threshold is inconclusive (exit 22). */
import { METRICS, parseThreshold, type MetricUnit, type Operator, type Stat, type Threshold } from '../scenario/threshold.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import { decimalText } from '../scenario/units.ts';
import type { RunRecord, SeriesName } from '../trace/record.ts';
import { nearestRank } from './percentile.ts';
import { coverage, propagation } from './propagation.ts';
import { measuredWindow, seriesOf, sumWithin, type Window } from './window.ts';

export interface ThresholdResult {
  readonly expr: string;
  /** `null`: no samples, so neither kept nor broken. */
  readonly ok: boolean | null;
  /** With its unit; `null` without samples. */
  readonly value: string | null;
  readonly samples: number;
}

/** One sample in the metric's base unit; `atUs` decides whether an excepted fault hides it. */
interface Sample {
  readonly atUs: number;
  readonly value: number;
}

/** Length of the windows that throughput is sampled in. */
const THROUGHPUT_WINDOW_US = 60_000_000;

export function evaluateThresholds(record: RunRecord, scenario: ResolvedScenario): ThresholdResult[] {
  return scenario.thresholds.map(({ expr, exceptFaults }) => {
    const parsed = parseThreshold(expr);
    if (!parsed.ok) return { expr, ok: null, value: null, samples: 0 };
    const hidden = scenario.faults.scheduled.filter((fault) => exceptFaults.includes(fault.id));
    const samples = samplesOf(record, scenario, parsed.value).filter(({ atUs }) => !hidden.some((fault) => atUs >= fault.atUs && atUs <= fault.atUs + fault.forUs));
    return judge(expr, parsed.value, samples);
  });
}

function judge(expr: string, threshold: Threshold, samples: readonly Sample[]): ThresholdResult {
  const { stat, operator, bound, metric } = threshold;
  if (stat === 'count') return { expr, ok: compare(samples.length * 1_000, operator, bound), value: String(samples.length), samples: samples.length };
  const value = statistic(stat, samples.map((sample) => sample.value));
  if (value === undefined) return { expr, ok: null, value: null, samples: 0 };
  return { expr, ok: compare(value, operator, bound), value: valueText(value, METRICS[metric].unit), samples: samples.length };
}

function compare(value: number, operator: Operator, bound: number): boolean {
  switch (operator) {
    case '<': return value < bound;
    case '<=': return value <= bound;
    case '>': return value > bound;
    case '>=': return value >= bound;
    case '==': return value === bound;
  }
}

function statistic(stat: Exclude<Stat, 'count'>, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const ascending = [...values].sort((a, b) => a - b);
  const sum = (): number => ascending.reduce((total, value) => total + value, 0);
  switch (stat) {
    case 'min': return ascending[0];
    case 'max': return ascending[ascending.length - 1];
    case 'sum': return sum();
    case 'mean': return sum() / ascending.length;
    case 'median': return nearestRank(ascending, 50, 100);
    default: return nearestRank(ascending, Number(stat.slice(1)), 100);
  }
}

export function valueText(value: number, unit: MetricUnit): string {
  if (value === Number.POSITIVE_INFINITY) return 'never';
  const rounded = Math.round(value);
  if (unit === 'time') return rounded >= 1_000_000 ? `${decimalText(Math.round(rounded / 1_000), 3)}s` : `${decimalText(rounded, 3)}ms`;
  if (unit === 'tps') return `${decimalText(rounded, 6)} tx/ms`;
  if (unit === 'share') return `${decimalText(rounded, 4)}%`;
  if (unit === 'bytes') return `${rounded}B`;
  return decimalText(rounded, 3);
}

function samplesOf(record: RunRecord, scenario: ResolvedScenario, { metric, labels }: Threshold): Sample[] {
  const window = measuredWindow(record, scenario);
  const { fromUs } = window;
  switch (metric) {
    case 'tpms.offered':
    case 'tpms.admitted':
    case 'tpms.confirmed':
    case 'tpms.final':
      return throughput(record, window, metric.replace('tpms', 'tx') as SeriesName, labels['ledger']);
    case 'round.coverage':
      return coverage(record, fromUs, Math.round(Number(labels['q']) * 1_000_000)).map(({ atUs, us }) => ({ atUs, value: us ?? Number.POSITIVE_INFINITY }));
    case 'round.interval':
      return intervals(record, fromUs);
    case 'round.staleShare': {
      const rounds = record.rounds.filter((row) => row.round > 0 && row.foundAtUs >= fromUs);
      return rounds.length === 0 ? [] : [{ atUs: record.endUs, value: (1_000_000 * rounds.filter((row) => !row.canonical).length) / rounds.length }];
    }
    case 'reorg.depth':
      return record.trace.flatMap((event) => (event.type === 'reorg' && event.depth > 0 && event.atUs >= fromUs ? [{ atUs: event.atUs, value: event.depth * 1_000 }] : []));
    case 'tx.latency.confirmed':
    case 'tx.latency.final':
      return latencies(record, fromUs, metric === 'tx.latency.final', labels['ledger']);
    case 'pool.size':
    case 'nodes.active':
      return gauge(record, fromUs, metric);
    case 'net.bytesPerNodeRound': {
      const bytes = propagation(record, 0).bytesPerNodeRound;
      return bytes === null ? [] : [{ atUs: record.endUs, value: bytes }];
    }
    default:
      return [];
  }
}

/** Thousandths of a transaction per second, per whole window. */
function throughput(record: RunRecord, window: Window, name: SeriesName, ledger: string | undefined): Sample[] {
  const rows = seriesOf(record, name, ledger);
  if (rows.length === 0) return [];
  const samples: Sample[] = [];
  for (let at = window.fromUs; at + THROUGHPUT_WINDOW_US <= window.toUs; at += THROUGHPUT_WINDOW_US) {
    samples.push({ atUs: at, value: (sumWithin(rows, { fromUs: at, toUs: at + THROUGHPUT_WINDOW_US }) * 1_000_000_000) / THROUGHPUT_WINDOW_US });
  }
  return samples;
}

function intervals(record: RunRecord, fromUs: number): Sample[] {
  const chain = record.rounds.filter((row) => row.canonical).sort((a, b) => a.number - b.number);
  return chain.flatMap((row, i) => (i > 1 && row.foundAtUs >= fromUs ? [{ atUs: row.foundAtUs, value: row.foundAtUs - chain[i - 1].foundAtUs }] : []));
}

function latencies(record: RunRecord, fromUs: number, final: boolean, ledger: string | undefined): Sample[] {
  return record.transactions.flatMap((row) => {
    const done = final ? row.finalAtUs : row.includedAtUs;
    const counts = row.submittedAtUs >= fromUs && (ledger === undefined || row.ledger === ledger);
    return done !== undefined && counts ? [{ atUs: row.submittedAtUs, value: done - row.submittedAtUs }] : [];
  });
}

function gauge(record: RunRecord, fromUs: number, name: 'pool.size' | 'nodes.active'): Sample[] {
  return seriesOf(record, name).flatMap(({ stepUs, values }) => Array.from(values, (value, i) => ({ atUs: (i + 1) * stepUs, value: value * 1_000 })).filter((s) => s.atUs >= fromUs));
}
