/**
 * What a run will roughly cost, before it runs: orders of magnitude for `stratus resolve` and `validate`. The counts follow
 * from the scenario; the machine figures were fitted to first runs of the committed scenarios on a shared two-core x64
 * machine with native cryptography, and are good to a factor of three.
 */
import type { ResolvedScenario } from './types.ts';

/** Wall clock, one core: first-run 190,000, propagation 365,000. */
const EVENTS_PER_SECOND = 250_000;
/** Resident memory: the process, a node with its tables, a transaction with its places in pools and registry, an account. */
const BYTES = { process: 120_000_000, node: 50_000, transaction: 12_000, account: 2_000 };
/** Messages per node and connection that a round costs with compact relay: announcements both ways, one header, one body. */
const MESSAGES_PER_LINK_ROUND = 1;
const MESSAGES_PER_NODE_ROUND = 4;

export interface Estimate {
  readonly rounds: number;
  readonly transactions: number;
  readonly events: number;
  readonly memoryBytes: number;
  /** Wall clock. */
  readonly seconds: number;
}

export function estimate(scenario: ResolvedScenario): Estimate {
  const { network, params, run } = scenario;
  const rounds = run.rounds ?? Math.round((run.durationUs ?? 0) / 1_000_000 / params.roundIntervalSeconds);
  const stages = scenario.workload?.stages ?? [];
  const transactions = Math.round(stages.reduce((sum, s) => sum + ((s.fromMilliTps + s.toMilliTps) / 2_000) * (s.durationUs / 1_000_000), 0));
  const loadUs = stages.reduce((sum, s) => sum + (s.toMilliTps + s.fromMilliTps > 0 ? s.durationUs : 0), 0);
  const links = network.totalNodes * network.topology.outbound;
  const perRound = 2 * links * MESSAGES_PER_LINK_ROUND + network.totalNodes * MESSAGES_PER_NODE_ROUND;
  const batches = Math.ceil(loadUs / network.txGossipBatchUs);
  const events = rounds * perRound + batches * 2 * links + transactions * 4;
  const accounts = scenario.workload?.accounts.count ?? 0;
  const memoryBytes = BYTES.process + network.totalNodes * BYTES.node + transactions * BYTES.transaction + accounts * BYTES.account;
  return { rounds, transactions, events, memoryBytes, seconds: Math.ceil(events / EVENTS_PER_SECOND) };
}
