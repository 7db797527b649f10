/**
 * Who owns, offers and buys things of one sort (domains or NFTs), as the workload sees it.
 *
 * One operation is under way on an item at a time, so each is sure to succeed, with two exceptions. What its first owner
 * does right after making it need not wait, since one sender's nonces keep their order. And one purchase in `CONTESTED` is
 * left open for a second buyer, who races the first.
 */
import type { Account } from '../../engine/tx/transaction.ts';
import { Contest, SUCCESS, type Expectation, type Inclusion, type SubmissionTag } from './expectations.ts';
import type { Arrival, Draft } from './draft.ts';
import type { Roster } from './roster.ts';
import { Shelf, Shelved, takeOff } from './shelf.ts';

/** One purchase in this many is a race of two buyers (assumption). */
export const CONTESTED = 8;
/** One listing in this many withdraws an earlier one (assumption). */
export const WITHDRAWN = 8;
/** Draws of an item or a buyer before a kind is given up for this arrival. */
const TRIES = 4;

export abstract class Item extends Shelved {
  owner: number;
  /** Listed price, base units; 0: not listed. */
  price = 0n;
  /** Latest operation that made it what it is here. */
  last: SubmissionTag;
  contest: Contest | undefined = undefined;

  constructor(owner: number, made: SubmissionTag) {
    super();
    this.owner = owner;
    this.last = made;
  }
}

/** What a draft says about its course. */
export type Course = Pick<Draft, 'expected' | 'premises' | 'sent' | 'seen' | 'final'>;

export interface Purchase<T extends Item> {
  readonly item: T;
  readonly buyer: number;
  readonly seller: Account;
  readonly price: bigint;
  readonly course: Course;
}

export class Market<T extends Item> {
  readonly owned = new Shelf<T>();
  readonly listed = new Shelf<T>();
  private readonly contested = new Shelf<T>();
  private readonly roster: Roster;
  private readonly usable: (item: T, arrival: Arrival) => boolean;
  private readonly lapsed: (item: T, at: Inclusion) => Expectation | undefined;

  /**
   * `usable` looks at a drawn item, and may put it on another shelf. `lapsed` is what an operation meets that was included
   * too late for its item; `undefined` where it was not.
   */
  constructor(
    roster: Roster,
    usable: (item: T, arrival: Arrival) => boolean = () => true,
    lapsed: (item: T, at: Inclusion) => Expectation | undefined = () => undefined,
  ) {
    this.roster = roster;
    this.usable = usable;
    this.lapsed = lapsed;
  }

  /** An item that its owner can transfer or list now. */
  drawOwned(arrival: Arrival): T | undefined {
    return this.draw(this.owned, arrival);
  }

  /** A listed item that its owner can withdraw now, at times. */
  drawWithdrawn(arrival: Arrival): T | undefined {
    return arrival.oneIn(WITHDRAWN) ? this.draw(this.listed, arrival) : undefined;
  }

  transfer(item: T, to: number): Course {
    return this.alone(item, () => {
      item.owner = to;
      this.owned.put(item);
    });
  }

  /** Price 0 withdraws. */
  list(item: T, price: bigint): Course {
    return this.alone(item, () => {
      item.price = price;
      (price > 0n ? this.listed : this.owned).put(item);
    });
  }

  /** An operation that nothing else may disturb: off the shelf until seen, then as `done` puts it. */
  alone(item: T, done: (at: Inclusion) => void): Course {
    return {
      expected: (at) => this.lapsed(item, at) ?? SUCCESS,
      premises: [item.last],
      sent: (tag) => {
        takeOff(item);
        item.last = tag;
      },
      seen: (status, at) => {
        if (status === 'success') done(at);
      },
      final: (_status, _at, overturned) => {
        if (overturned) takeOff(item);
      },
    };
  }

  /** A purchase of something listed; `lost` is what a buyer meets whom another has forestalled. */
  purchase(arrival: Arrival, lost: Expectation): Purchase<T> | undefined {
    const second = this.contested.size > 0;
    const item = this.draw(second ? this.contested : this.listed, arrival);
    const buyer = item === undefined ? undefined : this.buyer(item, arrival);
    if (item === undefined || buyer === undefined) return undefined;
    const { owner, price } = item;
    this.roster.mayReceive(owner, price);
    const course = second || arrival.oneIn(CONTESTED) ? this.race(item, buyer, lost) : this.alone(item, () => this.sold(item, buyer));
    return { item, buyer, seller: this.roster.account(owner), price, course };
  }

  private sold(item: T, buyer: number): void {
    item.owner = buyer;
    item.price = 0n;
    this.owned.put(item);
  }

  private race(item: T, buyer: number, lost: Expectation): Course {
    const second = item.contest !== undefined;
    const contest = item.contest ?? new Contest();
    return {
      expected: (at) => this.lapsed(item, at) ?? contest.expect(lost),
      premises: [item.last],
      sent: () => {
        contest.waiting++;
        item.contest = contest;
        if (second) takeOff(item);
        else this.contested.put(item);
      },
      seen: (status, _at, tag) => {
        contest.waiting--;
        contest.winner = status === 'success' ? { buyer, tag } : contest.winner;
        // Nobody else may join from here on; the next operation waits until all are seen.
        takeOff(item);
        if (contest.waiting > 0) return;
        item.contest = undefined;
        if (contest.winner === undefined) return;
        item.last = contest.winner.tag;
        this.sold(item, contest.winner.buyer);
      },
      final: (status, _at, overturned) => {
        if (status === 'success') contest.won = true;
        if (overturned) takeOff(item);
      },
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
