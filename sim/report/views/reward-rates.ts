/**
 * CCOS reward rates against the uniform expectation (D13): `bps = 250 + (u64 mod 751)`, so each of the 751 whole basis
 * points from 2.50 % to 10.00 % is as likely as every other. `lower` and `counts` are those of the histogram `ccos.reward.rate`.
 *
 * The statement is that of Kolmogorov and Smirnov: the largest distance between the share of rewards up to a rate and the
 * share expected. Critical values c / √n for large n: 1.358 (5 %), 1.628 (1 %) (Smirnov 1948, table of estimation); for
 * values that repeat, as here, they are wider than needed, so an alarm is never more frequent than said.
 */
export const RATE_MIN_BPS = 250;
export const RATE_MAX_BPS = 1_000;
const RATES = RATE_MAX_BPS - RATE_MIN_BPS + 1;
/** Fewer rewards than this say nothing about their distribution (assumption: the usual bound for the critical values). */
const ENOUGH = 35;

export interface RateBin {
  /** Basis points, both included. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly expected: number;
}

export interface RewardRates {
  readonly count: number;
  readonly bins: readonly RateBin[];
  /** Rewards outside 2.50–10.00 %: none, unless a rule is broken. */
  readonly outside: number;
  readonly mean: number | undefined;
  /** Largest distance of the two cumulative shares, the bound it would exceed by chance in 5 % of runs, and in 1 %. */
  readonly distance: number;
  readonly bound5: number;
  readonly bound1: number;
  readonly verdict: 'none' | 'too-few' | 'uniform' | 'doubtful' | 'not-uniform';
}

/** `width` basis points per bin; the last bin takes what remains. */
export function rewardRates({ lower, counts }: { readonly lower: ArrayLike<number>; readonly counts: ArrayLike<number> }, width = 50): RewardRates {
  const bins = Array.from({ length: Math.floor(RATES / width) }, (_, i, last = i === Math.floor(RATES / width) - 1) => ({
    from: RATE_MIN_BPS + i * width,
    to: last ? RATE_MAX_BPS : RATE_MIN_BPS + (i + 1) * width - 1,
    count: 0,
  }));
  let count = 0;
  let outside = 0;
  let sum = 0;
  const byRate = new Float64Array(RATES);
  for (let i = 0; i < lower.length; i++) {
    const bps = lower[i];
    count += counts[i];
    sum += bps * counts[i];
    if (bps < RATE_MIN_BPS || bps > RATE_MAX_BPS) {
      outside += counts[i];
      continue;
    }
    byRate[bps - RATE_MIN_BPS] += counts[i];
    bins[Math.min(bins.length - 1, Math.floor((bps - RATE_MIN_BPS) / width))].count += counts[i];
  }
  let seen = 0;
  let distance = 0;
  byRate.forEach((n, i) => {
    seen += n;
    if (count > 0) distance = Math.max(distance, Math.abs(seen / count - (i + 1) / RATES));
  });
  const bound5 = 1.358 / Math.sqrt(Math.max(1, count));
  const bound1 = 1.628 / Math.sqrt(Math.max(1, count));
  return {
    count,
    bins: bins.map((bin) => ({ ...bin, expected: (count * (bin.to - bin.from + 1)) / RATES })),
    outside,
    mean: count === 0 ? undefined : sum / count,
    distance,
    bound5,
    bound1,
    verdict: count === 0 ? 'none' : outside > 0 ? 'not-uniform' : count < ENOUGH ? 'too-few' : distance <= bound5 ? 'uniform' : distance <= bound1 ? 'doubtful' : 'not-uniform',
  };
}
