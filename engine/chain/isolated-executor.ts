/**
 * An executor of one node's own: one mutable state that really moves along branches, by undo and redo of what each round
 * changed. A live node has this; in the simulator so have witnesses, faulty nodes, and everybody under `--isolated`.
 */
import { toHex } from '../primitives/bytes.ts';
import { rootOf, type Commitments } from '../state/commitment.ts';
import { FlatState } from '../state/flat.ts';
import type { Change, Delta, StateKey } from '../state/state.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Vm } from '../starw/execute.ts';
import type { CommittedState, ExecutedState } from './execute.ts';
import { ExecutorBase } from './executor-base.ts';
import type { Genesis } from './genesis.ts';
import type { Registry, RoundRef } from './registry.ts';
import type { Sealer } from './seal.ts';
import type { StatelessVerdicts } from './stateless-verdicts.ts';
import type { ExecutedRound } from './types.ts';

export class IsolatedExecutor extends ExecutorBase {
  readonly independent = true;
  private state: FlatState;
  /** The round that `state` is at. */
  private at: RoundRef = 0;
  private readonly executed = new Map<RoundRef, ExecutedState>();
  private readonly genesis: Genesis;
  /** What callers hold: whatever `state` is at the time, also after a rebuild. */
  private readonly reader: CommittedState;

  constructor(registry: Registry, genesis: Genesis, crypto: Crypto, vm: Vm, sealer: Sealer, stateless: StatelessVerdicts) {
    super(registry, genesis, crypto, vm, sealer, stateless);
    this.genesis = genesis;
    this.state = FlatState.from(genesis.state, crypto);
    const current = (): FlatState => this.state;
    this.reader = {
      get: (table, key) => current().get(table, key),
      columnsOf: (table) => current().columnsOf(table),
      get commitments() {
        return current().commitments;
      },
    };
  }

  protected committed(ref: RoundRef): CommittedState {
    this.moveTo(ref);
    return this.reader;
  }

  protected keep(ref: RoundRef, executed: ExecutedState): void {
    this.executed.set(ref, executed);
  }

  protected commitmentsAt(ref: RoundRef): Commitments | undefined {
    if (ref === this.at) return this.state.commitments; // what redo and undo really led to
    return ref === 0 ? this.genesis.state.commitments : this.executed.get(ref)?.commitments;
  }

  resultOf(ref: RoundRef): ExecutedRound | undefined {
    return this.executed.get(ref);
  }

  /** Undoes to the fork, then redoes. */
  private moveTo(ref: RoundRef): void {
    if (ref === this.at) return;
    const { rounds } = this.registry;
    const fork = this.registry.forkOf(this.at, ref);
    for (; this.at !== fork; this.at = rounds[this.at].parent) this.state.undo(this.executed.get(this.at)!.delta);
    const path: RoundRef[] = [];
    for (let at = ref; at !== fork; at = rounds[at].parent) path.push(at);
    for (let i = path.length - 1; i >= 0; i--) {
      const { delta, commitments } = this.executed.get(path[i])!;
      this.state.apply(delta, commitments);
    }
    this.at = ref;
  }

  /**
   * Throws the state away and makes it anew from genesis and the rows that this node stored: each round's changes. The
   * commitments are recomputed, once, over all of them. True where the result equals what it replaces (L7).
   */
  rebuild(): boolean {
    const { rounds } = this.registry;
    const path: RoundRef[] = [];
    for (let at = this.at; at > 0; at = rounds[at].parent) path.push(at);
    const rebuilt = FlatState.from(this.genesis.state, this.crypto);
    rebuilt.apply(netOf(path.reverse().map((ref) => this.executed.get(ref)!.delta)));
    const same = this.rootsOf(rebuilt.commitments) === this.rootsOf(this.state.commitments);
    this.state = rebuilt;
    return same;
  }

  private rootsOf(commitments: Commitments): string {
    return commitments.map((tree) => toHex(rootOf(tree, this.crypto))).join('/');
  }
}

/** One delta that does what the given ones do, oldest first. */
function netOf(deltas: readonly Delta[]): Delta {
  const net = new Map<StateKey, Change>();
  for (const delta of deltas) {
    for (const [key, change] of delta) {
      const earlier = net.get(key);
      net.set(key, earlier === undefined ? change : { ...change, before: earlier.before });
    }
  }
  return net;
}
