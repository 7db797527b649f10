/**
 * One round in a process of its own: prepares the work, warms it up, then takes samples when it is told to, so that two
 * builds can take turns. tinybench does the sampling, on the clock of this process's CPU time.
 */
import { Bench } from 'tinybench';
import type { Answer, RoundOrder, RoundReady, Sample, TurnOrder } from './method/protocol.ts';
import { reference } from './method/reference.ts';
import { backend } from './work/backends.ts';
import { nobleCrypto } from '../engine/crypto/noble.ts';
import { onDisk } from './work/inputs.ts';
import { entryNamed } from './work/suites.ts';
import type { Lap, Part } from './work/work.ts';

/** A part is warm after so many calls and so much CPU time, or after the longest time: a node has been running for a while. */
const WARM_CALLS = 12;
const WARM_US = 300_000;
const WARM_US_MAX = 2_000_000;

const answer = (message: Answer): void => void process.send!(message);

/** CPU milliseconds of the process; the resolution is a microsecond. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

class Measured {
  readonly part: Part;
  check: string | number | undefined;
  readonly stages: Record<string, number> = {};
  /** Share of its own time that each call takes longer: a planted slowdown. */
  private readonly plant: number;

  constructor(part: Part, plant: number) {
    this.part = part;
    this.plant = plant;
  }

  /** One call; gives its CPU and elapsed time, µs. */
  async call(): Promise<{ readonly cpuUs: number; readonly wallUs: number }> {
    this.part.before?.();
    for (const stage of Object.keys(this.stages)) delete this.stages[stage];
    let last = cpuMs();
    const lap: Lap = (stage) => {
      const now = cpuMs();
      this.stages[stage] = (this.stages[stage] ?? 0) + (now - last) * 1_000;
      last = now;
    };
    const started = last;
    const wall = performance.now();
    const given = this.part.run(lap);
    const value = typeof given === 'object' ? await given : given;
    if (this.plant > 0) spin((cpuMs() - started) * this.plant);
    const used = { cpuUs: (cpuMs() - started) * 1_000, wallUs: (performance.now() - wall) * 1_000 };
    this.check ??= value;
    if (value !== this.check) throw new Error(`${this.part.name} gave ${value}, and ${this.check} before`);
    return used;
  }
}

/** Burns that much CPU time. */
function spin(ms: number): void {
  for (const end = cpuMs() + ms; cpuMs() < end; );
}

async function main(order: RoundOrder): Promise<void> {
  const entry = entryNamed(order.work);
  if (entry === undefined) throw new Error(`no work is called ${order.work}`);
  const crypto = entry.backend === undefined ? nobleCrypto : backend(entry.backend);
  if (crypto === undefined) return answer({ type: 'failed', code: 'no-backend', message: `no ${entry.backend} cryptography here` });
  const { parts, exact, warmUp } = entry.work.prepare({ crypto, cores: entry.cores, inputs: onDisk(order.inputs) });
  const measured = parts.filter(({ name }) => order.parts.includes(name)).map((part) => new Measured(part, order.plant ?? 0));
  await warmUp?.();
  const ready: RoundReady['parts'][number][] = [];
  for (const one of measured) {
    const { name, unit, items } = one.part;
    const warmUs = await warm(one);
    ready.push({ ...unit, name, items, check: one.check!, warmUs });
  }
  answer({ type: 'ready', exact, parts: ready, backend: crypto.backend });
  process.on('message', (turn: TurnOrder) => void guarded(async () => answer({ type: 'samples', samples: await take(measured[turn.part], turn.calls) })));
}

async function warm(one: Measured): Promise<number> {
  const started = cpuMs();
  let lastUs = 0;
  for (let calls = 0; ; calls++) {
    const usedUs = (cpuMs() - started) * 1_000;
    if (usedUs >= WARM_US_MAX || (calls >= WARM_CALLS && usedUs >= WARM_US)) break;
    lastUs = (await one.call()).cpuUs;
  }
  for (let i = 0; i < 20; i++) reference();
  return lastUs;
}

/** One turn: the reference, the calls, the reference. */
async function take(one: Measured, calls: number): Promise<Sample[]> {
  const bench = new Bench({ now: cpuMs, iterations: calls, time: 0, warmup: false, throws: true });
  const samples: { cpuUs: number; wallUs: number; stages: Record<string, number> }[] = [];
  const before = timeReference();
  const call = async (): Promise<{ overriddenDuration: number }> => {
    const used = await one.call();
    samples.push({ ...used, stages: { ...one.stages } });
    return { overriddenDuration: used.cpuUs / 1_000 };
  };
  bench.add(one.part.name || 'call', call, { async: true });
  await bench.run();
  const referenceUs = (before + timeReference()) / 2;
  return samples.map((sample) => ({ ...sample, referenceUs }));
}

function timeReference(): number {
  const before = cpuMs();
  reference();
  return (cpuMs() - before) * 1_000;
}

async function guarded(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    answer({ type: 'failed', code: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.disconnect();
  }
}

await guarded(() => main(JSON.parse(process.argv[2]) as RoundOrder));
