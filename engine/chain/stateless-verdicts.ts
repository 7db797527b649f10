/** Stateless verdicts of registered transactions, each computed once per instance: a signature is a signature everywhere. */
import type { Crypto } from '../crypto/crypto.ts';
import { checkStateless } from '../tx/stateless.ts';
import type { Genesis } from './genesis.ts';
import type { Registry } from './registry.ts';
import type { TransactionError } from './types.ts';
import { Bits, type TxHandle, type TxSet } from './tx-set.ts';

export class StatelessVerdicts {
  readonly checked = new Bits();
  readonly valid = new Bits();
  private readonly errors = new Map<TxHandle, TransactionError>();
  private readonly registry: Registry;
  private readonly genesis: Genesis;
  private readonly crypto: Crypto;
  /** Signatures really verified here. */
  computed = 0;

  constructor(registry: Registry, genesis: Genesis, crypto: Crypto) {
    this.registry = registry;
    this.genesis = genesis;
    this.crypto = crypto;
  }

  /** Gives every member its verdict. */
  check(set: TxSet): void {
    const unchecked = this.checked.missing(set);
    if (unchecked.count > 0) for (const handle of unchecked) this.errorOf(handle);
    this.valid.reach(set.top);
  }

  errorOf(handle: TxHandle): TransactionError | undefined {
    if (this.checked.has(handle)) return this.errors.get(handle);
    const { params, hash } = this.genesis;
    const error = checkStateless(this.registry.transactions[handle], { params, genesisHash: hash, crypto: this.crypto });
    this.checked.add(handle);
    this.computed++;
    if (error === undefined) this.valid.add(handle);
    else this.errors.set(handle, error);
    return error;
  }
}
