/** Stateless verdicts of registered transactions, each computed once per instance: a signature is a signature everywhere. */
import type { Crypto } from '../crypto/crypto.ts';
import { checkManyStateless, checkStateless, type StatelessContext } from '../tx/stateless.ts';
import type { Genesis } from './genesis.ts';
import type { Registry } from './registry.ts';
import type { TransactionError } from './types.ts';
import { Bits, type TxHandle, type TxSet } from './tx-set.ts';

export class StatelessVerdicts {
  readonly checked = new Bits();
  readonly valid = new Bits();
  private readonly errors = new Map<TxHandle, TransactionError>();
  private readonly registry: Registry;
  private readonly context: StatelessContext;
  /** Signatures really verified here. */
  computed = 0;

  constructor(registry: Registry, genesis: Genesis, crypto: Crypto) {
    this.registry = registry;
    this.context = { params: genesis.params, genesisHash: genesis.hash, crypto };
  }

  /** Gives every member its verdict: those that have none, in one batch. */
  check(set: TxSet): void {
    const unchecked = this.checked.missing(set);
    if (unchecked.count > 0) this.checkAll([...unchecked]);
    this.valid.reach(set.top);
  }

  /** `check` of a list. */
  checkAll(handles: readonly TxHandle[]): void {
    const open = handles.filter((handle) => !this.checked.has(handle));
    if (open.length === 0) return;
    const transactions = open.map((handle) => this.registry.transactions[handle]);
    const errors = checkManyStateless(transactions, this.context);
    open.forEach((handle, i) => this.note(handle, errors[i]));
  }

  errorOf(handle: TxHandle): TransactionError | undefined {
    if (!this.checked.has(handle)) this.note(handle, checkStateless(this.registry.transactions[handle], this.context));
    return this.errors.get(handle);
  }

  private note(handle: TxHandle, error: TransactionError | undefined): void {
    this.checked.add(handle);
    this.computed++;
    if (error === undefined) this.valid.add(handle);
    else this.errors.set(handle, error);
  }
}
