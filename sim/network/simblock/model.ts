/**
 * SimBlock's relay, on this testbed's kernel (docs/validation.md). A model, not the engine: blocks have no content, nodes
 * have no state but a head, and nothing is validated.
 *
 *   inventory ──▶ request ──▶ compact block ──▶ held, or with a drawn failure: missing request ──▶ block (missing part)
 *                        └──▶ block (where one of the two does not relay compact blocks)
 *
 * - A node asks for a block at its first inventory, unless it holds it, is fetching it, or it lies on its own chain.
 * - A node sends one (compact) block or missing part at a time: the next leaves when the last has *arrived*.
 * - A higher block becomes the head and is announced to all neighbours; any other is kept, and not announced.
 * - Times are whole ms, as there; the queue counts µs.
 */
import type { Crypto } from '../../../engine/crypto/crypto.ts';
import { utf8 } from '../../../engine/primitives/bytes.ts';
import { pick, pickTable } from '../../kernel/distributions.ts';
import { PURPOSE, draw32, seedKey, type DrawKey } from '../../kernel/draw.ts';
import { EventQueue } from '../../kernel/queue.ts';
import { TraceHash } from '../../kernel/trace-hash.ts';
import { MiningOracle } from '../../nodes/mining.ts';
import type { ResolvedScenario } from '../../scenario/types.ts';
import { ARRIVAL_MAX_US, ARRIVAL_NEVER, type EventRow, type PartialReason, type RunOptions } from '../../trace/record.ts';
import { randomTopology } from '../topology.ts';
import { DOWNLOADING, ORPHAN, commonAncestor, makeBlock, onSameChain, type Block } from './block.ts';
import {
  CHURN_MISSING_WEIGHTS, COMPACT_BLOCK_BYTES, COMPACT_FAILURE_PPM, CONTROL_MISSING_PERCENT, MESSAGE_FIXED_MS, PROCESSING_MS,
} from './constants.ts';
import { Links } from './links.ts';
import { relayPopulation, type RelayPopulation } from './population.ts';
import { simblockTopology } from './topology.ts';

/** Kinds of kernel events; the numbers enter the trace hash. `find` reaches a miner, all others are messages. */
export const EVENT = { find: 0, inventory: 1, request: 2, compact: 3, missing: 4, block: 5 } as const;
const EVENT_NAMES = ['find', 'message:inventory', 'message:request', 'message:compact-block', 'message:missing-request', 'message:block'] as const;

const TWO32 = 0x1_0000_0000;
const FAILURE_BELOW = {
  control: Math.floor((COMPACT_FAILURE_PPM.control / 1_000_000) * TWO32),
  churn: Math.floor((COMPACT_FAILURE_PPM.churn / 1_000_000) * TWO32),
} as const;
const CHURN_MISSING = pickTable(CHURN_MISSING_WEIGHTS);

/** What a node has still to send, in order of requests. */
interface Upload {
  readonly link: number;
  readonly block: Block;
  readonly missing: boolean;
}

/** Who hears what happens; answers nothing. */
export interface RelayListener {
  found(block: Block, atUs: number): void;
  reorg(node: number, from: Block, to: Block, common: Block, atUs: number): void;
  /** Called with every event, before it takes effect. */
  now(atUs: number): void;
}

export class RelayModel {
  readonly links: Links;
  readonly population: RelayPopulation;
  readonly hash: TraceHash;
  /** In the order in which they were found; genesis first. */
  readonly blocks: Block[] = [];
  /** By node; undefined until genesis has come. */
  readonly head: (Block | undefined)[];
  readonly window: EventRow[] = [];
  readonly plannedEndUs: number;
  events = 0;
  /** Time of the last event, at the end of a run of `durationUs` that time. */
  nowUs = 0;
  messagesSent = 0;
  bytesSent = 0;

  private readonly queue = new EventQueue();
  private readonly key: DrawKey;
  private readonly nodes: number;
  private readonly roundsMax: number;
  private readonly endUs: number;
  private readonly blockBytes: number;
  private readonly oracle: MiningOracle;
  /** By node: time of its next find, and of the queue's next event that looks for it. */
  private readonly findUs: Float64Array;
  private readonly lookUs: Float64Array;
  private readonly sending: Uint8Array;
  private readonly uploads: Upload[][];
  /** By node: compact blocks received, and missing parts sent; counters of keyed draws. */
  private readonly compactsReceived: Int32Array;
  private readonly partsSent: Int32Array;
  private readonly listener: RelayListener;
  /** By slot of the queue: the event that scheduled it. Kept only for `RunOptions.window`. */
  private readonly causes: number[] | undefined;

  constructor(scenario: ResolvedScenario, crypto: Crypto, listener: RelayListener, recordCauses: boolean) {
    const { run, network, params } = scenario;
    this.key = seedKey(run.seed, crypto);
    this.nodes = network.totalNodes;
    this.roundsMax = run.rounds ?? Infinity;
    this.endUs = run.durationUs ?? Infinity;
    this.plannedEndUs = run.durationUs ?? run.rounds! * params.roundIntervalSeconds * 1_000_000;
    this.blockBytes = network.simblock!.blockBytes;
    this.listener = listener;
    this.causes = recordCauses ? [] : undefined;
    this.hash = new TraceHash(crypto, utf8(`relay-model/${run.seed}`));
    this.population = relayPopulation(scenario, this.key);
    const topology =
      network.topology.kind === 'simblock' ? simblockTopology(this.nodes, this.key)
      : randomTopology(Array<boolean>(this.nodes).fill(true), Array<boolean>(this.nodes).fill(false), network.topology.outbound, network.topology.inboundMax, this.key);
    this.links = new Links(topology, this.population.region, network.regions, network.jitter === 'pareto', this.key);
    this.oracle = new MiningOracle(this.key, this.population.power, params.roundIntervalSeconds, 1n);
    this.head = Array<Block | undefined>(this.nodes).fill(undefined);
    this.findUs = new Float64Array(this.nodes);
    this.lookUs = new Float64Array(this.nodes).fill(Infinity);
    this.sending = new Uint8Array(this.nodes);
    this.uploads = Array.from({ length: this.nodes }, () => []);
    this.compactsReceived = new Int32Array(this.nodes);
    this.partsSent = new Int32Array(this.nodes);
  }


  /**
   * Runs until the scenario's virtual length, or until a block would be found on top of its last round, where SimBlock
   * stops too. Returns why it is partial, if it is.
   */
  run(options: RunOptions): PartialReason | undefined {
    const { queue, hash } = this;
    const stopEvent = options.stopAt?.event ?? Infinity;
    const stopUs = options.stopAt?.atUs ?? Infinity;
    let checkpointsSeen = 0;
    let untilProgress = 50_000;
    this.receiveBlock(0, this.addBlock(undefined, -1, 0), 0);
    while (this.events < stopEvent) {
      const slot = queue.pop();
      if (slot < 0) return undefined;
      const nowUs = queue.time[slot];
      if (nowUs > stopUs && stopUs < this.endUs) return 'stopped';
      if (nowUs > this.endUs) {
        this.nowUs = this.endUs;
        return undefined;
      }
      const type = queue.type[slot];
      const to = queue.to[slot];
      const link = queue.a[slot];
      const block = queue.ref[slot] as Block | undefined;
      const digest = block === undefined ? 0 : Math.imul(block.index + 1, 0x9e3779b1) ^ link;
      this.nowUs = nowUs;
      this.listener.now(nowUs);
      hash.event(nowUs, type, to, digest);
      this.events++;
      if (this.causes !== undefined) this.noteWindow(options, { event: this.events, atUs: nowUs, type: EVENT_NAMES[type], node: to, digest, cause: this.causes[slot] });
      queue.release(slot);
      if (block === undefined) {
        if (this.isFind(to, nowUs) && !this.find(to, nowUs)) return undefined;
      } else {
        this.receive(type, to, link, block, nowUs);
      }
      if (hash.checkpoints.length > checkpointsSeen) options.onCheckpoint?.(hash.checkpoints[checkpointsSeen++]);
      if (--untilProgress === 0) {
        untilProgress = 50_000;
        const endUs = this.plannedEndUs;
        const answer = options.onProgress?.({ virtualUs: nowUs, endUs, events: this.events, rounds: this.blocks.length - 1, transactions: 0 });
        if (answer === 'stop') return 'interrupted';
        if (answer === 'wall-limit') return 'wall-limit';
      }
    }
    return 'stopped';
  }

  // ── mining ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Draws the node's next find on its new head. Most draws are replaced long before they come true, so the queue holds
   * one event per node, at the earliest of its draws so far, and looks again then; of 1,000 draws about 7 enter the queue.
   */
  private mine(node: number, nowUs: number): void {
    const delayUs = this.oracle.draw(node, 1n).delayUs;
    this.findUs[node] = nowUs + Math.floor(delayUs / 1000) * 1000;
    if (this.findUs[node] < this.lookUs[node]) this.lookFor(node);
  }

  private lookFor(node: number): void {
    this.lookUs[node] = this.findUs[node];
    this.schedule(this.findUs[node], EVENT.find, node, 0, undefined);
  }

  /** The event at `nowUs` is the node's present draw come true; one that looked too early looks again. */
  private isFind(node: number, nowUs: number): boolean {
    if (nowUs !== this.lookUs[node]) return false;
    if (nowUs === this.findUs[node]) {
      this.lookUs[node] = Infinity;
      return true;
    }
    this.lookFor(node);
    return false;
  }

  /** False where the run has all its rounds. */
  private find(node: number, nowUs: number): boolean {
    const parent = this.head[node]!;
    if (parent.height >= this.roundsMax) return false;
    const block = this.addBlock(parent, node, nowUs);
    this.listener.found(block, nowUs);
    this.receiveBlock(node, block, nowUs);
    return true;
  }

  private addBlock(parent: Block | undefined, node: number, nowUs: number): Block {
    const block = makeBlock(this.blocks.length, parent, node, nowUs, this.nodes);
    this.blocks.push(block);
    return block;
  }

  // ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────

  private receive(type: number, node: number, link: number, block: Block, nowUs: number): void {
    switch (type) {
      case EVENT.inventory:
        if (this.wants(node, block)) {
          block.known[node] |= DOWNLOADING;
          this.ask(EVENT.request, this.links.reverse[link], block, nowUs);
        }
        return;
      case EVENT.request:
      case EVENT.missing:
        this.uploads[node].push({ link: this.links.reverse[link], block, missing: type === EVENT.missing });
        if (this.sending[node] === 0) this.upload(node, nowUs);
        return;
      case EVENT.compact:
        this.upload(this.links.from[link], nowUs);
        if (this.compactFails(node)) return this.ask(EVENT.missing, this.links.reverse[link], block, nowUs);
        return this.arrived(node, block, nowUs);
      default:
        this.upload(this.links.from[link], nowUs);
        return this.arrived(node, block, nowUs);
    }
  }

  private wants(node: number, block: Block): boolean {
    const head = this.head[node];
    if (head === block || block.known[node] !== 0) return false;
    return head === undefined || block.height > head.height || !onSameChain(block, head);
  }

  private arrived(node: number, block: Block, nowUs: number): void {
    block.known[node] &= ~DOWNLOADING;
    this.receiveBlock(node, block, nowUs);
  }

  private receiveBlock(node: number, block: Block, nowUs: number): void {
    const head = this.head[node];
    if (head === undefined || block.height > head.height) {
      if (head !== undefined && !onSameChain(head, block)) {
        markOrphans(node, head, block);
        this.listener.reorg(node, head, block, commonAncestor(head, block), nowUs);
      }
      this.head[node] = block;
      noteArrival(node, block, nowUs);
      this.mine(node, nowUs);
      for (let link = this.links.first[node]; link < this.links.first[node + 1]; link++) this.ask(EVENT.inventory, link, block, nowUs);
    } else if ((block.known[node] & ORPHAN) === 0 && !onSameChain(block, head)) {
      markOrphans(node, block, head);
      noteArrival(node, block, nowUs);
    }
  }

  /** Sends a message without content of note. */
  private ask(type: number, link: number, block: Block, nowUs: number): void {
    this.messagesSent++;
    this.schedule(nowUs + (this.links.latencyMs(link) + MESSAGE_FIXED_MS) * 1000, type, this.links.to[link], link, block);
  }

  /** Sends what was asked for first, if anything is left; until it arrives, nothing else leaves. */
  private upload(node: number, nowUs: number): void {
    const next = this.uploads[node].shift();
    this.sending[node] = next === undefined ? 0 : 1;
    if (next === undefined) return;
    const { link, block, missing } = next;
    const { compact } = this.population;
    const isCompact = !missing && compact[node] && compact[this.links.to[link]];
    const bytes = missing ? this.missingBytes(node) : isCompact ? COMPACT_BLOCK_BYTES : this.blockBytes;
    const ms = this.links.transferMs(link, bytes) + PROCESSING_MS + this.links.latencyMs(link);
    this.messagesSent++;
    this.bytesSent += bytes;
    this.schedule(nowUs + ms * 1000, isCompact ? EVENT.compact : EVENT.block, this.links.to[link], link, block);
  }

  private compactFails(node: number): boolean {
    const below = this.population.churn[node] ? FAILURE_BELOW.churn : FAILURE_BELOW.control;
    return draw32(this.key, node, PURPOSE.relay, this.compactsReceived[node]++) < below;
  }

  /** As in SimBlock, the kind of the node that *sends* the missing part decides how much is missing. */
  private missingBytes(node: number): number {
    const percent = this.population.churn[node]
      ? pick(CHURN_MISSING, draw32(this.key, node, PURPOSE.payload, this.partsSent[node]++)) + 1
      : CONTROL_MISSING_PERCENT;
    return Math.floor((this.blockBytes * percent) / 100);
  }

  private schedule(timeUs: number, type: number, to: number, link: number, block: Block | undefined): void {
    const slot = this.queue.push(timeUs, type, to, link, block);
    if (this.causes !== undefined) this.causes[slot] = this.events;
  }

  private noteWindow({ window }: RunOptions, row: EventRow): void {
    if (window !== undefined && row.event >= window.from && row.event <= window.to) this.window.push(row);
  }
}

function noteArrival(node: number, block: Block, nowUs: number): void {
  if (block.deltaUs[node] === ARRIVAL_NEVER) block.deltaUs[node] = Math.min(ARRIVAL_MAX_US, nowUs - block.foundAtUs);
}

/** Everything on `stale`'s branch is an orphan of the node now, everything on `valid`'s is none. */
function markOrphans(node: number, stale: Block, valid: Block): void {
  const common = commonAncestor(stale, valid);
  for (let at = stale; at !== common; at = at.parent!) at.known[node] |= ORPHAN;
  for (let at = valid; at !== common; at = at.parent!) at.known[node] &= ~ORPHAN;
}
