/**
 * The closed list of transaction kinds, their wire numbers, and the ledger each lives on
 * (MULTI-LEDGER SYSTEM › Ledger Coordination; D10).
 */

/** The six ledgers, in the document's order; the index is the wire number. */
export const LEDGERS = ['main', 'asset', 'contract', 'governance', 'ccoin', 'ccos'] as const;
export type Ledger = (typeof LEDGERS)[number];
export type LedgerIndex = 0 | 1 | 2 | 3 | 4 | 5;

/** The six tokens of TOKEN ECONOMICS; the index is the wire number. */
export const TOKENS = ['STR', 'CCOS', 'ARSS', 'wSTR', 'eSTR', '$TR'] as const;
export type Token = (typeof TOKENS)[number];

/** Every kind; the index is the wire number, so the list only ever grows at its end. */
export const KINDS = [
  'transfer',
  'financial-public-transaction',
  'domain_register',
  'domain_renew',
  'domain_transfer',
  'domain_list',
  'domain_buy',
  'nft_mint',
  'nft_transfer',
  'nft_list',
  'nft_buy',
  'proposal',
  'vote',
  'execute_proposal',
  'bridge_lock',
  'bridge_unlock',
  'bridge_mint',
  'bridge_burn',
  'bridge_refund',
  'atomic',
  'contract_deploy',
  'contract_call',
  'shielded_transfer',
] as const;
export type Kind = (typeof KINDS)[number];
