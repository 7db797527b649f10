/**
 * NFTs (D18): minting, and sales that pay the creator's royalty. A listing ends when the owner changes (silent: as
 * domains).
 */
import { nfts, type Nft } from '../../../engine/ledgers/tables.ts';
import type { Payload } from '../../../engine/tx/transaction.ts';
import type { Act, Refusal } from './act.ts';
import { move, strOf } from './transfers.ts';

export function nft(act: Act, payload: Extract<Payload, { nft: string }>): Refusal {
  const { book, sender } = act;
  const held = book.get(nfts, payload.nft);
  const set = (value: Nft): void => book.set(nfts, payload.nft, value);

  if (payload.kind === 'nft_mint') {
    if (held !== undefined) return 'already-exists';
    set({ creator: sender, owner: sender, royaltyBps: payload.royaltyBps, uri: payload.uri, price: 0n });
    return undefined;
  }
  if (held === undefined) return 'not-found';
  if (payload.kind === 'nft_buy') {
    const { seller, price } = payload;
    if (held.price === 0n) return 'not-for-sale';
    if (held.owner !== seller) return 'seller-mismatch';
    if (held.price !== price) return 'price-mismatch';
    if (strOf(book, sender) < price) return 'value-not-covered';
    const royalty = (price * BigInt(held.royaltyBps)) / 10_000n;
    set({ ...held, owner: sender, price: 0n });
    return move(act, 'STR', sender, held.creator, royalty) ?? move(act, 'STR', sender, seller, price - royalty);
  }
  if (held.owner !== sender) return 'not-owner';
  if (payload.kind === 'nft_list') set({ ...held, price: payload.price });
  else set({ ...held, owner: payload.to, price: 0n });
  return undefined;
}
