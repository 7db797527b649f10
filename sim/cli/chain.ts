/** The checkpoint chain of runs: reading `trace.chain`, and finding the first event in which two runs differ. */
import { join } from 'node:path';
import type { CheckpointRow, EventRow } from '../trace/record.ts';
import { readText } from './files.ts';

/** The rows of a run folder's `det/trace.chain`; the last one is the run's end. */
export function readChain(folder: string): CheckpointRow[] | undefined {
  const text = readText(join(folder, 'det', 'trace.chain'));
  if (text === undefined) return undefined;
  return text.trim().split('\n').map((line) => {
    const [event, atUs, hash] = line.split(' ');
    return { event: Number(event), atUs: Number(atUs), hash };
  });
}

/** Events among which the first difference lies: after the last equal checkpoint, up to the first different one. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * By bisection: chains that differ at one checkpoint differ at all later ones. `undefined`: no difference as far as both go
 * and equally long.
 */
export function firstDifference(a: readonly CheckpointRow[], b: readonly CheckpointRow[]): Span | undefined {
  const shared = Math.min(a.length, b.length);
  const same = (i: number): boolean => a[i].event === b[i].event && a[i].hash === b[i].hash;
  let low = 0;
  let high = shared;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (same(middle)) low = middle + 1;
    else high = middle;
  }
  if (low === shared && a.length === b.length) return undefined;
  const from = low === 0 ? 1 : a[low - 1].event + 1;
  const to = Math.max(a[low]?.event ?? 0, b[low]?.event ?? 0);
  return { from, to: Math.max(from, to) };
}

export interface Difference {
  readonly event: number;
  readonly a: EventRow | undefined;
  readonly b: EventRow | undefined;
}

/** First event in which two recorded windows differ. */
export function firstDifferentEvent(a: readonly EventRow[], b: readonly EventRow[]): Difference | undefined {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i], b[i]];
    if (x?.event !== y?.event || x.atUs !== y.atUs || x.type !== y.type || x.node !== y.node || x.digest !== y.digest) return { event: (x ?? y).event, a: x, b: y };
  }
  return undefined;
}

export const eventText = (row: EventRow | undefined): string =>
  row === undefined ? '(the run has ended)' : `#${row.event} ${(row.atUs / 1_000_000).toFixed(6)}s ${row.type}${row.node < 0 ? '' : ` → node ${row.node}`} digest ${(row.digest >>> 0).toString(16).padStart(8, '0')}${row.cause > 0 ? ` caused by #${row.cause}` : ''}`;

/** The event and those that caused it, as far back as the window reaches, newest first. */
export function causes(window: readonly EventRow[], row: EventRow | undefined): EventRow[] {
  const byNumber = new Map(window.map((r) => [r.event, r]));
  const chain: EventRow[] = [];
  for (let r = row && byNumber.get(row.cause); r !== undefined && chain.length < 20; r = r.cause < r.event ? byNumber.get(r.cause) : undefined) chain.push(r);
  return chain;
}

export function differenceLines(difference: Difference, names: readonly [string, string], windows: readonly [readonly EventRow[], readonly EventRow[]]): string[] {
  const lines = [`first differing event: #${difference.event}`];
  for (const [i, row] of [difference.a, difference.b].entries()) {
    lines.push(`  ${names[i]}: ${eventText(row)}`);
    for (const cause of causes(windows[i], row)) lines.push(`      ${eventText(cause)}`);
  }
  return lines;
}
