/**
 * Domains: registration, renewal, transfers, listings and sales, with their expiry (D18). Terms may be minutes in a
 * scenario, so any operation can come too late.
 */
import type { Params } from '../../engine/params/params.ts';
import type { Kind } from '../../engine/tx/kinds.ts';
import type { Clock } from './clock.ts';
import { expectation, SUCCESS, type Expectation, type Inclusion } from './expectations.ts';
import { MEDIAN, type Arrival, type Draft, type Family, type KindEntry } from './draft.ts';
import { Item, Market, type Entitled, type Title } from './market.ts';
import type { Roster } from './roster.ts';
import { Shelf, takeOff } from './shelf.ts';

/** One fresh name in this many is wanted by a second account at once (assumption). */
const CONTESTED_NAMES = 8;
/** One registration in this many takes a lapsed name, if there is one (assumption). */
const LAPSED_NAMES = 2;

const TAKEN = expectation({ 'already-exists': 'another account registered the name first' });
const IN_GRACE = expectation({ 'in-grace': 'its owner can still renew it: a reorganisation gave it a later term' });
const NOT_FOUND = expectation({ 'not-found': 'a reorganisation undid its registration' });
const LAPSED = expectation({ expired: 'grace ended before the round that includes this' });
const NOT_OWNER = expectation({ 'not-owner': 'it came to somebody else' });

/** A name through all its registrations. */
class Name implements Entitled {
  readonly text: string;
  title: Title | undefined = undefined;
  /** Expiry as seen, Unix seconds; unknown before a registration was seen. */
  expiresSeen = Number.MAX_SAFE_INTEGER;
  /** Registrations on their way. */
  waiting = 0;

  constructor(text: string) {
    this.text = text;
  }
}

/** A name as one account registered it. */
class Domain extends Item {
  readonly entitled: Name;

  constructor(name: Name, owner: number) {
    super(owner);
    this.entitled = name;
  }
}

/** A fresh name that a second account shall want too. */
interface WantedName {
  readonly name: Name;
  readonly sender: number;
}

export class Domains implements Family {
  private readonly roster: Roster;
  private readonly params: Params;
  private readonly clock: Clock;
  private readonly market: Market<Domain>;
  /** Past their term, as far as the workload can tell: to be renewed, or registered anew. */
  private readonly expired = new Shelf<Domain>();
  private wanted: WantedName | undefined = undefined;

  constructor(roster: Roster, params: Params, clock: Clock) {
    this.roster = roster;
    this.params = params;
    this.clock = clock;
    this.market = new Market(roster, (domain, arrival) => this.running(domain, arrival));
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
    if (this.clock.at(arrival.atUs) < domain.entitled.expiresSeen) return true;
    this.expired.put(domain);
    return false;
  }

  /** A fresh name, at times one that another account is just registering, or one whose grace is over. */
  private register(arrival: Arrival): Draft | undefined {
    const sender = this.roster.sender(arrival.index, arrival.nextAccount());
    if (sender === undefined) return undefined;
    if (this.wanted !== undefined && this.wanted.sender !== sender) {
      const { name } = this.wanted;
      this.wanted = undefined;
      return this.registration(sender, name);
    }
    const lapsed = arrival.oneIn(LAPSED_NAMES) ? this.lapsed(arrival) : undefined;
    if (lapsed !== undefined) return this.registration(sender, lapsed.entitled, lapsed);
    const name = new Name(`d${arrival.index}-${arrival.u32().toString(36)}`);
    if (arrival.oneIn(CONTESTED_NAMES)) this.wanted = { name, sender };
    return this.registration(sender, name);
  }

  /** The new owner of a fresh name goes on with it at once, unless somebody else may want it too. */
  private registration(sender: number, name: Name, old?: Domain): Draft {
    const domain = new Domain(name, sender);
    const term = this.params.domainTermSeconds;
    let alone = false;
    return {
      sender,
      payload: { kind: 'domain_register', name: name.text },
      expected: (at) => this.registrable(name, at),
      sent: () => {
        if (old !== undefined) takeOff(old);
        alone = name.waiting++ === 0 && this.wanted?.name !== name && old === undefined;
        if (alone) this.market.owned.put(domain);
      },
      seen: (status, at) => {
        name.waiting--;
        // Nobody joins any more once one of a name's registrations has been seen.
        if (this.wanted?.name === name) this.wanted = undefined;
        if (status === 'success') {
          name.expiresSeen = at.nowSeconds + term;
          if (!alone) this.market.owned.put(domain);
        } else takeOff(domain);
      },
      final: (status, at) => {
        if (status === 'success') name.title = { owner: sender, price: 0n, expiresAt: at.nowSeconds + term };
      },
    };
  }

  private registrable({ title }: Name, { nowSeconds }: Inclusion): Expectation {
    if (title === undefined || nowSeconds >= title.expiresAt + this.params.domainGraceSeconds) return SUCCESS;
    return nowSeconds < title.expiresAt ? TAKEN : IN_GRACE;
  }

  /** A domain whose grace is surely over. */
  private lapsed(arrival: Arrival): Domain | undefined {
    if (this.expired.size === 0) return undefined;
    const domain = this.expired.at(arrival.below(this.expired.size));
    return domain.entitled.expiresSeen + this.params.domainGraceSeconds <= this.clock.nowSeen ? domain : undefined;
  }

  /** An expired domain within its grace, or else a running one. */
  private renew(arrival: Arrival): Draft | undefined {
    const domain = this.inGrace(arrival) ?? this.market.drawOwned(arrival);
    if (domain === undefined || domain.entitled.expiresSeen === Number.MAX_SAFE_INTEGER) return undefined;
    const { entitled: name, owner } = domain;
    const term = this.params.domainTermSeconds;
    const renewed = () => {
      name.expiresSeen += term;
      domain.price = 0n;
      this.market.owned.put(domain);
    };
    return {
      sender: owner,
      payload: { kind: 'domain_renew', name: name.text },
      ...this.market.alone(domain, renewed),
      expected: (at) => this.renewable(name, owner, at),
      final: (status, at) => {
        const { title } = name;
        if (status !== 'success' || title === undefined) return;
        const price = at.nowSeconds < title.expiresAt ? title.price : 0n;
        name.title = { ...title, price, expiresAt: title.expiresAt + term };
      },
    };
  }

  private renewable({ title }: Name, owner: number, { nowSeconds }: Inclusion): Expectation {
    if (title === undefined) return NOT_FOUND;
    if (nowSeconds >= title.expiresAt + this.params.domainGraceSeconds) return LAPSED;
    return title.owner === owner ? SUCCESS : NOT_OWNER;
  }

  private inGrace(arrival: Arrival): Domain | undefined {
    if (this.expired.size === 0) return undefined;
    const domain = this.expired.at(arrival.below(this.expired.size));
    const ends = domain.entitled.expiresSeen + this.params.domainGraceSeconds;
    return this.clock.at(arrival.atUs) < ends && this.roster.maySend(domain.owner) ? domain : undefined;
  }

  private transfer(arrival: Arrival): Draft | undefined {
    const domain = this.market.drawOwned(arrival);
    if (domain === undefined) return undefined;
    const to = this.roster.recipient(domain.owner, arrival.index, arrival.nextAccount());
    const payload = { kind: 'domain_transfer', name: domain.entitled.text, to: this.roster.account(to) } as const;
    return { sender: domain.owner, payload, ...this.market.transfer(domain, to) };
  }

  private list(entry: KindEntry, arrival: Arrival): Draft | undefined {
    const withdrawn = this.market.drawWithdrawn(arrival);
    const domain = withdrawn ?? this.market.drawOwned(arrival);
    if (domain === undefined) return undefined;
    const price = withdrawn === undefined ? arrival.amount(entry, MEDIAN.price) : 0n;
    const payload = { kind: 'domain_list', name: domain.entitled.text, price } as const;
    return { sender: domain.owner, payload, ...this.market.list(domain, price) };
  }

  private buy(arrival: Arrival): Draft | undefined {
    const purchase = this.market.purchase(arrival);
    if (purchase === undefined) return undefined;
    const { item, buyer, seller, price, course } = purchase;
    return { sender: buyer, payload: { kind: 'domain_buy', name: item.entitled.text, seller, price }, ...course };
  }
}
