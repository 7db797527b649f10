/**
 * Domains (D18). Where the entry is silent: a renewal adds a term to the old expiry, one in grace does not bring back a
 * listing that expiry ended, and a listing ends when the owner changes.
 */
import { domains, type Domain } from '../../../engine/ledgers/tables.ts';
import { STR_TREASURY } from '../../../engine/ledgers/protocol-accounts.ts';
import type { Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal } from './act.ts';
import { governed } from './governance.ts';
import { move } from './transfers.ts';

type Phase = 'free' | 'registered' | 'grace';

function phaseOf(domain: Domain | undefined, { scene }: Act): Phase {
  if (domain === undefined) return 'free';
  if (scene.nowSeconds < domain.expiresAt) return 'registered';
  return scene.nowSeconds < domain.expiresAt + scene.chain.params.domainGraceSeconds ? 'grace' : 'free';
}

const payFee = (act: Act): Refusal =>
  move(act, 'STR', act.sender, STR_TREASURY, governed(act.book, act.scene.chain.params, 'domainFee'));

export function domain(act: Act, payload: Extract<Payload, { name: string }>): Refusal {
  const { book, sender, scene } = act;
  const { name } = payload;
  const held = book.get(domains, name);
  const phase = phaseOf(held, act);
  const set = (value: Domain): void => book.set(domains, name, value);
  const term = scene.chain.params.domainTermSeconds;

  if (payload.kind === 'domain_register') {
    if (phase !== 'free') return phase === 'grace' ? 'in-grace' : 'already-exists';
    set({ owner: sender, expiresAt: scene.nowSeconds + term, price: 0n });
    return payFee(act);
  }
  if (held === undefined) return 'not-found';
  if (payload.kind === 'domain_renew') {
    if (phase === 'free') return 'expired';
    if (held.owner !== sender) return 'not-owner';
    set({ ...held, expiresAt: held.expiresAt + term, price: phase === 'grace' ? 0n : held.price });
    return payFee(act);
  }
  if (phase !== 'registered') return 'expired';
  if (payload.kind === 'domain_buy') {
    if (held.price === 0n) return 'not-for-sale';
    if (held.owner !== payload.seller) return 'seller-mismatch';
    if (held.price !== payload.price) return 'price-mismatch';
    set({ ...held, owner: sender, price: 0n });
    return move(act, 'STR', sender, payload.seller, payload.price);
  }
  if (held.owner !== sender) return 'not-owner';
  if (payload.kind === 'domain_list') set({ ...held, price: payload.price });
  else set({ ...held, owner: payload.to, price: 0n });
  return undefined;
}
