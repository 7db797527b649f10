/** Documentation is held to the sources: links and file names lead somewhere, tables are those of the code, examples work. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ok } from '../engine/primitives/result.ts';
import { INVARIANTS } from '../sim/invariants/index.ts';
import type { InvariantFactory, Reporter, RunFacts } from '../sim/invariants/invariant.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { BROKEN_ARROWS, ENGINE_ORDER } from './architecture/arrows.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? pagesIn(`${folder}/${entry.name}`) : entry.name.endsWith('.md') ? [`${folder}/${entry.name}`] : []));
const PAGES = ['README.md', 'bench/README.md', 'reports/README.md', ...pagesIn('docs')];
const fenced = (path: string, language: string): string[] => [...read(path).matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'))].map(([, block]) => block);

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('has links that lead somewhere', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target]) => target);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });

  it('names files that exist', () => {
    const named = [...text.matchAll(/`((?:engine|sim|test|docs|bench|scenarios)\/[\w./-]+)`/g)].map(([, path]) => path);
    expect(named.filter((path) => !/\bmy-/.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

it('every page is reached from the README', () => {
  const reached = new Set<string>();
  const follow = (page: string): void => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#\s]+\.md)/g)) follow(join(dirname(page), target));
  };
  follow('README.md');
  expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');

  it('has a row for each folder, with what it does not own, in the order of the arrows', () => {
    const rows = [...text.matchAll(/^\| \[(\w+)\]\(\.\.\/(engine|sim)\/\w+\) \| [^|]+ \| [^|]+ \|$/gm)].map(([, name, tree]) => `${tree}/${name}`);
    const folders = (tree: string): string[] => readdirSync(join(ROOT, tree), { withFileTypes: true }).filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, tree, entry.name)).length > 0).map((entry) => `${tree}/${entry.name}`);
    expect([...rows].sort()).toEqual([...folders('engine'), ...folders('sim')].sort());
    const order = rows.filter((row) => row.startsWith('engine/') && row !== 'engine/host').map((row) => ENGINE_ORDER.indexOf(row.slice(7) as (typeof ENGINE_ORDER)[number]));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('lists the broken arrows that the architecture test allows, and no others', () => {
    const rows = [...text.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (types|values) \|/gm)].map(([, from, to, kind]) => `${from} ${to} ${kind}`);
    expect(rows).toEqual(BROKEN_ARROWS.map(({ from, to, kind }) => `${from} ${to} ${kind}`));
  });
});

it('docs/invariants.md lists every invariant with its title and file', () => {
  const rows = [...read('docs/invariants.md').matchAll(/^\| (\w+) \| (.+) \| \[[\w-]+\.ts\]\(\.\.\/(.+)\) \|$/gm)].map(([, id, title, file]) => ({ id, title, file }));
  expect(rows.map(({ id }) => id)).toEqual(Object.keys(INVARIANTS));
  expect(rows.filter(({ id, title, file }) => !read(file).includes(`id: '${id}'`) || !read(file).includes(`title: '${title}'`))).toEqual([]);
});

describe('docs/how-to-add.md', () => {
  it('its invariant watches', async () => {
    const [example] = fenced('docs/how-to-add.md', 'ts');
    const { outputText } = ts.transpileModule(example, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } });
    const { emptyPools } = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`)) as { emptyPools: InvariantFactory };
    const node = (count: number, kind = 'full') => ({ index: count, kind, pool: { count } });
    const facts = { nodes: [node(0), node(3), node(9, 'light')] } as unknown as RunFacts;
    const seen: string[] = [];
    const report = { evaluated: () => seen.push('evaluated'), violation: (expected: string, saw: string) => seen.push(`${expected}: ${saw}`) } as unknown as Reporter;
    emptyPools(facts).checkpoint!(report);
    expect(seen).toEqual(['evaluated', 'evaluated', 'an empty pool: 3 transactions']);
  });

  it('its scenario is valid', () => {
    const [example] = fenced('docs/how-to-add.md', 'yaml');
    const loaded = loadScenario('my-question.yaml', () => ok(new TextEncoder().encode(example.replace(/^ {3}/gm, ''))));
    expect(loaded.ok ? [] : loaded.error.problems).toEqual([]);
  });
});
