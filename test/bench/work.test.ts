/** The work itself: same roots under every backend, refusals where they must be, every kind succeeds, and one real run of the command. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { resultSchema } from '../../bench/method/result.ts';
import { backend, type BackendName } from '../../bench/work/backends.ts';
import { blockWork, type BlockPart } from '../../bench/work/block-work.ts';
import type { BlockSpec } from '../../bench/work/blocks.ts';
import { counted } from '../../bench/work/counted.ts';
import { HeapQueue } from '../../bench/work/heap-queue.ts';
import { inMemory, onDisk } from '../../bench/work/inputs.ts';
import type { Prepared } from '../../bench/work/work.ts';
import { KINDS } from '../../engine/tx/kinds.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';

const ROOT = join(import.meta.dirname, '../..');
const SMALL: BlockSpec = { mix: 'transfer', transactions: 24, senders: 8, accounts: 32 };
const prepare = (spec: BlockSpec, name: BackendName, parts: readonly BlockPart[] = ['exec']): Prepared =>
  blockWork(spec, parts).prepare({ crypto: backend(name)!, cores: 1, inputs: inMemory });
const silent = (): void => undefined;

/** The same block always has the same roots: whatever changes bytes, rules or commitments changes this. */
test('backends agree on all roots, and each call on its check', () => {
  const made = (['noble', 'native', 'wasm'] as const).filter((name) => backend(name) !== undefined).map((name) => prepare({ ...SMALL, mix: 'mixed' }, name));
  expect(new Set(made.map(({ exact }) => exact['roots'])).size).toBe(1);
  for (const { parts, exact } of made) for (let i = 0; i < 2; i++) expect(parts[0].run(silent)).toBe(exact['roots']);
});

test('threads for signatures change no root', async () => {
  const { parts, exact, warmUp } = blockWork({ ...SMALL, badPerMille: 100 }, ['path', 'exec']).prepare({ crypto: backend('wasm')!, cores: 2, inputs: inMemory });
  await warmUp?.();
  expect(await Promise.all(parts.map(({ run }) => run(silent)))).toEqual([24, exact['roots']]);
  expect(exact['roots']).toBe(prepare({ ...SMALL, badPerMille: 100 }, 'noble').exact['roots']);
});

test('every part alone, again and again, with laps for the stages of the whole', () => {
  const all: readonly BlockPart[] = ['path', 'exec', 'decode', 'verify', 'apply', 'root'];
  const { parts, exact } = prepare(SMALL, 'wasm', all);
  for (const part of [...parts, ...parts]) {
    part.before?.();
    expect(part.run(silent)).toBe(part.name === 'exec' || part.name === 'root' ? exact['roots'] : 24);
  }
  const laps: string[] = [];
  parts[1].run((stage) => laps.push(stage));
  expect(laps).toEqual(['decode', 'verify', 'apply', 'root']);
});

test('bad signatures are refused, with hints or without; the roots are those of the rest', () => {
  const bad = prepare({ ...SMALL, badPerMille: 100 }, 'wasm');
  expect(bad.exact).toMatchObject({ refused: 3, signatures: 24 });
  expect(prepare({ ...SMALL, badPerMille: 100, withoutHints: true }, 'wasm').exact['roots']).toBe(bad.exact['roots']);
});

describe('kinds', () => {
  it.each(KINDS.filter((kind) => !kind.startsWith('contract')))('%s succeeds', (mix) => {
    expect(prepare({ ...SMALL, mix }, 'native').exact['failed']).toBe(0);
  });
});

test('signed blocks are kept: the second time nothing is made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stratus-inputs-'));
  let made = 0;
  const make = (): Uint8Array => (made++, Uint8Array.of(1, 2, made));
  const store = onDisk(join(folder, 'inputs'));
  expect([store.bytes('a 1%', make), store.bytes('a 1%', make)].map((bytes) => bytes[2])).toEqual([1, 1]);
  expect(store.bytes('b', make)[2]).toBe(2);
  rmSync(folder, { recursive: true });
});

test('counting counts each hash and each signature, alone or many', () => {
  const { crypto, counts } = counted(nobleCrypto);
  crypto.sha256(new Uint8Array(5));
  crypto.sha256Many(new Uint8Array(7), Uint32Array.of(0, 3, 7), 2, new Uint8Array(64), 1);
  crypto.verify(new Uint8Array(64), new Uint8Array(32), new Uint8Array(33));
  expect(counts).toEqual({ hashes: 3, hashedBytes: 5 + 7 + 2, signatures: 1 });
});

test('the heap orders by time, then by insertion', () => {
  const queue = new HeapQueue();
  [5, 3, 5, 1, 3].forEach((time, i) => queue.push(time, i));
  expect(Array.from({ length: 5 }, () => queue.pop().to)).toEqual([3, 1, 4, 0, 2]);
});

test('the command, really: a small case, its document on stdout, its report on disk', () => {
  const out = mkdtempSync(join(tmpdir(), 'stratus-bench-run-'));
  const run = (...args: string[]) => spawnSync(process.execPath, [join(ROOT, 'sim/cli/stratus.mjs'), ...args, '--out', out, '--json'], { encoding: 'utf8', cwd: ROOT });
  const bench = run('bench', 'micro/journal', '--quick', '--at-least', 'nothing=1');
  expect(bench.status, bench.stderr).toBe(22);
  const result = resultSchema.parse(JSON.parse(bench.stdout));
  expect(result.cases.map(({ name }) => name)).toEqual(['micro/journal-8192writes-4096accounts/set', 'micro/journal-8192writes-4096accounts/set-revert']);
  expect(result.cases[0]).toMatchObject({ exact: { items: 8_192, check: 8_191 }, cores: 1 });
  expect(result.cases[0].samples).toHaveLength(3);
  const [folder] = readdirSync(join(out, 'bench'));
  expect(readdirSync(join(out, 'bench', folder)).sort()).toEqual(['bench.json', 'report.html', 'report.md']);
  expect(resultSchema.parse(JSON.parse(readFileSync(join(out, 'bench', folder, 'bench.json'), 'utf8')))).toEqual(result);
  const compared = run('compare', join(out, 'bench', folder), join(out, 'bench', folder));
  expect([0, 22]).toContain(compared.status);
  expect(JSON.parse(compared.stdout)).toMatchObject({ schema: 'stratus/compare/v1', counts: { worse: 0, better: 0, differ: 0 } });
  expect(run('bench', 'nonsense').status).toBe(2);
  expect(run('compare', 'no-such-thing', '.').status).toBe(2);
  rmSync(out, { recursive: true });
}, 240_000);
