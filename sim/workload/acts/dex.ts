/** DEX: swaps both ways, and those who provide for them. */
import { UNIT } from '../../../engine/params/params.ts';
import { MEDIAN } from '../draft.ts';
import { balance, free, note, noted, number, pay, sender, some, taking, wanted, type Acts } from './act.ts';

/** First liquidity of a pool: base units of STR, and tokens for each (assumption). */
const POOL_STR = 1_000_000n * UNIT;
const POOL_PRICE = 4n;
/** A swap accepts this part less than what it would get now (assumption: half a percent). */
const SLIPPAGE = 200n;

export const dex: Acts<'dex'> = {
  addLiquidity: {
    weight: 2,
    choose(choice) {
      const { contract, roster } = choice;
      const who = sender(choice);
      const [str, tokens] = (choice.ask(contract, 'reserves') ?? []) as readonly bigint[];
      if (who === undefined || contract.token === undefined || str === undefined) return undefined;
      const value = str === 0n ? roster.affordableStr(who, POOL_STR) : pay(choice, who, MEDIAN.price * 4n);
      const needed = str === 0n ? value * POOL_PRICE : (value * tokens) / str + 1n;
      const most = str === 0n ? needed : needed + needed / SLIPPAGE;
      const first = str === 0n && { about: 'first liquidity' };
      return taking(choice, contract.token, most, { contract, sender: who, name: 'addLiquidity', args: [most, 0n], value, ...first, seen: () => note(contract, who) });
    },
  },
  removeLiquidity: {
    weight: 1,
    choose(choice) {
      const { contract, roster } = choice;
      const provider = noted(choice)?.[0];
      const shares = provider === undefined ? 0n : number(choice, contract, 'sharesOf', roster.account(provider));
      if (provider === undefined || shares < 1_000n) return dex.addLiquidity.choose(choice);
      return free(contract, { contract, sender: provider, name: 'removeLiquidity', args: [some(choice, shares), 0n, 0n], about: `shares ${provider}` });
    },
  },
  buy: {
    weight: 6,
    choose(choice) {
      const { contract } = choice;
      const who = sender(choice);
      if (who === undefined) return undefined;
      const value = pay(choice, who, MEDIAN.transfer);
      const quote = number(choice, contract, 'quoteBuy', value);
      return quote === 0n ? dex.addLiquidity.choose(choice) : { contract, sender: who, name: 'buy', args: [quote - quote / SLIPPAGE], value };
    },
  },
  sell: {
    weight: 6,
    choose(choice) {
      const { contract } = choice;
      const who = sender(choice);
      if (who === undefined || contract.token === undefined) return undefined;
      const tokens = wanted(choice, MEDIAN.transfer) * POOL_PRICE;
      if (balance(choice, contract.token, who) < tokens) return dex.buy.choose(choice);
      const quote = number(choice, contract, 'quoteSell', tokens);
      if (quote === 0n) return dex.buy.choose(choice);
      return taking(choice, contract.token, tokens, { contract, sender: who, name: 'sell', args: [tokens, quote - quote / SLIPPAGE] });
    },
  },
};
