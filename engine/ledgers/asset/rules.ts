/** ASSET LEDGER: STR.Domains and NFTs. A sale moves the asset here and STR on the main ledger, both or neither. */
import { defineLedger } from '../ledger.ts';
import { domainRules } from './domains.ts';
import { nftRules } from './nfts.ts';

export const assetRules = defineLedger('asset', { ...domainRules, ...nftRules });
