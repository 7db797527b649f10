/** Registry, executors and fabricated content for tests that need more than one branch or more than one node. */
import { IsolatedExecutor } from '../../engine/chain/isolated-executor.ts';
import { SharedExecutor } from '../../engine/chain/shared-executor.ts';
import { StatelessVerdicts } from '../../engine/chain/stateless-verdicts.ts';
import { Registry, type RoundRef } from '../../engine/chain/registry.ts';
import { hashHeader, hashLedgerHeader } from '../../engine/chain/header.ts';
import { sampledSeal, type Sealer } from '../../engine/chain/seal.ts';
import type { LedgerHeader, RoundHeader } from '../../engine/chain/types.ts';
import type { Genesis } from '../../engine/chain/genesis.ts';
import { toHex, utf8 } from '../../engine/primitives/bytes.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { GENESIS_TIME, MINER, crypto, testGenesis, vm, type ChainOptions } from './fixtures.ts';

/** Rounds of the usual interval: their targets stay those of genesis. */
export const INTERVAL_SECONDS = 30;

export class ChainWorld {
  readonly genesis: Genesis;
  readonly registry: Registry;
  readonly sealer: Sealer = sampledSeal(crypto.sha256(utf8('test oracle')), crypto);
  readonly shared: SharedExecutor;

  constructor(options: ChainOptions = {}, genesis = testGenesis(options)) {
    this.genesis = genesis;
    this.registry = new Registry(genesis);
    this.shared = new SharedExecutor(this.registry, genesis, crypto, vm, this.sealer, this.verdicts());
  }

  verdicts(): StatelessVerdicts {
    return new StatelessVerdicts(this.registry, this.genesis, crypto);
  }

  isolated(): IsolatedExecutor {
    return new IsolatedExecutor(this.registry, this.genesis, crypto, vm, this.sealer, this.verdicts());
  }

  /** Clock of a node when the round after `parent` is due. */
  clockAfter(parent: RoundRef): number {
    return GENESIS_TIME + (this.registry.rounds[parent].number + 1) * INTERVAL_SECONDS;
  }

  /** Builds a round on a valid parent with the shared executor; siblings differ by their miner's account. */
  build(parent: RoundRef, transactions: readonly Transaction[] = [], miner = MINER.account): RoundRef {
    const handles = transactions.map((transaction) => this.registry.addTransaction(transaction));
    return this.shared.build(parent, miner, this.clockAfter(parent), handles);
  }

  /** `length` rounds on one another. */
  extend(parent: RoundRef, length: number, miner = MINER.account): RoundRef[] {
    const rounds: RoundRef[] = [];
    for (let at = parent; rounds.length < length; rounds.push(at)) at = this.build(at, [], miner);
    return rounds;
  }

  /** A copy of a round with another header or other ledger headers, sealed anew: wrong in what was changed and in nothing else. */
  altered(ref: RoundRef, change: { readonly header?: Partial<RoundHeader>; readonly ledger?: Partial<LedgerHeader> }): RoundRef {
    const { header, body } = this.registry.rounds[ref];
    const ledgers = body.ledgers.map((ledger, i) => (i === 0 ? { ...ledger, ...change.ledger } : ledger));
    const unsealed = { ...header, ledgerHashes: ledgers.map((ledger) => hashLedgerHeader(ledger, crypto)), ...change.header };
    const sealed = { ...unsealed, seal: change.header?.seal ?? this.sealer.seal(unsealed)! };
    return this.registry.addRound({ ...this.registry.roundOf(ref), hash: hashHeader(sealed, crypto), header: sealed, ledgers });
  }
}

let made = 0;

/** A transaction that nobody signed: for rules that look at sender, nonce, price and amounts only. */
export function fabricated(fields: { sender: string; nonce: number; gasPrice?: bigint; gasLimit?: number; amount?: bigint; bytes?: number }): Transaction {
  const { gasPrice = 1n, gasLimit = 21_000, amount = 0n, bytes = 200 } = fields;
  const idBytes = crypto.sha256(utf8(`fabricated ${made++}`));
  return {
    ...fields,
    gasPrice,
    gasLimit,
    kind: 'transfer',
    ledger: 'main',
    payload: { kind: 'transfer', token: 'STR', to: MINER.account, amount },
    bytes: new Uint8Array(bytes),
    id: toHex(idBytes),
    idBytes,
  } as unknown as Transaction;
}
