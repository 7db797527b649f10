/**
 * How fast the simulator is: processor time, events per second and peak memory of whole runs, each in a process of its own.
 *
 *     npm run bench:sim                      # first-run and propagation, three times each
 *     npm run bench:sim -- propagation 5     # one scenario, five times
 *
 * Processor time is counted from the moment the program is loaded ("beyond process start"). Wall figures are noisy:
 * compare medians on one idle machine. The reference figure of each row is SimBlock's for the same work (docs/validation.md).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { bestCrypto } from '../engine/host/native-crypto.ts';
import { ok } from '../engine/primitives/result.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { runScenario } from '../sim/run.ts';

interface Measured {
  readonly cpuS: number;
  readonly events: number;
  readonly virtualS: number;
  readonly peakMiB: number;
  readonly traceHash: string;
}

/** Bounds that the project holds itself to; SimBlock 1,313 nodes × 100 blocks, propagation only: 3.0–4.0 s (measured). */
const CASES: Readonly<Record<string, { readonly boundS: number; readonly note: string }>> = {
  'first-run': { boundS: 60, note: 'bound 60 s, 1.5 GB' },
  propagation: { boundS: 1, note: 'bound 1 s; SimBlock 3.0–4.0 s' },
};

function measure(name: string): Measured {
  const started = process.cpuUsage();
  const path = fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url));
  const loaded = loadScenario(path, (file) => ok(new Uint8Array(readFileSync(file))));
  if (!loaded.ok) throw new Error(`${path} is not a valid scenario`);
  const record = runScenario(loaded.value.scenario, { crypto: bestCrypto() });
  const { user, system } = process.cpuUsage(started);
  return {
    cpuS: (user + system) / 1e6,
    events: record.events,
    virtualS: record.endUs / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    traceHash: record.traceHash,
  };
}

function child(name: string): Measured {
  const self = fileURLToPath(import.meta.url);
  // The same young generation as the command's worker (sim/cli/simulate.ts).
  const run = spawnSync(process.execPath, ['--max-semi-space-size=128', self, '--case', name], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Measured;
}

function main(names: readonly string[], times: number): void {
  const table = new Table({
    head: ['scenario', 'CPU s (median)', 'min … max', 'events', 'events/s of CPU', 'virtual s', 'peak MiB', 'trace hash', ''],
  });
  for (const name of names) {
    const runs = Array.from({ length: times }, () => child(name)).sort((x, y) => x.cpuS - y.cpuS);
    const median = runs[runs.length >> 1];
    if (new Set(runs.map(({ traceHash }) => traceHash)).size !== 1) throw new Error(`${name}: runs differ`);
    table.push([
      name,
      median.cpuS.toFixed(2),
      `${runs[0].cpuS.toFixed(2)} … ${runs[runs.length - 1].cpuS.toFixed(2)}`,
      median.events.toLocaleString('en-US'),
      Math.round(median.events / median.cpuS).toLocaleString('en-US'),
      Math.round(median.virtualS),
      Math.round(Math.max(...runs.map(({ peakMiB }) => peakMiB))),
      median.traceHash.slice(0, 12),
      CASES[name]?.note ?? '',
    ]);
  }
  console.log(`Node ${process.version}, ${process.platform}-${process.arch}, wall clock of this machine, ${times} runs each`);
  console.log(table.toString());
}

const args = process.argv.slice(2);
if (args[0] === '--case') {
  process.stdout.write(JSON.stringify(measure(args[1])));
} else {
  const numbers = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const names = args.filter((arg) => !/^\d+$/.test(arg));
  main(names.length > 0 ? names : Object.keys(CASES), numbers[0] ?? 3);
}
