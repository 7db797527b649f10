/** Rows of the kernel events numbered `from` … `to`, each with the number of the event that caused it (`stratus diff`). */
import { TIMER } from '../../engine/p2p/effects.ts';
import { MESSAGE_NAMES, type Message } from '../../engine/p2p/messages.ts';
import type { EventQueue } from '../kernel/queue.ts';
import type { EventRow } from '../trace/record.ts';
import { EVENT, EVENT_NAMES } from './events.ts';

const TIMER_NAMES = Object.keys(TIMER) as readonly (keyof typeof TIMER)[];

export class EventWindow {
  readonly rows: EventRow[] = [];
  private readonly queue: EventQueue;
  private readonly from: number;
  private readonly to: number;
  /** By slot of the queue: number of the event during which it was pushed. */
  private readonly causes: number[] = [];

  constructor(queue: EventQueue, { from, to }: { readonly from: number; readonly to: number }) {
    this.queue = queue;
    this.from = from;
    this.to = to;
  }

  pushed(slot: number, during: number): void {
    this.causes[slot] = during;
  }

  /** The event in `slot` is about to happen, as number `event`. */
  popped(slot: number, event: number, digest: number): void {
    if (event < this.from || event > this.to) return;
    const { type, time, to, a, ref } = this.queue;
    const name =
      type[slot] === EVENT.message ? `message:${MESSAGE_NAMES[(ref[slot] as Message).type]}`
      : type[slot] === EVENT.timer ? `timer:${TIMER_NAMES[a[slot]]}`
      : EVENT_NAMES[type[slot]];
    this.rows.push({ event, atUs: time[slot], type: name, node: to[slot], digest, cause: this.causes[slot] });
  }
}
