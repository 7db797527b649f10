/**
 * A node: `step(input, now) → effects`, the same function in the simulator and in a live process (design: a node is a
 * step function). It reads no clock, draws nothing and awaits nothing; time is virtual or real microseconds.
 *
 * Transactions: at each batch tick, those admitted since the last are pushed to a few peers and announced to the others;
 * what was announced but not pushed within a batch is fetched (as Ethereum's eth/65 does with √peers and a wait).
 * Rounds: header announced, then the body fetched (compact: ledger headers and short ids, then what is missing), executed,
 * and announced on. Rounds whose parent is unknown are orphans: their headers are asked for, first headers, then bodies.
 */
import type { Account } from '../tx/transaction.ts';
import type { Registry, RoundRef } from '../chain/registry.ts';
import type { Executor } from '../chain/executor.ts';
import { Bits, EMPTY_SET, Lanes, TxSet, popcount, type TxHandle } from '../chain/tx-set.ts';
import type { PoolRefusal } from '../chain/types.ts';
import { LIMITS, type Params, type PoolPolicy } from '../params/params.ts';
import { MESSAGE, WIRE, message, type Message } from '../p2p/messages.ts';
import { Pool } from '../pool/pool.ts';
import { TIMER, type Effects } from './effects.ts';
import { Chain } from './chain.ts';

export type NodeKind = 'full' | 'mining' | 'validator' | 'light' | 'archive';

export interface NodeConfig {
  readonly kind: NodeKind;
  readonly relay: 'compact' | 'full';
  readonly peersMax: number;
  /** Transactions are announced every `gossipBatchUs`, at multiples plus `gossipPhaseUs`. */
  readonly gossipBatchUs: number;
  readonly gossipPhaseUs: number;
  readonly poolPolicy: PoolPolicy;
  /** Account that rounds of this node pay. */
  readonly miner: Account;
}

/** Microseconds after which a request is asked of somebody else (assumption: Bitcoin's compact relay uses seconds). */
export const REQUEST_TIMEOUT_US = 5_000_000;
/** Bad transactions or rounds after which a peer is banned, and for how long (D16; assumption). */
export const BAN_SCORE = 100;
export const BAN_US = 600_000_000;
/** Signed offences after which a sender is banned, within and for `BAN_US` (D16; assumption). */
export const SENDER_OFFENCES = 10;
/** Most headers in one message (as Bitcoin), most bodies asked of one peer at a time, most orphans kept. */
const HEADERS_MAX = 2_000;
const BODIES_IN_FLIGHT = 16;
const ORPHANS_MAX = 64;
/** Words of the window in which a peer's knowledge of transactions is remembered: 2,048 transactions. */
const WINDOW = 64;
/** States of a peer slot. */
const ABSENT = 0;
const LIGHT = 1;
const FULL = 2;
const BANNED = 3;
/** Peers to which a batch is pushed in full, the others being told ids (√16, as in Ethereum's devp2p eth/65). */
const PUSH_PEERS = 4;

interface PendingTransactions {
  readonly peer: number;
  readonly set: TxSet;
  readonly deadlineUs: number;
}

interface PendingRound {
  peer: number;
  /** What is still missing once the compact form is here. */
  missing: TxSet | undefined;
  deadlineUs: number;
}

export class Node {
  readonly config: NodeConfig;
  readonly params: Params;
  readonly registry: Registry;
  readonly executor: Executor;
  readonly chain: Chain;
  pool: Pool;
  private readonly transactions = new Lanes(4);
  /** Transactions whose bytes this node holds. */
  readonly have = new Bits(this.transactions, 0);
  /** Asked for, not here yet. */
  private readonly requested = new Bits(this.transactions, 1);
  private readonly asked: PendingTransactions[] = [];
  /** Admitted since the last announcement; words outside freshLow…freshHigh are empty. (Lane 2 is the pool.) */
  private readonly fresh = new Bits(this.transactions, 3);
  private freshLow = 0x7fffffff;
  private freshHigh = -1;
  /** Announced to this node before its last tick, and not here then: fetched at the next unless pushed meanwhile. */
  private waited = EMPTY_SET;
  private ticks = 0;
  private gossipArmed = false;

  /** State of each peer slot: absent, light, full, or banned (D16). */
  readonly peers: Uint8Array;
  peerCount = 0;
  private readonly peerScore: Int32Array;
  private readonly bans: { readonly peer: number; readonly state: number; readonly untilUs: number }[] = [];
  /** Ring of `WINDOW` words per peer: transactions the peer is known to know. */
  private readonly peerTx: Int32Array;
  private windowTop = -1;
  /** Rounds the peer is known to have: per round, `peerWords` words of peer bits. */
  private readonly peerWords: number;
  private peerRounds = new Int32Array(64);

  private readonly pendingRounds = new Map<RoundRef, PendingRound>();
  /** Bodies to fetch once there is room, oldest first. */
  private readonly wanted: RoundRef[] = [];
  private readonly orphans = new Set<RoundRef>();
  private readonly notYet = new Set<RoundRef>();
  private readonly offences = new Map<Account, { count: number; sinceUs: number }>();

  /** Of the current step. */
  private now = 0;
  private out!: Effects;

  constructor(config: NodeConfig, params: Params, registry: Registry, executor: Executor) {
    this.config = config;
    this.params = params;
    this.registry = registry;
    this.executor = executor;
    this.peers = new Uint8Array(config.peersMax);
    this.peerScore = new Int32Array(config.peersMax);
    this.peerTx = new Int32Array(config.kind === 'light' ? 0 : config.peersMax * WINDOW);
    this.peerWords = (config.peersMax + 31) >>> 5;
    this.chain = new Chain(registry, executor, params);
    this.pool = this.emptyPool();
  }

  private emptyPool(): Pool {
    const { registry, executor, config } = this;
    return new Pool(
      registry,
      config.poolPolicy,
      executor.stateAt(this.chain.head),
      executor.clearance(this.chain.head),
      (handle, reason) => this.out.tell({ type: 'evicted', transaction: handle, reason }),
      new Bits(this.transactions, 2),
    );
  }

  /**
   * The process dies: what is durable stays (rounds, their transactions, head and final round), everything else is gone.
   * `start` brings the node back.
   */
  crash(): void {
    this.transactions.clear();
    for (const { ref, body } of this.registry.rounds) if (this.chain.hasBody(ref)) this.have.addAll(body.set);
    this.asked.length = 0;
    this.freshLow = 0x7fffffff;
    this.freshHigh = -1;
    this.waited = EMPTY_SET;
    this.gossipArmed = false;
    this.peers.fill(ABSENT);
    this.peerCount = 0;
    this.peerScore.fill(0);
    this.bans.length = 0;
    this.peerTx.fill(0);
    this.peerRounds.fill(0);
    this.pendingRounds.clear();
    this.wanted.length = 0;
    this.orphans.clear();
    this.notYet.clear();
    this.offences.clear();
    this.pool = this.emptyPool();
  }

  get light(): boolean {
    return this.config.kind === 'light';
  }

  // ── inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The node wakes: with an empty pool, on the chain it holds. */
  start(nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
  }

  /** A link to a peer is there (both sides get this). */
  peerUp(slot: number, light: boolean, nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
    if (this.peers[slot] === ABSENT) this.peerCount++;
    this.peers[slot] = light ? LIGHT : FULL;
    this.peerTx.fill(0, slot * WINDOW, (slot + 1) * WINDOW);
    for (let ref = 0; ref * this.peerWords < this.peerRounds.length; ref++) {
      this.peerRounds[ref * this.peerWords + (slot >>> 5)] &= ~(1 << (slot & 31));
    }
    out.send(slot, message(MESSAGE.status, undefined, this.chain.head), WIRE.frame + WIRE.header);
    if (!this.light && !light && this.pool.count > 0) this.announceTo(slot, this.pool.snapshot);
  }

  peerDown(slot: number, nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
    if (this.peers[slot] === ABSENT) return;
    this.peers[slot] = ABSENT;
    this.peerCount--;
    for (let i = this.asked.length - 1; i >= 0; i--) if (this.asked[i].peer === slot) this.giveUp(i);
    for (const [ref, pending] of this.pendingRounds) if (pending.peer === slot) this.askRound(ref, slot);
  }

  /** A client hands in a transaction whose bytes are well-formed. */
  submit(handle: TxHandle, nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
    const { sender } = this.registry.transactions[handle];
    out.signatures++;
    const malformed = this.executor.statelessError(handle);
    let refusal: PoolRefusal | undefined = malformed ?? this.pool.admit(handle);
    if (refusal === undefined) {
      this.have.add(handle);
      this.addFresh(TxSet.of([handle]));
    } else if (malformed === undefined && refusal.code !== 'known' && refusal.code !== 'pool-full') {
      const until = this.offend(sender);
      if (until !== undefined) refusal = { code: 'sender-banned', untilSeconds: Math.floor(until / 1e6) };
    }
    out.tell({ type: 'submitted', transaction: handle, refusal });
  }

  /** The mining oracle, or a solved real seal, lets this node find the next round on its head. */
  win(clockSeconds: number, nowUs: number, out: Effects): RoundRef {
    this.begin(nowUs, out);
    const ref = this.executor.build(this.chain.head, this.config.miner, clockSeconds, this.pool);
    const body = this.registry.rounds[ref].body;
    out.executed += body.order.length;
    out.tell({ type: 'built', round: ref });
    this.chain.addHeader(ref);
    this.acceptBody(ref, true);
    return ref;
  }

  timer(kind: number, argument: number, clockSeconds: number, nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
    if (kind === TIMER.gossip) {
      this.gossip();
    } else if (kind === TIMER.roundTimeout) {
      const pending = this.pendingRounds.get(argument);
      if (pending !== undefined && pending.deadlineUs <= nowUs) this.askRound(argument, pending.peer);
    } else if (this.notYet.delete(argument)) {
      this.header(-1, argument, clockSeconds);
    }
  }

  receive(peer: number, msg: Message, clockSeconds: number, nowUs: number, out: Effects): void {
    this.begin(nowUs, out);
    const state = this.peers[peer];
    if (state === ABSENT || (state === BANNED && !this.pardon(peer))) return;
    switch (msg.type) {
      case MESSAGE.txAnnounce:
        return this.onTxAnnounce(peer, msg.set!);
      case MESSAGE.txRequest:
        return this.onTxRequest(peer, msg.set!);
      case MESSAGE.transactions:
        return this.onTransactions(peer, msg.set!);
      case MESSAGE.status:
      case MESSAGE.roundAnnounce:
        return this.onRoundAnnounce(peer, msg.round, clockSeconds);
      case MESSAGE.compactRequest:
      case MESSAGE.roundRequest:
        return this.onRoundRequest(peer, msg);
      case MESSAGE.compactRound:
        return this.onCompactRound(peer, msg.round);
      case MESSAGE.missingRequest:
        return this.onMissingRequest(peer, msg.round, msg.set!);
      case MESSAGE.missing:
      case MESSAGE.fullRound:
        return this.onBodyTransactions(peer, msg.round, msg.set!);
      case MESSAGE.headersRequest:
        return this.onHeadersRequest(peer, msg.rounds!);
      case MESSAGE.headers:
        return this.onHeaders(peer, msg.rounds!, clockSeconds);
      case MESSAGE.proofRequest:
      case MESSAGE.proof:
        return;
      case MESSAGE.notFound:
        return this.onNotFound(peer, msg.round);
    }
  }

  // ── transactions ────────────────────────────────────────────────────────────────────────────────────────────────

  private onTxAnnounce(peer: number, set: TxSet): void {
    this.armGossip();
    this.notePeerTx(peer, set);
  }

  /** Asks for what was announced before the last tick and was not pushed since; notes what was announced since then. */
  private fetchAnnounced(): void {
    let rest = this.lacking(this.waited);
    for (let turn = 0; turn < this.peers.length && rest.count > 0; turn++) {
      const slot = (this.ticks + turn) % this.peers.length;
      if (this.peers[slot] !== FULL) continue;
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

  /** What peers announced within the window and this node lacks. */
  private announced(): TxSet {
    const pairs: number[] = [];
    const { peerTx, have, requested } = this;
    have.reach(this.windowTop);
    for (let word = Math.max(0, this.windowTop - WINDOW + 1); word <= this.windowTop; word++) {
      const held = have.word(word) | requested.word(word);
      if (held === -1) continue;
      let any = 0;
      for (let at = word & (WINDOW - 1); at < peerTx.length; at += WINDOW) any |= peerTx[at];
      if ((any & ~held) !== 0) pairs.push(word, any & ~held);
    }
    return pairs.length === 0 ? EMPTY_SET : new TxSet(pairs);
  }

  private ask(peer: number, set: TxSet): void {
    this.asked.push({ peer, set, deadlineUs: this.now + REQUEST_TIMEOUT_US });
    this.out.send(peer, message(MESSAGE.txRequest, set, -1), WIRE.frame + set.count * WIRE.hash);
  }

  private onTxRequest(peer: number, set: TxSet): void {
    const found = this.have.common(set);
    if (found.count === 0) return;
    this.notePeerTx(peer, found);
    this.out.send(peer, message(MESSAGE.transactions, found, -1), WIRE.frame + this.registry.bytesOf(found));
  }

  private onTransactions(peer: number, set: TxSet): void {
    this.answered(peer, set);
    this.notePeerTx(peer, set);
    const novel = this.have.missing(set);
    if (novel.count === 0) return;
    const valid = this.takeTransactions(peer, novel);
    this.addFresh(this.pool.admitSet(valid, () => {}));
  }

  /** Verifies what is new, charges bad ones to the peer, and returns the valid ones. */
  private takeTransactions(peer: number, novel: TxSet): TxSet {
    this.have.addAll(novel);
    this.out.signatures += novel.count;
    this.executor.check(novel);
    const valid = this.executor.valid.common(novel);
    if (valid.count < novel.count) this.misbehave(peer, (novel.count - valid.count) * 20, 'bad-signature');
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
    for (let slot = 0; slot < this.peers.length && rest.count > 0; slot++) {
      if (slot === peer || this.peers[slot] !== FULL) continue;
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
      const mask = set.pairs[i + 1] & this.peerTx[slot * WINDOW + (word & (WINDOW - 1))];
      if (mask !== 0) pairs.push(word, mask);
    }
    return pairs.length === 0 ? EMPTY_SET : new TxSet(pairs);
  }

  /** Sets the batch timer for the next instant of this node's grid; an idle node has none. */
  private armGossip(): void {
    if (this.gossipArmed) return;
    this.gossipArmed = true;
    const { gossipBatchUs, gossipPhaseUs } = this.config;
    this.out.timer(TIMER.gossip, (Math.floor((this.now - gossipPhaseUs) / gossipBatchUs) + 1) * gossipBatchUs + gossipPhaseUs);
  }

  private addFresh(set: TxSet): void {
    if (set.count === 0) return;
    this.armGossip();
    this.fresh.addAll(set);
    if (set.pairs[0] < this.freshLow) this.freshLow = set.pairs[0];
    if (set.top > this.freshHigh) this.freshHigh = set.top;
  }

  /** At a batch tick: asks again what timed out, and pushes and announces what came in. */
  private gossip(): void {
    this.gossipArmed = false;
    for (let i = 0; i < this.asked.length; ) {
      if (this.asked[i].deadlineUs <= this.now) this.giveUp(i);
      else i++;
    }
    this.fetchAnnounced();
    this.ticks++;
    if (this.waited.count > 0 || this.asked.length > 0) this.armGossip();
    if (this.freshHigh < 0) return;
    const set = this.takeFresh();
    this.slideWindow(set.top);
    const announcement = message(MESSAGE.txAnnounce, set, -1);
    const push = message(MESSAGE.transactions, set, -1);
    const meanBytes = this.registry.bytesOf(set) / set.count;
    // Pushes go round the peers, `PUSH_PEERS` further each tick, so that over a few ticks each peer gets its share.
    let pushes = PUSH_PEERS;
    const slots = this.peers.length;
    for (let turn = 0; turn < slots; turn++) {
      const slot = (this.ticks * PUSH_PEERS + turn) % slots;
      if (this.peers[slot] !== FULL) continue;
      const count = this.countUnknown(slot, set.pairs);
      if (count === 0) continue;
      if (pushes-- > 0) this.out.send(slot, push, WIRE.frame + Math.round(count * meanBytes));
      else this.out.send(slot, announcement, WIRE.frame + count * WIRE.hash);
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

  private announceTo(slot: number, set: TxSet): void {
    this.slideWindow(set.top);
    this.notePeerTx(slot, set);
    this.out.send(slot, message(MESSAGE.txAnnounce, set, -1), WIRE.frame + set.count * WIRE.hash);
  }

  /**
   * How many of the pairs' members the peer is not known to know; from now on it knows them. The message object carries the
   * whole batch, since what is left out on the wire is what the receiver announced itself.
   */
  private countUnknown(slot: number, pairs: readonly number[]): number {
    const base = slot * WINDOW;
    const oldest = this.windowTop - WINDOW;
    let count = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const word = pairs[i];
      let unknown = pairs[i + 1];
      if (word > oldest) {
        const at = base + (word & (WINDOW - 1));
        unknown &= ~this.peerTx[at];
        this.peerTx[at] |= unknown;
      }
      count += popcount(unknown);
    }
    return count;
  }

  private notePeerTx(peer: number, set: TxSet): void {
    this.slideWindow(set.top);
    const pairs = set.pairs;
    const base = peer * WINDOW;
    const oldest = this.windowTop - WINDOW;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] > oldest) this.peerTx[base + (pairs[i] & (WINDOW - 1))] |= pairs[i + 1];
  }

  /** Makes room for word `top` in every peer's window. */
  private slideWindow(top: number): void {
    if (top <= this.windowTop) return;
    const first = Math.max(this.windowTop + 1, top - WINDOW + 1);
    for (let word = first; word <= top; word++) {
      for (let at = word & (WINDOW - 1); at < this.peerTx.length; at += WINDOW) this.peerTx[at] = 0;
    }
    this.windowTop = top;
  }

  // ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private onRoundAnnounce(peer: number, ref: RoundRef, clockSeconds: number): void {
    this.notePeerRound(peer, ref);
    this.header(peer, ref, clockSeconds);
  }

  /** A header was learned (from `peer`, or −1 for one that waited). True when it is now known and not invalid. */
  private header(peer: number, ref: RoundRef, clockSeconds: number): boolean {
    const { chain, registry } = this;
    if (chain.hasHeader(ref)) {
      if (peer >= 0 && !this.light) this.wantBodies(ref, peer);
      return !chain.isInvalid(ref);
    }
    const record = registry.rounds[ref];
    if (!chain.hasHeader(record.parent)) {
      this.orphan(peer, ref);
      return false;
    }
    const error = chain.isInvalid(record.parent)
      ? ({ code: 'invalid-ancestor', ancestor: registry.rounds[record.parent].hash } as const)
      : this.executor.headerError(ref);
    if (error !== undefined) {
      this.out.tell({ type: 'verdict', round: ref, error, independent: this.executor.independent });
      chain.addHeader(ref);
      chain.markInvalid(ref);
      this.misbehave(peer, BAN_SCORE, error.code);
      return false;
    }
    if (record.header.time > clockSeconds + LIMITS.futureSeconds) {
      if (!this.notYet.has(ref) && this.notYet.size < ORPHANS_MAX) {
        this.notYet.add(ref);
        this.out.timer(TIMER.notYet, this.now + (record.header.time - clockSeconds - LIMITS.futureSeconds) * 1_000_000, ref);
      }
      return false;
    }
    chain.addHeader(ref);
    if (this.light) {
      this.out.tell({ type: 'held', round: ref });
      if (chain.considerHeader(ref)) this.headMoved();
    } else {
      this.wantBodies(ref, peer);
    }
    if (this.orphans.size > 0) this.adopt(ref, clockSeconds);
    return true;
  }

  /** A round whose parent is unknown: remembered, within bounds, and its branch asked for. */
  private orphan(peer: number, ref: RoundRef): void {
    if (this.orphans.has(ref)) return;
    if (this.orphans.size >= ORPHANS_MAX) {
      const [oldest] = this.orphans;
      this.orphans.delete(oldest);
    }
    this.orphans.add(ref);
    if (peer >= 0) this.requestHeaders(peer);
  }

  /** Orphans whose parent just became known. */
  private adopt(parent: RoundRef, clockSeconds: number): void {
    for (const ref of [...this.orphans]) {
      if (this.registry.rounds[ref].parent === parent && this.orphans.delete(ref)) this.header(this.anyPeerWith(ref), ref, clockSeconds);
    }
  }

  private requestHeaders(peer: number): void {
    const locator: RoundRef[] = [];
    let step = 1;
    for (let ref = this.chain.head; ref > 0; ) {
      locator.push(ref);
      if (locator.length > 8) step *= 2;
      for (let i = 0; i < step && ref > 0; i++) ref = this.registry.rounds[ref].parent;
    }
    locator.push(0);
    this.out.send(peer, message(MESSAGE.headersRequest, undefined, -1, locator), WIRE.frame + locator.length * WIRE.hash);
  }

  private onHeadersRequest(peer: number, locator: readonly RoundRef[]): void {
    const { chain, registry } = this;
    const common = locator.find((ref) => chain.hasHeader(ref) && registry.ancestorAt(chain.head, registry.rounds[ref].number) === ref) ?? 0;
    const rounds: RoundRef[] = [];
    for (let ref = chain.head; ref !== common; ref = registry.rounds[ref].parent) rounds.push(ref);
    rounds.reverse();
    rounds.length = Math.min(rounds.length, HEADERS_MAX);
    if (rounds.length === 0) return;
    for (const ref of rounds) this.notePeerRound(peer, ref);
    this.out.send(peer, message(MESSAGE.headers, undefined, -1, rounds), WIRE.frame + rounds.length * WIRE.header);
  }

  private onHeaders(peer: number, rounds: readonly RoundRef[], clockSeconds: number): void {
    for (const ref of rounds) {
      this.notePeerRound(peer, ref);
      this.orphans.delete(ref);
      if (!this.header(peer, ref, clockSeconds) && !this.chain.hasHeader(ref)) return;
    }
    if (rounds.length === HEADERS_MAX) this.requestHeaders(peer);
  }

  /** Bodies that a branch ending at `ref` lacks, if the branch could become the head. */
  private wantBodies(ref: RoundRef, peer: number): void {
    const { chain, registry } = this;
    if (registry.rounds[ref].work < registry.rounds[chain.head].work) return;
    const lacking: RoundRef[] = [];
    for (let at = ref; at > 0 && !chain.isComplete(at); at = registry.rounds[at].parent) {
      if (chain.isInvalid(at)) return;
      if (!chain.hasBody(at) && !this.pendingRounds.has(at)) lacking.push(at);
    }
    for (let i = lacking.length - 1; i >= 0; i--) if (!this.wanted.includes(lacking[i])) this.wanted.push(lacking[i]);
    this.fetchWanted(peer);
  }

  private fetchWanted(peer: number): void {
    while (this.wanted.length > 0 && this.pendingRounds.size < BODIES_IN_FLIGHT) {
      const ref = this.wanted.shift()!;
      if (this.chain.hasBody(ref) || this.pendingRounds.has(ref)) continue;
      const from = peer >= 0 && this.peerHasRound(peer, ref) ? peer : this.anyPeerWith(ref);
      if (from >= 0) this.sendRoundRequest(ref, from);
    }
  }

  private sendRoundRequest(ref: RoundRef, peer: number): void {
    const deadlineUs = this.now + REQUEST_TIMEOUT_US;
    this.pendingRounds.set(ref, { peer, missing: undefined, deadlineUs });
    this.out.timer(TIMER.roundTimeout, deadlineUs, ref);
    const type = this.config.relay === 'compact' ? MESSAGE.compactRequest : MESSAGE.roundRequest;
    this.out.send(peer, message(type, undefined, ref), WIRE.frame + WIRE.hash);
  }

  /** The peer asked for a round does not answer: another one that has it, or nobody for now. */
  private askRound(ref: RoundRef, failed: number): void {
    this.pendingRounds.delete(ref);
    this.peerRounds[ref * this.peerWords + (failed >>> 5)] &= ~(1 << (failed & 31));
    const other = this.anyPeerWith(ref);
    if (other >= 0) this.sendRoundRequest(ref, other);
    this.fetchWanted(-1);
  }

  private onNotFound(peer: number, ref: RoundRef): void {
    const pending = this.pendingRounds.get(ref);
    if (pending !== undefined && pending.peer === peer) this.askRound(ref, peer);
  }

  private onRoundRequest(peer: number, msg: Message): void {
    const ref = msg.round;
    if (!this.chain.hasBody(ref)) {
      this.out.send(peer, message(MESSAGE.notFound, undefined, ref), WIRE.frame + WIRE.hash);
      return;
    }
    this.notePeerRound(peer, ref);
    const { body } = this.registry.rounds[ref];
    if (msg.type === MESSAGE.compactRequest) {
      const bytes = WIRE.frame + WIRE.header + WIRE.ledgerHeaders + body.order.length * WIRE.shortId;
      this.out.send(peer, message(MESSAGE.compactRound, undefined, ref), bytes);
    } else {
      this.out.send(peer, message(MESSAGE.fullRound, body.set, ref), WIRE.frame + WIRE.header + WIRE.ledgerHeaders + body.bytes);
    }
  }

  private onCompactRound(peer: number, ref: RoundRef): void {
    const pending = this.pendingRounds.get(ref);
    if (pending === undefined || this.chain.hasBody(ref)) return;
    const missing = this.have.missing(this.registry.rounds[ref].body.set);
    if (missing.count === 0) {
      this.pendingRounds.delete(ref);
      this.acceptBody(ref, false);
      this.fetchWanted(-1);
      return;
    }
    pending.peer = peer;
    pending.missing = missing;
    pending.deadlineUs = this.now + REQUEST_TIMEOUT_US;
    this.out.timer(TIMER.roundTimeout, pending.deadlineUs, ref);
    this.out.send(peer, message(MESSAGE.missingRequest, missing, ref), WIRE.frame + WIRE.hash + missing.count * WIRE.index);
  }

  private onMissingRequest(peer: number, ref: RoundRef, set: TxSet): void {
    if (!this.chain.hasBody(ref)) return;
    this.out.send(peer, message(MESSAGE.missing, set, ref), WIRE.frame + WIRE.hash + this.registry.bytesOf(set));
  }

  private onBodyTransactions(peer: number, ref: RoundRef, set: TxSet): void {
    const pending = this.pendingRounds.get(ref);
    if (pending === undefined || this.chain.hasBody(ref)) return;
    const novel = this.have.missing(set);
    if (novel.count > 0) this.takeTransactions(peer, novel);
    this.requested.deleteAll(set);
    if (this.have.missing(this.registry.rounds[ref].body.set).count > 0) return;
    this.pendingRounds.delete(ref);
    this.acceptBody(ref, false);
    this.fetchWanted(-1);
  }

  /** The whole round is here: complete its branch, and move to it where it is better. */
  private acceptBody(ref: RoundRef, own: boolean): void {
    const { body } = this.registry.rounds[ref];
    this.have.addAll(body.set);
    this.out.tell({ type: 'held', round: ref });
    if (!own) this.out.executed += body.order.length;
    const moved = this.chain.addBody(ref, this.out);
    if (moved) this.headMoved();
  }

  /** The head changed: follow with the pool, announce, and let light clients hear. */
  private headMoved(): void {
    const { chain, registry } = this;
    const { abandoned, connected } = chain.lastMove;
    if (!this.light) {
      this.pool.moveTo(
        this.executor.stateAt(chain.head),
        this.executor.clearance(chain.head),
        connected.map((ref) => registry.rounds[ref].body.set),
        abandoned.map((ref) => registry.rounds[ref].body.set),
      );
      if (abandoned.length > 0) this.addFresh((this.pool.bits.common(TxSet.of(abandoned.flatMap((ref) => registry.rounds[ref].body.order)))));
    }
    this.out.tell({ type: 'head', from: chain.lastMove.from, to: chain.head, abandoned });
    chain.advanceFinal(this.out);
    this.announceRound(chain.head);
  }

  private announceRound(ref: RoundRef): void {
    let announcement: Message | undefined;
    for (let slot = 0; slot < this.peers.length; slot++) {
      if (this.peers[slot] === ABSENT || this.peers[slot] === BANNED || this.peerHasRound(slot, ref)) continue;
      this.notePeerRound(slot, ref);
      announcement ??= message(MESSAGE.roundAnnounce, undefined, ref);
      this.out.send(slot, announcement, WIRE.frame + WIRE.header);
    }
  }

  // ── peers ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private notePeerRound(peer: number, ref: RoundRef): void {
    if (peer < 0) return;
    const at = ref * this.peerWords + (peer >>> 5);
    if (at >= this.peerRounds.length) {
      const grown = new Int32Array(Math.max(at + 1, this.peerRounds.length * 2));
      grown.set(this.peerRounds);
      this.peerRounds = grown;
    }
    this.peerRounds[at] |= 1 << (peer & 31);
  }

  private peerHasRound(peer: number, ref: RoundRef): boolean {
    const at = ref * this.peerWords + (peer >>> 5);
    return at < this.peerRounds.length && (this.peerRounds[at] & (1 << (peer & 31))) !== 0;
  }

  private anyPeerWith(ref: RoundRef): number {
    for (let slot = 0; slot < this.peers.length; slot++) {
      if (this.peers[slot] === FULL && this.peerHasRound(slot, ref)) return slot;
    }
    return -1;
  }

  private misbehave(peer: number, score: number, reason: string): void {
    if (peer < 0) return;
    this.peerScore[peer] += score;
    if (this.peerScore[peer] < BAN_SCORE) return;
    this.peerScore[peer] = 0;
    this.bans.push({ peer, state: this.peers[peer], untilUs: this.now + BAN_US });
    this.peers[peer] = BANNED;
    this.out.tell({ type: 'ban', peer, reason });
  }

  /** Ends a ban that has run out; true if it has. */
  private pardon(peer: number): boolean {
    const index = this.bans.findIndex((ban) => ban.peer === peer && ban.untilUs <= this.now);
    if (index < 0) return false;
    this.peers[peer] = this.bans[index].state;
    this.bans.splice(index, 1);
    return true;
  }

  /** Counts a signed offence; returns until when the sender is banned, if it is. */
  private offend(sender: Account): number | undefined {
    const entry = this.offences.get(sender);
    if (entry === undefined || entry.sinceUs + BAN_US < this.now) {
      if (this.offences.size >= 10_000) this.offences.clear();
      this.offences.set(sender, { count: 1, sinceUs: this.now });
      return undefined;
    }
    return ++entry.count > SENDER_OFFENCES ? entry.sinceUs + BAN_US : undefined;
  }

  /** Everything that must stay bounded (M3). */
  bounds(): { name: string; value: number; max: number }[] {
    return [
      { name: 'pool', value: this.pool.count, max: this.config.poolPolicy.txsMax },
      { name: 'orphans', value: this.orphans.size, max: ORPHANS_MAX },
      { name: 'not-yet', value: this.notYet.size, max: ORPHANS_MAX },
      { name: 'peers', value: this.peerCount, max: this.config.peersMax },
      { name: 'rounds-in-flight', value: this.pendingRounds.size, max: BODIES_IN_FLIGHT + this.config.peersMax },
      { name: 'banned-senders', value: this.offences.size, max: 10_000 },
    ];
  }

  private begin(nowUs: number, out: Effects): void {
    this.now = nowUs;
    this.out = out;
  }
}
