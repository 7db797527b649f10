/** Where two runs differ: figures of the summary, arrivals of rounds, and the first moment at which they part. */
import { hexAt, listAt, textAt, type EventTables, type HexColumn, type ListColumn, type Table, type TextColumn } from '../../trace/columns.ts';
import { ARRIVAL_NEVER } from '../../trace/record.ts';

export interface FigureDifference {
  /** Path in the summary, `virtual.tpms.final`. */
  readonly path: string;
  /** As JSON has them; undefined: absent there. */
  readonly a: string | undefined;
  readonly b: string | undefined;
  /** b − a where both are numbers, and the same as a share of a. */
  readonly change: number | undefined;
  readonly share: number | undefined;
}

/** Leaves that differ, in the order of the first document, then what only the second has. Lists compare as texts. */
export function figureDifferences(a: unknown, b: unknown): FigureDifference[] {
  const [left, right] = [leaves(a), leaves(b)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path): FigureDifference[] => {
    const [x, y] = [left.get(path), right.get(path)];
    if (x?.text === y?.text) return [];
    const change = x?.number !== undefined && y?.number !== undefined ? y.number - x.number : undefined;
    return [{ path, a: x?.text, b: y?.text, change, share: change !== undefined && x!.number !== 0 ? change / x!.number! : undefined }];
  });
}

interface Leaf {
  readonly text: string;
  readonly number: number | undefined;
}

function leaves(document: unknown, path = '', into = new Map<string, Leaf>()): Map<string, Leaf> {
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    for (const [key, value] of Object.entries(document)) leaves(value, path === '' ? key : `${path}.${key}`, into);
  } else if (document !== undefined) {
    into.set(path, { text: typeof document === 'string' ? document : JSON.stringify(document), number: typeof document === 'number' ? document : undefined });
  }
  return into;
}

/** Where the chains of checkpoints part: after the last link that is the same, by the first that is not. */
export interface Parting {
  /** Kernel events, from 1; 0: before the first link. */
  readonly after: number;
  readonly afterUs: number;
  /** Undefined where one chain only ends earlier. */
  readonly by: number | undefined;
  readonly byUs: number | undefined;
}

/** Undefined where every link is the same. */
export function firstParting(a: Table<'checkpoints'>, b: Table<'checkpoints'>): Parting | undefined {
  const last = { after: 0, afterUs: 0 };
  for (let i = 0; i < Math.max(a.count, b.count); i++) {
    if (i >= a.count || i >= b.count) return { ...last, by: undefined, byUs: undefined };
    if (a.event[i] !== b.event[i] || hexAt(a.hash, i) !== hexAt(b.hash, i)) return { ...last, by: Math.min(a.event[i], b.event[i]), byUs: Math.min(a.atUs[i], b.atUs[i]) };
    [last.after, last.afterUs] = [a.event[i], a.atUs[i]];
  }
  return undefined;
}

/** One noteworthy event as words, comparable: its type, time, and every field. */
export interface Happening {
  readonly atUs: number;
  readonly text: string;
}

/** All noteworthy events and finds of rounds, in order of time; of one time, in a fixed order of types. */
export function happenings(events: EventTables, rounds: Pick<Table<'rounds'>, 'count' | 'foundAtUs' | 'node' | 'hash' | 'number'>): Happening[] {
  const all: Happening[] = [];
  for (let round = 1; round < rounds.count; round++) {
    all.push({ atUs: rounds.foundAtUs[round], text: `round-found: round ${rounds.number[round]}, node ${rounds.node[round]}, hash ${hexAt(rounds.hash, round).slice(0, 12)}` });
  }
  for (const [type, { count, atUs, ...fields }] of Object.entries(events)) {
    for (let row = 0; row < count; row++) {
      const parts = Object.entries(fields as Readonly<Record<string, AnyColumn>>).map(([name, column]) => `${name} ${cellText(column, row)}`);
      all.push({ atUs: atUs[row], text: `${type}: ${parts.join(', ')}` });
    }
  }
  return all.sort((x, y) => x.atUs - y.atUs || (x.text < y.text ? -1 : x.text > y.text ? 1 : 0));
}

type AnyColumn = Float64Array | Int32Array | Uint8Array | BigUint64Array | TextColumn | HexColumn | ListColumn;

function cellText(column: AnyColumn, row: number): string {
  if (ArrayBuffer.isView(column)) return String(column[row]);
  if ('codes' in column) return textAt(column, row);
  return 'width' in column ? hexAt(column, row) : listAt(column, row).join(' ');
}

export interface HappeningDifference {
  /** How many are the same before it. */
  readonly same: number;
  readonly a: Happening | undefined;
  readonly b: Happening | undefined;
}

export function firstDifferentHappening(a: readonly Happening[], b: readonly Happening[]): HappeningDifference | undefined {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (a[at]?.atUs !== b[at]?.atUs || a[at]?.text !== b[at]?.text) return { same: at, a: a[at], b: b[at] };
  }
  return undefined;
}

/** Differences of arrival, binned: a cell is the difference of largest size within it, never a mean. */
export interface ArrivalDifference {
  /** Rounds by number on both best chains, from 1, and nodes by index. */
  readonly columns: number;
  readonly rows: number;
  readonly roundsPerColumn: number;
  readonly nodesPerRow: number;
  /** `[row × columns + column]`: µs that the second run was later (positive) or earlier; NaN where nothing could be compared. */
  readonly laterUs: Float64Array;
  /** Pairs of round and node that both runs have, those that differ, and those that only one run has. */
  readonly pairs: number;
  readonly differing: number;
  readonly onlyOne: number;
  /** The largest difference by size, µs, and where. */
  readonly most: { readonly laterUs: number; readonly number: number; readonly node: number } | undefined;
}

/** Takes the arrivals of one round number after the other, so that no two runs need be held whole. */
export class ArrivalComparison {
  private readonly laterUs: Float64Array;
  private readonly shape: Pick<ArrivalDifference, 'columns' | 'rows' | 'roundsPerColumn' | 'nodesPerRow'>;
  private readonly nodes: number;
  private readonly counts = { pairs: 0, differing: 0, onlyOne: 0 };
  private most: ArrivalDifference['most'];

  /** `numbers`: rounds 1 … numbers of both best chains; `nodes`: those that both runs have. */
  constructor(numbers: number, nodes: number, columnsMax: number, rowsMax: number) {
    const roundsPerColumn = Math.max(1, Math.ceil(numbers / columnsMax));
    const nodesPerRow = Math.max(1, Math.ceil(nodes / rowsMax));
    this.shape = { columns: Math.ceil(numbers / roundsPerColumn), rows: Math.ceil(nodes / nodesPerRow), roundsPerColumn, nodesPerRow };
    this.nodes = nodes;
    this.laterUs = new Float64Array(this.shape.rows * this.shape.columns).fill(NaN);
  }

  /** Arrivals of round `number` in either run, µs by node, as in `Arrivals.deltaUs`. */
  take(number: number, a: ArrayLike<number>, b: ArrayLike<number>): void {
    const { counts, laterUs } = this;
    const { columns, roundsPerColumn, nodesPerRow } = this.shape;
    const column = Math.floor((number - 1) / roundsPerColumn);
    for (let node = 0; node < this.nodes; node++) {
      const [x, y] = [a[node], b[node]];
      if (x === ARRIVAL_NEVER || y === ARRIVAL_NEVER) {
        if (x !== y) counts.onlyOne++;
        continue;
      }
      counts.pairs++;
      const later = y - x;
      if (later !== 0) counts.differing++;
      const cell = Math.floor(node / nodesPerRow) * columns + column;
      if (!(Math.abs(later) <= Math.abs(laterUs[cell]))) laterUs[cell] = later;
      if (this.most === undefined || Math.abs(later) > Math.abs(this.most.laterUs)) this.most = { laterUs: later, number, node };
    }
  }

  result(): ArrivalDifference {
    return { ...this.shape, ...this.counts, laterUs: this.laterUs, most: this.most };
  }
}
