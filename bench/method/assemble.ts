/** From the rounds of a work to the figures of its cases. */
import type { MeasuredRound } from './conduct.ts';
import type { Sample } from './protocol.ts';
import type { CaseResult } from './result.ts';
import { ascending, bootstrap, median, outliers, quantile } from './statistics.ts';

/** What a round says of one part: medians over its samples. */
export interface RoundFigures {
  /** CPU µs of a call. */
  readonly cpuUs: number;
  readonly wallUs: number;
  readonly referenceUs: number;
  /** Median of the samples' own ratios to the reference beside them. */
  readonly ratio: number;
}

export function figuresOf(samples: readonly Sample[]): RoundFigures {
  return {
    cpuUs: median(samples.map(({ cpuUs }) => cpuUs)),
    wallUs: median(samples.map(({ wallUs }) => wallUs)),
    referenceUs: median(samples.map(({ referenceUs }) => referenceUs)),
    ratio: median(samples.map(({ cpuUs, referenceUs }) => cpuUs / referenceUs)),
  };
}

/** The cases of a work, one per part. Rounds that disagree about anything exact are an error. */
export function casesOf(name: (part: string) => string, cores: number, rounds: readonly MeasuredRound[]): CaseResult[] {
  const { ready } = rounds[0];
  for (const round of rounds) if (exactText(round) !== exactText(rounds[0])) throw new Error(`${name('')}: rounds disagree: ${exactText(round)} and ${exactText(rounds[0])}`);
  return ready.parts.map((part, i): CaseResult => {
    const figures = rounds.map((round) => figuresOf(round.samples[i]));
    const perUnit = (us: number): number => (part.items / (us / 1_000)) * part.scale;
    const samples = figures.map(({ cpuUs, wallUs }) => perUnit(cores === 1 ? cpuUs : wallUs));
    const sorted = ascending(samples);
    return {
      name: name(part.name),
      unit: part.unit,
      clock: 'wall',
      cores,
      samples,
      median: median(samples),
      ci95: [...bootstrap(samples, median)],
      p10: quantile(sorted, 0.1),
      p90: quantile(sorted, 0.9),
      cpuPerItemUs: median(figures.map(({ cpuUs }) => cpuUs)) / part.items,
      stagesUs: stagesOf(rounds.flatMap((round) => round.samples[i]), part.items),
      byCpu: median(figures.map(({ cpuUs }) => cores * perUnit(cpuUs))),
      elapsed: median(figures.map(({ wallUs }) => perUnit(wallUs))),
      ratios: figures.map(({ ratio }) => ratio / part.items),
      referenceUs: median(figures.map(({ referenceUs }) => referenceUs)),
      outliers: outliers(samples),
      exact: { ...ready.exact, items: part.items, check: part.check },
      roofline: null,
      backend: ready.backend,
    };
  });
}

const exactText = ({ ready }: MeasuredRound): string => JSON.stringify([ready.exact, ready.parts.map(({ items, check }) => [items, check])]);

function stagesOf(samples: readonly Sample[], items: number): Record<string, number> {
  const names = Object.keys(samples[0]?.stages ?? {});
  return Object.fromEntries(names.map((stage) => [stage, median(samples.map(({ stages }) => stages[stage])) / items]));
}
