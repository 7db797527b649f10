/**
 * The content registry: transactions and rounds under their hashes, with a small number (handle, ref) for each.
 *
 * It holds content only, never a verdict: what is in it is no more valid for being in it. A simulation has one for all
 * nodes, isolated or not, since a handle merely stands for bytes; a live node has its own.
 */
import type { Account, Hash, Transaction } from '../tx/transaction.ts';
import type { LedgerHeader, Round, RoundHeader } from './types.ts';
import type { Genesis } from './genesis.ts';
import { TxSet, EMPTY_SET, type TxHandle } from './tx-set.ts';
import { workOf } from './work.ts';
import { maximalStrOutflow } from '../tx/outflow.ts';

/** Index of a round in the registry; genesis is 0. */
export type RoundRef = number;

/** A body that matches its header: six ledger headers, and the transactions in execution order. */
export interface RoundBody {
  readonly ledgers: readonly LedgerHeader[];
  readonly order: readonly TxHandle[];
  readonly set: TxSet;
  /** Bytes of the transactions. */
  readonly bytes: number;
}

export interface RoundRecord {
  readonly ref: RoundRef;
  readonly hash: Hash;
  /** First 32 bits of the hash: what a digest takes in for the round, so that it depends on content and not on numbering. */
  readonly word: number;
  readonly header: RoundHeader;
  readonly number: number;
  /** −1 for genesis. */
  readonly parent: RoundRef;
  /** Cumulative, this round included; exact. */
  readonly work: bigint;
  body: RoundBody;
  readonly children: RoundRef[];
}

export class Registry {
  readonly genesis: Genesis;
  readonly rounds: RoundRecord[] = [];
  private readonly refs = new Map<Hash, RoundRef>();

  readonly transactions: Transaction[] = [];
  private readonly handles = new Map<Hash, TxHandle>();
  /** By handle: wire bytes, and index of the sender. */
  readonly bytes: number[] = [];
  readonly sender: number[] = [];
  /** By handle: gas limit × price + STR that the payload may move: what a pool reserves (D11). */
  readonly reserve: bigint[] = [];
  readonly senders: Account[] = [];
  private readonly senderIndex = new Map<Account, number>();
  /** By sender index: handles of its transactions, in order of first sight. */
  readonly bySender: TxHandle[][] = [];

  constructor(genesis: Genesis) {
    this.genesis = genesis;
    const { round } = genesis;
    this.rounds.push({
      ref: 0,
      hash: round.hash,
      word: wordOf(round.hash),
      header: round.header,
      number: 0,
      parent: -1,
      work: workOf(round.header.bits),
      body: { ledgers: round.ledgers, order: [], set: EMPTY_SET, bytes: 0 },
      children: [],
    });
    this.refs.set(round.hash, 0);
  }

  handleOf(id: Hash): TxHandle | undefined {
    return this.handles.get(id);
  }

  addTransaction(transaction: Transaction): TxHandle {
    const known = this.handles.get(transaction.id);
    if (known !== undefined) return known;
    const handle = this.transactions.length;
    this.handles.set(transaction.id, handle);
    this.transactions.push(transaction);
    this.bytes.push(transaction.size);
    this.reserve.push(BigInt(transaction.gasLimit) * transaction.gasPrice + maximalStrOutflow(transaction.payload, this.genesis.params.domainFee));
    let sender = this.senderIndex.get(transaction.sender);
    if (sender === undefined) {
      sender = this.senders.length;
      this.senderIndex.set(transaction.sender, sender);
      this.senders.push(transaction.sender);
      this.bySender.push([]);
    }
    this.sender.push(sender);
    this.bySender[sender].push(handle);
    return handle;
  }

  refOf(hash: Hash): RoundRef | undefined {
    return this.refs.get(hash);
  }

  /** Adds a round whose parent is known and whose body matches its header (the caller has checked). */
  addRound(round: Round): RoundRef {
    const known = this.refs.get(round.hash);
    if (known !== undefined) return known;
    const parent = this.rounds[this.refs.get(round.header.parent)!];
    const ref = this.rounds.length;
    const order = round.transactions.map((transaction) => this.addTransaction(transaction));
    let bytes = 0;
    for (const handle of order) bytes += this.bytes[handle];
    this.rounds.push({
      ref,
      hash: round.hash,
      word: wordOf(round.hash),
      header: round.header,
      number: round.header.number,
      parent: parent.ref,
      work: parent.work + workOf(round.header.bits),
      body: { ledgers: round.ledgers, order, set: TxSet.of(order), bytes },
      children: [],
    });
    parent.children.push(ref);
    this.refs.set(round.hash, ref);
    return ref;
  }

  /** The round as the chain sees it. */
  roundOf(ref: RoundRef): Round {
    const { hash, header, body } = this.rounds[ref];
    return { hash, header, ledgers: body.ledgers, transactions: body.order.map((handle) => this.transactions[handle]) };
  }

  /** Wire bytes of a set's members. */
  bytesOf(set: TxSet): number {
    if (set.bytes < 0) {
      let bytes = 0;
      const pairs = set.pairs;
      for (let i = 0; i < pairs.length; i += 2) {
        const base = pairs[i] * 32 + 31;
        for (let mask = pairs[i + 1]; mask !== 0; mask &= mask - 1) bytes += this.bytes[base - Math.clz32(mask & -mask)];
      }
      set.bytes = bytes;
    }
    return set.bytes;
  }

  /** The ancestor of `ref` at `number`, or −1 where the branch is shorter. Cost: the distance. */
  ancestorAt(ref: RoundRef, number: number): RoundRef {
    while (ref >= 0 && this.rounds[ref].number > number) ref = this.rounds[ref].parent;
    return ref >= 0 && this.rounds[ref].number === number ? ref : -1;
  }

  /** The newest common ancestor of two rounds. */
  forkOf(x: RoundRef, y: RoundRef): RoundRef {
    while (x !== y) {
      if (this.rounds[x].number >= this.rounds[y].number) x = this.rounds[x].parent;
      else y = this.rounds[y].parent;
    }
    return x;
  }
}

const wordOf = (hash: Hash): number => Number.parseInt(hash.slice(0, 8), 16) | 0;
