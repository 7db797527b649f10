/** A figure of `report.html`: a title that states the finding, a drawing, and the table behind it. */
import type { ResolvedScenario } from '../../scenario/types.ts';
import { columnsOf, EVENT_SHAPES, SHAPES, type EventTables, type Table } from '../../trace/columns.ts';
import type { RunRecord } from '../../trace/record.ts';
import type { Key } from '../svg.ts';
import type { Summary } from '../summary.ts';
import { partsOf, type SeriesPart } from '../views/series.ts';
import { measuredWindow, type Window } from '../window.ts';

export interface Figure {
  /** For links, and unique. */
  readonly id: string;
  readonly title: string;
  /** What, in which unit, over which window. */
  readonly below: string;
  readonly keys: readonly Key[];
  /** Empty where there is nothing to draw. */
  readonly svg: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What figures read: the record as the views take it. */
export interface FigureInput {
  readonly record: RunRecord;
  readonly scenario: ResolvedScenario;
  readonly summary: Summary;
  readonly window: Window;
  readonly nodes: Table<'nodes'>;
  readonly rounds: Table<'rounds'>;
  /** Order of cumulative work by round: equal for equal. */
  readonly workRank: Int32Array;
  readonly events: EventTables;
  readonly series: readonly SeriesPart[];
  /** µs from a round's finding to its arrival at each node. */
  arrivals(round: number): Int32Array;
  /** Scheduled faults, in minutes. */
  readonly faults: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

export const MINUTE_US = 60_000_000;
export const minutes = (us: number): number => us / MINUTE_US;

export function figureInput(record: RunRecord, scenario: ResolvedScenario, summary: Summary): FigureInput {
  const { nodes, deltaUs } = record.arrivals;
  return {
    record, scenario, summary,
    window: measuredWindow(record, scenario),
    nodes: columnsOf(SHAPES.nodes, record.nodes),
    rounds: columnsOf(SHAPES.rounds, record.rounds),
    workRank: rankOf(record.rounds.map(({ work }) => BigInt(work))),
    events: Object.fromEntries(Object.entries(EVENT_SHAPES).map(([type, shape]) => [type, columnsOf(shape, record.trace.filter((event) => event.type === type))])) as unknown as EventTables,
    series: partsOf(record.series),
    arrivals: (round) => deltaUs.subarray(round * nodes, (round + 1) * nodes),
    faults: scenario.faults.scheduled.map(({ id, atUs, forUs }) => ({ name: id, from: minutes(atUs), to: minutes(Math.min(record.endUs, atUs + forUs)) })),
  };
}

function rankOf(works: readonly bigint[]): Int32Array {
  const order = works.map((_, i) => i).sort((a, b) => (works[a] < works[b] ? -1 : works[a] > works[b] ? 1 : a - b));
  const ranks = new Int32Array(works.length);
  order.forEach((i, place) => void (ranks[i] = place > 0 && works[order[place - 1]] === works[i] ? ranks[order[place - 1]] : place));
  return ranks;
}

/** The time axis of a run, minutes. */
export const timeAxis = ({ record }: FigureInput): { readonly from: number; readonly to: number; readonly label: string } => ({ from: 0, to: minutes(record.endUs), label: 'minutes (virtual)' });

/** A little above the largest value; 1 where all are 0. */
export const roof = (values: Iterable<number>): number => {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most > 0 ? most * 1.05 : 1;
};
