/**
 * What a run's outcome is worth: reasons, verdict, exit code. Codes and their precedence are those of the command's
 * manual; a reason names what, and the moment that repeats the run up to it.
 */
import { formatMoment, type Moment } from '../scenario/moment.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord, ViolationRow } from '../trace/record.ts';
import type { SometimesResult } from './sometimes.ts';
import type { ThresholdResult } from './thresholds.ts';

export const EXIT = {
  pass: 0, internal: 1, usage: 2, scenario: 3, safety: 10, liveness: 11, nondeterminism: 12, canary: 13, threshold: 20, regression: 21,
  inconclusive: 22, incomparable: 23, worker: 30, wallLimit: 31, interrupted: 130, terminated: 143,
} as const;
/** When several apply, the first of these is the exit code. */
export const PRECEDENCE = [12, 10, 11, 30, 31, 20, 21, 13, 22, 23] as const;

export type ReasonKind = 'safety' | 'liveness' | 'workload' | 'nondeterminism' | 'canary' | 'threshold' | 'inconclusive' | 'wall-limit' | 'interrupted';
export interface Reason {
  readonly code: number;
  readonly kind: ReasonKind;
  /** Invariant, threshold, happening or fault that it is about. */
  readonly id: string;
  readonly text: string;
  readonly moment: string;
}
export interface Verdict {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly exitCode: number;
  readonly reasons: readonly Reason[];
}

/** Which run it is: what a moment needs beside its point. */
export type RunIdentity = Omit<Moment, 'at'>;

export function judgeRun(
  record: RunRecord, scenario: ResolvedScenario, identity: RunIdentity, thresholds: readonly ThresholdResult[], sometimes: readonly SometimesResult[],
  interruptedCode: number = EXIT.interrupted,
): Verdict {
  const end = formatMoment({ ...identity, at: { atUs: record.endUs } });
  const at = (event: number): string => formatMoment({ ...identity, at: { event } });
  const expected = /^violation:(.+)$/.exec(scenario.expect)?.[1];
  const reasons: Reason[] = [];

  for (const row of record.invariants) {
    if (row.violations === 0 || row.id === expected) continue;
    const first = record.violations.find((violation) => violation.invariant === row.id);
    const liveness = isLiveness(row.id);
    reasons.push({ code: liveness ? EXIT.liveness : EXIT.safety, kind: liveness ? 'liveness' : 'safety', id: row.id, text: violationText(row.title, row.violations, first), moment: first ? at(first.event) : end });
  }
  for (const row of record.liveness) {
    if (row.invariant === expected) continue;
    reasons.push({ code: EXIT.liveness, kind: 'liveness', id: row.invariant, text: `not reached in time after \`${row.after}\`: ${row.reason}`, moment: at(row.event) });
  }
  // What the workload expects presumes one history; `beyond` suspends that (D7).
  if (record.counts.unexpected > 0 && !scenario.beyond) {
    reasons.push({ code: EXIT.safety, kind: 'workload', id: 'workload', text: `${record.counts.unexpected} transactions had another outcome than the workload knew to expect`, moment: end });
  }
  if (record.partial === 'wall-limit') reasons.push({ code: EXIT.wallLimit, kind: 'wall-limit', id: 'run.wallLimit', text: 'the real time allowed ran out', moment: end });
  if (record.partial === undefined) reasons.push(...completeness(record, scenario, thresholds, sometimes, expected, end));
  if (record.partial === 'interrupted' || record.partial === 'stopped') reasons.push({ code: interruptedCode, kind: 'interrupted', id: 'run', text: 'the run was stopped before its end', moment: end });
  return verdictOf(reasons);
}

/** What only a run that came to its end can be judged by. */
function completeness(
  record: RunRecord, scenario: ResolvedScenario, thresholds: readonly ThresholdResult[], sometimes: readonly SometimesResult[], expected: string | undefined, moment: string,
): Reason[] {
  const reasons: Reason[] = [];
  const inconclusive = (id: string, text: string): number => reasons.push({ code: EXIT.inconclusive, kind: 'inconclusive', id, text, moment });
  for (const t of thresholds) {
    if (t.ok === false) reasons.push({ code: EXIT.threshold, kind: 'threshold', id: t.expr, text: `is ${t.value} over ${t.samples} samples`, moment });
    if (t.ok === null) inconclusive(t.expr, 'the threshold has no samples');
  }
  const found = expected === undefined || record.invariants.some((row) => row.id === expected && row.violations > 0) || record.liveness.some((row) => row.invariant === expected);
  if (!found) reasons.push({ code: EXIT.canary, kind: 'canary', id: expected, text: 'this canary must violate it, and did not', moment });
  for (const id of scenario.invariants.mustExercise) {
    const row = record.invariants.find((r) => r.id === id);
    if (row === undefined || row.evaluated + row.byConstruction === 0) inconclusive(id, 'must be exercised, and was never evaluated');
  }
  for (const { id, seen } of sometimes) if (seen === 0) inconclusive(id, 'must happen at least once, and never did');
  for (const fault of scenario.faults.scheduled) {
    if ((record.faults.find((row) => row.id === fault.id)?.fired ?? 0) === 0) inconclusive(fault.id, `the fault (${fault.kind}) never had an effect`);
  }
  return reasons;
}

/** Convergence, inclusion, progress (V…) are liveness; everything else is safety. */
const isLiveness = (invariant: string): boolean => invariant.startsWith('V');

function violationText(title: string, count: number, first: ViolationRow | undefined): string {
  const more = count > 1 ? ` (${count} times)` : '';
  if (!first) return `${title}: violated${more}`;
  const where = `${first.node === undefined ? '' : ` at node ${first.node}`}${first.round === undefined ? '' : ` in round ${first.round}`}`;
  return `${title}: expected ${first.expected}, saw ${first.seen}${where}${more}`;
}

export function verdictOf(reasons: readonly Reason[]): Verdict {
  const interrupted = reasons.find((reason) => reason.kind === 'interrupted');
  const first = PRECEDENCE.find((code) => reasons.some((reason) => reason.code === code));
  const exitCode = interrupted?.code ?? first ?? EXIT.pass;
  const failed = reasons.some((reason) => reason.kind !== 'inconclusive' && reason.kind !== 'interrupted' && reason.kind !== 'wall-limit');
  return { verdict: reasons.length === 0 ? 'pass' : failed ? 'fail' : 'inconclusive', exitCode, reasons };
}

/** Reasons that say the same of several things, together: one line each for a reader. */
export function groupedReasons(reasons: readonly Reason[]): (Omit<Reason, 'id'> & { readonly ids: readonly string[] })[] {
  const groups = new Map<string, Omit<Reason, 'id'> & { readonly ids: string[] }>();
  for (const { id, ...rest } of reasons) {
    const key = `${rest.code} ${rest.kind} ${rest.text} ${rest.moment}`;
    const group = groups.get(key);
    if (group) group.ids.push(id);
    else groups.set(key, { ...rest, ids: [id] });
  }
  return [...groups.values()];
}
