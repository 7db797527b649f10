/**
 * The bound that the measured limits of the machine put on a block, and how close the pipeline comes: one core must check
 * each signature, compute each hash, and read each byte once; whatever else it does comes on top.
 */
import type { CaseResult, Roofline } from './result.ts';

export interface Limits {
  /** Checks per ms of one core. */
  readonly signatures: number;
  /** Hashes of 65 bytes per ms of one core. */
  readonly hashes: number;
  /** GiB per second. */
  readonly memory: number;
}

const PARTS = ['signatures', 'hashes', 'memory'] as const;

/** Of a backend, where they were measured. */
export function limitsOf(cases: readonly CaseResult[], backend: string): Limits | undefined {
  const found = PARTS.map((part) => cases.find(({ name }) => name.startsWith('node/limits-') && name.endsWith(`/${backend}/${part}`))?.median);
  return found.every((value): value is number => value !== undefined) ? { signatures: found[0], hashes: found[1], memory: found[2] } : undefined;
}

/** Undefined where the case checks no signatures. Stages: transactions per ms if that were all. */
export function rooflineOf({ exact, median, name, cores }: Pick<CaseResult, 'exact' | 'median' | 'name' | 'cores'>, limits: Limits): Roofline | undefined {
  const count = (key: string): number => Number(exact[key] ?? 0);
  // Counts are of one block; some calls take several.
  const items = count('items') / Number(exact['blocks'] ?? 1);
  if (count('signatures') === 0 || items === 0 || !/\/(path|exec)$/.test(name)) return undefined;
  const hashes = name.endsWith('/path') ? count('hashes/path') : count('hashes');
  const msPerTx = {
    signatures: count('signatures') / items / limits.signatures,
    hashes: hashes / items / limits.hashes,
    memory: (count('bytes') / items / 2 ** 30 / limits.memory) * 1_000,
  };
  const parts = Object.entries(msPerTx);
  const sum = parts.reduce((total, [, ms]) => total + ms, 0);
  const [by] = parts.reduce((most, one) => (one[1] > most[1] ? one : most));
  const bound = cores / sum;
  return { bound, by, share: median / bound, stages: Object.fromEntries(parts.map(([stage, ms]) => [stage, cores / ms])) };
}
