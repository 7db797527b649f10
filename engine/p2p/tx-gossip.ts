/**
 * How transactions spread: at each batch tick, those admitted since the last are pushed in full to a few peers and announced
 * to the others; what was announced and not pushed within a batch is fetched (as Ethereum's eth/65 does with √peers and a
 * wait). Everything works on words of transaction bits.
 */
import type { Executor } from '../chain/executor.ts';
import type { Registry } from '../chain/registry.ts';
import { Bits, EMPTY_SET, TxSet, popcount } from '../chain/tx-set.ts';
import type { Pool } from '../pool/pool.ts';
import { TIMER, type Step } from './effects.ts';
import { NO_WORD, WINDOW, gossipColumns, noteKnown, type GossipColumns } from './gossip-columns.ts';
import { MESSAGE, WIRE, message } from './messages.ts';
import type { Peers } from './peers.ts';

/** Microseconds after which a request is asked of somebody else (assumption). */
export const REQUEST_TIMEOUT_US = 5_000_000;
/** Peers to which a batch is pushed in full: half of sixteen. With √16, as in Ethereum's eth/65, a fifth of all messages were fetches. */
const PUSH_PEERS = 8;
/** Score of one bad transaction: five ban a peer (assumption). */
const BAD_TRANSACTION_SCORE = 20;

export interface GossipConfig {
  /** Ticks fall on multiples of `gossipBatchUs` plus `gossipPhaseUs`; an idle node has none. */
  readonly gossipBatchUs: number;
  readonly gossipPhaseUs: number;
}

interface Asked {
  readonly peer: number;
  readonly set: TxSet;
  readonly deadlineUs: number;
}

export class TxGossip {
  /** Transactions whose bytes this node holds. */
  readonly have: Bits;
  /** Asked for, not here yet. */
  readonly requested: Bits;
  /** Where the pool keeps its members. */
  readonly pooled: Bits;
  /** Admitted since the last tick; words outside freshLow…freshHigh are empty. */
  private readonly fresh: Bits;
  private freshLow = 0x7fffffff;
  private freshHigh = -1;
  private readonly asked: Asked[] = [];
  /** What peers know, and this node's place there: `node` among nodes, slots from `base` on. */
  private readonly columns: GossipColumns;
  private readonly node: number;
  private readonly base: number;
  /** Announced to this node before its last tick, and not here then: fetched at the next unless pushed meanwhile. */
  private waited = EMPTY_SET;
  private ticks = 0;
  private readonly step: Step;
  private readonly config: GossipConfig;
  private readonly registry: Registry;
  private readonly executor: Executor;
  private readonly peers: Peers;
  private readonly pool: () => Pool;

  constructor(
    step: Step,
    config: GossipConfig,
    registry: Registry,
    executor: Executor,
    peers: Peers,
    pool: () => Pool,
    columns = gossipColumns(1, peers.slots),
    node = 0,
    base = 0,
  ) {
    this.step = step;
    this.config = config;
    this.registry = registry;
    this.executor = executor;
    this.peers = peers;
    this.pool = pool;
    this.columns = columns;
    this.node = node;
    this.base = base;
    const { transactions } = columns;
    this.have = new Bits(transactions, 0, node);
    this.requested = new Bits(transactions, 1, node);
    this.pooled = new Bits(transactions, 2, node);
    this.fresh = new Bits(transactions, 3, node);
  }

  private get windowTop(): number {
    return this.columns.windowTop[this.node];
  }

  /** Word `word` of what the peer in `slot` is known to know; its place in the column. */
  private place(slot: number, word: number): number {
    return (word & (WINDOW - 1)) * this.columns.slots + this.base + slot;
  }

  /** Forgets what the peers from `slot` up to `end` know. */
  private forget(slot: number, end: number): void {
    for (let word = 0; word < WINDOW; word++) this.columns.known.fill(0, this.place(slot, word), this.place(end, word));
  }

  /** A link came up: the peer is told all that is pooled. */
  peerUp(slot: number): void {
    this.forget(slot, slot + 1);
    if (this.pool().count > 0) this.announceTo(slot, this.pool().snapshot);
  }

  peerDown(slot: number): void {
    for (let i = this.asked.length - 1; i >= 0; i--) if (this.asked[i].peer === slot) this.giveUp(i);
  }

  /** The process dies; `kept` are the transactions of rounds it stores. */
  crash(kept: Iterable<TxSet>): void {
    this.columns.transactions.clear(this.node);
    for (const set of kept) this.have.addAll(set);
    this.freshLow = 0x7fffffff;
    this.freshHigh = -1;
    this.asked.length = 0;
    this.forget(0, this.peers.slots);
    this.waited = EMPTY_SET;
    this.columns.heardLow[this.node] = NO_WORD;
    this.columns.armed[this.node] = 0;
  }

  onAnnounce(peer: number, set: TxSet): void {
    this.arm();
    this.note(peer, set);
  }

  /** Asks for what was announced before the last tick and was not pushed since; notes what was announced since then. */
  private fetchAnnounced(): void {
    let rest = this.lacking(this.waited);
    for (let turn = 0; turn < this.peers.slots && rest.count > 0; turn++) {
      const slot = (this.ticks + turn) % this.peers.slots;
      if (!this.peers.isFull(slot)) continue;
      const known = this.knownTo(slot, rest);
      if (known.count === 0) continue;
      this.requested.addAll(known);
      this.ask(slot, known);
      rest = this.requested.missing(rest);
    }
    this.waited = this.announced();
  }

  private lacking(set: TxSet): TxSet {
    return set.count === 0 ? set : this.requested.missing(this.have.missing(set));
  }

  /** What peers announced since the last call and this node lacks. */
  private announced(): TxSet {
    const pairs: number[] = [];
    const { columns, have, requested } = this;
    const { known } = columns;
    have.reach(this.windowTop);
    const from = Math.max(0, columns.heardLow[this.node], this.windowTop - WINDOW + 1);
    columns.heardLow[this.node] = NO_WORD;
    for (let word = from; word <= this.windowTop; word++) {
      const held = have.word(word) | requested.word(word);
      if (held === -1) continue;
      let any = 0;
      const end = this.place(this.peers.slots, word);
      for (let at = this.place(0, word); at < end; at++) any |= known[at];
      if ((any & ~held) !== 0) pairs.push(word, any & ~held);
    }
    return pairs.length === 0 ? EMPTY_SET : new TxSet(pairs);
  }

  private ask(peer: number, set: TxSet): void {
    this.asked.push({ peer, set, deadlineUs: this.step.nowUs + REQUEST_TIMEOUT_US });
    this.step.out.send(peer, message(MESSAGE.txRequest, set, -1), WIRE.frame + set.count * WIRE.hash);
  }

  onRequest(peer: number, set: TxSet): void {
    const found = this.have.common(set);
    if (found.count === 0) return;
    this.note(peer, found);
    this.step.out.send(peer, message(MESSAGE.transactions, found, -1), WIRE.frame + this.registry.bytesOf(found) + found.count * WIRE.hint);
  }

  onTransactions(peer: number, set: TxSet): void {
    if (this.asked.length > 0) this.answered(peer, set);
    this.note(peer, set);
    const rest = this.takeWords(set);
    if (rest.count > 0) this.addFresh(this.pool().admitSet(this.take(peer, rest), () => {}));
  }

  /** Transactions that came with a round off the best chain: held by now, so no announcement would bring them to the pool. */
  offer(set: TxSet): void {
    const pool = this.pool();
    const unpooled = pool.bits.missing(set);
    this.executor.check(unpooled);
    this.addFresh(pool.admitSet(this.executor.valid.common(unpooled), () => {}));
  }

  /**
   * Takes in, a word at a time, what is new, known to be valid, and admissible whatever else is pooled: nearly everything, at
   * the cost of a few operations on one cache line. Returns the rest, for the rules one by one.
   */
  private takeWords(set: TxSet): TxSet {
    const { pairs } = set;
    const { valid } = this.executor;
    const pool = this.pool();
    this.have.reach(set.top);
    valid.reach(set.top);
    pool.ready(set.top);
    let taken = 0;
    let rest: number[] | undefined;
    for (let i = 0; i < pairs.length; i += 2) {
      const word = pairs[i];
      const novel = pairs[i + 1] & ~this.have.word(word);
      if (novel === 0) continue;
      if ((novel & ~valid.word(word)) !== 0 || !pool.admitWord(word, novel)) {
        if (rest === undefined) rest = [word, novel];
        else rest.push(word, novel);
        continue;
      }
      taken += popcount(novel);
      this.have.or(word, novel);
      this.fresh.or(word, novel);
      if (word < this.freshLow) this.freshLow = word;
      if (word > this.freshHigh) this.freshHigh = word;
    }
    if (taken > 0) {
      this.step.out.signatures += taken;
      this.arm();
    }
    return rest === undefined ? EMPTY_SET : new TxSet(rest);
  }

  /** Verifies what is new, charges bad ones to the peer, and returns the valid ones. */
  take(peer: number, novel: TxSet): TxSet {
    this.have.addAll(novel);
    this.step.out.signatures += novel.count;
    this.executor.check(novel);
    const valid = this.executor.valid.common(novel);
    if (valid.count < novel.count) this.peers.misbehave(peer, (novel.count - valid.count) * BAD_TRANSACTION_SCORE, 'bad-signature');
    return valid;
  }

  private answered(peer: number, set: TxSet): void {
    this.requested.deleteAll(set);
    for (let i = 0; i < this.asked.length; i++) {
      if (this.asked[i].peer === peer && this.asked[i].set === set) {
        this.asked.splice(i, 1);
        return;
      }
    }
  }

  /** Forgets a request, and asks another peer that announced the same. */
  private giveUp(index: number): void {
    const [{ peer, set }] = this.asked.splice(index, 1);
    this.requested.deleteAll(set);
    let rest = this.have.missing(set);
    for (let slot = 0; slot < this.peers.slots && rest.count > 0; slot++) {
      if (slot === peer || !this.peers.isFull(slot)) continue;
      const known = this.knownTo(slot, rest);
      if (known.count === 0) continue;
      this.requested.addAll(known);
      this.ask(slot, known);
      rest = this.requested.missing(rest);
    }
  }

  private knownTo(slot: number, set: TxSet): TxSet {
    const pairs: number[] = [];
    for (let i = 0; i < set.pairs.length; i += 2) {
      const word = set.pairs[i];
      if (word <= this.windowTop - WINDOW || word > this.windowTop) continue;
      const mask = set.pairs[i + 1] & this.columns.known[this.place(slot, word)];
      if (mask !== 0) pairs.push(word, mask);
    }
    return pairs.length === 0 ? EMPTY_SET : new TxSet(pairs);
  }

  /** Sets the batch timer for the next instant of this node's grid; an idle node has none. */
  private arm(): void {
    if (this.columns.armed[this.node] === 1) return;
    this.columns.armed[this.node] = 1;
    const { gossipBatchUs, gossipPhaseUs } = this.config;
    this.step.out.timer(TIMER.gossip, (Math.floor((this.step.nowUs - gossipPhaseUs) / gossipBatchUs) + 1) * gossipBatchUs + gossipPhaseUs);
  }

  addFresh(set: TxSet): void {
    if (set.count === 0) return;
    this.arm();
    this.fresh.addAll(set);
    if (set.pairs[0] < this.freshLow) this.freshLow = set.pairs[0];
    if (set.top > this.freshHigh) this.freshHigh = set.top;
  }

  /** At a batch tick: asks again what timed out, and pushes and announces what came in. */
  tick(): void {
    this.columns.armed[this.node] = 0;
    for (let i = 0; i < this.asked.length; ) {
      if (this.asked[i].deadlineUs <= this.step.nowUs) this.giveUp(i);
      else i++;
    }
    this.fetchAnnounced();
    this.ticks++;
    if (this.waited.count > 0 || this.asked.length > 0) this.arm();
    if (this.freshHigh < 0) return;
    const set = this.takeFresh();
    this.slideWindow(set.top);
    const announcement = message(MESSAGE.txAnnounce, set, -1);
    const push = message(MESSAGE.transactions, set, -1);
    const meanBytes = WIRE.hint + this.registry.bytesOf(set) / set.count;
    // Pushes go round the peers, `PUSH_PEERS` further each tick, so that over a few ticks each peer gets its share.
    let pushes = PUSH_PEERS;
    const slots = this.peers.slots;
    for (let turn = 0; turn < slots; turn++) {
      const slot = (this.ticks * PUSH_PEERS + turn) % slots;
      if (!this.peers.isFull(slot)) continue;
      const count = this.countUnknown(slot, set.pairs);
      if (count === 0) continue;
      if (pushes-- > 0) this.step.out.send(slot, push, WIRE.frame + Math.round(count * meanBytes));
      else this.step.out.send(slot, announcement, WIRE.frame + count * WIRE.hash);
    }
  }

  private takeFresh(): TxSet {
    const pairs: number[] = [];
    for (let word = this.freshLow; word <= this.freshHigh; word++) {
      const mask = this.fresh.word(word);
      if (mask === 0) continue;
      pairs.push(word, mask);
      this.fresh.clearWord(word);
    }
    this.freshLow = 0x7fffffff;
    this.freshHigh = -1;
    return new TxSet(pairs);
  }

  announceTo(slot: number, set: TxSet): void {
    this.slideWindow(set.top);
    this.note(slot, set);
    this.step.out.send(slot, message(MESSAGE.txAnnounce, set, -1), WIRE.frame + set.count * WIRE.hash);
  }

  /**
   * How many of the pairs' members the peer is not known to know; from now on it knows them. The message object carries the
   * whole batch, since what is left out on the wire is what the receiver announced itself.
   */
  private countUnknown(slot: number, pairs: readonly number[]): number {
    const { known } = this.columns;
    const oldest = this.windowTop - WINDOW;
    let count = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const word = pairs[i];
      let unknown = pairs[i + 1];
      if (word > oldest) {
        const at = this.place(slot, word);
        unknown &= ~known[at];
        known[at] |= unknown;
      }
      count += popcount(unknown);
    }
    return count;
  }

  private note(peer: number, set: TxSet): void {
    this.slideWindow(set.top);
    noteKnown(this.columns, this.node, this.base + peer, set);
  }

  /** Makes room for word `top` in every peer's window. */
  private slideWindow(top: number): void {
    const { windowTop } = this;
    if (top <= windowTop) return;
    for (let word = Math.max(windowTop + 1, top - WINDOW + 1); word <= top; word++) {
      this.columns.known.fill(0, this.place(0, word), this.place(this.peers.slots, word));
    }
    this.columns.windowTop[this.node] = top;
  }
}
