/**
 * One node's view of the round tree: what it holds of each round, its head and its final round (D7).
 *
 * Head: most cumulative work among branches that are complete, valid and contain the final round; on equal work the
 * first seen. Branches are executed only when they would become the head; a branch that fails is marked with all its
 * descendants, and the next best is tried.
 */
import type { Params } from '../params/params.ts';
import type { Executor } from './executor.ts';
import type { Registry, RoundRef } from './registry.ts';
import { RoundColumn } from './round-column.ts';
import type { RoundError } from './types.ts';

const HEADER = 1;
const BODY = 2;
/** The body and every ancestor's body are here. */
const COMPLETE = 4;
const VALID = 8;
const INVALID = 16;
/** The body is asked for, and all before it is here. */
const ASKED = 32;
/** Flags of a round of which an announcement tells nothing but who has it. */
export const OLD_NEWS = COMPLETE | ASKED;

/** Who hears of verdicts and moves, in the order in which they happen. */
export interface ChainListener {
  verdict(round: RoundRef, error: RoundError | undefined): void;
  connected(round: RoundRef): void;
  disconnected(round: RoundRef): void;
  final(round: RoundRef): void;
  finalityConflict(final: RoundRef, heavier: RoundRef): void;
}

export interface Move {
  from: RoundRef;
  /** Newest first. */
  abandoned: RoundRef[];
  /** Oldest first. */
  connected: RoundRef[];
}

export class BestChain {
  head: RoundRef = 0;
  final: RoundRef = 0;
  lastMove: Move = { from: 0, abandoned: [], connected: [] };
  /** Flags of each round: this node's byte in a column that it may share. */
  private readonly status: RoundColumn;
  private readonly owner: number;
  /** By round: how many bodies had come here before its own. Says which of two branches was seen first. */
  private readonly arrival: number[] = [0];
  private arrivals = 1;
  private readonly registry: Registry;
  private readonly executor: Executor;
  private readonly params: Params;
  private readonly listener: ChainListener;

  constructor(
    registry: Registry,
    executor: Executor,
    params: Params,
    listener: ChainListener,
    status = new RoundColumn(1),
    owner = 0,
  ) {
    this.status = status;
    this.owner = owner;
    this.registry = registry;
    this.executor = executor;
    this.params = params;
    this.listener = listener;
    this.mark(0, HEADER | BODY | COMPLETE | VALID);
  }

  hasHeader(ref: RoundRef): boolean {
    return (this.flags(ref) & HEADER) !== 0;
  }
  hasBody(ref: RoundRef): boolean {
    return (this.flags(ref) & BODY) !== 0;
  }
  isComplete(ref: RoundRef): boolean {
    return (this.flags(ref) & COMPLETE) !== 0;
  }
  isInvalid(ref: RoundRef): boolean {
    return (this.flags(ref) & INVALID) !== 0;
  }
  isValid(ref: RoundRef): boolean {
    return (this.flags(ref) & VALID) !== 0;
  }

  /** An announcement of the round tells nothing but who has it. */
  isOldNews(ref: RoundRef): boolean {
    return (this.flags(ref) & OLD_NEWS) !== 0;
  }

  /** Notes that the round's body was asked for, or (false) that nobody is asked any more. */
  noteAsked(ref: RoundRef, asked: boolean): void {
    if (!asked) this.status.set(ref, this.owner, this.flags(ref) & ~ASKED);
    else if (this.isComplete(this.registry.rounds[ref].parent)) this.mark(ref, ASKED);
  }

  addHeader(ref: RoundRef): void {
    this.mark(ref, HEADER);
  }

  private flags(ref: RoundRef): number {
    return this.status.get(ref, this.owner);
  }

  private mark(ref: RoundRef, flag: number): void {
    this.status.set(ref, this.owner, this.flags(ref) | flag);
  }

  /** Marks a round and all its known descendants. */
  markInvalid(ref: RoundRef): void {
    const stack = [ref];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      this.mark(at, INVALID);
      for (const child of this.registry.rounds[at].children) if (this.hasHeader(child)) stack.push(child);
    }
  }

  /** A light node's rule: most work by headers. True when the head moved. */
  considerHeader(ref: RoundRef): boolean {
    const { rounds } = this.registry;
    this.reportConflict(ref);
    if (rounds[ref].work <= rounds[this.head].work || !this.containsFinal(ref)) return false;
    this.moveTo(ref);
    return true;
  }

  /** A body is here. True when the head moved. */
  addBody(ref: RoundRef): boolean {
    this.mark(ref, BODY);
    this.arrival[ref] ??= this.arrivals++;
    if (!this.isComplete(this.registry.rounds[ref].parent)) return false;
    const tips = this.complete(ref);
    for (const tip of tips) this.reportConflict(tip);
    for (let best = this.heaviest(tips); best >= 0; best = this.heaviest(this.candidates())) {
      if (this.tryMove(best)) return true;
    }
    return false;
  }

  /** A heavier branch that leaves the final round is reported, and never followed (D7). */
  private reportConflict(tip: RoundRef): void {
    if (this.isInvalid(tip) || this.containsFinal(tip) || this.registry.rounds[tip].work <= this.registry.rounds[this.head].work) return;
    this.listener.finalityConflict(this.final, tip);
  }

  /** Marks `ref` and its held descendants complete; returns the ends of their branches. */
  private complete(ref: RoundRef): RoundRef[] {
    const { rounds } = this.registry;
    const tips: RoundRef[] = [];
    const stack = [ref];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      this.mark(at, COMPLETE);
      if (this.isInvalid(rounds[at].parent)) this.mark(at, INVALID);
      const held = rounds[at].children.filter((child) => this.hasBody(child));
      if (held.length === 0) tips.push(at);
      stack.push(...held);
    }
    return tips;
  }

  /** The candidate with the most work if it beats the head, of equal ones the first seen; the head itself was seen before. */
  private heaviest(candidates: readonly RoundRef[]): RoundRef {
    const { rounds } = this.registry;
    let best = -1;
    let work = rounds[this.head].work;
    for (const ref of candidates) {
      const beats = rounds[ref].work > work || (best >= 0 && rounds[ref].work === work && this.arrival[ref] < this.arrival[best]);
      if (beats && !this.isInvalid(ref) && this.containsFinal(ref)) {
        best = ref;
        work = rounds[ref].work;
      }
    }
    return best;
  }

  /** Ends of the complete branches that are not known to be invalid and contain the final round, the head's among them. */
  candidates(): RoundRef[] {
    const ends: RoundRef[] = [];
    const { rounds } = this.registry;
    for (let ref = 0; ref < rounds.length && ref < this.status.length; ref++) {
      if ((this.flags(ref) & (COMPLETE | INVALID)) !== COMPLETE) continue;
      if (rounds[ref].children.some((child) => (this.flags(child) & (COMPLETE | INVALID)) === COMPLETE)) continue;
      if (this.containsFinal(ref)) ends.push(ref);
    }
    return ends;
  }

  private containsFinal(ref: RoundRef): boolean {
    return this.registry.ancestorAt(ref, this.registry.rounds[this.final].number) === this.final;
  }

  /** Executes the branch to `target`; false when something on it is invalid. */
  private tryMove(target: RoundRef): boolean {
    const { registry, executor } = this;
    const fork = registry.forkOf(this.head, target);
    const path: RoundRef[] = [];
    for (let ref = target; ref !== fork; ref = registry.rounds[ref].parent) path.push(ref);
    for (let i = path.length - 1; i >= 0; i--) {
      const ref = path[i];
      if (this.isValid(ref)) continue;
      const error = executor.execute(ref);
      this.listener.verdict(ref, error);
      if (error !== undefined) {
        this.markInvalid(ref);
        executor.stateAt(this.head);
        return false;
      }
      this.mark(ref, VALID);
    }
    this.moveTo(target);
    for (const round of this.lastMove.abandoned) this.listener.disconnected(round);
    for (const round of this.lastMove.connected) this.listener.connected(round);
    return true;
  }

  private moveTo(target: RoundRef): void {
    const { registry } = this;
    const fork = registry.forkOf(this.head, target);
    const move: Move = { from: this.head, abandoned: [], connected: [] };
    for (let ref = this.head; ref !== fork; ref = registry.rounds[ref].parent) move.abandoned.push(ref);
    for (let ref = target; ref !== fork; ref = registry.rounds[ref].parent) move.connected.push(ref);
    move.connected.reverse();
    this.head = target;
    this.lastMove = move;
  }

  /** Rounds at least `finalityDepth` below the head become final, oldest first. */
  advanceFinal(): void {
    const { registry } = this;
    const number = registry.rounds[this.head].number - this.params.finalityDepth;
    if (number <= registry.rounds[this.final].number) return;
    const path: RoundRef[] = [];
    for (let ref = registry.ancestorAt(this.head, number); ref !== this.final; ref = registry.rounds[ref].parent) path.push(ref);
    for (let i = path.length - 1; i >= 0; i--) {
      this.final = path[i];
      this.listener.final(path[i]);
    }
  }
}
