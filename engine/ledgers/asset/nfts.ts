/**
 * NFTs (D18). A sale pays floor(price × royaltyBps / 10000) to the creator and the rest to the seller, so that both
 * always add up to the price.
 */
import type { FailureCode } from '../../chain/types.ts';
import type { KindRules, Operation } from '../ledger.ts';
import { creditStr, debitStr } from '../main/accounts.ts';
import { nfts, type Nft } from '../tables.ts';

function store({ journal, emit }: Operation, id: string, nft: Nft): undefined {
  journal.set(nfts, id, nft);
  emit({ type: 'nft', nft: id, owner: nft.owner });
}

function owned({ journal, sender }: Operation, id: string): Nft | FailureCode {
  const nft = journal.get(nfts, id);
  if (nft === undefined) return 'not-found';
  return nft.owner === sender ? nft : 'not-owner';
}

export const nftRules = {
  nft_mint({ nft: id, royaltyBps, uri }, operation) {
    const { journal, sender } = operation;
    if (journal.get(nfts, id) !== undefined) return 'already-exists';
    return store(operation, id, { creator: sender, owner: sender, royaltyBps, uri, price: 0n });
  },

  /** Ends a listing: the new owner did not make it. */
  nft_transfer({ nft: id, to }, operation) {
    const nft = owned(operation, id);
    return typeof nft === 'string' ? nft : store(operation, id, { ...nft, owner: to, price: 0n });
  },

  nft_list({ nft: id, price }, operation) {
    const nft = owned(operation, id);
    if (typeof nft === 'string') return nft;
    operation.journal.set(nfts, id, { ...nft, price });
    operation.emit({ type: 'listing', asset: id, price });
    return undefined;
  },

  nft_buy({ nft: id, seller, price }, operation) {
    const { journal, sender, emit } = operation;
    const nft = journal.get(nfts, id);
    if (nft === undefined) return 'not-found';
    if (nft.price === 0n) return 'not-for-sale';
    if (nft.owner !== seller) return 'seller-mismatch';
    if (nft.price !== price) return 'price-mismatch';
    const royalty = (price * BigInt(nft.royaltyBps)) / 10_000n;
    const failure =
      debitStr(operation, sender, price) ??
      creditStr(operation, nft.creator, royalty) ??
      creditStr(operation, seller, price - royalty);
    if (failure !== undefined) return failure;
    journal.set(nfts, id, { ...nft, owner: sender, price: 0n });
    emit({ type: 'sale', asset: id, seller, buyer: sender, price, royalty });
    return undefined;
  },
} satisfies KindRules;
