/**
 * C2 staking contracts: what accounts have staked adds up to the pool's figure, which the contract holds in tokens; rewards
 * come out of what was funded, and out of nothing else.
 *
 * Once per distinct round, of the contracts that it touched. The pool's STR (what is left to give, and what was given and not
 * claimed) may only change by what `Funded` and `Claimed` events tell. That the contract's account covers it: C4. Not checked: that
 * each got the right share of a round's reward.
 */
import { accountAt, letter, touchedContracts, u64 } from './internal/contracts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

const [POOL, ACCOUNT, CONFIG, BALANCE] = ['g', 'k', 'c', 'b'].map(letter);
/** Places in the pool's entry and in an account's (staking.ts). */
const AT = { staked: 0, left: 8, owed: 16, earned: 8 } as const;
/** In events: behind the account. */
const AMOUNT = 20;

export const contractStaking: InvariantFactory = () => ({
  id: 'C2',
  title: 'staked tokens are there, and rewards were funded',
  roundExecuted(round, result, parent, report) {
    for (const contract of touchedContracts(result, parent)) {
      if (contract.template !== 'staking') continue;
      report.evaluated();
      const at = `${contract.account} in ${roundText(round)}`;
      const where = { round: round.index };
      const pool = contract.after(POOL);

      const stakes = contract.growth(ACCOUNT, AT.staked);
      const staked = contract.growth(POOL, AT.staked);
      if (stakes !== staked) report.violation(`stakes of ${at} that changed by ${staked}, as the pool’s sum`, String(stakes), where);
      const told = contract.told('Staked', AMOUNT) - contract.told('Unstaked', AMOUNT);
      if (told !== staked) report.violation(`a sum of stakes of ${at} that changed by ${told}, as its events tell`, String(staked), where);

      const token = accountAt(contract.after(CONFIG));
      const held = u64(contract.after(`${BALANCE}${contract.account}`, token));
      if (held < u64(pool, AT.staked)) report.violation(`at least ${u64(pool, AT.staked)} staked tokens held by ${at}`, String(held), where);

      const rewards = contract.growth(POOL, AT.left) + contract.growth(POOL, AT.owed);
      const funded = contract.told('Funded', AMOUNT) - contract.told('Claimed', AMOUNT);
      if (rewards !== funded) report.violation(`rewards of ${at} that changed by ${funded}, funded less claimed`, String(rewards), where);
      for (const { key, after } of contract.entries) {
        if (key.startsWith(ACCOUNT) && u64(after, AT.earned) > u64(pool, AT.owed)) {
          const seen = `${key.slice(2)}: ${u64(after, AT.earned)}`;
          report.violation(`no account of ${at} that earned more than the ${u64(pool, AT.owed)} owed to all`, seen, where);
        }
      }
    }
  },
});
