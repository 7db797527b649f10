/** Campaigns: what a run is judged to be, what many add up to, and that neither depends on who ran what. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nobleCrypto as crypto } from '../../engine/crypto/noble.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';
import { BEHAVIOURS } from '../../sim/fuzz/behaviours.ts';
import { casesOf, conclude, runTask, shrinksOf, type CaseResult } from '../../sim/fuzz/campaign.ts';
import { loadText } from '../../sim/fuzz/compose.ts';
import { generate } from '../../sim/fuzz/generate.ts';
import { runOne, signatureOf, type Finding, type FindingKind, type Observation } from '../../sim/fuzz/run-one.ts';
import type { Shrunk } from '../../sim/fuzz/shrink.ts';
import { campaignText } from '../../sim/fuzz/text.ts';

const OPTIONS = { seeds: 4, seed: 10, twinEvery: 2 };

it.each([
  ['L2', '12345 base units of STR counted at round 7 (number 6, 0a1b2c3d4e5f)', 'L2-base-units-of-STR-counted-at-round-number'],
  ['S1', 'round deadbeefcafe is final', 'S1-round-is-final'],
  ['V1', '', 'V1'],
  ['workload', 'domain_buy not-found', 'workload-domain_buy-not-found'],
  ['bug', 'no state is kept for round 17', 'bug-no-state-is-kept-for-round'],
])('a signature of %s keeps the words and drops what is of one run: %s', (id, text, signature) => {
  expect(signatureOf(id, text)).toBe(signature);
});

const finding = (kind: FindingKind, signature: string): Finding => ({ kind, signature, invariant: signature.split('-')[0], text: `${signature}, seen`, event: 12 });
const observed = (findings: readonly Finding[], ...reached: string[]): Observation => ({ scenarioHash: 'ab'.repeat(32), traceHash: 'cd', events: 100, virtualUs: 2_000_000, findings, reached });
const cases = (...lists: readonly (readonly Finding[])[]): CaseResult[] => lists.map((findings, i) => ({ seed: OPTIONS.seed + i, observation: observed(findings, ...(i < 2 ? ['beyond'] : ['fault:crash'])) }));
const concluded = (results: readonly CaseResult[]): ReturnType<typeof conclude> => {
  const shrunk = shrinksOf(results, OPTIONS).map((task) => {
    const { observation } = results.find(({ seed }) => seed === task.seed)!;
    const result: Shrunk = { written: generate(task.seed, crypto), observation, finding: observation.findings.find(({ signature }) => signature === task.signature)!, runs: 3 };
    return { task, result };
  });
  return conclude(OPTIONS, results, shrunk, '1.2.3', 'out', crypto);
};

describe('what is found adds up', () => {
  const S = finding('safety', 'L2-supply');
  const V = finding('liveness', 'V1-data-missing');
  const Z = finding('nondeterminism', 'Z1-differ');
  const B = finding('internal', 'bug-no-state');
  it.each([
    [[[], [], []], 0],
    [[[V], [], [S]], 10],
    [[[V], [B], []], 11],
    [[[B], [], []], 1],
    [[[S], [V], [Z]], 12],
  ] as const)('%# exit code', (lists, code) => {
    expect(concluded(cases(...lists)).result.exitCode).toBe(code);
  });

  it('one entry per signature that came first in a case; count over all cases; file, moment and seed', () => {
    const { result, files } = concluded(cases([V], [S, V], [V]));
    expect(result.findings.map(({ signature, count, seed, invariant, moment, file }) => [signature, count, seed, invariant, moment, file])).toEqual([
      ['V1-data-missing', 3, 10, 'V1', 's1.abababababab.10.1.2.3@#12', 'out/repro/V1-data-missing.yaml'],
      ['L2-supply', 1, 11, 'L2', 's1.abababababab.11.1.2.3@#12', 'out/repro/L2-supply.yaml'],
    ]);
    const text = files.get('out/repro/L2-supply.yaml')!;
    expect(text).toMatch(/^# L2-supply: L2-supply, seen\n# found by: stratus fuzz --seeds 1 --seed 11\n# replay: stratus run out\/repro\/L2-supply\.yaml\nschema:/);
    expect(loadText(text).scenario.run.seed).toBe('11');
    expect(campaignText(result)).toMatch(/^FAIL {2}3 random scenarios from seed 10 {2}exit 10[^]*liveness V1-data-missing in 3 of the scenarios, first with seed 10/);
  });

  it('behaviours: how many cases reached each, and what none did', () => {
    const { behaviours, virtualMs } = concluded(cases([], [], [])).result;
    expect(behaviours.reached).toEqual({ beyond: 2, 'fault:crash': 1 });
    expect([...behaviours.never, 'beyond', 'fault:crash'].sort()).toEqual([...BEHAVIOURS].sort());
    expect(virtualMs).toBe(6_000);
  });

  it('the hash sees another trace, another finding, another seed', () => {
    const hash = (results: readonly CaseResult[]): string => concluded(results).result.hash;
    const base = cases([], [], []);
    const all = [base, cases([], [S], []), base.map((one, i) => (i === 1 ? { ...one, observation: { ...one.observation, traceHash: 'ee' } } : one)), base.map((one) => ({ ...one, seed: one.seed + 1 }))];
    expect(new Set(all.map(hash)).size).toBe(4);
  });
});

it('real cases: any order and either cryptography give the same document; shared and isolated agree', () => {
  const options = { ...OPTIONS, seeds: 2 };
  const run = (reverse: boolean, backend = crypto): ReturnType<typeof conclude>['result'] => {
    const tasks = reverse ? casesOf(options).reverse() : casesOf(options);
    return conclude(options, tasks.map((task) => ({ seed: task.seed, observation: runTask(task as Extract<typeof task, { type: 'case' }>, backend) })), [], '1', 'out', crypto).result;
  };
  const first = run(false);
  expect(first.behaviours.reached['evaluated:S4']).toBe(2);
  expect(run(true, nativeCrypto() ?? crypto)).toEqual(first);
});

it('a program that throws is a finding, with where it threw', () => {
  const broken = { ...crypto, sha256: crypto.sha256, verify: () => { throw new TypeError('no curve today'); } };
  const { findings } = runOne(generate(2, crypto), { crypto: broken, twin: false });
  expect(findings).toEqual([expect.objectContaining({ kind: 'internal', invariant: 'bug', signature: expect.stringMatching(/^typeerror-no-curve-today-/) as string })]);
});

describe('stratus fuzz', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stratus-fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const stratus = (...args: string[]) => spawnSync(process.execPath, [join(import.meta.dirname, '../../sim/cli/stratus.mjs'), 'fuzz', ...args], { cwd: folder, encoding: 'utf8', timeout: 120_000 });

  it('gives the same document for any number of jobs, and another hash for another seed', { timeout: 120_000 }, () => {
    const [one, three, other] = [['--jobs', '1'], ['--jobs', '3'], ['--jobs', '2', '--seed', '77']].map((args) => stratus('--seeds', '3', '--json', ...args));
    expect(one.status).toBe(0);
    expect(one.stderr).toMatch(/^(fuzz: .*\n)*$/);
    expect(three.stdout).toBe(one.stdout);
    const document = JSON.parse(one.stdout) as Record<string, unknown>;
    expect(Object.keys(document)).toEqual(['schema', 'seeds', 'seed', 'virtualMs', 'events', 'behaviours', 'findings', 'hash', 'exitCode']);
    expect((JSON.parse(other.stdout) as typeof document)['hash']).not.toBe(document['hash']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [['--seeds', '0'], /whole number from 1/],
    [['--seeds', 'many'], /whole number from 1/],
    [['--jobs', '-1'], /whole number/],
    [['--seed', 'x'], /a campaign's seed is a whole number/],
    [['--set', 'a.b=1'], /makes its own/],
  ])('%j is a usage error', (args, said) => {
    const { status, stderr } = stratus(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(said);
  });
});

describe('scenarios that once failed', () => {
  const folder = join(import.meta.dirname, 'regressions');
  it.each(readdirSync(folder))('%s', (name) => {
    const { scenario } = loadText(readFileSync(join(folder, name), 'utf8'));
    expect(scenario.run.isolated).toBe(true);
    const { findings } = runOne(readFileSync(join(folder, name), 'utf8'), { crypto: nativeCrypto() ?? crypto, twin: true });
    expect(findings).toEqual([]);
  });
});
