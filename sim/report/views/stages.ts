/**
 * What becomes of the offered transactions, stage by stage: offered, admitted, confirmed, final. Rates are tx/ms of virtual
 * time over the measured window, as in `tpms.ts`; a transaction counts in each stage at the time it got there, so that the
 * last ones offered in a window may be confirmed after it: *under way*, not lost.
 */
import { LEDGERS, type Ledger } from '../../../engine/tx/kinds.ts';
import { textAt, type Table } from '../../trace/columns.ts';
import type { SeriesName } from '../../trace/record.ts';
import { figure } from '../format.ts';
import { nearestRank } from '../percentile.ts';
import type { Tpms } from '../tpms.ts';
import { sumWithin, type Window } from '../window.ts';
import { partsNamed, type SeriesPart } from './series.ts';
import { percentText } from './words.ts';

export const STAGES = ['offered', 'admitted', 'confirmed', 'final'] as const;
export type Stage = (typeof STAGES)[number];
const stageSeries = (stage: Stage): SeriesName => `tx.${stage}`;

/** tx/ms in cells of `cellUs` (a multiple of the series' step), of one ledger or of all; the last cell may be shorter, and its rate is over what it has. */
export function ratePerCell(series: readonly SeriesPart[], stage: Stage, cellUs: number, ledger?: Ledger): Float64Array {
  const rows = partsNamed(series, stageSeries(stage), ledger);
  if (rows.length === 0) return new Float64Array(0);
  const { stepUs } = rows[0];
  const length = Math.max(...rows.map((row) => row.values.length));
  const per = Math.max(1, Math.round(cellUs / stepUs));
  const rates = new Float64Array(Math.ceil(length / per));
  for (const { values } of rows) for (let i = 0; i < values.length; i++) rates[Math.floor(i / per)] += values[i];
  for (let cell = 0; cell < rates.length; cell++) rates[cell] *= 1_000 / ((Math.min(length, (cell + 1) * per) - cell * per) * stepUs);
  return rates;
}

/** A length for the cells that makes about `cells` of them, a whole number of steps of 1, 2, 5, 10, 15, 20, 30, 60, … of them. */
export function cellUsFor(endUs: number, stepUs: number, cells: number): number {
  const wanted = endUs / Math.max(1, cells) / stepUs;
  const nice = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
  return (nice.find((n) => n >= wanted) ?? Math.ceil(wanted / 3_600) * 3_600) * stepUs;
}

/** Where the transactions offered so far are, in whole transactions; the four columns of a step add up to `offered`. */
export interface Whereabouts {
  readonly stepUs: number;
  readonly offered: Float64Array;
  readonly final: Float64Array;
  readonly awaitingFinality: Float64Array;
  readonly awaitingRound: Float64Array;
  readonly notAdmitted: Float64Array;
}

export function whereabouts(series: readonly SeriesPart[], ledger?: Ledger): Whereabouts | undefined {
  const rows = STAGES.map((stage) => partsNamed(series, stageSeries(stage), ledger));
  const [stepUs, length] = [rows[0][0]?.stepUs, rows[0][0]?.values.length];
  if (stepUs === undefined || length === undefined) return undefined;
  const [offered, admitted, confirmed, final] = rows.map((columns) => {
    const sums = new Float64Array(length);
    for (const { values } of columns) for (let i = 0; i < length; i++) sums[i] += values[i] ?? 0;
    for (let i = 1; i < length; i++) sums[i] += sums[i - 1];
    return sums;
  });
  // Finality of a branch that lost in the end (D7's conflict) may count more final than confirmed: never below nothing.
  const between = (more: Float64Array, less: Float64Array): Float64Array => more.map((value, i) => Math.max(0, value - less[i]));
  return { stepUs, offered, final, awaitingFinality: between(confirmed, final), awaitingRound: between(admitted, confirmed), notAdmitted: between(offered, admitted) };
}

export interface LedgerStages extends Readonly<Record<Stage, number>> {
  /** `all`, or the ledger. */
  readonly ledger: Ledger | 'all';
}

/** tx/ms of every stage over the window, all ledgers first; ledgers without load are left out. */
export function ledgerStages(series: readonly SeriesPart[], window: Window): LedgerStages[] {
  const ms = (window.toUs - window.fromUs) / 1_000;
  const rate = (stage: Stage, ledger?: Ledger): number => (ms > 0 ? sumWithin(partsNamed(series, stageSeries(stage), ledger), window) / ms : 0);
  const of = (ledger: Ledger | 'all'): LedgerStages => {
    const only = ledger === 'all' ? undefined : ledger;
    return { ledger, offered: rate('offered', only), admitted: rate('admitted', only), confirmed: rate('confirmed', only), final: rate('final', only) };
  };
  return [of('all'), ...LEDGERS.map(of).filter((row) => row.offered > 0)];
}

/** The stage after which most is missing, as a share of what was offered; undefined where nothing was offered or nothing is missing. */
export function largestLoss(row: Readonly<Record<Stage, number>>): { readonly stage: Stage; readonly share: number } | undefined {
  if (row.offered === 0) return undefined;
  const losses = STAGES.slice(1).map((stage, i) => ({ stage, share: (row[STAGES[i]] - row[stage]) / row.offered }));
  const most = losses.reduce((a, b) => (b.share > a.share ? b : a));
  return most.share > 0 ? most : undefined;
}

const LOSS: Readonly<Record<Stage, string>> = { offered: '', admitted: 'not admitted', confirmed: 'not yet in a round', final: 'not yet final' };

/** How much of the load is confirmed. What was offered before the window and confirmed in it counts too: it may be more than was offered. */
export const confirmedFinding = ({ offered, confirmed }: Readonly<Record<'offered' | 'confirmed', number>>): string =>
  (offered === 0 ? 'Nothing was offered' : confirmed >= offered ? `Confirmation keeps up with the ${figure(offered)} tx/ms offered` : `${percentText(confirmed / offered)} of ${figure(offered)} tx/ms offered is confirmed`);

/** What the throughput says, in a sentence. The figures are the summary's. */
export function stagesFinding(tpms: Tpms): string {
  if (tpms.offered === 0) return 'No transaction was offered';
  const loss = largestLoss(tpms);
  const missing = loss === undefined || loss.share < 0.001 ? '' : `; ${percentText(loss.share)} ${LOSS[loss.stage]} within the window`;
  return `${confirmedFinding(tpms)}, bound by ${tpms.boundBy}${missing}`;
}

/** What the ledgers say, in a sentence. */
export function ledgersFinding(rows: readonly LedgerStages[]): string {
  const ledgers = rows.filter((row) => row.ledger !== 'all');
  if (ledgers.length === 0) return 'No ledger had load';
  const shares = ledgers.map((row) => ({ ledger: row.ledger, share: row.confirmed / row.offered })).sort((a, b) => a.share - b.share);
  const most = [...ledgers].sort((a, b) => b.offered - a.offered)[0];
  return `${most.ledger} carries most, ${percentText(most.offered / rows[0].offered)} of the load; ${shares[0].ledger} confirms least of its own, ${percentText(shares[0].share)}`;
}

export interface LatencyCell {
  /** Submission, start of the cell. */
  readonly atUs: number;
  readonly samples: number;
  /** Nearest rank over the samples of the cell, µs. */
  readonly p10Us: number;
  readonly p50Us: number;
  readonly p90Us: number;
}

/** Time from submission to inclusion in a round, or to finality, of the sampled transactions, by when they were submitted; cells without samples are left out. */
export function latencyCells(transactions: Pick<Table<'transactions'>, 'count' | 'ledger' | 'submittedAtUs' | 'includedAtUs' | 'finalAtUs'>, cellUs: number, until: 'confirmed' | 'final', ledger?: string): LatencyCell[] {
  const { count, submittedAtUs, includedAtUs, finalAtUs } = transactions;
  const done = until === 'final' ? finalAtUs : includedAtUs;
  const cells = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(done[i]) || (ledger !== undefined && textAt(transactions.ledger, i) !== ledger)) continue;
    const cell = Math.floor(submittedAtUs[i] / cellUs);
    const delays = cells.get(cell);
    if (delays) delays.push(done[i] - submittedAtUs[i]);
    else cells.set(cell, [done[i] - submittedAtUs[i]]);
  }
  return [...cells].sort(([a], [b]) => a - b).map(([cell, delays]) => {
    delays.sort((a, b) => a - b);
    const at = (percent: number): number => nearestRank(delays, percent, 100)!;
    return { atUs: cell * cellUs, samples: delays.length, p10Us: at(10), p50Us: at(50), p90Us: at(90) };
  });
}

/** What the latencies say, in a sentence. */
export function latencyFinding(cells: readonly LatencyCell[], until: 'confirmed' | 'final', text: (us: number) => string): string {
  const words = until === 'final' ? 'to be final' : 'to be in a round';
  if (cells.length === 0) return `No sampled transaction came ${words}`;
  const worst = cells.reduce((a, b) => (b.p90Us > a.p90Us ? b : a));
  const medians = cells.map((cell) => cell.p50Us).sort((a, b) => a - b);
  return `A transaction takes ${text(nearestRank(medians, 50, 100)!)} ${words} in the median; slowest around ${text(worst.atUs)}, where one in ten takes ${text(worst.p90Us)} or more`;
}
