/**
 * SimBlock's own figures (dsg-titech/simblock, commit 5fc7f9f7, settings/SimulationConfiguration.java,
 * settings/NetworkConfiguration.java, node/Node.java). Figures only. Its regions are the tables `measured-2015` and
 * `measured-2019`; node count, interval, block size and the share of compact relay come from the scenario.
 */

/** Added to the latency of an inventory and of a request, ms. */
export const MESSAGE_FIXED_MS = 10;
/** Added to the transfer time of a block, a compact block or a missing part, ms. */
export const PROCESSING_MS = 2;
export const COMPACT_BLOCK_BYTES = 18_000;

/** Share of nodes of the kind `churn`, whose pools lack more; the rest are `control` nodes. Nobody really leaves. */
export const CHURN_SHARE_PPM = 976_000;
/** A compact block does not suffice, at a control node and at a churn node. */
export const COMPACT_FAILURE_PPM = { control: 130_000, churn: 270_000 } as const;
/**
 * What a churn node then lacks: entry i is the weight of i + 1 percent of the block. A control node always lacks 1 %.
 */
export const CHURN_MISSING_WEIGHTS: readonly number[] = [
  546, 66, 39, 27, 21, 17, 14, 12, 11, 10, 9, 8, 7, 7, 6, 6, 5, 5, 5, 4, 4, 4, 4, 4,
  ...Array<number>(8).fill(3),
  ...Array<number>(16).fill(2),
  ...Array<number>(48).fill(1),
];
export const CONTROL_MISSING_PERCENT = 1;

/** Hashes per ms: normal, at least 1. Every node mines. */
export const HASH_POWER = { mean: 400_000, deviation: 100_000, min: 1 } as const;

/** Share of nodes that dial at most i + 1 others, ppm (there attributed to Miller et al., 2015; used for both years). */
export const DEGREE_CUMULATIVE_PPM: readonly number[] = [
  25_000, 50_000, 75_000, 100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 700_000, 800_000, 850_000, 900_000,
  950_000, 970_000, 970_000, 980_000, 990_000, 995_000, 1_000_000,
];
