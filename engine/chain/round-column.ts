/**
 * One byte per round and owner, rows by round. A node alone has a column of its own (width 1, or one byte per peer); in a
 * simulation thousands of nodes share one. A round reaches them all within a second or two, so what they note of it then lies
 * in a few kilobytes instead of in thousands of places (measured: propagation.yaml is bound by memory, not by arithmetic).
 */
import type { RoundRef } from './registry.ts';

export class RoundColumn {
  private readonly width: number;
  private readonly rows: (Uint8Array | undefined)[] = [];

  constructor(width: number) {
    this.width = width;
  }

  get(ref: RoundRef, owner: number): number {
    const row = this.rows[ref];
    return row === undefined ? 0 : row[owner];
  }

  set(ref: RoundRef, owner: number, value: number): void {
    let row = this.rows[ref];
    if (row === undefined) {
      if (value === 0) return;
      while (this.rows.length <= ref) this.rows.push(undefined);
      row = new Uint8Array(this.width);
      this.rows[ref] = row;
    }
    row[owner] = value;
  }

  /** Sets owners `from` … `to` − 1 to zero in every row. */
  clear(from: number, to: number): void {
    for (const row of this.rows) row?.fill(0, from, to);
  }

  /** Number of rounds that any owner has noted: refs are below it. */
  get length(): number {
    return this.rows.length;
  }

  /** Drops a round's row. */
  forget(ref: RoundRef): void {
    if (ref < this.rows.length) this.rows[ref] = undefined;
  }
}
