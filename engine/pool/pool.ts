/**
 * A node's unified transaction pool (MULTI-LEDGER SYSTEM › Ledger Coordination; SECURITY › Rate Limiting; D11, D16).
 *
 * The pool is a set of handles; nonce order, reservations and counts per address are derived from it when they are
 * needed, so nothing can fall out of step. Rules, in order of precedence, each a typed refusal:
 * stateless validity · known · gas-above-ledger-limit · nonce-used · nonce-gap · replacement by price · 1,000 per address ·
 * overdraft · pool-full.
 */
import { LIMITS, type PoolPolicy } from '../params/params.ts';
import type { PoolRefusal } from '../chain/types.ts';
import type { StateReader } from '../state/state.ts';
import { accounts } from '../ledgers/tables.ts';
import { Bits, TxSet, popcount, type TxHandle } from '../chain/tx-set.ts';
import type { Registry } from '../chain/registry.ts';
import { gasLimitMaxAt, type Clearance } from './clearance.ts';

export type Evicted = (handle: TxHandle, reason: 'replaced' | 'gas-above-ledger-limit' | 'nonce-used' | 'nonce-gap' | 'overdraft' | 'pool-full') => void;

export class Pool {
  readonly bits: Bits;
  count = 0;
  /** No pooled transaction lies in a word below this. */
  private low = 0;
  private readonly registry: Registry;
  private readonly policy: PoolPolicy;
  private readonly evicted: Evicted;
  private state: StateReader;
  private clearance: Clearance;
  /** Gas limit above which no round on this head takes a transaction (D11; governed, D19). */
  private gasLimitMax: number;

  constructor(
    registry: Registry,
    policy: PoolPolicy,
    state: StateReader,
    clearance: Clearance,
    evicted: Evicted,
    bits = new Bits(),
  ) {
    this.bits = bits;
    this.registry = registry;
    this.policy = policy;
    this.state = state;
    this.clearance = clearance;
    this.gasLimitMax = gasLimitMaxAt(state, registry);
    this.evicted = evicted;
  }

  /**
   * Admits what the rules allow of a set whose members are statelessly valid; returns the admitted ones. `refused` hears
   * of the others. Clear senders' members are admitted a word at a time.
   */
  admitSet(set: TxSet, refused: (handle: TxHandle, refusal: PoolRefusal) => void): TxSet {
    if (this.count + set.count <= this.policy.txsMax && this.allClear(set)) {
      const fresh = this.bits.missing(set);
      this.bits.addAll(fresh);
      this.count += fresh.count;
      if (fresh.count > 0 && fresh.pairs[0] < this.low) this.low = fresh.pairs[0];
      return fresh;
    }
    const admitted: TxHandle[] = [];
    for (const handle of set) {
      const refusal = this.admit(handle);
      if (refusal === undefined) admitted.push(handle);
      else refused(handle, refusal);
    }
    return admitted.length === set.count ? set : TxSet.of(admitted);
  }

  /** Must precede `admitWord`: takes in what was registered since, and makes words up to `top` exist. */
  ready(top: number): void {
    this.clearance.update();
    this.bits.reach(top);
    this.clearance.bits.reach(top);
  }

  /** Admits all members of one word that are not pooled, if their senders are clear and there is room; else none. */
  admitWord(word: number, mask: number): boolean {
    if ((mask & ~this.clearance.bits.word(word)) !== 0 || this.count + 32 > this.policy.txsMax) return false;
    this.count += popcount(mask & ~this.bits.word(word));
    this.bits.or(word, mask);
    if (word < this.low) this.low = word;
    return true;
  }

  private allClear(set: TxSet): boolean {
    this.clearance.update();
    const { bits } = this.clearance;
    for (let i = 0; i < set.pairs.length; i += 2) if ((set.pairs[i + 1] & ~bits.word(set.pairs[i])) !== 0) return false;
    return true;
  }

  /** Admits one statelessly valid transaction, by the rules one at a time. */
  admit(handle: TxHandle): PoolRefusal | undefined {
    const { registry } = this;
    const transaction = registry.transactions[handle];
    if (this.bits.has(handle)) return { code: 'known' };
    if (transaction.gasLimit > this.gasLimitMax) return { code: 'gas-above-ledger-limit', got: transaction.gasLimit, left: this.gasLimitMax };
    const account = this.state.get(accounts, transaction.sender);
    const expected = account?.nonce ?? 0;
    if (transaction.nonce < expected) return { code: 'nonce-used', got: transaction.nonce, expected };
    if (transaction.nonce > expected + LIMITS.pendingPerAddress) return { code: 'nonce-gap', got: transaction.nonce, expected };
    const pending = this.pendingOf(registry.sender[handle]);
    const rival = pending.find((other) => registry.transactions[other].nonce === transaction.nonce);
    if (rival !== undefined) {
      const needed = (registry.transactions[rival].gasPrice * BigInt(100 + this.policy.priceBumpPercent) + 99n) / 100n;
      if (transaction.gasPrice < needed) return { code: 'underpriced-replacement', got: transaction.gasPrice, needed };
    } else if (pending.length >= LIMITS.pendingPerAddress) {
      return { code: 'address-full', max: LIMITS.pendingPerAddress };
    }
    let needed = registry.reserve[handle];
    for (const other of pending) if (other !== rival) needed += registry.reserve[other];
    const available = account?.str ?? 0n;
    if (needed > available) return { code: 'overdraft', needed, available };
    if (rival !== undefined) {
      this.drop(rival);
      this.evicted(rival, 'replaced');
    } else if (this.count >= this.policy.txsMax && !this.makeRoom(transaction.gasPrice, registry.sender[handle])) {
      return { code: 'pool-full' };
    }
    this.bits.add(handle);
    this.count++;
    if (handle >>> 5 < this.low) this.low = handle >>> 5;
    return undefined;
  }

  /** Pooled handles of a sender, in order of first sight. */
  pendingOf(sender: number): TxHandle[] {
    return this.registry.bySender[sender].filter((handle) => this.bits.has(handle));
  }

  removeSet(set: TxSet): void {
    const pooled = this.bits.common(set);
    this.bits.deleteAll(pooled);
    this.count -= pooled.count;
  }

  /**
   * Follows the node to another head: `included` left the pool with the new branch, `abandoned` comes back where still
   * valid (M2), and whatever the new state no longer covers is evicted with a reason.
   */
  moveTo(state: StateReader, clearance: Clearance, included: readonly TxSet[], abandoned: readonly TxSet[]): void {
    this.state = state;
    this.clearance = clearance;
    this.gasLimitMax = gasLimitMaxAt(state, this.registry);
    clearance.update();
    for (const set of included) this.removeSet(set);
    this.revalidate();
    if (abandoned.length === 0) return;
    const gone = new Bits();
    for (const set of abandoned) gone.addAll(set);
    for (const set of included) gone.deleteAll(set);
    this.admitSet(gone.snapshot(), (handle, refusal) => {
      const { code } = refusal;
      if (code === 'known') return;
      const reason =
        code === 'gas-above-ledger-limit' || code === 'nonce-used' || code === 'nonce-gap' || code === 'overdraft' ? code
        : code === 'underpriced-replacement' ? 'replaced'
        : 'pool-full';
      this.evicted(handle, reason);
    });
  }

  /** All pooled handles, ascending. */
  *[Symbol.iterator](): Generator<TxHandle> {
    yield* this.bits.snapshot(this.low);
  }

  get snapshot(): TxSet {
    return this.bits.snapshot(this.low);
  }

  private drop(handle: TxHandle): void {
    this.bits.delete(handle);
    this.count--;
  }

  /** Drops what is no longer valid on the head; only unclear senders need a look. */
  private revalidate(): void {
    const { bits } = this;
    const clear = this.clearance.bits;
    clear.reach(bits.length - 1);
    while (this.low < bits.length && bits.word(this.low) === 0) this.low++;
    const doubtful = new Set<number>();
    for (let word = this.low; word < bits.length; word++) {
      for (let mask = bits.word(word) & ~clear.word(word); mask !== 0; mask &= mask - 1) {
        doubtful.add(this.registry.sender[word * 32 + 31 - Math.clz32(mask & -mask)]);
      }
    }
    for (const sender of doubtful) this.revalidateSender(sender);
  }

  private revalidateSender(sender: number): void {
    const { registry } = this;
    const account = this.state.get(accounts, registry.senders[sender]);
    const nonce = account?.nonce ?? 0;
    const available = account?.str ?? 0n;
    const pending = this.pendingOf(sender).sort((x, y) => registry.transactions[x].nonce - registry.transactions[y].nonce);
    let needed = 0n;
    for (const handle of pending) {
      const transaction = registry.transactions[handle];
      needed += registry.reserve[handle];
      const reason =
        transaction.gasLimit > this.gasLimitMax ? 'gas-above-ledger-limit'
        : transaction.nonce < nonce ? 'nonce-used'
        : transaction.nonce > nonce + LIMITS.pendingPerAddress ? 'nonce-gap'
        : needed > available ? 'overdraft'
        : undefined;
      if (reason === undefined) continue;
      needed -= registry.reserve[handle];
      this.drop(handle);
      this.evicted(handle, reason);
    }
  }

  /**
   * Frees one place for a transaction of the given price and sender: evicts the cheapest last transaction of another
   * sender (price, then id) if it is cheaper; the sender's own would leave a gap before the new one. False when nothing
   * cheaper is pooled. Cost: O(pool), and only at a full pool.
   */
  private makeRoom(gasPrice: bigint, newcomer: number): boolean {
    const { registry } = this;
    const last = new Map<number, TxHandle>();
    for (const handle of this) {
      const sender = registry.sender[handle];
      if (sender === newcomer) continue;
      const other = last.get(sender);
      if (other === undefined || registry.transactions[other].nonce < registry.transactions[handle].nonce) last.set(sender, handle);
    }
    let victim = -1;
    for (const handle of last.values()) {
      const candidate = registry.transactions[handle];
      const worst = victim < 0 ? undefined : registry.transactions[victim];
      if (worst === undefined || candidate.gasPrice < worst.gasPrice || (candidate.gasPrice === worst.gasPrice && candidate.id > worst.id)) victim = handle;
    }
    if (victim < 0 || registry.transactions[victim].gasPrice >= gasPrice) return false;
    this.drop(victim);
    this.evicted(victim, 'pool-full');
    return true;
  }
}
