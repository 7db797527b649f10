/**
 * The scenario file: every key, what it takes, and what it means. Strict: an unknown key is an error. Input is what
 * people write (cli-and-files), output the integers of `units.ts`; defaults and cross checks are in `resolve.ts`.
 */
import { z } from 'zod';
import { PROVERS } from '../../engine/params/zk.ts';
import { KINDS, TOKENS } from '../../engine/tx/kinds.ts';
import { amount, bytes, cost, count, decimal, duration, positiveDuration, rate, rounds, seconds, share, shareBps } from './fields.ts';
import { CONTRACT_FUNCTIONS, CONTRACT_NAMES, HOSTILE_MODULES } from './contracts.ts';
import { scheduledFault } from './fault-options.ts';
import { INVALID_REASONS, REGIONS, SCHEDULED_FAULTS_MAX } from './types.ts';

export const SCHEMA_ID = 'stratus/scenario/v1';
/** Most nodes of a network: 75 times the document's first activation target. */
export const NODES_MAX = 100_000;

const seed = z
  .union([z.string(), z.int()], { error: () => 'expected a seed such as `"2026"`' })
  .meta({ description: 'Any text of letters, digits, `-` and `_`, at most 64. Quote long numbers.', examples: ['2026'] })
  .transform(String)
  .refine((text) => /^[A-Za-z0-9_-]{1,64}$/.test(text), { error: 'not a seed: letters, digits, `-` and `_`, at most 64' });

const run = z.strictObject({
  seed: seed.optional(),
  duration: positiveDuration('Length of the run.').optional(),
  rounds: count(1, 1_000_000, 'Takes the place of `duration`: stop when the best chain has this many rounds.').optional(),
  warmup: duration('Left out of the figures.').optional(),
  settle: duration('Part of `duration` at its end, without load: for healing.').optional(),
  wallLimit: positiveDuration('Real time after which the run gives up (exit 31); the only key that is not virtual.').optional(),
  isolated: z.boolean().meta({ description: 'Every node executes for itself. Default: networks of at most 16 nodes.' }).optional(),
  witnesses: count(0, 64, 'Isolated nodes in a shared run. Default 3.').optional(),
});

const consensus = z.strictObject({
  roundInterval: seconds('Target between rounds (D8: 30 s).').optional(),
  halfLife: seconds('Half-life of the difficulty adjustment (D8: 1 h).').optional(),
  finalityDepth: rounds('Rounds above a final one (D7: 12).').optional(),
  gasLimitPerLedger: count(21_000, 1_000_000_000_000, 'Per ledger and round (D11: 200,000,000).').optional(),
  txBytesMax: bytes('Largest transaction (D11: 64 KiB).').optional(),
  roundBytesMax: bytes('Largest round body (D11: 4 MiB).').optional(),
  domainTerm: seconds('Term of a domain (D18: 1 year).').optional(),
  domainGrace: seconds('After expiry only the owner can renew (D18: 30 days).').optional(),
  domainFee: amount('Of registering or renewing a domain (assumption: 10 STR).').optional(),
  votingPeriod: rounds('A proposal is open to votes (D19).').optional(),
  executionDelay: rounds('Between the close of a vote and its effect (D19: 12).').optional(),
  majority: shareBps('Votes for, of votes cast; strictly more passes (D19).').optional(),
  quorum: shareBps('Votes cast, of all STR (D19).').optional(),
  bridgeTimeout: seconds('After which an undelivered lock may be refunded (D20).').optional(),
  proofs: z.enum(PROVERS).meta({ description: 'Whose proofs shielded transfers carry (D33): `stub` proves nothing and says so, `groth16` is real and proved ahead of the run, half a second each.' }).optional(),
});

const pool = z.strictObject({
  txsMax: count(1, 10_000_000, 'Most transactions in a pool.').optional(),
  priceBump: share('A replacement must pay at least this much more per gas.').optional(),
});

const regionTable = z.strictObject({
  name: z.string().min(1).max(200),
  source: z.string().min(1).max(2_000).meta({ description: 'Where the figures come from.' }),
  latency: z.array(z.array(count(0, 60_000, 'One way, ms.')).length(REGIONS.length)).length(REGIONS.length).meta({ description: `Rows from, columns to, in the order ${REGIONS.join(', ')}.` }),
  download: z.array(rate('Per region.')).length(REGIONS.length),
  upload: z.array(rate('Per region.')).length(REGIONS.length),
  share: z.array(share('Of the nodes, per region; together 100%.')).length(REGIONS.length),
});

const costs = z.strictObject({
  signature: cost('Virtual processor time of a signature check.'),
  execute: cost('… of executing a transaction.'),
  message: cost('… of a message.'),
  gas: cost('… of a million gas in contracts.').optional(),
  proof: cost('… of verifying a proof (`npm run bench:zk`: 40 ms).').optional(),
  prove: cost('… of making one, on the sender’s own machine (460 ms).').optional(),
  source: z.string().min(1).max(500),
});
/** A cost profile's file: JSON, which is YAML too. */
export const costFileSchema = costs.extend({ schema: z.literal('stratus/costs/v1') });
export type WrittenCosts = z.output<typeof costs>;

const network = z.strictObject({
  totalNodes: count(1, NODES_MAX, 'All nodes, whatever their kind.'),
  baseNodeCapacity: z.union([
    z.literal('measured'),
    decimal(3, 'a number of TPMS, or `measured`', '100', 'Transactions per ms that a delegate checks (document: 100); `measured`: as many as the profile of `cost` allows it.', 1_000_000_000n),
  ]).optional(),
  targetTPMS: count(1, 1_000_000_000, "The document's claim for the network; only reported against.").optional(),
  activationStrategy: z.enum(['gradual']).optional(),
  simulationMode: z.enum(['full']).optional(),
  regions: z.union([z.string(), regionTable]).meta({ description: '`measured-2019`, `measured-2015`, the path of a CSV (sim/scenario/regions.ts), or a table.' }).optional(),
  jitter: z.enum(['none', 'pareto']).optional(),
  topology: z
    .strictObject({
      kind: z.enum(['random', 'simblock']).optional(),
      outbound: count(1, 1_000, 'Connections that a node opens.').optional(),
      inboundMax: count(1, 10_000, 'Most connections that it accepts.').optional(),
    })
    .optional(),
  relay: z.enum(['compact', 'full', 'simblock']).optional(),
  simblock: z
    .strictObject({ blockBytes: bytes('Size of every block.'), compactShare: share('Nodes that relay compact blocks.') })
    .meta({ description: 'Only with relay `simblock`.' })
    .optional(),
  txGossip: z.strictObject({ batch: positiveDuration('Transactions are announced in batches this long.') }).optional(),
  cost: z.union([z.string(), costs]).meta({ description: 'The path of a profile that `stratus bench --emit-costs` wrote, or the costs.' }).optional(),
});

const distribution = z.union([
  z.strictObject({ distribution: z.literal('uniform') }),
  z.strictObject({ distribution: z.literal('zipf'), s: decimal(3, 'an exponent', '1.1', 'Weight of rank k is k^-s.', 10_000n) }),
]);

const size = { count: count(0, NODES_MAX, 'How many.').optional(), share: share('Of all nodes, rounded down.').optional() };
const standby = z.boolean().meta({ description: 'Asleep until the activation rule wakes them (D15).' }).optional();
const nodes = z.strictObject({
  mining: z.strictObject({ ...size, hashPower: distribution.optional() }),
  validator: z.strictObject({ ...size, standby }).optional(),
  light: z.strictObject(size).optional(),
  archive: z.strictObject(size).optional(),
  full: z.strictObject({ ...size, standby }).meta({ description: 'The rest; a count given here must be that rest.' }).optional(),
});

const weight = decimal(6, 'a weight', '50', 'Relative; weights need not add up to 100.', 1_000_000_000_000n);
const mixEntry = z
  .strictObject({
    kind: z.enum(KINDS).optional(),
    token: z.enum(TOKENS).optional(),
    contract: z
      .enum(CONTRACT_NAMES)
      .meta({ description: 'Of `contract_deploy` and `contract_call`: a template (engine/starw/contracts; deployed when first asked for), `hostile` (attacks) or `none` (no contract: must fail). Default: any template.', examples: ['dex'] })
      .optional(),
    function: z
      .string()
      .meta({ description: `Of \`contract\`; default: any, by weights of their own. ${CONTRACT_NAMES.filter((name) => CONTRACT_FUNCTIONS[name].length > 0).map((name) => `${name}: ${CONTRACT_FUNCTIONS[name].join(', ')}`).join('; ')}. Of a \`contract_deploy\` of hostile: ${HOSTILE_MODULES.join(', ')}.`, examples: ['buy'] })
      .optional(),
    weight,
    amount: z.strictObject({ distribution: z.literal('lognormal-table'), median: amount('Half of the amounts are below it.') }).optional(),
    invalid: z.array(z.enum(INVALID_REASONS)).min(1).optional(),
  })
  .refine((entry) => (entry.kind === undefined) !== (entry.invalid === undefined), { error: 'an entry has either `kind` or `invalid`' })
  .refine((entry) => entry.invalid === undefined || (entry.token === undefined && entry.amount === undefined), { error: '`invalid` takes only `weight`' })
  .refine((entry) => entry.token === undefined || entry.kind === 'transfer', { error: 'only `transfer` takes a `token`' })
  .refine((entry) => entry.contract === undefined || entry.kind === 'contract_deploy' || entry.kind === 'contract_call', { error: 'only `contract_deploy` and `contract_call` take a `contract`' })
  .refine((entry) => entry.function === undefined || entry.contract !== undefined, { error: '`function` goes with `contract`' });

const level = decimal(3, 'a rate', '20', 'In `rate.unit`, with at most three decimals.', 100_000_000_000n);
const stage = z
  .strictObject({ for: positiveDuration('How long.'), at: level.optional(), from: level.optional(), to: level.optional() })
  .refine((s) => (s.at === undefined) !== (s.to === undefined), { error: 'a stage has either `at` (steady) or `to` (a ramp)' })
  .refine((s) => s.from === undefined || s.to !== undefined, { error: '`from` goes with `to`' });

const workload = z.strictObject({
  model: z.enum(['open']).meta({ description: 'Arrivals never wait for answers.' }).optional(),
  accounts: z.strictObject({ count: count(2, 1_000_000, 'Seeded accounts that sign for real.'), popularity: distribution.optional() }),
  mix: z.array(mixEntry).min(1).max(200),
  rate: z.strictObject({ unit: z.enum(['tx/s', 'tx/ms']), stages: z.array(stage).min(1).max(200) }),
});

const invariantId = z.string().regex(/^[A-Z][0-9]{1,2}$/, { error: 'not the id of an invariant, such as `S1`' });
const faults = z.strictObject({
  scheduled: z.array(scheduledFault).max(SCHEDULED_FAULTS_MAX).optional(),
  random: z
    .strictObject({
      crash: z.strictObject({ perNodeHour: decimal(3, 'a rate', '0.2', 'Crashes per node and hour.', 1_000_000n) }).optional(),
      packet: z.strictObject({ drop: share('Messages lost.') }).optional(),
    })
    .optional(),
});

const invariants = z.strictObject({
  always: z.union([z.literal('all'), z.array(invariantId)]).optional(),
  mustExercise: z.array(invariantId).optional(),
  eventually: z.array(z.strictObject({ id: invariantId, within: positiveDuration('Bound.'), after: z.string() })).optional(),
  sometimes: z.array(z.string()).optional(),
});

const threshold = z.union([z.string(), z.strictObject({ expr: z.string(), except: z.array(z.string()).optional() })]);

export const scenarioSchema = z
  .strictObject({
    schema: z.literal(SCHEMA_ID),
    extends: z.string().meta({ description: 'Another scenario, relative to this file; keys here win.' }).optional(),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: 'not a name: lower-case letters, digits and hyphens, at most 64' }),
    question: z.string().min(1).max(1_000).meta({ description: 'The question that the run answers.' }),
    description: z.string().max(10_000).optional(),
    run,
    consensus: consensus.optional(),
    pool: pool.optional(),
    network,
    nodes,
    workload: workload.optional(),
    faults: faults.optional(),
    invariants: invariants.optional(),
    thresholds: z.array(threshold).max(200).optional(),
    expect: z.string().regex(/^(pass|violation:[A-Z][0-9]{1,2})$/, { error: 'expected `pass`, or `violation:` and an invariant such as `violation:S1`' }).optional(),
    beyond: z.boolean().meta({ description: 'The faults exceed what the protocol claims to bear (D7).' }).optional(),
  })
  .meta({ title: 'Stratus scenario', description: 'One run of the Stratus Testbed. Quantities carry units; unknown and repeated keys are errors.' });

export type WrittenScenario = z.output<typeof scenarioSchema>;
