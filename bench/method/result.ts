/** The document `stratus/bench/v1`: what `bench --json` prints, what a baseline keeps, what `compare` reads. */
import { z } from 'zod';

const interval = z.tuple([z.number(), z.number()]);

const caseSchema = z.object({
  /** Suite, work with its sizes, backend, part: `node/transfer-8192tx-4096senders/native/exec`. */
  name: z.string(),
  unit: z.string(),
  /** Measured, as opposed to virtual. */
  clock: z.literal('wall'),
  cores: z.number().int().positive(),
  /** One per round, in `unit`: on one core by processor time, on several by elapsed time. */
  samples: z.array(z.number()),
  median: z.number(),
  ci95: interval,
  p10: z.number(),
  p90: z.number(),
  /** Processor time of the whole process per item, µs, median. */
  cpuPerItemUs: z.number(),
  /** The same by stage, where the case has stages; their sum is a little less than the whole. */
  stagesUs: z.record(z.string(), z.number()),
  /** In `unit` by processor time, if all `cores` were this process's alone: on one core the median itself. */
  byCpu: z.number(),
  /** In `unit` by elapsed time: what somebody with a watch would see, other load included. Median over the rounds. */
  elapsed: z.number(),
  /** Processor time per item over that of the fixed reference beside it, one per round: comparable where times are not. */
  ratios: z.array(z.number()),
  /** µs of the reference (SHA-256 of 192 KiB, @noble/hashes), median. */
  referenceUs: z.number(),
  /** Rounds that lie far from the others (Tukey's fences): shown, never dropped. */
  outliers: z.array(z.number().int()),
  exact: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The bound that the measured limits of this machine put on the case, in `unit`, and how much of it is reached. */
  roofline: z.object({ bound: z.number(), by: z.string(), share: z.number(), stages: z.record(z.string(), z.number()) }).nullable(),
  backend: z.object({ signatures: z.string(), hashes: z.string() }),
});

export const resultSchema = z.object({
  schema: z.literal('stratus/bench/v1'),
  machine: z.object({ class: z.string(), cpu: z.string(), cores: z.number(), memoryMiB: z.number(), platform: z.string(), node: z.string() }),
  /** UTC, ISO 8601. */
  at: z.string(),
  version: z.string(),
  suites: z.array(z.string()),
  rounds: z.number().int(),
  /** Too few rounds to be evidence. */
  quick: z.boolean(),
  cases: z.array(caseSchema),
  /** Cases that this machine or build cannot run, and why. */
  absent: z.array(z.object({ name: z.string(), why: z.string() })),
  thresholds: z.array(z.object({ expr: z.string(), ok: z.boolean().nullable(), value: z.number().nullable() })),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  exitCode: z.number().int(),
});

export type CaseResult = z.infer<typeof caseSchema>;
export type BenchResult = z.infer<typeof resultSchema>;
export type Roofline = NonNullable<CaseResult['roofline']>;
