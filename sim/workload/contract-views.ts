/**
 * Two copies of the workload's contracts: one follows the final chain and knows what must come of what stands there, the other
 * the chain as seen, by which calls are chosen. Where a reorganisation changed the order of things, the second is made anew from
 * the first as soon as that is known.
 */
import { Vm } from '../../engine/starw/execute.ts';
import type { Outcome } from '../../engine/starw/types.ts';
import { Replica, type Execution } from './contract-replica.ts';
import type { Inclusion } from './expectations.ts';

export class ContractViews {
  private readonly asFinal: Replica;
  private readonly asSeen: Replica;
  /** Seen to succeed and not final yet, in the order in which it was seen. */
  private ahead: { readonly execution: Execution; readonly at: Inclusion }[] = [];
  private diverged = false;

  constructor() {
    const vm = new Vm();
    this.asFinal = new Replica(vm);
    this.asSeen = new Replica(vm);
  }

  /** By which to choose what is sent next. */
  get latest(): Replica {
    if (this.diverged) {
      this.asSeen.copy(this.asFinal);
      for (const { execution, at } of this.ahead) this.asSeen.apply(execution, at);
      this.diverged = false;
    }
    return this.asSeen;
  }

  /** What must come of it at this place, after all that is final. */
  due(execution: Execution, at: Inclusion): Outcome {
    return this.asFinal.peek(execution, at);
  }

  seen(execution: Execution, at: Inclusion): void {
    this.latest.apply(execution, at);
    this.ahead.push({ execution, at });
  }

  final(execution: Execution, at: Inclusion, succeeded: boolean): void {
    if (succeeded) this.asFinal.apply(execution, at);
    const place = this.ahead.findIndex((seen) => seen.execution === execution);
    if (place >= 0) this.ahead.splice(place, 1);
    if (place !== (succeeded ? 0 : -1)) this.diverged = true;
  }
}
