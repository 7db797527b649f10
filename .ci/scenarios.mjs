/**
 * Determinism, scenario by scenario (docs/determinism.md). Every committed scenario runs twice, in separate processes, from
 * two checkouts and two working directories: both pass, their trace hashes and det/ folders are the same, and the trace
 * hash is the committed one. The small ones run again with the portable cryptography, with logging, and with another seed;
 * smoke also isolated, and on Node 22 and 24. Then a small fuzzing campaign, twice.
 *
 *   node .ci/scenarios.mjs [--other CHECKOUT] [--only NAME]… [--sum FILE]
 *   node .ci/scenarios.mjs --renew [--only NAME]…      write the golden hashes, and what the README shows of first-run, anew:
 *                                                      say why in the commit
 *
 * `--other`: a second checkout of the same commit; a run that stands in its reports/ already is used as the second one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const GOLDEN = join(root, 'test/golden/trace-hashes.json');
/** What the README shows of this scenario's output: every line but "…" as it was printed. */
const SHOWN = 'first-run';
const EXCERPT = /(?<=^```text excerpt\n)[^]*?(?=^```$)/m;
/** A scenario is small, and gets every variant, up to so many offered transactions and so many nodes. */
const SMALL = { transactions: 15_000, nodes: 200 };
const ENGINES = ['22', '24'];
const FUZZ_CASES = 40;

const { values: options } = parseArgs({ options: { other: { type: 'string' }, only: { type: 'string', multiple: true }, sum: { type: 'string' }, renew: { type: 'boolean' } } });
const temporary = mkdtempSync(join(tmpdir(), 'stratus-ci-'));
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));

const names = readdirSync(join(root, 'scenarios')).filter((file) => file.endsWith('.yaml')).map((file) => basename(file, '.yaml'))
  .filter((name) => !options.only || options.only.includes(name))
  .sort((a, b) => (a === 'first-run' ? -1 : b === 'first-run' ? 1 : a < b ? -1 : 1)); // the longest first
const golden = existsSync(GOLDEN) ? JSON.parse(readFileSync(GOLDEN, 'utf8')) : {};

// ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** At most this many runs at once. */
const SLOTS = Math.max(1, Math.min(2, availableParallelism()));
let busy = 0;
const waiting = [];
async function slot(work) {
  if (busy >= SLOTS) await new Promise((free) => waiting.push(free));
  else busy++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy--;
  }
}

let runs = 0;
/** One run in a process of its own. `undefined` and a failed check if it leaves no report. */
const run = (name, label, { args = [], home = root, cwd = root, engine = process.execPath } = {}) => slot(() => {
  const out = join(temporary, `${++runs}-${name}`);
  const file = cwd === home ? join('scenarios', `${name}.yaml`) : join(home, 'scenarios', `${name}.yaml`);
  const started = Date.now();
  return new Promise((done) => {
    const child = spawn(engine, [join(home, 'sim/cli/stratus.mjs'), 'run', file, '--no-input', '--out', out, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => {
      const [folder] = existsSync(out) ? readdirSync(out).filter((entry) => !entry.startsWith('.')) : [];
      if (folder !== undefined && stdout !== '') return done({ ...report(join(out, folder)), code, text: stdout, seconds: (Date.now() - started) / 1000 });
      check(`${name}: ${label} leaves a report`, `exit ${code}\n${stderr.trim().split('\n').slice(-12).join('\n')}`);
      done(undefined);
    });
  });
});

/** What a run folder says. `det` is computed from the files, not read from SHA256SUMS. */
function report(folder) {
  const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
  const { work } = JSON.parse(readFileSync(join(folder, 'env/wall.json'), 'utf8'));
  const det = new Map(readdirSync(join(folder, 'det')).sort().map((file) => [file, createHash('sha256').update(readFileSync(join(folder, 'det', file))).digest('hex')]));
  return { folder, summary, work, det, trace: summary.hash.trace, code: summary.exitCode };
}

/** A run of the scenario as committed that the other checkout's README commands have left; a kept run has no `env/` and is none. */
function leftBehind(checkout, name, seed) {
  const reports = join(checkout, 'reports');
  for (const entry of existsSync(reports) ? readdirSync(reports) : []) {
    const manifest = join(reports, entry, 'manifest.json');
    if (!existsSync(manifest) || !existsSync(join(reports, entry, 'env'))) continue;
    const { scenario, seed: ran, command } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (scenario.name === name && ran === seed && command === `stratus run scenarios/${name}.yaml`) return report(join(reports, entry));
  }
  return undefined;
}

// ── Checking ────────────────────────────────────────────────────────────────────────────────────────────────────────

let [passed, failed] = [0, 0];
/** Counts one check; `problem` is `undefined` where it holds. */
function check(title, problem, seconds) {
  if (problem === undefined) passed++;
  else failed++;
  console.log(`${problem === undefined ? 'ok  ' : 'FAIL'}  ${seconds === undefined ? '     ' : `${String(Math.round(seconds)).padStart(4)}s`}  ${title}`);
  if (problem !== undefined) console.log(problem.replace(/^/gm, '            '));
}

function differences(a, b) {
  if (a.folder === b.folder) return 'both are the same run folder: nothing was compared';
  if (a.trace !== b.trace) return `trace hashes ${a.trace} and ${b.trace}; stratus diff of the two run folders finds the first differing event`;
  const files = [...new Set([...a.det.keys(), ...b.det.keys()])].filter((file) => a.det.get(file) !== b.det.get(file));
  return files.length === 0 ? undefined : `the same trace hash, but det/ differs in ${files.join(', ')}`;
}

const judged = ({ code, summary }) => (code === 0 ? undefined : `exit ${code}: ${summary.reasons.map((reason) => `${reason.id} ${reason.text}`).join('\n')}`);
const DET_FILES_MIN = 10;

async function pair(name) {
  const elsewhere = join(temporary, `elsewhere-${name}`);
  mkdirSync(elsewhere);
  const home = options.other ? resolve(options.other) : root;
  const seed = () => a && leftBehind(home, name, a.summary.seed);
  const second = () => run(name, 'its second run', { home, cwd: elsewhere });
  let a, b;
  if (options.other) {
    a = await run(name, 'its first run');
    b = seed() ?? (await second());
  } else [a, b] = await Promise.all([run(name, 'its first run'), second()]);
  if (!a || !b) return undefined;
  const { summary } = a;
  const figures = `${summary.virtual.events.toLocaleString('en')} events, ${summary.wall.cpuS} s of CPU, ${Math.round(summary.wall.peakRssBytes / 2 ** 20)} MiB`;
  check(`${name}: passes (${figures})`, judged(a), a.seconds);
  check(`${name}: two processes, two checkouts or folders, one result`, summary.virtual.events > 0 && a.det.size >= DET_FILES_MIN ? differences(a, b) : 'an empty run shows nothing', b.seconds);
  check(`${name}: committed trace hash`, a.trace === golden[name] ? undefined
    : `is ${a.trace}, committed ${golden[name] ?? 'none'}\nIf the change was meant to alter what happens in this run: npm run golden, and say why in the commit. If not, it is a regression.`);
  if (name === SHOWN) check(`README.md shows what ${name} prints`, excerptProblem(a.text));
  return a;
}

const readme = () => readFileSync(join(root, 'README.md'), 'utf8');
const shownLines = (text) => (EXCERPT.exec(text)?.[0] ?? '').split('\n').filter((line) => line !== '' && line !== '…');

function excerptProblem(printed) {
  const lines = shownLines(readme());
  const printedLines = new Set(printed.split('\n'));
  const unreal = lines.filter((line) => !printedLines.has(line));
  if (lines.length < 5) return 'no block ```text excerpt of five lines or more';
  return unreal.length === 0 ? undefined : `not printed: ${unreal.join('\n')}\nnpm run golden renews it`;
}

/** Each shown line is replaced by the printed one with the same label, its first 13 characters. */
function renewExcerpt(printed) {
  const label = (line) => (/^(PASS|FAIL|INCONCLUSIVE)\b/.test(line) ? 'verdict' : line.slice(0, 13));
  const byLabel = new Map(printed.split('\n').toReversed().map((line) => [label(line), line]));
  const excerpt = (block) => block.split('\n').map((line) => (line === '' || line === '…' ? line : (byLabel.get(label(line)) ?? line))).join('\n');
  writeFileSync(join(root, 'README.md'), readme().replace(EXCERPT, excerpt));
}

const isSmall = ({ summary: { virtual } }) => virtual.transactions.offered <= SMALL.transactions && virtual.nodes.configured <= SMALL.nodes;

async function variants(name, base) {
  const log = join(temporary, `${name}.log`);
  const [noble, wasm, logged, reseeded] = await Promise.all([
    run(name, 'the run with --crypto noble', { args: ['--crypto', 'noble'] }),
    run(name, 'the run with --crypto wasm', { args: ['--crypto', 'wasm'] }),
    run(name, 'the run with --log', { args: ['--log', log] }),
    run(name, 'the run with another seed', { args: ['--seed', `${base.summary.seed}-other`] }),
  ]);
  for (const other of [noble, wasm]) {
    if (!other) continue;
    const backends = [base, other].map(({ summary }) => summary.backend.signatures);
    if (backends[0] === backends[1]) console.log(`skip         ${name}: ${backends[0]} is what runs here anyway: no native backend for this machine`);
    else check(`${name}: ${backends.join(' and ')}, one result`, differences(base, other), other.seconds);
  }
  if (logged) check(`${name}: logging on and off, one result`, statSync(log, { throwIfNoEntry: false })?.size > 0 ? differences(base, logged) : 'nothing was logged', logged.seconds);
  if (reseeded) {
    const same = reseeded.trace === base.trace ? 'the same trace hash as the committed seed' : reseeded.det.get('rounds.jsonl') === base.det.get('rounds.jsonl') ? 'the same rounds as the committed seed' : undefined;
    check(`${name}: another seed, another result`, same ?? ([0, 22].includes(reseeded.code) ? undefined : judged(reseeded)), reseeded.seconds);
  }
}

async function isolated(name, base) {
  const alone = await run(name, 'the run with --isolated', { args: ['--isolated'] });
  if (!alone) return;
  // Isolated nodes check each signature for themselves: that tells one mode from the other.
  const [shared, own] = [base, alone].map(({ work }) => work.signaturesComputed);
  check(`${name}: work shared (${shared} signatures checked) and every node for itself (${own}), one trace hash`,
    own < 2 * shared ? 'the run with --isolated was not isolated' : alone.trace === base.trace ? undefined : `trace hashes ${base.trace} and ${alone.trace}`, alone.seconds);
}

async function engines(name, base) {
  for (const major of ENGINES) {
    const prefix = join(temporary, `node${major}`);
    mkdirSync(prefix);
    const install = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, `node@${major}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const engine = join(prefix, 'node_modules/node/bin/node');
    const version = spawnSync(engine, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
    if (!version.startsWith(`v${major}.`)) {
      console.log(`skip         Node ${major}: the npm package "node" cannot be installed here: ${install.stderr.trim().split('\n').at(-1) ?? ''}`);
      continue;
    }
    const there = await run(name, `the run on Node ${version}`, { engine });
    if (!there) continue;
    const environment = JSON.parse(readFileSync(join(there.folder, 'env/environment.json'), 'utf8'));
    check(`${name}: Node ${process.version} and ${version}, one result`, environment.node !== version ? `ran on ${environment.node}` : differences(base, there), there.seconds);
  }
}

/** Random scenarios: nothing found, and the same campaign whatever the number of workers. */
async function fuzz() {
  const campaign = (jobs) => slot(() => new Promise((done) => {
    const started = Date.now();
    const child = spawn(process.execPath, [join(root, 'sim/cli/stratus.mjs'), 'fuzz', '--seeds', String(FUZZ_CASES), '--jobs', String(jobs), '--json', '--out', join(temporary, `fuzz-${jobs}`)], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.on('close', (code) => done({ code, text: stdout, ...(stdout.startsWith('{') && { hash: JSON.parse(stdout).hash }), seconds: (Date.now() - started) / 1000 }));
  }));
  const [one, two] = await Promise.all([campaign(1), campaign(2)]);
  check(`fuzz: ${FUZZ_CASES} random scenarios, nothing found`, one.code === 0 ? undefined : `exit ${one.code}\n${one.text.slice(0, 3_000)}`, one.seconds);
  check('fuzz: one worker and two, one result', one.hash === undefined || one.hash !== two.hash ? `hashes ${one.hash} and ${two.hash}` : undefined, two.seconds);
}

/** All invariants are exercised by the committed scenarios together. */
function exercised(bases) {
  const listed = spawnSync(process.execPath, [join(root, 'sim/cli/stratus.mjs'), 'list', 'invariants', '--json'], { encoding: 'utf8' });
  const ids = JSON.parse(listed.stdout).rows.map((row) => row.id);
  const seen = new Set(bases.flatMap(({ summary }) => summary.invariants.filter((row) => row.evaluated > 0).map((row) => row.id)));
  const never = ids.filter((id) => !seen.has(id));
  check(`invariants: all ${ids.length} evaluated by the scenarios together`, ids.length === 0 ? 'none listed' : never.length === 0 ? undefined : `never evaluated: ${never.join(', ')}`);
}

async function renew() {
  const bases = await Promise.all(names.map((name) => run(name, 'the run')));
  if (bases.some((base) => !base || base.code !== 0)) {
    for (const base of bases) if (base && base.code !== 0) check(`${base.summary.scenario.name}: passes`, judged(base));
    console.log('nothing written: only runs that pass become golden');
    return;
  }
  const hashes = { ...(options.only ? golden : {}), ...Object.fromEntries(names.map((name, i) => [name, bases[i].trace])) };
  mkdirSync(dirname(GOLDEN), { recursive: true });
  writeFileSync(GOLDEN, `${JSON.stringify(Object.fromEntries(Object.entries(hashes).sort(([a], [b]) => (a < b ? -1 : 1))), undefined, 2)}\n`);
  if (names.includes(SHOWN)) renewExcerpt(bases[names.indexOf(SHOWN)].text);
  for (const name of names) console.log(`${golden[name] === hashes[name] ? 'same   ' : 'renewed'}  ${name}  ${hashes[name]}`);
}

if (options.renew) await renew();
else {
  const bases = new Map((await Promise.all(names.map(async (name) => [name, await pair(name)]))).filter(([, base]) => base));
  await Promise.all([...bases].filter(([, base]) => isSmall(base)).map(([name, base]) => variants(name, base)));
  const smoke = bases.get('smoke');
  if (smoke) {
    await isolated('smoke', smoke);
    await engines('smoke', smoke);
  }
  if (!options.only) {
    await fuzz();
    exercised([...bases.values()]);
    const orphans = Object.keys(golden).filter((name) => !names.includes(name));
    check('golden hashes: none without a scenario', orphans.length === 0 ? undefined : orphans.join(', '));
  }
}
if (options.sum) writeFileSync(options.sum, `${passed} ${failed}\n`);
process.exitCode = failed === 0 ? 0 : 1;
