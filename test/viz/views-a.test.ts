/**
 * What the views of throughput, propagation and activation compute: small tables worked out by hand, brute force on random
 * ones, and the very figures of a real run's summary.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { forks } from '../../sim/report/det.ts';
import { coverage, propagation } from '../../sim/report/propagation.ts';
import { summarize, type Summary } from '../../sim/report/summary.ts';
import { ABSENT, binMaximum, binned, cellOfBin, latenessFinding, latenessMatrix, orderNodes, typicalLateness, type Lateness } from '../../sim/report/views/lateness.ts';
import { closestToFailing, happenings, happeningsFinding, nearnessFinding, verdictFinding } from '../../sim/report/views/overview.ts';
import { heldBy, hopsFrom, neighbours, regionIndices, rippleByHop, rippleByRegion, rippleFinding, rippleOf, UNREACHED } from '../../sim/report/views/ripple.ts';
import { partsOf } from '../../sim/report/views/series.ts';
import { curveQuantile, curvesFinding, curvesOf, NEVER_US, SHARES, type Curves, type SplitBy } from '../../sim/report/views/spread.ts';
import { cellUsFor, largestLoss, latencyCells, ledgersFinding, ledgerStages, ratePerCell, STAGES, stagesFinding, whereabouts } from '../../sim/report/views/stages.ts';
import { loadAgainstCapacity, stateAt, stateCounts, stateRaster, stateSpans, STATE_ORDER, wakingFinding, wakingReason, wakings } from '../../sim/report/views/waking.ts';
import { counted, listed, percentText, regionText } from '../../sim/report/views/words.ts';
import { measuredWindow } from '../../sim/report/window.ts';
import { runScenario } from '../../sim/run.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import { columnsOf, EVENT_SHAPES, SHAPES, type EventTables, type EventType } from '../../sim/trace/columns.ts';
import type { NodeState, TraceEvent } from '../../sim/trace/events.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { areaOf, areaText, moved, touched, whole, wholeTicks, zoomed } from '../../viz/views/matrix-area.ts';
import { fakeRecord } from '../cli/fake-run.ts';
import { committed, loaded, SMALL } from '../scenario/helpers.ts';

const S = 1_000_000;
const scenario = loaded(SMALL).scenario;

/** A record of rounds 1, 2, … found at 100 s, 200 s, … with these arrivals (µs, −1 never), node 0 the finder, all in Europe but the last. */
function spreadOf(delays: readonly (readonly number[])[], trace: readonly TraceEvent[] = []): RunRecord {
  const width = delays[0].length;
  const fake = fakeRecord(scenario);
  return {
    ...fake, trace,
    rounds: [fake.rounds[0], ...delays.map((_, i) => ({ ...fake.rounds[1], round: i + 1, parent: i, number: i + 1, foundAtUs: (i + 1) * 100 * S }))],
    nodes: Array.from({ length: width }, (_, node) => ({ ...fake.nodes[0], node, region: node === width - 1 ? 'JAPAN' : 'EUROPE' })),
    arrivals: { rounds: delays.length + 1, nodes: width, deltaUs: Int32Array.from([...new Array<number>(width).fill(0), ...delays.flat()]) },
  };
}

const eventsOf = ({ trace }: RunRecord): EventTables => Object.fromEntries(Object.entries(EVENT_SHAPES).map(([type, shape]) => [type, columnsOf(shape, trace.filter((event) => event.type === (type as EventType)))])) as unknown as EventTables;
const columns = (record: RunRecord) => ({ nodes: columnsOf(SHAPES.nodes, record.nodes), rounds: columnsOf(SHAPES.rounds, record.rounds), states: eventsOf(record)['node-state'] });
const arrivalsOf = ({ arrivals }: RunRecord) => (round: number): Int32Array => arrivals.deltaUs.subarray(round * arrivals.nodes, (round + 1) * arrivals.nodes);
const split = (record: RunRecord, by: SplitBy, fromUs = 0): Curves[] => curvesOf(columns(record), arrivalsOf(record), fromUs, by);
const matrixOf = (record: RunRecord): Lateness => latenessMatrix(columns(record), arrivalsOf(record));

const becomes = (node: number, seconds: number, state: NodeState): TraceEvent => ({ type: 'node-state', atUs: seconds * S, node, state, reason: '' });

describe('words', () => {
  it.each([[0, '0 %'], [1, '100 %'], [0.5, '50 %'], [0.9996, '99.9 %'], [0.00001, '0.1 %'], [0.123, '12.3 %']])('%s is %s', (share, text) => expect(percentText(share)).toBe(text));
  it('names, counts and lists', () => {
    expect([regionText('SOUTH_AMERICA'), counted(1, 'round'), counted(1_313, 'node'), listed(['a', 'b', 'c']), listed(['a'])]).toEqual(['South America', '1 round', '1,313 nodes', 'a, b and c', 'a']);
  });
});

describe('coverage curves', () => {
  it('hold, per whole per cent, the time of the nearest rank', () => {
    const { timesUs, eligible, reached } = split(spreadOf([[0, 10, 20, 30], [0, 5, -1, 7]]), 'none')[0];
    const at = (round: number, ...percents: number[]): number[] => percents.map((percent) => timesUs[round * SHARES + percent]);
    expect(at(0, 0, 25, 26, 50, 75, 76, 100)).toEqual([0, 0, 10, 10, 20, 30, 30]);
    expect(at(1, 50, 75, 76, 100)).toEqual([5, 7, NEVER_US, NEVER_US]);
    expect([...eligible, ...reached]).toEqual([4, 4, 4, 3]);
  });

  it('count only nodes that were active when the round was found', () => {
    const trace = [becomes(3, 150, 'down'), becomes(3, 250, 'active')];
    expect([...split(spreadOf([[0, 1, 2, 9], [0, 1, 2, -1], [0, 1, 2, 9]], trace), 'none')[0].eligible]).toEqual([4, 3, 4]);
  });

  it('agree with the coverage that thresholds are judged by', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: -1, max: 50 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 100 }), (delays, percent) => {
      const record = spreadOf(delays);
      const [{ timesUs, rounds }] = split(record, 'none');
      expect(Array.from(rounds, (_, i) => timesUs[i * SHARES + percent])).toEqual(coverage(record, 0, percent * 10_000).map(({ us }) => us ?? NEVER_US));
    }));
  });

  it('have a median, and say who is last', () => {
    const record = spreadOf([[0, 10, 20, 300], [0, 11, 21, 100], [0, 12, 22, 200]]);
    const [all] = split(record, 'none');
    const median = curveQuantile(all, 50, 100);
    expect([median[50], median[75], median[100]]).toEqual([11, 21, 200]);
    const groups = split(record, 'region');
    expect(groups.map((group) => [group.name, group.nodes, curveQuantile(group, 50, 100)[99]])).toEqual([['Europe', 3, 21], ['Japan', 1, 200]]);
    expect(curvesFinding(all, groups)).toBe('99 % of nodes have a round within 0.2 ms in the median of 3 rounds; Japan is last (0.2 ms)');
    const cut = spreadOf([[0, 10, 20, -1], [0, 11, 21, -1]]);
    expect(curvesFinding(all, split(cut, 'region'))).toBe('99 % of nodes have a round within 0.2 ms in the median of 3 rounds; never in Japan');
    expect(curvesFinding(split(cut, 'none')[0], split(cut, 'region'))).toBe('In the median round, 99 % of nodes are never reached, nor in Japan; 2 rounds never reached every node');
    expect(split(record, 'kind').map(({ name, nodes: n }) => [name, n])).toEqual([['full nodes', 4]]);
    expect(curvesFinding(split(record, 'none', 1_000 * S)[0], [])).toBe('No round was found after the warm-up');
  });
});

describe('propagation matrix', () => {
  const arbitrary = fc.record({
    nodes: fc.integer({ min: 1, max: 12 }), columns: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }), seed: fc.array(fc.integer({ min: -1, max: 9 }), { minLength: 144, maxLength: 144 }),
    ends: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
  });

  it('shows the latest cell of each bin, each cell in exactly one bin', () => {
    fc.assert(fc.property(arbitrary, ({ nodes: rows, columns, width, height, seed, ends }) => {
      const matrix: Lateness = { nodes: rows, rounds: Int32Array.from({ length: columns }, (_, i) => i + 1), foundAtUs: new Float64Array(columns), cells: Int32Array.from(seed.slice(0, rows * columns)) };
      const order = Int32Array.from({ length: rows }, (_, i) => rows - 1 - i);
      const [row0, column0] = [ends[0] % rows, ends[1] % columns];
      const area = { row0, row1: row0 + 1 + (ends[2] % (rows - row0)), column0, column1: column0 + 1 + (ends[3] % (columns - column0)) };
      const size = binned(area, width, height);
      const out = new Int32Array(size.width * size.height);
      binMaximum(matrix, order, area, size.width, size.height, out);
      const expected = new Int32Array(out.length).fill(ABSENT);
      for (let row = area.row0; row < area.row1; row++) {
        for (let column = area.column0; column < area.column1; column++) {
          // The bin of the k-th of n things is the one whose share of n holds k.
          const bin = (k: number, n: number, bins: number): number => Array.from({ length: bins }, (_, i) => i).find((i) => k >= Math.floor((n * i) / bins) && k < Math.floor((n * (i + 1)) / bins))!;
          const i = bin(row - area.row0, area.row1 - area.row0, size.height) * size.width + bin(column - area.column0, area.column1 - area.column0, size.width);
          expected[i] = Math.max(expected[i], matrix.cells[column * rows + order[row]]);
        }
      }
      expect([...out]).toEqual([...expected]);
      for (let i = 0; i < out.length; i++) {
        const cell = cellOfBin(matrix, order, area, size.width, size.height, i % size.width, Math.floor(i / size.width));
        expect([cell.value, matrix.cells[cell.column * rows + cell.node]]).toEqual([out[i], out[i]]);
      }
    }));
  });

  it('knows absent from never, and sorts the always late to the top', () => {
    const record = spreadOf([[0, 9, 2, 5], [0, 8, 3, -1], [0, 7, 4, 6]], [becomes(2, 150, 'down')]);
    const matrix = matrixOf(record);
    const rows = columns(record).nodes;
    expect([...matrix.cells]).toEqual([0, 9, 2, 5, 0, 8, ABSENT, NEVER_US, 0, 7, ABSENT, 6]);
    const typical = typicalLateness(matrix, 0);
    expect([...typical]).toEqual([0, 8, 2, 6]);
    expect([...typicalLateness(matrix, 150 * S)]).toEqual([0, 7, ABSENT, 6]);
    expect([...orderNodes('lateness', rows, typical)]).toEqual([1, 3, 2, 0]);
    expect([...orderNodes('region', rows, typical)]).toEqual([1, 2, 0, 3]);
    expect([...orderNodes('number', rows, typical)]).toEqual([0, 1, 2, 3]);
    expect(latenessFinding(matrix, rows, typical)).toBe('Node 1 (full, Europe) is the latest: 0.008 ms in the median, a typical node 0.002 ms; 10 % of arrivals never came');
  });
});

describe('what is in sight of the matrix', () => {
  const size = { rows: 10_000, columns: 1_000 };

  it('is written into the address and read back; nonsense is all of it', () => {
    expect(areaText(whole(size), size)).toBeUndefined();
    expect(areaOf(areaText({ row0: 3, row1: 9, column0: 0, column1: 1 }, size), size)).toEqual({ row0: 3, row1: 9, column0: 0, column1: 1 });
    for (const text of [undefined, '', '1-2-3', '5-5-0-1', '9-3-0-1', '0-10001-0-1', '0-1-0-1001', '-1-2-0-1', '0.5-2-0-1']) expect(areaOf(text, size)).toEqual(whole(size));
  });

  it.each([[7, 3], [0, 0], [9_999, 999], [5_000, 500]])('zooms in on cell %i, %i until nothing else is left, and out again to all', (row, column) => {
    let area = whole(size);
    for (let step = 0; step < 40; step++) {
      area = zoomed(area, size, 0.6, row + 0.5, column + 0.5);
      expect(row >= area.row0 && row < area.row1 && column >= area.column0 && column < area.column1).toBe(true);
    }
    expect(area).toEqual({ row0: row, row1: row + 1, column0: column, column1: column + 1 });
    for (let step = 0; step < 40; step++) area = zoomed(area, size, 1 / 0.6);
    expect(area).toEqual(whole(size));
  });

  it('moves by whole cells and stops at the edges; a drag takes every cell that it touches', () => {
    const area = { row0: 10, row1: 20, column0: 5, column1: 6 };
    expect(moved(area, size, 0.25, 0)).toEqual({ ...area, row0: 13, row1: 23 });
    expect(moved(area, size, 0, -0.25)).toEqual({ ...area, column0: 4, column1: 5 });
    expect(moved(whole(size), size, 0.25, -0.25)).toEqual(whole(size));
    expect(touched(size, [3.9, 7.2], [1.1, 7.9])).toEqual({ row0: 1, row1: 4, column0: 7, column1: 8 });
    expect(touched(size, [10_000, 1_000], [10_000, 1_000])).toEqual({ row0: 9_999, row1: 10_000, column0: 999, column1: 1_000 });
    expect(wholeTicks(95, 131, 5)).toEqual([100, 110, 120, 130]);
  });
});

describe('ripple', () => {
  const linked = (pairs: readonly (readonly number[])[]) => ({ count: pairs.length, from: Int32Array.from(pairs, ([from]) => from), to: Int32Array.from(pairs, ([, to]) => to) });
  const links = linked([[0, 1], [1, 2], [2, 3], [0, 2]]);

  it('counts links from the finder as a walk over all of them does', () => {
    expect([...hopsFrom(neighbours(links, 5), 0)]).toEqual([0, 1, 1, 2, UNREACHED]);
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 20 }), (pairs) => {
      const far = new Array<number>(8).fill(99);
      far[0] = 0;
      for (let pass = 0; pass < 8; pass++) for (const [from, to] of pairs) [far[from], far[to]] = [Math.min(far[from], far[to] + 1), Math.min(far[to], far[from] + 1)];
      expect([...hopsFrom(neighbours(linked(pairs), 8), 0)]).toEqual(far.map((hops) => (hops === 99 ? UNREACHED : hops)));
    }));
  });

  it('knows who holds the round at each moment, by region and by hop', () => {
    const record = spreadOf([[0, 30, 10, 20], [0, 1, -1, 5]], [becomes(1, 50, 'paused')]);
    const ripple = rippleOf(columns(record), 1, arrivalsOf(record)(1));
    expect([0, 9, 10, 19, 20, 1_000].map((us) => heldBy(ripple, us))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(ripple.eligible).toBe(3);
    expect(rippleByHop(ripple, hopsFrom(neighbours(links, 4), 0)).map(({ name, nodes: n, lastUs }) => [name, n, lastUs])).toEqual([['finder', 1, 0], ['1 hop', 1, 10], ['2 hops', 1, 20]]);
    expect(rippleFinding(ripple, 1, rippleByRegion(ripple, regionIndices(columns(record).nodes)))).toBe('Round 1 reached half of its nodes in 0.01 ms and all 3 nodes by 0.02 ms, Japan last');
    expect(rippleFinding(rippleOf(columns(record), 2, arrivalsOf(record)(2)), 2, [])).toBe('Round 2 reached half of its nodes in 0.005 ms and 1 of 3 nodes never');
  });
});

describe('activation', () => {
  const fake = fakeRecord(scenario);
  const three = fake.nodes.slice(0, 3).map((row, node) => ({ ...row, initialState: node === 0 ? ('active' as const) : ('standby' as const) }));
  const woke: TraceEvent = { type: 'activation', atUs: 10 * S, offeredMilliTpms: 2.5, required: 3, active: 1, activated: [1, 2] };
  const trace = [woke, becomes(1, 10, 'booting'), becomes(2, 10, 'booting'), becomes(1, 13, 'active'), becomes(2, 16, 'active'), becomes(0, 25, 'down')];
  const record: RunRecord = { ...fake, nodes: three, trace, series: [
    { name: 'tx.offered', labels: { ledger: 'main' }, stepUs: S, values: new Float64Array(30).fill(2) }, { name: 'nodes.active', labels: {}, stepUs: S, values: Float64Array.from({ length: 30 }, (_, i) => (i < 12 ? 1 : i < 15 ? 2 : 3)) }] };

  const spans = stateSpans(columns(record));
  const woken = wakings(eventsOf(record).activation, spans);

  it('counts states per step, all nodes in every step', () => {
    const counts = stateCounts(spans, 10 * S, 3);
    const at = (step: number): Record<string, number> => Object.fromEntries(STATE_ORDER.map((state, i): [string, number] => [state, counts[step * STATE_ORDER.length + i]]).filter(([, n]) => n > 0));
    expect([at(0), at(1), at(2)]).toEqual([{ active: 1, booting: 2 }, { active: 3 }, { active: 2, down: 1 }]);
  });

  it('draws each node its states, of several in a pixel the most noteworthy', () => {
    const out = new Uint8Array(3 * 3);
    stateRaster(spans, Int32Array.of(2, 1, 0), 0, 30 * S, 3, 3, out);
    expect(Array.from(out, (i) => STATE_ORDER[i])).toEqual(['standby', 'booting', 'active', 'standby', 'booting', 'active', 'active', 'active', 'down']);
    stateRaster(spans, Int32Array.of(2, 1, 0), 0, 30 * S, 3, 1, out);
    expect(Array.from(out.subarray(0, 3), (i) => STATE_ORDER[i])).toEqual(['active', 'booting', 'down']);
    expect([stateAt(spans, 2, 9 * S), stateAt(spans, 2, 10 * S), stateAt(spans, 2, 20 * S)]).toEqual(['standby', 'booting', 'active']);
  });

  it('sets load against capacity, and tells why nodes woke and whether it helped', () => {
    const steps = loadAgainstCapacity(partsOf(record.series), 1, 5 * S);
    expect(steps.map(({ offered, capacity }) => [offered, capacity])).toEqual([[0.002, 0.001], [0.002, 0.001], [0.002, 0.002], [0.002, 0.003], [0.002, 0.003], [0.002, 0.003]]);
    expect(woken).toEqual([{ atUs: 10 * S, offered: 0.0025, required: 3, active: 1, woken: [1, 2], readyUs: 6 * S }]);
    expect(wakingReason(woken[0], 0.001)).toBe('0.0025 tx/ms offered, at 0.001 a node: 3 nodes required, 1 active; 2 woken, active 6 s later');
    expect(wakingFinding(2, 3, woken, steps)).toBe('2 of 2 sleeping nodes woke, from 10 s to 10 s; load exceeded capacity for 10 s in all');
  });
});

describe('stages', () => {
  const series = partsOf(fakeRecord(scenario).series);

  it('adds up per cell, per ledger and over all, a short last cell over what it has', () => {
    const rates = ratePerCell(series, 'offered', 250 * S, 'main');
    expect([...rates]).toEqual([0.01, 0.01, 0.01]);
    expect(ratePerCell(series, 'offered', 60 * S)).toHaveLength(10);
    expect([cellUsFor(600 * S, S, 60), cellUsFor(600 * S, S, 200), cellUsFor(7_200 * S, 2 * S, 60)]).toEqual([10 * S, 5 * S, 120 * S]);
  });

  it('accounts for every offered transaction at every moment', () => {
    const where = whereabouts(series)!;
    where.offered.forEach((offered, i) => expect(where.final[i] + where.awaitingFinality[i] + where.awaitingRound[i] + where.notAdmitted[i]).toBe(offered));
    expect([where.offered[9], where.final[9], where.notAdmitted[9]]).toEqual([600, 240, 120]);
  });

  it('names the stage at which most is missing', () => {
    expect(largestLoss({ offered: 10, admitted: 9, confirmed: 5, final: 4 })).toEqual({ stage: 'confirmed', share: 0.4 });
    expect(largestLoss({ offered: 4, admitted: 4, confirmed: 4, final: 4 })).toBeUndefined();
    const tpms = { offered: 0.02, admitted: 0.02, confirmed: 0.019, final: 0.01, ingressCapacity: 1, boundBy: 'round size' };
    expect(stagesFinding(tpms)).toBe('95 % of 0.02 tx/ms offered is confirmed, bound by round size; 45 % not yet final within the window');
    expect(stagesFinding({ ...tpms, confirmed: 0.021, final: 0.021 })).toBe('Confirmation keeps up with the 0.02 tx/ms offered, bound by round size');
    expect(stagesFinding({ ...tpms, offered: 0 })).toBe('No transaction was offered');
    expect(ledgersFinding([{ ledger: 'all', offered: 4, admitted: 4, confirmed: 3, final: 0 }, { ledger: 'main', offered: 3, admitted: 3, confirmed: 3, final: 0 }, { ledger: 'ccos', offered: 1, admitted: 1, confirmed: 0, final: 0 }]))
      .toBe('main carries most, 75 % of the load; ccos confirms least of its own, 0 %');
  });

  it('takes quantiles of latency by time of submission', () => {
    const rows = [5, 1, 3, 9].map((seconds, i) => ({ id: `0${i}`, kind: 'transfer', ledger: 'main', sender: '', nonce: 0, submittedAtUs: (i < 3 ? 1 : 61) * S, delegate: 0, admittedAtUs: S, includedAtUs: (i < 3 ? 1 : 61) * S + seconds * S, round: 1, finalAtUs: undefined, outcome: 'success' }));
    expect(latencyCells(columnsOf(SHAPES.transactions, rows), 60 * S, 'confirmed')).toEqual([{ atUs: 0, samples: 3, p10Us: S, p50Us: 3 * S, p90Us: 5 * S }, { atUs: 60 * S, samples: 1, p10Us: 9 * S, p50Us: 9 * S, p90Us: 9 * S }]);
    expect(latencyCells(columnsOf(SHAPES.transactions, rows), 60 * S, 'final')).toEqual([]);
  });
});

describe('overview', () => {
  const row = (id: string, headroom: number | undefined, violations = 0) => ({ id, title: `rule ${id}`, evaluated: 1, byConstruction: 0, violations, headroom });
  const invariants = (rows: readonly object[]) => columnsOf(SHAPES.invariants, rows);

  it('lists what is closest to failing', () => {
    expect(closestToFailing(invariants([row('A', 0.5), row('B', undefined), row('C', 0.1), row('D', undefined, 2)])).map(({ id }) => id)).toEqual(['D', 'C', 'A']);
    expect(nearnessFinding(closestToFailing(invariants([row('A', 0.5), row('C', 0.1)])))).toBe('Closest to failing: C, with 10 % of its bound left');
    expect(nearnessFinding([])).toBe('No invariant with a bound was watched');
  });

  it('says why a canary passes', () => {
    const passed = { verdict: 'pass' as const, reasons: [], invariants: [{ id: 'S1', evaluated: 3, byConstruction: 0, violations: 2, headroom: null }, { id: 'V1', evaluated: 0, byConstruction: 0, violations: 0, headroom: null }] };
    expect(verdictFinding(passed)).toBe('Passed: 1 invariant watched and exercised, S1 violated, as this scenario expects');
    const reason = (id: string) => ({ code: 10, kind: 'safety' as const, id, text: 'broken', moment: 'm' });
    expect(verdictFinding({ ...passed, verdict: 'fail', reasons: [reason('S1'), reason('S2'), { ...reason('T1'), text: 'late' }] })).toBe('Failed: S1, S2: broken, and 1 more reason');
  });

  it('says where to look', () => {
    const fake = fakeRecord(scenario);
    const happened = happenings(eventsOf(fake), columnsOf(SHAPES.forks, forks(fake.rounds)), invariants([row('S1', undefined, 684)]), columnsOf(SHAPES.violations, [{ invariant: 'S1', atUs: 7 * S, event: 9, node: 1, round: 2, expected: 'a', seen: 'b' }]));
    expect(happeningsFinding(happened)).toBe('Where to look: 684 violations, 1 fork, 1 reorganisation');
    expect(happened.find(({ what }) => what === 'fork')).toEqual({ what: 'fork', count: 1, firstUs: 201 * S, lastUs: 201 * S, timesUs: Float64Array.of(201 * S) });
    expect(happeningsFinding([])).toBe('Nothing noteworthy happened');
  });
});

describe('a real run', () => {
  let record: RunRecord;
  let resolved: ResolvedScenario;
  let summary: Summary;
  beforeAll(() => {
    resolved = loaded(committed.find(([name]) => name === 'smoke.yaml')![1]).scenario;
    record = runScenario(resolved, { crypto: bestCrypto() });
    summary = summarize(record, resolved, { hash: '0', version: '0', wall: { cpuS: 0, elapsedS: 0, peakRssBytes: 0 }, detHash: '', folder: '' });
  }, 120_000);

  it('gives the views the figures of its summary', () => {
    const window = measuredWindow(record, resolved);
    const [all, ...ledgers] = ledgerStages(partsOf(record.series), window);
    for (const stage of STAGES) {
      expect(all[stage]).toBe(summary.virtual.tpms[stage]);
      expect(ledgers.reduce((sum, ledger) => sum + ledger[stage], 0)).toBeCloseTo(all[stage], 12);
    }
    expect(ledgers.map(({ ledger }) => ledger)).toEqual(LEDGERS.filter((ledger) => summary.virtual.ledgers[ledger].transactions > 0));
    const [curves] = split(record, 'none', window.fromUs);
    expect(curves.rounds.length).toBe(summary.virtual.propagation.rounds);
    expect(curves.rounds.length).toBe(propagation(record, window.fromUs).rounds);
    const where = whereabouts(partsOf(record.series))!;
    expect(where.offered.at(-1)).toBe(summary.virtual.transactions.offered);
    expect(where.final.at(-1)).toBe(summary.virtual.transactions.final);
    expect(matrixOf(record).rounds.length).toBe(summary.virtual.rounds + summary.virtual.staleRounds);
    expect(verdictFinding(summary)).toMatch(/^Passed: \d+ invariants/);
    expect(stagesFinding(summary.virtual.tpms)).toContain(`bound by ${summary.virtual.tpms.boundBy}`);
  });

  it('has the same arrivals in matrix, ripple and curves', () => {
    const matrix = matrixOf(record);
    const [curves] = split(record, 'none');
    matrix.rounds.forEach((round, column) => {
      const ripple = rippleOf(columns(record), round, arrivalsOf(record)(round));
      expect([...ripple.delayUs]).toEqual([...matrix.cells.subarray(column * matrix.nodes, (column + 1) * matrix.nodes)]);
      expect(curves.timesUs[column * SHARES + 100]).toBe(ripple.ascendingUs.length === ripple.eligible ? ripple.ascendingUs.at(-1) : NEVER_US);
    });
    expect(stateCounts(stateSpans(columns(record)), S, 600)[STATE_ORDER.indexOf('active')]).toBe(summary.virtual.nodes.activeMax);
  });
});
