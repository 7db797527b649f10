/** A node's peers: which slots are taken, who has which round, and who misbehaved (D16: bans are local and expire). */
import type { RoundRef } from '../chain/registry.ts';
import type { Step } from './effects.ts';

/** States of a peer slot. */
export const PEER = { absent: 0, light: 1, full: 2, banned: 3 } as const;

/** Score at which a peer is banned, and for how long (D16; assumption). */
export const BAN_SCORE = 100;
export const BAN_US = 600_000_000;

export class Peers {
  /** State of each slot, one of `PEER`. */
  readonly state: Uint8Array;
  count = 0;
  private readonly step: Step;
  private readonly score: Int32Array;
  /** What the peer is when it is not banned, and until when it is. */
  private readonly kind: Uint8Array;
  private readonly bannedUntilUs: Float64Array;
  /** Per round, `words` words of peer bits: who is known to have it. */
  private readonly words: number;
  private rounds = new Int32Array(64);

  constructor(step: Step, slots: number) {
    this.step = step;
    this.state = new Uint8Array(slots);
    this.score = new Int32Array(slots);
    this.kind = new Uint8Array(slots);
    this.bannedUntilUs = new Float64Array(slots);
    this.words = (slots + 31) >>> 5;
  }

  get slots(): number {
    return this.state.length;
  }

  /** The link to a peer came up; one that is banned stays so: hanging up and calling again ends no ban. */
  up(slot: number, light: boolean): void {
    if (this.state[slot] === PEER.absent) this.count++;
    this.kind[slot] = light ? PEER.light : PEER.full;
    this.state[slot] = this.bannedUntilUs[slot] > this.step.nowUs ? PEER.banned : this.kind[slot];
    for (let at = slot >>> 5; at < this.rounds.length; at += this.words) this.rounds[at] &= ~(1 << (slot & 31));
  }

  /** False where there was none. */
  down(slot: number): boolean {
    if (this.state[slot] === PEER.absent) return false;
    this.state[slot] = PEER.absent;
    this.count--;
    return true;
  }

  isFull(slot: number): boolean {
    return this.state[slot] === PEER.full;
  }

  /** Whether to listen to the peer: it is there, and not banned (any more). */
  hears(slot: number): boolean {
    const state = this.state[slot];
    return state !== PEER.absent && (state !== PEER.banned || this.pardon(slot));
  }

  noteRound(slot: number, ref: RoundRef): void {
    if (slot < 0) return;
    const at = ref * this.words + (slot >>> 5);
    if (at >= this.rounds.length) {
      const grown = new Int32Array(Math.max(at + 1, this.rounds.length * 2));
      grown.set(this.rounds);
      this.rounds = grown;
    }
    this.rounds[at] |= 1 << (slot & 31);
  }

  forgetRound(slot: number, ref: RoundRef): void {
    const at = ref * this.words + (slot >>> 5);
    if (at < this.rounds.length) this.rounds[at] &= ~(1 << (slot & 31));
  }

  hasRound(slot: number, ref: RoundRef): boolean {
    const at = ref * this.words + (slot >>> 5);
    return at < this.rounds.length && (this.rounds[at] & (1 << (slot & 31))) !== 0;
  }

  /** The first full peer known to have the round, −1 where there is none. */
  anyWith(ref: RoundRef): number {
    for (let slot = 0; slot < this.state.length; slot++) if (this.state[slot] === PEER.full && this.hasRound(slot, ref)) return slot;
    return -1;
  }

  misbehave(slot: number, score: number, reason: string): void {
    if (slot < 0 || this.state[slot] === PEER.absent || this.state[slot] === PEER.banned) return;
    this.score[slot] += score;
    if (this.score[slot] < BAN_SCORE) return;
    this.score[slot] = 0;
    this.bannedUntilUs[slot] = this.step.nowUs + BAN_US;
    this.state[slot] = PEER.banned;
    this.step.out.tell({ type: 'ban', peer: slot, reason });
  }

  crash(): void {
    this.state.fill(PEER.absent);
    this.count = 0;
    this.score.fill(0);
    this.bannedUntilUs.fill(0);
    this.rounds.fill(0);
  }

  /** Ends a ban that has run out; true if it has. */
  private pardon(slot: number): boolean {
    if (this.bannedUntilUs[slot] > this.step.nowUs) return false;
    this.state[slot] = this.kind[slot];
    return true;
  }
}
