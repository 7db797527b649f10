/** Atomic operations (D21): an operation of another family and payments by the same sender, all or nothing. */
import type { Kind } from '../../engine/tx/kinds.ts';
import { SUCCESS } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import type { Roster } from './roster.ts';
import { payment } from './transfers.ts';

/** What a payment in STR accompanies, drawn in equal parts; where nothing fits, a payment in CCOS. */
const ACCOMPANIED = ['nft_transfer', 'domain_buy', 'nft_buy', 'payment'] as const;

export class Atomics implements Family {
  private readonly roster: Roster;
  private readonly domains: Family;
  private readonly nfts: Family;

  constructor(roster: Roster, domains: Family, nfts: Family) {
    this.roster = roster;
    this.domains = domains;
    this.nfts = nfts;
  }

  draft(_kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    const chosen = ACCOMPANIED[arrival.below(ACCOMPANIED.length)];
    const inner =
      chosen === 'payment' ? undefined
      : chosen === 'domain_buy' ? this.domains.draft(chosen, entry, arrival)
      : this.nfts.draft(chosen, entry, arrival);
    const operation = inner ?? this.ccosPayment(arrival);
    if (operation === undefined) return undefined;
    const { roster } = this;
    const to = roster.recipient(operation.sender, arrival.index, arrival.nextAccount());
    const str = payment(roster, operation.sender, to, 'STR', arrival.amount(entry, MEDIAN.transfer));
    if (str === undefined) return undefined;
    // Either order is the same operation to its sender; the ledgers see the legs in turn.
    const legs = arrival.oneIn(2) ? [operation.payload, str] : [str, operation.payload];
    return { ...operation, payload: { kind: 'atomic', legs } };
  }

  private ccosPayment(arrival: Arrival): Draft | undefined {
    const { roster } = this;
    const sender = roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const to = roster.recipient(sender, arrival.index, arrival.nextAccount());
    const payload = payment(roster, sender, to, 'CCOS', arrival.amountAround(MEDIAN.ccos));
    return payload === undefined ? undefined : { sender, payload, expected: SUCCESS };
  }
}
