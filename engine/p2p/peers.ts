/** A node's peers: which slots are taken, who has which round, and who misbehaved (D16: bans are local and expire). */
import type { RoundRef } from '../chain/registry.ts';
import { RoundColumn } from '../chain/round-column.ts';
import type { Step } from './effects.ts';

/** States of a peer slot. */
export const PEER = { absent: 0, light: 1, full: 2, banned: 3 } as const;

/** Score at which a peer is banned, and for how long (D16; assumption). */
export const BAN_SCORE = 100;
export const BAN_US = 600_000_000;

/** Where slots keep what is read at every message: slot i at index `base + i`, beside those of other nodes. */
export interface PeerColumns {
  /** One of `PEER`. */
  readonly state: Uint8Array;
  /** 1: the peer is known to have the round. */
  readonly rounds: RoundColumn;
}

export const peerColumns = (slots: number): PeerColumns => ({ state: new Uint8Array(slots), rounds: new RoundColumn(slots) });

export class Peers {
  readonly slots: number;
  count = 0;
  private readonly state: Uint8Array;
  private readonly rounds: RoundColumn;
  private readonly base: number;
  private readonly step: Step;
  private readonly score: Int32Array;
  /** What the peer is when it is not banned, and until when it is. */
  private readonly kind: Uint8Array;
  private readonly bannedUntilUs: Float64Array;

  constructor(step: Step, slots: number, columns = peerColumns(slots), base = 0) {
    this.step = step;
    this.slots = slots;
    this.state = columns.state;
    this.rounds = columns.rounds;
    this.base = base;
    this.score = new Int32Array(slots);
    this.kind = new Uint8Array(slots);
    this.bannedUntilUs = new Float64Array(slots);
  }

  stateOf(slot: number): number {
    return this.state[this.base + slot];
  }

  /** The link to a peer came up; one that is banned stays so: hanging up and calling again ends no ban. */
  up(slot: number, light: boolean): void {
    if (this.stateOf(slot) === PEER.absent) this.count++;
    this.kind[slot] = light ? PEER.light : PEER.full;
    this.state[this.base + slot] = this.bannedUntilUs[slot] > this.step.nowUs ? PEER.banned : this.kind[slot];
    this.rounds.clear(this.base + slot, this.base + slot + 1);
  }

  /** False where there was none. */
  down(slot: number): boolean {
    if (this.stateOf(slot) === PEER.absent) return false;
    this.state[this.base + slot] = PEER.absent;
    this.count--;
    return true;
  }

  isFull(slot: number): boolean {
    return this.stateOf(slot) === PEER.full;
  }

  /** Whether to listen to the peer: it is there, and not banned (any more). */
  hears(slot: number): boolean {
    const state = this.stateOf(slot);
    return state !== PEER.absent && (state !== PEER.banned || this.pardon(slot));
  }

  noteRound(slot: number, ref: RoundRef): void {
    if (slot >= 0) this.rounds.set(ref, this.base + slot, 1);
  }

  forgetRound(slot: number, ref: RoundRef): void {
    this.rounds.set(ref, this.base + slot, 0);
  }

  hasRound(slot: number, ref: RoundRef): boolean {
    return this.rounds.get(ref, this.base + slot) === 1;
  }

  /** The first full peer known to have the round, −1 where there is none. */
  anyWith(ref: RoundRef): number {
    for (let slot = 0; slot < this.slots; slot++) if (this.isFull(slot) && this.hasRound(slot, ref)) return slot;
    return -1;
  }

  misbehave(slot: number, score: number, reason: string): void {
    if (slot < 0 || this.stateOf(slot) === PEER.absent || this.stateOf(slot) === PEER.banned) return;
    this.score[slot] += score;
    if (this.score[slot] < BAN_SCORE) return;
    this.score[slot] = 0;
    this.bannedUntilUs[slot] = this.step.nowUs + BAN_US;
    this.state[this.base + slot] = PEER.banned;
    this.step.out.tell({ type: 'ban', peer: slot, reason });
  }

  crash(): void {
    this.state.fill(PEER.absent, this.base, this.base + this.slots);
    this.count = 0;
    this.score.fill(0);
    this.bannedUntilUs.fill(0);
    this.rounds.clear(this.base, this.base + this.slots);
  }

  /** Ends a ban that has run out; true if it has. */
  private pardon(slot: number): boolean {
    if (this.bannedUntilUs[slot] > this.step.nowUs) return false;
    this.state[this.base + slot] = this.kind[slot];
    return true;
  }
}
