/** The machine: what a wall figure is worth nothing without. */
import { cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  /** Figures of one class may be compared: same processor, cores, platform, and major version of Node. */
  readonly class: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly platform: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  const cpu = cpus()[0]?.model.trim().replace(/\s+/g, ' ') ?? 'unknown processor';
  const cores = cpus().length;
  const platform = `${process.platform}-${process.arch}`;
  return { class: classOf(platform, cpu, cores, process.version), cpu, cores, memoryMiB: Math.round(totalmem() / 2 ** 20), platform, node: process.version };
}

export const classOf = (platform: string, cpu: string, cores: number, node: string): string =>
  `${platform}-${cpu.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}-${cores}c-node${/^v(\d+)/.exec(node)?.[1] ?? '0'}`;

/** The machine in a line, with how many tasks wanted its cores lately: what a printed table begins with. */
export function machineLine(): string {
  const { cpu, cores, node } = thisMachine();
  return `${cpu}, ${cores} cores, Node ${node}, ${new Date().toISOString().slice(0, 16)} UTC, load ${loadavg()[1].toFixed(1)}`;
}
