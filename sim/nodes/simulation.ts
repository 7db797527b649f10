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
import { Vm } from '../../engine/starw/execute.ts';
import { Effects, EFFECT, Step, type Tell } from '../../engine/p2p/effects.ts';
import { Node, onlyNoted, nodeColumns, type NodeColumns } from '../../engine/node/node.ts';
import { MESSAGE_NAMES, type Message } from '../../engine/p2p/messages.ts';
import { Bug } from '../../engine/primitives/result.ts';
import { EventQueue } from '../kernel/queue.ts';
import { TraceHash } from '../kernel/trace-hash.ts';
import { PURPOSE, below, type DrawKey } from '../kernel/draw.ts';
import { paretoFactors } from '../kernel/distributions.ts';
import { Network } from '../network/network.ts';
import { randomTopology } from '../network/topology.ts';
import type { FaultHandle } from '../faults/fault.ts';
import { FAULTS } from '../faults/index.ts';
import type { NodeState } from '../trace/events.ts';
import type { MessageRow, RunOptions, RunProgress } from '../trace/record.ts';
import { SCHEDULED_FAULTS_MAX, type ResolvedScenario, type ScheduledFault } from '../scenario/types.ts';
import type { TxHandle } from '../../engine/chain/tx-set.ts';
import type { Submission } from '../workload/workload.ts';
import { ACTIVATION_TICK_US, BOOT_US, activationStep } from './activation.ts';
import { Delegation, DELEGATES } from './delegation.ts';
import { EventWindow } from './event-window.ts';
import { EVENT } from './events.ts';
import { MiningOracle } from './mining.ts';
import { Outages } from './outages.ts';
import type { Population } from './population.ts';
import { NodeStates } from './states.ts';
import { pickWitnesses } from './witnesses.ts';
import { World } from './world.ts';

/** Messages kept in `messages.jsonl`. */
const MESSAGES_KEPT = 2_000;
/** Grid of `Invariant.checkpoint`. */
const CHECKPOINT_US = 60_000_000;
/** After the last round of a run by rounds: time for everybody to hear of it. */
const ROUNDS_GRACE_US = 10_000_000;
/** A submission that no delegate takes is tried again after 1, 2, 4, … 16 s, until it is taken (assumption: a patient wallet). */
const RETRY_US = 1_000_000;
const RETRY_DOUBLINGS = 4;
/** A node that wakes counts as active once its head is this near the best, rounds. */
const SYNCED_WITHIN = 1;

/** Events between two calls of `RunOptions.onProgress`. */
const PROGRESS_EVENTS = 50_000;

/** How `Simulation.advance` stopped: at the run's end, where it was asked to, or where `onProgress` answered so. */
export type Advance = 'ended' | 'paused' | 'interrupted' | 'wall-limit';

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
  readonly states: NodeStates;
  readonly outages = new Outages(this);
  readonly cpuUs: Float64Array;
  readonly busyUntilUs: Float64Array;
  /** The scenario's, and those added since. */
  readonly scheduled: ScheduledFault[];
  readonly faultHandles = new Map<string, FaultHandle>();
  readonly fired = new Map<string, number>();
  signaturesCharged = 0;
  executionsCharged = 0;
  vmGasCharged = 0;
  proofsCharged = 0;
  messagesSent = 0;
  endUs: number;
  /** Planned end: the scenario's, or for a run by rounds the expected one. */
  readonly plannedEndUs: number;
  eventNumber = 0;
  window: EventWindow | undefined;
  /** Messages of the first `MESSAGES_KEPT` sends after warm-up: a sample to look at. */
  readonly messageRows: MessageRow[] = [];

  private readonly parts: SimulationParts;
  private readonly oracle: MiningOracle;
  private readonly delegation: Delegation;
  private readonly out = new Effects();
  private readonly step = new Step();
  private readonly columns: NodeColumns;
  private listener!: Listener;
  private options!: RunOptions;
  private checkpointsSeen = 0;
  private untilProgress = PROGRESS_EVENTS;
  /** Insertion number of the first fault's start. */
  private faultSequence = 0;
  private offeredInTick = 0;
  private bestRound: RoundRef = 0;

  constructor(parts: SimulationParts) {
    const { scenario, crypto, key, genesis, population } = parts;
    const count = population.kind.length;
    this.parts = parts;
    this.scenario = scenario;
    this.scheduled = [...scenario.faults.scheduled];
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

    const vm = new Vm();
    const verdicts = new StatelessVerdicts(this.registry, genesis, crypto);
    this.shared = new SharedExecutor(this.registry, genesis, crypto, vm, parts.seal, verdicts);
    this.witnesses = parts.isolated ? [] : pickWitnesses(population, scenario.run.witnesses, key);
    this.columns = nodeColumns(population.kind.map((_, node) => Math.max(1, this.network.degree(node))));
    for (let node = 0; node < count; node++) {
      const executor: ExecutorBase =
        parts.isolated ? new IsolatedExecutor(this.registry, genesis, crypto, vm, parts.seal, new StatelessVerdicts(this.registry, genesis, crypto))
        : this.witnesses.includes(node) ? new IsolatedExecutor(this.registry, genesis, crypto, vm, parts.seal, verdicts)
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
          this.columns,
          node,
        ),
      );
    }
    this.cpuUs = new Float64Array(count);
    this.busyUntilUs = new Float64Array(count);
    this.oracle = new MiningOracle(key, population.power, scenario.params.roundIntervalSeconds, this.registry.rounds[0].work);
    this.delegation = new Delegation(key, count, network.baseNodeCapacityMilliTpms);
    this.states = new NodeStates(population, this.delegation);
  }

  /** Sets the run up to its first event. Once, before `advance`. */
  begin(listener: Listener, options: RunOptions): void {
    this.listener = listener;
    this.options = options;
    if (options.window !== undefined) this.window = new EventWindow(this.queue, options.window);
    this.schedule();
  }

  /**
   * Goes on up to the last event at or before `untilUs`, or until `untilEvent` events have happened. In how many pieces a run
   * advances makes no difference to it.
   */
  advance(untilUs = Infinity, untilEvent = Infinity): Advance {
    const { queue, hash, listener, options } = this;
    const reported = hash.checkpoints;
    while (this.eventNumber < untilEvent) {
      const slot = queue.pop(untilUs < this.endUs ? untilUs : this.endUs);
      if (slot < 0) return queue.size === 0 || queue.nextUs > this.endUs ? 'ended' : 'paused';
      const nowUs = queue.time[slot];
      const type = queue.type[slot];
      const to = queue.to[slot];
      const a = queue.a[slot];
      const ref = queue.ref[slot];
      const digest = type === EVENT.message ? this.digestOf(ref as Message) ^ a : type === EVENT.timer ? Math.imul(a + 1, 0x9e3779b1) ^ (ref as number) : a;
      hash.event(nowUs, type, to, digest);
      this.eventNumber++;
      listener.event(nowUs, queue.sequence[slot]);
      this.window?.popped(slot, this.eventNumber, digest);
      queue.release(slot);
      this.dispatch(type, to, a, ref, nowUs);
      if (reported.length > this.checkpointsSeen) options.onCheckpoint?.(reported[this.checkpointsSeen++]);
      if (--this.untilProgress === 0) {
        this.untilProgress = PROGRESS_EVENTS;
        const answer = options.onProgress?.(this.progress());
        if (answer === 'stop') return 'interrupted';
        if (answer === 'wall-limit') return 'wall-limit';
      }
    }
    return 'paused';
  }

  /** Where the run stands. */
  progress(): RunProgress {
    return {
      virtualUs: this.nowUs,
      endUs: Number.isFinite(this.endUs) ? this.endUs : this.plannedEndUs,
      events: this.eventNumber,
      rounds: this.registry.rounds.length - 1,
      transactions: this.registry.transactions.length,
    };
  }

  /**
   * Adds a fault to those of the scenario. `atUs` lies after the present event, and so does the end when it is given to
   * `scheduleEnd`: then everything is as if the fault had stood in the scenario, at the end of its list, from the start.
   */
  addFault(fault: ScheduledFault): number {
    this.scheduled.push(fault);
    this.scheduleFault(this.scheduled.length - 1, 0, fault.atUs);
    return this.scheduled.length - 1;
  }

  scheduleEnd(index: number, atUs: number): void {
    this.scheduleFault(index, 1, atUs);
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

  // ── start ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private schedule(): void {
    const { scenario } = this;
    for (let node = 0; node < this.nodes.length; node++) if (this.states.of[node] === 'active') this.redraw(node);
    for (let node = 0; node < this.nodes.length; node++) if (this.states.of[node] === 'active') this.connect(node, true);
    this.scheduleSubmission(0);
    this.push(ACTIVATION_TICK_US, EVENT.tick, -1, 0, undefined);
    this.push(CHECKPOINT_US, EVENT.checkpoint, -1, 0, undefined);
    this.faultSequence = this.queue.reserve(2 * SCHEDULED_FAULTS_MAX);
    scenario.faults.scheduled.forEach((fault, index) => {
      this.scheduleFault(index, 0, fault.atUs);
      this.scheduleFault(index, 1, fault.atUs + fault.forUs);
    });
    scenario.invariants.eventually.forEach(({ after, withinUs }, index) => {
      const fault = scenario.faults.scheduled.find(({ id }) => id === after);
      if (fault !== undefined) this.push(fault.atUs + fault.forUs + withinUs, EVENT.healed, -1, index, undefined);
    });
    if (scenario.faults.random.crashPerNodeHourMilli > 0) {
      for (let node = 0; node < this.nodes.length; node++) this.outages.scheduleRandomCrash(node, 0);
    }
  }

  /** Links of a node that is up come up on both sides, where the other is up and nothing cuts them. */
  connect(node: number, starting: boolean): void {
    const { network } = this;
    for (let slot = 0; slot < network.degree(node); slot++) {
      const link = network.linkOf(node, slot);
      const peer = network.target(link);
      if (!this.states.isUp(peer) || network.isCut(link)) continue;
      this.linkChanged(node, slot, true);
      if (!starting) this.linkChanged(peer, network.targetSlot(link), true);
    }
  }

  /** A link's end hears that it came up or went down; a paused one when it goes on. */
  linkChanged(node: number, slot: number, up: boolean): void {
    if (this.outages.waits(node, EVENT.link, slot, up)) return;
    const { network, nowUs } = this;
    const light = this.population.kind[network.target(network.linkOf(node, slot))] === 'light';
    if (up) this.nodes[node].peerUp(slot, light, this.clockSeconds(nowUs), nowUs, this.out);
    else this.nodes[node].peerDown(slot, this.clockSeconds(nowUs), nowUs, this.out);
    this.carryOut(node, nowUs);
  }

  // ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private dispatch(type: number, to: number, a: number, ref: unknown, nowUs: number): void {
    if (type <= EVENT.win) {
      const state = this.states.of[to];
      if (state === 'down' || state === 'standby' || state === 'booting') return;
      if (this.outages.waits(to, type, a, ref)) return;
    }
    const node = this.nodes[to];
    switch (type) {
      case EVENT.message:
        if (this.outages.cuts > 0 && this.network.isCut(this.network.linkOf(to, a))) return;
        if (!onlyNoted(this.columns, to, a, ref as Message)) node.receive(a, ref as Message, this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.timer:
        node.timer(a, ref as number, this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.win:
        if (!this.oracle.isCurrent(to, a)) return;
        node.win(this.clockSeconds(nowUs), nowUs, this.out);
        return this.carryOut(to, nowUs);
      case EVENT.link:
        return this.outages.heardLate(to, a, ref === true);
      case EVENT.submit:
        return this.submit(ref as Submission, a, nowUs);
      case EVENT.arrival:
        return this.arrival(nowUs);
      case EVENT.tick:
        return this.tick(nowUs);
      case EVENT.fault:
        return this.fault(a, nowUs);
      case EVENT.boot:
        if (this.states.of[to] !== 'booting') return;
        this.setState(to, 'syncing', 'booted');
        this.redraw(to);
        this.connect(to, false);
        return;
      case EVENT.checkpoint:
        this.push(nowUs + CHECKPOINT_US, EVENT.checkpoint, -1, 0, undefined);
        this.prune();
        return this.listener.checkpoint(nowUs);
      case EVENT.healed:
        return this.listener.healed(this.scenario.invariants.eventually[a].after, nowUs);
      case EVENT.randomCrash:
        return this.outages.randomCrash(to, a);
      default:
        throw new Bug(`unknown event type ${type}`);
    }
  }

  /** Carries out what the last step of `node` asked for, and charges its virtual CPU time: output leaves when that is spent. */
  private carryOut(node: number, nowUs: number): void {
    const { out, network } = this;
    const { cost } = this.scenario.network;
    const chargeUs = (out.signatures * cost.signatureNs + out.executed * cost.executeNs + Math.round((out.vmGas * cost.millionGasNs) / 1_000_000) + out.proofs * cost.proofNs + cost.messageNs) / 1000;
    this.signaturesCharged += out.signatures;
    this.executionsCharged += out.executed;
    this.vmGasCharged += out.vmGas;
    this.proofsCharged += out.proofs;
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

  push(timeUs: number, type: number, to: number, a: number, ref: unknown): void {
    const slot = this.queue.push(timeUs, type, to, a, ref);
    this.window?.pushed(slot, this.eventNumber);
  }

  private tell(node: number, tell: Tell, nowUs: number): void {
    this.listener.tell(node, tell, nowUs);
    if (tell.type !== 'head') return;
    this.redraw(node);
    const { rounds } = this.registry;
    if (rounds[tell.to].work > rounds[this.bestRound].work) {
      this.bestRound = tell.to;
      if (this.scenario.run.rounds !== undefined && rounds[tell.to].number >= this.scenario.run.rounds && this.endUs === Infinity) {
        this.endUs = nowUs + ROUNDS_GRACE_US;
      }
    }
    if (this.states.of[node] === 'syncing' && rounds[tell.to].number >= rounds[this.bestRound].number - SYNCED_WITHIN) {
      this.setState(node, 'active', 'synced');
    }
  }

  setState(node: number, state: NodeState, reason: string): void {
    this.states.set(node, state);
    this.listener.nodeState(node, state, reason, this.nowUs);
  }

  /** A node that missed more than a round syncs before it counts again (D15). */
  comeBack(node: number, reason: 'restarted' | 'resumed'): void {
    const { rounds } = this.registry;
    const behind = rounds[this.bestRound].number - rounds[this.nodes[node].chain.head].number > SYNCED_WITHIN;
    this.busyUntilUs[node] = this.nowUs;
    this.setState(node, behind ? 'syncing' : 'active', reason);
    if (reason === 'restarted') this.listener.restarted(node, this.nowUs);
  }

  stopMining(node: number): void {
    this.oracle.stop(node);
  }

  /** Draws a miner's next find on its present head. */
  redraw(node: number): void {
    if (!this.oracle.mines(node) || !this.states.isUp(node)) return;
    if (this.scenario.run.rounds !== undefined && this.endUs !== Infinity) return;
    const { delayUs, ticket } = this.oracle.draw(node, this.shared.headers.nextWork(this.nodes[node].chain.head));
    this.push(this.nowUs + delayUs, EVENT.win, node, ticket, undefined);
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
    // Whoever sends a proof has made it first, on a machine of its own.
    if (submission.transaction.kind === 'shielded_transfer') this.push(nowUs + this.scenario.network.cost.proveNs / 1_000, EVENT.submit, -1, 0, submission);
    else this.submit(submission, 0, nowUs);
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
    for (const node of this.delegation.delegatesOf(sender)) if (this.states.of[node] === 'active' && this.delegation.take(node, nowUs)) return node;
    for (let attempt = 0; attempt < DELEGATES; attempt++) {
      const node = this.delegation.anyOf(sender, attempt);
      if (node >= 0 && this.states.of[node] === 'active' && this.delegation.take(node, nowUs)) return node;
    }
    return -1;
  }

  // ── activation ──────────────────────────────────────────────────────────────────────────────────────────────────

  private tick(nowUs: number): void {
    this.push(nowUs + ACTIVATION_TICK_US, EVENT.tick, -1, 0, undefined);
    const offeredMilliTpms = this.offeredInTick / (ACTIVATION_TICK_US / 1_000_000);
    this.offeredInTick = 0;
    const capacity = this.scenario.network.baseNodeCapacityMilliTpms;
    const { required, toActivate } = activationStep(offeredMilliTpms, capacity, this.states.active + this.states.waking, this.states.standby);
    const woken: number[] = [];
    for (let node = 0; woken.length < toActivate; node++) if (this.states.of[node] === 'standby') woken.push(node);
    for (const node of woken) this.wake(node, `load of ${offeredMilliTpms / 1000} TPMS requires ${required} active nodes`, nowUs);
    if (woken.length > 0 || required > this.states.active) this.listener.activation(nowUs, offeredMilliTpms, required, this.states.active, woken);
    this.listener.tick(nowUs);
  }

  private wake(node: number, reason: string, nowUs: number): void {
    this.setState(node, 'booting', reason);
    this.push(nowUs + BOOT_US, EVENT.boot, node, 0, undefined);
  }

  // ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Start (0) or end (1) of a fault: its place among the events of one instant follows from its place in the list alone. */
  private scheduleFault(index: number, end: 0 | 1, atUs: number): void {
    const code = 2 * index + end;
    const slot = this.queue.push(atUs, EVENT.fault, -1, code, undefined, this.faultSequence + code);
    this.window?.pushed(slot, 0);
  }

  private fault(code: number, nowUs: number): void {
    const fault = this.scheduled[code >> 1];
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

  // ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Counts effects of a fault. */
  countFired(id: string, times: number): void {
    this.fired.set(id, (this.fired.get(id) ?? 0) + times);
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
}
