/** `stratus contract` as its command line: what it prints, writes and refuses, on chain files in a folder of their own. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const root = join(import.meta.dirname, '../..');
const TOKEN = join(root, 'engine/starw/contracts/token');
process.env['NO_COLOR'] = '1'; // before anything asks
const { main } = await import('../../sim/cli/main.ts');
const here = process.cwd();
let folder = '';

beforeAll(() => {
  process.stdout.setMaxListeners(0); // each command adds one
  mkdirSync(join(root, 'dist'), { recursive: true });
  folder = mkdtempSync(join(root, 'dist', '.test-contract-'));
});
afterAll(() => {
  process.chdir(here);
  rmSync(folder, { recursive: true, force: true });
});

let work = '';
beforeEach(() => {
  work = mkdtempSync(join(folder, 'work-'));
  copyFileSync(join(TOKEN, 'token.wasm'), join(work, 'token.wasm'));
  copyFileSync(join(TOKEN, 'abi.json'), join(work, 'abi.json'));
  process.chdir(work);
});

async function contract(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) => vi.spyOn(process[stream], 'write').mockImplementation((text) => ((written[stream === 'stdout' ? 'out' : 'err'] += String(text)), true)));
  try {
    return { code: await main(['contract', ...args], root), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => JSON.parse((await contract(...args, '--json')).out) as Record<string, unknown>;
const chain = (): string => readFileSync(join(work, 'stratus-chain.json'), 'utf8');

it('deploys, calls, asks: receipts for people', async () => {
  expect(await contract('deploy', 'token.wasm', '1000')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^success {2}token at zk13str_\w{40}_\w{4}\nEvents {4}Transfer\(from: nobody, to: alice, amount: 1000\) {2}token\nGas {7}[\d,]+, fee 0\.\d+ STR\nId {8}\w{64}\nChain {5}stratus-chain\.json, 1 round, head \w{12}\n$/) as string });
  expect(await contract('call', 'token', 'transfer', 'bob', '250')).toMatchObject({ code: 0, out: expect.stringContaining('Events    Transfer(from: alice, to: bob, amount: 250)  token\n') as string });
  const before = chain();
  expect(await contract('call', 'token', 'balanceOf', 'bob')).toMatchObject({ code: 0, out: expect.stringMatching(/^success {2}token\.balanceOf\nOutput {4}250\n[^]*as it was: 2 rounds/) as string });
  expect(await contract('call', 'token', 'transfer', 'bob', '1', '--dry-run', '--wait', '1d')).toMatchObject({ code: 0 });
  expect(chain()).toBe(before);
  expect(await contract('call', 'token', 'transfer', 'alice', '251', '--from', 'bob')).toMatchObject({ code: 10, out: expect.stringMatching(/^reverted {2}not covered {2}token\.transfer\n[^]*3 rounds/) as string });
});

it('… and for programs', async () => {
  const deployed = await json('deploy', 'token.wasm', '1000', '--name', 'coin', '--from', 'bob');
  expect(deployed).toMatchObject({ schema: 'stratus/contract-deploy/v1', exitCode: 0, dryRun: false, contract: { name: 'coin' }, from: 'bob', round: 1, status: 'success', reason: null, output: '', chain: { file: 'stratus-chain.json', rounds: 1 } });
  const { address } = deployed['contract'] as { address: string };
  expect(await json('call', address, 'transfer', 'zk13str_…', '1')).toEqual({
    schema: 'stratus/error/v1', exitCode: 2, problems: [{ problem: 'transfer: to: `zk13str_…` is no address', mend: 'an address is zk13str_, 40 hex digits, _ and 4 more; lower case' }],
  });
  expect(await json('call', address, 'transfer', 'carol', '1', '--from', 'bob', '--wait', '3 rounds')).toMatchObject({
    schema: 'stratus/contract-call/v1', exitCode: 0, contract: 'coin', function: 'transfer', round: 5,
    events: [{ contract: 'coin', topic: 'Transfer', values: [{ name: 'from', type: 'address', value: 'bob' }, { name: 'to', type: 'address', value: 'carol' }, { name: 'amount', type: 'u64', value: '1' }] }],
  });
  expect(await json('call', 'coin', 'mint', 'bob', '18446744073709551615', '--from', 'bob')).toMatchObject({ exitCode: 10, status: 'reverted', reason: 'overflow', output: '03' });
  expect(await json('call', 'coin', '--input', '01', '--view')).toMatchObject({ exitCode: 10, status: 'reverted', function: null, dryRun: true });
  expect(await json('call', 'coin', 'owner', '--gas', '22000')).toMatchObject({ exitCode: 10, status: 'out-of-gas', gasUsed: 22_000 });
});

it('looks at a module, at what was deployed, at the whole chain', async () => {
  expect(await contract('inspect', 'token.wasm')).toMatchObject({ code: 0, out: expect.stringMatching(/^accepted {2}token\.wasm\nSize {6}[^]*\nCalls {5}deploy\(supply: u64\)\n {10}totalSupply\(\): u64, view\n[^]* {10}transfer\(to: address, amount: u64\)\n/) as string });
  expect(await contract('inspect', 'token')).toMatchObject({ code: 2, err: 'token is no file, and no contract of stratus-chain.json\n  there is no such chain yet: stratus contract deploy MODULE\n' });
  expect(await contract('inspect')).toMatchObject({ code: 2, err: expect.stringContaining('there is no stratus-chain.json yet\n') as string });
  await contract('deploy', 'token.wasm', '7');
  await contract('call', 'token', 'transfer', 'bob', '7');
  expect(await contract('inspect', 'token')).toMatchObject({ code: 0, out: expect.stringMatching(/^token at zk13str_\w{40}_\w{4}\nDeployed {2}round 1, by alice\nCode {6}\w{64}\nHolds {5}0 STR, 3 storage entries of 59 bytes\nStorage {3}62\w{40} = 0700000000000000\n {10}6f = \w{40}\n {10}73 = 0700000000000000\nCalls {5}deploy/) as string });
  expect(await json('inspect')).toMatchObject({ schema: 'stratus/contract-chain/v1', rounds: 2, now: '2025-01-01T00:00:30.000Z', accounts: [{ name: 'alice' }, { name: 'bob', balance: '1000000 STR' }, {}, {}, {}, {}], contracts: [{ name: 'token', round: 1, balance: '0 STR', storage: [['62' + 'a91b226c69cadb0184f177f407dd37ccc2a4d107', '0700000000000000'], {}, {}] }] });
  expect(await contract('inspect', 'tokne')).toMatchObject({ code: 2, err: expect.stringContaining('did you mean `token`?') as string });
});

it('the same commands make the same chain', async () => {
  const once = async (): Promise<string> => {
    rmSync(join(work, 'stratus-chain.json'), { force: true });
    await contract('deploy', 'token.wasm', '7');
    await contract('call', 'token', 'approve', 'bob', '7', '--wait', '1h');
    return chain();
  };
  expect(await once()).toBe(await once());
});

describe('what cannot be done says what, and how to mend it', () => {
  it.each<[number, readonly string[], string | RegExp]>([
    [2, ['call', 'token', 'owner'], 'stratus-chain.json: no account is called `token`\n  stratus-chain.json has no contract yet: stratus contract deploy MODULE\n'],
    [2, ['deploy', 'token.wasm'], 'deploy takes 1 argument, not 0\n  deploy(supply: u64)\n'],
    [2, ['deploy', 'token.wasm', 'x'], 'deploy: supply: `x` is no u64\n  write one such as `1000`\n'],
    [2, ['deploy', 'token.wasm', '1', '--from', 'alcie'], '--from: no account is called `alcie`\n  did you mean `alice`?\n'],
    [2, ['deploy', 'token.wasm', '1', '--value', '5 CCOS'], '--value: `CCOS` is not a unit of an amount of STR\n  write `1.5STR`, or base units without a unit\n'],
    [2, ['deploy', 'token.wasm', '1', '--gas', 'all'], '--gas: `all` is no whole number\n  write digits only\n'],
    [2, ['deploy', 'token.wasm', '1', '--gas', '100'], /^no round takes this transaction: gas limit 100, where the transaction takes at least \d+\n$/],
    [2, ['deploy', 'token.wasm', '1', '--gas-price', '100000000000'], /^no round takes this transaction: the sender has 1000000 STR, and gas limit times price is 100000000000 STR\n$/],
    [2, ['deploy', 'token.wasm', '1', '--name', 'bob'], '--name bob: somebody has this name already\n  choose another\n'],
    [2, ['deploy', 'token.wasm', '--input', '0x1'], '--input 0x1: not lower-case hex, two digits a byte\n'],
    [2, ['deploy', 'gone.wasm'], 'gone.wasm cannot be read: ENOENT\n'],
    [3, ['deploy', 'abi.json'], /^abi\.json is refused: not a valid module: /],
    [3, ['deploy', 'token.wasm', '1', '--abi', 'bad.json'], 'bad.json: functions: missing\n  write [ … ]\n'],
    [2, ['deploy', 'token.wasm', '1', '--chain', 'gone/x.json'], 'gone/x.json cannot be written: ENOENT\n  name another file with --chain FILE\n'],
    [3, ['deploy', 'token.wasm', '1', '--chain', 'abi.json'], 'abi.json: schema: not a chain file: its schema is stratus/contract-abi/v1\n  name another file with --chain FILE to begin a new chain\n'],
    [2, ['build', 'token.wasm'], /^token\.wasm is no \.ts file\n/],
    [2, ['build', 'gone.ts'], 'gone.ts cannot be read: ENOENT\n'],
    [2, ['tset'], /unknown command 'tset'[^]*test/],
  ])('%i %j', async (code, args, text) => {
    writeFileSync(join(work, 'bad.json'), '{ "schema": "stratus/contract-abi/v1", "name": "x" }');
    const before = readFileSync(join(work, 'abi.json'), 'utf8');
    const { code: found, err, out } = await contract(...args);
    expect([found, out]).toEqual([code, '']);
    if (typeof text === 'string') expect(err).toBe(text);
    else expect(err).toMatch(text);
    expect(readFileSync(join(work, 'abi.json'), 'utf8')).toBe(before);
    expect(readdirSync(work).filter((name) => /lock|writing/.test(name))).toEqual([]);
  });
});

describe('the chain file', () => {
  it('damaged: refused with its place, and left as it is', async () => {
    await contract('deploy', 'token.wasm', '1000');
    const damaged = chain().replace('"token"', '"nekot"');
    writeFileSync(join(work, 'stratus-chain.json'), damaged);
    expect(await contract('call', 'token', 'owner')).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/^stratus-chain\.json: sha256: is not that of the rest, which is \w{12}…: something was changed\n {2}bring a copy of it back, or name another file with --chain FILE to begin a new chain\n$/) as string });
    expect(await json('call', 'token', 'owner')).toMatchObject({ exitCode: 3, problems: [{ file: 'stratus-chain.json', at: 'sha256', code: 'damaged' }] });
    expect(chain()).toBe(damaged);
  });

  it('three processes at once: all are in it', async () => {
    await build({ entryPoints: { main: join(root, 'sim/cli/main.ts') }, outdir: work, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error' });
    const program = join(work, 'stratus.mjs');
    writeFileSync(program, `import { main } from './main.mjs'; process.exitCode = await main(process.argv.slice(2), ${JSON.stringify(root)});\n`);
    await contract('deploy', 'token.wasm', '1000');
    const calls = ['1', '2', '4'].map((amount) => new Promise((resolve) => spawn(process.execPath, [program, 'contract', 'call', 'token', 'transfer', 'bob', amount], { cwd: work, stdio: 'ignore' }).once('exit', resolve)));
    expect(await Promise.all(calls)).toEqual([0, 0, 0]);
    expect(await json('call', 'token', 'balanceOf', 'bob')).toMatchObject({ values: [{ value: '7' }], chain: { rounds: 4 } });
  });

  it('a command that was killed has left a lock, which the next one takes away; nothing is lost', async () => {
    await contract('deploy', 'token.wasm', '1000');
    const before = chain();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(work, 'stratus-chain.json.lock'), String(pid));
    writeFileSync(join(work, 'stratus-chain.json.writing-1'), before.slice(0, 100));
    expect((await contract('call', 'token', 'transfer', 'bob', '1')).code).toBe(0);
    expect(chain().length).toBeGreaterThan(before.length);
    expect(existsSync(join(work, 'stratus-chain.json.lock'))).toBe(false);
  });

  it('behind a link stays behind it', async () => {
    symlinkSync('real.json', join(work, 'stratus-chain.json'));
    writeFileSync(join(work, 'real.json'), '');
    expect((await contract('deploy', 'token.wasm', '1')).code).toBe(3); // an empty file is no chain, and nobody's to replace
    rmSync(join(work, 'real.json'));
    await contract('deploy', 'token.wasm', '1', '--chain', 'real.json');
    expect((await contract('call', 'token', 'burn', '1')).code).toBe(0);
    expect(lstatSync(join(work, 'stratus-chain.json')).isSymbolicLink()).toBe(true);
    expect(await json('call', 'token', 'totalSupply', '--chain', 'real.json')).toMatchObject({ values: [{ value: '0' }] });
  });
});

describe('build', () => {
  const source = (name: string, text: string): void => writeFileSync(join(work, name), text);

  it('makes the templates\' own modules, wherever the source lies', async () => {
    source('token.ts', readFileSync(join(TOKEN, 'token.ts'), 'utf8').replace('\'../sdk/contract\'', '\'stratus/contract\''));
    rmSync(join(work, 'token.wasm'));
    expect(await contract('build', 'token.ts')).toMatchObject({ code: 0, out: expect.stringMatching(/^built {2}token\.wasm\nSize {6}[\d,]+ bytes, metered [\d,]+\nSHA-256 {3}\w{64}\nCalls {5}as token, 9 functions\n$/) as string });
    expect(readFileSync(join(work, 'token.wasm')).equals(readFileSync(join(TOKEN, 'token.wasm')))).toBe(true);
    expect(await json('build', join(TOKEN, '../dex/dex.ts'), '-o', 'dex.wasm')).toMatchObject({ schema: 'stratus/contract-build/v1', exitCode: 0, output: 'dex.wasm' });
    expect(readFileSync(join(work, 'dex.wasm')).equals(readFileSync(join(TOKEN, '../dex/dex.wasm')))).toBe(true);
  });

  it.each<[string, string, string]>([
    ['what does not compile', 'export function call(): void {\n  nothing();\n}\n', 'mine.ts:2:3: Cannot find name \'nothing\'.\n'],
    ['what the gate refuses', 'export function call(): void { if (load<f64>(0) > 1.5) unreachable(); }\n', 'mine.ts compiles, but the gate refuses the module: f64.load is no instruction for contracts (float) (byte N)\n'],
    ['what has no `call`', 'export function deploy(): void {}\n', 'mine.ts compiles, but the gate refuses the module: export call: a contract must have it (byte N)\n'],
  ])('%s is not written', async (_, text, err) => {
    source('mine.ts', text);
    const { code, out, err: found } = await contract('build', 'mine.ts');
    expect([code, out, found.replace(/byte \d+/, 'byte N')]).toEqual([3, '', err]);
    expect(existsSync(join(work, 'mine.wasm'))).toBe(false);
  });
});

it('test: exit code and closing line', async () => {
  const example = readFileSync(join(TOKEN, 'token.test.yaml'), 'utf8');
  writeFileSync(join(work, 'a.test.yaml'), example);
  expect(await contract('test', 'a.test.yaml')).toMatchObject({ code: 0, out: expect.stringMatching(/^ok {4}a\.test\.yaml {2}who deploys it owns it and holds the supply {2}5 steps, [\d,]+ gas\n[^]*\n5 passed, 0 failed\n$/) as string });
  writeFileSync(join(work, 'b.test.yaml'), example.replace('output: alice', 'output: bob'));
  expect(await contract('test', 'a.test.yaml', 'b.test.yaml')).toMatchObject({ code: 10, out: expect.stringMatching(/\nFAIL {2}b\.test\.yaml {2}who deploys it owns it and holds the supply\n {6}b\.test\.yaml:11:9 {2}call token\.owner: expected output bob, got alice\n[^]*\n9 passed, 1 failed\n$/) as string });
  expect(await json('test', 'b.test.yaml')).toMatchObject({ schema: 'stratus/contract-test-result/v1', exitCode: 10, passed: 4, failed: 1, files: [{ file: 'b.test.yaml', cases: [{ ok: false, failure: { line: 11, column: 9, step: 'call token.owner' } }, { ok: true }, { ok: true }, { ok: true }, { ok: true }] }] });
});

it.each(['build', 'deploy', 'call', 'inspect', 'gas', 'test'])('%s --help shows examples and exit codes', async (name) => {
  expect(await contract(name, '--help')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(new RegExp(`Examples:\n {2}stratus contract ${name} [^]*Exit codes:\n`)) as string });
});
