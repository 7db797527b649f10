/**
 * One place that builds scenes for invariants: a run with nodes and rounds made up, in which everything holds unless the
 * test says otherwise. Hashes are names, not digests, and states are maps: invariants look at relations, not at bytes.
 */
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import type { ExecutedRound, LedgerHeader, RoundError, RoundHeader } from '../../engine/chain/types.ts';
import type { Genesis } from '../../engine/chain/genesis.ts';
import { accounts } from '../../engine/ledgers/tables.ts';
import { DEFAULT_PARAMS, DEFAULT_POOL_POLICY } from '../../engine/params/params.ts';
import type { Change, StateReader, Table } from '../../engine/state/state.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import type { NodeFacts, RoundFacts, RunFacts } from '../../sim/invariants/invariant.ts';
import { workOfBits } from '../../sim/invariants/reference-difficulty.ts';
import { Watch, type WatchOptions } from '../../sim/invariants/watch.ts';

export const GENESIS_TIME = 1_700_000_000;
export const GENESIS_BITS = 0x1b0404cb;
const GENESIS_HASH = '00'.repeat(32);

/** What a made-up round may say for itself; the rest is what its parent asks for. */
export interface RoundOptions {
  readonly header?: Partial<RoundHeader>;
  /** Changes one ledger block, by its index. */
  readonly block?: readonly [index: number, change: Partial<LedgerHeader>];
  readonly ledgers?: readonly LedgerHeader[];
  readonly work?: bigint;
  readonly transactions?: readonly Transaction[];
}

/** A transaction of which only the id (and the sender) matters. */
export const named = (id: string, sender = 'a'): Transaction => ({ id, sender, bytes: new Uint8Array(100) }) as unknown as Transaction;

export type Values = Map<string, unknown>;
export const readerOf = (values: Values): StateReader => ({
  get: <V>(table: Table<V>, key: string) => values.get(`${table.name}:${key}`) as V | undefined,
});

/** One change of an account's STR. */
export const strChange = (account: string, before: bigint | undefined, after: bigint | undefined): [string, Change] => {
  const value = (str: bigint | undefined) => (str === undefined ? undefined : { nonce: 0, str });
  return [`account:${account}`, { table: accounts as Table<unknown>, key: account, before: value(before), after: value(after) }];
};

export class SceneNode implements NodeFacts {
  readonly index: number;
  kind: NodeFacts['kind'] = 'full';
  honest = true;
  up = true;
  isolated = false;
  head: RoundFacts;
  final: RoundFacts;
  clockSeconds = GENESIS_TIME;
  /** Other leaves it holds, its head apart. */
  others: RoundFacts[] = [];
  values: Values = new Map();
  /** State roots other than its head's. */
  roots: Record<number, string> = {};
  pooled: Transaction[] = [];
  sizes: { name: string; value: number; max: number }[] = [];
  /** Its own state at a round, where it can be moved there. */
  stateAt?: (round: RoundFacts) => StateReader;
  /** Its chain as it was told to the watch, genesis first. */
  readonly branch: RoundFacts[];

  constructor(index: number, genesis: RoundFacts, options: Partial<SceneNode>) {
    this.index = index;
    this.head = this.final = genesis;
    this.branch = [genesis];
    Object.assign(this, options);
  }

  candidates(): readonly RoundFacts[] {
    return [this.head, ...this.others];
  }
  state(): StateReader {
    return readerOf(this.values);
  }
  stateRoot(ledgerIndex: number): string {
    return this.roots[ledgerIndex] ?? this.head.round.ledgers[ledgerIndex].stateRoot;
  }
  get pool(): NodeFacts['pool'] {
    const { pooled } = this;
    return { count: pooled.length, maxCount: DEFAULT_POOL_POLICY.txsMax, transactions: () => pooled };
  }
  bounds(): SceneNode['sizes'] {
    return this.sizes;
  }
}

export interface SceneOptions extends WatchOptions {
  readonly nodes?: readonly Partial<SceneNode>[];
  readonly facts?: Partial<RunFacts>;
}

export class Scene {
  readonly genesis: RoundFacts;
  readonly nodes: readonly SceneNode[];
  readonly facts: RunFacts;
  readonly watch: Watch;
  private rounds = 0;

  constructor(ids: 'all' | readonly string[], { nodes = [{}], facts = {}, ...options }: SceneOptions = {}) {
    this.genesis = this.make(undefined, {});
    this.nodes = nodes.map((node, i) => new SceneNode(i, this.genesis, node));
    this.facts = {
      params: DEFAULT_PARAMS,
      poolPolicy: DEFAULT_POOL_POLICY,
      genesis: { round: this.genesis.round, hash: GENESIS_HASH, params: DEFAULT_PARAMS } as unknown as Genesis,
      crypto: nobleCrypto,
      nodes: this.nodes,
      beyond: false,
      sealHolds: () => true,
      ...facts,
    };
    this.watch = new Watch(this.facts, ids, options);
  }

  private make(parent: RoundFacts | undefined, options: RoundOptions): RoundFacts {
    const index = this.rounds++;
    const name = (what: string): string => `${what}-${index}`;
    const blocks =
      options.ledgers ??
      LEDGERS.map((ledger, i): LedgerHeader => ({
        ledger,
        number: parent === undefined ? 0 : parent.round.header.number + 1,
        previous: parent === undefined ? '' : parent.round.header.ledgerHashes[i],
        transactionsRoot: name('transactions'),
        transactionCount: 0,
        receiptsRoot: name('receipts'),
        receiptCount: 0,
        stateRoot: name(`state-${ledger}`),
        ...(options.block?.[0] === i ? options.block[1] : {}),
      }));
    const header: RoundHeader = {
      version: 1,
      parent: parent?.round.hash ?? '',
      number: parent === undefined ? 0 : parent.round.header.number + 1,
      time: parent === undefined ? GENESIS_TIME : parent.round.header.time + DEFAULT_PARAMS.roundIntervalSeconds,
      bits: GENESIS_BITS,
      miner: 'miner',
      ledgerHashes: blocks.map((block) => name(`block-${block.ledger}`)),
      orderRoot: name('order'),
      transactionCount: options.transactions?.length ?? 0,
      seal: new Uint8Array(32),
      ...options.header,
    };
    return {
      index,
      parent,
      round: { hash: name('round'), header, ledgers: blocks, transactions: options.transactions ?? [] },
      work: options.work ?? (parent?.work ?? 0n) + workOfBits(header.bits),
      foundAtUs: (header.time - GENESIS_TIME) * 1e6,
    };
  }

  /** A round on `parent`, unknown to all nodes. */
  round(parent: RoundFacts = this.genesis, options: RoundOptions = {}): RoundFacts {
    return this.make(parent, options);
  }

  /** A branch of `count` rounds on `parent`; the last one. */
  branch(count: number, parent: RoundFacts = this.genesis): RoundFacts {
    let tip = parent;
    for (let i = 0; i < count; i++) tip = this.round(tip);
    return tip;
  }

  /** The node finds a round on its head and moves to it. */
  find(node: SceneNode, options: RoundOptions = {}): RoundFacts {
    const round = this.round(node.head, options);
    this.move(node, round);
    this.watch.roundFound(round, node);
    return round;
  }

  /** The node changes its head to `to`, telling what an engine tells; `final` with it where the depth says so. */
  move(node: SceneNode, to: RoundFacts, quietly = false): void {
    const from = node.head;
    const path: RoundFacts[] = [];
    for (let at: RoundFacts | undefined = to; at !== undefined && !node.branch.includes(at); at = at.parent) path.unshift(at);
    const fork = path.length === 0 ? to : path[0].parent!;
    const abandoned = node.branch.splice(node.branch.indexOf(fork) + 1).reverse();
    node.branch.push(...path);
    node.head = to;
    node.clockSeconds = Math.max(node.clockSeconds, to.round.header.time);
    this.watch.clock.nowUs = Math.max(this.watch.clock.nowUs, to.foundAtUs);
    this.watch.clock.event++;
    if (node.kind !== 'light') {
      for (const round of abandoned) this.watch.disconnected(node, round, node.isolated);
      for (const round of path) this.watch.connected(node, round, node.isolated);
    }
    if (!quietly) this.watch.headChanged(node, from, abandoned);
  }

  finalize(node: SceneNode, round: RoundFacts): void {
    node.final = round;
    this.watch.finalized(node, round);
  }

  verdict(node: SceneNode, round: RoundFacts, error?: RoundError): void {
    this.watch.verdict(node, round, error, node.isolated);
  }

  /** The round is executed for the first time, on a parent state, changing accounts as said. */
  execute(round: RoundFacts, parent: Values, changes: readonly [string, Change][], ledgers = round.round.ledgers): void {
    this.watch.roundExecuted(round, { ledgers, delta: new Map(changes) } as unknown as ExecutedRound, readerOf(parent));
  }
}
