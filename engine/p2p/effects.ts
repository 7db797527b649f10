/** What a step asks its driver to do. The caller owns the buffer and empties it after each step. */
import type { PoolRefusal, RoundError } from '../chain/types.ts';
import type { Message } from './messages.ts';

export const EFFECT = { send: 0, timer: 1 } as const;

/** Timers a node sets; the driver gives the number back as the timer's kind. */
export const TIMER = { gossip: 0, roundTimeout: 1, notYet: 2 } as const;

/** What a node tells whoever watches: the driver, the host's WebSocket, the trace. */
export type Tell =
  /** The whole round is here (at a light node: its header). */
  | { readonly type: 'held'; readonly round: number }
  | { readonly type: 'connected'; readonly round: number; readonly independent: boolean }
  | { readonly type: 'disconnected'; readonly round: number; readonly independent: boolean }
  | { readonly type: 'head'; readonly from: number; readonly to: number; readonly abandoned: readonly number[] }
  | { readonly type: 'final'; readonly round: number }
  | { readonly type: 'finality-conflict'; readonly final: number; readonly heavier: number }
  | { readonly type: 'verdict'; readonly round: number; readonly error: RoundError | undefined; readonly independent: boolean }
  | { readonly type: 'built'; readonly round: number }
  | { readonly type: 'submitted'; readonly transaction: number; readonly refusal: PoolRefusal | undefined }
  | { readonly type: 'evicted'; readonly transaction: number; readonly reason: string }
  | { readonly type: 'ban'; readonly peer: number; readonly reason: string }
  | { readonly type: 'proved'; readonly round: number; readonly ok: boolean };

/** The step that a node is in: its time, and where its effects go. One per node, renewed at each input. */
export class Step {
  nowUs = 0;
  /** The node's clock, Unix seconds. */
  clockSeconds = 0;
  out!: Effects;

  begin(nowUs: number, clockSeconds: number, out: Effects): void {
    this.nowUs = nowUs;
    this.clockSeconds = clockSeconds;
    this.out = out;
  }
}

const NO_TELLS: readonly Tell[] = [];

export class Effects {
  count = 0;
  readonly kind: number[] = [];
  /** send: peer slot. timer: timer kind. */
  readonly a: number[] = [];
  /** send: wire bytes. timer: due time, µs. */
  readonly b: number[] = [];
  /** send: Message. timer: number. */
  readonly ref: unknown[] = [];
  private tells: Tell[] = [];
  /** Virtual CPU work of this step: signature checks, executed transactions, gas of contracts, verified proofs. The driver prices it. */
  signatures = 0;
  executed = 0;
  vmGas = 0;
  proofs = 0;

  send(peer: number, message: Message, bytes: number): void {
    this.push(EFFECT.send, peer, bytes, message);
  }

  timer(kind: number, atUs: number, argument = 0): void {
    this.push(EFFECT.timer, kind, atUs, argument);
  }

  tell(tell: Tell): void {
    this.tells.push(tell);
  }

  /** What was told since the last taking, in order. */
  takeTells(): readonly Tell[] {
    if (this.tells.length === 0) return NO_TELLS;
    const { tells } = this;
    this.tells = [];
    return tells;
  }

  clear(): void {
    this.count = 0;
    this.signatures = 0;
    this.executed = 0;
    this.vmGas = 0;
    this.proofs = 0;
  }

  private push(kind: number, a: number, b: number, ref: unknown): void {
    const i = this.count++;
    this.kind[i] = kind;
    this.a[i] = a;
    this.b[i] = b;
    this.ref[i] = ref;
  }
}
