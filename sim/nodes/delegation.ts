/**
 * Delegates (D14): each submission goes to one of the active nodes chosen by rendezvous hashing of its sender, so that
 * checking is divided among them and capacity grows with their number. A submitter tries its three delegates, then any
 * full node. A delegate checks at most `baseNodeCapacity` transactions per ms; beyond a second of backlog it refuses.
 */
import { PURPOSE, below, draw32, type DrawKey } from '../kernel/draw.ts';

export const DELEGATES = 3;
/** A delegate with this much work queued refuses (assumption). */
const BACKLOG_US = 1_000_000;

export class Delegation {
  private readonly key: DrawKey;
  /** Virtual µs that one admission takes of a delegate's capacity. */
  private readonly admissionUs: number;
  private readonly freeUs: Float64Array;
  private candidates: readonly number[] = [];
  private full: readonly number[] = [];
  private readonly chosen = new Map<number, readonly number[]>();

  constructor(key: DrawKey, nodeCount: number, capacityMilliTpms: number) {
    this.key = key;
    this.admissionUs = 1_000_000 / capacityMilliTpms;
    this.freeUs = new Float64Array(nodeCount);
  }

  /** The nodes that may be delegates now, and all active ones that take submissions at all; both ascending. */
  setActive(candidates: readonly number[], full: readonly number[]): void {
    this.candidates = candidates;
    this.full = full;
    this.chosen.clear();
  }

  /** Delegates of a sender, best first: the candidates with the highest keyed score. Cost: O(candidates) per sender and set. */
  delegatesOf(sender: number): readonly number[] {
    let best = this.chosen.get(sender);
    if (best === undefined) {
      const top: { node: number; score: number }[] = [];
      for (const node of this.candidates) {
        const score = draw32(this.key, sender, PURPOSE.delegate, node);
        if (top.length === DELEGATES && score <= top[DELEGATES - 1].score) continue;
        let at = top.length;
        while (at > 0 && top[at - 1].score < score) at--;
        top.splice(at, 0, { node, score });
        if (top.length > DELEGATES) top.pop();
      }
      best = top.map(({ node }) => node);
      this.chosen.set(sender, best);
    }
    return best;
  }

  /** Any full node, by draw; −1 where there is none. */
  anyOf(sender: number, attempt: number): number {
    return this.full.length === 0 ? -1 : this.full[below(this.key, sender, PURPOSE.anyDelegate, attempt, this.full.length)];
  }

  /** Takes capacity for one check at `nowUs`; false when the node is too far behind. */
  take(node: number, nowUs: number): boolean {
    const start = Math.max(this.freeUs[node], nowUs);
    if (start - nowUs > BACKLOG_US) return false;
    this.freeUs[node] = start + this.admissionUs;
    return true;
  }
}
