/** One executor for many nodes: immutable states that share what rounds did not change, each distinct round executed once. */
import type { Commitments } from '../state/commitment.ts';
import type { LayeredState } from '../state/view.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Vm } from '../starw/execute.ts';
import { Bug } from '../primitives/result.ts';
import type { CommittedState, ExecutedState } from './execute.ts';
import { ExecutorBase } from './executor-base.ts';
import type { Genesis } from './genesis.ts';
import type { Registry, RoundRef } from './registry.ts';
import type { Sealer } from './seal.ts';
import type { StatelessVerdicts } from './stateless-verdicts.ts';
import type { ExecutedRound } from './types.ts';

export class SharedExecutor extends ExecutorBase {
  readonly independent = false;
  private readonly states = new Map<RoundRef, LayeredState>();
  private readonly results = new Map<RoundRef, ExecutedRound>();

  constructor(registry: Registry, genesis: Genesis, crypto: Crypto, vm: Vm, sealer: Sealer, stateless: StatelessVerdicts) {
    super(registry, genesis, crypto, vm, sealer, stateless);
    this.states.set(0, genesis.state);
  }

  protected committed(ref: RoundRef): LayeredState & CommittedState {
    const state = this.states.get(ref);
    if (state === undefined) throw new Bug(`no state is kept for round ${ref}`);
    return state;
  }

  protected keep(ref: RoundRef, executed: ExecutedState): void {
    const { parent } = this.registry.rounds[ref];
    this.states.set(ref, this.committed(parent).child(executed.delta, executed.commitments));
    this.results.set(ref, executed);
  }

  protected commitmentsAt(ref: RoundRef): Commitments | undefined {
    return this.states.get(ref)?.commitments;
  }

  resultOf(ref: RoundRef): ExecutedRound | undefined {
    return this.results.get(ref);
  }

  /** Forgets states of rounds below `number`: no node's final round may lie there. */
  override prune(number: number): void {
    super.prune(number);
    for (const ref of this.states.keys()) {
      if (ref > 0 && this.registry.rounds[ref].number < number) {
        this.states.delete(ref);
        this.results.delete(ref);
      }
    }
  }
}
