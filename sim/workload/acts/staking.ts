/** Staking: funding, staking, taking back, claiming. */
import { MEDIAN } from '../draft.ts';
import { free, note, noted, number, pay, sender, some, taking, wanted, type Acts } from './act.ts';

/** One in this many asks for its stake before it is unlocked (assumption). */
const EAGER = 16;

export const staking: Acts<'staking'> = {
  fund: {
    weight: 2,
    choose(choice) {
      const who = sender(choice);
      return who === undefined ? undefined : { contract: choice.contract, sender: who, name: 'fund', args: [], value: pay(choice, who, MEDIAN.bridge) };
    },
  },
  stake: {
    weight: 4,
    choose(choice) {
      const { contract } = choice;
      const who = sender(choice);
      if (who === undefined || contract.token === undefined) return undefined;
      const amount = wanted(choice, MEDIAN.transfer);
      return taking(choice, contract.token, amount, { contract, sender: who, name: 'stake', args: [amount], seen: () => note(contract, who) });
    },
  },
  unstake: {
    weight: 2,
    choose(choice) {
      const { contract, roster, round, arrival } = choice;
      const who = noted(choice)?.[0];
      const [staked, , unlocks] = ((who !== undefined && choice.ask(contract, 'account', roster.account(who))) || []) as readonly bigint[];
      if (who === undefined || !staked || (unlocks > BigInt(round) && !arrival.oneIn(EAGER))) return staking.stake.choose(choice);
      return free(contract, { contract, sender: who, name: 'unstake', args: [some(choice, staked)], about: `stake ${who}` });
    },
  },
  claim: {
    weight: 3,
    choose(choice) {
      const { contract, roster } = choice;
      const who = noted(choice)?.[0];
      const [, earned] = ((who !== undefined && choice.ask(contract, 'account', roster.account(who))) || []) as readonly bigint[];
      if (who !== undefined && earned) return free(contract, { contract, sender: who, name: 'claim', args: [], about: `reward ${who}` });
      return number(choice, contract, 'pool') > 0n ? staking.fund.choose(choice) : staking.stake.choose(choice);
    },
  },
};
