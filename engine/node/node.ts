/**
 * A node: `step(input, now) → effects`, the same function in the simulator and in a live process. It reads no clock, draws
 * nothing and awaits nothing; each input method below is one kind of input, `nowUs` is virtual or real microseconds, and
 * effects go into the buffer that the caller owns.
 */
import type { Account } from '../tx/transaction.ts';
import type { Params, PoolPolicy } from '../params/params.ts';
import { BestChain, OLD_NEWS } from '../chain/best-chain.ts';
import type { Executor } from '../chain/executor.ts';
import type { Registry, RoundRef } from '../chain/registry.ts';
import { RoundColumn } from '../chain/round-column.ts';
import { TxSet, type TxHandle } from '../chain/tx-set.ts';
import type { PoolRefusal } from '../chain/types.ts';
import { Pool } from '../pool/pool.ts';
import { Step, TIMER, type Effects } from '../p2p/effects.ts';
import { MESSAGE, WIRE, message, type Message } from '../p2p/messages.ts';
import { PEER, Peers, peerColumns, type PeerColumns } from '../p2p/peers.ts';
import { RoundRelay } from '../p2p/round-relay.ts';
import { TxGossip, type GossipConfig } from '../p2p/tx-gossip.ts';
import { gossipColumns, noteKnown, type GossipColumns } from '../p2p/gossip-columns.ts';
import { LightClient } from './light-client.ts';
import { SenderOffences } from './sender-offences.ts';

/** D22. Validators are full nodes preferred as delegates; archives never prune. */
export type NodeKind = 'full' | 'mining' | 'validator' | 'light' | 'archive';

export interface NodeConfig extends GossipConfig {
  readonly kind: NodeKind;
  readonly relay: 'compact' | 'full';
  /** Peer slots. */
  readonly peersMax: number;
  readonly poolPolicy: PoolPolicy;
  /** Account that this node's rounds pay, and that a light node watches. */
  readonly account: Account;
}

/** What nodes note of rounds and peers, side by side (`RoundColumn`). */
export interface NodeColumns {
  /** Flags of each round at each node. */
  readonly rounds: RoundColumn;
  readonly peers: PeerColumns;
  readonly gossip: GossipColumns;
  /** First peer slot of each node. */
  readonly firstSlot: Int32Array;
}

/** Columns for nodes with so many peer slots each. */
export function nodeColumns(slots: readonly number[]): NodeColumns {
  const firstSlot = new Int32Array(slots.length);
  let total = 0;
  slots.forEach((count, node) => {
    firstSlot[node] = total;
    total += count;
  });
  return { rounds: new RoundColumn(slots.length), peers: peerColumns(total), gossip: gossipColumns(slots.length, total), firstSlot };
}

/**
 * A message of which a node only notes that a peer has something: a round that the node has or has asked for, or transactions
 * between two ticks of its gossip; three of four messages in a flood. True if `msg` is one; then that is noted, and there is
 * nothing else to do. It reads the columns alone, so a driver of many nodes asks this before it touches the node; `receive`
 * comes to the same.
 */
export function onlyNoted(columns: NodeColumns, index: number, slot: number, msg: Message): boolean {
  if (msg.type !== MESSAGE.txAnnounce && msg.type !== MESSAGE.roundAnnounce) return false;
  const owner = columns.firstSlot[index] + slot;
  const peer = columns.peers.state[owner];
  if (peer !== PEER.full && peer !== PEER.light) return false;
  if (msg.type === MESSAGE.txAnnounce) {
    const { armed, windowTop } = columns.gossip;
    if (armed[index] === 0 || msg.set!.top > windowTop[index]) return false;
    noteKnown(columns.gossip, index, owner, msg.set!);
    return true;
  }
  if ((columns.rounds.get(msg.round, index) & OLD_NEWS) === 0) return false;
  columns.peers.rounds.set(msg.round, owner, 1);
  return true;
}

export class Node {
  readonly config: NodeConfig;
  readonly registry: Registry;
  readonly executor: Executor;
  readonly chain: BestChain;
  readonly peers: Peers;
  readonly gossip: TxGossip;
  pool: Pool;
  private readonly rounds: RoundRelay;
  private readonly lightClient: LightClient | undefined;
  private readonly offences = new SenderOffences();
  private readonly step: Step;

  /** `step` and `columns` may be shared by nodes that a driver steps one at a time; `index` is this node's place in the columns. */
  constructor(config: NodeConfig, params: Params, registry: Registry, executor: Executor, step = new Step(), columns = nodeColumns([config.peersMax]), index = 0) {
    this.step = step;
    const { independent } = executor;
    this.config = config;
    this.registry = registry;
    this.executor = executor;
    this.chain = new BestChain(registry, executor, params, {
      verdict: (round, error) => {
        step.out.vmGas += executor.vmGas(round);
        step.out.proofs += executor.proofs(round);
        step.out.tell({ type: 'verdict', round, error, independent });
      },
      connected: (round) => step.out.tell({ type: 'connected', round, independent }),
      disconnected: (round) => step.out.tell({ type: 'disconnected', round, independent }),
      final: (round) => step.out.tell({ type: 'final', round }),
      finalityConflict: (final, heavier) => step.out.tell({ type: 'finality-conflict', final, heavier }),
    }, columns.rounds, index);
    const light = config.kind === 'light';
    this.peers = new Peers(step, config.peersMax, columns.peers, columns.firstSlot[index]);
    const base = columns.firstSlot[index];
    this.gossip = new TxGossip(step, config, registry, executor, this.peers, () => this.pool, columns.gossip, index, base);
    const keeping = config.kind === 'light' || config.kind === 'archive' ? config.kind : 'pruning';
    this.rounds = new RoundRelay(step, keeping, config.relay, registry, executor, this.chain, this.peers, this.gossip, () => this.headMoved());
    this.lightClient = light ? new LightClient(step, config.account, registry, executor, this.peers) : undefined;
    this.pool = this.emptyPool();
  }

  // ── inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A link to a peer is up (both sides get this). */
  peerUp(slot: number, light: boolean, clockSeconds: number, nowUs: number, out: Effects): void {
    this.step.begin(nowUs, clockSeconds, out);
    this.peers.up(slot, light);
    out.send(slot, message(MESSAGE.status, undefined, this.chain.head), WIRE.frame + WIRE.header);
    if (this.lightClient === undefined && !light) this.gossip.peerUp(slot);
  }

  peerDown(slot: number, clockSeconds: number, nowUs: number, out: Effects): void {
    this.step.begin(nowUs, clockSeconds, out);
    if (!this.peers.down(slot)) return;
    this.gossip.peerDown(slot);
    this.rounds.peerDown(slot);
  }

  /** A client hands in a transaction whose bytes are well-formed. */
  submit(handle: TxHandle, clockSeconds: number, nowUs: number, out: Effects): void {
    this.step.begin(nowUs, clockSeconds, out);
    out.signatures++;
    out.tell({ type: 'submitted', transaction: handle, refusal: this.admit(handle) });
  }

  /** The mining oracle, or a solved real seal, lets this node find the next round on its head. */
  win(clockSeconds: number, nowUs: number, out: Effects): RoundRef {
    this.step.begin(nowUs, clockSeconds, out);
    const ref = this.executor.build(this.chain.head, this.config.account, clockSeconds, this.pool);
    out.executed += this.registry.rounds[ref].body.order.length;
    out.tell({ type: 'built', round: ref });
    this.chain.addHeader(ref);
    this.rounds.acceptBody(ref, true);
    return ref;
  }

  timer(kind: number, argument: number, clockSeconds: number, nowUs: number, out: Effects): void {
    this.step.begin(nowUs, clockSeconds, out);
    if (kind === TIMER.gossip) this.gossip.tick();
    else if (kind === TIMER.roundTimeout) this.rounds.onTimeout(argument);
    else this.rounds.onTimeCome(argument);
  }

  receive(peer: number, msg: Message, clockSeconds: number, nowUs: number, out: Effects): void {
    this.step.begin(nowUs, clockSeconds, out);
    if (!this.peers.hears(peer)) return;
    switch (msg.type) {
      case MESSAGE.txAnnounce:
        return this.gossip.onAnnounce(peer, msg.set!);
      case MESSAGE.txRequest:
        return this.gossip.onRequest(peer, msg.set!);
      case MESSAGE.transactions:
        return this.gossip.onTransactions(peer, msg.set!);
      case MESSAGE.status:
      case MESSAGE.roundAnnounce:
        return this.rounds.onRoundAnnounce(peer, msg.round);
      case MESSAGE.compactRequest:
      case MESSAGE.roundRequest:
        return this.rounds.onRoundRequest(peer, msg);
      case MESSAGE.compactRound:
        return this.rounds.onCompactRound(peer, msg.round);
      case MESSAGE.missingRequest:
        return this.rounds.onMissingRequest(peer, msg.round, msg.set!);
      case MESSAGE.missing:
      case MESSAGE.fullRound:
        return this.rounds.onBodyTransactions(peer, msg.round, msg.set!);
      case MESSAGE.headersRequest:
        return this.rounds.onHeadersRequest(peer, msg.rounds!);
      case MESSAGE.headers:
        return this.rounds.onHeaders(peer, msg.rounds!);
      case MESSAGE.proofRequest:
        return this.proveTo(peer, msg);
      case MESSAGE.proof:
        return this.lightClient?.onProof(msg);
      case MESSAGE.notFound:
        return this.rounds.onNotFound(peer, msg.round);
    }
  }

  /** The process dies: what is durable stays (rounds, their transactions, head and final round), everything else is gone. */
  crash(): void {
    this.gossip.crash(this.registry.rounds.filter(({ ref }) => this.chain.hasBody(ref)).map(({ body }) => body.set));
    this.rounds.crash();
    this.peers.crash();
    this.offences.clear();
    this.pool = this.emptyPool();
  }

  // ── workings ────────────────────────────────────────────────────────────────────────────────────────────────────

  private admit(handle: TxHandle): PoolRefusal | undefined {
    const malformed = this.executor.statelessError(handle);
    if (malformed !== undefined) return malformed;
    const { sender } = this.registry.transactions[handle];
    const ban = this.offences.banOf(sender, this.step.nowUs);
    if (ban !== undefined) return ban;
    const refusal = this.pool.admit(handle);
    if (refusal === undefined) {
      const set = TxSet.of([handle]);
      this.gossip.have.addAll(set);
      this.gossip.addFresh(set);
      return undefined;
    }
    if (refusal.code !== 'known' && refusal.code !== 'pool-full') this.offences.note(sender, this.step.nowUs);
    return refusal;
  }

  /** The head changed: the pool follows, and peers hear of it. */
  private headMoved(): void {
    const { chain, registry, executor, step } = this;
    const { from, abandoned, connected } = chain.lastMove;
    if (this.lightClient === undefined) {
      const setOf = (ref: RoundRef): TxSet => registry.rounds[ref].body.set;
      this.pool.moveTo(executor.stateAt(chain.head), executor.clearance(chain.head), connected.map(setOf), abandoned.map(setOf));
      for (const ref of abandoned) this.gossip.addFresh(this.pool.bits.common(setOf(ref)));
    }
    step.out.tell({ type: 'head', from, to: chain.head, abandoned });
    chain.advanceFinal();
    this.lightClient?.headMoved(chain.head); // before telling peers: it asks one that is known to have the round
    this.rounds.announceRound(chain.head);
  }

  private proveTo(peer: number, msg: Message): void {
    const account = msg.detail as Account;
    const proof = this.chain.isValid(msg.round) ? this.executor.proveAccount(msg.round, account) : undefined;
    if (proof === undefined) this.step.out.send(peer, message(MESSAGE.notFound, undefined, msg.round), WIRE.frame + WIRE.hash);
    else this.step.out.send(peer, message(MESSAGE.proof, undefined, msg.round, undefined, proof), WIRE.frame + WIRE.hash + proof.bytes);
  }

  private emptyPool(): Pool {
    const { registry, executor, config } = this;
    const at = this.lightClient === undefined ? this.chain.head : 0; // a light node has no state at its head, and pools nothing
    const evicted = (transaction: TxHandle, reason: string): void => this.step.out.tell({ type: 'evicted', transaction, reason });
    return new Pool(registry, config.poolPolicy, executor.stateAt(at), executor.clearance(at), evicted, this.gossip.pooled);
  }

  /** Everything that must stay bounded (M3). */
  bounds(): { name: string; value: number; max: number }[] {
    return [
      { name: 'pool', value: this.pool.count, max: this.config.poolPolicy.txsMax },
      { name: 'peers', value: this.peers.count, max: this.config.peersMax },
      ...this.rounds.bounds(),
      this.offences.bound(),
    ];
  }
}

