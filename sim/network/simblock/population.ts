/** Who takes part in a relay-model run: every node mines, with normally distributed power. */
import { exp } from '../../kernel/exact-math.ts';
import { pick, pickTable, type PickTable } from '../../kernel/distributions.ts';
import { PURPOSE, draw32, type DrawKey } from '../../kernel/draw.ts';
import type { ResolvedScenario } from '../../scenario/types.ts';
import { CHURN_SHARE_PPM, HASH_POWER } from './constants.ts';
import { dealClasses, dealFlags, WHOLE_NETWORK } from './shuffle.ts';

export interface RelayPopulation {
  /** Index into REGIONS. */
  readonly region: Uint8Array;
  /** Share of all hash power; adds up to 1. */
  readonly power: Float64Array;
  /** Relays compact blocks, with peers that do so too. */
  readonly compact: readonly boolean[];
  /** More often lacks transactions of a compact block, and more of them. */
  readonly churn: readonly boolean[];
}

export function relayPopulation(scenario: ResolvedScenario, key: DrawKey): RelayPopulation {
  const { totalNodes, regions, simblock } = scenario.network;
  let sum = 0;
  const cumulative = regions.nodeSharePpm.map((ppm) => (sum += ppm));
  return {
    region: Uint8Array.from(dealClasses(totalNodes, cumulative, key, PURPOSE.region)),
    power: shares(hashPowers(totalNodes, key)),
    compact: dealFlags(totalNodes, simblock!.compactSharePpm, key, WHOLE_NETWORK, PURPOSE.relay),
    churn: dealFlags(totalNodes, CHURN_SHARE_PPM, key, WHOLE_NETWORK - 1, PURPOSE.relay),
  };
}

/** Steps of the normal distribution's grid: hundredths of the deviation, to 6 deviations either way. */
const STEPS = 100;
const DEVIATIONS_MAX = 6;

/** Weights of the standard normal density on the grid; `pick` gives (z + 6) × 100. */
function normalTable(): PickTable {
  return pickTable(
    Array.from({ length: 2 * DEVIATIONS_MAX * STEPS + 1 }, (_, i) => {
      const z = i / STEPS - DEVIATIONS_MAX;
      return exp((-z * z) / 2);
    }),
  );
}

function hashPowers(count: number, key: DrawKey): Float64Array {
  const table = normalTable();
  return Float64Array.from({ length: count }, (_, node) => {
    const hundredths = pick(table, draw32(key, node, PURPOSE.hashPower, 0)) - DEVIATIONS_MAX * STEPS;
    return Math.max(HASH_POWER.min, HASH_POWER.mean + (HASH_POWER.deviation / STEPS) * hundredths);
  });
}

function shares(powers: Float64Array): Float64Array {
  let total = 0;
  for (const power of powers) total += power;
  return powers.map((power) => power / total);
}
