/**
 * `npm run profile`: a CPU profile of the node suite's headline (or of another work: `npm run profile -- node/mixed…/wasm`).
 * Writes a .cpuprofile, which browsers' developer tools and speedscope open, and prints where the time goes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { join } from 'node:path';
import { figure, table } from '../sim/report/format.ts';
import { nobleCrypto } from '../engine/crypto/noble.ts';
import { backend } from './work/backends.ts';
import { hereBuild } from './command/builds.ts';
import { onDisk } from './work/inputs.ts';
import { entryNamed } from './work/suites.ts';

const WORK = process.argv[2] ?? 'node/transfer-8192tx-4096senders/wasm';
/** CPU ms that are profiled, after as much to warm up. */
const MS = 4_000;
const INTERVAL_US = 200;
const SHOWN = 30;

function forMs(ms: number, act: () => void): number {
  const started = process.cpuUsage();
  for (let calls = 0; ; calls++) {
    const { user, system } = process.cpuUsage(started);
    if (calls > 0 && user + system >= ms * 1_000) return calls;
    act();
  }
}

/** Own samples by function and place, most first. */
function hottest({ nodes, samples }: Profiler.Profile): string[][] {
  const own = new Map<number, number>();
  for (const id of samples ?? []) own.set(id, (own.get(id) ?? 0) + 1);
  const byPlace = new Map<string, number>();
  for (const { id, callFrame } of nodes) {
    const place = `${callFrame.functionName || '(anonymous)'}\t${callFrame.url.split('/').at(-1) ?? ''}:${callFrame.lineNumber + 1}`;
    byPlace.set(place, (byPlace.get(place) ?? 0) + (own.get(id) ?? 0));
  }
  const total = samples?.length ?? 1;
  return [...byPlace].filter(([, n]) => n > 0).sort(([, x], [, y]) => y - x).slice(0, SHOWN).map(([place, n]) => [...place.split('\t'), `${figure((n / total) * 100)}%`]);
}

const entry = entryNamed(WORK);
if (entry === undefined) throw new Error(`no work is called ${WORK}`);
const crypto = entry.backend === undefined ? nobleCrypto : backend(entry.backend);
if (crypto === undefined) throw new Error(`no ${entry.backend} cryptography here`);
const { parts } = entry.work.prepare({ crypto, cores: 1, inputs: onDisk(hereBuild().inputs) });
const part = parts[parts.length - 1];
const call = (): void => {
  part.before?.();
  part.run(() => undefined);
};
forMs(MS, call);

const session = new Session();
session.connect();
const post = <T>(method: string, params: object = {}): Promise<T> => new Promise((resolve, reject) => session.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T))));
await post('Profiler.enable');
await post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
await post('Profiler.start');
const calls = forMs(MS, call);
const { profile } = await post<{ profile: Profiler.Profile }>('Profiler.stop');

const folder = join(process.cwd(), 'reports', 'bench');
mkdirSync(folder, { recursive: true });
const path = join(folder, `${WORK.replace(/[^\w.-]+/g, '_')}.cpuprofile`);
writeFileSync(path, JSON.stringify(profile));
console.log(`${WORK}/${part.name}: ${calls} calls of ${part.items} items in ${MS} ms of CPU time; own time by function`);
console.log(table([['function', 'place', 'own'], ...hottest(profile)]).join('\n'));
console.log(`\n${path}`);
