/**
 * Gathers what a run leaves behind (sim/trace/record.ts) while it goes on: the life of every transaction, arrivals of
 * rounds, series, trace events. It hears, and never answers: nothing here reaches a node.
 */
import { LEDGERS, type Ledger } from '../../engine/tx/kinds.ts';
import type { RoundRef } from '../../engine/chain/registry.ts';
import type { ExecutedRound, Receipt } from '../../engine/chain/types.ts';
import type { ProverName } from '../../engine/params/zk.ts';
import type { TxHandle } from '../../engine/chain/tx-set.ts';
import { contractEventRows } from './contract-events.ts';
import { domainRows } from './domains.ts';
import { Treasuries, rewardRates, tokenFigures } from './tokens.ts';
import { REGIONS } from '../scenario/types.ts';
import type { NodeState, RoundRow, LedgerBlockRow, LegRow, TraceEvent, TransactionRow } from '../trace/events.ts';
import { ARRIVAL_MAX_US, ARRIVAL_NEVER, type HistogramRow, type LinkRow, type NodeRow, type RunCounts, type RunRecord, type SeriesRow } from '../trace/record.ts';
import { draw32, PURPOSE } from '../kernel/draw.ts';
import type { Simulation } from '../nodes/simulation.ts';
import { Histogram } from './histogram.ts';
import { SeriesSet, stepUsFor } from './series.ts';

/** At most this many transactions are kept in full (`tx-sample.jsonl`). */
const SAMPLE_MAX = 2_000;

const NOT_YET = -1;

export class Recorder {
  readonly trace: TraceEvent[] = [];
  readonly sometimes: Record<string, number> = {};
  private readonly simulation: Simulation;
  private readonly series: SeriesSet;
  /** By transaction handle. */
  private readonly submittedAtUs: number[] = [];
  private readonly admittedAtUs: number[] = [];
  private readonly finalAtUs: number[] = [];
  private readonly delegate: number[] = [];
  private readonly deliberatelyInvalid = new Set<TxHandle>();
  private readonly refusal = new Map<TxHandle, string>();
  /** By round. */
  private readonly foundAtUs: number[] = [0];
  private readonly finder: number[] = [-1];
  private readonly results: (Pick<ExecutedRound, 'receipts' | 'gasUsed' | 'vmGas' | 'subsidy' | 'fees' | 'settlements'> | undefined)[] = [undefined];
  private readonly treasuries: Treasuries;
  /** Whose proofs were judged, in the order of first use. */
  readonly provers = new Set<ProverName>();
  private readonly finalRounds = new Set<RoundRef>();
  private arrivals = new Int32Array(0);
  private readonly rejected: Record<string, number> = {};
  /** Set at the end, from the workload's own account. */
  unexpected = 0;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.series = new SeriesSet(stepUsFor(simulation.plannedEndUs));
    this.treasuries = new Treasuries(simulation.stateOf(0));
  }

  // ── transactions ────────────────────────────────────────────────────────────────────────────────────────────────

  submitted(handle: TxHandle, node: number, invalid: boolean, atUs: number): void {
    if (this.submittedAtUs[handle] !== undefined) return;
    const { ledger } = this.simulation.registry.transactions[handle];
    this.submittedAtUs[handle] = atUs;
    this.admittedAtUs[handle] = NOT_YET;
    this.finalAtUs[handle] = NOT_YET;
    this.delegate[handle] = node;
    if (invalid) {
      this.deliberatelyInvalid.add(handle);
      this.series.add('tx.invalid', atUs, 1);
    } else {
      this.series.add('tx.offered', atUs, 1, ledger);
    }
  }

  admitted(handle: TxHandle, atUs: number): void {
    if (this.admittedAtUs[handle] !== NOT_YET) return;
    this.admittedAtUs[handle] = atUs;
    if (!this.deliberatelyInvalid.has(handle)) this.series.add('tx.admitted', atUs, 1, this.simulation.registry.transactions[handle].ledger);
  }

  refused(handle: TxHandle, code: string): void {
    this.rejected[code] = (this.rejected[code] ?? 0) + 1;
    if (!this.refusal.has(handle)) this.refusal.set(handle, code);
    if (this.deliberatelyInvalid.has(handle)) this.seen('invalid-refused');
  }

  // ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────────────

  found(ref: RoundRef, node: number, atUs: number): void {
    this.foundAtUs[ref] = atUs;
    this.finder[ref] = node;
    this.series.add('rounds.found', atUs, 1);
    this.trace.push({ type: 'round-found', atUs, round: ref, node });
  }

  executed(ref: RoundRef, result: ExecutedRound): void {
    const { receipts, gasUsed, vmGas, subsidy, fees, settlements } = result;
    this.results[ref] = { receipts, gasUsed, vmGas, subsidy, fees, settlements };
    this.treasuries.executed(ref, this.simulation.registry.rounds[ref].parent, result.delta);
    for (const { prover } of receipts) {
      if (prover === undefined || this.provers.has(prover)) continue;
      this.provers.add(prover);
      this.trace.push({ type: 'prover', atUs: this.simulation.nowUs, round: ref, prover });
    }
  }

  receiptsOf(ref: RoundRef): ExecutedRound['receipts'] {
    return this.results[ref]?.receipts ?? [];
  }

  held(ref: RoundRef, node: number, atUs: number): void {
    const nodes = this.simulation.nodes.length;
    if ((ref + 1) * nodes > this.arrivals.length) {
      const grown = new Int32Array(Math.max((ref + 1) * nodes, this.arrivals.length * 2)).fill(ARRIVAL_NEVER);
      grown.set(this.arrivals);
      this.arrivals = grown;
    }
    const at = ref * nodes + node;
    if (this.arrivals[at] === ARRIVAL_NEVER) this.arrivals[at] = Math.min(ARRIVAL_MAX_US, atUs - this.foundAtUs[ref]);
  }

  reorg(node: number, from: RoundRef, to: RoundRef, depth: number, connected: number, atUs: number): void {
    this.trace.push({ type: 'reorg', atUs, node, from, to, depth, connected });
  }

  final(ref: RoundRef, atUs: number): void {
    if (this.finalRounds.has(ref)) return;
    this.finalRounds.add(ref);
    for (const handle of this.simulation.registry.rounds[ref].body.order) {
      if (this.finalAtUs[handle] === NOT_YET) {
        this.finalAtUs[handle] = atUs;
        this.series.add('tx.final', atUs, 1, this.simulation.registry.transactions[handle].ledger);
      }
    }
  }

  nodeState(node: number, state: NodeState, reason: string, atUs: number): void {
    this.trace.push({ type: 'node-state', atUs, node, state, reason });
  }

  /** At each whole second: gauges belong to the second that ends. */
  tick(atUs: number): void {
    const { simulation, series } = this;
    let fullest = 0;
    if (simulation.registry.transactions.length > 0) for (const { pool } of simulation.nodes) if (pool.count > fullest) fullest = pool.count;
    series.set('pool.size', atUs - 1, fullest);
    series.set('nodes.active', atUs - 1, simulation.states.active);
    series.set('nodes.standby', atUs - 1, simulation.states.standby);
    const bytes = simulation.network.bytesTotal;
    series.add('net.bytes', atUs - 1, bytes - this.bytesSeen);
    series.add('net.messages', atUs - 1, simulation.messagesSent - this.messagesSeen);
    this.bytesSeen = bytes;
    this.messagesSeen = simulation.messagesSent;
  }
  private bytesSeen = 0;
  private messagesSeen = 0;

  seen(what: string): void {
    this.sometimes[what] = (this.sometimes[what] ?? 0) + 1;
  }

  // ── at the end ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Everything of the record that this object knows. May be asked again while the run goes on. */
  finish(endUs: number): Pick<
    RunRecord,
    'trace' | 'rounds' | 'ledgerBlocks' | 'legs' | 'contractEvents' | 'domains' | 'transactions' | 'arrivals' | 'nodes' | 'links' | 'series' | 'histograms' | 'sometimes' | 'counts' | 'tokens'
  > {
    const { registry } = this.simulation;
    const canonicalHead = this.bestHead();
    const canonical = this.branchOf(canonicalHead);
    const ascending = [...canonical].sort((x, y) => x - y);
    const confirmedAtUs: number[] = [];
    const roundOf: RoundRef[] = [];
    const outcome: string[] = [];
    const prover: (ProverName | undefined)[] = [];
    const failed: Record<string, number> = {};
    const confirmed = new SeriesSet(this.series.stepUs);
    for (const ref of ascending) {
      registry.rounds[ref].body.order.forEach((handle, i) => {
        confirmedAtUs[handle] = this.foundAtUs[ref];
        roundOf[handle] = ref;
        const status = this.results[ref]?.receipts[i].status ?? 'success';
        outcome[handle] = status;
        prover[handle] = this.results[ref]?.receipts[i].prover;
        if (status !== 'success') failed[status] = (failed[status] ?? 0) + 1;
        if (!this.deliberatelyInvalid.has(handle)) confirmed.add('tx.confirmed', this.foundAtUs[ref], 1, registry.transactions[handle].ledger);
      });
    }
    const { rounds, ledgerBlocks, legs } = this.roundRows(canonical);
    const branch = ascending.map((round) => ({ round, receipts: this.receiptsOf(round) }));
    const settlements = ascending.map((ref) => this.results[ref]?.settlements ?? []);
    return {
      trace: this.trace,
      rounds,
      ledgerBlocks,
      legs,
      contractEvents: contractEventRows(branch),
      domains: domainRows(branch),
      transactions: this.sample(confirmedAtUs, roundOf, outcome, prover),
      arrivals: this.arrivalRows(),
      nodes: this.nodeRows(),
      links: this.linkRows(),
      series: this.series.rows(endUs, confirmed) as SeriesRow[],
      histograms: [...this.histograms(confirmedAtUs, canonical), rewardRates(settlements)],
      sometimes: this.sometimes,
      counts: this.counts(canonical, confirmedAtUs, failed),
      tokens: tokenFigures(this.simulation.stateOf(canonicalHead), settlements),
    };
  }

  /** The heaviest head of any node; of equal ones the first found. */
  private bestHead(): RoundRef {
    const { nodes, registry } = this.simulation;
    let best = 0;
    for (const { chain } of nodes) {
      const { work } = registry.rounds[chain.head];
      if (work > registry.rounds[best].work || (work === registry.rounds[best].work && chain.head < best)) best = chain.head;
    }
    return best;
  }

  private branchOf(head: RoundRef): Set<RoundRef> {
    const branch = new Set<RoundRef>();
    for (let ref = head; ref >= 0; ref = this.simulation.registry.rounds[ref].parent) branch.add(ref);
    return branch;
  }

  private roundRows(canonical: ReadonlySet<RoundRef>): { rounds: RoundRow[]; ledgerBlocks: LedgerBlockRow[]; legs: LegRow[] } {
    const { registry } = this.simulation;
    const rounds: RoundRow[] = [];
    const ledgerBlocks: LedgerBlockRow[] = [];
    const legs: LegRow[] = [];
    for (const { ref, hash, header, parent, number, work, body } of registry.rounds) {
      const result = this.results[ref];
      rounds.push({
        round: ref,
        hash,
        parent,
        number,
        foundAtUs: this.foundAtUs[ref] ?? 0,
        node: this.finder[ref] ?? -1,
        time: header.time,
        bits: header.bits,
        work: String(work),
        transactions: body.order.length,
        bytes: body.bytes,
        subsidy: String(result?.subsidy ?? 0n),
        fees: String(result?.fees ?? 0n),
        ...this.treasuries.after(ref),
        canonical: canonical.has(ref),
      });
      body.ledgers.forEach((block, i) => {
        ledgerBlocks.push({
          round: ref,
          ledger: block.ledger,
          number: block.number,
          hash: header.ledgerHashes[i],
          transactions: block.transactionCount,
          gasUsed: result?.gasUsed[i] ?? 0,
          stateRoot: block.stateRoot,
        });
      });
      for (const receipt of result?.receipts ?? []) {
        if (receipt.touched.length === 0) continue;
        legs.push({ round: ref, transaction: receipt.transaction, kind: receipt.kind, home: receipt.ledger, touched: receipt.touched });
      }
    }
    return { rounds, ledgerBlocks, legs };
  }

  private sample(confirmedAtUs: readonly number[], roundOf: readonly number[], outcome: readonly string[], prover: readonly (ProverName | undefined)[]): TransactionRow[] {
    const { registry, key } = this.simulation;
    const total = registry.transactions.length;
    const keepBelow = total <= SAMPLE_MAX ? 0x1_0000_0000 : Math.floor((SAMPLE_MAX / total) * 0x1_0000_0000);
    const rows: TransactionRow[] = [];
    registry.transactions.forEach((transaction, handle) => {
      if (this.submittedAtUs[handle] === undefined || draw32(key, handle, PURPOSE.sample, 0) >= keepBelow) return;
      const some = (value: number | undefined): number | undefined => (value === undefined || value < 0 ? undefined : value);
      rows.push({
        id: transaction.id,
        kind: transaction.kind,
        ledger: transaction.ledger,
        sender: transaction.sender,
        nonce: transaction.nonce,
        submittedAtUs: this.submittedAtUs[handle],
        delegate: this.delegate[handle],
        admittedAtUs: some(this.admittedAtUs[handle]),
        includedAtUs: confirmedAtUs[handle],
        round: roundOf[handle],
        finalAtUs: some(this.finalAtUs[handle]),
        outcome: outcome[handle] ?? this.refusal.get(handle) ?? 'pending',
        ...(prover[handle] !== undefined && { prover: prover[handle] }),
      });
    });
    return rows;
  }

  private arrivalRows(): RunRecord['arrivals'] {
    const nodes = this.simulation.nodes.length;
    const rounds = this.simulation.registry.rounds.length;
    const deltaUs = new Int32Array(rounds * nodes).fill(ARRIVAL_NEVER);
    deltaUs.set(this.arrivals.subarray(0, rounds * nodes));
    deltaUs.fill(0, 0, nodes);
    return { rounds, nodes, deltaUs };
  }

  private nodeRows(): NodeRow[] {
    const { simulation } = this;
    const { population, network } = simulation;
    return simulation.nodes.map((node, index) => ({
      node: index,
      kind: population.kind[index],
      region: REGIONS[population.region[index]],
      hashPowerPpm: Math.round(population.power[index] * 1_000_000),
      initialState: population.standby[index] ? 'standby' : 'active',
      isolated: node.executor.independent,
      head: node.chain.head,
      final: node.chain.final,
      bytesSent: Math.round(network.bytesOut[index]),
      bytesReceived: Math.round(network.bytesIn(index)),
      cpuUs: Math.round(simulation.cpuUs[index]),
    }));
  }

  private linkRows(): LinkRow[] {
    const { network } = this.simulation;
    const rows: LinkRow[] = [];
    for (let node = 0; node < network.nodeCount; node++) {
      for (let slot = 0; slot < network.degree(node); slot++) {
        const link = network.linkOf(node, slot);
        if (!network.dialled(link)) continue;
        rows.push({ from: node, to: network.target(link), latencyUs: network.latencyUs(link), bytes: network.bytes(link) + network.bytes(network.reverse(link)) });
      }
    }
    return rows;
  }

  private histograms(confirmedAtUs: readonly number[], canonical: ReadonlySet<RoundRef>): HistogramRow[] {
    const { registry } = this.simulation;
    const confirmed = new Histogram();
    const final = new Histogram();
    for (let handle = 0; handle < registry.transactions.length; handle++) {
      if (this.submittedAtUs[handle] === undefined) continue;
      if (confirmedAtUs[handle] !== undefined) confirmed.add(Math.max(0, Math.round((confirmedAtUs[handle] - this.submittedAtUs[handle]) / 1000)));
      if (this.finalAtUs[handle] > 0) final.add(Math.round((this.finalAtUs[handle] - this.submittedAtUs[handle]) / 1000));
    }
    const interval = new Histogram();
    for (const ref of canonical) if (ref > 0) interval.add(Math.max(0, Math.round((this.foundAtUs[ref] - this.foundAtUs[registry.rounds[ref].parent]) / 1000)));
    return [confirmed.row('tx.latency.confirmed', 'ms'), final.row('tx.latency.final', 'ms'), interval.row('round.interval', 'ms')];
  }

  private counts(canonical: ReadonlySet<RoundRef>, confirmedAtUs: readonly number[], failed: Record<string, number>): RunCounts {
    const { simulation } = this;
    const { registry, shared } = simulation;
    const valid = (handle: TxHandle): boolean => this.submittedAtUs[handle] !== undefined && !this.deliberatelyInvalid.has(handle);
    let offered = 0;
    let admitted = 0;
    let confirmed = 0;
    let final = 0;
    for (let handle = 0; handle < registry.transactions.length; handle++) {
      if (!valid(handle)) continue;
      offered++;
      if (this.admittedAtUs[handle] !== NOT_YET) admitted++;
      if (confirmedAtUs[handle] !== undefined) confirmed++;
      if (this.finalAtUs[handle] !== NOT_YET) final++;
    }
    const ledgers = Object.fromEntries(LEDGERS.map((ledger) => [ledger, { blocks: 0, transactions: 0, gasUsed: 0 }])) as Record<Ledger, { blocks: number; transactions: number; gasUsed: number }>;
    const contracts = { deployed: 0, called: 0, failed: 0, events: 0, vmGas: 0 };
    const shielded = { made: 0, failed: 0 };
    const onCanonical = new Set<string>();
    const crossOnStale = new Set<string>();
    for (const { ref, body } of registry.rounds) {
      const result = this.results[ref];
      if (canonical.has(ref)) {
        body.ledgers.forEach((block, i) => {
          const sums = ledgers[block.ledger];
          sums.blocks++;
          sums.transactions += block.transactionCount;
          sums.gasUsed += result?.gasUsed[i] ?? 0;
        });
        contracts.vmGas += result?.vmGas ?? 0;
        for (const receipt of result?.receipts ?? []) {
          if (receipt.ledger === 'contract') countContract(contracts, receipt);
          else if (receipt.kind === 'shielded_transfer') shielded[receipt.status === 'success' ? 'made' : 'failed']++;
        }
      }
      for (const { touched, transaction } of result?.receipts ?? []) if (touched.length > 0) (canonical.has(ref) ? onCanonical : crossOnStale).add(transaction);
    }
    return {
      offered,
      admitted,
      confirmed,
      final,
      rejected: sorted(this.rejected),
      failed: sorted(failed),
      unexpected: this.unexpected,
      ledgers,
      contracts,
      shielded,
      crossLedger: { operations: onCanonical.size, rolledBack: [...crossOnStale].filter((id) => !onCanonical.has(id)).length },
      bytesSent: Math.round(simulation.network.bytesTotal),
      messagesSent: simulation.messagesSent,
      activeMax: simulation.states.activeMax,
      work: {
        signaturesComputed: simulation.signaturesComputed(),
        signaturesCharged: simulation.signaturesCharged,
        executionsComputed: shared.executions,
        executionsCharged: simulation.executionsCharged,
        vmGasCharged: simulation.vmGasCharged,
        proofsCharged: simulation.proofsCharged,
      },
    };
  }
}

function countContract(counts: { deployed: number; called: number; failed: number; events: number }, { kind, status, events }: Receipt): void {
  if (status !== 'success') counts.failed++;
  else if (kind === 'contract_deploy') counts.deployed++;
  else counts.called++;
  for (const { type } of events) if (type === 'contract') counts.events++;
}

const sorted = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.keys(counts).sort((x, y) => (x < y ? -1 : 1)).map((code) => [code, counts[code]]));
