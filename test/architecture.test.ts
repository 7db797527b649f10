/**
 * The house rules, read off the sources: arrows between folders, dead files, what the deterministic core may not use,
 * marks. Each rule first proves itself on planted sources, so that a rule that never fires turns red here.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BROKEN_ARROWS, deadFiles, wrongArrows } from './architecture/arrows.ts';
import { asynchrony, bannedNames, inexactMath, jsonInCore, marks, unsureOrder } from './architecture/banned.ts';
import { readTree, treeOf, type Finding, type Tree } from './architecture/tree.ts';

const ROOT = join(import.meta.dirname, '..');
const TREE = readTree(ROOT, ['engine', 'sim', 'bench', 'viz', 'test']);

/** Files that no entry point reaches, and why they are alive all the same. */
const ALIVE: Readonly<Record<string, string>> = {
  'test/starw/tier-digest.ts': 'a test starts it under flags of V8',
  'sim/scenario/json-schema.ts': 'a test writes and compares scenario.schema.json with it',
};

/** A source, and what stands around it. */
type Plant = readonly [path: string, source: string, around?: Readonly<Record<string, string>>];

interface Rule {
  readonly find: (tree: Tree) => Finding[];
  /** Each must be found. */
  readonly planted: readonly Plant[];
  /** None may be found. */
  readonly harmless: readonly Plant[];
}

const ENGINE = 'engine/pool/x.ts';
const SIM = 'sim/network/x.ts';

const RULES: Readonly<Record<string, Rule>> = {
  'arrows between folders': {
    find: wrongArrows,
    planted: [
      ['engine/tx/x.ts', "import { a } from '../chain/header.ts';"],
      ['engine/tx/x.ts', "import type { A } from '../state/state.ts';"],
      ['engine/tx/x.ts', "export { a } from '../chain/header.ts';"],
      ['engine/tx/x.ts', "import { a } from '../chain/types.ts';"], // the exception is for types only
      ['engine/chain/x.ts', "const a = await import('../node/node.ts');"],
      ['engine/chain/x.ts', "let a: import('../node/node.ts').Node;"],
      ['engine/node/x.ts', "import { a } from '../wallet/sign.ts';"],
      ['engine/node/x.ts', "import { a } from '../host/native-crypto.ts';"],
      ['engine/node/x.ts', "import { a } from '../../sim/run.ts';"],
      ['engine/node/x.ts', "import { readFileSync } from 'node:fs';"],
      ['engine/misc/x.ts', "import { a } from '../tx/encode.ts';"],
      ['sim/kernel/x.ts', "import { a } from '../cli/files.ts';"],
      ['sim/kernel/x.ts', "import { a } from '../../engine/host/native-crypto.ts';"],
      ['sim/kernel/x.ts', "import { a } from '../../test/helpers/fixtures.ts';"],
      ['sim/cli/x.ts', "import { a } from '../../bench/a.ts';"],
      ['bench/x.ts', "import { a } from '../test/helpers/fixtures.ts';"],
      ['viz/views/x.ts', "import { a } from '../../sim/run.ts';"],
      ['viz/views/x.ts', "import type { A } from '../../engine/chain/types.ts';"],
      ['viz/views/x.ts', "import { a } from '../live/worker.ts';"],
      ['viz/data/x.ts', "import { readFileSync } from 'node:fs';"],
      ['viz/live/x.ts', "import { a } from '../../sim/cli/files.ts';"],
      ['sim/report/x.ts', "import { a } from '../../viz/draw/dom.ts';"],
    ],
    harmless: [
      ['engine/primitives/x.ts', "import { a } from '../params/params.ts';"],
      ['engine/chain/x.ts', "import { a } from '../tx/encode.ts'; import { b } from '@noble/hashes/sha2.js';"],
      ['engine/tx/x.ts', "import type { TransactionError } from '../chain/types.ts'; import { type RoundError } from '../chain/types.ts';"],
      ['sim/cli/x.ts', "import { a } from '../../engine/host/native-crypto.ts'; import { b } from 'node:fs';"],
      ['viz/views/x.ts', "import { a } from '../../sim/report/tpms.ts'; import type { B } from '../../sim/trace/events.ts'; import { c } from '../../engine/tx/kinds.ts'; import './x.css';"],
      ['viz/live/worker.ts', "import { a } from '../../sim/run.ts'; import { b } from '../../engine/crypto/noble.ts';"],
      ['viz/views/live.ts', "import { a } from '../live/session.ts';"],
      ['test/x.test.ts', "import { a } from '../sim/cli/main.ts';"],
    ],
  },
  'dead files': {
    find: (tree) => deadFiles(tree, ALIVE),
    planted: [
      ['engine/chain/x.ts', '', { 'sim/cli/main.ts': '' }],
      ['engine/chain/x.ts', '', { 'test/chain/x.test.ts': "import '../../engine/chain/x.ts';" }], // only its own test
      ['engine/chain/x.ts', "import './y.ts';", { 'engine/chain/y.ts': "import './x.ts';" }], // only each other
      ['test/helpers/x.ts', '', { 'test/chain/x.test.ts': '' }],
    ],
    harmless: [
      ['engine/chain/x.ts', '', { 'sim/cli/main.ts': "import '../run.ts';", 'sim/run.ts': "import type { X } from '../engine/chain/x.ts';" }],
      ['test/helpers/x.ts', '', { 'test/chain/x.test.ts': "import '../helpers/x.ts';" }],
    ],
  },
  'names of clocks, chance, IO and the garbage collector': {
    find: bannedNames,
    planted: [
      [ENGINE, 'const a = Date.now();'],
      [SIM, 'const { now } = Date;'],
      [SIM, 'const a = globalThis.Date;'],
      [ENGINE, 'performance.now();'],
      [SIM, 'setTimeout(f, 1);'],
      [ENGINE, 'let a: Promise<number>;'],
      [ENGINE, 'new WeakMap();'],
      [ENGINE, 'new WeakRef(a); new FinalizationRegistry(f);'],
      [SIM, 'new Intl.NumberFormat();'],
      [SIM, "console.log('x');"],
      [SIM, 'process.exit(1);'],
      [ENGINE, "Buffer.from('x');"],
    ],
    harmless: [
      ['engine/host/x.ts', 'Date.now();'],
      ['sim/cli/x.ts', "console.log(await Promise.resolve('x'));"],
      ['bench/x.ts', 'performance.now();'],
      [SIM, '// Date.now() would not do\nconst a = { process: 1, Date: 2 }.process; other.console;'],
    ],
  },
  'nothing awaited': {
    find: asynchrony,
    planted: [[ENGINE, 'async function f() {}'], [SIM, 'const f = async () => 1;'], [SIM, 'await f();'], [SIM, "import('./y.ts');"]],
    harmless: [['sim/cli/x.ts', 'async function f() { await g(); }'], [SIM, 'const asynchronous = 1;']],
  },
  'exact arithmetic': {
    find: inexactMath,
    planted: [
      [SIM, 'Math.random();'], [SIM, 'const { random } = Math;'], [SIM, "Math['random']();"], [SIM, 'const m = Math;'],
      [ENGINE, 'Math.log(2);'], [ENGINE, 'Math.exp(1) + Math.pow(2, 0.5) + Math.sin(1);'], [SIM, 'Math.log2(8);'], [SIM, 'Math.hypot(3, 4);'],
      [SIM, '2 ** x;'], [SIM, '2 ** 0.5;'], [SIM, 'x **= 2;'],
    ],
    harmless: [[SIM, 'Math.floor(1.5) + Math.sqrt(2) + Math.imul(3, 4); 2 ** 32; 10n ** BigInt(3); x.Math;'], ['sim/cli/x.ts', 'Math.log10(3);']],
  },
  'orders that are what they seem': {
    find: unsureOrder,
    planted: [[SIM, 'for (const k in o) f(k);'], [SIM, 'a.localeCompare(b);'], [SIM, 'n.toLocaleString();'], [ENGINE, '[3, 10].sort();'], [ENGINE, 'x.toSorted();']],
    harmless: [[SIM, 'for (const k of Object.keys(o)) f(k); a.sort((x, y) => x - y); new Float64Array(3).subarray(1).sort();'], ['sim/cli/x.ts', 'names.sort();']],
  },
  'no JSON in what is hashed': {
    find: jsonInCore,
    planted: [[ENGINE, 'sha256(JSON.stringify(o));'], ['sim/metrics/x.ts', 'const a = JSON.stringify;']],
    harmless: [['sim/report/x.ts', 'JSON.stringify(o);'], ['sim/scenario/x.ts', 'JSON.stringify(o);'], ['sim/cli/x.ts', 'JSON.stringify(o);']],
  },
  marks: {
    find: marks,
    planted: [
      [ENGINE, '// TODO later'], [SIM, '/* FIXME */'], ['sim/cli/x.ts', '// @ts-ignore'], ['test/x.test.ts', "it.only('x', f);"], ['test/x.test.ts', "describe.skip('x', f);"],
      ['bench/x.ts', 'const a = b as any;'], [ENGINE, '// oxlint-disable-next-line no-var'],
    ],
    harmless: [['test/x.test.ts', "it.skipIf(noNative)('x', f); // any number"], [ENGINE, "const TODOS = ['a'];"]],
  },
};

const named = ([path, source, around]: Plant) => ({ path, source, around });
const text = (findings: readonly Finding[]): string[] => findings.map(({ path, line, what, instead }) => `${path}:${line}  ${what}  → ${instead}`);

describe.each(Object.entries(RULES))('%s', (_name, { find, planted, harmless }) => {
  it.each(planted.map(named))('finds $path: $source', ({ path, source, around }) => {
    expect(find(treeOf({ ...around, [path]: source })).map((finding) => finding.path)).toContain(path);
  });

  it.each(harmless.map(named))('passes $path: $source', ({ path, source, around }) => {
    expect(text(find(treeOf({ ...around, [path]: source })).filter((finding) => finding.path === path))).toEqual([]);
  });

  it('holds in this repository', () => {
    expect(text(find(TREE))).toEqual([]);
  });
});

describe('lists of exceptions', () => {
  it('every broken arrow on the list is still needed', () => {
    const used = new Set<string>();
    wrongArrows(TREE, used);
    expect(BROKEN_ARROWS.map(({ from, to }) => `${from} ${to}`).filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  it('every file on the list of the living exists, and needs the list', () => {
    const dead = new Set(deadFiles(TREE).map(({ path }) => path));
    expect(Object.keys(ALIVE).filter((path) => !dead.has(path))).toEqual([]);
  });

  it('sees the sources at all', () => {
    expect([...TREE.keys()].filter((path) => path.startsWith('engine/')).length).toBeGreaterThan(50);
    expect([...TREE.values()].flatMap(({ imports }) => imports).filter(({ relative, target }) => relative && !TREE.has(target) && !/\.(json|css|d\.ts)(\?|$)/.test(target))).toEqual([]);
  });
});
