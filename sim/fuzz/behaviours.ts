/**
 * What a campaign may reach, and what a run did reach. A campaign in which something never happened says nothing about
 * it, so the lists are complete: every happening of `SOMETIMES`, kind, failure and refusal code, fault and invariant.
 */
import { FAILURE_CODES, type PoolRefusal } from '../../engine/chain/types.ts';
import { KINDS } from '../../engine/tx/kinds.ts';
import { countSometimes } from '../report/sometimes.ts';
import { FAULTS } from '../faults/index.ts';
import { INVARIANT_IDS, SOMETIMES_IDS } from '../scenario/known.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord } from '../trace/record.ts';

/** Every refusal code; the compiler keeps the list complete. Those that say false cannot come from a submission. */
const REFUSALS: Readonly<Record<PoolRefusal['code'], boolean>> = {
  encoding: false, size: true, 'wrong-chain': true, 'wrong-ledger': true, 'price-zero': true, 'gas-below-intrinsic': true, 'gas-above-ledger-limit': true, 'fee-overflow': true,
  'high-s': true, 'bad-signature': true, 'nonce-used': true, 'nonce-gap': true, overdraft: true, known: true, 'pool-full': true, 'address-full': true,
  'underpriced-replacement': true, 'sender-banned': true,
};
const DEPTHS = [1, 2, 3, 4, 6, 8] as const;
const RANDOM_FAULTS = ['random-crash', 'random-packet-drop'] as const;

/** Everything that could be reached, in the order of reports. */
export const BEHAVIOURS: readonly string[] = [
  ...SOMETIMES_IDS.filter((id) => !id.startsWith('reorg-depth')),
  ...DEPTHS.map((depth) => `reorg-depth:${depth}`),
  'beyond',
  ...[...Object.keys(FAULTS), ...RANDOM_FAULTS].map((kind) => `fault:${kind}`),
  ...KINDS.map((kind) => `included:${kind}`),
  ...KINDS.map((kind) => `succeeded:${kind}`),
  ...FAILURE_CODES.map((code) => `failed:${code}`),
  ...Object.entries(REFUSALS).filter(([, possible]) => possible).map(([code]) => `refused:${code}`),
  ...INVARIANT_IDS.map((id) => `evaluated:${id}`),
];

/** Those of `BEHAVIOURS` that happened in a run, in that order. */
export function reached(record: RunRecord, scenario: ResolvedScenario): string[] {
  const happened = new Set<string>();
  const add = (name: string, when = true): void => void (when && happened.add(name));
  for (const { id, seen } of countSometimes(record, SOMETIMES_IDS)) add(id, seen > 0);
  const deepest = record.trace.reduce((depth, event) => (event.type === 'reorg' ? Math.max(depth, event.depth) : depth), 0);
  for (const depth of DEPTHS) add(`reorg-depth:${depth}`, deepest >= depth);
  add('beyond', scenario.beyond);
  for (const { id, kind, fired } of record.faults) add(`fault:${id.startsWith('random-') ? id : kind}`, fired > 0);
  for (const { kind, round, outcome } of record.transactions) {
    add(`included:${kind}`, round !== undefined);
    add(`succeeded:${kind}`, outcome === 'success');
  }
  for (const code of Object.keys(record.counts.failed)) add(`failed:${code}`);
  for (const code of Object.keys(record.counts.rejected)) add(`refused:${code}`);
  for (const { id, evaluated } of record.invariants) add(`evaluated:${id}`, evaluated > 0);
  return BEHAVIOURS.filter((name) => happened.has(name));
}
