/** NFT: the collection is minted by whoever deployed it, and goes from hand to hand. */
import { free, note, noted, other, TRIES, type Acts, type Choice } from './act.ts';

const about = (id: bigint): string => `token ${id}`;

/** A token of the collection that somebody holds, and nothing is under way about. */
function heldNft(choice: Choice): { readonly id: bigint; readonly holder: number } | undefined {
  const { contract, arrival, roster } = choice;
  for (let i = 0; i < TRIES && contract.count > 0; i++) {
    const id = BigInt(1 + arrival.below(contract.count));
    const holder = choice.ask(contract, 'ownerOf', id)?.[0];
    const index = typeof holder === 'string' ? roster.indexOf.get(holder) : undefined;
    if (index !== undefined && !contract.busy.has(about(id))) return { id, holder: index };
  }
  return undefined;
}

export const nft: Acts<'nft'> = {
  mint: {
    weight: 4,
    choose(choice) {
      const { contract, arrival } = choice;
      return { contract, sender: contract.owner, name: 'mint', args: [other(choice, contract.owner), arrival.hash()], seen: () => void contract.count++ };
    },
  },
  transfer: {
    weight: 4,
    choose(choice) {
      const held = heldNft(choice);
      if (held === undefined) return nft.mint.choose(choice);
      return { contract: choice.contract, sender: held.holder, name: 'transfer', args: [other(choice, held.holder), held.id], about: about(held.id) };
    },
  },
  approve: {
    weight: 2,
    choose(choice) {
      const { contract, roster } = choice;
      const held = heldNft(choice);
      if (held === undefined) return nft.mint.choose(choice);
      const spender = other(choice, held.holder);
      const seen = (): void => note(contract, Number(held.id), roster.indexOf.get(spender));
      return { contract, sender: held.holder, name: 'approve', args: [spender, held.id], about: about(held.id), seen };
    },
  },
  transferFrom: {
    weight: 2,
    choose(choice) {
      const { contract, roster } = choice;
      const found = noted(choice);
      if (found === undefined) return nft.approve.choose(choice);
      const [id, spender] = found;
      const holder = choice.ask(contract, 'ownerOf', BigInt(id))?.[0];
      const approved = choice.ask(contract, 'approvedFor', BigInt(id))?.[0];
      if (typeof holder !== 'string' || approved !== roster.account(spender)) return nft.approve.choose(choice);
      return free(contract, { contract, sender: spender, name: 'transferFrom', args: [holder, other(choice, spender), BigInt(id)], about: about(BigInt(id)) });
    },
  },
  burn: {
    weight: 1,
    choose(choice) {
      const held = heldNft(choice);
      if (held === undefined) return nft.mint.choose(choice);
      return { contract: choice.contract, sender: held.holder, name: 'burn', args: [held.id], about: about(held.id) };
    },
  },
};
