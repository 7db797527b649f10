/** The simulator: whole runs of committed scenarios, nodes × rounds in the name, and its event queue against a binary heap. */
import { readFileSync } from 'node:fs';
import { ok } from '../../engine/primitives/result.ts';
import { draw32 } from '../../sim/kernel/draw.ts';
import { EventQueue } from '../../sim/kernel/queue.ts';
import { runScenario } from '../../sim/run.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import type { BackendName } from './backends.ts';
import { HeapQueue } from './heap-queue.ts';
import { EVENTS, type Work } from './work.ts';

interface Run {
  readonly scenario: string;
  readonly name: string;
  readonly sets: readonly string[];
  readonly slow?: boolean;
}
const RUNS: readonly Run[] = [
  { scenario: 'propagation', name: 'propagation-100nodes-100rounds', sets: ['network.totalNodes=100'] },
  { scenario: 'propagation', name: 'propagation-1313nodes-100rounds', sets: [], slow: true },
  { scenario: 'smoke', name: 'smoke-32nodes', sets: [] },
  { scenario: 'first-run', name: 'first-run-1313nodes', sets: [], slow: true },
];

/** The command's default. */
const BACKENDS: readonly BackendName[] = ['native'];

export const sim = (): Work[] => [...RUNS.map(runWork), queueWork(2_000), queueWork(20_000), queueWork(200_000)];

const runWork = ({ scenario, name, sets, slow }: Run): Work => ({
  name,
  parts: [''],
  backends: BACKENDS,
  ...(slow ? { slow } : {}),
  prepare({ crypto }) {
    const loaded = loadScenario(`scenarios/${scenario}.yaml`, (file) => ok(new Uint8Array(readFileSync(file))), { sets });
    if (!loaded.ok) throw new Error(`scenarios/${scenario}.yaml: ${loaded.error.problems[0]?.problem}`);
    const first = runScenario(loaded.value.scenario, { crypto });
    return {
      exact: { events: first.events, trace: first.traceHash, 'virtual s': first.endUs / 1e6 },
      parts: [{ name: '', unit: EVENTS, items: first.events, run: () => runScenario(loaded.value.scenario, { crypto }).traceHash }],
    };
  },
});

/** Events popped per call. */
const POPPED = 100_000;
const KEY = Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
/** Delays like those of a network: most 10–400 ms, some 2 s, a few half a minute. */
const DELAYS_US = Float64Array.from({ length: 4_096 }, (_, i) => {
  const u = draw32(KEY, i, 1, 0);
  return u % 100 < 90 ? 10_000 + (u % 390_000) : u % 100 < 99 ? 2_000_000 : 30_000_000;
});

/** Each popped event schedules one more. The check depends on the order of events, so both queues must agree. */
const queueWork = (inFlight: number): Work => ({
  name: `queue-${inFlight}inflight`,
  parts: ['ring', 'heap'],
  prepare: () => ({
    exact: {},
    parts: [
      { name: 'ring', unit: EVENTS, items: POPPED, run: () => ring(inFlight) },
      { name: 'heap', unit: EVENTS, items: POPPED, run: () => heap(inFlight) },
    ],
  }),
});

function ring(inFlight: number): number {
  const queue = new EventQueue();
  for (let i = 0; i < inFlight; i++) queue.push(DELAYS_US[i & 4_095], 0, i, 0, undefined);
  let check = 0;
  for (let i = 0; i < POPPED; i++) {
    const slot = queue.pop();
    check = (Math.imul(check, 31) + queue.to[slot]) | 0;
    queue.release(slot);
    queue.push(queue.nowUs + DELAYS_US[(check ^ i) & 4_095], 0, i, 0, undefined);
  }
  return check;
}

function heap(inFlight: number): number {
  const queue = new HeapQueue();
  for (let i = 0; i < inFlight; i++) queue.push(DELAYS_US[i & 4_095], i);
  let check = 0;
  for (let i = 0; i < POPPED; i++) {
    const { time, to } = queue.pop();
    check = (Math.imul(check, 31) + to) | 0;
    queue.push(time + DELAYS_US[(check ^ i) & 4_095], i);
  }
  return check;
}
