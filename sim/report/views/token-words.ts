/** What became of the tokens, in sentences. Amounts are base units, times virtual µs. */
import { tokens } from '../format.ts';
import { RATE_MAX_BPS, RATE_MIN_BPS, type RewardRates } from './reward-rates.ts';
import type { TokenFlow } from './token-flow.ts';
import { counted } from './words.ts';

/** Cut, not rounded, to two decimals: `1,237,810.70`. */
export function tokensText(base: bigint): string {
  const [whole, fraction = ''] = tokens(String(base < 0n ? -base : base)).split('.');
  return `${base < 0n ? '−' : ''}${whole}${fraction === '' ? '' : `.${fraction.slice(0, 2).padEnd(2, '0')}`}`;
}

interface TreasuryTotals {
  readonly paid: bigint;
  readonly subsidies: bigint;
  /** Subsidies less what it lost: domain fees, less what governance allocated. */
  readonly tookIn: bigint;
}

function treasuryTotals({ treasury, subsidies }: TokenFlow): TreasuryTotals {
  const [paid, out] = [treasury[0] - treasury[treasury.length - 1], subsidies[subsidies.length - 1]];
  return { paid, subsidies: out, tookIn: out - paid };
}

export function treasuryFinding(flow: TokenFlow): string {
  const { paid, subsidies, tookIn } = treasuryTotals(flow);
  const more = tokensText(tookIn < 0n ? -tookIn : tookIn);
  const other = tookIn === 0n ? '' : tookIn > 0n ? `, and took in ${more} STR more than it gave out otherwise` : `, and gave out ${more} STR more than it took in otherwise`;
  return `The treasury lost ${tokensText(paid)} of ${tokensText(flow.treasury[0])} STR: it paid ${tokensText(subsidies)} STR of subsidies${other}`;
}

const YEAR_US = 31_536_000 * 1e6;

export function poolFinding({ rewardPool, atUs }: TokenFlow): string {
  const [start, end] = [rewardPool[0], rewardPool[rewardPool.length - 1]];
  const paid = start - end;
  if (paid === 0n) return `No CCOS reward was paid: the pool still holds ${tokensText(end)} CCOS`;
  if (end === 0n) return `The CCOS pool is empty: all ${tokensText(start)} CCOS are paid out`;
  const years = (Number(end) / Number(paid)) * (atUs[atUs.length - 1] / YEAR_US);
  const rest = years >= 2 ? `${counted(Math.round(years), 'year')}` : `${counted(Math.round(years * 365), 'day')}`;
  return `${tokensText(paid)} of ${tokensText(start)} CCOS were paid as rewards; at this rate the pool lasts another ${rest}`;
}

const percent = (bps: number): string => `${(bps / 100).toFixed(2)} %`;
const SHARE = 3;

export function ratesFinding({ count, mean, outside, verdict }: RewardRates): string {
  const range = `${percent(RATE_MIN_BPS)} to ${percent(RATE_MAX_BPS)}`;
  switch (verdict) {
    case 'none': return 'No CCOS reward was paid';
    case 'too-few': return `${counted(count, 'reward')}, too few to judge their rates`;
    case 'uniform': return `${counted(count, 'reward')} from ${range}: no sign that any rate is favoured`;
    case 'doubtful': return `${counted(count, 'reward')} from ${range}: less even than in 95 of 100 fair runs, as happens to one in twenty`;
    case 'not-uniform':
      if (outside > 0) return `${counted(outside, 'reward')} outside ${range}: the rule is broken`;
      return `${counted(count, 'reward')}, unevenly spread over ${range} (mean ${percent(mean ?? 0)}): fairness would do this in fewer than one of 100 runs`;
  }
}

/** The test behind the sentence. */
export function ratesDetail({ count, mean, distance, bound5, bound1 }: RewardRates): string {
  if (count === 0) return 'rewards by rate (D13)';
  const [d, b5, b1] = [distance, bound5, bound1].map((share) => share.toFixed(SHARE));
  return `mean ${percent(mean!)}, expected 6.25 %; Kolmogorov–Smirnov distance ${d}, where chance stays below ${b5} in 95 % and ${b1} in 99 % of fair runs`;
}
