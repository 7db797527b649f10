/**
 * What an invariant is, and what it may see.
 *
 * Invariants live outside the nodes, see all of them, and key what they know by round hash, so that watching 1,313
 * nodes costs one check per distinct round plus one comparison per node. Each is one file in this folder; its header
 * says what it verifies and what it does not. It is an object made fresh for each run by its factory, with only the
 * hooks that trigger it; the watch (`watch.ts`) calls them and counts.
 *
 * `check` kinds: an evaluation is *independent* when the compared values come from separate computations (another
 * execution, the reference model, an isolated witness), and *by construction* when two nodes share one object.
 */
import type { ExecutedRound, Round, RoundError, RoundHeader } from '../../engine/chain/types.ts';
import type { Params, PoolPolicy } from '../../engine/params/params.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { Genesis } from '../../engine/chain/genesis.ts';

export interface Violation {
  readonly invariant: string;
  readonly atUs: number;
  readonly node: number | undefined;
  readonly round: number | undefined;
  readonly expected: string;
  readonly seen: string;
}

/** A distinct round of the run, once per run, whoever holds it. Indices as in the trace. */
export interface RoundFacts {
  readonly index: number;
  readonly parent: RoundFacts | undefined;
  readonly round: Round;
  /** Cumulative work including this round, as the engine's registry summed it. */
  readonly work: bigint;
  readonly foundAtUs: number;
}

/** Reports a finding, and counts evaluations. */
export interface Reporter {
  readonly nowUs: number;
  violation(expected: string, seen: string, where?: { node?: number; round?: number }): void;
  /** One independent evaluation, or `times` of them. */
  evaluated(times?: number): void;
  /** One evaluation that holds by construction, or `times` of them. */
  byConstruction(times?: number): void;
  /** Smallest distance to failure so far, as a share 0…1 of the bound; the minimum is kept. */
  headroom(share: number): void;
}

/** A pool as an invariant may see it. */
export interface PoolFacts {
  readonly count: number;
  readonly maxCount: number;
  /** Every pooled transaction, in registry order. */
  transactions(): Iterable<Transaction>;
}

/** A node as an invariant may see it. */
export interface NodeFacts {
  readonly index: number;
  readonly kind: 'full' | 'mining' | 'validator' | 'light' | 'archive';
  readonly honest: boolean;
  readonly up: boolean;
  readonly isolated: boolean;
  readonly head: RoundFacts;
  readonly final: RoundFacts;
  /** Node clock, Unix seconds. */
  readonly clockSeconds: number;
  /** Leaves of the valid, complete branches it knows, its head among them. */
  candidates(): readonly RoundFacts[];
  /** State at its head, from its own executor. */
  state(): StateReader;
  /** State root per ledger at its head, from its own executor. */
  stateRoot(ledgerIndex: number): string;
  /**
   * Isolated nodes: their own state, really moved to a round of their branch by undo or redo, readable until moved again.
   * Whoever calls this ends with `stateAt(head)`. Undefined where state is a shared view, which nothing can undo.
   */
  readonly stateAt?: ((round: RoundFacts) => StateReader) | undefined;
  /**
   * Isolated nodes: makes their state anew from genesis and the rows that they stored; true where that equals what it replaces.
   * Absent elsewhere.
   */
  readonly rebuild?: (() => boolean) | undefined;
  readonly pool: PoolFacts;
  /** Sizes of everything else that must stay bounded, with its bound. */
  bounds(): readonly { readonly name: string; readonly value: number; readonly max: number }[];
}

export interface RunFacts {
  readonly params: Params;
  readonly poolPolicy: PoolPolicy;
  readonly genesis: Genesis;
  readonly crypto: Crypto;
  readonly nodes: readonly NodeFacts[];
  /** Declared: faults exceed what the protocol claims to bear (D7). */
  readonly beyond: boolean;
  /** False where the scenario changes or divides hash power (T3 then has nothing to say); absent: constant. */
  readonly constantPower?: boolean;
  /** Second implementation of the seal check for the run's seal kind. */
  sealHolds(header: RoundHeader): boolean;
}

export interface Invariant {
  readonly id: string;
  readonly title: string;
  /** A distinct round was found (mined) by a node and passed to its own checks. */
  roundFound?(round: RoundFacts, node: NodeFacts, report: Reporter): void;
  /** A distinct round was executed for the first time on its parent state, with what came out. */
  roundExecuted?(round: RoundFacts, result: ExecutedRound, parent: StateReader, report: Reporter): void;
  /** An honest node took a round into its branch, for the first time in the run: what holds of content alone is checked here. */
  accepted?(round: RoundFacts, node: NodeFacts, report: Reporter): void;
  /** A node reached a verdict. `error` undefined: valid. `independent`: its executor computed it itself. */
  verdict?(node: NodeFacts, round: RoundFacts, error: RoundError | undefined, independent: boolean, report: Reporter): void;
  /** A node holds a whole round (a light node: its header), after it has done with it what it would. */
  held?(node: NodeFacts, round: RoundFacts, report: Reporter): void;
  connected?(node: NodeFacts, round: RoundFacts, independent: boolean, report: Reporter): void;
  disconnected?(node: NodeFacts, round: RoundFacts, independent: boolean, report: Reporter): void;
  /** After a whole change of head (all connects and disconnects done). `abandoned`: newest first. */
  headChanged?(node: NodeFacts, from: RoundFacts, abandoned: readonly RoundFacts[], report: Reporter): void;
  finalized?(node: NodeFacts, round: RoundFacts, report: Reporter): void;
  finalityConflict?(node: NodeFacts, final: RoundFacts, heavier: RoundFacts, report: Reporter): void;
  /** A pooled transaction left the pool for a reason other than inclusion. */
  evicted?(node: NodeFacts, transaction: Transaction, reason: string, report: Reporter): void;
  /** A node restarted (after crash): its head may be lower. */
  restarted?(node: NodeFacts, report: Reporter): void;
  /** Every kernel event, in order: only T4 listens. */
  event?(timeUs: number, sequence: number, report: Reporter): void;
  /** At each checkpoint (virtual-time grid, 60 s). */
  checkpoint?(report: Reporter): void;
  /** The given fault ended at `sinceUs`, and the bound of `eventually` has passed since; a violation here is one of liveness. */
  healed?(faultId: string, report: Reporter, sinceUs: number): void;
  end?(report: Reporter): void;
}

export type InvariantFactory = (facts: RunFacts) => Invariant;
