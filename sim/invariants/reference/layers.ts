/**
 * The model's books: maps from key to value, one layer per round, each on its parent's. A layer never changes once it
 * is made, so models of different branches share what they have in common.
 *
 * A read asks the layers from the top down. So that long branches stay cheap to read, the fourth layer of one size in a
 * row is made as one layer of all four: at most three of each size are ever on top of each other.
 */
import type { StateReader, Table } from '../../../engine/state/state.ts';

type AnyTable = Table<unknown>;
/** `null`: deleted. */
type Entries = Map<AnyTable, Map<string, unknown>>;

const SAME_SIZE_MAX = 4;

export class Layer implements StateReader {
  readonly entries: Entries;
  readonly below: Layer | undefined;
  /** Rounds that it stands for; 0 is genesis, which is never merged. */
  readonly rounds: number;

  private constructor(entries: Entries, below: Layer | undefined, rounds: number) {
    this.entries = entries;
    this.below = below;
    this.rounds = rounds;
  }

  static genesis(draft: Draft): Layer {
    return new Layer(draft.entries, undefined, 0);
  }

  /** The books after a round: what the draft changed, on these. */
  with(draft: Draft): Layer {
    let top = new Layer(draft.entries, this, 1);
    for (;;) {
      const run: Layer[] = [];
      for (let at: Layer | undefined = top; at?.rounds === top.rounds; at = at.below) run.push(at);
      if (run.length < SAME_SIZE_MAX) return top;
      const merged: Entries = new Map();
      for (const layer of run.reverse()) for (const [table, values] of layer.entries) write(merged, table, values);
      top = new Layer(merged, run[0].below, top.rounds * SAME_SIZE_MAX);
    }
  }

  get<V>(table: Table<V>, key: string): V | undefined {
    return lookUp(this, table as unknown as AnyTable, key) as V | undefined;
  }

  /** Every key of a table that has a value. */
  keys(table: AnyTable): Set<string> {
    const keys = this.below?.keys(table) ?? new Set<string>();
    for (const [key, value] of this.entries.get(table) ?? []) {
      if (value === null) keys.delete(key);
      else keys.add(key);
    }
    return keys;
  }
}

function lookUp(top: Layer, table: AnyTable, key: string): unknown {
  for (let at: Layer | undefined = top; at !== undefined; at = at.below) {
    const value = at.entries.get(table)?.get(key);
    if (value !== undefined) return value === null ? undefined : value;
  }
  return undefined;
}

function write(target: Entries, table: AnyTable, values: Iterable<readonly [string, unknown]>): void {
  let map = target.get(table);
  if (map === undefined) target.set(table, (map = new Map()));
  for (const [key, value] of values) map.set(key, value);
}

/** Changes on top of some books, to be written to them or forgotten as a whole. */
export class Draft implements StateReader {
  readonly entries: Entries = new Map();
  readonly below: StateReader;

  constructor(below: StateReader) {
    this.below = below;
  }

  get<V>(table: Table<V>, key: string): V | undefined {
    const value = this.entries.get(table as unknown as AnyTable)?.get(key);
    if (value === undefined) return this.below.get(table, key);
    return value === null ? undefined : (value as V);
  }

  set<V>(table: Table<V>, key: string, value: V | undefined): void {
    write(this.entries, table as unknown as AnyTable, [[key, value ?? null]]);
  }

  writeTo(target: Draft): void {
    for (const [table, values] of this.entries) write(target.entries, table, values);
  }

  /** What differs from the books below; set and set back is no difference. */
  changes(): ModelChange[] {
    const changes: ModelChange[] = [];
    for (const [table, values] of this.entries) {
      for (const [key, value] of values) {
        const before = this.below.get(table, key);
        const after = value === null ? undefined : value;
        if (!same(before, after)) changes.push({ table, key, before, after });
      }
    }
    return changes;
  }
}

export interface ModelChange {
  readonly table: AnyTable;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Equality of plain values by content. */
export function same(x: unknown, y: unknown): boolean {
  if (x === y) return true;
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return false;
  const left = x as Readonly<Record<string, unknown>>;
  const right = y as Readonly<Record<string, unknown>>;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  for (const name of names) if (!Object.hasOwn(right, name) || !same(left[name], right[name])) return false;
  return true;
}
