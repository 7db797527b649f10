/** What invariants remember per round: small and bounded. */
import type { RoundFacts } from '../invariant.ts';

/** One byte per round index, 0 until set. */
export class RoundMarks {
  private bytes = new Uint8Array(256);

  get(round: RoundFacts): number {
    return round.index < this.bytes.length ? this.bytes[round.index] : 0;
  }

  set(round: RoundFacts, mark: number): void {
    if (round.index >= this.bytes.length) {
      const grown = new Uint8Array(Math.max(round.index + 1, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes[round.index] = mark;
  }
}

/** Values of the latest `KEPT` distinct rounds: deep enough for any reorg above finality, bounded in a run of any length (Z6). */
export class RecentRounds<T> {
  private static readonly KEPT = 512;
  private readonly values = new Map<number, T>();

  get(round: RoundFacts): T | undefined {
    return this.values.get(round.index);
  }

  set(round: RoundFacts, value: T): void {
    this.values.set(round.index, value);
    if (this.values.size > RecentRounds.KEPT) this.values.delete(this.values.keys().next().value!);
  }
}
