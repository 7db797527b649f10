/** `report.html`: one file that stands alone, whose figures say what the views say, whatever names a run holds. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportHtml } from '../../sim/report/html.ts';
import { summarize } from '../../sim/report/summary.ts';
import { cells, escapeXml, plot, ticks } from '../../sim/report/svg.ts';
import type { RunRecord } from '../../sim/trace/record.ts';
import { runScenario } from '../../sim/run.ts';
import { crypto } from '../helpers/fixtures.ts';
import { fakeRecord } from '../cli/fake-run.ts';
import { loaded } from '../scenario/helpers.ts';
import { makeRecord } from './make-run.ts';

const scenario = loaded(`schema: stratus/scenario/v1
name: made
question: Is it <b>safe</b> & "sound"?
run: { seed: "1", duration: 30m, warmup: 1m }
network: { totalNodes: 40 }
nodes: { mining: { count: 8 } }
workload: { accounts: { count: 10 }, mix: [{ kind: transfer, weight: 1 }], rate: { unit: tx/s, stages: [{ for: 5m, at: 1 }] } }
faults: { scheduled: [{ id: cut, at: 5m, for: 10s, kind: crash, select: { nodes: [1] } }] }
`).scenario;
const page = (record: RunRecord, of = scenario): string => reportHtml(record, summarize(record, of, { hash: 'a'.repeat(64), version: '1', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder: 'reports/made' }), of);
const bare = makeRecord({ nodes: 40, rounds: 60, violations: 2 }, scenario);
const made = { ...bare, invariants: bare.invariants.map((row) => (row.headroom === undefined ? row : { ...row, headroomPpmByMinute: [900_000, -1, 250_000] })) };

/** Every tag that opens closes, in order. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, name, self] of html.replace(/<style>[\s\S]*?<\/style>|<!doctype html>/g, '').matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/gi)) {
    if (self === '/' || ['meta', 'br'].includes(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [`</${name}>`];
  }
  return open;
}

describe('report.html', () => {
  const html = page(made);
  test('is whole: tags balance, ids are unique, numbers are numbers, each figure has a finding, a drawing and its table', () => {
    expect(unbalanced(html)).toEqual([]);
    const ids = [...html.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['tpms', 'propagation', 'matrix', 'activation', 'forks', 'ledgers', 'tokens', 'pool', 'invariants', 'text']));
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    for (const id of ids.filter((one) => !['thresholds', 'text'].includes(one))) {
      const section = html.slice(html.indexOf(`<section id="${id}"`)).split('</section>')[0];
      expect(section, id).toMatch(/<h2>.{10,}<\/h2>[\s\S]*<svg [\s\S]*<details>[\s\S]*<td>/);
    }
  });
  test('needs nothing from outside and runs nothing', () => {
    expect(html).toMatch(/content="default-src 'none'; style-src 'unsafe-inline'"/);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=|href="(?!#)/i);
  });
  test('names and texts of a run stay text', () => {
    const evil = '<script>x</script>"&';
    const hostile = { ...made, invariants: made.invariants.map((row) => ({ ...row, title: evil })), nodes: made.nodes.map((row) => ({ ...row, kind: evil as never })), trace: made.trace.map((event) => (event.type === 'node-state' ? { ...event, reason: evil } : event)) };
    const out = page(hostile, { ...scenario, question: evil });
    expect(unbalanced(out)).toEqual([]);
    expect(out).not.toContain('<script');
    expect(out).toContain(escapeXml(evil));
  });
  test('a run that did nothing, and one of the relay model, have a page too', () => {
    const none = fakeRecord(scenario);
    expect(unbalanced(page(none))).toEqual([]);
    const relay = loaded(readFileSync(join(import.meta.dirname, '../../scenarios/simblock-2019.yaml'), 'utf8'), { sets: ['run.rounds=4', 'network.totalNodes=60', 'thresholds=[]'] }).scenario;
    const out = page(runScenario(relay, { crypto }), relay);
    expect(unbalanced(out)).toEqual([]);
    expect(out).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('drawing', () => {
  test('ticks are few, round, ascending and inside', () => {
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 12 }), (from, range, most) => {
      const found = ticks(from, from + range, most);
      expect(found.length).toBeLessThanOrEqual(most + 1);
      found.forEach((tick, i) => expect(tick >= from - range * 1e-6 && tick <= from + range * (1 + 1e-6) && (i === 0 || tick > found[i - 1])).toBe(true));
    }));
  });
  test('joined cells cover what single cells cover', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 5 }), (rows) => {
      const covered = new Map<string, number>();
      cells(7, rows.length, 0, 0, 1, 1, (column, row) => rows[row][column], ['0', '1', '2']).forEach((path) => {
        const look = Number(/fill="(\d)"/.exec(path)![1]);
        for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) for (let i = 0; i < Number(width); i++) covered.set(`${Number(x) + i} ${y}`, look);
      });
      rows.forEach((row, y) => row.forEach((look, x) => expect(covered.get(`${x} ${y}`) ?? -1).toBe(look)));
    }));
  });
  test('a value outside its axis stays at its edge; logarithms halve where values multiply', () => {
    const { x, left, right } = plot({ x: { from: 1, to: 10_000, log: true, label: '' }, y: { from: 0, to: 1, label: '' } });
    expect([x(0), x(1e9)]).toEqual([left, right]);
    expect(x(100)).toBeCloseTo((left + right) / 2, 6);
  });
});
