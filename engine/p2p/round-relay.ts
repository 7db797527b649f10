/**
 * How rounds spread (D23): header announced, then the body fetched (compact: ledger headers and short ids, then what is
 * missing; or in full), executed, and announced on. A round whose parent is unknown is an orphan: its branch's headers are
 * asked for first, its bodies after them, from whoever has them. Requests time out and go to another peer.
 */
import { LIMITS } from '../params/params.ts';
import type { BestChain } from '../chain/best-chain.ts';
import type { Executor } from '../chain/executor.ts';
import type { Registry, RoundRef } from '../chain/registry.ts';
import type { TxSet } from '../chain/tx-set.ts';
import { TIMER, type Step } from './effects.ts';
import { MESSAGE, WIRE, message, type Message } from './messages.ts';
import { BAN_SCORE, type Peers } from './peers.ts';
import { REQUEST_TIMEOUT_US, type TxGossip } from './tx-gossip.ts';

/** Most headers in one message (as Bitcoin), bodies asked for at a time, and orphans kept. */
const HEADERS_MAX = 2_000;
const BODIES_IN_FLIGHT = 16;
const ORPHANS_MAX = 64;
/** Bodies waiting to be asked for; beyond that the oldest come first, and the rest when their branch is announced again. */
const WANTED_MAX = 100_000;

interface PendingRound {
  peer: number;
  deadlineUs: number;
}

export class RoundRelay {
  private readonly pendingRounds = new Map<RoundRef, PendingRound>();
  /** Bodies to fetch once there is room, oldest first. */
  private readonly wanted = new Set<RoundRef>();
  /** Rounds whose parent is unknown, and who was asked for their branch until when (−1: nobody). */
  private readonly orphans = new Map<RoundRef, { readonly peer: number; readonly untilUs: number }>();
  /** Ahead of this node's clock: tried again when it is their time. No verdict (D7). */
  private readonly notYet = new Set<RoundRef>();
  private readonly step: Step;
  private readonly light: boolean;
  private readonly archive: boolean;
  private readonly relay: 'compact' | 'full';
  private readonly registry: Registry;
  private readonly executor: Executor;
  private readonly chain: BestChain;
  private readonly peers: Peers;
  private readonly gossip: TxGossip;
  /** Called when the head changed. */
  private readonly moved: () => void;

  constructor(
    step: Step,
    kind: 'light' | 'archive' | 'pruning',
    relay: 'compact' | 'full',
    registry: Registry,
    executor: Executor,
    chain: BestChain,
    peers: Peers,
    gossip: TxGossip,
    moved: () => void,
  ) {
    this.step = step;
    this.light = kind === 'light';
    this.archive = kind === 'archive';
    this.relay = relay;
    this.registry = registry;
    this.executor = executor;
    this.chain = chain;
    this.peers = peers;
    this.gossip = gossip;
    this.moved = moved;
  }

  peerDown(slot: number): void {
    for (const [ref, pending] of this.pendingRounds) if (pending.peer === slot) this.askRound(ref, slot);
    for (const [ref, asked] of this.orphans) if (asked.peer === slot) this.askBranch(this.peers.anyWith(ref), ref);
  }

  crash(): void {
    for (const ref of this.pendingRounds.keys()) this.chain.noteAsked(ref, false);
    this.pendingRounds.clear();
    this.wanted.clear();
    this.orphans.clear();
    this.notYet.clear();
  }

  /** Nobody is asked for the round any more. */
  private settle(ref: RoundRef): void {
    this.pendingRounds.delete(ref);
    this.chain.noteAsked(ref, false);
  }

  onTimeout(ref: RoundRef): void {
    const pending = this.pendingRounds.get(ref);
    if (pending !== undefined && pending.deadlineUs <= this.step.nowUs) this.askRound(ref, pending.peer);
  }

  onTimeCome(ref: RoundRef): void {
    if (this.notYet.delete(ref)) this.header(-1, ref);
  }

  bounds(): { name: string; value: number; max: number }[] {
    return [
      { name: 'orphans', value: this.orphans.size, max: ORPHANS_MAX },
      { name: 'not-yet', value: this.notYet.size, max: ORPHANS_MAX },
      { name: 'rounds-wanted', value: this.wanted.size, max: WANTED_MAX },
      { name: 'rounds-in-flight', value: this.pendingRounds.size, max: BODIES_IN_FLIGHT },
    ];
  }

  onRoundAnnounce(peer: number, ref: RoundRef): void {
    this.peers.noteRound(peer, ref);
    if (!this.chain.isOldNews(ref)) this.header(peer, ref);
  }

  /** A header was learned (from `peer`, or −1 for one that waited). True when it is now known and not invalid. */
  header(peer: number, ref: RoundRef): boolean {
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
      this.step.out.tell({ type: 'verdict', round: ref, error, independent: this.executor.independent });
      chain.addHeader(ref);
      chain.markInvalid(ref);
      this.peers.misbehave(peer, BAN_SCORE, error.code);
      return false;
    }
    if (record.header.time > this.step.clockSeconds + LIMITS.futureSeconds) {
      if (!this.notYet.has(ref) && this.notYet.size < ORPHANS_MAX) {
        this.notYet.add(ref);
        this.step.out.timer(TIMER.notYet, this.step.nowUs + (record.header.time - this.step.clockSeconds - LIMITS.futureSeconds) * 1_000_000, ref);
      }
      return false;
    }
    chain.addHeader(ref);
    if (this.light) {
      this.step.out.tell({ type: 'held', round: ref });
      if (chain.considerHeader(ref)) this.moved();
    } else {
      this.wantBodies(ref, peer);
    }
    if (this.orphans.size > 0) this.adopt(ref);
    return true;
  }

  /** A round whose parent is unknown: remembered, within bounds, and its branch asked for. */
  private orphan(peer: number, ref: RoundRef): void {
    const asked = this.orphans.get(ref);
    if (asked !== undefined && asked.peer >= 0 && asked.untilUs > this.step.nowUs) return;
    if (asked === undefined && this.orphans.size >= ORPHANS_MAX) {
      const [oldest] = this.orphans.keys();
      this.orphans.delete(oldest);
    }
    this.askBranch(peer, ref);
  }

  private askBranch(peer: number, orphan: RoundRef): void {
    this.orphans.set(orphan, { peer, untilUs: this.step.nowUs + REQUEST_TIMEOUT_US });
    if (peer >= 0) this.requestHeaders(peer, this.chain.head);
  }

  /** Orphans whose parent just became known. */
  private adopt(parent: RoundRef): void {
    for (const ref of [...this.orphans.keys()]) {
      if (this.registry.rounds[ref].parent === parent && this.orphans.delete(ref)) this.header(this.peers.anyWith(ref), ref);
    }
  }

  /** Asks for what follows `from` on the peer's branch. */
  private requestHeaders(peer: number, from: RoundRef): void {
    const locator: RoundRef[] = [];
    let step = 1;
    for (let ref = from; ref > 0; ) {
      locator.push(ref);
      if (locator.length > 8) step *= 2;
      for (let i = 0; i < step && ref > 0; i++) ref = this.registry.rounds[ref].parent;
    }
    locator.push(0);
    this.step.out.send(peer, message(MESSAGE.headersRequest, undefined, -1, locator), WIRE.frame + locator.length * WIRE.hash);
  }

  onHeadersRequest(peer: number, locator: readonly RoundRef[]): void {
    const { chain, registry } = this;
    const common = locator.find((ref) => chain.hasHeader(ref) && registry.ancestorAt(chain.head, registry.rounds[ref].number) === ref) ?? 0;
    const rounds: RoundRef[] = [];
    for (let ref = chain.head; ref !== common; ref = registry.rounds[ref].parent) rounds.push(ref);
    rounds.reverse();
    rounds.length = Math.min(rounds.length, HEADERS_MAX);
    if (rounds.length === 0) return;
    for (const ref of rounds) this.peers.noteRound(peer, ref);
    this.step.out.send(peer, message(MESSAGE.headers, undefined, -1, rounds), WIRE.frame + rounds.length * WIRE.header);
  }

  onHeaders(peer: number, rounds: readonly RoundRef[]): void {
    for (const ref of rounds) {
      this.peers.noteRound(peer, ref);
      this.orphans.delete(ref);
      if (!this.header(peer, ref) && !this.chain.hasHeader(ref)) return;
    }
    if (rounds.length === HEADERS_MAX) this.requestHeaders(peer, rounds[HEADERS_MAX - 1]);
  }

  /** Bodies that a branch ending at `ref` lacks, if the branch could become the head. */
  private wantBodies(ref: RoundRef, peer: number): void {
    const { chain, registry } = this;
    if (registry.rounds[ref].work < registry.rounds[chain.head].work) return;
    const lacking: RoundRef[] = [];
    for (let at = ref; at > 0 && !chain.isComplete(at); at = registry.rounds[at].parent) {
      if (chain.isInvalid(at)) return;
      this.peers.noteRound(peer, at); // who has a round has its ancestors
      if (!chain.hasBody(at) && !this.pendingRounds.has(at)) lacking.push(at);
    }
    if (lacking.length === 1 && this.wanted.size === 0 && this.pendingRounds.size < BODIES_IN_FLIGHT && peer >= 0 && this.peers.isFull(peer)) {
      this.sendRoundRequest(lacking[0], peer); // nearly always: one round, from whoever tells of it
      return;
    }
    for (let i = lacking.length - 1; i >= 0 && this.wanted.size < WANTED_MAX; i--) this.wanted.add(lacking[i]);
    this.fetchWanted(peer);
  }

  /** Asks for wanted bodies while there is room; what nobody is known to have waits for the next announcement of its branch. */
  private fetchWanted(peer: number): void {
    for (const ref of this.wanted) {
      if (this.pendingRounds.size >= BODIES_IN_FLIGHT) return;
      const from = peer >= 0 && this.peers.isFull(peer) && this.peers.hasRound(peer, ref) ? peer : this.peers.anyWith(ref);
      const needed = !this.chain.hasBody(ref) && !this.pendingRounds.has(ref);
      if (needed && from < 0) continue;
      this.wanted.delete(ref);
      if (needed) this.sendRoundRequest(ref, from);
    }
  }

  private sendRoundRequest(ref: RoundRef, peer: number): void {
    const deadlineUs = this.step.nowUs + REQUEST_TIMEOUT_US;
    this.pendingRounds.set(ref, { peer, deadlineUs });
    this.chain.noteAsked(ref, true);
    this.step.out.timer(TIMER.roundTimeout, deadlineUs, ref);
    const type = this.relay === 'compact' ? MESSAGE.compactRequest : MESSAGE.roundRequest;
    this.step.out.send(peer, message(type, undefined, ref), WIRE.frame + WIRE.hash);
  }

  /** The peer asked for a round does not answer: another one that has it, or nobody for now. */
  private askRound(ref: RoundRef, failed: number): void {
    this.settle(ref);
    this.peers.forgetRound(failed, ref);
    const other = this.peers.anyWith(ref);
    if (other >= 0) this.sendRoundRequest(ref, other);
    else this.wanted.add(ref);
    this.fetchWanted(-1);
  }

  onNotFound(peer: number, ref: RoundRef): void {
    const pending = this.pendingRounds.get(ref);
    if (pending !== undefined && pending.peer === peer) this.askRound(ref, peer);
  }

  onRoundRequest(peer: number, msg: Message): void {
    const ref = msg.round;
    if (!this.serves(ref)) {
      this.step.out.send(peer, message(MESSAGE.notFound, undefined, ref), WIRE.frame + WIRE.hash);
      return;
    }
    this.peers.noteRound(peer, ref);
    const { body } = this.registry.rounds[ref];
    if (msg.type === MESSAGE.compactRequest) {
      const bytes = WIRE.frame + WIRE.header + WIRE.ledgerHeaders + body.order.length * WIRE.shortId;
      this.step.out.send(peer, message(MESSAGE.compactRound, undefined, ref), bytes);
    } else {
      this.step.out.send(peer, message(MESSAGE.fullRound, body.set, ref), WIRE.frame + WIRE.header + WIRE.ledgerHeaders + body.bytes + body.order.length * WIRE.hint);
    }
  }

  /** Archives serve every body that they have; other nodes prune, and serve recent ones (D22). */
  private serves(ref: RoundRef): boolean {
    const { rounds } = this.registry;
    return this.chain.hasBody(ref) && (this.archive || rounds[this.chain.head].number - rounds[ref].number <= LIMITS.bodiesKept);
  }

  onCompactRound(peer: number, ref: RoundRef): void {
    const pending = this.pendingRounds.get(ref);
    if (pending === undefined || this.chain.hasBody(ref)) return;
    const missing = this.gossip.have.missing(this.registry.rounds[ref].body.set);
    if (missing.count === 0) return this.received(ref, peer);
    pending.peer = peer;
    pending.deadlineUs = this.step.nowUs + REQUEST_TIMEOUT_US;
    this.step.out.timer(TIMER.roundTimeout, pending.deadlineUs, ref);
    this.step.out.send(peer, message(MESSAGE.missingRequest, missing, ref), WIRE.frame + WIRE.hash + missing.count * WIRE.index);
  }

  onMissingRequest(peer: number, ref: RoundRef, set: TxSet): void {
    if (!this.serves(ref)) return;
    this.step.out.send(peer, message(MESSAGE.missing, set, ref), WIRE.frame + WIRE.hash + this.registry.bytesOf(set) + set.count * WIRE.hint);
  }

  onBodyTransactions(peer: number, ref: RoundRef, set: TxSet): void {
    const pending = this.pendingRounds.get(ref);
    if (pending === undefined || this.chain.hasBody(ref)) return;
    const novel = this.gossip.have.missing(set);
    if (novel.count > 0) this.gossip.take(peer, novel);
    this.gossip.requested.deleteAll(set);
    if (this.gossip.have.missing(this.registry.rounds[ref].body.set).count > 0) return;
    this.received(ref, peer);
  }

  /** A body that was asked for is whole. Who serves one that breaks the rules did not check it, and is banned. */
  private received(ref: RoundRef, peer: number): void {
    this.settle(ref);
    this.acceptBody(ref, false);
    if (this.chain.isInvalid(ref)) this.peers.misbehave(peer, BAN_SCORE, 'invalid-round');
    this.fetchWanted(-1);
  }

  /** The whole round is here: complete its branch, and move to it where it is better. */
  acceptBody(ref: RoundRef, own: boolean): void {
    const { body } = this.registry.rounds[ref];
    this.gossip.have.addAll(body.set);
    this.step.out.tell({ type: 'held', round: ref });
    if (!own) this.step.out.executed += body.order.length;
    if (this.chain.addBody(ref)) this.moved();
    if (this.chain.isComplete(ref)) this.offerAside(ref);
  }

  /** Offers to the pool what came with a round, and with those that it completed, where they are not on the best chain. */
  private offerAside(ref: RoundRef): void {
    const { chain, registry } = this;
    const stack = [ref];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (chain.isInvalid(at)) continue;
      const { number, body, children } = registry.rounds[at];
      if (body.order.length > 0 && registry.ancestorAt(chain.head, number) !== at) this.gossip.offer(body.set);
      for (const child of children) if (chain.isComplete(child)) stack.push(child);
    }
  }

  announceRound(ref: RoundRef): void {
    let announcement: Message | undefined;
    for (let slot = 0; slot < this.peers.slots; slot++) {
      if (!this.peers.hears(slot) || this.peers.hasRound(slot, ref)) continue;
      this.peers.noteRound(slot, ref);
      announcement ??= message(MESSAGE.roundAnnounce, undefined, ref);
      this.step.out.send(slot, announcement, WIRE.frame + WIRE.header);
    }
  }
}
