/** What state each node is in, and how many and which that makes active (D14, D15, D22). */
import type { NodeState } from '../trace/events.ts';
import type { Delegation } from './delegation.ts';
import type { Population } from './population.ts';

export class NodeStates {
  readonly of: NodeState[];
  active = 0;
  activeMax = 0;
  standby: number;
  /** Woken, and not active yet. */
  waking = 0;
  private readonly kind: Population['kind'];
  private readonly delegation: Delegation;

  constructor({ kind, standby }: Population, delegation: Delegation) {
    this.kind = kind;
    this.delegation = delegation;
    this.of = standby.map((asleep) => (asleep ? 'standby' : 'active'));
    this.standby = standby.filter(Boolean).length;
    this.countActive();
  }

  /** Whether links to the node are up: it is there, even if it does nothing. */
  isUp(node: number): boolean {
    const state = this.of[node];
    return state === 'active' || state === 'syncing' || state === 'paused';
  }

  set(node: number, state: NodeState): void {
    const before = this.of[node];
    this.count(before, -1);
    this.count(state, 1);
    this.of[node] = state;
    if (before === 'active' || state === 'active') this.countActive();
  }

  private count(state: NodeState, by: number): void {
    if (state === 'standby') this.standby += by;
    else if (state === 'booting' || state === 'syncing') this.waking += by;
  }

  /** Delegates are validators where there are any active, else all active nodes that are not light. */
  private countActive(): void {
    const active = [...this.of.keys()].filter((node) => this.of[node] === 'active');
    const full = active.filter((node) => this.kind[node] !== 'light');
    const validators = full.filter((node) => this.kind[node] === 'validator');
    this.active = active.length;
    this.activeMax = Math.max(this.activeMax, this.active);
    this.delegation.setActive(validators.length > 0 ? validators : full, full);
  }
}
