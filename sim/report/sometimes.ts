/** How often each noteworthy thing of `SOMETIMES` happened in a run: a run in which it never did proves nothing about it. */
import type { FailureCode } from '../../engine/chain/types.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { SOMETIMES_IDS, type SometimesId } from '../scenario/known.ts';
import type { RunRecord } from '../trace/record.ts';

export interface SometimesResult {
  readonly id: string;
  readonly seen: number;
}

const COUNTERS: Readonly<Record<SometimesId, (record: RunRecord) => number>> = {
  'stale-round': (r) => r.rounds.filter((row) => row.round > 0 && !row.canonical).length,
  'reorg-depth-1': (r) => reorgs(r, 1),
  'reorg-depth-2': (r) => reorgs(r, 2),
  'reorg-depth-3': (r) => reorgs(r, 3),
  'finality-conflict': (r) => r.trace.filter((event) => event.type === 'finality-conflict').length,
  'node-activated': (r) => r.trace.reduce((n, event) => n + (event.type === 'activation' ? event.activated.length : 0), 0),
  'node-restarted': (r) => restarts(r),
  'node-banned': (r) => r.trace.filter((event) => event.type === 'ban').length,
  'all-ledgers': (r) => Math.min(...LEDGERS.map((ledger) => r.counts.ledgers[ledger].transactions)),
  'cross-ledger': (r) => r.counts.crossLedger.operations,
  'transaction-failed': (r) => total(r.counts.failed),
  'invalid-refused': (r) => total(r.counts.rejected),
  'transaction-final': (r) => r.counts.final,
  'ccos-rewarded': (r) => ((r.tokens['CCOS']?.['rewarded'] ?? '0') === '0' ? 0 : 1),
  'module-refused': (r) => failed(r, 'module-refused'),
  'contract-event': (r) => r.counts.contracts.events,
  'contract-reverted': (r) => failed(r, 'reverted'),
  'contract-out-of-gas': (r) => failed(r, 'out-of-gas'),
  'contract-stopped': (r) => failed(r, 'trap', 'stack-overflow', 'memory-range', 'input-range', 'storage-key', 'storage-value', 'message-size', 'event-size', 'event-count'),
  'contract-paid': (r) => told(r, 'Sold', 'Removed', 'Claimed', 'Settled'),
  'contract-undone': undone,
  'token-moved': (r) => told(r, 'Added', 'Sold', 'Staked'),
  swap: (r) => told(r, 'Bought', 'Sold'),
};

const reorgs = (record: RunRecord, depth: number): number => record.trace.filter((event) => event.type === 'reorg' && event.depth >= depth).length;
const failed = ({ counts }: RunRecord, ...codes: readonly FailureCode[]): number => codes.reduce((sum, code) => sum + (counts.failed[code] ?? 0), 0);
const told = ({ contractEvents }: RunRecord, ...topics: readonly string[]): number => (contractEvents ?? []).filter(({ topic }) => topics.includes(topic)).length;
const total = (codes: Readonly<Record<string, number>>): number => Object.values(codes).reduce((sum, n) => sum + n, 0);

function undone({ legs, rounds }: RunRecord): number {
  const stale = new Set(rounds.filter(({ canonical }) => !canonical).map(({ round }) => round));
  return legs.filter(({ kind, round }) => kind === 'contract_call' && stale.has(round)).length;
}

function restarts(record: RunRecord): number {
  const down = new Set<number>();
  let count = 0;
  for (const event of record.trace) {
    if (event.type !== 'node-state') continue;
    if (event.state === 'down') down.add(event.node);
    else if (down.delete(event.node)) count++;
  }
  return count;
}

/** The simulator may count more than the rows show; the larger figure wins. */
export function countSometimes(record: RunRecord, ids: readonly string[]): SometimesResult[] {
  return ids.map((id) => {
    const known = SOMETIMES_IDS.find((k) => k === id);
    return { id, seen: Math.max(record.sometimes[id] ?? 0, known ? COUNTERS[known](record) : 0) };
  });
}
