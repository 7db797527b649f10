/** Every exit code, its precedence, and the rule that no data is never a pass. */
import { describe, expect, it } from 'vitest';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { verdictOf, type Reason, PRECEDENCE } from '../../sim/report/verdict.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { loaded, SMALL } from '../scenario/helpers.ts';
import { fakeRecord } from './fake-run.ts';

const HASH = '0123456789abcdef'.repeat(4);
const summaryOf = (extra: string, parts: Partial<RunRecord> = {}, interruptedCode?: number): Summary => {
  const { scenario } = loaded(`${SMALL}${extra}\n`);
  return summarize(fakeRecord(scenario, parts), scenario, { hash: HASH, version: '0.1.0', wall: { cpuS: 1, elapsedS: 2, peakRssBytes: 3 }, detHash: '', folder: 'r', ...(interruptedCode && { interruptedCode }) });
};
const row = (id: string, violations: number, evaluated = 10): RunRecord['invariants'][number] => ({ id, title: `about ${id}`, evaluated, byConstruction: 0, violations, headroom: undefined });
const violation = (invariant: string): RunRecord['violations'][number] => ({ invariant, atUs: 9, event: 77, node: 2, round: 3, expected: 'x', seen: 'y' });
const violated = (...ids: string[]): Partial<RunRecord> => ({ invariants: ids.map((id) => row(id, 1)), violations: ids.map(violation) });
const CUT = 'faults: { scheduled: [{ id: cut, at: 1m, for: 10s, kind: partition, select: { share: 50% hashPower } }] }';
const counts = (unexpected: number): Partial<RunRecord> => ({ counts: { ...fakeRecord(loaded(SMALL).scenario).counts, unexpected } });

describe('exit codes', () => {
  it.each<[string, number, Summary['verdict'], Summary]>([
    ['nothing wrong', 0, 'pass', summaryOf('')],
    ['safety violated', 10, 'fail', summaryOf('', violated('S1'))],
    ['another outcome than the workload expected', 10, 'fail', summaryOf('', counts(1))],
    ['the same where one history is not claimed', 0, 'pass', summaryOf('beyond: true', counts(1))],
    ['liveness violated', 11, 'fail', summaryOf('', violated('V1'))],
    ['an `eventually` missed', 11, 'fail', summaryOf('', { liveness: [{ invariant: 'V1', after: 'cut', atUs: 1, event: 5, reason: 'node 3 lacks round 7' }] })],
    ['a canary that did not fail', 13, 'fail', summaryOf('expect: violation:S1\ninvariants: { mustExercise: [S1] }', { invariants: [row('S1', 0)] })],
    ['a canary that failed as it must', 0, 'pass', summaryOf('expect: violation:S1', violated('S1'))],
    ['a canary that failed otherwise too', 10, 'fail', summaryOf('expect: violation:S1', violated('S1', 'L2'))],
    ['a threshold broken', 20, 'fail', summaryOf('thresholds: ["round.coverage{q=1} max < 1ms"]')],
    ['a threshold without samples', 22, 'inconclusive', summaryOf('thresholds: ["tx.latency.final mean < 1s"]')],
    ['never exercised', 22, 'inconclusive', summaryOf('invariants: { mustExercise: [L2] }', { invariants: [row('L2', 0, 0)] })],
    ['not even watched', 22, 'inconclusive', summaryOf('invariants: { mustExercise: [L2] }')],
    ['never happened', 22, 'inconclusive', summaryOf('invariants: { sometimes: [finality-conflict] }', { sometimes: {} })],
    ['a fault that never fired', 22, 'inconclusive', summaryOf(CUT, { faults: [{ id: 'cut', kind: 'partition', fired: 0 }] })],
    ['a fault that fired', 0, 'pass', summaryOf(CUT)],
    ['the wall limit', 31, 'inconclusive', summaryOf('', { partial: 'wall-limit' })],
    ['interrupted', 130, 'inconclusive', summaryOf('', { partial: 'interrupted' })],
    ['terminated', 143, 'inconclusive', summaryOf('', { partial: 'interrupted' }, 143)],
    ['interrupted after a violation', 130, 'fail', summaryOf('', { partial: 'interrupted', ...violated('S1') })],
    ['interrupted, so not judged by what had no time to happen', 130, 'inconclusive', summaryOf('invariants: { mustExercise: [L2] }\nexpect: violation:S1\nthresholds: ["pool.size max < 1"]', { partial: 'interrupted' })],
  ])('%s: %d %s', (_what, code, verdict, summary) => expect([summary.exitCode, summary.verdict, summary.reasons.length === 0]).toEqual([code, verdict, code === 0]));

  it('the first of 12, 10, 11, 30, 31, 20, 21, 13, 22, 23 wins, and all are listed', () => {
    expect(PRECEDENCE).toEqual([12, 10, 11, 30, 31, 20, 21, 13, 22, 23]);
    for (let from = 0; from < PRECEDENCE.length; from++) {
      const reasons = PRECEDENCE.slice(from).reverse().map((code): Reason => ({ code, kind: 'safety', id: String(code), text: '', moment: '' }));
      expect([verdictOf(reasons).exitCode, verdictOf(reasons).reasons.length]).toEqual([PRECEDENCE[from], reasons.length]);
    }
  });

  it('a reason names the moment that repeats it, with expected and seen', () => {
    const { reasons, moment, next } = summaryOf('', violated('S1'));
    expect(reasons).toEqual([{ code: 10, kind: 'safety', id: 'S1', text: 'about S1: expected x, saw y at node 2 in round 3', moment: 's1.0123456789ab.1.0.1.0@#77' }]);
    expect([moment, next.replay]).toEqual(['s1.0123456789ab.1.0.1.0@#77', 'stratus replay s1.0123456789ab.1.0.1.0@#77']);
  });
});

describe('figures', () => {
  const { virtual } = summaryOf('');
  it('count rounds, forks and reorganisations', () => expect([virtual.rounds, virtual.staleRounds, virtual.reorgs]).toEqual([3, 1, { count: 1, depthMax: 1 }]));
  // 6 ledgers × 10, 8, 6, 4 a second.
  it('TPMS are per millisecond of virtual time', () => expect([virtual.tpms.offered, virtual.tpms.admitted, virtual.tpms.confirmed, virtual.tpms.final]).toEqual([0.06, 0.048, 0.036, 0.024]));
  // Node n of 8 gets round r after n × r × 10 ms; the finder (0) is left out: 28 values.
  it('propagation pools all pairs of rounds and nodes but the finder', () => {
    const all = [1, 2, 3, 4].flatMap((r) => [1, 2, 3, 4, 5, 6, 7].map((n) => n * r * 10)).sort((a, b) => a - b);
    expect([virtual.propagation.p50Ms, virtual.propagation.p90Ms, virtual.propagation.p99Ms]).toEqual([all[13], all[25], all[27]]);
  });
  it('nodes that were not active when a round was found do not count', () => {
    const trace: RunRecord['trace'] = [{ type: 'node-state', atUs: 150_000_000, node: 7, state: 'down', reason: 'crash' }];
    const down = summaryOf('thresholds: ["round.coverage{q=1} max < 1s", "round.coverage{q=1} count == 4"]', { trace });
    expect([down.virtual.propagation.p99Ms, down.thresholds.map((t) => t.value)]).toEqual([240, ['240ms', '4']]);
  });
  it.each([
    ['round.coverage{q=0.5} max < 1s', '120ms', 4, true], ['round.coverage{q=0.5} min < 1s', '30ms', 4, true], ['round.interval mean >= 100s', '100s', 2, true], ['round.staleShare max < 25%', '25%', 1, false],
    ['round.staleShare max <= 25%', '25%', 1, true], ['reorg.depth max == 1', '1', 1, true], ['pool.size p99 <= 7', '7', 600, true], ['tpms.confirmed{ledger=main} median > 0.005 tx/ms', '0.006 tx/ms', 10, true],
    ['tpms.confirmed median < 36 tx/s', '0.036 tx/ms', 10, false], ['net.bytesPerNodeRound max < 32kB', '31250B', 1, true],
  ])('threshold %s is %s over %d: %s', (expr, value, samples, ok) => expect(summaryOf(`thresholds: ['${expr}']`).thresholds).toEqual([{ expr, ok, value, samples }]));
  it('samples within an excepted fault are left out', () => {
    const late = CUT.replace('at: 1m', 'at: 295s');
    const { thresholds } = summaryOf(`${late}\nthresholds: [{ expr: "round.coverage{q=1} max < 1s", except: [cut] }, "round.coverage{q=1} max < 1s"]`);
    expect(thresholds.map((t) => [t.value, t.samples])).toEqual([['210ms', 3], ['280ms', 4]]);
  });
  it('a round that never reached enough nodes breaks any upper bound', () => {
    const { arrivals } = fakeRecord(loaded(SMALL).scenario);
    const deltaUs = Int32Array.from(arrivals.deltaUs).fill(-1, 4 * 8 + 4);
    expect(summaryOf('thresholds: ["round.coverage{q=0.9} max < 3650d"]', { arrivals: { ...arrivals, deltaUs } }).thresholds[0]).toMatchObject({ ok: false, value: 'never' });
  });
});
