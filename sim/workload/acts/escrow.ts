/** Escrow: STR between two, with an arbiter. */
import type { Account } from '../../../engine/tx/transaction.ts';
import { MEDIAN } from '../draft.ts';
import { other, pay, sender, TRIES, type Acts, type Choice } from './act.ts';

/** Rounds until a buyer may take STR back out of escrow alone (assumption). */
const ESCROW_ROUNDS = 6;

const about = (id: bigint): string => `escrow ${id}`;

/** One that is open, with its parties. */
function openEscrow(choice: Choice): { readonly id: bigint; readonly parties: readonly number[]; readonly late: boolean } | undefined {
  const { contract, arrival, roster, round } = choice;
  for (let i = 0; i < TRIES && contract.count > 0; i++) {
    const id = BigInt(1 + arrival.below(contract.count));
    const found = choice.ask(contract, 'escrow', id);
    if (found === undefined || contract.busy.has(about(id))) continue;
    return { id, parties: found.slice(0, 3).map((party) => roster.indexOf.get(party as Account)!), late: BigInt(round) > (found[4] as bigint) };
  }
  return undefined;
}

export const escrow: Acts<'escrow'> = {
  open: {
    weight: 3,
    choose(choice) {
      const { contract, round } = choice;
      const who = sender(choice);
      if (who === undefined) return undefined;
      const args = [other(choice, who), other(choice, who), BigInt(round + ESCROW_ROUNDS)];
      return { contract, sender: who, name: 'open', args, value: pay(choice, who, MEDIAN.price), seen: () => void contract.count++ };
    },
  },
  release: {
    weight: 2,
    choose(choice) {
      const found = openEscrow(choice);
      if (found === undefined) return escrow.open.choose(choice);
      return { contract: choice.contract, sender: found.parties[choice.arrival.oneIn(2) ? 0 : 2], name: 'release', args: [found.id], about: about(found.id) };
    },
  },
  refund: {
    weight: 1,
    choose(choice) {
      const found = openEscrow(choice);
      if (found === undefined) return escrow.open.choose(choice);
      return { contract: choice.contract, sender: found.parties[found.late ? 0 : 1], name: 'refund', args: [found.id], about: about(found.id) };
    },
  },
};
