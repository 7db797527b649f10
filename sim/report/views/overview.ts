/** Did it pass, and where to look: the overview's sentences and tables, from the summary. */
import { textAt, type EventTables, type Table } from '../../trace/columns.ts';
import type { Summary } from '../summary.ts';
import { groupedReasons } from '../verdict.ts';
import { counted, listed, percentText } from './words.ts';

/** What the verdict says, in a sentence. */
export function verdictFinding({ verdict, reasons, invariants }: Pick<Summary, 'verdict' | 'reasons' | 'invariants'>): string {
  if (verdict === 'pass') {
    const exercised = invariants.filter((row) => row.evaluated + row.byConstruction > 0).length;
    const violated = invariants.filter((row) => row.violations > 0).map((row) => row.id);
    // Only a canary passes with a violation: the one that it expects.
    return `Passed: ${counted(exercised, 'invariant')} watched and exercised, ${violated.length === 0 ? 'none violated' : `${listed(violated)} violated, as this scenario expects`}`;
  }
  const [first, ...more] = groupedReasons(reasons);
  const also = more.length === 0 ? '' : `, and ${counted(more.length, 'more reason')}`;
  return `${verdict === 'fail' ? 'Failed' : 'Inconclusive'}: ${first === undefined ? 'no reason given' : `${first.ids.join(', ')}: ${first.text}`}${also}`;
}

export interface Nearness {
  readonly id: string;
  readonly title: string;
  readonly violations: number;
  /** Smallest distance to failure as a share of the bound, 0…1. */
  readonly headroom: number;
}

/** Invariants with a bound, closest to failing first; the violated ones before all others. */
export function closestToFailing({ count, id, title, violations, headroom }: Pick<Table<'invariants'>, 'count' | 'id' | 'title' | 'violations' | 'headroom'>): Nearness[] {
  const rows: Nearness[] = [];
  for (let i = 0; i < count; i++) {
    if (violations[i] === 0 && Number.isNaN(headroom[i])) continue;
    rows.push({ id: textAt(id, i), title: textAt(title, i), violations: violations[i], headroom: violations[i] > 0 ? 0 : headroom[i] });
  }
  return rows.sort((a, b) => Number(b.violations > 0) - Number(a.violations > 0) || a.headroom - b.headroom || (a.id < b.id ? -1 : 1));
}

export function nearnessFinding(nearest: readonly Nearness[]): string {
  const [first] = nearest;
  if (first === undefined) return 'No invariant with a bound was watched';
  const broken = nearest.filter((row) => row.violations > 0).length;
  if (broken > 0) return `${counted(broken, 'invariant')} violated: ${first.id}${broken > 1 ? ' and others' : ''}`;
  return `Closest to failing: ${first.id}, with ${percentText(first.headroom)} of its bound left`;
}

export interface Happening {
  readonly what: 'fault' | 'fork' | 'reorganisation' | 'activation' | 'violation' | 'finality conflict' | 'ban';
  readonly count: number;
  readonly firstUs: number | undefined;
  readonly lastUs: number | undefined;
  /** All of them, ascending. */
  readonly timesUs: Float64Array;
}

/** How often each noteworthy thing happened, and when; what never happened too. Of violations only the first ones of each invariant have a time. */
export function happenings(events: EventTables, forks: Pick<Table<'forks'>, 'fromUs'>, invariants: Pick<Table<'invariants'>, 'violations'>, violations: Pick<Table<'violations'>, 'atUs'>): Happening[] {
  const of = (what: Happening['what'], atUs: Float64Array, is: (row: number) => boolean = () => true): Happening => {
    const times = atUs.filter((_, row) => is(row)).subarray(0).sort();
    return { what, count: times.length, firstUs: times[0], lastUs: times[times.length - 1], timesUs: times };
  };
  const { reorg, activation, fault } = events;
  return [
    { ...of('violation', violations.atUs), count: invariants.violations.reduce((sum, n) => sum + n, 0) },
    of('finality conflict', events['finality-conflict'].atUs),
    of('fault', fault.atUs, (row) => textAt(fault.phase, row) === 'start'),
    of('fork', forks.fromUs),
    of('reorganisation', reorg.atUs, (row) => reorg.depth[row] > 0),
    of('activation', activation.atUs, (row) => activation.activated.offsets[row + 1] > activation.activated.offsets[row]),
    of('ban', events.ban.atUs),
  ];
}

export function happeningsFinding(rows: readonly Happening[]): string {
  const seen = rows.filter((row) => row.count > 0).map((row) => counted(row.count, row.what));
  return seen.length === 0 ? 'Nothing noteworthy happened' : `Where to look: ${seen.join(', ')}`;
}
