/** Signed offences by sender: too many within the window, and the sender is refused for its rest (D16: local, expiring). */
import type { Account } from '../tx/transaction.ts';
import type { PoolRefusal } from '../chain/types.ts';
import { BAN_US } from '../p2p/peers.ts';

/** Signed offences that are answered with their own code; after them everything of the sender is refused (assumption). */
export const SENDER_OFFENCES = 10;
/** Senders remembered at once; beyond that the oldest is forgotten. */
const SENDERS_MAX = 10_000;

export class SenderOffences {
  private readonly entries = new Map<Account, { count: number; readonly sinceUs: number }>();

  /** The ban that the sender is under, if any. */
  banOf(sender: Account, nowUs: number): PoolRefusal | undefined {
    const entry = this.current(sender, nowUs);
    if (entry === undefined || entry.count < SENDER_OFFENCES) return undefined;
    return { code: 'sender-banned', untilSeconds: Math.floor((entry.sinceUs + BAN_US) / 1_000_000) };
  }

  /** Counts one. */
  note(sender: Account, nowUs: number): void {
    const entry = this.current(sender, nowUs);
    if (entry !== undefined) {
      entry.count++;
      return;
    }
    if (this.entries.size >= SENDERS_MAX) {
      const [oldest] = this.entries.keys();
      this.entries.delete(oldest);
    }
    this.entries.set(sender, { count: 1, sinceUs: nowUs });
  }

  private current(sender: Account, nowUs: number): { count: number; readonly sinceUs: number } | undefined {
    const entry = this.entries.get(sender);
    if (entry === undefined || entry.sinceUs + BAN_US > nowUs) return entry;
    this.entries.delete(sender);
    return undefined;
  }

  clear(): void {
    this.entries.clear();
  }

  bound(): { name: string; value: number; max: number } {
    return { name: 'sender-offences', value: this.entries.size, max: SENDERS_MAX };
  }
}
