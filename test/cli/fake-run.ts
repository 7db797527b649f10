/**
 * A stand-in for `sim/run.ts` in tests of the command: a few thousand made-up events that follow from scenario and seed,
 * and what `STRATUS_FAKE` asks for (JSON): `violate` (invariant ids), `slow` (busy until stopped), `random` (events differ
 * from process to process after number 25,000), `crash` (a bug).
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { scenarioHash } from '../../sim/scenario/hash.ts';
import type { ResolvedScenario } from '../../sim/scenario/types.ts';
import { TraceHash } from '../../sim/kernel/trace-hash.ts';
import { utf8 } from '../../engine/primitives/bytes.ts';
import type { EventRow, RunOptions, RunRecord } from '../../sim/trace/record.ts';

const EVENTS = 40_000;

interface Wish {
  readonly violate?: readonly string[];
  readonly slow?: boolean;
  readonly random?: boolean;
  readonly crash?: boolean;
}

export function runScenario(scenario: ResolvedScenario, options: RunOptions): RunRecord {
  const wish = JSON.parse(process.env['STRATUS_FAKE'] ?? '{}') as Wish;
  if (wish.crash) throw new TypeError('a planted bug');
  const plannedEndUs = scenario.run.durationUs ?? (scenario.run.rounds ?? 1) * scenario.params.roundIntervalSeconds * 1_000_000;
  const trace = new TraceHash(options.crypto, utf8(`${scenarioHash(scenario, options.crypto)} ${scenario.run.seed}`));
  const window: EventRow[] = [];
  let partial: RunRecord['partial'];
  let atUs = 0;
  for (let event = 1; event <= EVENTS; event++) {
    const next = Math.floor((plannedEndUs * event) / EVENTS);
    if (options.stopAt?.atUs !== undefined && next > options.stopAt.atUs) partial = 'stopped';
    if (options.stopAt?.event !== undefined && event > options.stopAt.event) partial = 'stopped';
    if (partial) break;
    atUs = next;
    const digest = wish.random && event > 25_000 ? Math.floor(Math.random() * 2 ** 31) : Math.imul(event, 0x9e3779b1) >>> 0;
    const node = event % scenario.network.totalNodes;
    trace.event(atUs, 1, node, digest | 0);
    if (options.window && event >= options.window.from && event <= options.window.to) window.push({ event, atUs, type: 'message:fake', node, digest, cause: event - 1 });
    while (event % 5_000 === 0) {
      const answer = options.onProgress?.({ virtualUs: atUs, endUs: plannedEndUs, events: event, rounds: 1, transactions: 0 });
      if (answer === 'stop') partial = 'interrupted';
      if (answer === 'wall-limit') partial = 'wall-limit';
      if (partial || !wish.slow) break;
    }
  }
  options.log?.(atUs, 'the fake ran');
  return fakeRecord(scenario, {
    partial, endUs: atUs, plannedEndUs, events: trace.events, traceHash: trace.digest(), checkpoints: trace.checkpoints, window, backend: options.crypto.backend,
    invariants: [...new Set([...scenario.invariants.mustExercise, ...(wish.violate ?? [])])].map((id) => ({ id, title: `invariant ${id}`, evaluated: 10, byConstruction: 2, violations: wish.violate?.includes(id) ? 2 : 0, headroom: undefined })),
    violations: (wish.violate ?? []).map((invariant) => ({ invariant, atUs: 5, event: 1_234, node: 3, round: 1, expected: 'a', seen: 'b' })),
  });
}

/** A whole record around the parts that a test is about: four rounds, three nodes' worth of arrivals, one stale round. */
export function fakeRecord(scenario: ResolvedScenario, parts: Partial<RunRecord> = {}): RunRecord {
  const nodes = scenario.network.totalNodes;
  const row = (round: number, parent: number, number: number, seconds: number, canonical: boolean) => ({
    round, hash: `${round}`.repeat(64).slice(0, 64), parent, number, foundAtUs: seconds * 1_000_000, node: 0, time: seconds, bits: 0x1d00ffff, work: String(round), transactions: 6, bytes: 1_000, subsidy: '1', fees: '2', canonical,
  });
  const rounds = [row(0, -1, 0, 0, true), row(1, 0, 1, 100, true), row(2, 1, 2, 200, true), row(3, 1, 2, 201, false), row(4, 2, 3, 300, true)];
  const deltaUs = new Int32Array(rounds.length * nodes);
  for (let round = 1; round < rounds.length; round++) for (let node = 0; node < nodes; node++) deltaUs[round * nodes + node] = node * 10_000 * round;
  const perLedger = <T>(value: T): Record<(typeof LEDGERS)[number], T> => Object.fromEntries(LEDGERS.map((ledger) => [ledger, value])) as never;
  const series = (['tx.offered', 'tx.admitted', 'tx.confirmed', 'tx.final'] as const).flatMap((name, i) =>
    LEDGERS.map((ledger) => ({ name, labels: { ledger }, stepUs: 1_000_000, values: new Float64Array(600).fill(10 - 2 * i) })));
  return {
    fidelity: 'full', partial: undefined, endUs: 600_000_000, plannedEndUs: 600_000_000, events: 10_000, traceHash: 'ab'.repeat(32), checkpoints: [],
    trace: [{ type: 'reorg', atUs: 250_000_000, node: 1, from: 3, to: 4, depth: 1, connected: 2 }],
    rounds, ledgerBlocks: [], legs: [], transactions: [], arrivals: { rounds: rounds.length, nodes, deltaUs },
    nodes: Array.from({ length: nodes }, (_, node) => ({ node, kind: 'full', region: 'EUROPE', hashPowerPpm: 0, initialState: 'active', isolated: false, head: 4, final: 1, bytesSent: 1, bytesReceived: 1, cpuUs: 1 })),
    links: [], messages: [], series: [...series, { name: 'pool.size', labels: {}, stepUs: 1_000_000, values: new Float64Array(600).fill(7) }], histograms: [],
    faults: scenario.faults.scheduled.map(({ id, kind }) => ({ id, kind, fired: 4 })),
    invariants: [], violations: [], liveness: [], unexpected: [], sometimes: Object.fromEntries(scenario.invariants.sometimes.map((id) => [id, 1])),
    counts: {
      offered: 100, admitted: 99, confirmed: 98, final: 50, rejected: { 'nonce-gap': 3 }, failed: {}, unexpected: 0, ledgers: perLedger({ blocks: 3, transactions: 6, gasUsed: 126_000 }),
      contracts: { deployed: 0, called: 0, failed: 0, events: 0, vmGas: 0 },
      shielded: { made: 0, failed: 0 },
      crossLedger: { operations: 4, rolledBack: 1 }, bytesSent: 1_000_000, messagesSent: 1_000, activeMax: nodes, work: { signaturesComputed: 1, signaturesCharged: 2, executionsComputed: 1, executionsCharged: 2, vmGasCharged: 0, proofsCharged: 0 },
    },
    tokens: { STR: { supply: '6300000000000000000', treasury: '4221000000000000000' } }, proofs: [], backend: { signatures: 'noble', hashes: 'noble' }, window: [],
    ...parts,
  };
}

/** Nothing is proved of a run that is pretended. */
export const claimsAhead = (): readonly never[] => [];
