/** D10 and D11 once more, written from the decisions and not from the code, so that a changed rule turns a test red. */
import type { Kind, Ledger } from '../../engine/tx/kinds.ts';

/** Homes of all kinds but `transfer`, which goes by its token. */
export const HOMES: Readonly<Record<Exclude<Kind, 'transfer'>, Ledger>> = {
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

/** Kinds whose payload is charged as storage. */
export const STORING: ReadonlySet<Kind> = new Set<Kind>([
  'domain_register',
  'domain_list',
  'nft_mint',
  'nft_list',
  'proposal',
  'vote',
  'bridge_lock',
  'bridge_unlock',
  'bridge_mint',
  'bridge_burn',
  'bridge_refund',
  'contract_deploy',
  'shielded_transfer',
]);
