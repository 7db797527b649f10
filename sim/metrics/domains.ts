/** Names on the final best chain, from the receipts of its rounds in order. */
import type { Receipt } from '../../engine/chain/types.ts';
import type { DomainRow } from '../trace/events.ts';

/** Names that are kept, by order of first registration. */
const DOMAINS_MAX = 5_000;

export function domainRows(rounds: Iterable<{ readonly round: number; readonly receipts: readonly Receipt[] }>): DomainRow[] {
  const byName = new Map<string, DomainRow>();
  for (const { round, receipts } of rounds) {
    for (const { events } of receipts) {
      for (const event of events) {
        if (event.type !== 'domain') continue;
        const { name, owner, expiresAt } = event;
        const known = byName.get(name);
        if (known === undefined && byName.size >= DOMAINS_MAX) continue;
        byName.set(name, { name, owner, expiresAt, registered: known?.registered ?? round, changed: round, changes: (known?.changes ?? 0) + 1 });
      }
    }
  }
  return [...byName.values()];
}
