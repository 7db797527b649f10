/** `stratus.mjs` builds what it runs: once, when sources change, and safely when many start at once. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const project = mkdtempSync(join(tmpdir(), 'stratus-bundle-'));
for (const folder of ['sim/cli', 'engine']) mkdirSync(join(project, folder), { recursive: true });
for (const name of ['stratus', 'bundle']) cpSync(join(root, `sim/cli/${name}.mjs`), join(project, `sim/cli/${name}.mjs`));
symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
for (const worker of ['worker', 'fuzz-worker']) writeFileSync(join(project, `sim/cli/${worker}.ts`), 'export {};');
const source = (text: string): void => writeFileSync(join(project, 'sim/cli/main.ts'), text);
const saying = (word: string): void => source(`export async function main(args: string[]): Promise<number> { console.log('${word}', ...args); return 7; }`);
afterAll(() => rmSync(project, { recursive: true, force: true }));

const start = (...args: string[]): Promise<[code: number | null, out: string, err: string]> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [join(project, 'sim/cli/stratus.mjs'), ...args], { cwd: tmpdir() });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    child.once('close', (code) => done([code, out, err]));
  });
const bundles = (): string[] => readdirSync(join(project, 'dist'));

it('builds once for many that start together, again after a change, and says when it cannot', async () => {
  saying('one');
  expect(await Promise.all([1, 2, 3, 4].map((n) => start(`${n}`)))).toEqual([1, 2, 3, 4].map((n) => [7, `one ${n}\n`, '']));
  expect(bundles()).toEqual([expect.stringMatching(/^bundle-[0-9a-f]{16}$/)]);
  expect(await start('--build')).toEqual([0, '', '']);
  saying('another');
  expect(await start('x')).toEqual([7, 'another x\n', '']);
  expect(bundles()).toHaveLength(2);
  source('export const main = ;');
  const [code, out, err] = await start('x');
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/main\.ts:1:20[^]*building failed/);
  expect(bundles()).toHaveLength(2);
});
