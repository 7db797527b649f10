/**
 * clinic on the headline of the node suite: `npm run flame --prefix bench/clinic` (doctor, bubbleprof). It asks nothing and opens
 * nothing: NO_INSIGHT switches its question about statistics off, `--open=false` the browser. Writes to reports/bench/clinic/.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const tool = process.argv[2] ?? 'doctor';
const out = join(root, 'reports/bench/clinic');
mkdirSync(out, { recursive: true });
const run = spawnSync(
  process.execPath,
  [join(here, 'node_modules/clinic/bin.js'), tool, '--open=false', '--dest', out, '--', process.execPath, join(root, 'bench/start.mjs'), 'profile'],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NO_INSIGHT: '1', CI: '1' } },
);
process.exitCode = run.status ?? 1;
