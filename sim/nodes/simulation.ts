/**
 * A run: the event loop, and what the world does to the nodes. The nodes are the engine's own (`engine/node`); everything
 * random, timed or broken around them is here and in the folders this file calls.
 *
 * One event at a time, in the queue's total order: absorb it into the trace hash, hand it to a node's step (or to the
 * world), then carry out the effects: messages through the network, timers into the queue, tellings to the recorder, the
 * workload and the invariants.
 */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { Registry, type RoundRef } from '../../engine/chain/registry.ts';
import { SharedExecutor } from '../../engine/chain/shared-executor.ts';
import { IsolatedExecutor } from '../../engine/chain/isolated-executor.ts';
import { StatelessVerdicts } from '../../engine/chain/stateless-verdicts.ts';
import type { ExecutorBase } from '../../engine/chain/executor-base.ts';
import type { ExecutedRound } from '../../engine/chain/types.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Genesis } from '../../engine/chain/genesis.ts';
import type { Sealer } from '../../engine/chain/seal.ts';
import { Effects, EFFECT, Step, TIMER, type Tell } from '../../engine/p2p/effects.ts';
import { Node, nodeColumns } from '../../engine/node/node.ts';
import { MESSAGE_NAMES, type Message } from '../../engine/p2p/messages.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { EventQueue } from '../kernel/queue.ts';
import { TraceHash } from '../kernel/trace-hash.ts';
import { PURPOSE, below, draw32, type DrawKey } from '../kernel/draw.ts';
import { exponentialUs, paretoFactors } from '../kernel/distributions.ts';
import { Network } from '../network/network.ts';
import { randomTopology } from '../network/topology.ts';
import type { FaultHandle } from '../faults/fault.ts';
import { FAULTS } from '../faults/index.ts';
import type { NodeState } from '../trace/events.ts';
import type { EventRow, MessageRow, PartialReason, RunOptions } from '../trace/record.ts';
import type { ResolvedScenario, ScheduledFault } from '../scenario/types.ts';
import type { TxHandle } from '../../engine/chain/tx-set.ts';
import type { Submission } from '../workload/workload.ts';
import { ACTIVATION_TICK_US, BOOT_US, activationStep } from './activation.ts';
import { Delegation, DELEGATES } from './delegation.ts';
import { MiningOracle } from './mining.ts';
import type { Population } from './population.ts';
import { World } from './world.ts';

/** Kinds of kernel events; the numbers enter the trace hash. */
export const EVENT = { message: 0, timer: 1, win: 2, submit: 3, tick: 4, fault: 5, boot: 6, link: 7, checkpoint: 8, healed: 9, randomCrash: 10, arrival: 11 } as const;
const EVENT_NAMES = Object.keys(EVENT) as readonly (keyof typeof EVENT)[];
const TIMER_NAMES = Object.keys(TIMER) as readonly (keyof typeof TIMER)[];

/** Messages kept in `messages.jsonl`. */
const MESSAGES_KEPT = 2_000;
/** Grid of `Invariant.checkpoint`. */
const CHECKPOINT_US = 60_000_000;
/** After the last round of a run by rounds: time for everybody to hear of it. */
const ROUNDS_GRACE_US = 10_000_000;
/** A submission that no delegate takes is tried again after 1, 2, 4, … 16 s, until it is taken (assumption: a patient wallet). */
const RETRY_US = 1_000_000;
const RETRY_DOUBLINGS = 4;
/** How long a randomly crashed node stays down (assumption). */
const RANDOM_CRASH_DOWN_US = 60_000_000;
/** A node that wakes counts as active once its head is this near the best, rounds. */
const SYNCED_WITHIN = 1;

/** Who hears what happens: recorder, workload, invariants, in one object that `run.ts` composes. */
export interface Listener {
  event(timeUs: number, sequence: number): void;
  tell(node: number, tell: Tell, atUs: number): void;
  nodeState(node: number, state: NodeState, reason: string, atUs: number): void;
  /** A submission is about to be handed to its delegate. */
  submitting(submission: Submission, handle: TxHandle, node: number, atUs: number): void;
  /** No delegate has capacity for it now. */
  unplaced(submission: Submission, handle: TxHandle, attempt: number, atUs: number): void;
  fault(fault: ScheduledFault, phase: 'start' | 'end', nodes: readonly number[], atUs: number): void;
  activation(atUs: number, offeredMilliTpms: number, required: number, active: number, activated: readonly number[]): void;
  tick(atUs: number): void;
  checkpoint(atUs: number): void;
  restarted(node: number, atUs: number): void;
  healed(faultId: string, atUs: number): void;
}

export interface SimulationParts {
  readonly scenario: ResolvedScenario;
  readonly crypto: Crypto;
  readonly key: DrawKey;
  readonly genesis: Genesis;
  readonly seal: Sealer;
  readonly population: Population;
  readonly miners: readonly string[];
  /** Time of the next submission, µs, and the submission itself, which is made only when that time has come. */
  readonly workload: { peek(): number | undefined; next(): Submission | undefined } | undefined;
  readonly isolated: boolean;
}

export class Simulation {
  readonly scenario: ResolvedScenario;
  readonly key: DrawKey;
  readonly registry: Registry;
  readonly network: Network;
  readonly queue = new EventQueue();
  readonly hash: TraceHash;
  readonly nodes: Node[] = [];
  private readonly executors: ExecutorBase[] = [];
  readonly shared: SharedExecutor;
  /** Nodes with an executor of their own in a shared run: [a miner, one rebuilt from its rows, another]. */
  readonly witnesses: readonly number[];
  readonly population: Population;
  readonly state: NodeState[];
  readonly cpuUs: Float64Array;
  readonly bytesReceived: Float64Array;
  readonly busyUntilUs: Float64Array;
  readonly faultHandles = new Map<string, FaultHandle>();
  readonly fired = new Map<string, number>();
  signaturesCharged = 0;
  executionsCharged = 0;
  messagesSent = 0;
  activeMax = 0;
  endUs: number;
  /** Planned end: the scenario's, or for a run by rounds the expected one. */
  readonly plannedEndUs: number;
  eventNumber = 0;
  readonly window: EventRow[] = [];
  /** Messages of the first `MESSAGES_KEPT` sends after warm-up: a sample to look at. */
  readonly messageRows: MessageRow[] = [];

  private readonly parts: SimulationParts;
  private readonly oracle: MiningOracle;
  private readonly delegation: Delegation;
  private readonly out = new Effects();
  private readonly step = new Step();
  private listener!: Listener;
  private readonly held = new Map<number, { type: number; a: number; ref: unknown }[]>();
  private cutsActive = 0;
  private offeredInTick = 0;
  private active = 0;
  private standby: number;
  private waking = 0;
  private readonly causes: Float64Array[] = [];
  private recordCauses = false;
  private bestRound: RoundRef = 0;

  constructor(parts: SimulationParts) {
    const { scenario, crypto, key, genesis, population } = parts;
    const count = population.kind.length;
    this.parts = parts;
    this.scenario = scenario;
    this.key = key;
    this.population = population;
    this.registry = new Registry(genesis);
    this.hash = new TraceHash(crypto, crypto.sha256(Uint8Array.from(key, (word) => word & 255)));
    const { durationUs, rounds } = scenario.run;
    this.plannedEndUs = durationUs ?? (rounds! * scenario.params.roundIntervalSeconds * 1_000_000 + ROUNDS_GRACE_US);
    this.endUs = durationUs ?? Infinity;

    const { network } = scenario;
    const topology = randomTopology(
      population.kind.map((kind) => kind !== 'light'),
      population.standby,
      network.topology.outbound,
      network.topology.inboundMax,
      key,
    );
    const jitter = network.jitter === 'pareto' ? paretoFactors(5) : undefined;
    this.network = new Network(topology, population.region, network.regions, jitter, scenario.faults.random.packetDropPpm, key);

    const verdicts = new StatelessVerdicts(this.registry, genesis, crypto);
    this.shared = new SharedExecutor(this.registry, genesis, crypto, parts.seal, verdicts);
    this.witnesses = parts.isolated ? [] : this.pickWitnesses();
    const columns = nodeColumns(population.kind.map((_, node) => Math.max(1, this.network.degree(node))));
    for (let node = 0; node < count; node++) {
      const executor: ExecutorBase =
        parts.isolated ? new IsolatedExecutor(this.registry, genesis, crypto, parts.seal, new StatelessVerdicts(this.registry, genesis, crypto))
        : this.witnesses.includes(node) ? new IsolatedExecutor(this.registry, genesis, crypto, parts.seal, verdicts)
        : this.shared;
      this.executors.push(executor);
      this.nodes.push(
        new Node(
          {
            kind: population.kind[node],
            relay: network.relay === 'full' ? 'full' : 'compact',
            peersMax: Math.max(1, this.network.degree(node)),
            gossipBatchUs: network.txGossipBatchUs,
            gossipPhaseUs: below(key, node, PURPOSE.gossipPhase, 0, network.txGossipBatchUs),
            poolPolicy: scenario.pool,
            account: parts.miners[node],
          },
          scenario.params,
          this.registry,
          executor,
          this.step,
          columns,
          node,
        ),
      );
    }
    this.state = population.standby.map((standby) => (standby ? 'standby' : 'active'));
    this.standby = population.standby.filter(Boolean).length;
    this.cpuUs = new Float64Array(count);
    this.bytesReceived = new Float64Array(count);
    this.busyUntilUs = new Float64Array(count);
    this.oracle = new MiningOracle(key, population.power, scenario.params.roundIntervalSeconds, this.registry.rounds[0].work);
    this.delegation = new Delegation(key, count, network.baseNodeCapacityMilliTpms);
  }

  /** Runs to the end (or to where `options` stop it); returns why it is partial, if it is. */
  run(listener: Listener, options: RunOptions): PartialReason | undefined {
    this.listener = listener;
    this.recordCauses = options.window !== undefined;
    this.begin();
    const reported = this.hash.checkpoints;
    let checkpointsSeen = 0;
    let untilProgress = 50_000;
    const { queue, hash } = this;
    const stopEvent = options.stopAt?.event ?? Infinity;
    const stopUs = options.stopAt?.atUs ?? Infinity;
    while (this.eventNumber < stopEvent) {
      const slot = queue.pop();
      if (slot < 0) break;
      const nowUs = queue.time[slot];
      if (nowUs > this.endUs) break;
      if (nowUs > stopUs) return 'stopped';
      const type = queue.type[slot];
      const to = queue.to[slot];
      const a = queue.a[slot];
      const ref = queue.ref[slot];
      const digest = type === EVENT.message ? this.digestOf(ref as Message) ^ a : type === EVENT.timer ? Math.imul(a + 1, 0x9e3779b1) ^ (ref as number) : a;
      hash.event(nowUs, type, to, digest);
      this.eventNumber++;
      listener.event(nowUs, queue.sequence[slot]);
      if (this.recordCauses) this.noteWindow(slot, nowUs, type, to, digest, options.window!);
      queue.release(slot);
      this.dispatch(type, to, a, ref, nowUs);
      if (reported.length > checkpointsSeen) options.onCheckpoint?.(reported[checkpointsSeen++]);
      if (--untilProgress === 0) {
        untilProgress = 50_000;
        const answer = options.onProgress?.({
          virtualUs: nowUs,
          endUs: Number.isFinite(this.endUs) ? this.endUs : this.plannedEndUs,
          events: this.eventNumber,
          rounds: this.registry.rounds.length - 1,
          transactions: this.registry.transactions.length,
        });
        if (answer === 'stop') return 'interrupted';
        if (answer === 'wall-limit') return 'wall-limit';
      }
    }
    return this.eventNumber >= stopEvent ? 'stopped' : undefined;
  }

  /** A message names its round by number; the trace hash takes in what the round is, and with it all that it commits to. */
  private digestOf({ digest, round }: Message): number {
    return round < 0 ? digest : digest ^ this.registry.rounds[round].word;
  }

  /** Virtual now. */
  get nowUs(): number {
    return this.queue.nowUs;
  }

  /** A node's clock, Unix seconds: genesis time plus virtual time (clocks are exact until a fault says otherwise). */
  clockSeconds(nowUs: number): number {
    return this.parts.genesis.timeSeconds + Math.floor(nowUs / 1_000_000);
  }

  isUp(node: number): boolean {
    const state = this.state[node];
    return state === 'active' || state === 'syncing' || state === 'paused';
  }

  // ── start ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private begin(): void {
    const { scenario, queue } = this;
    for (let node = 0; node < this.nodes.length; node++) if (this.state[node] === 'active') this.redraw(node, 0);
    for (let node = 0; node < this.nodes.length; node++) if (this.state[node] === 'active') this.connect(node, 0, true);
    this.countActive();
    this.scheduleSubmission(0);
    queue.push(ACTIVATION_TICK_US, EVENT.tick, -1, 0, undefined);
    queue.push(CHECKPOINT_US, EVENT.checkpoint, -1, 0, undefined);
    scenario.faults.scheduled.forEach((fault, index) => {
      queue.push(fault.atUs, EVENT.fault, -1, 2 * index, undefined);
      queue.push(fault.atUs + fault.forUs, EVENT.fault, -1, 2 * index + 1, undefined);
    });
    scenario.invariants.eventually.forEach(({ after, withinUs }, index) => {
      const fault = scenario.faults.scheduled.find(({ id }) => id === after);
      if (fault !== undefined) queue.push(fault.atUs + fault.forUs + withinUs, EVENT.healed, -1, index, undefined);
    });
    if (scenario.faults.random.crashPerNodeHourMilli > 0) {
      for (let node = 0; node < this.nodes.length; node++) this.scheduleRandomCrash(node, 0, 0);
    }
  }

  /** Links of a node that is up come up on both sides, where the other is up and nothing cuts them. */
  private connect(node: number, nowUs: number, starting: boolean): void {
    const { network } = this;
    for (let slot = 0; slot < network.degree(node); slot++) {
      const link = network.linkOf(node, slot);
      const peer = network.target(link);
      if (!this.isUp(peer) || network.isCut(link)) continue;
      this.linkUp(node, slot, nowUs);
      if (!starting) this.linkUp(peer, network.targetSlot(link), nowUs);
    }
  }

  private linkUp(node: number, slot: number, nowUs: number): void {
    if (this.waits(node, EVENT.link, slot, true)) return;
    const peer = this.network.target(this.network.linkOf(node, slot));
    this.nodes[node].peerUp(slot, this.population.kind[peer] === 'light', this.clockSeconds(nowUs), nowUs, this.out);
    this.carryOut(node, nowUs);
  }

  private linkDown(node: number, slot: number, nowUs: number): void {
    if (this.waits(node, EVENT.link, slot, false)) return;
    this.nodes[node].peerDown(slot, this.clockSeconds(nowUs), nowUs, this.out);
    this.carryOut(node, nowUs);
  }

  /** What a paused node hears of a link once it goes on: only what still holds, since newer news may have come before it. */
  private heardLate(node: number, slot: number, up: boolean, nowUs: number): void {
    const { network } = this;
    const link = network.linkOf(node, slot);
    if (!this.isUp(node) || up !== (this.isUp(network.target(link)) && !network.isCut(link))) return;
    if (up) this.linkUp(node, slot, nowUs);
    else this.linkDown(node, slot, nowUs);
  }

  // ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private dispatch(type: number, to: number, a: number, ref: unknown, nowUs: number): void {
    if (type <= EVENT.win) {
      const state = this.state[to];
      if (state === 'down' || state === 'standby' || state === 'booting') return;
      if (this.waits(to, type, a, ref)) return;
    }
    const node = this.nodes[to];
    switch (type) {
      case EVENT.message:
        if (this.cutsActive > 0 && this.network.isCut(this.network.linkOf(to, a))) return;
        node.receive(a, ref as Message, this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.timer:
        node.timer(a, ref as number, this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.win:
        if (!this.oracle.isCurrent(to, a)) return;
        node.win(this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.link:
        return this.heardLate(to, a, ref === true, nowUs);
      case EVENT.submit:
        return this.submit(ref as Submission, a, nowUs);
      case EVENT.arrival:
        return this.arrival(nowUs);
      case EVENT.tick:
        return this.tick(nowUs);
      case EVENT.fault:
        return this.fault(a, nowUs);
      case EVENT.boot:
        if (this.state[to] !== 'booting') return;
        this.setState(to, 'syncing', 'booted', nowUs);
        this.redraw(to, nowUs);
        this.connect(to, nowUs, false);
        return;
      case EVENT.checkpoint:
        this.queue.push(nowUs + CHECKPOINT_US, EVENT.checkpoint, -1, 0, undefined);
        this.prune();
        return this.listener.checkpoint(nowUs);
      case EVENT.healed:
        return this.listener.healed(this.scenario.invariants.eventually[a].after, nowUs);
      case EVENT.randomCrash:
        return this.randomCrash(to, a, nowUs);
      default:
        throw new Bug(`unknown event type ${type}`);
    }
  }

  /** Whether the node is paused: what reaches it waits until it goes on. */
  private waits(node: number, type: number, a: number, ref: unknown): boolean {
    if (this.state[node] !== 'paused') return false;
    this.held.get(node)!.push({ type, a, ref });
    return true;
  }

  /** Carries out what the last step of `node` asked for, and charges its virtual CPU time: output leaves when that is spent. */
  private carryOut(node: number, nowUs: number): void {
    const { out, network } = this;
    const { cost } = this.scenario.network;
    const chargeUs = (out.signatures * cost.signatureNs + out.executed * cost.executeNs + cost.messageNs) / 1000;
    this.signaturesCharged += out.signatures;
    this.executionsCharged += out.executed;
    this.cpuUs[node] += chargeUs;
    const busy = this.busyUntilUs[node];
    const doneUs = (busy > nowUs ? busy : nowUs) + chargeUs;
    this.busyUntilUs[node] = doneUs;
    for (let i = 0; i < out.count; i++) {
      const kind = out.kind[i];
      if (kind === EFFECT.send) {
        const link = network.first[node] + out.a[i];
        const arrivalUs = network.arrival(node, link, out.b[i], doneUs);
        this.messagesSent++;
        if (this.messageRows.length < MESSAGES_KEPT && nowUs >= this.scenario.run.warmupUs) this.noteMessage(node, link, arrivalUs, out.ref[i] as Message, out.b[i]);
        if (arrivalUs >= 0) this.push(arrivalUs, EVENT.message, network.target(link), network.targetSlot(link), out.ref[i]);
      } else if (kind === EFFECT.timer) {
        this.push(out.b[i], EVENT.timer, node, out.a[i], out.ref[i]);
      }
    }
    const tells = out.takeTells();
    out.clear();
    for (const tell of tells) this.tell(node, tell, nowUs);
  }

  private noteMessage(from: number, link: number, arrivesAtUs: number, { type, round }: Message, bytes: number): void {
    const to = this.network.target(link);
    this.messageRows.push({ sentAtUs: this.nowUs, arrivesAtUs, from, to, type: MESSAGE_NAMES[type], bytes, round: round < 0 ? undefined : round });
  }

  private push(timeUs: number, type: number, to: number, a: number, ref: unknown): void {
    const slot = this.queue.push(timeUs, type, to, a, ref);
    if (this.recordCauses) this.noteCause(slot);
  }

  private tell(node: number, tell: Tell, nowUs: number): void {
    this.listener.tell(node, tell, nowUs);
    if (tell.type !== 'head') return;
    this.redraw(node, nowUs);
    const { rounds } = this.registry;
    if (rounds[tell.to].work > rounds[this.bestRound].work) {
      this.bestRound = tell.to;
      if (this.scenario.run.rounds !== undefined && rounds[tell.to].number >= this.scenario.run.rounds && this.endUs === Infinity) {
        this.endUs = nowUs + ROUNDS_GRACE_US;
      }
    }
    if (this.state[node] === 'syncing' && rounds[tell.to].number >= rounds[this.bestRound].number - SYNCED_WITHIN) {
      this.setState(node, 'active', 'synced', nowUs);
      this.countActive();
    }
  }

  /** Draws a miner's next find on its present head. */
  private redraw(node: number, nowUs: number): void {
    if (!this.oracle.mines(node) || !this.isUp(node)) return;
    if (this.scenario.run.rounds !== undefined && this.endUs !== Infinity) return;
    const { delayUs, ticket } = this.oracle.draw(node, this.shared.headers.nextWork(this.nodes[node].chain.head));
    this.push(nowUs + delayUs, EVENT.win, node, ticket, undefined);
  }

  // ── submissions ─────────────────────────────────────────────────────────────────────────────────────────────────

  private scheduleSubmission(nowUs: number): void {
    const atUs = this.parts.workload?.peek();
    if (atUs !== undefined) this.push(Math.max(nowUs, atUs), EVENT.arrival, -1, 0, undefined);
  }

  private arrival(nowUs: number): void {
    const submission = this.parts.workload!.next();
    this.scheduleSubmission(nowUs);
    if (submission === undefined) return;
    this.offeredInTick++;
    this.submit(submission, 0, nowUs);
  }

  private submit(submission: Submission, attempt: number, nowUs: number): void {
    const handle = this.registry.addTransaction(submission.transaction);
    const sender = this.registry.sender[handle];
    const node = this.placeOf(sender, nowUs);
    if (node < 0) {
      this.listener.unplaced(submission, handle, attempt, nowUs);
      this.push(nowUs + (RETRY_US << Math.min(attempt, RETRY_DOUBLINGS)), EVENT.submit, -1, attempt + 1, submission);
      return;
    }
    this.listener.submitting(submission, handle, node, nowUs);
    this.nodes[node].submit(handle, this.clockSeconds(nowUs), nowUs, this.out);
    this.carryOut(node, nowUs);
  }

  /** The sender's delegates in order, then any active node; −1 where none has capacity. */
  private placeOf(sender: number, nowUs: number): number {
    for (const node of this.delegation.delegatesOf(sender)) if (this.state[node] === 'active' && this.delegation.take(node, nowUs)) return node;
    for (let attempt = 0; attempt < DELEGATES; attempt++) {
      const node = this.delegation.anyOf(sender, attempt);
      if (node >= 0 && this.state[node] === 'active' && this.delegation.take(node, nowUs)) return node;
    }
    return -1;
  }

  // ── activation ──────────────────────────────────────────────────────────────────────────────────────────────────

  private tick(nowUs: number): void {
    this.queue.push(nowUs + ACTIVATION_TICK_US, EVENT.tick, -1, 0, undefined);
    const offeredMilliTpms = this.offeredInTick / (ACTIVATION_TICK_US / 1_000_000);
    this.offeredInTick = 0;
    const capacity = this.scenario.network.baseNodeCapacityMilliTpms;
    const { required, toActivate } = activationStep(offeredMilliTpms, capacity, this.active + this.waking, this.standby);
    const woken: number[] = [];
    for (let node = 0; woken.length < toActivate; node++) if (this.state[node] === 'standby') woken.push(node);
    for (const node of woken) this.wake(node, `load of ${offeredMilliTpms / 1000} TPMS requires ${required} active nodes`, nowUs);
    if (woken.length > 0 || required > this.active) this.listener.activation(nowUs, offeredMilliTpms, required, this.active, woken);
    this.listener.tick(nowUs);
  }

  private wake(node: number, reason: string, nowUs: number): void {
    this.setState(node, 'booting', reason, nowUs);
    this.push(nowUs + BOOT_US, EVENT.boot, node, 0, undefined);
  }

  setState(node: number, state: NodeState, reason: string, nowUs: number): void {
    this.count(this.state[node], -1);
    this.count(state, 1);
    this.state[node] = state;
    this.listener.nodeState(node, state, reason, nowUs);
  }

  /** Delegates are validators where there are any active, else all active nodes that are not light (D14, D22). */
  countActive(): void {
    const full: number[] = [];
    const validators: number[] = [];
    this.active = 0;
    for (let node = 0; node < this.state.length; node++) {
      if (this.state[node] !== 'active') continue;
      this.active++;
      if (this.population.kind[node] === 'light') continue;
      full.push(node);
      if (this.population.kind[node] === 'validator') validators.push(node);
    }
    if (this.active > this.activeMax) this.activeMax = this.active;
    this.delegation.setActive(validators.length > 0 ? validators : full, full);
  }

  get activeCount(): number {
    return this.active;
  }
  get standbyCount(): number {
    return this.standby;
  }

  private count(state: NodeState, by: number): void {
    if (state === 'standby') this.standby += by;
    else if (state === 'booting' || state === 'syncing') this.waking += by;
  }

  // ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private fault(code: number, nowUs: number): void {
    const fault = this.scenario.faults.scheduled[code >> 1];
    const world = new World(this, fault.id);
    if ((code & 1) === 0) {
      const handle = FAULTS[fault.kind].start(world, fault.options);
      this.faultHandles.set(fault.id, handle);
      this.listener.fault(fault, 'start', handle.nodes, nowUs);
    } else {
      const handle = this.faultHandles.get(fault.id)!;
      handle.end(world);
      this.listener.fault(fault, 'end', handle.nodes, nowUs);
    }
  }

  /** Cuts (by = 1) or mends (−1) the links between different groups; returns links changed. */
  cut(group: Int32Array, by: 1 | -1): number {
    const { network, nowUs } = this;
    this.cutsActive += by;
    let changed = 0;
    for (let node = 0; node < network.nodeCount; node++) {
      if (group[node] < 0) continue;
      for (let slot = 0; slot < network.degree(node); slot++) {
        const link = network.linkOf(node, slot);
        const peer = network.target(link);
        if (peer < node || group[peer] < 0 || group[peer] === group[node]) continue;
        const back = network.reverse(link);
        network.cut(back, by);
        if (!network.cut(link, by)) continue;
        changed++;
        if (!this.isUp(node) || !this.isUp(peer)) continue;
        if (by === 1) {
          this.linkDown(node, slot, nowUs);
          this.linkDown(peer, network.targetSlot(link), nowUs);
        } else {
          this.linkUp(node, slot, nowUs);
          this.linkUp(peer, network.targetSlot(link), nowUs);
        }
      }
    }
    return changed;
  }

  crash(node: number): boolean {
    if (!this.isUp(node)) return false;
    this.held.delete(node);
    this.oracle.stop(node);
    this.setState(node, 'down', 'crashed', this.nowUs);
    this.nodes[node].crash();
    this.disconnect(node);
    this.countActive();
    return true;
  }

  restart(node: number): boolean {
    if (this.state[node] !== 'down') return false;
    const { nowUs } = this;
    this.busyUntilUs[node] = nowUs;
    this.setState(node, this.stateAfterAbsence(node), 'restarted', nowUs);
    this.listener.restarted(node, nowUs);
    this.redraw(node, nowUs);
    this.connect(node, nowUs, false);
    this.countActive();
    return true;
  }

  /** A node that missed more than a round syncs before it counts again (D15). */
  private stateAfterAbsence(node: number): NodeState {
    const { rounds } = this.registry;
    return rounds[this.bestRound].number - rounds[this.nodes[node].chain.head].number > SYNCED_WITHIN ? 'syncing' : 'active';
  }

  pause(node: number): boolean {
    if (this.state[node] !== 'active' && this.state[node] !== 'syncing') return false;
    this.oracle.stop(node); // a frozen miner searches nothing
    this.setState(node, 'paused', 'paused', this.nowUs);
    this.held.set(node, []);
    this.countActive();
    return true;
  }

  resume(node: number): boolean {
    if (this.state[node] !== 'paused') return false;
    const { nowUs } = this;
    this.setState(node, this.stateAfterAbsence(node), 'resumed', nowUs);
    this.busyUntilUs[node] = nowUs;
    for (const { type, a, ref } of this.held.get(node)!) this.push(nowUs, type, node, a, ref);
    this.held.delete(node);
    this.redraw(node, nowUs);
    this.countActive();
    return true;
  }

  private disconnect(node: number): void {
    const { network, nowUs } = this;
    for (let slot = 0; slot < network.degree(node); slot++) {
      const link = network.linkOf(node, slot);
      const peer = network.target(link);
      if (this.isUp(peer) && !network.isCut(link)) this.linkDown(peer, network.targetSlot(link), nowUs);
    }
  }

  private scheduleRandomCrash(node: number, counter: number, nowUs: number): void {
    const perNodeHour = this.scenario.faults.random.crashPerNodeHourMilli / 1000;
    const delayUs = exponentialUs(3_600_000_000 / perNodeHour, draw32(this.key, node, PURPOSE.faultRandom, counter));
    this.push(nowUs + delayUs, EVENT.randomCrash, node, 2 * counter, undefined);
  }

  /** An even code crashes, the next odd one restarts what that crashed: a node that was not up is left to whoever stopped it. */
  private randomCrash(node: number, code: number, nowUs: number): void {
    if ((code & 1) === 0 && this.crash(node)) {
      this.fired.set('random-crash', (this.fired.get('random-crash') ?? 0) + 1);
      this.push(nowUs + RANDOM_CRASH_DOWN_US, EVENT.randomCrash, node, code + 1, undefined);
      return;
    }
    if ((code & 1) === 1) this.restart(node);
    this.scheduleRandomCrash(node, (code >> 1) + 1, nowUs);
  }

  // ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One miner, one node that is later rebuilt from its rows, and others; drawn among full nodes that start active. */
  private pickWitnesses(): readonly number[] {
    const { kind, standby } = this.population;
    const wanted = this.scenario.run.witnesses;
    const rest = kind.flatMap((k, node) => (k !== 'light' && !standby[node] ? [node] : []));
    const picked: number[] = [];
    const take = (from: readonly number[]): void => {
      if (from.length > 0 && picked.length < wanted) picked.push(from[below(this.key, picked.length, PURPOSE.witness, 0, from.length)]);
    };
    take(rest.filter((node) => kind[node] === 'mining'));
    while (picked.length < Math.min(wanted, rest.length)) take(rest.filter((node) => !picked.includes(node)));
    return picked;
  }

  /** The node at the other end of a node's peer slot. */
  peerOf(node: number, slot: number): number {
    return this.network.target(this.network.linkOf(node, slot));
  }

  /** What executing a round yielded, from whoever keeps it. */
  resultOf(ref: RoundRef): ExecutedRound | undefined {
    const known = this.shared.resultOf(ref);
    if (known !== undefined) return known;
    for (const { executor } of this.nodes) {
      const result = executor.resultOf(ref);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  /** State after a valid round, as an immutable view: the shared executor follows isolated nodes where it has not been yet. */
  stateOf(ref: RoundRef): StateReader {
    const path: RoundRef[] = [];
    for (let at = ref; at > 0 && this.shared.resultOf(at) === undefined; at = this.registry.rounds[at].parent) path.push(at);
    for (let i = path.length - 1; i >= 0; i--) this.shared.execute(path[i]);
    return this.shared.stateAt(ref);
  }

  signaturesComputed(): number {
    let computed = 0;
    for (const verdicts of new Set(this.executors.map(({ stateless }) => stateless))) computed += verdicts.computed;
    return computed;
  }

  /** States below every node's final round can never be asked for again. */
  private prune(): void {
    const { rounds } = this.registry;
    let lowest = Infinity;
    for (const { chain } of this.nodes) lowest = Math.min(lowest, rounds[chain.final].number);
    for (const executor of new Set([this.shared, ...this.executors])) executor.prune(lowest);
  }

  private noteCause(slot: number): void {
    this.causes[0] ??= new Float64Array(this.queue.time.length);
    if (this.causes[0].length < this.queue.time.length) {
      const grown = new Float64Array(this.queue.time.length);
      grown.set(this.causes[0]);
      this.causes[0] = grown;
    }
    this.causes[0][slot] = this.eventNumber;
  }

  private noteWindow(slot: number, atUs: number, type: number, to: number, digest: number, window: { from: number; to: number }): void {
    if (this.eventNumber < window.from || this.eventNumber > window.to) return;
    const { queue } = this;
    const name =
      type === EVENT.message ? `message:${MESSAGE_NAMES[(queue.ref[slot] as Message).type]}`
      : type === EVENT.timer ? `timer:${TIMER_NAMES[queue.a[slot]]}`
      : EVENT_NAMES[type];
    this.window.push({ event: this.eventNumber, atUs, type: name, node: to, digest, cause: this.causes[0]?.[slot] ?? 0 });
  }
}
