/**
 * STR.Domains (D18). A domain's life, by `now`:
 *
 *     registered ──── expiresAt ────────── expiresAt + grace ────▶
 *     owner's, may be listed │ only the owner can renew │ anyone can register
 *
 * A renewal adds one term to `expiresAt`, before it or within the grace; at expiry a listing has ended, and a renewal
 * does not bring it back.
 */
import type { FailureCode } from '../../chain/types.ts';
import type { Params } from '../../params/params.ts';
import type { KindRules, Operation } from '../ledger.ts';
import { moveStr } from '../main/accounts.ts';
import { STR_TREASURY } from '../protocol-accounts.ts';
import { domains, type Domain } from '../tables.ts';

const expired = (domain: Domain, now: number): boolean => now >= domain.expiresAt;
const free = (domain: Domain, now: number, params: Params): boolean =>
  now >= domain.expiresAt + params.domainGraceSeconds;

const payFee = (operation: Operation): FailureCode | undefined =>
  moveStr(operation, operation.sender, STR_TREASURY, operation.params.domainFee);

function store({ journal, emit }: Operation, name: string, domain: Domain): undefined {
  journal.set(domains, name, domain);
  emit({ type: 'domain', name, owner: domain.owner, expiresAt: domain.expiresAt });
}

/** The domain, if it is the sender's and has not expired. */
function owned({ journal, now, sender }: Operation, name: string): Domain | FailureCode {
  const domain = journal.get(domains, name);
  if (domain === undefined) return 'not-found';
  if (expired(domain, now)) return 'expired';
  return domain.owner === sender ? domain : 'not-owner';
}

export const domainRules = {
  domain_register({ name }, operation) {
    const { journal, now, params, sender } = operation;
    const held = journal.get(domains, name);
    if (held !== undefined && !expired(held, now)) return 'already-exists';
    if (held !== undefined && !free(held, now, params)) return 'in-grace';
    const expiresAt = now + params.domainTermSeconds;
    return payFee(operation) ?? store(operation, name, { owner: sender, expiresAt, price: 0n });
  },

  domain_renew({ name }, operation) {
    const { journal, now, params, sender } = operation;
    const domain = journal.get(domains, name);
    if (domain === undefined) return 'not-found';
    if (free(domain, now, params)) return 'expired';
    if (domain.owner !== sender) return 'not-owner';
    const price = expired(domain, now) ? 0n : domain.price;
    const expiresAt = domain.expiresAt + params.domainTermSeconds;
    return payFee(operation) ?? store(operation, name, { ...domain, expiresAt, price });
  },

  /** Ends a listing: the new owner did not make it. */
  domain_transfer({ name, to }, operation) {
    const domain = owned(operation, name);
    return typeof domain === 'string' ? domain : store(operation, name, { ...domain, owner: to, price: 0n });
  },

  domain_list({ name, price }, operation) {
    const domain = owned(operation, name);
    if (typeof domain === 'string') return domain;
    operation.journal.set(domains, name, { ...domain, price });
    operation.emit({ type: 'listing', asset: name, price });
    return undefined;
  },

  domain_buy({ name, seller, price }, operation) {
    const { journal, now, sender, emit } = operation;
    const domain = journal.get(domains, name);
    if (domain === undefined) return 'not-found';
    if (expired(domain, now)) return 'expired';
    if (domain.price === 0n) return 'not-for-sale';
    if (domain.owner !== seller) return 'seller-mismatch';
    if (domain.price !== price) return 'price-mismatch';
    const failure = moveStr(operation, sender, seller, price);
    if (failure !== undefined) return failure;
    journal.set(domains, name, { ...domain, owner: sender, price: 0n });
    emit({ type: 'sale', asset: name, seller, buyer: sender, price, royalty: 0n });
    return undefined;
  },
} satisfies KindRules;
