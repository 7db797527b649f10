/** The part of a run that figures are taken from: after warm-up, before settling. */
import type { ResolvedScenario } from '../scenario/types.ts';
import type { RunRecord, SeriesName, SeriesRow } from '../trace/record.ts';

export interface Window {
  readonly fromUs: number;
  readonly toUs: number;
}

export function measuredWindow(record: RunRecord, scenario: ResolvedScenario): Window {
  const fromUs = Math.min(scenario.run.warmupUs, record.endUs);
  return { fromUs, toUs: Math.max(fromUs, Math.min(record.endUs, record.plannedEndUs - scenario.run.settleUs)) };
}

export const seriesOf = (record: RunRecord, name: SeriesName, ledger?: string): readonly SeriesRow[] =>
  record.series.filter((row) => row.name === name && (ledger === undefined || row.labels['ledger'] === ledger));

/** Sum of a counting series over the steps that lie wholly within the window. */
export function sumWithin(rows: readonly Pick<SeriesRow, 'stepUs' | 'values'>[], window: Window): number {
  let sum = 0;
  for (const { stepUs, values } of rows) {
    const last = Math.min(values.length, Math.floor(window.toUs / stepUs));
    for (let i = Math.ceil(window.fromUs / stepUs); i < last; i++) sum += values[i];
  }
  return sum;
}
