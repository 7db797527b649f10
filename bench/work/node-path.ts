/**
 * The way of a block through a node, in the functions that the node itself calls, and nothing else:
 *
 *     raw bytes → decode (id, sender) → verify (digest, signature) → apply (nonce, balance, rules, with undo) → roots
 *
 * This is the one file of the benchmarks that names them: what the engine does differently is changed here.
 */
import { RoundExecution, type ChainEnvironment, type CommittedState, type ExecutedState, type RoundContext } from '../../engine/chain/execute.ts';
import { hashLedgerHeader } from '../../engine/chain/header.ts';
import type { SignatureWorkers } from '../../engine/host/signature-workers.ts';
import { Bug } from '../../engine/primitives/result.ts';
import type { Senders } from '../../engine/tx/accounts.ts';
import { decodeTransactions } from '../../engine/tx/decode.ts';
import { checkManyStateless, openStateless } from '../../engine/tx/stateless.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { RawBlock } from './chain.ts';

export interface Place {
  readonly environment: ChainEnvironment;
  readonly context: RoundContext;
  readonly state: CommittedState;
  /** What the node remembers of keys that it has seen: it has been running for a while. */
  readonly senders: Senders;
}

export function decode(block: RawBlock, { environment, senders }: Place): Transaction[] {
  return decodeTransactions(block, environment.crypto, senders).map((decoded) => {
    if (!decoded.ok) throw new Bug(`a benchmark's transaction does not decode: ${decoded.error.code}`);
    return decoded.value;
  });
}

/** Those that are statelessly valid, signature included. */
export function verify(transactions: readonly Transaction[], { environment }: Place): Transaction[] {
  const errors = checkManyStateless(transactions, environment);
  return transactions.filter((_, i) => errors[i] === undefined);
}

/** Blocks that a thread is given at most, with the one that it is at: with more, this one would only wait for it. */
export const OPEN_MAX = 3;

/** The same, the signatures by other threads, or by this one where those have enough to do: resolved when they are through. */
export async function verifySpread(transactions: readonly Transaction[], { environment }: Place, workers: SignatureWorkers): Promise<Transaction[]> {
  const { batch, settle } = openStateless(transactions, environment);
  const verdicts = new Uint8Array(batch.count);
  if (workers.open < OPEN_MAX * workers.alive) await workers.verifyMany(batch, verdicts);
  else environment.crypto.verifyMany(batch, verdicts);
  const errors = settle(verdicts);
  return transactions.filter((_, i) => errors[i] === undefined);
}

/** Every one must be able to stand in its place. */
export function apply(transactions: readonly Transaction[], { environment, context, state }: Place): RoundExecution {
  const execution = new RoundExecution(environment, context, state);
  for (const transaction of transactions) {
    const error = execution.add(transaction);
    if (error !== undefined) throw new Bug(`a benchmark's transaction does not stand: ${error.code}`);
  }
  return execution;
}

/** All that a round's header commits to: order root and the hashes of the six ledger headers, which hold the other roots. */
export function roots(execution: RoundExecution, { environment }: Place): { readonly executed: ExecutedState; readonly text: string } {
  const executed = execution.finish();
  const hashes = executed.ledgers.map((ledger) => hashLedgerHeader(ledger, environment.crypto));
  return { executed, text: [executed.orderRoot, ...hashes].map((hash) => hash.slice(0, 16)).join(' ') };
}
