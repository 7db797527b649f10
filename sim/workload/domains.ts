/**
 * Domains: registration, renewal, transfers, listings and sales, with their expiry (D18).
 *
 * Terms may be minutes in a scenario, so any operation can come too late; chain time of the round that takes it in decides,
 * and is known when it is judged.
 */
import type { Params } from '../../engine/params/params.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Clock } from './clock.ts';
import { Contest, expectation, SUCCESS, type Expectation, type Inclusion, type SubmissionTag } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import { Item, Market } from './market.ts';
import type { Roster } from './roster.ts';
import { Shelf, takeOff } from './shelf.ts';

/** One fresh name in this many is wanted by a second account at once (assumption). */
const CONTESTED_NAMES = 8;
/** One registration in this many takes a lapsed name, if there is one (assumption). */
const LAPSED_NAMES = 2;

const OUTBID = expectation({
  'not-for-sale': 'another buyer came first',
  'seller-mismatch': 'another buyer came first, and offers it again',
});
const TAKEN = expectation({ 'already-exists': 'another account registered the name first' });
const EXPIRED = expectation({
  expired: 'the domain expired before the round that includes it',
  'not-owner': 'the domain expired, and another account registered it',
  'not-for-sale': 'the domain expired, and another account registered it',
  'seller-mismatch': 'the domain expired, and another account registered it and offers it',
});
const LAPSED = expectation({
  expired: 'grace ended before the round that includes it',
  'not-owner': 'grace ended, and another account registered it',
});
const IN_GRACE = expectation({ 'in-grace': 'only its owner can renew it', 'already-exists': 'its owner renewed it' });

class Domain extends Item {
  readonly name: string;
  /** Expiry, Unix seconds, as seen and as final; unknown before the registration is. */
  expiresSeen = Number.MAX_SAFE_INTEGER;
  expiresFinal = Number.MAX_SAFE_INTEGER;

  constructor(name: string, owner: number, made: SubmissionTag) {
    super(owner, made);
    this.name = name;
  }
}

/** A fresh name that a second account shall want too. */
interface WantedName {
  readonly name: string;
  readonly sender: number;
  readonly contest: Contest;
}

export class Domains implements Family {
  private readonly roster: Roster;
  private readonly params: Params;
  private readonly clock: Clock;
  private readonly market: Market<Domain>;
  /** Past their term, as far as the workload can tell: to be renewed, or registered anew. */
  private readonly expired = new Shelf<Domain>();
  private readonly wanted: WantedName[] = [];

  constructor(roster: Roster, params: Params, clock: Clock) {
    this.roster = roster;
    this.params = params;
    this.clock = clock;
    this.market = new Market(
      roster,
      (domain, arrival) => this.running(domain, arrival),
      (domain, at) => (at.nowSeconds < domain.expiresFinal ? undefined : EXPIRED),
    );
  }

  draft(kind: Kind, entry: KindEntry, arrival: Arrival): Draft | undefined {
    switch (kind) {
      case 'domain_register':
        return this.register(arrival);
      case 'domain_renew':
        return this.renew(arrival);
      case 'domain_transfer':
        return this.transfer(arrival);
      case 'domain_list':
        return this.list(entry, arrival);
      case 'domain_buy':
        return this.buy(arrival);
      default:
        return undefined;
    }
  }

  /** False, and set aside, once its term is over. */
  private running(domain: Domain, arrival: Arrival): boolean {
    if (this.clock.at(arrival.atUs) < domain.expiresSeen) return true;
    this.expired.put(domain);
    return false;
  }

  private register(arrival: Arrival): Draft | undefined {
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    const wanted = this.wanted.at(-1);
    if (wanted !== undefined && wanted.sender !== sender) {
      this.wanted.pop();
      return this.registration(sender, wanted.name, wanted.contest);
    }
    const lapsed = arrival.oneIn(LAPSED_NAMES) ? this.lapsed(arrival) : undefined;
    if (lapsed !== undefined) return this.reRegistration(sender, lapsed);
    const name = `d${arrival.index}-${arrival.u32().toString(36)}`;
    const contest = new Contest();
    if (arrival.oneIn(CONTESTED_NAMES)) this.wanted.push({ name, sender, contest });
    return this.registration(sender, name, contest);
  }

  /** A fresh name. Unless somebody else may want it too, its owner goes on with it at once. */
  private registration(sender: number, name: string, contest: Contest): Draft {
    let domain: Domain | undefined;
    return {
      sender,
      payload: { kind: 'domain_register', name },
      expected: () => contest.expect(TAKEN),
      sent: (tag) => {
        domain = new Domain(name, sender, tag);
        if (contest.waiting++ === 0 && !this.wanted.some((other) => other.contest === contest)) this.market.owned.put(domain);
      },
      seen: (status, at) => {
        contest.waiting--;
        this.forget(contest);
        if (domain === undefined) return;
        if (status !== 'success') return takeOff(domain);
        domain.expiresSeen = at.nowSeconds + this.params.domainTermSeconds;
        if (domain.shelf === undefined && domain.last.kind === 'domain_register') this.market.owned.put(domain);
      },
      final: (status, at, overturned) => {
        if (domain === undefined) return;
        if (status === 'success') {
          contest.won = true;
          domain.expiresFinal = at.nowSeconds + this.params.domainTermSeconds;
        }
        if (overturned) takeOff(domain);
      },
    };
  }

  private reRegistration(sender: number, old: Domain): Draft {
    const { domainGraceSeconds, domainTermSeconds } = this.params;
    let domain: Domain | undefined;
    return {
      sender,
      payload: { kind: 'domain_register', name: old.name },
      premises: [old.last],
      expected: (at) => (at.nowSeconds < old.expiresFinal + domainGraceSeconds ? IN_GRACE : SUCCESS),
      sent: (tag) => {
        takeOff(old);
        domain = new Domain(old.name, sender, tag);
      },
      seen: (status, at) => {
        if (domain === undefined || status !== 'success') return;
        domain.expiresSeen = at.nowSeconds + domainTermSeconds;
        this.market.owned.put(domain);
      },
      final: (status, at, overturned) => {
        if (domain === undefined) return;
        if (status === 'success') domain.expiresFinal = at.nowSeconds + domainTermSeconds;
        if (overturned) takeOff(domain);
      },
    };
  }

  /** Nobody joins a contest once one of its registrations has been seen. */
  private forget(contest: Contest): void {
    const index = this.wanted.findIndex((wanted) => wanted.contest === contest);
    if (index >= 0) this.wanted.splice(index, 1);
  }

  /** A name whose grace is surely over. */
  private lapsed(arrival: Arrival): Domain | undefined {
    if (this.expired.size === 0) return undefined;
    const domain = this.expired.at(arrival.below(this.expired.size));
    return domain.expiresSeen + this.params.domainGraceSeconds <= this.clock.nowSeen ? domain : undefined;
  }

  /** An expired domain within its grace, or else a running one. */
  private renew(arrival: Arrival): Draft | undefined {
    const domain = this.inGrace(arrival) ?? this.market.drawOwned(arrival);
    if (domain === undefined || domain.expiresSeen === Number.MAX_SAFE_INTEGER) return undefined;
    const { domainGraceSeconds, domainTermSeconds } = this.params;
    const course = this.market.alone(domain, () => {
      domain.expiresSeen += domainTermSeconds;
      domain.price = 0n;
      this.market.owned.put(domain);
    });
    return {
      sender: domain.owner,
      payload: { kind: 'domain_renew', name: domain.name },
      ...course,
      expected: (at: Inclusion): Expectation => (at.nowSeconds < domain.expiresFinal + domainGraceSeconds ? SUCCESS : LAPSED),
      final: (status, at, overturned, tag) => {
        if (status === 'success') domain.expiresFinal += domainTermSeconds;
        course.final?.(status, at, overturned, tag);
      },
    };
  }

  private inGrace(arrival: Arrival): Domain | undefined {
    if (this.expired.size === 0) return undefined;
    const domain = this.expired.at(arrival.below(this.expired.size));
    const ends = domain.expiresSeen + this.params.domainGraceSeconds;
    return this.clock.at(arrival.atUs) < ends && this.roster.maySend(domain.owner) ? domain : undefined;
  }

  private transfer(arrival: Arrival): Draft | undefined {
    const domain = this.market.drawOwned(arrival);
    if (domain === undefined) return undefined;
    const to = this.roster.recipient(domain.owner, arrival.index, arrival.nextAccount());
    const payload = { kind: 'domain_transfer', name: domain.name, to: this.roster.account(to) } as const;
    return { sender: domain.owner, payload, ...this.market.transfer(domain, to) };
  }

  private list(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const withdrawn = this.market.drawWithdrawn(arrival);
    const domain = withdrawn ?? this.market.drawOwned(arrival);
    if (domain === undefined) return undefined;
    const price = withdrawn === undefined ? arrival.amount(entry, MEDIAN.price) : 0n;
    return { sender: domain.owner, payload: { kind: 'domain_list', name: domain.name, price }, ...this.market.list(domain, price) };
  }

  private buy(arrival: Arrival): Draft | undefined {
    const purchase = this.market.purchase(arrival, OUTBID);
    if (purchase === undefined) return undefined;
    const { item, buyer, seller, price, course } = purchase;
    return { sender: buyer, payload: { kind: 'domain_buy', name: item.name, seller, price }, ...course };
  }
}
