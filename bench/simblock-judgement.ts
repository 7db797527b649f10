/** When one case counts as reproduced (docs/validation.md). */
import { binomialInterval, closedForm, pool, staleShare, type Case, type Figures } from './simblock-comparison.ts';

/** Largest relative deviation of median and 90 % delay. */
export const DELAY_TOLERANCE = 0.1;
/** The closed form is of first order in x; beyond this it is shown, not judged. */
export const CLOSED_FORM_X_MAX = 0.15;

export interface Judgement {
  readonly case: Case;
  readonly origin: string;
  readonly reference: Figures;
  readonly ours: Figures;
  readonly medianRangeMs: readonly [number, number];
  readonly medianDeviation: number;
  readonly p90Deviation: number;
  readonly delaysPass: boolean;
  readonly oursShare: number;
  readonly referenceInterval: readonly [number, number];
  readonly stalePass: boolean;
  readonly law: { readonly x: number; readonly share: number };
  readonly oursInterval: readonly [number, number];
  /** Undefined where x is too large to judge. */
  readonly lawPass: boolean | undefined;
  readonly pass: boolean;
}

const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;

/** `reference`: SimBlock's figures, pooled; `seeds`: ours, one per seed. */
export function judge(c: Case, origin: string, reference: Figures, seeds: readonly Figures[]): Judgement {
  const ours = pool(seeds);
  const medians = seeds.map(({ medianMs }) => medianMs);
  const medianDeviation = ours.medianMs / reference.medianMs - 1;
  const p90Deviation = ours.p90Ms / reference.p90Ms - 1;
  const delaysPass = Math.abs(medianDeviation) <= DELAY_TOLERANCE && Math.abs(p90Deviation) <= DELAY_TOLERANCE;
  const referenceInterval = binomialInterval(reference.stale, reference.stale + reference.onChain);
  const oursInterval = binomialInterval(ours.stale, ours.stale + ours.onChain);
  const oursShare = staleShare(ours);
  const stalePass = within(oursShare, referenceInterval);
  const law = closedForm(ours.meanMs, c.intervalSeconds);
  const lawPass = law.x > CLOSED_FORM_X_MAX ? undefined : within(law.share, oursInterval);
  return {
    case: c,
    origin,
    reference,
    ours,
    medianRangeMs: [Math.min(...medians), Math.max(...medians)],
    medianDeviation,
    p90Deviation,
    delaysPass,
    oursShare,
    referenceInterval,
    stalePass,
    law,
    oursInterval,
    lawPass,
    pass: delaysPass && stalePass && lawPass !== false,
  };
}
