/**
 * The watch: calls each invariant that a run selects at the moments it asks for, and keeps their accounts.
 *
 * The simulator calls one method per thing that happens. Each hook has its list of listeners, made once, so a hook
 * that nobody listens to costs an empty loop, and 1,313 nodes connecting a round cost a few comparisons each: whatever
 * depends on a round's content alone is asked once, when an honest node first takes the round into its branch (`accepted`).
 * Watching changes nothing: no draw, no event, no state.
 */
import type { ExecutedRound, RoundError } from '../../engine/chain/types.ts';
import { Bug } from '../../engine/primitives/result.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { InvariantRow, LivenessRow, ViolationRow } from '../trace/record.ts';
import { INVARIANTS } from './index.ts';
import { forkOf } from './internal/branch.ts';
import { RoundMarks } from './internal/marks.ts';
import type { Invariant, NodeFacts, Reporter, RoundFacts, RunFacts } from './invariant.ts';

/** Violations of one invariant that are kept in full; all are counted. */
export const VIOLATIONS_KEPT = 10;

const MINUTE_US = 60_000_000;

/** Invariants that a scenario marked `beyond` suspends unless its `expect` names them (D7): agreement and convergence. */
export const SUSPENDED_BEYOND: readonly string[] = ['S1', 'V1'];

/** Where the run stands; its driver sets both before it calls the watch. */
export interface WatchClock {
  nowUs: number;
  /** Number of the current kernel event, from 1. */
  event: number;
}

/** An `eventually` of the scenario: the invariant must hold `withinUs` after the fault `after` has ended. */
export interface Eventually {
  readonly id: string;
  readonly after: string;
  readonly withinUs: number;
}

export interface WatchOptions {
  readonly eventually?: readonly Eventually[];
  /** Ids that do not watch in this run, and are reported as not evaluated; see `SUSPENDED_BEYOND`. */
  readonly suspended?: readonly string[];
  /** Shared with the driver; the watch makes its own where there is none. */
  readonly clock?: WatchClock;
}

/** One invariant's account of itself. */
class Tally implements Reporter {
  evaluations = 0;
  constructions = 0;
  violations = 0;
  smallest: number | undefined;
  /** Smallest headroom per minute of virtual time. */
  readonly byMinute: (number | undefined)[] = [];
  readonly kept: ViolationRow[] = [];
  /** Set while a check after healing runs: what it reports is a finding about liveness, not a violation. */
  reason: string | undefined;
  healing = false;
  private readonly id: string;
  private readonly clock: WatchClock;
  private readonly onViolation: (violation: ViolationRow) => void;

  constructor(id: string, clock: WatchClock, onViolation: (violation: ViolationRow) => void) {
    this.id = id;
    this.clock = clock;
    this.onViolation = onViolation;
  }

  get nowUs(): number {
    return this.clock.nowUs;
  }

  violation(expected: string, seen: string, where: { node?: number; round?: number } = {}): void {
    if (this.healing) {
      this.reason ??= `expected ${expected}; ${seen}`;
      return;
    }
    this.violations++;
    if (this.kept.length >= VIOLATIONS_KEPT) return;
    const { nowUs: atUs, event } = this.clock;
    const row: ViolationRow = { invariant: this.id, atUs, event, node: where.node, round: where.round, expected, seen };
    this.kept.push(row);
    this.onViolation(row);
  }

  evaluated(times = 1): void {
    this.evaluations += times;
  }

  byConstruction(times = 1): void {
    this.constructions += times;
  }

  headroom(share: number): void {
    const bounded = Math.max(0, Math.min(1, share));
    if (this.smallest === undefined || bounded < this.smallest) this.smallest = bounded;
    const minute = Math.floor(this.clock.nowUs / MINUTE_US);
    const lowest = this.byMinute[minute];
    if (lowest === undefined || bounded < lowest) this.byMinute[minute] = bounded;
  }
}

type Hook = Exclude<keyof Invariant, 'id' | 'title'>;

/** An invariant that has the hook, with the account it reports to. */
interface Listener<H extends Hook> {
  readonly invariant: Invariant & Required<Pick<Invariant, H>>;
  readonly tally: Tally;
}

interface Watched {
  readonly invariant: Invariant;
  readonly tally: Tally;
}

export class Watch {
  readonly clock: WatchClock;
  private readonly watched: readonly Watched[];
  private readonly suspended: Set<string>;
  private readonly eventually: readonly Eventually[];
  private readonly found: ViolationRow[] = [];
  private readonly stalls: LivenessRow[] = [];

  private readonly acceptedRounds = new RoundMarks();
  private acceptedAgain = 0;

  private readonly onRoundFound: readonly Listener<'roundFound'>[];
  private readonly onRoundExecuted: readonly Listener<'roundExecuted'>[];
  private readonly onAccepted: readonly Listener<'accepted'>[];
  private readonly onVerdict: readonly Listener<'verdict'>[];
  private readonly onHeld: readonly Listener<'held'>[];
  private readonly onConnected: readonly Listener<'connected'>[];
  private readonly onDisconnected: readonly Listener<'disconnected'>[];
  private readonly onHeadChanged: readonly Listener<'headChanged'>[];
  private readonly onFinalized: readonly Listener<'finalized'>[];
  private readonly onFinalityConflict: readonly Listener<'finalityConflict'>[];
  private readonly onEvicted: readonly Listener<'evicted'>[];
  private readonly onRestarted: readonly Listener<'restarted'>[];
  private readonly onEvent: readonly Listener<'event'>[];
  private readonly onCheckpoint: readonly Listener<'checkpoint'>[];
  private readonly onHealed: readonly Listener<'healed'>[];
  private readonly onEnd: readonly Listener<'end'>[];

  /** True where some invariant wants every kernel event (T4); the driver need not call `event` otherwise. */
  readonly wantsEvents: boolean;

  /** Throws a `Bug` for an id that no invariant has: scenarios are checked when they are loaded. */
  constructor(facts: RunFacts, selection: 'all' | readonly string[], options: WatchOptions = {}) {
    this.clock = options.clock ?? { nowUs: 0, event: 0 };
    this.eventually = options.eventually ?? [];
    this.suspended = new Set(options.suspended ?? (facts.beyond ? SUSPENDED_BEYOND : []));
    const unknown = selection === 'all' ? undefined : selection.find((id) => INVARIANTS[id] === undefined);
    if (unknown !== undefined) throw new Bug(`no invariant ${unknown}`);
    const onViolation = (row: ViolationRow): void => void this.found.push(row);
    this.watched = Object.entries(INVARIANTS)
      .filter(([id]) => selection === 'all' || selection.includes(id))
      .map(([id, make]) => ({ invariant: make(facts), tally: new Tally(id, this.clock, onViolation) }));

    this.onRoundFound = this.listeners('roundFound');
    this.onRoundExecuted = this.listeners('roundExecuted');
    this.onAccepted = this.listeners('accepted');
    this.onVerdict = this.listeners('verdict');
    this.onHeld = this.listeners('held');
    this.onConnected = this.listeners('connected');
    this.onDisconnected = this.listeners('disconnected');
    this.onHeadChanged = this.listeners('headChanged');
    this.onFinalized = this.listeners('finalized');
    this.onFinalityConflict = this.listeners('finalityConflict');
    this.onEvicted = this.listeners('evicted');
    this.onRestarted = this.listeners('restarted');
    this.onEvent = this.listeners('event');
    this.onCheckpoint = this.listeners('checkpoint');
    this.onHealed = this.listeners('healed');
    this.onEnd = this.listeners('end');
    this.wantsEvents = this.onEvent.length > 0;
  }

  private listeners<H extends Hook>(hook: H): readonly Listener<H>[] {
    return this.watched.filter(
      (one): one is Watched & Listener<H> => !this.suspended.has(one.invariant.id) && one.invariant[hook] !== undefined,
    );
  }

  // ── what happens (the hooks of invariant.ts, in the order in which a step tells them) ───────────────────────────

  roundFound(round: RoundFacts, node: NodeFacts): void {
    for (const { invariant, tally } of this.onRoundFound) invariant.roundFound(round, node, tally);
  }

  roundExecuted(round: RoundFacts, result: ExecutedRound, parent: StateReader): void {
    for (const { invariant, tally } of this.onRoundExecuted) invariant.roundExecuted(round, result, parent, tally);
  }

  verdict(node: NodeFacts, round: RoundFacts, error: RoundError | undefined, independent: boolean): void {
    for (const { invariant, tally } of this.onVerdict) invariant.verdict(node, round, error, independent, tally);
  }

  held(node: NodeFacts, round: RoundFacts): void {
    for (const { invariant, tally } of this.onHeld) invariant.held(node, round, tally);
  }

  connected(node: NodeFacts, round: RoundFacts, independent: boolean): void {
    for (const { invariant, tally } of this.onConnected) invariant.connected(node, round, independent, tally);
  }

  disconnected(node: NodeFacts, round: RoundFacts, independent: boolean): void {
    for (const { invariant, tally } of this.onDisconnected) invariant.disconnected(node, round, independent, tally);
  }

  headChanged(node: NodeFacts, from: RoundFacts, abandoned: readonly RoundFacts[]): void {
    if (node.honest) this.accept(node, from, abandoned);
    for (const { invariant, tally } of this.onHeadChanged) invariant.headChanged(node, from, abandoned, tally);
  }

  finalized(node: NodeFacts, round: RoundFacts): void {
    for (const { invariant, tally } of this.onFinalized) invariant.finalized(node, round, tally);
  }

  finalityConflict(node: NodeFacts, final: RoundFacts, heavier: RoundFacts): void {
    for (const { invariant, tally } of this.onFinalityConflict) invariant.finalityConflict(node, final, heavier, tally);
  }

  evicted(node: NodeFacts, transaction: Transaction, reason: string): void {
    for (const { invariant, tally } of this.onEvicted) invariant.evicted(node, transaction, reason, tally);
  }

  restarted(node: NodeFacts): void {
    for (const { invariant, tally } of this.onRestarted) invariant.restarted(node, tally);
  }

  /** Each kernel event, in order; see `wantsEvents`. Costs two comparisons. */
  event(timeUs: number, sequence: number): void {
    const listeners = this.onEvent;
    for (let i = 0; i < listeners.length; i++) listeners[i].invariant.event(timeUs, sequence, listeners[i].tally);
  }

  checkpoint(): void {
    for (const { invariant, tally } of this.onCheckpoint) invariant.checkpoint(tally);
  }

  /**
   * The bound of `eventually` has passed since the fault ended: checks its invariants, or the one with the given id where
   * their bounds differ. What does not hold becomes a row of `liveness`.
   */
  healed(faultId: string, id?: string): void {
    for (const { id: wanted, after, withinUs } of this.eventually) {
      if (after !== faultId || (id !== undefined && id !== wanted)) continue;
      for (const { invariant, tally } of this.onHealed) {
        if (invariant.id !== wanted) continue;
        tally.healing = true;
        tally.reason = undefined;
        invariant.healed(faultId, tally, this.clock.nowUs - withinUs);
        tally.healing = false;
        if (tally.reason === undefined) continue;
        this.stalls.push({ invariant: wanted, after: faultId, atUs: this.clock.nowUs, event: this.clock.event, reason: tally.reason });
      }
    }
  }

  end(): void {
    for (const { invariant, tally } of this.onEnd) invariant.end(tally);
  }

  /** Rounds that no honest node had in its branch before, oldest first. */
  private accept(node: NodeFacts, from: RoundFacts, abandoned: readonly RoundFacts[]): void {
    if (this.acceptedRounds.get(node.head) !== 0) {
      this.acceptedAgain++;
      return;
    }
    const fork = forkOf(from, abandoned);
    const fresh: RoundFacts[] = [];
    let at: RoundFacts | undefined = node.head;
    for (; at !== undefined && at !== fork && this.acceptedRounds.get(at) === 0; at = at.parent) fresh.push(at);
    for (let i = fresh.length - 1; i >= 0; i--) {
      this.acceptedRounds.set(fresh[i], 1);
      for (const { invariant, tally } of this.onAccepted) invariant.accepted(fresh[i], node, tally);
    }
  }

  // ── the accounts ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Faults added while the run went on exceed D7's bound: these ids account for nothing, as if suspended from the start. */
  suspend(ids: readonly string[]): void {
    for (const id of ids) this.suspended.add(id);
  }

  /** One row per selected invariant, suspended ones included, in the order of `INVARIANTS`. */
  rows(): InvariantRow[] {
    return this.watched.map(({ invariant, tally }) => {
      const { id, title } = invariant;
      if (this.suspended.has(id)) return { id, title, evaluated: 0, byConstruction: 0, violations: 0, headroom: undefined };
      return {
        id,
        title,
        evaluated: tally.evaluations,
        // A round accepted by its content once holds for every node that takes the same content.
        byConstruction: tally.constructions + (invariant.accepted === undefined ? 0 : this.acceptedAgain),
        violations: tally.violations,
        headroom: tally.smallest,
        ...(tally.smallest !== undefined && { headroomPpmByMinute: Array.from(tally.byMinute, (share) => (share === undefined ? -1 : Math.floor(share * 1_000_000))) }),
      };
    });
  }

  /** The first `VIOLATIONS_KEPT` of each invariant, in the order in which they were seen. */
  violations(): ViolationRow[] {
    return this.found.filter(({ invariant }) => !this.suspended.has(invariant));
  }

  liveness(): LivenessRow[] {
    return this.stalls.filter(({ invariant }) => !this.suspended.has(invariant));
  }
}
