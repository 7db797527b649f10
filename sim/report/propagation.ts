/**
 * How fast rounds spread, from the arrivals of a record. Nodes count where they were active when the round was found:
 * one that slept or was down learns of it by syncing, which is another question. Rounds of every branch count; genesis
 * and those of the warm-up do not.
 */
import type { RunRecord } from '../trace/record.ts';
import { ARRIVAL_NEVER } from '../trace/record.ts';
import { nearestRank } from './percentile.ts';

/** What questions about arrivals ask of a record. */
export type Spread = Pick<RunRecord, 'nodes' | 'trace' | 'rounds' | 'arrivals'>;

/** Rounds found at or after `fromUs`, with the nodes active at that time. `visit` must not keep `active` (1 = active). */
export function eachRound(record: Spread, fromUs: number, visit: (round: number, foundAtUs: number, active: Uint8Array) => void): void {
  const active = Uint8Array.from(record.nodes, (node) => (node.initialState === 'active' ? 1 : 0));
  const states = record.trace.filter((event) => event.type === 'node-state');
  const rounds = record.rounds.filter((row) => row.round > 0 && row.round < record.arrivals.rounds).sort((a, b) => a.foundAtUs - b.foundAtUs || a.round - b.round);
  let next = 0;
  for (const row of rounds) {
    for (; next < states.length && states[next].atUs <= row.foundAtUs; next++) active[states[next].node] = states[next].state === 'active' ? 1 : 0;
    if (row.foundAtUs >= fromUs) visit(row.round, row.foundAtUs, active);
  }
}

export interface Propagation {
  readonly rounds: number;
  /** Delays pooled over all pairs of a round and an active node that received it, the finder left out; ms. */
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  /** Everything sent in the run, per node and distinct round. */
  readonly bytesPerNodeRound: number | null;
}

/** All pooled delays, µs, ascending. */
export function pooledDelays(record: Spread, fromUs: number): Int32Array {
  const { deltaUs, nodes } = record.arrivals;
  const finder = new Map(record.rounds.map((row) => [row.round, row.node]));
  const pooled = new Int32Array(deltaUs.length);
  let used = 0;
  eachRound(record, fromUs, (round, _foundAtUs, active) => {
    for (let node = 0; node < nodes; node++) {
      const delta = deltaUs[round * nodes + node];
      if (active[node] === 1 && delta !== ARRIVAL_NEVER && node !== finder.get(round)) pooled[used++] = delta;
    }
  });
  return pooled.subarray(0, used).sort();
}

export function propagation(record: Spread & Pick<RunRecord, 'counts'>, fromUs: number): Propagation {
  const delays = pooledDelays(record, fromUs);
  const ms = (numerator: number): number | null => {
    const us = nearestRank(delays, numerator, 100);
    return us === undefined ? null : us / 1_000;
  };
  let rounds = 0;
  eachRound(record, fromUs, () => rounds++);
  const found = record.rounds.filter((row) => row.round > 0).length;
  return {
    rounds,
    p50Ms: ms(50),
    p90Ms: ms(90),
    p99Ms: ms(99),
    bytesPerNodeRound: found === 0 || record.nodes.length === 0 ? null : Math.round(record.counts.bytesSent / (record.nodes.length * found)),
  };
}

/** Time until the share `q` (ppm) of the nodes active at its finding held each round; `undefined` where it never happened. */
export function coverage(record: Spread, fromUs: number, qPpm: number): { readonly atUs: number; readonly us: number | undefined }[] {
  const { deltaUs, nodes } = record.arrivals;
  const result: { atUs: number; us: number | undefined }[] = [];
  eachRound(record, fromUs, (round, foundAtUs, active) => {
    const deltas: number[] = [];
    let eligible = 0;
    for (let node = 0; node < nodes; node++) {
      if (active[node] === 0) continue;
      eligible++;
      const delta = deltaUs[round * nodes + node];
      if (delta !== ARRIVAL_NEVER) deltas.push(delta);
    }
    const needed = Math.max(1, Math.ceil((eligible * qPpm) / 1_000_000));
    deltas.sort((a, b) => a - b);
    result.push({ atUs: foundAtUs, us: deltas.length >= needed ? deltas[needed - 1] : undefined });
  });
  return result;
}
