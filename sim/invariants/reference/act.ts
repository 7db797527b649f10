/** What the model's rules share: one transaction's (or leg's) doing, and how a rule refuses. */
import type { Crypto } from '../../../engine/crypto/crypto.ts';
import type { FailureCode } from '../../../engine/chain/types.ts';
import type { Params } from '../../../engine/params/params.ts';
import type { Vm } from '../../../engine/starw/execute.ts';
import type { StateReader } from '../../../engine/state/state.ts';
import type { Account, Hash } from '../../../engine/tx/transaction.ts';
import type { Draft } from './layers.ts';

/** The chain, as its genesis made it. */
export interface Chain {
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
  readonly vm: Vm;
}

/** The round that is being applied. */
export interface Scene {
  readonly chain: Chain;
  readonly number: number;
  /** *Now* of every rule: the parent's median time (D8). */
  readonly nowSeconds: number;
  /** The newest earlier round that made a proposal on which this round can still vote. */
  readonly votingRound: number | undefined;
  /** The books as they were at the end of an earlier round of this branch, as far back as votes reach. */
  after(round: number): StateReader;
}

export interface Act {
  readonly scene: Scene;
  /** What a refused act leaves here is forgotten by the caller. */
  readonly book: Draft;
  readonly sender: Account;
  /** The transaction's id; legs share it. */
  readonly id: Hash;
  /** Counts an asset created (or, negative, destroyed) by this act. */
  mint(asset: string, amount: bigint): void;
  /** Gas that a contract may use. */
  readonly gas: number;
  useGas(gas: number): void;
}

/**
 * Why a rule refuses, or undefined. The text names no codes, so a code is an explanation here and is never compared.
 */
export type Refusal = FailureCode | undefined;
