/**
 * The gate under a mutating fuzzer: nothing that throws, hangs, or is accepted and does not validate.
 *
 *     node bench/start.mjs starw-gate-fuzz --seconds 600 --seed 1
 */
import { parseArgs } from 'node:util';
import { fuzzGate } from './work/gate-fuzz.ts';

/** A module that takes longer than this, of the process's CPU time, is a finding. */
const SLOW_MS = 1_000;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } } });
const until = performance.now() + Number(values.seconds) * 1_000;
const { counts, finding } = fuzzGate(Number(values.seed), ({ slowest }) => slowest <= SLOW_MS && performance.now() < until, cpuMs);
const refused = [...counts.refused].sort(([, x], [, y]) => y - x).map(([code, count]) => `${code} ${count}`).join(', ');
console.log(`${counts.modules} modules, ${counts.accepted} accepted; refused: ${refused}; the slowest took ${counts.slowest.toFixed(1)} ms of CPU time`);
if (finding !== undefined) console.log(`${finding.what}\n${finding.bytes}`);
if (counts.slowest > SLOW_MS) console.log(`one took longer than ${SLOW_MS} ms`);
process.exitCode = finding === undefined && counts.slowest <= SLOW_MS ? 0 : 1;
