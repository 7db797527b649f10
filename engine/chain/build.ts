/**
 * Building a round (D10): each ledger's transactions by price, then id, within nonce order; the six merged by price;
 * each sender's nonces ascending across all of them.
 *
 * Of every sender only the next nonce is a candidate at any moment. One heap of those, highest price first and then
 * lowest id, yields exactly the merge of the six sorted lists. What may not stand at its position is passed over, and
 * with it whatever its sender has behind it. The result is executed as it is chosen, once. Cost: n log n for n
 * candidates.
 */
import type { Hash, Transaction } from '../tx/transaction.ts';
import {
  RoundExecution,
  type ChainEnvironment,
  type CommittedState,
  type ExecutedState,
  type RoundContext,
} from './execute.ts';

export interface BuiltRound {
  /** In execution order. */
  readonly transactions: readonly Transaction[];
  readonly executed: ExecutedState;
}

/** Fills a round on `state` from statelessly valid candidates, in any order. The outcome depends on their set alone. */
export function buildRound(
  environment: ChainEnvironment,
  context: RoundContext,
  state: CommittedState,
  candidates: Iterable<Transaction>,
): BuiltRound {
  const execution = new RoundExecution(environment, context, state);
  const queues = queuesBySender(candidates);
  const heads = new Heap();
  for (const queue of queues.values()) heads.push(queue.pop()!);

  const transactions: Transaction[] = [];
  let room = environment.params.roundBytesMax;
  for (let best = heads.pop(); best !== undefined; best = heads.pop()) {
    const queue = queues.get(best.sender)!;
    const error = best.size > room ? 'size' : execution.add(best)?.code;
    if (error === undefined) {
      room -= best.size;
      transactions.push(best);
    }
    // A used nonce says nothing about the next one; any other obstacle stands before all that follow.
    if (error === undefined || error === 'nonce-used') {
      const next = queue.pop();
      if (next !== undefined) heads.push(next);
    }
  }
  return { transactions, executed: execution.finish() };
}

/** Price descending, then id ascending: a total order over distinct transactions. */
function compare(x: Transaction, y: Transaction): number {
  if (x.gasPrice !== y.gasPrice) return x.gasPrice > y.gasPrice ? -1 : 1;
  return x.id < y.id ? -1 : x.id > y.id ? 1 : 0;
}

/**
 * Each sender's transactions, the next one at the end: nonces descending, of rivals for a nonce the better one last.
 */
function queuesBySender(candidates: Iterable<Transaction>): Map<Hash, Transaction[]> {
  const queues = new Map<Hash, Transaction[]>();
  for (const transaction of candidates) {
    const queue = queues.get(transaction.sender);
    if (queue === undefined) queues.set(transaction.sender, [transaction]);
    else queue.push(transaction);
  }
  for (const queue of queues.values()) if (queue.length > 1) queue.sort((x, y) => y.nonce - x.nonce || compare(y, x));
  return queues;
}

/** Binary heap; the first by `compare` comes out first. */
class Heap {
  private readonly items: Transaction[] = [];

  push(item: Transaction): void {
    const { items } = this;
    let at = items.length;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = items[(at - 1) >> 1];
      if (compare(parent, item) <= 0) break;
      items[at] = parent;
    }
    items[at] = item;
  }

  pop(): Transaction | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && compare(items[child + 1], items[child]) < 0) child++;
      if (compare(last, items[child]) <= 0) break;
      items[at] = items[child];
      at = child;
    }
    items[at] = last;
    return first;
  }
}
