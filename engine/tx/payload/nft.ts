/** NFTs: minting, giving, listing and buying (D18 › Sales). */
import { LIMITS } from '../../params/params.ts';
import type { Reader } from '../../primitives/codec.ts';
import type { PayloadCodecs } from './codec.ts';
import { readAccount, readHash, readText, writeHex, writeText } from './fields.ts';

type NftKind = 'nft_mint' | 'nft_transfer' | 'nft_list' | 'nft_buy';

/** A share of the price, in basis points. */
function readRoyaltyBps(input: Reader): number {
  const bps = input.u16();
  return bps <= 10_000 ? bps : input.fail(`royalty of ${bps} basis points`, input.offset - 2);
}

export const nftCodecs: PayloadCodecs<NftKind> = {
  nft_mint: {
    write: ({ nft, royaltyBps, uri }, out) => void writeText(uri, writeHex(nft, out).u16(royaltyBps)),
    read: (input) => ({
      kind: 'nft_mint',
      nft: readHash(input),
      royaltyBps: readRoyaltyBps(input),
      uri: readText(input, LIMITS.textBytes),
    }),
  },
  nft_transfer: {
    write: ({ nft, to }, out) => void writeHex(to, writeHex(nft, out)),
    read: (input) => ({ kind: 'nft_transfer', nft: readHash(input), to: readAccount(input) }),
  },
  nft_list: {
    write: ({ nft, price }, out) => void writeHex(nft, out).u64(price),
    read: (input) => ({ kind: 'nft_list', nft: readHash(input), price: input.u64() }),
  },
  nft_buy: {
    write: ({ nft, seller, price }, out) => void writeHex(seller, writeHex(nft, out)).u64(price),
    read: (input) => ({ kind: 'nft_buy', nft: readHash(input), seller: readAccount(input), price: input.u64() }),
  },
};
