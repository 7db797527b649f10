/**
 * Thresholds: `metric{label=value} stat op number unit`, e.g. `round.coverage{q=0.9} p95 < 3s`. Here the language and
 * the metrics it knows; sim/report/thresholds.ts evaluates them.
 *
 * All numbers become integers of the metric's base unit, so that a comparison never depends on rounding.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { err, ok, type Result } from '../../engine/primitives/result.ts';
import { suggest } from './problem.ts';
import { parseBytes, parseDecimal, parseDurationUs, type Parsed } from './units.ts';

/** Base units: µs; bytes; thousandths of a transaction per second (= millionths of a TPMS); ppm; plain thousandths. */
export type MetricUnit = 'time' | 'bytes' | 'tps' | 'share' | 'number';

export interface Metric {
  readonly unit: MetricUnit;
  /** What one sample is. */
  readonly samples: string;
  readonly labels: Readonly<Record<string, { readonly required: boolean; readonly values: readonly string[] | 'share' }>>;
}

const ledger = { ledger: { required: false, values: LEDGERS } } as const;
const perWindow = 'each whole window of 60 s of virtual time between warm-up and settling';

export const METRICS: Readonly<Record<string, Metric>> = {
  'tpms.offered': { unit: 'tps', samples: perWindow, labels: ledger },
  'tpms.admitted': { unit: 'tps', samples: perWindow, labels: ledger },
  'tpms.confirmed': { unit: 'tps', samples: perWindow, labels: ledger },
  'tpms.final': { unit: 'tps', samples: perWindow, labels: ledger },
  'round.coverage': { unit: 'time', samples: 'each round found after warm-up: time until the share q of the active nodes held it', labels: { q: { required: true, values: 'share' } } },
  'round.interval': { unit: 'time', samples: 'each round of the best chain after warm-up: time since its parent was found', labels: {} },
  'round.staleShare': { unit: 'share', samples: 'one: stale rounds of all rounds found after warm-up', labels: {} },
  'reorg.depth': { unit: 'number', samples: 'each reorganisation at any node after warm-up: rounds disconnected', labels: {} },
  'tx.latency.confirmed': { unit: 'time', samples: 'each sampled transaction submitted after warm-up: submission to inclusion', labels: ledger },
  'tx.latency.final': { unit: 'time', samples: 'each sampled transaction submitted after warm-up: submission to finality', labels: ledger },
  'pool.size': { unit: 'number', samples: 'each second after warm-up: the fullest pool', labels: {} },
  'nodes.active': { unit: 'number', samples: 'each second after warm-up', labels: {} },
  'net.bytesPerNodeRound': { unit: 'bytes', samples: 'one: bytes sent, per node and round', labels: {} },
};

export const STATS = ['min', 'max', 'mean', 'median', 'p50', 'p90', 'p95', 'p99', 'sum', 'count'] as const;
export type Stat = (typeof STATS)[number];
export const OPERATORS = ['<', '<=', '>', '>=', '=='] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Threshold {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stat: Stat;
  readonly operator: Operator;
  /** In the metric's base unit; a plain number for `count`. */
  readonly bound: number;
}
export interface ThresholdError {
  readonly code: 'threshold';
  readonly problem: string;
  readonly mend: string;
}

const refuse = (problem: string, mend: string): Result<never, ThresholdError> => err({ code: 'threshold', problem, mend });
const SHAPE = /^([a-zA-Z.]+)(?:\{([^{}]*)\})?\s+([a-z0-9]+)\s*(<=|>=|==|<|>)\s*(.+)$/;

export function parseThreshold(text: string): Result<Threshold, ThresholdError> {
  if (text.length > 200) return refuse('a threshold of more than 200 characters', 'shorten it');
  const match = SHAPE.exec(text.trim());
  if (!match) return refuse(`\`${text}\` is not a threshold`, 'write `metric{label=value} stat op number unit`, such as `round.coverage{q=0.9} p95 < 3s`');
  const [, name, labelText = '', stat, operator, boundText] = match;
  const metric = Object.hasOwn(METRICS, name) ? METRICS[name] : undefined;
  if (metric === undefined) return refuse(`unknown metric \`${name}\``, suggest(name, Object.keys(METRICS)));
  if (!STATS.includes(stat as Stat)) return refuse(`unknown statistic \`${stat}\``, suggest(stat, STATS));
  const labels = parseLabels(labelText, metric);
  if (!labels.ok) return labels;
  const bound = parseBound(boundText.trim(), stat === 'count' ? 'number' : metric.unit);
  if (!bound.ok) return refuse(bound.error.problem, bound.error.mend);
  return ok({ metric: name, labels: labels.value, stat: stat as Stat, operator: operator as Operator, bound: bound.value });
}

function parseLabels(text: string, metric: Metric): Result<Readonly<Record<string, string>>, ThresholdError> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',').map((p) => p.trim()).filter((p) => p !== '')) {
    const [key, value = ''] = part.split('=').map((p) => p.trim());
    const label = Object.hasOwn(metric.labels, key) ? metric.labels[key] : undefined;
    if (!label) return refuse(`unknown label \`${key}\``, Object.keys(metric.labels).length === 0 ? 'this metric has no labels' : suggest(key, Object.keys(metric.labels)));
    if (label.values === 'share') {
      const share = parseDecimal(value, 6, 'a share from 0 to 1', 1_000_000n);
      if (!share.ok || share.value === 0) return refuse(`\`${key}=${value}\` is not a share`, 'write a number above 0 and up to 1, such as 0.9');
    } else if (!label.values.includes(value)) return refuse(`\`${value}\` is not a ${key}`, suggest(value, label.values));
    labels[key] = value;
  }
  const missing = Object.entries(metric.labels).find(([key, label]) => label.required && labels[key] === undefined);
  return missing ? refuse(`label \`${missing[0]}\` is missing`, `write {${missing[0]}=0.9}`) : ok(labels);
}

/** A bound in the metric's base unit. */
function parseBound(text: string, unit: MetricUnit): Parsed<number> {
  if (unit === 'time') return parseDurationUs(text);
  if (unit === 'bytes') return parseBytes(text);
  if (unit === 'number') return parseDecimal(text, 3, 'a plain number');
  if (unit === 'share') return parseDecimal(text.replace(/ ?%$/, ''), 4, 'a share such as 2%', 1_000_000n);
  const match = /^(\S+) ?tx\/(ms|s)$/.exec(text);
  if (!match) return err({ code: 'unit', problem: `\`${text}\` is not a throughput`, mend: 'write `0.03 tx/ms` or `30 tx/s`' });
  return parseDecimal(match[1], match[2] === 'ms' ? 6 : 3, 'a throughput');
}
