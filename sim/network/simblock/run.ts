/** A run of the relay model, and the record of it: its rounds are blocks without content, its nodes all mine. */
import { LEDGERS, type Ledger } from '../../../engine/tx/kinds.ts';
import { toHex, utf8 } from '../../../engine/primitives/bytes.ts';
import type { Crypto } from '../../../engine/crypto/crypto.ts';
import { Histogram } from '../../metrics/histogram.ts';
import { SeriesSet } from '../../metrics/series.ts';
import { REGIONS, type ResolvedScenario } from '../../scenario/types.ts';
import type { RoundRow, TraceEvent } from '../../trace/events.ts';
import type { Arrivals, HistogramRow, LinkRow, NodeRow, RunCounts, RunOptions, RunRecord } from '../../trace/record.ts';
import type { Block } from './block.ts';
import { RelayModel, type RelayListener } from './model.ts';

/**
 * Runs a scenario whose `network.relay` is `simblock`. Engine nodes, workload, faults and invariants play no part, and
 * the record says so (`fidelity: 'relay-model'`). A round's `bytes` are the scenario's; it has no transactions.
 */
export function runRelayModel(scenario: ResolvedScenario, options: RunOptions): RunRecord {
  const notes = new Notes(scenario, options);
  const model = new RelayModel(scenario, options.crypto, notes, options.window !== undefined);
  notes.model = model;
  const partial = model.run(options);
  const endUs = model.nowUs;
  const canonical = canonicalBlocks(model.blocks);
  return {
    fidelity: 'relay-model',
    partial,
    endUs,
    plannedEndUs: model.plannedEndUs,
    events: model.events,
    traceHash: model.hash.digest(),
    checkpoints: model.hash.checkpoints,
    trace: notes.trace,
    rounds: roundRows(model.blocks, canonical, scenario.network.simblock!.blockBytes, options.crypto),
    ledgerBlocks: [],
    legs: [],
    transactions: [],
    arrivals: arrivals(model.blocks, scenario.network.totalNodes),
    nodes: nodeRows(model),
    links: linkRows(model, scenario),
    messages: [],
    series: notes.finish(endUs),
    histograms: [intervals(canonical)],
    faults: [],
    invariants: [],
    violations: [],
    liveness: [],
    unexpected: [],
    sometimes: {},
    counts: counts(model, scenario.network.totalNodes),
    tokens: {},
    proofs: [],
    backend: options.crypto.backend,
    window: model.window,
  };
}

/** Series have at most so many steps, of whole seconds: a thousand blocks may take a week of virtual time. */
const STEPS_MAX = 3_600;

/** Trace events and series of a run. */
class Notes implements RelayListener {
  readonly trace: TraceEvent[] = [];
  model!: RelayModel;
  private readonly series: SeriesSet;
  private readonly nodes: number;
  private readonly log: RunOptions['log'];
  private stepEndUs: number;
  private bytesSeen = 0;
  private messagesSeen = 0;

  constructor({ run, params, network }: ResolvedScenario, { log }: RunOptions) {
    const seconds = run.durationUs === undefined ? run.rounds! * params.roundIntervalSeconds : run.durationUs / 1_000_000;
    this.series = new SeriesSet(Math.max(1, Math.ceil(seconds / STEPS_MAX)) * 1_000_000);
    this.stepEndUs = this.series.stepUs;
    this.nodes = network.totalNodes;
    this.log = log;
  }

  found(block: Block, atUs: number): void {
    this.series.add('rounds.found', atUs, 1);
    this.trace.push({ type: 'round-found', atUs, round: block.index, node: block.node });
    this.log?.(atUs, `node ${block.node} found round ${block.index} (number ${block.height})`);
  }

  reorg(node: number, from: Block, to: Block, common: Block, atUs: number): void {
    this.trace.push({ type: 'reorg', atUs, node, from: from.index, to: to.index, depth: from.height - common.height, connected: to.height - common.height });
  }

  now(atUs: number): void {
    if (atUs >= this.stepEndUs) this.step(atUs);
  }

  /** Books what was sent since the last step on that step, and goes on to the step of `atUs`. */
  private step(atUs: number): void {
    const { series, model } = this;
    const inStepUs = this.stepEndUs - 1;
    series.add('net.bytes', inStepUs, model.bytesSent - this.bytesSeen);
    series.add('net.messages', inStepUs, model.messagesSent - this.messagesSeen);
    this.bytesSeen = model.bytesSent;
    this.messagesSeen = model.messagesSent;
    for (; this.stepEndUs <= atUs; this.stepEndUs += series.stepUs) series.set('nodes.active', this.stepEndUs - 1, this.nodes);
  }

  finish(endUs: number): RunRecord['series'] {
    this.step(this.stepEndUs);
    return this.series.rows(endUs);
  }
}

/** The highest block's chain, genesis first; of equally high ones the first found. */
function canonicalBlocks(blocks: readonly Block[]): readonly Block[] {
  let best = blocks[0];
  for (const block of blocks) if (block.height > best.height) best = block;
  const chain: Block[] = [];
  for (let at: Block | undefined = best; at !== undefined; at = at.parent) chain.push(at);
  return chain.reverse();
}

function roundRows(blocks: readonly Block[], canonical: readonly Block[], blockBytes: number, crypto: Crypto): RoundRow[] {
  const hashes: string[] = [];
  return blocks.map((block) => {
    const parent = block.parent === undefined ? '' : hashes[block.parent.index];
    hashes.push(toHex(crypto.sha256(utf8(`relay-model/${parent}/${block.node}/${block.foundAtUs}`))));
    return {
      round: block.index,
      hash: hashes[block.index],
      parent: block.parent?.index ?? -1,
      number: block.height,
      foundAtUs: block.foundAtUs,
      node: block.node,
      time: Math.floor(block.foundAtUs / 1_000_000),
      bits: 0,
      work: String(block.height),
      transactions: 0,
      bytes: block.parent === undefined ? 0 : blockBytes,
      subsidy: '0',
      fees: '0',
      canonical: canonical[block.height] === block,
    };
  });
}

function arrivals(blocks: readonly Block[], nodes: number): Arrivals {
  const deltaUs = new Int32Array(blocks.length * nodes);
  for (const block of blocks) deltaUs.set(block.deltaUs, block.index * nodes);
  return { rounds: blocks.length, nodes, deltaUs };
}

function nodeRows({ population, head, links }: RelayModel): NodeRow[] {
  const sent = new Float64Array(head.length);
  const received = new Float64Array(head.length);
  for (let link = 0; link < links.count; link++) {
    sent[links.from[link]] += links.bytes[link];
    received[links.to[link]] += links.bytes[link];
  }
  return head.map((block, node) => ({
    node,
    kind: 'mining',
    region: REGIONS[population.region[node]],
    hashPowerPpm: Math.round(population.power[node] * 1_000_000),
    initialState: 'active',
    isolated: false,
    head: block?.index ?? 0,
    final: 0,
    bytesSent: sent[node],
    bytesReceived: received[node],
    cpuUs: 0,
  }));
}

function linkRows({ links, population }: RelayModel, { network }: ResolvedScenario): LinkRow[] {
  const rows: LinkRow[] = [];
  for (let link = 0; link < links.count; link++) {
    if (links.dialled[link] === 0) continue;
    const from = links.from[link];
    const to = links.to[link];
    const latencyMs = network.regions.latencyMs[population.region[from]][population.region[to]];
    rows.push({ from, to, latencyUs: latencyMs * 1000, bytes: links.bytes[link] + links.bytes[links.reverse[link]] });
  }
  return rows;
}

function intervals(canonical: readonly Block[]): HistogramRow {
  const histogram = new Histogram();
  for (const { parent, foundAtUs } of canonical) if (parent !== undefined) histogram.add(Math.round((foundAtUs - parent.foundAtUs) / 1000));
  return histogram.row('round.interval', 'ms');
}

function counts({ bytesSent, messagesSent }: RelayModel, nodes: number): RunCounts {
  const none = { blocks: 0, transactions: 0, gasUsed: 0 };
  return {
    offered: 0,
    admitted: 0,
    confirmed: 0,
    final: 0,
    rejected: {},
    failed: {},
    unexpected: 0,
    ledgers: Object.fromEntries(LEDGERS.map((ledger) => [ledger, none])) as Record<Ledger, typeof none>,
    contracts: { deployed: 0, called: 0, failed: 0, events: 0, vmGas: 0 },
    shielded: { made: 0, failed: 0 },
    crossLedger: { operations: 0, rolledBack: 0 },
    bytesSent,
    messagesSent,
    activeMax: nodes,
    work: { signaturesComputed: 0, signaturesCharged: 0, executionsComputed: 0, executionsCharged: 0, vmGasCharged: 0, proofsCharged: 0 },
  };
}
