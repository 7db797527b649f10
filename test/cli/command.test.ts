/** The command from outside: the real bundle in child processes, with a stand-in for the simulation (`fake-run.ts`). */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { decodeArrivals } from '../../sim/report/det.ts';
import { SMALL } from '../scenario/helpers.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';

beforeAll(async () => {
  mkdirSync(join(root, 'dist'), { recursive: true });
  folder = mkdtempSync(join(root, 'dist', '.test-'));
  await build({
    entryPoints: { main: join(root, 'sim/cli/main.ts'), worker: join(root, 'sim/cli/worker.ts') },
    outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error',
    plugins: [{ name: 'fake', setup: (b) => b.onResolve({ filter: /^\.\.\/run\.ts$/ }, () => ({ path: join(import.meta.dirname, 'fake-run.ts') })) }],
  });
  // The children of `--check` start sim/cli/stratus.mjs below the project's folder: this one is it.
  mkdirSync(join(folder, 'sim/cli'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "version": "9.8.7", "type": "module" }');
  writeFileSync(join(folder, 'sim/cli/stratus.mjs'), `import { main } from '../../main.mjs'; process.exitCode = await main(process.argv.slice(2), ${JSON.stringify(folder)});\n`);
  mkdirSync(join(folder, 'scenarios'));
  writeFileSync(join(folder, 'scenarios/small.yaml'), SMALL);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Wish { violate?: string[]; slow?: boolean; random?: boolean; crash?: boolean }
const environment = (wish: Wish) => ({ ...process.env, STRATUS_FAKE: JSON.stringify(wish), NO_COLOR: '1' });
function stratus(args: readonly string[], wish: Wish = {}): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'sim/cli/stratus.mjs'), ...args], { cwd: folder, env: environment(wish), encoding: 'utf8', timeout: 60_000 });
  return { code: status, out: stdout, err: stderr };
}
let outs = 0;
const freshOut = (): string => join(folder, `out-${outs++}`);
const runsIn = (out: string): string[] => (existsSync(out) ? readdirSync(out).map((name) => join(out, name)) : []);
const SCENARIO = 'scenarios/small.yaml';

describe('stratus run', () => {
  it('prints a summary, and writes a folder whose sums hold', () => {
    const out = freshOut();
    const { code, out: text, err } = stratus(['run', SCENARIO, '--out', out]);
    expect(code).toBe(0);
    expect(text).toMatch(/^PASS {2}small {2}seed 1 .*\nIs it small\?/);
    expect(text).toMatch(/Propagation .*\(virtual\).*\n.*(\n.*)*elapsed.*\(wall\)/);
    expect(err).toMatch(/run folder: .*-small-1\n$/);
    const [run] = runsIn(out);
    expect(readdirSync(run).sort()).toEqual(['ci', 'det', 'env', 'manifest.json', 'report.html', 'summary.json', 'summary.md']);
    const det = join(run, 'det');
    expect(spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: det }).status).toBe(0);
    expect(readFileSync(join(det, 'SHA256SUMS'), 'utf8').trim().split('\n').map((line) => line.split('  ')[1]).sort()).toEqual(readdirSync(det).filter((name) => name !== 'SHA256SUMS').sort());
    const arrivals = decodeArrivals(readFileSync(join(det, 'arrivals.bin')));
    expect([arrivals?.rounds, arrivals?.nodes, arrivals?.deltaUs[8 + 3]]).toEqual([5, 8, 30_000]);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).not.toMatch(/<script|https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
    const chain = readFileSync(join(det, 'trace.chain'), 'utf8').trim().split('\n');
    expect(chain.map((line) => line.split(' ')[0])).toEqual(['10000', '20000', '30000', '40000', '40000']);
  });

  it('--json is the summary document, alone on stdout; another seed is another trace, the same seed the same', () => {
    const out = freshOut();
    const run = (...args: string[]) => JSON.parse(stratus(['run', SCENARIO, '--json', '--out', out, ...args]).out) as Record<string, never> & { hash: { trace: string; det: string }; scenario: { hash: string } };
    const [a, b, c, d] = [run(), run('--crypto', 'noble'), run('--seed', '2'), run('--set', 'network.totalNodes=9')];
    expect(Object.keys(a)).toEqual(['schema', 'scenario', 'seed', 'version', 'fidelity', 'moment', 'verdict', 'exitCode', 'reasons', 'virtual', 'invariants', 'sometimes', 'thresholds', 'faults', 'proofs', 'backend', 'hash', 'wall', 'next']);
    expect(Object.keys(a['virtual'])).toEqual(['durationMs', 'events', 'rounds', 'staleRounds', 'reorgs', 'nodes', 'transactions', 'ledgers', 'contracts', 'shielded', 'crossLedger', 'tpms', 'propagation', 'tokens', 'partial']);
    expect(a['version']).toBe('9.8.7');
    expect([b.hash.trace, b.hash.det]).toEqual([a.hash.trace, a.hash.det]);
    expect(c.hash.trace).not.toBe(a.hash.trace);
    expect([c.scenario.hash === a.scenario.hash, d.scenario.hash === a.scenario.hash]).toEqual([true, false]);
    expect(runsIn(out)).toHaveLength(4);
  });

  it('a violation: exit 10, the line that repeats it in every form', () => {
    const out = freshOut();
    const { code, out: text } = stratus(['run', SCENARIO, '--out', out], { violate: ['L2'] });
    expect(code).toBe(10);
    const line = /stratus replay (s1\.[0-9a-f]{12}\.1\.9\.8\.7@#1234)/;
    const moment = line.exec(text)?.[1];
    expect(moment).toBeDefined();
    const [run] = runsIn(out);
    for (const file of ['summary.json', 'summary.md', 'report.html', 'repro/replay.txt', 'det/verdict.json', 'manifest.json']) expect(readFileSync(join(run, file), 'utf8'), file).toContain(moment);
    expect(readFileSync(join(run, 'ci/junit.xml'), 'utf8')).toMatch(/<testcase classname="small\.invariants" name="L2"><failure message="invariant L2: expected a, saw b/);
  });

  it('--log changes nothing but the log', () => {
    const [a, b] = [freshOut(), freshOut()];
    stratus(['run', SCENARIO, '--out', a]);
    const log = join(folder, 'log.txt');
    stratus(['run', SCENARIO, '--out', b, '--log', log]);
    expect(readFileSync(log, 'utf8')).toBe('600.000000 the fake ran\n');
    expect(stratus(['diff', runsIn(a)[0], runsIn(b)[0]])).toMatchObject({ code: 0, out: expect.stringMatching(/^the same/) as string });
  });

  it('a bug is exit 1 and says so', () => {
    const out = freshOut();
    const { code, err } = stratus(['run', SCENARIO, '--out', out], { crash: true });
    expect([code, err]).toEqual([1, expect.stringMatching(/internal error: a planted bug[^]*bug of the testbed/)]);
    expect(runsIn(out)).toEqual([]);
  });

  it('the wall limit: exit 31 with a partial report', () => {
    const out = freshOut();
    const { code, out: text } = stratus(['run', SCENARIO, '--json', '--out', out, '--set', 'run.wallLimit=300ms'], { slow: true });
    expect([code, (JSON.parse(text) as { virtual: { partial: string } }).virtual.partial]).toEqual([31, 'wall-limit']);
  });

  it.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s: a partial report, exit %d, nothing half-written', async (signal, expected) => {
    const out = freshOut();
    const child = spawn(process.execPath, [join(folder, 'sim/cli/stratus.mjs'), 'run', SCENARIO, '--json', '--out', out], { cwd: folder, env: environment({ slow: true }) });
    let [text, err] = ['', ''];
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const closed = new Promise<number | null>((done) => child.once('close', done));
    const deadline = performance.now() + 30_000;
    while (!err.includes('virtual') && performance.now() < deadline) await new Promise((done) => setTimeout(done, 50));
    child.kill(signal);
    expect(await closed).toBe(expected);
    expect(err).toMatch(/small: \d+%, .* virtual, .* events[^]*stopping; a partial report is being written/);
    expect(JSON.parse(text)).toMatchObject({ verdict: 'inconclusive', exitCode: expected, virtual: { partial: 'interrupted' }, reasons: [{ code: expected, kind: 'interrupted' }] });
    expect(runsIn(out).map((run) => existsSync(join(run, 'summary.json')))).toEqual([true]);
  });
});

describe('finding differences', () => {
  it('--check: two processes agree', () => {
    const out = freshOut();
    const { code, out: text } = stratus(['run', SCENARIO, '--check', '--out', out]);
    expect([code, text]).toEqual([0, expect.stringMatching(/CHECKED {2}two processes, the same det\/ byte for byte/)]);
    expect(runsIn(out)).toHaveLength(1);
  });

  it('--check: nondeterminism is exit 12, with the first differing event and its causes', () => {
    const out = freshOut();
    const { code, out: text } = stratus(['run', SCENARIO, '--check', '--out', out], { random: true });
    expect(code).toBe(12);
    expect(text).toMatch(/first differing event: #25001\n {2}first : #25001 .* caused by #25000\n {6}#25000 /);
    expect(runsIn(out)).toHaveLength(2);
  });

  it('diff: different seeds are not comparable, and part at the first event', () => {
    const out = freshOut();
    for (const seed of ['1', '2']) stratus(['run', SCENARIO, '--out', out, '--seed', seed]);
    const { code, out: text } = stratus(['diff', ...runsIn(out)]);
    expect(code).toBe(23);
    expect(text).toMatch(/the inputs differ: small [0-9a-f]{12} seed 1 version 9\.8\.7 and small [0-9a-f]{12} seed 2/);
  });

  it('replay: by event and by time, verified against the chain of a run folder, also one run with --set', () => {
    const out = freshOut();
    const summary = JSON.parse(stratus(['run', SCENARIO, '--json', '--out', out, '--set', 'network.totalNodes=9']).out) as { scenario: { hash: string } };
    const moment = (at: string): string => `s1.${summary.scenario.hash.slice(0, 12)}.1.9.8.7@${at}`;
    const byEvent = stratus(['replay', moment('#25000'), '--out', out]);
    expect([byEvent.code, byEvent.out]).toEqual([0, expect.stringMatching(/reached event #25005[^]*2 checkpoints are those of [^]*\n> #25000 375\.000000s message:fake/)]);
    const byTime = JSON.parse(stratus(['replay', moment('375s'), '--out', out, '--json']).out) as { chain: object; events: { event: number }[] };
    expect([byTime.chain, byTime.events.map((e) => e.event)]).toEqual([expect.objectContaining({ equal: true, compared: 2 }), Array.from({ length: 26 }, (_, i) => 24_980 + i)]);
    expect(stratus(['replay', moment('#30001'), '--out', out], { random: true })).toMatchObject({ code: 12, out: expect.stringContaining('the checkpoint chain differs') as string });
    expect(stratus(['replay', 's1.ffffffffffff.1.9.8.7@#1', '--out', out])).toMatchObject({ code: 2, err: expect.stringContaining('no scenario with hash ffffffffffff') as string });
  });
});

describe('wrong use', () => {
  it.each([
    [['rnu'], 2, /did you mean run/i], [['run'], 2, /missing required argument/], [['run', SCENARIO, '--jsno'], 2, /did you mean --json/i], [['run', SCENARIO, '--crypto', 'rot13'], 2, /Allowed choices are auto, native, wasm, noble/],
    [['list', 'dragons'], 2, /Allowed choices/], [['replay', 's1.nonsense'], 2, /is not a moment/], [['replay', 'gone.txt'], 2, /neither a moment nor a file/], [['diff', 'gone', 'gone'], 2, /is not a run folder/],
    [['run', SCENARIO, '--set', 'netwrok.x=1'], 3, /did you mean `network`/],
  ])('%j: exit %d', (args, code, message) => {
    const result = stratus(args);
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(message)]);
  });

  it.each([['--version', /^9\.8\.7\n$/], ['--help', /Examples:\n {2}stratus run/]])('%s', (option, text) => expect(stratus([option])).toMatchObject({ code: 0, out: expect.stringMatching(text) as string }));
  it.each(['run', 'validate', 'resolve', 'list', 'replay', 'diff'])('%s --help shows examples', (command) => expect(stratus([command, '--help']).out).toMatch(/Examples:\n {2}stratus /));
  it.each(['scenarios', 'invariants', 'faults', 'metrics', 'sometimes', 'nodes', 'transactions', 'runs'])('list %s --json', (kind) => expect(JSON.parse(stratus(['list', kind, '--json']).out)).toMatchObject({ schema: 'stratus/list/v1', kind }));
});

describe('hostile files on a disk', () => {
  const file = (name: string): string => join(folder, name);
  it.each<[string, () => string, RegExp]>([
    ['100 MB', () => { writeFileSync(file('big.yaml'), ''); truncateSync(file('big.yaml'), 100_000_000); return file('big.yaml'); }, /big\.yaml: too large: 95\.4 MiB/],
    ['a directory', () => file('scenarios'), /scenarios: this is a directory/],
    ['nothing', () => file('gone.yaml'), /gone\.yaml: there is no such file/],
    ['below a file', () => join(file('scenarios'), 'small.yaml', 'x'), /there is no such file/],
    ['a pipe without a writer', () => { spawnSync('mkfifo', [file('pipe.yaml')]); return file('pipe.yaml'); }, /not a regular file/],
    ['an endless device', () => '/dev/zero', /not a regular file/],
    ['a link to itself', () => { symlinkSync(file('loop.yaml'), file('loop.yaml')); return file('loop.yaml'); }, /cannot be read: ELOOP/],
    ['binary', () => { writeFileSync(file('b.yaml'), Uint8Array.from([1, 2, 0])); return file('b.yaml'); }, /not a text file/],
    ['a name too long', () => `${'x'.repeat(5_000)}.yaml`, /cannot be read: ENAMETOOLONG/],
  ])('%s: exit 3, quickly, without a stack trace', (_what, make, message) => {
    const started = performance.now();
    const { code, err, out } = stratus(['run', make()]);
    expect([code, err, out]).toEqual([3, expect.stringMatching(message), '']);
    expect(err).not.toMatch(/\n\s+at \S+ \(|node:internal/);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.skipIf(process.getuid?.() === 0)('unreadable: exit 3', () => {
    writeFileSync(file('secret.yaml'), SMALL);
    chmodSync(file('secret.yaml'), 0);
    expect(stratus(['run', file('secret.yaml')])).toMatchObject({ code: 3, err: expect.stringContaining('cannot be read: permission denied') as string });
  });

  it('--json gives the problems with their places', () => {
    writeFileSync(file('wrong.yaml'), SMALL.replace('8', '0'));
    const { code, out } = stratus(['validate', 'wrong.yaml', SCENARIO, '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([3, { schema: 'stratus/validate/v1', files: [{ ok: false, problems: [{ file: 'wrong.yaml', line: 5, column: 24 }] }, { ok: true, finalityRisk: { probability: 0, depth: 12 } }] }]);
  });

  it('a run folder that cannot be written costs no result: exit 2, the summary, why and what to do', () => {
    const { code, out: text, err } = stratus(['run', SCENARIO, '--out', join(SCENARIO, 'below-a-file')]);
    expect([code, text.startsWith('PASS')]).toEqual([2, true]);
    expect(err).toMatch(/no run folder in .*below-a-file: E(NOTDIR|EXIST)[^]*--out/);
    expect(err).not.toMatch(/internal|^ {4}at /m);
  });

  it('a reader that closes the pipe early is no error', () => {
    const { stderr } = spawnSync('sh', ['-c', `${process.execPath} sim/cli/stratus.mjs resolve ${SCENARIO} | head -1`], { cwd: folder, encoding: 'utf8' });
    expect(stderr).not.toMatch(/EPIPE|internal/);
  });
});
