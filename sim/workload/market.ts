/**
 * Who owns, offers and buys things of one sort (domains or NFTs): as seen, to choose what can be sent next, and as
 * final, to know what had to come of it.
 *
 * As seen, one operation is under way on an item at a time, so each is likely to succeed, with two exceptions. What its
 * first owner does right after making it need not wait, since one sender's nonces keep their order. And one purchase in
 * `CONTESTED` is left open for a second buyer, who races the first.
 */
import type { Account } from '../../engine/tx/transaction.ts';
import { expectation, SUCCESS, type Expectation, type Inclusion } from './expectations.ts';
import type { Arrival, Draft } from './draft.ts';
import type { Roster } from './roster.ts';
import { Shelf, Shelved, takeOff } from './shelf.ts';

/** One purchase in this many is a race of two buyers (assumption). */
const CONTESTED = 8;
/** One listing in this many withdraws an earlier one (assumption). */
const WITHDRAWN = 8;
/** Draws of an item or a buyer before a kind is given up for this arrival. */
const TRIES = 4;

/** Who holds something in the final chain. */
export interface Title {
  /** Index of an account. */
  readonly owner: number;
  /** Listed price, base units; 0: not listed. */
  readonly price: bigint;
  /** Unix seconds; the largest safe integer where nothing expires. */
  readonly expiresAt: number;
}

/** What titles are held to: an NFT, or a name through all its registrations. */
export interface Entitled {
  /** Undefined until its making is final. */
  title: Title | undefined;
}

const NOT_FOUND = expectation({ 'not-found': 'a reorganisation undid its making' });
const EXPIRED = expectation({ expired: 'its term ended before the round that includes this' });
const NOT_OWNER = expectation({ 'not-owner': 'it came to somebody else, or did not come to the sender' });
const NOT_FOR_SALE = expectation({ 'not-for-sale': 'another buyer came first, or a reorganisation undid the listing' });
const SELLER_MISMATCH = expectation({ 'seller-mismatch': 'it came to somebody else, who offers it too' });
const PRICE_MISMATCH = expectation({ 'price-mismatch': 'a reorganisation put a listing at another price before this' });

export abstract class Item extends Shelved {
  /** As seen. */
  owner: number;
  price = 0n;
  race: Race | undefined = undefined;
  abstract readonly entitled: Entitled;

  constructor(owner: number) {
    super();
    this.owner = owner;
  }
}

/** Purchases of one item that were sent without waiting for one another. */
interface Race {
  waiting: number;
  /** The buyer who was seen to win. */
  winner: number | undefined;
}

/** What a draft says about its course. */
export type Course = Pick<Draft, 'expected' | 'sent' | 'seen' | 'final'>;

export interface Purchase<T extends Item> {
  readonly item: T;
  readonly buyer: number;
  readonly seller: Account;
  readonly price: bigint;
  readonly course: Course;
}

export class Market<T extends Item> {
  /** Not listed, with nothing under way. */
  readonly owned = new Shelf<T>();
  private readonly listed = new Shelf<T>();
  private readonly contested = new Shelf<T>();
  private readonly roster: Roster;
  private readonly usable: (item: T, arrival: Arrival) => boolean;

  /** `usable` looks at a drawn item, and may put it on another shelf. */
  constructor(roster: Roster, usable: (item: T, arrival: Arrival) => boolean = () => true) {
    this.roster = roster;
    this.usable = usable;
  }

  /** An item that its owner can transfer or list now. */
  drawOwned(arrival: Arrival): T | undefined {
    return this.draw(this.owned, arrival);
  }

  /** At times, a listed item that its owner can withdraw now. */
  drawWithdrawn(arrival: Arrival): T | undefined {
    return arrival.oneIn(WITHDRAWN) ? this.draw(this.listed, arrival) : undefined;
  }

  transfer(item: T, to: number): Course {
    return {
      ...this.alone(item, () => this.hand(item, to)),
      expected: this.byOwner(item),
      final: entitle(item, (title) => ({ ...title, owner: to, price: 0n })),
    };
  }

  /** Price 0 withdraws. */
  list(item: T, price: bigint): Course {
    const listed = () => {
      item.price = price;
      (price > 0n ? this.listed : this.owned).put(item);
    };
    return {
      ...this.alone(item, listed),
      expected: this.byOwner(item),
      final: entitle(item, (title) => ({ ...title, price })),
    };
  }

  /**
   * Nothing else is sent about the item until this was seen; then `done` puts it on a shelf again. A failed one stays
   * off.
   */
  alone(item: T, done: () => void): Pick<Draft, 'sent' | 'seen'> {
    return {
      sent: () => takeOff(item),
      seen: (status) => {
        if (status === 'success') done();
      },
    };
  }

  /** A purchase of something listed. */
  purchase(arrival: Arrival): Purchase<T> | undefined {
    const item = this.draw(this.contested.size > 0 ? this.contested : this.listed, arrival);
    const buyer = item === undefined ? undefined : this.buyer(item, arrival);
    if (item === undefined || buyer === undefined) return undefined;
    const { owner, price } = item;
    this.roster.mayReceive(owner, price);
    const racing = item.race !== undefined || arrival.oneIn(CONTESTED);
    const course: Course = {
      ...(racing ? this.racing(item, buyer) : this.alone(item, () => this.hand(item, buyer))),
      expected: forBuyer(item, owner, price),
      final: entitle(item, (title) => ({ ...title, owner: buyer, price: 0n })),
    };
    return { item, buyer, seller: this.roster.account(owner), price, course };
  }

  private hand(item: T, to: number): void {
    item.owner = to;
    item.price = 0n;
    this.owned.put(item);
  }

  private racing(item: T, buyer: number): Pick<Draft, 'sent' | 'seen'> {
    const second = item.race !== undefined;
    const race: Race = item.race ?? { waiting: 0, winner: undefined };
    return {
      sent: () => {
        race.waiting++;
        item.race = race;
        if (second) takeOff(item);
        else this.contested.put(item);
      },
      seen: (status) => {
        race.waiting--;
        if (status === 'success') race.winner = buyer;
        // Nobody else may join from here on; what comes next waits until all have been seen.
        takeOff(item);
        if (race.waiting > 0) return;
        item.race = undefined;
        if (race.winner !== undefined) this.hand(item, race.winner);
      },
    };
  }

  /** What only the owner may do, who is the sender as seen. */
  private byOwner(item: T): (at: Inclusion) => Expectation {
    const { owner } = item;
    return (at) => {
      const { title } = item.entitled;
      if (title === undefined) return NOT_FOUND;
      if (at.nowSeconds >= title.expiresAt) return EXPIRED;
      return title.owner === owner ? SUCCESS : NOT_OWNER;
    };
  }

  /** An item that is usable and whose owner may send. */
  private draw(shelf: Shelf<T>, arrival: Arrival): T | undefined {
    for (let i = 0; i < TRIES && shelf.size > 0; i++) {
      const item = shelf.at(arrival.below(shelf.size));
      if (this.usable(item, arrival) && this.roster.maySend(item.owner)) return item;
    }
    return undefined;
  }

  private buyer(item: T, arrival: Arrival): number | undefined {
    for (let i = 0; i < TRIES; i++) {
      const buyer = this.roster.sender(arrival.index, arrival.nextAccount());
      if (buyer !== undefined && buyer !== item.owner && this.roster.canPay(buyer, item.price)) return buyer;
    }
    return undefined;
  }
}

function forBuyer(item: Item, seller: number, price: bigint): (at: Inclusion) => Expectation {
  return (at) => {
    const { title } = item.entitled;
    if (title === undefined) return NOT_FOUND;
    if (at.nowSeconds >= title.expiresAt) return EXPIRED;
    if (title.price === 0n) return NOT_FOR_SALE;
    if (title.owner !== seller) return SELLER_MISMATCH;
    return title.price === price ? SUCCESS : PRICE_MISMATCH;
  };
}

/** Success changes the title. */
function entitle(item: Item, change: (title: Title) => Title): NonNullable<Draft['final']> {
  return (status) => {
    const { entitled } = item;
    if (status === 'success' && entitled.title !== undefined) entitled.title = change(entitled.title);
  };
}
