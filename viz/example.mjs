/**
 * Makes reports/example anew: the run of scenarios/example.yaml without what only its machine knows (`env/`, `ci/`).
 *
 *   npm run example
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'reports', 'example');
const out = mkdtempSync(join(tmpdir(), 'stratus-example-'));
try {
  const { status } = spawnSync(process.execPath, ['sim/cli/stratus.mjs', 'run', 'scenarios/example.yaml', '--out', out], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const folder = join(out, readdirSync(out)[0]);
  for (const name of ['env', 'ci']) rmSync(join(folder, name), { recursive: true });
  for (const name of ['manifest.json', 'summary.json', 'summary.md', 'report.html']) {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(folder, 'reports/example'));
  }
  rmSync(target, { recursive: true, force: true });
  cpSync(folder, target, { recursive: true });
  console.log('reports/example is that run now');
} finally {
  rmSync(out, { recursive: true, force: true });
}
