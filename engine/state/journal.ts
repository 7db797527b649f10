/**
 * The journal: the one way in which state changes. It lies over a reader, keeps every write with the value it replaced,
 * and undoes by walking that list backwards.
 */
import { assert } from '../primitives/result.ts';
import type { Change, Delta, Journal, StateKey, StateReader, Table } from './state.ts';
import { stateKey } from './table.ts';

/** A key that was read or written: the base's value, and the value now. */
interface Cell {
  readonly table: Table<unknown>;
  readonly key: string;
  readonly original: unknown;
  current: unknown;
  /** Whether it is in `written`. */
  listed: boolean;
}

interface Write {
  readonly cell: Cell;
  readonly before: unknown;
}

const same = (table: Table<unknown>, x: unknown, y: unknown): boolean =>
  x === y || (x !== undefined && y !== undefined && table.equal(x, y));

export class StateJournal implements Journal {
  private readonly base: StateReader;
  private readonly cells = new Map<Table<unknown>, Map<string, Cell>>();
  /** Cells in the order of their first write. */
  private readonly written: Cell[] = [];
  private readonly writes: Write[] = [];

  /** `base` must not change while the journal is used. */
  constructor(base: StateReader) {
    this.base = base;
  }

  get<V>(table: Table<V>, key: string): V | undefined {
    return this.cell(table, key).current as V | undefined;
  }

  set<V>(table: Table<V>, key: string, value: V | undefined): void {
    const cell = this.cell(table, key);
    if (cell.current === value) return;
    this.writes.push({ cell, before: cell.current });
    cell.current = value;
    if (!cell.listed) {
      cell.listed = true;
      this.written.push(cell);
    }
  }

  mark(): number {
    return this.writes.length;
  }

  revert(mark: number): void {
    assert(mark <= this.writes.length, 'revert to a mark that was itself undone');
    while (this.writes.length > mark) {
      const { cell, before } = this.writes.pop()!;
      cell.current = before;
    }
  }

  changesSince(mark: number): readonly Change[] {
    const seen = new Set<Cell>();
    const changes: Change[] = [];
    for (let i = mark; i < this.writes.length; i++) {
      const { cell, before } = this.writes[i];
      if (seen.has(cell)) continue;
      seen.add(cell);
      if (!same(cell.table, before, cell.current)) changes.push(change(cell, before));
    }
    return changes;
  }

  /** Net effect of everything the journal holds, against its base. */
  delta(): Delta {
    const delta = new Map<StateKey, Change>();
    for (const cell of this.written) {
      const { table, key, original, current } = cell;
      if (!same(table, original, current)) delta.set(stateKey(table, key), change(cell, original));
    }
    return delta;
  }

  private cell<V>(typed: Table<V>, key: string): Cell {
    const table = typed as unknown as Table<unknown>;
    let cells = this.cells.get(table);
    if (cells === undefined) this.cells.set(table, (cells = new Map()));
    let cell = cells.get(key);
    if (cell === undefined) {
      const value = this.base.get(table, key);
      cell = { table, key, original: value, current: value, listed: false };
      cells.set(key, cell);
    }
    return cell;
  }
}

const change = ({ table, key, current }: Cell, before: unknown): Change => ({ table, key, before, after: current });
