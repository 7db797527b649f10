/**
 * Directed links of the relay model: latency drawn per message, bandwidth min(upload of the sender, download of the
 * receiver) in whole kbit/s, transfer times in whole ms. Links carry no queue: that one upload at a time leaves a node is
 * the model's own rule (model.ts).
 */
import { PURPOSE, draw32, type DrawKey } from '../../kernel/draw.ts';
import type { RegionTable } from '../../scenario/types.ts';
import type { Topology } from '../topology.ts';
import { ParetoLatency } from './latency.ts';

export class Links {
  readonly count: number;
  /** Links of node i: `first[i]` … `first[i + 1] − 1`. */
  readonly first: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** The same connection's other direction. */
  readonly reverse: Int32Array;
  /** 1 where `from` dialled. */
  readonly dialled: Uint8Array;
  readonly bytes: Float64Array;
  private readonly latency: ParetoLatency[];
  private readonly kbps: Int32Array;
  private readonly sent: Int32Array;
  private readonly key: DrawKey;

  constructor(topology: Topology, region: Uint8Array, table: RegionTable, jitter: boolean, key: DrawKey) {
    const connections = topology.from.length;
    this.count = 2 * connections;
    this.first = new Int32Array(region.length + 1);
    for (const ends of [topology.from, topology.to]) for (const node of ends) this.first[node + 1]++;
    for (let node = 0; node < region.length; node++) this.first[node + 1] += this.first[node];
    this.from = new Int32Array(this.count);
    this.to = new Int32Array(this.count);
    this.reverse = new Int32Array(this.count);
    this.dialled = new Uint8Array(this.count);
    const next = this.first.slice();
    for (let i = 0; i < connections; i++) {
      const there = next[topology.from[i]]++;
      const back = next[topology.to[i]]++;
      this.from[there] = this.to[back] = topology.from[i];
      this.to[there] = this.from[back] = topology.to[i];
      this.reverse[there] = back;
      this.reverse[back] = there;
      this.dialled[there] = 1;
    }
    const pairs = table.latencyMs.map((row) => row.map((meanMs) => new ParetoLatency(meanMs, jitter)));
    this.latency = Array.from(this.from, (from, link) => pairs[region[from]][region[this.to[link]]]);
    this.kbps = Int32Array.from(this.from, (from, link) =>
      Math.max(1, Math.floor(Math.min(table.uploadBps[region[from]], table.downloadBps[region[this.to[link]]]) / 1000)),
    );
    this.bytes = new Float64Array(this.count);
    this.sent = new Int32Array(this.count);
    this.key = key;
  }

  /** Latency of the next message on a link, ms. */
  latencyMs(link: number): number {
    return this.latency[link].ms(draw32(this.key, link, PURPOSE.jitter, this.sent[link]++));
  }

  /** Time that `bytes` take at the link's bandwidth, whole ms, rounded down; counts the bytes. */
  transferMs(link: number, bytes: number): number {
    this.bytes[link] += bytes;
    return Math.floor((bytes * 8) / this.kbps[link]);
  }
}
