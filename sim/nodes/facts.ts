/** The run as invariants may see it: rounds and nodes as facts, read through, never copied. */
import { IsolatedExecutor } from '../../engine/chain/isolated-executor.ts';
import type { Registry, RoundRef } from '../../engine/chain/registry.ts';
import type { Round } from '../../engine/chain/types.ts';
import type { StateReader } from '../../engine/state/state.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { Node } from '../../engine/node/node.ts';
import type { NodeFacts, PoolFacts, RoundFacts } from '../invariants/invariant.ts';
import type { Simulation } from './simulation.ts';

/** Facts about rounds, made once per distinct round. */
export class RoundBook {
  private readonly registry: Registry;
  private readonly facts: RoundFacts[] = [];
  private readonly foundAtUs: number[] = [0];

  constructor(registry: Registry) {
    this.registry = registry;
  }

  noteFound(ref: RoundRef, atUs: number): void {
    this.foundAtUs[ref] = atUs;
  }

  of(ref: RoundRef): RoundFacts {
    const known = this.facts[ref];
    if (known !== undefined) return known;
    const { parent, work } = this.registry.rounds[ref];
    const facts: RoundFacts = {
      index: ref,
      parent: parent < 0 ? undefined : this.of(parent),
      round: this.registry.roundOf(ref) satisfies Round,
      work,
      foundAtUs: this.foundAtUs[ref] ?? 0,
    };
    this.facts[ref] = facts;
    return facts;
  }
}

export class NodeView implements NodeFacts {
  readonly index: number;
  readonly honest = true;
  readonly pool: PoolFacts;
  private readonly simulation: Simulation;
  private readonly book: RoundBook;

  constructor(simulation: Simulation, book: RoundBook, index: number) {
    this.simulation = simulation;
    this.book = book;
    this.index = index;
    const { registry } = simulation;
    this.pool = {
      get count() {
        return simulation.nodes[index].pool.count;
      },
      maxCount: simulation.scenario.pool.txsMax,
      *transactions(): Iterable<Transaction> {
        for (const handle of simulation.nodes[index].pool) yield registry.transactions[handle];
      },
    };
  }

  private get node(): Node {
    return this.simulation.nodes[this.index];
  }
  get kind(): NodeFacts['kind'] {
    return this.simulation.population.kind[this.index];
  }
  get up(): boolean {
    return this.simulation.states.isUp(this.index);
  }
  get isolated(): boolean {
    return this.node.executor.independent;
  }
  get head(): RoundFacts {
    return this.book.of(this.node.chain.head);
  }
  get final(): RoundFacts {
    return this.book.of(this.node.chain.final);
  }
  get clockSeconds(): number {
    return this.simulation.clockSeconds(this.simulation.nowUs);
  }
  candidates(): readonly RoundFacts[] {
    return this.node.chain.candidates().map((ref) => this.book.of(ref));
  }
  state(): StateReader {
    return this.node.executor.stateAt(this.node.chain.head);
  }
  stateRoot(ledgerIndex: number): string {
    return this.node.executor.stateRoot(this.node.chain.head, ledgerIndex);
  }
  /** Isolated nodes only: their own state, really moved. */
  get stateAt(): ((round: RoundFacts) => StateReader) | undefined {
    const { executor } = this.node;
    return executor.independent ? (round) => executor.stateAt(round.index) : undefined;
  }
  /** Isolated nodes only. */
  get rebuild(): (() => boolean) | undefined {
    const { executor } = this.node;
    return executor instanceof IsolatedExecutor ? () => executor.rebuild() : undefined;
  }
  bounds(): readonly { readonly name: string; readonly value: number; readonly max: number }[] {
    return this.node.bounds();
  }
}
