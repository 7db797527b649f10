/**
 * Home ledger of every kind (MULTI-LEDGER SYSTEM › Ledger Coordination; D10). No default: an unknown kind has no route.
 */
import type { Kind, Ledger, Token } from './kinds.ts';
import type { Payload } from './transaction.ts';

const HOME: Readonly<Record<Exclude<Kind, 'transfer'>, Ledger>> = {
  'financial-public-transaction': 'ccos',
  domain_register: 'asset',
  domain_renew: 'asset',
  domain_transfer: 'asset',
  domain_list: 'asset',
  domain_buy: 'asset',
  nft_mint: 'asset',
  nft_transfer: 'asset',
  nft_list: 'asset',
  nft_buy: 'asset',
  proposal: 'governance',
  vote: 'governance',
  execute_proposal: 'governance',
  bridge_lock: 'ccoin',
  bridge_unlock: 'ccoin',
  bridge_mint: 'ccoin',
  bridge_burn: 'ccoin',
  bridge_refund: 'ccoin',
  atomic: 'main',
  contract_deploy: 'contract',
  contract_call: 'contract',
  shielded_transfer: 'main',
};

/** eSTR does not transfer (D10): it is routed to main, where it fails with `not-transferable`. */
const TRANSFER_HOME: Readonly<Record<Token, Ledger>> = {
  STR: 'main',
  ARSS: 'main',
  $TR: 'main',
  eSTR: 'main',
  CCOS: 'ccos',
  wSTR: 'ccoin',
};

export function routeTransaction(payload: Payload): Ledger {
  return payload.kind === 'transfer' ? TRANSFER_HOME[payload.token] : HOME[payload.kind];
}
