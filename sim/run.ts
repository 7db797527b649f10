/**
 * One run: scenario in, record out. A pure function of (scenario, code): the same record from the same scenario, whatever
 * the backend, the machine, and who listens. The command and the fuzzer call `runScenario`; the dashboard advances a `Run`
 * piece by piece and adds faults between the pieces, which comes to the same as a scenario that had them from the start.
 */
import type { Crypto } from '../engine/crypto/crypto.ts';
import { nobleCrypto } from '../engine/crypto/noble.ts';
import { accountOf } from '../engine/crypto/address.ts';
import { makeGenesis, type Genesis } from '../engine/chain/genesis.ts';
import { sampledSeal } from '../engine/chain/seal.ts';
import type { RoundRef } from '../engine/chain/registry.ts';
import type { RoundHeader } from '../engine/chain/types.ts';
import type { TxHandle } from '../engine/chain/tx-set.ts';
import type { Tell } from '../engine/p2p/effects.ts';
import type { Params } from '../engine/params/params.ts';
import { Bug } from '../engine/primitives/result.ts';
import { concat, fromHex, toHex, utf8 } from '../engine/primitives/bytes.ts';
import type { Claim } from '../engine/zk/statements.ts';
import { stubProver } from '../engine/zk/stub.ts';
import type { RunFacts } from './invariants/invariant.ts';
import { SUSPENDED_BEYOND, Watch } from './invariants/watch.ts';
import { seedKey, type DrawKey } from './kernel/draw.ts';
import { Recorder } from './metrics/recorder.ts';
import { runRelayModel } from './network/simblock/run.ts';
import { AddedFaults, type AddedFault } from './nodes/added-faults.ts';
import { NodeView, RoundBook } from './nodes/facts.ts';
import { populate } from './nodes/population.ts';
import { Simulation, type Advance, type Listener } from './nodes/simulation.ts';
import type { NodeState } from './trace/events.ts';
import type { PartialReason, RunOptions, RunProgress, RunRecord } from './trace/record.ts';
import type { ResolvedScenario, ScheduledFault } from './scenario/types.ts';
import { makeAccounts, type WorkloadAccounts } from './workload/accounts.ts';
import type { Status, SubmissionTag } from './workload/expectations.ts';
import { planOf, stepsBound } from './workload/shielded-plan.ts';
import { Workload, type Submission } from './workload/workload.ts';

/** Genesis time of simulated chains: the document's date, 2025-11-10T00:00:00Z. */
export const GENESIS_TIME_SECONDS = 1_762_732_800;
/** Compact target of simulated genesis rounds: one find per 2^32 hashes. Hash power is relative to it (D8, D24). */
const GENESIS_BITS = 0x1d00ffff;
/** Rounds above one at which the workload builds on what it holds (not a rule: a careful wallet's habit). */
const SEEN_DEPTH = 1;

export function runScenario(scenario: ResolvedScenario, options: RunOptions): RunRecord {
  if (scenario.network.relay === 'simblock') return runRelayModel(scenario, options);
  const run = new Run(scenario, options);
  run.advance(options.stopAt?.atUs, options.stopAt?.event);
  return run.finish();
}

const PARTIAL: Readonly<Record<Advance, PartialReason | undefined>> = { ended: undefined, paused: 'stopped', interrupted: 'interrupted', 'wall-limit': 'wall-limit' };

/** Agreement and convergence, unless just that is expected to fail (D7). */
function suspendedIn({ beyond, expect }: ResolvedScenario): readonly string[] {
  return beyond ? SUSPENDED_BEYOND.filter((id) => expect !== `violation:${id}`) : [];
}

/** Hash power that is the same throughout: no fault stops or divides miners. */
function constantPower(scenario: ResolvedScenario): boolean {
  return scenario.faults.scheduled.length === 0 && scenario.faults.random.crashPerNodeHourMilli === 0;
}

/** A run of the engine's own nodes (not of the relay model), advanced by its owner. */
export class Run implements Listener {
  private readonly given: ResolvedScenario;
  private readonly options: RunOptions;
  private readonly crypto: Crypto;
  private readonly genesis: Genesis;
  private readonly simulation: Simulation;
  private readonly recorder: Recorder;
  private readonly workload: Workload | undefined;
  private readonly watch: Watch;
  private readonly book: RoundBook;
  private readonly nodes: readonly NodeView[];
  private readonly added: AddedFaults;
  private state: Advance = 'paused';
  private over = false;
  private readonly tags = new Map<TxHandle, SubmissionTag>();
  private readonly executed = new Set<RoundRef>();
  private readonly finalTold = new Set<RoundRef>();
  private best: RoundRef = 0;
  private seenUpTo = 0;

  constructor(scenario: ResolvedScenario, options: RunOptions) {
    const { crypto } = options;
    const key = seedKey(scenario.run.seed, crypto);
    const accounts = accountsOf(scenario, crypto);
    this.given = scenario;
    this.options = options;
    this.crypto = crypto;
    this.genesis = genesisOf(scenario, accounts, crypto);
    this.workload = accounts === undefined ? undefined : new Workload(scenario, accounts, this.genesis, crypto, key, options.prove ?? (scenario.params.proofs === 'stub' ? stubProver.prove : () => undefined));
    const population = populate(scenario, key);
    const secret = crypto.sha256(concat(utf8('stratus-mining-oracle'), bytesOf(key)));
    this.simulation = new Simulation({
      scenario,
      crypto,
      key,
      genesis: this.genesis,
      seal: sampledSeal(secret, crypto),
      population,
      miners: population.kind.map((_, node) => minerOf(node, key, crypto)),
      workload: this.workload,
      isolated: options.isolated ?? scenario.run.isolated,
    });
    this.recorder = new Recorder(this.simulation);
    this.book = new RoundBook(this.simulation.registry);
    this.nodes = this.simulation.nodes.map((_, node) => new NodeView(this.simulation, this.book, node));
    this.added = new AddedFaults(this.simulation);
    const { added } = this;
    const facts: RunFacts = {
      params: this.genesis.params,
      poolPolicy: scenario.pool,
      genesis: this.genesis,
      crypto,
      nodes: this.nodes,
      get beyond() {
        return added.scenario.beyond;
      },
      get constantPower() {
        return constantPower(added.scenario);
      },
      sealHolds: (header) => taggedBy(secret, header),
    };
    this.watch = new Watch(facts, scenario.invariants.always, {
      eventually: scenario.invariants.eventually,
      suspended: suspendedIn(scenario),
    });
    this.simulation.begin(this, options);
  }

  /**
   * Goes on up to the last event at or before `untilUs`, or until `untilEvent` events have happened, whichever is first.
   * How a run is cut into pieces makes no difference to it.
   */
  advance(untilUs = Infinity, untilEvent = Infinity): Advance {
    const { simulation, added } = this;
    while (this.state === 'paused') {
      this.state = simulation.advance(Math.min(untilUs, added.dueUs - 1), untilEvent);
      if (this.state === 'interrupted' || this.state === 'wall-limit') break;
      const dueUs = added.dueUs;
      if (simulation.eventNumber >= untilEvent || dueUs > untilUs || dueUs > simulation.endUs) break;
      added.schedule();
      this.state = 'paused';
    }
    if (this.state === 'ended') this.end();
    if (Number.isFinite(untilUs) && simulation.eventNumber < untilEvent) added.reached(untilUs);
    return this.state;
  }

  /** Where the run stands. */
  get progress(): RunProgress {
    return this.simulation.progress();
  }

  get traceHash(): string {
    return this.simulation.hash.digest();
  }

  /** Faults added by hand, in order. */
  get addedFaults(): readonly AddedFault[] {
    return this.added.list;
  }

  /** Nothing more happens: its last event may lie before its end. */
  get ended(): boolean {
    return this.state === 'ended';
  }

  /** The earliest time at which a fault may start or be ended now: the next whole millisecond. */
  get nextUs(): number {
    return this.added.nextUs;
  }

  /** Starts a fault at `nextUs`; without `forUs` it lasts until `endFault`, or past the end of the run. The options are those of a loaded scenario. */
  addFault(fault: Omit<ScheduledFault, 'atUs' | 'forUs'> & { readonly forUs?: number | undefined }): void {
    if (this.ended) throw new Bug('a fault after the end of the run');
    this.added.add(fault);
  }

  /** Ends an added fault at `nextUs`, if it has not ended by then. */
  endFault(id: string): void {
    this.added.end(id);
  }

  /** The scenario whose run this is: the given one with the added faults. It says `beyond` where they make it so (D7). */
  get scenario(): ResolvedScenario {
    return this.added.scenario;
  }

  /** The record of a run that goes no further, whether it has reached its end or not. */
  finish(): RunRecord {
    this.end();
    return this.record();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    const { watch, scenario } = this;
    if (scenario.beyond && !this.given.beyond) watch.suspend(suspendedIn(scenario));
    this.at(this.endUs);
    watch.end();
  }

  /** Where the record ends. */
  private get endUs(): number {
    const { endUs, nowUs } = this.simulation;
    return this.state === 'ended' && Number.isFinite(endUs) ? endUs : nowUs;
  }

  /** What there is so far; the record of the run once it has ended. */
  record(): RunRecord {
    const { simulation, recorder, watch, scenario, endUs } = this;
    const outcomes = this.workload?.statistics;
    recorder.unexpected = outcomes?.unexpectedCount ?? 0;
    return {
      fidelity: 'full',
      partial: PARTIAL[this.state],
      endUs,
      plannedEndUs: Number.isFinite(simulation.endUs) ? simulation.endUs : simulation.plannedEndUs,
      events: simulation.eventNumber,
      traceHash: simulation.hash.digest(),
      checkpoints: simulation.hash.checkpoints,
      ...recorder.finish(endUs),
      messages: simulation.messageRows,
      faults: [
        ...scenario.faults.scheduled.map(({ id, kind }) => ({ id, kind, fired: simulation.fired.get(id) ?? 0 })),
        ...(scenario.faults.random.crashPerNodeHourMilli > 0 ? [{ id: 'random-crash', kind: 'crash', fired: simulation.fired.get('random-crash') ?? 0 }] : []),
        ...(scenario.faults.random.packetDropPpm > 0 ? [{ id: 'random-packet-drop', kind: 'packet-drop', fired: simulation.network.drops }] : []),
      ],
      invariants: watch.rows(),
      violations: watch.violations(),
      liveness: watch.liveness(),
      unexpected: outcomes?.unexpected ?? [],
      proofs: [...recorder.provers],
      backend: this.crypto.backend,
      window: simulation.window?.rows ?? [],
    };
  }

  // ── Listener ────────────────────────────────────────────────────────────────────────────────────────────────────

  event(timeUs: number, sequence: number): void {
    this.at(timeUs);
    if (this.watch.wantsEvents) this.watch.event(timeUs, sequence);
  }

  tell(node: number, tell: Tell, atUs: number): void {
    const { watch, book, recorder, nodes } = this;
    const view = nodes[node];
    switch (tell.type) {
      case 'held':
        recorder.held(tell.round, node, atUs);
        return watch.held(view, book.of(tell.round));
      case 'built':
        book.noteFound(tell.round, atUs);
        recorder.found(tell.round, node, atUs);
        this.log(atUs, `round ${this.simulation.registry.rounds[tell.round].number} found by node ${node}`);
        return watch.roundFound(book.of(tell.round), view);
      case 'verdict':
        if (tell.error === undefined) this.noteExecuted(tell.round);
        return watch.verdict(view, book.of(tell.round), tell.error, tell.independent);
      case 'connected':
        return watch.connected(view, book.of(tell.round), tell.independent);
      case 'disconnected':
        return watch.disconnected(view, book.of(tell.round), tell.independent);
      case 'head':
        return this.headChanged(node, tell.from, tell.to, tell.abandoned, atUs);
      case 'final':
        recorder.final(tell.round, atUs);
        this.confirm(tell.round);
        return watch.finalized(view, book.of(tell.round));
      case 'finality-conflict':
        recorder.trace.push({ type: 'finality-conflict', atUs, node, final: tell.final, heavier: tell.heavier });
        this.log(atUs, `finality conflict at node ${node}`);
        return watch.finalityConflict(view, book.of(tell.final), book.of(tell.heavier));
      case 'submitted':
        return this.answered(tell.transaction, tell.refusal?.code, atUs);
      case 'evicted':
        return watch.evicted(view, this.simulation.registry.transactions[tell.transaction], tell.reason);
      case 'ban':
        return void recorder.trace.push({ type: 'ban', atUs, node, peer: this.simulation.peerOf(node, tell.peer), reason: tell.reason });
      case 'proved':
        return recorder.seen(tell.ok ? 'light-proof' : 'light-proof-refused');
    }
  }

  nodeState(node: number, state: NodeState, reason: string, atUs: number): void {
    this.recorder.nodeState(node, state, reason, atUs);
    this.log(atUs, `node ${node} is ${state}: ${reason}`);
  }

  submitting(submission: Submission, handle: TxHandle, node: number, atUs: number): void {
    this.tags.set(handle, submission.tag);
    this.recorder.submitted(handle, node, submission.tag.intent !== 'valid', atUs);
  }

  unplaced(submission: Submission, handle: TxHandle, attempt: number, atUs: number): void {
    if (attempt > 0) return;
    this.recorder.submitted(handle, -1, submission.tag.intent !== 'valid', atUs);
    this.recorder.refused(handle, 'no-capacity');
  }

  fault(fault: ScheduledFault, phase: 'start' | 'end', nodes: readonly number[], atUs: number): void {
    this.recorder.trace.push({ type: 'fault', atUs, id: fault.id, kind: fault.kind, phase, nodes });
    this.log(atUs, `fault ${fault.id} (${fault.kind}) ${phase}s`);
  }

  activation(atUs: number, offeredMilliTpms: number, required: number, active: number, activated: readonly number[]): void {
    this.recorder.trace.push({ type: 'activation', atUs, offeredMilliTpms, required, active, activated });
  }

  tick(atUs: number): void {
    this.recorder.tick(atUs);
  }

  checkpoint(): void {
    this.watch.checkpoint();
  }

  restarted(node: number): void {
    this.watch.restarted(this.nodes[node]);
  }

  healed(faultId: string): void {
    this.watch.healed(faultId);
  }

  // ── workings ────────────────────────────────────────────────────────────────────────────────────────────────────

  private at(timeUs: number): void {
    this.watch.clock.nowUs = timeUs;
    this.watch.clock.event = this.simulation.eventNumber;
  }

  private log(atUs: number, line: string): void {
    this.options.log?.(atUs, line);
  }

  /** A round proved valid for the first time: its result goes to the recorder and to the invariants. */
  private noteExecuted(ref: RoundRef): void {
    if (this.executed.has(ref)) return;
    this.executed.add(ref);
    const { registry } = this.simulation;
    const result = this.simulation.resultOf(ref);
    if (result === undefined) return;
    this.recorder.executed(ref, result);
    this.watch.roundExecuted(this.book.of(ref), result, this.simulation.stateOf(registry.rounds[ref].parent));
  }

  private headChanged(node: number, from: RoundRef, to: RoundRef, abandoned: readonly RoundRef[], atUs: number): void {
    const { registry } = this.simulation;
    if (abandoned.length > 0) {
      const fork = registry.rounds[registry.forkOf(from, to)].number;
      this.recorder.reorg(node, from, to, abandoned.length, registry.rounds[to].number - fork, atUs);
      this.log(atUs, `node ${node} leaves ${abandoned.length} round(s)`);
    }
    this.watch.headChanged(this.nodes[node], this.book.of(from), abandoned.map((ref) => this.book.of(ref)));
    if (registry.rounds[to].work > registry.rounds[this.best].work) {
      this.best = to;
      this.showWorkload();
    }
  }

  /** Tells the workload of rounds of the best chain that have `SEEN_DEPTH` rounds above them. */
  private showWorkload(): void {
    const { registry } = this.simulation;
    const upTo = registry.rounds[this.best].number - SEEN_DEPTH;
    for (let number = this.seenUpTo + 1; number <= upTo; number++) {
      const ref = registry.ancestorAt(this.best, number);
      this.eachReceipt(ref, (id, status, nowSeconds) => void this.workload?.seen(id, status, number, nowSeconds));
      this.seenUpTo = number;
    }
  }

  /** A round became final somewhere for the first time: the workload judges its transactions. */
  private confirm(ref: RoundRef): void {
    if (this.finalTold.has(ref)) return;
    this.finalTold.add(ref);
    const { header } = this.simulation.registry.rounds[ref];
    this.eachReceipt(ref, (id, status, nowSeconds) => void this.workload?.confirmed(id, status, header.number, nowSeconds));
    this.workload?.finalRound(header.number, header.ledgerHashes);
  }

  private eachReceipt(ref: RoundRef, tell: (id: string, status: Status, nowSeconds: number) => void): void {
    const { registry, shared } = this.simulation;
    const nowSeconds = shared.medianTime(registry.rounds[ref].parent);
    for (const { transaction, status } of this.recorder.receiptsOf(ref)) tell(transaction, status, nowSeconds);
  }

  /** A delegate admitted or refused a submission. */
  private answered(handle: TxHandle, code: string | undefined, atUs: number): void {
    const tag = this.tags.get(handle);
    if (code === undefined) {
      this.recorder.admitted(handle, atUs);
      if (tag !== undefined) this.workload?.admitted(tag);
      return;
    }
    this.recorder.refused(handle, code);
    if (tag !== undefined) this.workload?.refused(tag, code as never);
  }
}

/**
 * The sampled seal a second time, for S9: written from docs/encoding-rounds.md, with the reference hash whatever the backend,
 * and sharing no code with engine/chain/seal.ts or header.ts.
 */
function taggedBy(secret: Uint8Array, header: RoundHeader): boolean {
  const u32 = (value: number): string => value.toString(16).padStart(8, '0');
  const u64 = (value: number): string => value.toString(16).padStart(16, '0');
  const hex =
    u32(header.version) + header.parent + u64(header.number) + u64(header.time) + u32(header.bits) + header.miner +
    header.ledgerHashes.join('') + header.orderRoot + u32(header.transactionCount);
  const tag = nobleCrypto.sha256(concat(utf8('stratus-sampled-seal'), secret, fromHex(hex)));
  return toHex(tag) === toHex(header.seal);
}

const bytesOf = (key: DrawKey): Uint8Array => new Uint8Array(key.buffer, key.byteOffset, key.byteLength);

/** A node's own account: a key that nobody needs, since miners only receive. */
function minerOf(node: number, key: DrawKey, crypto: Crypto): string {
  return accountOf(concat(utf8(`stratus-node/${node}/`), bytesOf(key)), crypto);
}

const accountsOf = (scenario: ResolvedScenario, crypto: Crypto): WorkloadAccounts | undefined =>
  scenario.workload === undefined ? undefined : makeAccounts(scenario, toHex(crypto.sha256(utf8(scenario.run.seed))), crypto);

/** What a run of this scenario may have to prove, in the order in which its workload plans it: for a prover that takes its time. */
export function claimsAhead(scenario: ResolvedScenario, crypto: Crypto): readonly Claim[] {
  const accounts = accountsOf(scenario, crypto);
  if (accounts === undefined) return [];
  const plan = planOf(accounts, genesisOf(scenario, accounts, crypto).hash, crypto, seedKey(scenario.run.seed, crypto));
  return Array.from({ length: stepsBound(scenario) }, () => plan.next().claim);
}

function genesisOf(scenario: ResolvedScenario, accounts: WorkloadAccounts | undefined, crypto: Crypto): Genesis {
  const params: Params = accounts === undefined ? scenario.params : { ...scenario.params, relayers: accounts.relayerKeys };
  const made = makeGenesis({ params, timeSeconds: GENESIS_TIME_SECONDS, bits: GENESIS_BITS, allocations: accounts?.allocations ?? [] }, crypto);
  if (!made.ok) throw new Bug(`the scenario's accounts make no genesis: ${made.error.code}`);
  return made.value;
}
