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

export class Network {
  readonly nodeCount: number;
  /** Directed links are numbered by sender: those of node i are `first[i]` … `first[i + 1] − 1`, in slot order. */
  readonly first: Int32Array;
  readonly bytesOut: Float64Array;
  /** Bytes sent by all nodes. */
  bytesTotal = 0;
  /** Packets lost and sent again. */
  drops = 0;

  // By directed link. Narrow columns: a node's links lie together, so what sixteen sends read is a few cache lines.
  private readonly targets: Int32Array;
  private readonly slots: Uint16Array;
  /** Sender's region × regions + receiver's: indexes the two tables below. */
  private readonly route: Uint8Array;
  private readonly lastArrivalUs: Float64Array;
  private readonly sent: Int32Array;
  private readonly sentBytes: Float64Array;
  private readonly reverses: Int32Array;
  private readonly dialling: Uint8Array;
  /** Number of faults that cut it. */
  private readonly cuts: Uint8Array;
  private cutLinks = 0;

  // By route.
  private readonly routeLatencyUs: Float64Array;
  /** µs per byte over the narrower of the sender's upload and the receiver's download. */
  private readonly routeUsPerByte: Float64Array;

  private readonly uploadFreeUs: Float64Array;
  private readonly key: DrawKey;
  private readonly jitter: FactorTable | undefined;
  private readonly dropBelow: number;

  constructor(
    topology: Topology,
    region: Uint8Array,
    table: RegionTable,
    jitter: FactorTable | undefined,
    packetDropPpm: number,
    key: DrawKey,
  ) {
    const nodes = region.length;
    const links = 2 * topology.from.length;
    const regions = table.uploadBps.length;
    this.nodeCount = nodes;
    this.key = key;
    this.jitter = jitter;
    this.dropBelow = Math.floor((packetDropPpm / 1_000_000) * 0x1_0000_0000);
    this.uploadFreeUs = new Float64Array(nodes);
    this.bytesOut = new Float64Array(nodes);
    this.first = new Int32Array(nodes + 1);
    for (let i = 0; i < topology.from.length; i++) {
      this.first[topology.from[i] + 1]++;
      this.first[topology.to[i] + 1]++;
    }
    for (let node = 0; node < nodes; node++) this.first[node + 1] += this.first[node];

    this.targets = new Int32Array(links);
    this.slots = new Uint16Array(links);
    this.route = new Uint8Array(links);
    this.lastArrivalUs = new Float64Array(links);
    this.sent = new Int32Array(links);
    this.sentBytes = new Float64Array(links);
    this.reverses = new Int32Array(links);
    this.dialling = new Uint8Array(links);
    this.cuts = new Uint8Array(links);
    this.routeLatencyUs = new Float64Array(regions * regions);
    this.routeUsPerByte = new Float64Array(regions * regions);
    for (let from = 0; from < regions; from++) {
      for (let to = 0; to < regions; to++) {
        this.routeLatencyUs[from * regions + to] = table.latencyMs[from][to] * 1000;
        this.routeUsPerByte[from * regions + to] = 8_000_000 / Math.min(table.uploadBps[from], table.downloadBps[to]);
      }
    }
    const next = this.first.slice();
    for (let i = 0; i < topology.from.length; i++) {
      const x = topology.from[i];
      const y = topology.to[i];
      const there = next[x]++;
      const back = next[y]++;
      this.setLink(there, back, x, y, region, regions);
      this.setLink(back, there, y, x, region, regions);
      this.dialling[there] = 1;
    }
  }

  private setLink(link: number, reverse: number, sender: number, receiver: number, region: Uint8Array, regions: number): void {
    this.targets[link] = receiver;
    this.slots[link] = reverse - this.first[receiver];
    this.route[link] = region[sender] * regions + region[receiver];
    this.reverses[link] = reverse;
  }

  linkOf(node: number, slot: number): number {
    return this.first[node] + slot;
  }
  degree(node: number): number {
    return this.first[node + 1] - this.first[node];
  }
  target(link: number): number {
    return this.targets[link];
  }
  targetSlot(link: number): number {
    return this.slots[link];
  }
  /** One way, before jitter. */
  latencyUs(link: number): number {
    return this.routeLatencyUs[this.route[link]];
  }
  reverse(link: number): number {
    return this.reverses[link];
  }
  /** Bytes sent over a directed link. */
  bytes(link: number): number {
    return this.sentBytes[link];
  }
  /** Whether this end opened the connection. */
  dialled(link: number): boolean {
    return this.dialling[link] === 1;
  }
  bytesIn(node: number): number {
    let bytes = 0;
    for (let slot = 0; slot < this.degree(node); slot++) bytes += this.bytes(this.reverse(this.linkOf(node, slot)));
    return bytes;
  }
  isCut(link: number): boolean {
    return this.cutLinks > 0 && this.cuts[link] > 0;
  }
  /** Adds or takes away one fault's cut of a directed link; true when that changed whether it is cut. */
  cut(link: number, by: 1 | -1): boolean {
    this.cuts[link] += by;
    const changed = this.cuts[link] === (by === 1 ? 1 : 0);
    if (changed) this.cutLinks += by;
    return changed;
  }

  /** Arrival time of a message of `bytes` that `from` hands to its uplink at `nowUs`; −1 where the link is cut. */
  arrival(from: number, link: number, bytes: number, nowUs: number): number {
    if (this.isCut(link)) return -1;
    const route = this.route[link];
    const free = this.uploadFreeUs[from];
    const sentUs = (free > nowUs ? free : nowUs) + bytes * this.routeUsPerByte[route];
    this.uploadFreeUs[from] = sentUs;
    this.bytesOut[from] += bytes;
    this.bytesTotal += bytes;
    this.sentBytes[link] += bytes;
    const counter = this.sent[link]++;
    let latency = this.routeLatencyUs[route];
    if (this.jitter !== undefined) latency *= factor(this.jitter, draw32(this.key, link, PURPOSE.jitter, counter)) / 65536;
    if (this.dropBelow > 0 && draw32(this.key, link, PURPOSE.packetLoss, counter) < this.dropBelow) {
      this.drops++;
      latency += RETRANSMIT_US + 2 * this.routeLatencyUs[route];
    }
    const arrivalUs = Math.max(Math.round(sentUs + latency), this.lastArrivalUs[link]);
    this.lastArrivalUs[link] = arrivalUs;
    return arrivalUs;
  }
}
