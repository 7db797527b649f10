/**
 * The propagation matrix: nodes × rounds, each cell how late the node had the round. Where several cells share a pixel the
 * latest of them shows, never their mean: one late node among thousands must stay visible.
 */
import { textAt } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';
import { NODE_KINDS, REGIONS } from '../../scenario/types.ts';
import { Presence, roundsInOrder, type SpreadColumns } from './presence.ts';
import { delayText, NEVER_US } from './spread.ts';
import { percentText, regionText } from './words.ts';

/** The node was not active when the round was found. Smaller than any delay. */
export const ABSENT = -1;

export interface Lateness {
  readonly nodes: number;
  /** Columns: rounds in the order in which they were found, genesis left out. */
  readonly rounds: Int32Array;
  readonly foundAtUs: Float64Array;
  /** `cells[column × nodes + node]`: µs from the round's finding; `NEVER_US` never, `ABSENT` not active then. */
  readonly cells: Int32Array;
}

/** Fills the matrix with rounds whose arrivals come one after the other. */
export class LatenessBuilder {
  /** Rounds that `add` wants, in this order: all but genesis. */
  readonly wanted: Int32Array;
  private readonly columns: SpreadColumns;
  private readonly presence: Presence;
  private readonly cells: Int32Array;
  private added = 0;

  constructor(columns: SpreadColumns) {
    this.columns = columns;
    this.presence = new Presence(columns);
    this.wanted = roundsInOrder(columns);
    this.cells = new Int32Array(this.wanted.length * columns.nodes.count);
  }

  /** The next round of `wanted` and its arrivals (`Arrivals.deltaUs` of that round). */
  add(round: number, deltaUs: Int32Array): void {
    const { presence: { active }, cells } = this;
    this.presence.moveTo(this.columns.rounds.foundAtUs[round]);
    const base = this.added++ * active.length;
    for (let node = 0; node < active.length; node++) cells[base + node] = active[node] === 0 ? ABSENT : deltaUs[node] === ARRIVAL_NEVER ? NEVER_US : deltaUs[node];
  }

  /** Of what was added so far. */
  matrix(): Lateness {
    const nodes = this.columns.nodes.count;
    const rounds = this.wanted.subarray(0, this.added);
    return { nodes, rounds, foundAtUs: Float64Array.from(rounds, (round) => this.columns.rounds.foundAtUs[round]), cells: this.cells.subarray(0, this.added * nodes) };
  }
}

/** The matrix of all rounds at once. */
export function latenessMatrix(columns: SpreadColumns, arrivals: (round: number) => Int32Array): Lateness {
  const builder = new LatenessBuilder(columns);
  for (const round of builder.wanted) builder.add(round, arrivals(round));
  return builder.matrix();
}

/** Per node the median of its delays in the rounds found at or after `fromUs`, its own finds included; `ABSENT` where it never was active. */
export function typicalLateness({ nodes, rounds, foundAtUs, cells }: Lateness, fromUs: number): Int32Array {
  const first = foundAtUs.findIndex((atUs) => atUs >= fromUs);
  const typical = new Int32Array(nodes).fill(ABSENT);
  if (first < 0) return typical;
  const own = new Int32Array(rounds.length);
  for (let node = 0; node < nodes; node++) {
    let used = 0;
    for (let column = first; column < rounds.length; column++) {
      const cell = cells[column * nodes + node];
      if (cell !== ABSENT) own[used++] = cell;
    }
    if (used > 0) typical[node] = own.subarray(0, used).sort()[(used - 1) >> 1];
  }
  return typical;
}

export const NODE_ORDERS = ['lateness', 'region', 'kind', 'number'] as const;
export type NodeOrder = (typeof NODE_ORDERS)[number];

/** What rows can be sorted by. */
export type Sorts = Pick<SpreadColumns['nodes'], 'count' | 'region' | 'kind'>;

/** Rows of the matrix from the top: latest first, within each region or kind where it is sorted by that; ties by number. */
export function orderNodes(order: NodeOrder, nodes: Sorts, typical: Int32Array): Int32Array {
  const rank = (names: readonly string[], values: readonly string[]): number[] => values.map((value) => names.indexOf(value));
  const [column, ranks] = order === 'kind' ? [nodes.kind, rank(NODE_KINDS, nodes.kind.values)] : [nodes.region, rank(REGIONS, nodes.region.values)];
  const grouped = order === 'region' || order === 'kind';
  return Int32Array.from({ length: nodes.count }, (_, node) => node).sort((a, b) =>
    (grouped ? ranks[column.codes[a]] - ranks[column.codes[b]] : 0) || (order === 'number' ? 0 : typical[b] - typical[a]) || a - b);
}

/** A rectangle of the matrix: places in the order from `row0` up to `row1`, columns from `column0` up to `column1`, ends left out. */
export interface Area {
  readonly row0: number;
  readonly row1: number;
  readonly column0: number;
  readonly column1: number;
}

/** Start of bin i when `length` things from `from` on are dealt into `bins` bins, as evenly as whole things allow. */
const edge = (from: number, length: number, bins: number, i: number): number => from + Math.floor((length * i) / bins);

/** Size in bins of an area drawn on at most `width` × `height` bins: never more bins than cells. */
export const binned = ({ row0, row1, column0, column1 }: Area, width: number, height: number): { readonly width: number; readonly height: number } => ({
  width: Math.min(width, column1 - column0), height: Math.min(height, row1 - row0),
});

/** The largest cell of every bin, row by row from the top, into `out` (width × height of `binned`). */
export function binMaximum({ nodes, cells }: Lateness, order: Int32Array, area: Area, width: number, height: number, out: Int32Array): void {
  const { row0, row1, column0, column1 } = area;
  out.fill(ABSENT, 0, width * height);
  for (let x = 0; x < width; x++) {
    const columnEnd = edge(column0, column1 - column0, width, x + 1);
    for (let column = edge(column0, column1 - column0, width, x); column < columnEnd; column++) {
      const base = column * nodes;
      let row = row0;
      for (let y = 0; y < height; y++) {
        const rowEnd = edge(row0, row1 - row0, height, y + 1);
        let most = out[y * width + x];
        for (; row < rowEnd; row++) {
          const cell = cells[base + order[row]];
          if (cell > most) most = cell;
        }
        out[y * width + x] = most;
      }
    }
  }
}

/** The cell that a bin shows: its latest one, of equal ones the first by column and then by row. */
export function cellOfBin(matrix: Lateness, order: Int32Array, area: Area, width: number, height: number, x: number, y: number): { readonly column: number; readonly node: number; readonly value: number } {
  const { row0, row1, column0, column1 } = area;
  let found = { column: -1, node: -1, value: ABSENT - 1 };
  for (let column = edge(column0, column1 - column0, width, x); column < edge(column0, column1 - column0, width, x + 1); column++) {
    for (let row = edge(row0, row1 - row0, height, y); row < edge(row0, row1 - row0, height, y + 1); row++) {
      const value = matrix.cells[column * matrix.nodes + order[row]];
      if (value > found.value) found = { column, node: order[row], value };
    }
  }
  return found;
}

export const latenessText = (us: number): string => (us === ABSENT ? 'not active then' : delayText(us));

/** What the matrix says, in a sentence. */
export function latenessFinding(matrix: Lateness, nodes: Sorts, typical: Int32Array): string {
  if (matrix.rounds.length === 0) return 'No round was found';
  let never = 0;
  let present = 0;
  for (const cell of matrix.cells) {
    if (cell !== ABSENT) present++;
    if (cell === NEVER_US) never++;
  }
  const [latest] = orderNodes('lateness', nodes, typical);
  if (latest === undefined || typical[latest] === ABSENT) return 'No node was active when a round was found';
  const ascending = typical.filter((us) => us !== ABSENT).subarray(0).sort();
  const middle = ascending[(ascending.length - 1) >> 1];
  const lost = never === 0 ? 'every active node got every round' : `${percentText(never / present)} of arrivals never came`;
  return `Node ${latest} (${textAt(nodes.kind, latest)}, ${regionText(textAt(nodes.region, latest))}) is the latest: ${delayText(typical[latest])} in the median, a typical node ${delayText(middle)}; ${lost}`;
}
