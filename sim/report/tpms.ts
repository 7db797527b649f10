/**
 * Throughput in transactions per millisecond of virtual time, over the measured window (after warm-up, before settling).
 * Ingress capacity and confirmed throughput are two numbers and never mixed (D14); `boundBy` names what binds.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord } from '../trace/record.ts';
import { measuredWindow, seriesOf, sumWithin } from './window.ts';

export interface Tpms {
  readonly offered: number;
  readonly admitted: number;
  readonly confirmed: number;
  readonly final: number;
  /** Most active nodes × the declared capacity of each. */
  readonly ingressCapacity: number;
  /** What keeps confirmed throughput from being higher. */
  readonly boundBy: string;
}

/** A stage that carries at least this share of the one before it does not bind. */
const CARRIES = 0.95;
/** A round at least this full, in the median over the best chain, binds. */
const FULL = 0.9;

export function throughputOf(record: RunRecord, scenario: ResolvedScenario): Tpms {
  const window = measuredWindow(record, scenario);
  const ms = (window.toUs - window.fromUs) / 1_000;
  const rate = (name: 'tx.offered' | 'tx.admitted' | 'tx.confirmed' | 'tx.final'): number => (ms > 0 ? sumWithin(seriesOf(record, name), window) / ms : 0);
  const figures = { offered: rate('tx.offered'), admitted: rate('tx.admitted'), confirmed: rate('tx.confirmed'), final: rate('tx.final') };
  const ingressCapacity = (record.counts.activeMax * scenario.network.baseNodeCapacityMilliTpms) / 1_000;
  return { ...figures, ingressCapacity, boundBy: ms > 0 ? bound(record, scenario, figures, ingressCapacity) : 'nothing was measured: the run ended within its warm-up' };
}

function bound(record: RunRecord, scenario: ResolvedScenario, { offered, admitted, confirmed }: Pick<Tpms, 'offered' | 'admitted' | 'confirmed'>, ingress: number): string {
  if (offered === 0) return 'nothing was offered';
  if (confirmed >= offered * CARRIES) return 'offered load';
  if (admitted < offered * CARRIES) return offered > ingress ? 'ingress capacity' : 'admission';
  const canonical = new Set(record.rounds.filter((row) => row.canonical && row.round > 0).map((row) => row.round));
  const half = canonical.size / 2;
  const fullBytes = record.rounds.filter((row) => canonical.has(row.round) && row.bytes >= scenario.params.roundBytesMax * FULL).length;
  if (canonical.size > 0 && fullBytes > half) return 'round size';
  const full = LEDGERS.find((ledger) => {
    const blocks = record.ledgerBlocks.filter((row) => row.ledger === ledger && canonical.has(row.round) && row.gasUsed >= scenario.params.gasLimitPerLedger * FULL);
    return canonical.size > 0 && blocks.length > half;
  });
  return full ? `gas limit of ${full}` : 'time to inclusion';
}
