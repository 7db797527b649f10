/**
 * Makes a run folder of any size, the same for the same options: not a simulation, but every file as `stratus run` writes
 * it, with forks, reorganisations, sleepers that wake and catch up, a partition, nodes that go down.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { detFiles, sumsText } from '../../sim/report/det.ts';
import { summarize } from '../../sim/report/summary.ts';
import { NODE_KINDS, REGIONS } from '../../sim/scenario/types.ts';
import type { LedgerBlockRow, LegRow, RoundRow, TraceEvent, TransactionRow } from '../../sim/trace/events.ts';
import { ARRIVAL_NEVER, type RunRecord } from '../../sim/trace/record.ts';
import { fakeRecord } from '../cli/fake-run.ts';
import { loaded } from '../scenario/helpers.ts';

export interface RunShape {
  readonly nodes: number;
  readonly rounds: number;
  readonly seed?: number;
  readonly name?: string;
  readonly violations?: number;
}

const INTERVAL_US = 30_000_000;
const sha256Hex = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

/** Numbers in [0, 1): a generator of its own, so that folders stay as they are. */
function chance(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 13), 0x297a2d39);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

export function makeRecord({ nodes, rounds, seed = 1, violations = 0 }: RunShape, scenario: Parameters<typeof fakeRecord>[0]): RunRecord {
  const draw = chance(seed);
  const pick = (end: number): number => Math.floor(draw() * end);
  const hash = (kind: string, i: number): string => sha256Hex(`${kind} ${seed} ${i}`);
  const endUs = rounds * INTERVAL_US;
  const region = Array.from({ length: nodes }, () => pick(REGIONS.length));
  // A tenth sleeps at first and wakes in the first half; a hundredth goes down for good in the second.
  const wakesUs = region.map((_, node) => (node % 10 === 9 ? Math.floor((endUs / 2) * draw()) : 0));
  const downUs = region.map((_, node) => (node % 100 === 50 ? Math.floor(endUs / 2 + (endUs / 2) * draw()) : Infinity));

  const rows: RoundRow[] = [];
  const work: bigint[] = [];
  const tokens = { treasury: 4_221_000_000_000_000_000n, rewardPool: 4_221_000_000_000_000n };
  let tip = 0;
  for (let round = 0; round < rounds; round++) {
    const stale = round > 2 && round % 25 === 7;
    const parent = round === 0 ? -1 : stale ? rows[tip].parent : tip;
    work.push(round === 0 ? 4_295_032_833n : work[parent] + 4_295_032_833n);
    const subsidy = 1_006_364_822_387n;
    tokens.treasury -= stale || round === 0 ? 0n : subsidy;
    const transactions = round === 0 ? 0 : 60 + pick(120);
    rows.push({
      round, hash: hash('round', round), parent, number: round === 0 ? 0 : rows[parent].number + 1, foundAtUs: round === 0 ? 0 : stale ? rows[tip].foundAtUs + 800_000 : Math.floor((round - 0.5 + draw() * 0.4) * INTERVAL_US),
      node: round === 0 ? -1 : pick(Math.max(1, Math.floor(nodes / 12))), time: 1_762_732_800 + round * 30, bits: 486_604_799, work: String(work[round]), transactions, bytes: transactions * 168,
      subsidy: round === 0 ? '0' : String(subsidy), fees: String(transactions * 1_500_000), treasury: String(tokens.treasury), rewardPool: String(tokens.rewardPool), canonical: !stale,
    });
    if (!stale) tip = round;
  }

  const deltaUs = new Int32Array(rows.length * nodes);
  const trace: TraceEvent[] = rows.slice(1).map(({ round, foundAtUs, node }) => ({ type: 'round-found', atUs: foundAtUs, round, node }));
  for (const { round, foundAtUs, node: finder, canonical, parent } of rows) {
    for (let node = 0; node < nodes; node++) {
      const lag = 60_000 + (finder < 0 || region[node] === region[finder] ? 0 : 120_000);
      const travel = round === 0 || node === finder ? 0 : Math.floor(lag * (0.5 + draw() * draw() * 8) + (node % 37 === 5 ? 2_500_000 : 0));
      const waits = Math.max(0, wakesUs[node] + Math.floor(round * 2_000) - foundAtUs);
      const atUs = foundAtUs + Math.max(travel, round === 0 ? 0 : waits);
      deltaUs[round * nodes + node] = atUs > downUs[node] ? ARRIVAL_NEVER : Math.min(0x7fff_ffff, atUs - foundAtUs);
    }
    if (canonical || round === 0) continue;
    const rival = rows[round - 1].round;
    for (let i = 0; i < Math.min(nodes, 40); i++) trace.push({ type: 'reorg', atUs: foundAtUs + 3_000_000 + i * 10_000, node: pick(nodes), from: round, to: rival, depth: 1, connected: 1 });
    if (parent < 0) throw new Error('a stale round has a parent');
  }
  for (let node = 0; node < nodes; node++) {
    if (wakesUs[node] > 0) {
      trace.push({ type: 'node-state', atUs: wakesUs[node], node, state: 'booting', reason: 'activation' }, { type: 'node-state', atUs: wakesUs[node] + 2_000_000, node, state: 'syncing', reason: 'booted' });
      trace.push({ type: 'node-state', atUs: wakesUs[node] + 9_000_000, node, state: 'active', reason: 'synced' });
      trace.push({ type: 'activation', atUs: wakesUs[node], offeredMilliTpms: 40, required: Math.ceil(nodes * 0.95), active: Math.floor(nodes * 0.9), activated: [node] });
    }
    if (downUs[node] < endUs) trace.push({ type: 'node-state', atUs: downUs[node], node, state: 'down', reason: 'crash' });
  }
  const cut = Array.from({ length: Math.floor(nodes / 3) }, (_, i) => i);
  trace.push({ type: 'fault', atUs: endUs * 0.4, id: 'cut', kind: 'partition', phase: 'start', nodes: cut }, { type: 'fault', atUs: endUs * 0.45, id: 'cut', kind: 'partition', phase: 'end', nodes: cut });
  const violated = Array.from({ length: violations }, (_, i) => ({ invariant: 'S1', atUs: Math.floor(endUs * 0.6) + i, node: i % nodes, round: rounds - 1, expected: 'one round', seen: 'two' }));
  trace.push(...violated.map((row) => ({ type: 'violation' as const, ...row })));
  trace.sort((a, b) => a.atUs - b.atUs);

  const ledgerBlocks: LedgerBlockRow[] = rows.flatMap(({ round, number, transactions }) => LEDGERS.map((ledger, i) => {
    const share = Math.floor(transactions / 6);
    return { round, ledger, number, hash: hash(`block ${ledger}`, round), transactions: i === 0 ? transactions - 5 * share : share, gasUsed: share * 21_000, stateRoot: hash(`state ${ledger}`, round) };
  }));
  const legs: LegRow[] = Array.from({ length: Math.min(5_000, rounds * 4) }, (_, i) => ({ round: 1 + (i % Math.max(1, rounds - 1)), transaction: hash('tx', i), kind: 'nft_buy', home: 'asset', touched: ['main'] })).sort((a, b) => a.round - b.round);
  const transactions: TransactionRow[] = Array.from({ length: Math.min(2_000, rounds * 20) }, (_, i) => {
    const round = 1 + (i % Math.max(1, rounds - 1));
    const submittedAtUs = Math.max(0, rows[round].foundAtUs - 20_000_000 + i);
    return { id: hash('tx', i), kind: 'transfer', ledger: 'main', sender: hash('sender', i % 200).slice(0, 40), nonce: i, submittedAtUs, delegate: i % nodes, admittedAtUs: submittedAtUs, includedAtUs: rows[round].foundAtUs, round, finalAtUs: undefined, outcome: 'success' };
  });
  const seconds = Math.floor(endUs / 1e6);
  const series = (['tx.offered', 'tx.admitted', 'tx.confirmed', 'tx.final'] as const).flatMap((name) =>
    LEDGERS.map((ledger) => ({ name, labels: { ledger }, stepUs: 1_000_000, values: Float64Array.from({ length: seconds }, () => pick(9)) })));
  const gauges = (['nodes.active', 'nodes.standby', 'pool.size', 'rounds.found', 'net.bytes', 'net.messages', 'tx.invalid'] as const).map((name) => ({ name, labels: {}, stepUs: 1_000_000, values: Float64Array.from({ length: seconds }, () => pick(nodes)) }));
  return fakeRecord(scenario, {
    endUs, plannedEndUs: endUs, trace, rounds: rows, ledgerBlocks, legs, transactions, series: [...series, ...gauges], arrivals: { rounds: rows.length, nodes, deltaUs },
    nodes: region.map((where, node) => ({
      node, kind: node < nodes / 12 ? 'mining' : NODE_KINDS[(node % 5 === 1 ? 0 : node % 5)], region: REGIONS[where], hashPowerPpm: node < nodes / 12 ? Math.floor(1e6 / Math.ceil(nodes / 12)) : 0, initialState: wakesUs[node] > 0 ? 'standby' : 'active',
      isolated: node === 1, head: tip, final: Math.max(0, tip - 12), bytesSent: 1_000_000 + pick(1e6), bytesReceived: 1_000_000 + pick(1e6), cpuUs: pick(1e6),
    })),
    links: Array.from({ length: nodes * 4 }, (_, i) => ({ from: i % nodes, to: pick(nodes), latencyUs: 11_000 + pick(200_000), bytes: pick(1e6) })),
    messages: Array.from({ length: 500 }, (_, i) => ({ sentAtUs: i * 1_000, arrivesAtUs: i * 1_000 + 50_000, from: i % nodes, to: (i * 7) % nodes, type: 'round-announce', bytes: 200, round: 1 })),
    histograms: [{ name: 'tx.latency.confirmed', labels: {}, unit: 'ms', lower: [1, 10, 100, 1_000, 10_000], counts: [0, 3, 40, 120, 60] }],
    faults: [{ id: 'cut', kind: 'partition', fired: 12 }],
    invariants: ['S1', 'S2', 'L1'].map((id) => ({ id, title: `invariant ${id}`, evaluated: 100, byConstruction: 0, violations: id === 'S1' ? violations : 0, headroom: id === 'S2' ? 0.25 : undefined })),
    violations: violated.map((row) => ({ ...row, event: 7 })),
  });
}

/** Content of every file, by its path in the folder; what a test wants broken it breaks here. */
export type RunFiles = Map<string, string | Uint8Array>;

export function runFiles(shape: RunShape): RunFiles {
  const { nodes, rounds, seed = 1, name = 'made' } = shape;
  const mining = Math.ceil(nodes / 12);
  const { scenario } = loaded(`schema: stratus/scenario/v1
name: ${name}
question: Is a made-up run of ${nodes} nodes shown as it is?
run: { seed: "${seed}", duration: ${rounds * 30}s, warmup: 60s, settle: 60s }
network: { totalNodes: ${nodes} }
nodes: { mining: { count: ${mining} } }
`);
  const record = makeRecord(shape, scenario);
  const folder = `reports/${name}`;
  const input = { hash: sha256Hex(`${name} ${seed}`), version: '0.1.0', wall: { cpuS: 1, elapsedS: 1, peakRssBytes: 1 }, detHash: '', folder };
  const det = detFiles(record, scenario, summarize(record, scenario, input));
  const sums = sumsText(det, sha256Hex);
  const summary = summarize(record, scenario, { ...input, detHash: sha256Hex(sums) });
  const manifest = {
    schema: 'stratus/manifest/v1', version: '0.1.0', scenario: { name, hash: input.hash, file: 'scenarios/made.yaml', sets: [] }, seed: String(seed), isolated: false, command: 'stratus run scenarios/made.yaml',
    started: '2026-01-02T03:04:05.000Z', verdict: summary.verdict, exitCode: summary.exitCode, partial: null, hash: summary.hash, next: summary.next,
  };
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  return new Map<string, string | Uint8Array>([['manifest.json', json(manifest)], ['summary.json', json(summary)], ...det.map(([file, content]) => [`det/${file}`, content] as const), ['det/SHA256SUMS', sums]]);
}

/** `SHA256SUMS` anew: for folders that are odd but whole. */
export function resum(files: RunFiles): RunFiles {
  const det = [...files].filter(([path]) => path.startsWith('det/') && path !== 'det/SHA256SUMS').map(([path, content]) => [path.slice(4), content] as const);
  return files.set('det/SHA256SUMS', sumsText(det, sha256Hex));
}

/** Writes the files and gives the folder back. */
export function writeFiles(folder: string, files: RunFiles): string {
  mkdirSync(join(folder, 'det'), { recursive: true });
  for (const [path, content] of files) writeFileSync(join(folder, path), content);
  return folder;
}
