/** Token: transfers mostly; who holds none gets some from whoever deployed it. */
import { MEDIAN } from '../draft.ts';
import { balance, free, note, noted, number, other, PART, sender, some, wanted, type Acts } from './act.ts';

/** One token transfer in this many asks for more than there is (assumption). */
const OVERDRAWN = 16;

export const token: Acts<'token'> = {
  transfer: {
    weight: 10,
    choose(choice) {
      const { contract, arrival } = choice;
      const drawn = sender(choice);
      if (drawn === undefined) return undefined;
      const who = balance(choice, contract, drawn) > 0n ? drawn : contract.owner;
      const held = balance(choice, contract, who);
      return { contract, sender: who, name: 'transfer', args: [other(choice, who), arrival.oneIn(OVERDRAWN) ? held + 1n : some(choice, held)] };
    },
  },
  approve: {
    weight: 2,
    choose(choice) {
      const { contract, roster } = choice;
      const who = sender(choice);
      if (who === undefined) return undefined;
      const spender = other(choice, who);
      const seen = (): void => note(contract, who, roster.indexOf.get(spender));
      return { contract, sender: who, name: 'approve', args: [spender, wanted(choice, MEDIAN.transfer)], seen };
    },
  },
  transferFrom: {
    weight: 2,
    choose(choice) {
      const { contract, roster } = choice;
      const found = noted(choice);
      if (found === undefined) return token.approve.choose(choice);
      const [holder, spender] = found;
      const allowed = number(choice, contract, 'allowance', roster.account(holder), roster.account(spender));
      if (allowed === 0n) return token.approve.choose(choice);
      const amount = some(choice, allowed);
      const from = roster.account(holder);
      if (balance(choice, contract, holder) < amount) return { contract, sender: contract.owner, name: 'transfer', args: [from, amount * PART] };
      const about = `allowance ${holder} ${spender}`;
      return free(contract, { contract, sender: spender, name: 'transferFrom', args: [from, other(choice, holder), amount], about });
    },
  },
  mint: {
    weight: 1,
    choose(choice) {
      const { contract } = choice;
      return { contract, sender: contract.owner, name: 'mint', args: [other(choice, contract.owner), wanted(choice, MEDIAN.transfer)] };
    },
  },
  burn: {
    weight: 1,
    choose(choice) {
      const { contract } = choice;
      const drawn = sender(choice);
      if (drawn === undefined) return undefined;
      const held = balance(choice, contract, drawn);
      return held === 0n ? token.transfer.choose(choice) : { contract, sender: drawn, name: 'burn', args: [some(choice, held)] };
    },
  },
};
