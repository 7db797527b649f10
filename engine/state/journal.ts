/**
 * The journal: the one way in which state changes. It lies over a reader, keeps every write with the value it replaced,
 * and undoes by walking that log backwards.
 *
 * Tables of columns (columns.ts) have their values here in columns too: a row that is read or written gets a slot, with
 * the base's value and the value now, and a write logs slot and value before. Other tables have an object per key.
 */
import { assert } from '../primitives/result.ts';
import { LEDGERS } from '../tx/kinds.ts';
import { makeValues, valueOf, type ColumnChanges, type ColumnReader, type Values } from './columns.ts';
import { RoundDelta } from './delta.ts';
import type { Change, Journal, StateBase, Table } from './state.ts';

/** A key that was read or written: the base's value, and the value now. */
interface Cell {
  readonly table: Table<unknown>;
  readonly key: string;
  readonly original: unknown;
  current: unknown;
  /** In the log, from its first write on; else −1. */
  number: number;
  /** Where the log has its last write, if it still does; else −1. */
  noted: number;
}

const same = (table: Table<unknown>, x: unknown, y: unknown): boolean =>
  x === y || (x !== undefined && y !== undefined && table.equal(x, y));

export class StateJournal implements Journal {
  private readonly base: StateBase;
  private readonly cells = new Map<Table<unknown>, Map<string, Cell>>();
  private readonly columns = new Map<Table<unknown>, Overlay>();
  private readonly log = new Log();

  /** `base` must not change while the journal is used. */
  constructor(base: StateBase) {
    this.base = base;
  }

  get<V>(typed: Table<V>, key: string): V | undefined {
    const table = typed as unknown as Table<unknown>;
    const overlay = this.overlay(table);
    return (overlay === undefined ? this.cell(table, key).current : overlay.get(key)) as V | undefined;
  }

  set<V>(typed: Table<V>, key: string, value: V | undefined): void {
    const table = typed as unknown as Table<unknown>;
    const overlay = this.overlay(table);
    if (overlay !== undefined) return overlay.set(key, value);
    const cell = this.cell(table, key);
    if (cell.current === value) return;
    if (cell.number < 0) cell.number = this.log.addCell(cell);
    this.log.noteCell(cell);
    cell.current = value;
  }

  amount<V>(table: Table<V>, key: string): bigint {
    return this.overlay(table as unknown as Table<unknown>)!.amount(key);
  }

  setAmount<V>(table: Table<V>, key: string, amount: bigint): void {
    this.overlay(table as unknown as Table<unknown>)!.setAmount(key, amount);
  }

  mark(): number {
    return this.log.mark();
  }

  revert(mark: number): void {
    assert(mark <= this.log.length, 'revert to a mark that was itself undone');
    while (this.log.length > mark) this.log.undoLast();
  }

  touchedSince(mark: number, but: number): number {
    let touched = 0;
    for (let i = mark; i < this.log.length; i++) {
      const bit = 1 << LEDGERS.indexOf(this.log.tableAt(i).ledger);
      if (((touched | but) & bit) === 0 && this.log.isFirstSince(i, mark) && this.log.differs(i)) touched |= bit;
    }
    return touched;
  }

  changesSince(mark: number): readonly Change[] {
    const changes: Change[] = [];
    for (let i = mark; i < this.log.length; i++) {
      if (this.log.isFirstSince(i, mark) && this.log.differs(i)) changes.push(this.log.changeAt(i));
    }
    return changes;
  }

  /** Net effect of everything the journal holds, against its base. */
  delta(): RoundDelta {
    const objects: Change[] = [];
    for (const { table, key, original, current } of this.log.cells) {
      if (!same(table, original, current)) objects.push({ table, key, before: original, after: current });
    }
    const columns: ColumnChanges[] = [];
    for (const overlay of this.columns.values()) {
      const changes = overlay.changes();
      if (changes.rows.length > 0) columns.push(changes);
    }
    return new RoundDelta(objects, columns);
  }

  private overlay(table: Table<unknown>): Overlay | undefined {
    if (table.columns === undefined) return undefined;
    let overlay = this.columns.get(table);
    if (overlay === undefined) {
      const columns = this.base.columnsOf(table);
      this.columns.set(table, (overlay = new Overlay(table, columns, this.log)));
    }
    return overlay;
  }

  private cell(table: Table<unknown>, key: string): Cell {
    let cells = this.cells.get(table);
    if (cells === undefined) this.cells.set(table, (cells = new Map()));
    let cell = cells.get(key);
    if (cell === undefined) {
      const value = this.base.get(table, key);
      cell = { table, key, original: value, current: value, number: -1, noted: -1 };
      cells.set(key, cell);
    }
    return cell;
  }
}

/** A table's rows that the journal has seen. */
class Overlay {
  readonly table: Table<unknown>;
  private readonly base: ColumnReader;
  private readonly log: Log;
  /** In the log. */
  private readonly number: number;
  /** By row: slot + 1, or 0. */
  private slotOf = new Int32Array(0);
  private count = 0;
  private lastKey: string | undefined;
  private lastSlot = 0;
  private earlierKey: string | undefined;
  private earlierSlot = 0;
  private rows = new Int32Array(64);
  private original: Values = makeValues(64);
  private current: Values = makeValues(64);

  constructor(table: Table<unknown>, base: ColumnReader, log: Log) {
    this.table = table;
    this.base = base;
    this.log = log;
    this.number = log.addOverlay(this);
  }

  get(key: string): unknown {
    const slot = this.known(key);
    return slot < 0 ? undefined : valueOf(this.table, this.current.numbers[slot], this.current.amounts[slot]);
  }

  set(key: string, value: unknown): void {
    const slot = this.slot(key);
    const { numbers, amounts } = this.current;
    this.log.noteSlot(this.number, slot, numbers[slot], amounts[slot]);
    const form = this.table.columns!;
    numbers[slot] = value === undefined ? 0 : form.number(value);
    amounts[slot] = value === undefined ? 0n : form.amount(value);
  }

  amount(key: string): bigint {
    const slot = this.known(key); // may make a new column
    return slot < 0 ? 0n : this.current.amounts[slot];
  }

  setAmount(key: string, amount: bigint): void {
    const slot = this.slot(key);
    const { numbers, amounts } = this.current;
    this.log.noteSlot(this.number, slot, numbers[slot], amounts[slot]);
    amounts[slot] = amount;
  }

  restore(slot: number, number: number, amount: bigint): void {
    this.current.numbers[slot] = number;
    this.current.amounts[slot] = amount;
  }

  holds(slot: number, number: number, amount: bigint): boolean {
    return this.current.numbers[slot] === number && this.current.amounts[slot] === amount;
  }

  change(slot: number, number: number, amount: bigint): Change {
    const { table, base, current } = this;
    return {
      table,
      key: base.keys.keys[this.rows[slot]],
      before: valueOf(table, number, amount),
      after: valueOf(table, current.numbers[slot], current.amounts[slot]),
    };
  }

  changes(): ColumnChanges {
    const { original, current } = this;
    const slots: number[] = [];
    for (let slot = 0; slot < this.count; slot++) {
      if (!this.holds(slot, original.numbers[slot], original.amounts[slot])) slots.push(slot);
    }
    const before = makeValues(slots.length);
    const after = makeValues(slots.length);
    const rows = new Int32Array(slots.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      rows[i] = this.rows[slot];
      before.numbers[i] = original.numbers[slot];
      before.amounts[i] = original.amounts[slot];
      after.numbers[i] = current.numbers[slot];
      after.amounts[i] = current.amounts[slot];
    }
    return { table: this.table, keys: this.base.keys, rows, before, after };
  }

  /** A transaction asks for two keys, again and again: the last two are remembered. */
  private slot(key: string): number {
    if (key === this.lastKey) return this.lastSlot;
    if (key === this.earlierKey) return this.earlierSlot;
    return this.remember(key, this.base.keys.of(key));
  }

  /** −1 for a key without a row. Only who writes makes one, since it stays for good: a contract asks for any balance at little cost. */
  private known(key: string): number {
    if (key === this.lastKey) return this.lastSlot;
    if (key === this.earlierKey) return this.earlierSlot;
    const row = this.base.keys.find(key);
    return row < 0 ? -1 : this.remember(key, row);
  }

  private remember(key: string, row: number): number {
    const slot = this.slotAt(row);
    this.earlierKey = this.lastKey;
    this.earlierSlot = this.lastSlot;
    this.lastKey = key;
    this.lastSlot = slot;
    return slot;
  }

  private slotAt(row: number): number {
    if (row >= this.slotOf.length) {
      const grown = new Int32Array(Math.max(row + 1, this.base.keys.count + 64, 2 * this.slotOf.length));
      grown.set(this.slotOf);
      this.slotOf = grown;
    }
    const known = this.slotOf[row];
    return known === 0 ? this.take(row) : known - 1;
  }

  private take(row: number): number {
    if (this.count === this.rows.length) this.grow();
    const slot = this.count++;
    this.slotOf[row] = slot + 1;
    this.rows[slot] = row;
    const number = this.base.number(row);
    const amount = this.base.amount(row);
    this.original.numbers[slot] = number;
    this.original.amounts[slot] = amount;
    this.current.numbers[slot] = number;
    this.current.amounts[slot] = amount;
    return slot;
  }

  private grow(): void {
    const wider = 2 * this.rows.length;
    const rows = new Int32Array(wider);
    rows.set(this.rows);
    this.rows = rows;
    this.original = widened(this.original, wider);
    this.current = widened(this.current, wider);
  }
}

function widened({ numbers, amounts }: Values, count: number): Values {
  const wider = makeValues(count);
  wider.numbers.set(numbers);
  wider.amounts.set(amounts);
  return wider;
}

/** Writes in order: what was written to, and the value that it replaced. Typed, but for the values of cells. */
class Log {
  length = 0;
  private marked = 0;
  /** Where each write went: the number of an overlay and a slot of it, or −1 and the number of a cell. */
  private owners: Int32Array = new Int32Array(256);
  private slots: Int32Array = new Int32Array(256);
  private values: Values = makeValues(256);
  /** Of writes to cells: the values before, a stack. */
  private readonly before: unknown[] = [];
  private readonly overlays: Overlay[] = [];
  /** In the order of their first write. */
  readonly cells: Cell[] = [];

  /** Where it stands: not before any other place that may still be gone back to. */
  mark(): number {
    return (this.marked = this.length);
  }

  /** The overlay's number. */
  addOverlay(overlay: Overlay): number {
    return this.overlays.push(overlay) - 1;
  }

  /** The cell's number. */
  addCell(cell: Cell): number {
    return this.cells.push(cell) - 1;
  }

  /** Until the next mark nobody can go back to values in between: kept is one, or whoever writes large ones again and again fills the memory. */
  noteCell(cell: Cell): void {
    const { noted } = cell;
    if (noted >= this.marked && noted < this.length && this.owners[noted] === CELL && this.slots[noted] === cell.number) return;
    const at = (cell.noted = this.next());
    this.owners[at] = CELL;
    this.slots[at] = cell.number;
    this.values.numbers[at] = this.before.push(cell.current) - 1;
  }

  noteSlot(overlay: number, slot: number, number: number, amount: bigint): void {
    const at = this.next();
    this.owners[at] = overlay;
    this.slots[at] = slot;
    this.values.numbers[at] = number;
    this.values.amounts[at] = amount;
  }

  undoLast(): void {
    const at = --this.length;
    const owner = this.owners[at];
    if (owner === CELL) this.cells[this.slots[at]].current = this.before.pop();
    else this.overlays[owner].restore(this.slots[at], this.values.numbers[at], this.values.amounts[at]);
  }

  tableAt(at: number): Table<unknown> {
    const owner = this.owners[at];
    return owner === CELL ? this.cells[this.slots[at]].table : this.overlays[owner].table;
  }

  /** Whether no write from `mark` on went to the same key before this one. */
  isFirstSince(at: number, mark: number): boolean {
    const { owners, slots } = this;
    for (let i = mark; i < at; i++) if (owners[i] === owners[at] && slots[i] === slots[at]) return false;
    return true;
  }

  /** Whether the key has another value now than before this write. */
  differs(at: number): boolean {
    const { numbers, amounts } = this.values;
    const owner = this.owners[at];
    const slot = this.slots[at];
    if (owner !== CELL) return !this.overlays[owner].holds(slot, numbers[at], amounts[at]);
    const { table, current } = this.cells[slot];
    return !same(table, this.before[numbers[at]], current);
  }

  changeAt(at: number): Change {
    const { numbers, amounts } = this.values;
    const owner = this.owners[at];
    const slot = this.slots[at];
    if (owner !== CELL) return this.overlays[owner].change(slot, numbers[at], amounts[at]);
    const { table, key, current } = this.cells[slot];
    return { table, key, before: this.before[numbers[at]], after: current };
  }

  private next(): number {
    const at = this.length++;
    if (at === this.slots.length) {
      this.owners = widenedIntegers(this.owners);
      this.slots = widenedIntegers(this.slots);
      this.values = widened(this.values, 2 * at);
    }
    return at;
  }
}

/** The owner of what is written to cells. */
const CELL = -1;

function widenedIntegers(integers: Int32Array): Int32Array {
  const wider = new Int32Array(2 * integers.length);
  wider.set(integers);
  return wider;
}
