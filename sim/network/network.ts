/**
 * Links with latency, bandwidth and queues. A message leaves when its sender's upload is free, takes its size over
 * min(upload of the sender, download of the receiver) there, then the link's one-way latency times a jitter factor drawn
 * for this message, and never overtakes an earlier one on the same directed link (as a TCP stream).
 */
import type { RegionTable } from '../scenario/types.ts';
import { PURPOSE, draw32, type DrawKey } from '../kernel/draw.ts';
import { factor, type FactorTable } from '../kernel/distributions.ts';
import type { Topology } from './topology.ts';

/** Delay of a lost packet's retransmission: TCP's minimal timeout in common stacks (assumption). */
const RETRANSMIT_US = 200_000;

/** Fields of a directed link's record: what a send reads lies in one or two cache lines. */
const TARGET = 0;
const TARGET_SLOT = 1;
const LATENCY_US = 2;
const US_PER_BYTE = 3;
const LAST_ARRIVAL_US = 4;
const SENT = 5;
const CUTS = 6;
const REVERSE = 7;
const BYTES = 8;
const DIALLED = 9;
const FIELDS = 16;

export class Network {
  readonly nodeCount: number;
  /** Directed links are numbered by sender: those of node i are `first[i]` … `first[i + 1] − 1`, in slot order. */
  readonly first: Int32Array;
  readonly bytesOut: Float64Array;
  private readonly links: Float64Array;
  private readonly uploadFreeUs: Float64Array;
  private readonly key: DrawKey;
  private readonly jitter: FactorTable | undefined;
  private readonly dropBelow: number;
  /** Bytes sent by all nodes. */
  bytesTotal = 0;
  /** Packets lost and sent again. */
  drops = 0;

  constructor(
    topology: Topology,
    region: Uint8Array,
    table: RegionTable,
    jitter: FactorTable | undefined,
    packetDropPpm: number,
    key: DrawKey,
  ) {
    const nodes = region.length;
    this.nodeCount = nodes;
    this.first = new Int32Array(nodes + 1);
    for (let i = 0; i < topology.from.length; i++) {
      this.first[topology.from[i] + 1]++;
      this.first[topology.to[i] + 1]++;
    }
    for (let node = 0; node < nodes; node++) this.first[node + 1] += this.first[node];
    this.links = new Float64Array(2 * topology.from.length * FIELDS);
    this.uploadFreeUs = new Float64Array(nodes);
    this.bytesOut = new Float64Array(nodes);
    this.key = key;
    this.jitter = jitter;
    this.dropBelow = Math.floor((packetDropPpm / 1_000_000) * 0x1_0000_0000);
    const next = this.first.slice();
    for (let i = 0; i < topology.from.length; i++) {
      const x = topology.from[i];
      const y = topology.to[i];
      const there = next[x]++;
      const back = next[y]++;
      for (const [link, other, sender, receiver] of [
        [there, back, x, y],
        [back, there, y, x],
      ]) {
        const at = link * FIELDS;
        this.links[at + TARGET] = receiver;
        this.links[at + TARGET_SLOT] = other - this.first[receiver];
        this.links[at + LATENCY_US] = table.latencyMs[region[sender]][region[receiver]] * 1000;
        this.links[at + US_PER_BYTE] = 8_000_000 / Math.min(table.uploadBps[region[sender]], table.downloadBps[region[receiver]]);
        this.links[at + REVERSE] = other;
        this.links[at + DIALLED] = link === there ? 1 : 0;
      }
    }
  }

  linkOf(node: number, slot: number): number {
    return this.first[node] + slot;
  }
  degree(node: number): number {
    return this.first[node + 1] - this.first[node];
  }
  target(link: number): number {
    return this.links[link * FIELDS + TARGET];
  }
  targetSlot(link: number): number {
    return this.links[link * FIELDS + TARGET_SLOT];
  }
  latencyUs(link: number): number {
    return this.links[link * FIELDS + LATENCY_US];
  }
  reverse(link: number): number {
    return this.links[link * FIELDS + REVERSE];
  }
  /** Bytes sent over a directed link. */
  bytes(link: number): number {
    return this.links[link * FIELDS + BYTES];
  }
  /** Whether this end opened the connection. */
  dialled(link: number): boolean {
    return this.links[link * FIELDS + DIALLED] === 1;
  }
  bytesIn(node: number): number {
    let bytes = 0;
    for (let slot = 0; slot < this.degree(node); slot++) bytes += this.bytes(this.reverse(this.linkOf(node, slot)));
    return bytes;
  }
  isCut(link: number): boolean {
    return this.links[link * FIELDS + CUTS] > 0;
  }
  /** Adds or takes away one fault's cut of a directed link; true when that changed whether it is cut. */
  cut(link: number, by: 1 | -1): boolean {
    const at = link * FIELDS + CUTS;
    this.links[at] += by;
    return by === 1 ? this.links[at] === 1 : this.links[at] === 0;
  }

  /** Arrival time of a message of `bytes` that `from` hands to its uplink at `nowUs`; −1 where the link is cut. */
  arrival(from: number, link: number, bytes: number, nowUs: number): number {
    const { links } = this;
    const at = link * FIELDS;
    if (links[at + CUTS] > 0) return -1;
    const free = this.uploadFreeUs[from];
    const sentUs = (free > nowUs ? free : nowUs) + bytes * links[at + US_PER_BYTE];
    this.uploadFreeUs[from] = sentUs;
    this.bytesOut[from] += bytes;
    this.bytesTotal += bytes;
    links[at + BYTES] += bytes;
    const counter = links[at + SENT]++;
    let latency = links[at + LATENCY_US];
    if (this.jitter !== undefined) latency *= factor(this.jitter, draw32(this.key, link, PURPOSE.jitter, counter)) / 65536;
    if (this.dropBelow > 0 && draw32(this.key, link, PURPOSE.packetLoss, counter) < this.dropBelow) {
      this.drops++;
      latency += RETRANSMIT_US + 2 * links[at + LATENCY_US];
    }
    let arrivalUs = Math.round(sentUs + latency);
    if (arrivalUs < links[at + LAST_ARRIVAL_US]) arrivalUs = links[at + LAST_ARRIVAL_US];
    links[at + LAST_ARRIVAL_US] = arrivalUs;
    return arrivalUs;
  }
}
