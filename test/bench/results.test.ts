/** Results, comparisons and reports: exit codes, the schema, what a reader sees. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { readResult } from '../../bench/command/baseline.ts';
import { judged } from '../../bench/command/bench.ts';
import { recorded } from '../../bench/command/compare.ts';
import { select, withLimits } from '../../bench/command/select.ts';
import { judgement } from '../../bench/method/judgement.ts';
import { classOf, thisMachine } from '../../bench/method/machine.ts';
import { resultSchema, type BenchResult } from '../../bench/method/result.ts';
import { limitsOf, rooflineOf } from '../../bench/method/roofline.ts';
import { comparisonMarkdown, comparisonText } from '../../bench/report/comparison.ts';
import { axesOf } from '../../bench/report/growth.ts';
import { htmlReport } from '../../bench/report/html.ts';
import { markdownReport } from '../../bench/report/markdown.ts';
import { terminalReport } from '../../bench/report/terminal.ts';
import { GROWTH, growthCase } from '../../bench/work/growth.ts';
import { SUITES, caseName, entriesOf, entryNamed, workName } from '../../bench/work/suites.ts';
import { fakeCase, fakeResult, otherMachine } from './fake-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'stratus-bench-'));
afterAll(() => rmSync(folder, { recursive: true }));

const A = fakeResult([fakeCase('node/x/wasm/exec')]);
const of = (...options: Parameters<typeof fakeCase>[1][]): BenchResult => fakeResult(options.map((option, i) => fakeCase(i === 0 ? 'node/x/wasm/exec' : `node/x${i}/wasm/exec`, option)));

const TABLE: readonly (readonly [what: string, b: BenchResult, exitCode: number])[] = [
  ['the same', of({}), 0],
  ['half a percent slower', of({ cost: 1.005 }), 0],
  ['5 % slower', of({ cost: 1.05 }), 21],
  ['5 % faster', of({ cost: 0.95 }), 0],
  ['anywhere between', of({ cost: 1.03, spread: 0.05 }), 22],
  ['another root', of({ exact: { check: 'b' } }), 21],
  ['more hashes', of({ exact: { hashes: 9 } }), 21],
  ['another machine, same exact figures', otherMachine(of({ cost: 3 })), 23],
  ['another machine, another root', otherMachine(of({ exact: { check: 'b' } })), 21],
  ['other cases', fakeResult([fakeCase('micro/y')]), 23],
  ['one slower, one only there', of({ cost: 1.05 }, {}), 21],
];
describe('compare', () => {
  it.each(TABLE)('%s', (_what, b, exitCode) => {
    expect(recorded(A, b, []).exitCode).toBe(exitCode);
  });

  it('looks at the cases that were named', () => {
    expect(recorded(A, of({ cost: 1.05 }, {}), ['node/x1']).notComparable.map(({ name }) => name)).toEqual(['node/x1/wasm/exec']);
  });

  it('of nothing is not comparable', () => {
    expect(judgement(thisMachine(), [], [], false)).toMatchObject({ exitCode: 23, verdict: 'not comparable' });
  });

  it('says what differs, in text and Markdown', () => {
    const judgedSame = recorded(A, of({ cost: 1.05, exact: { check: 'b' } }), []);
    for (const text of [comparisonText(judgedSame, 'one', 'two'), comparisonMarkdown(judgedSame, 'one', 'two')]) {
      expect(text).toMatch(/node\/x\/wasm\/exec.*\+5%.*worse/);
      expect(text).toContain('check: a → b');
    }
  });
});

test.each([
  [['node/x/wasm/exec=99'], 0],
  [['node/x/wasm/exec=101'], 20],
  [['node/y=1'], 22],
  [['node/y=1', 'node/x/wasm/exec=101'], 20],
])('--at-least %j: exit %d', (atLeast, exitCode) => {
  expect(judged(A, atLeast).exitCode).toBe(exitCode);
});

test('a result is its own document: written, read, equal; anything else is none', () => {
  const path = join(folder, 'bench.json');
  writeFileSync(path, JSON.stringify(A));
  expect(readResult(folder)).toEqual(A);
  expect(readResult(path)).toEqual(A);
  writeFileSync(path, JSON.stringify({ ...A, schema: 'stratus/bench/v2' }));
  expect(readResult(path)).toBeUndefined();
  expect(readResult(join(folder, 'nothing.json'))).toBeUndefined();
  // What others rely on (the command's manual).
  const [c] = A.cases;
  expect(Object.keys(resultSchema.parse(A))).toEqual(expect.arrayContaining(['schema', 'machine', 'cases', 'verdict', 'exitCode']));
  expect(Object.keys(c)).toEqual(expect.arrayContaining(['name', 'unit', 'clock', 'cores', 'samples', 'median', 'ci95', 'p10', 'p90', 'cpuPerItemUs', 'exact', 'roofline']));
});

describe('reports', () => {
  it.each(Object.entries({ terminal: terminalReport, markdown: markdownReport, html: htmlReport }))('%s: case, figures, stages, roofline, what is absent', (_name, report) => {
    const text = report(A);
    for (const shown of ['node/x/wasm/exec', 'tx/ms', '99 … 101', 'decode', 'verify', '50', '2 cores', 'wall']) expect(text).toContain(shown);
  });

  it('html is offline, without script, and escapes', () => {
    const html = htmlReport(fakeResult([fakeCase('<script>"x"')]));
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|https?:|<img|<link/);
    expect(html).toContain('no &lt;second&gt; core');
    // Ten rounds: nine dots, and one square for the outlier.
    expect(html.match(/<circle/g)).toHaveLength(9);
    expect(html.match(/class="far"/g)).toHaveLength(1);
  });

  it('quick results say that they are no evidence', () => {
    for (const report of [terminalReport, markdownReport, htmlReport]) expect(report(fakeResult([], { quick: true }))).toContain('no evidence');
  });
});

describe('cases', () => {
  const all = SUITES.flatMap(entriesOf);
  it('have names of their own, by which they are found', () => {
    const names = all.map(workName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(workName(entryNamed(name)!)).toBe(name);
    expect(entryNamed('node/nothing')).toBeUndefined();
  });

  it('are selected by suite, by beginning, by a piece; slow ones only by name', () => {
    expect(select(['ledgers']).selected).toHaveLength(23);
    expect(select(['merkle']).selected.every(({ entry }) => entry.work.name.startsWith('merkle'))).toBe(true);
    expect(select(['sim']).selected.some(({ entry }) => entry.work.slow)).toBe(false);
    expect(select(['sim/first-run']).selected).toHaveLength(1);
    expect(select(['nonsense']).unknown).toEqual(['nonsense']);
    expect(select(['node/mixed-8192tx-4096senders/wasm/path']).selected).toMatchObject([{ parts: ['path'] }]);
  });

  it('blocks bring the limits of their backend along', () => {
    expect(withLimits(select(['node/mixed-8192tx-4096senders/wasm/path']).selected).map(({ entry }) => workName(entry))).toEqual(['node/mixed-8192tx-4096senders/wasm', 'node/limits-8192signatures-4096senders/wasm']);
    expect(withLimits(select(['micro']).selected)).toHaveLength(select(['micro']).selected.length);
  });

  it('sizes stand in the names', () => {
    for (const entry of all) expect(caseName(entry, { name: '' })).toMatch(/\d/);
  });
});

test('roofline: one core checks, hashes and reads in turn', () => {
  const limit = (part: string, median: number) => ({ ...fakeCase(`node/limits-8signatures-4senders/wasm/${part}`), median });
  const limits = limitsOf([limit('signatures', 200), limit('hashes', 5_000), limit('memory', 10)], 'wasm')!;
  expect(limitsOf([limit('signatures', 200)], 'wasm')).toBeUndefined();
  const exact = { items: 100, signatures: 100, hashes: 1_000, 'hashes/path': 200, bytes: 16_000 };
  const exec = rooflineOf({ name: 'node/x/wasm/exec', median: 71, cores: 1, exact }, limits)!;
  // 1/200 + 10/5000 ms, and 160 bytes at 10 GiB/s.
  expect(exec.bound).toBeCloseTo(1 / (0.005 + 0.002 + (160 / 2 ** 30 / 10) * 1_000), 6);
  expect(exec).toMatchObject({ by: 'signatures', share: 71 / exec.bound });
  expect(rooflineOf({ name: 'node/x/wasm/path', median: 1, cores: 2, exact }, limits)!.bound).toBeGreaterThan(2 * exec.bound);
  const inARow = { ...exact, items: 400, blocks: 4 };
  expect(rooflineOf({ name: 'node/x/wasm/exec', median: 71, cores: 1, exact: inARow }, limits)).toEqual(exec);
  expect(rooflineOf({ name: 'micro/x', median: 1, cores: 1, exact: { items: 3 } }, limits)).toBeUndefined();
});

test('a machine’s class: processor, cores, platform, major version', () => {
  expect(classOf('linux-x64', 'AMD EPYC 9B14 (2.6 GHz)', 2, 'v20.19.1')).toBe('linux-x64-amd-epyc-9b14-2-6-ghz-2c-node20');
});

test('growth: each axis with its points, in text, Markdown and a drawing', () => {
  const points = GROWTH.filter(({ axis }) => axis === 'bad signatures');
  const cases = points.flatMap((point, i) => (['path', 'exec'] as const).map((part) => fakeCase(growthCase(point, part), { cost: 1 + i })));
  expect(axesOf(cases).map(({ name }) => name)).toEqual(['bad signatures']);
  for (const { axis, spec } of GROWTH) expect(entryNamed(growthCase({ axis, spec, label: '', cores: 1 }, 'exec').replace(/\/exec$/, ''))).toBeDefined();
  const result = fakeResult(cases);
  expect(terminalReport(result)).toMatch(/0% +100 +100 +#{40}\n +={40}\n *0.1% +50 +50 +#{20}\n/);
  expect(markdownReport(result)).toContain('| 10% | 25 | 25 |');
  expect(htmlReport(result).match(/class="growth"/g)).toHaveLength(1);
});
