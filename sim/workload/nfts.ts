/** NFTs: minting, transfers, listings and sales (D18). */
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Hash } from '../../engine/tx/transaction.ts';
import { SUCCESS } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import { Item, Market, type Entitled } from './market.ts';
import type { Roster } from './roster.ts';

/** Royalties are drawn from 0 … 1000 basis points (assumption). */
const ROYALTY_BPS_MAX = 1_000;

class Nft extends Item {
  readonly nft: Hash;
  readonly creator: number;
  readonly entitled: Entitled = { title: undefined };

  constructor(nft: Hash, creator: number) {
    super(creator);
    this.nft = nft;
    this.creator = creator;
  }
}

export class Nfts implements Family {
  private readonly roster: Roster;
  private readonly market: Market<Nft>;

  constructor(roster: Roster) {
    this.roster = roster;
    this.market = new Market(roster);
  }

  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    switch (kind) {
      case 'nft_mint':
        return this.mint(arrival);
      case 'nft_transfer':
        return this.transfer(arrival);
      case 'nft_list':
        return this.list(entry, arrival);
      case 'nft_buy':
        return this.buy(arrival);
      default:
        return undefined;
    }
  }

  private mint(arrival: Arrival): Draft | undefined {
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const item = new Nft(arrival.hash(), sender);
    const royaltyBps = arrival.below(ROYALTY_BPS_MAX + 1);
    return {
      sender,
      payload: { kind: 'nft_mint', nft: item.nft, royaltyBps, uri: `ipfs://stratus-testbed/${arrival.index}` },
      expected: SUCCESS,
      sent: () => this.market.owned.put(item),
      final: (status) => {
        if (status !== 'success') return;
        item.entitled.title = { owner: sender, price: 0n, expiresAt: Number.MAX_SAFE_INTEGER };
      },
    };
  }

  private transfer(arrival: Arrival): Draft | undefined {
    const item = this.market.drawOwned(arrival);
    if (item === undefined) return undefined;
    const to = this.roster.recipient(item.owner, arrival.index, arrival.nextAccount());
    const payload = { kind: 'nft_transfer', nft: item.nft, to: this.roster.account(to) } as const;
    return { sender: item.owner, payload, ...this.market.transfer(item, to) };
  }

  private list(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const withdrawn = this.market.drawWithdrawn(arrival);
    const item = withdrawn ?? this.market.drawOwned(arrival);
    if (item === undefined) return undefined;
    const price = withdrawn === undefined ? arrival.amount(entry, MEDIAN.price) : 0n;
    const payload = { kind: 'nft_list', nft: item.nft, price } as const;
    return { sender: item.owner, payload, ...this.market.list(item, price) };
  }

  private buy(arrival: Arrival): Draft | undefined {
    const purchase = this.market.purchase(arrival);
    if (purchase === undefined) return undefined;
    const { item, buyer, seller, price, course } = purchase;
    this.roster.mayReceive(item.creator, price);
    return { sender: buyer, payload: { kind: 'nft_buy', nft: item.nft, seller, price }, ...course };
  }
}
