/** The README says what is there: its commands, scenarios, exit codes and links are held to the sources; `.ci/run` runs its snippets. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ok } from '../engine/primitives/result.ts';
import { EXIT } from '../sim/report/verdict.ts';
import { loadScenario } from '../sim/scenario/load.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');
/** Cells of the rows of the table under a heading. */
const table = (heading: string): string[][] =>
  README.split(`## ${heading}\n`)[1].split('\n## ')[0].split('\n').filter((line) => line.startsWith('| ')).slice(2).map((line) => line.split(/\s*\|\s*/).slice(1, -1));
/** `run`, `validate` …, as the command registers them. */
const COMMANDS = readdirSync(join(ROOT, 'sim/cli/commands')).flatMap((file) => [...read(`sim/cli/commands/${file}`).matchAll(/program\s*\.command\('(\w+)/g)].map(([, name]) => name));

describe('commands', () => {
  it('two of them run in CI as they stand', () => {
    const runnable = [...README.matchAll(/^```sh run\n([^]*?)^```$/gm)].map(([, block]) => block.trim());
    expect(runnable.slice(0, 2)).toEqual(['npm ci && npx stratus run scenarios/first-run.yaml', 'npm cit']);
  });

  it('all that exist are shown, and none that does not', () => {
    const shown = new Set([...README.matchAll(/npx stratus ([a-z]+)/g)].map(([, name]) => name));
    expect([...shown].sort()).toEqual([...COMMANDS].sort());
  });
});

it('scenarios: every file once, with its own question', () => {
  const files = readdirSync(join(ROOT, 'scenarios')).filter((file) => file.endsWith('.yaml'));
  const questions = files.map((file) => {
    const loaded = loadScenario(`scenarios/${file}`, (path) => ok(new Uint8Array(readFileSync(join(ROOT, path)))));
    if (!loaded.ok) throw new Error(`${file}: ${loaded.error.problems[0]?.problem}`);
    return [`[${file.replace('.yaml', '')}](scenarios/${file})`, loaded.value.scenario.question];
  });
  expect(table('Scenarios').sort()).toEqual(questions.sort());
});

it('exit codes are those of the command’s help', () => {
  const help = read('sim/cli/commands/run.ts').split('Exit codes:')[1].split('`')[0];
  const codes = (text: string): number[] => (text.match(/\b\d+\b/g) ?? []).map(Number).sort((a, b) => a - b);
  const shown = codes(table('Exit codes').map(([code]) => code).join(' '));
  expect(shown).toEqual(codes(help));
  expect(shown.filter((code) => !(Object.values(EXIT) as number[]).includes(code))).toEqual([]);
});

it('what it shows of the first run names the committed trace hash', () => {
  const golden = JSON.parse(read('test/golden/trace-hashes.json')) as Record<string, string>;
  const excerpt = /^```text excerpt\n([^]*?)^```$/m.exec(README)![1];
  expect(excerpt).toContain(golden['first-run']);
  expect(excerpt.startsWith('PASS  first-run ')).toBe(true);
});
