/**
 * From what is written to what runs: defaults, derived counts, and the cross checks that no single key can make.
 * Problems are gathered, not thrown, so that a file is mended in one go.
 */
import { DEFAULT_PARAMS, DEFAULT_POOL_POLICY, type Params } from '../../engine/params/params.ts';
import { PROOF_COST } from '../../engine/params/zk.ts';
import { FAULTS } from '../faults/index.ts';
import { functionsOf, type ContractName } from './contracts.ts';
import { resolveFault, type WrittenFault } from './fault-options.ts';
import { exceedsFinality, finalityRisk } from './finality-risk.ts';
import { INVARIANT_IDS, SOMETIMES_IDS } from './known.ts';
import { suggest } from './problem.ts';
import { tableProblem } from './regions.ts';
import type { WrittenCosts, WrittenScenario } from './schema.ts';
import { parseThreshold } from './threshold.ts';
import type { Distribution, MixEntry, RegionTable, ResolvedScenario, Selector, Stage } from './types.ts';
import { decimalText, formatDuration } from './units.ts';

/** Reports a problem at a path of the file. */
export type Complain = (path: readonly PropertyKey[], problem: string, mend: string) => void;

/** Virtual processor costs where a scenario gives none. */
const DEFAULT_COST = {
  signatureNs: 45_000,
  executeNs: 400,
  messageNs: 5_000,
  millionGasNs: 1_300_000,
  proofNs: PROOF_COST.verifyNs,
  proveNs: PROOF_COST.proveNs,
  source: 'design/throughput.md: native secp256k1 45 µs a signature, 0.4 µs for the rest of a transaction; bench/README.md: 1.3 ms a million instructions of token transfers; docs/proofs.md: Groth16 proves in 460 ms and verifies in 40; message 5 µs: assumption',
};
/** Up to this many nodes a run is isolated unless it says otherwise (invariants: witnesses). */
const ISOLATED_NODES_MAX = 16;
const WITNESSES = 3;

/** What stands in other files. */
export interface Referred {
  readonly regions: RegionTable;
  readonly cost: WrittenCosts | undefined;
}

export function resolve(written: WrittenScenario, { regions, cost }: Referred, complain: Complain): ResolvedScenario {
  const nodes = resolveNodes(written, complain);
  const { totalNodes } = written.network;
  const { baseNodeCapacity: capacity } = written.network;
  const isolated = written.run.isolated ?? totalNodes <= ISOLATED_NODES_MAX;
  const topology = written.network.topology;
  const scenario: ResolvedScenario = {
    schema: written.schema,
    name: written.name,
    question: written.question,
    run: {
      seed: written.run.seed ?? '1',
      durationUs: written.run.duration,
      rounds: written.run.rounds,
      warmupUs: written.run.warmup ?? 0,
      settleUs: written.run.settle ?? 0,
      wallLimitMs: written.run.wallLimit === undefined ? undefined : Math.ceil(written.run.wallLimit / 1_000),
      isolated,
      witnesses: isolated ? 0 : Math.min(written.run.witnesses ?? WITNESSES, totalNodes),
    },
    params: resolveParams(written),
    pool: {
      txsMax: written.pool?.txsMax ?? DEFAULT_POOL_POLICY.txsMax,
      priceBumpPercent: written.pool?.priceBump === undefined ? DEFAULT_POOL_POLICY.priceBumpPercent : Math.ceil(written.pool.priceBump / 10_000),
    },
    network: {
      totalNodes,
      baseNodeCapacityMilliTpms: capacity === 'measured' ? measuredCapacity(cost) : (capacity ?? 100_000),
      capacityMeasured: capacity === 'measured',
      targetTpms: written.network.targetTPMS ?? 1_000_000,
      activationStrategy: written.network.activationStrategy ?? 'gradual',
      simulationMode: written.network.simulationMode ?? 'full',
      regions,
      jitter: written.network.jitter ?? 'pareto',
      topology: {
        kind: topology?.kind ?? 'random',
        outbound: Math.max(0, Math.min(topology?.outbound ?? 8, totalNodes - 1)),
        inboundMax: topology?.inboundMax ?? 117,
      },
      relay: written.network.relay ?? 'compact',
      simblock: written.network.simblock && { blockBytes: written.network.simblock.blockBytes, compactSharePpm: written.network.simblock.compactShare },
      txGossipBatchUs: written.network.txGossip?.batch ?? 2_000_000,
      cost: cost ? { signatureNs: cost.signature, executeNs: cost.execute, messageNs: cost.message, millionGasNs: cost.gas ?? DEFAULT_COST.millionGasNs, proofNs: cost.proof ?? DEFAULT_COST.proofNs, proveNs: cost.prove ?? DEFAULT_COST.proveNs, source: cost.source } : DEFAULT_COST,
    },
    nodes,
    workload: written.workload && {
      model: written.workload.model ?? 'open',
      accounts: { count: written.workload.accounts.count, popularity: distribution(written.workload.accounts.popularity) },
      mix: resolveMix(written.workload.mix, complain),
      stages: resolveStages(written.workload.rate),
    },
    faults: {
      scheduled: (written.faults?.scheduled ?? []).map(resolveFault),
      random: {
        crashPerNodeHourMilli: written.faults?.random?.crash?.perNodeHour ?? 0,
        packetDropPpm: written.faults?.random?.packet?.drop ?? 0,
      },
    },
    invariants: {
      always: written.invariants?.always ?? 'all',
      mustExercise: written.invariants?.mustExercise ?? [],
      eventually: (written.invariants?.eventually ?? []).map((e) => ({ id: e.id, withinUs: e.within, after: e.after })),
      sometimes: written.invariants?.sometimes ?? [],
    },
    thresholds: (written.thresholds ?? []).map((t) => (typeof t === 'string' ? { expr: t, exceptFaults: [] } : { expr: t.expr, exceptFaults: t.except ?? [] })),
    expect: written.expect ?? 'pass',
    beyond: written.beyond ?? false,
  };
  checkTime(written, scenario, complain);
  checkNetwork(written, scenario, complain);
  checkFaults(written.faults?.scheduled ?? [], scenario, complain);
  checkNames(written, scenario, complain);
  checkFinality(scenario, complain);
  return scenario;
}

const distribution = (written: { distribution: 'uniform' } | { distribution: 'zipf'; s: number } | undefined): Distribution =>
  written?.distribution === 'zipf' ? { distribution: 'zipf', sMilli: written.s } : { distribution: 'uniform' };

function resolveParams(written: WrittenScenario): Params {
  const c = written.consensus ?? {};
  const d = DEFAULT_PARAMS;
  return {
    roundIntervalSeconds: c.roundInterval ?? d.roundIntervalSeconds,
    halfLifeSeconds: c.halfLife ?? d.halfLifeSeconds,
    finalityDepth: c.finalityDepth ?? d.finalityDepth,
    gasLimitPerLedger: c.gasLimitPerLedger ?? d.gasLimitPerLedger,
    txBytesMax: c.txBytesMax ?? d.txBytesMax,
    roundBytesMax: c.roundBytesMax ?? d.roundBytesMax,
    domainTermSeconds: c.domainTerm ?? d.domainTermSeconds,
    domainGraceSeconds: c.domainGrace ?? d.domainGraceSeconds,
    domainFee: c.domainFee ?? d.domainFee,
    votingPeriodRounds: c.votingPeriod ?? d.votingPeriodRounds,
    executionDelayRounds: c.executionDelay ?? d.executionDelayRounds,
    majorityBps: c.majority ?? d.majorityBps,
    quorumBps: c.quorum ?? d.quorumBps,
    relayers: d.relayers,
    bridgeTimeoutSeconds: c.bridgeTimeout ?? d.bridgeTimeoutSeconds,
    proofs: c.proofs ?? d.proofs,
  };
}

function resolveNodes(written: WrittenScenario, complain: Complain): ResolvedScenario['nodes'] {
  const total = written.network.totalNodes;
  const { mining, validator, light, archive, full } = written.nodes;
  const count = (size: { count?: number | undefined; share?: number | undefined } | undefined, kind: string): number => {
    if (size?.count !== undefined && size.share !== undefined) complain(['nodes', kind], `\`nodes.${kind}\` has both \`count\` and \`share\``, 'keep one of the two');
    return size?.count ?? (size?.share === undefined ? 0 : Math.floor((total * size.share) / 1_000_000));
  };
  const counts = { mining: count(mining, 'mining'), validator: count(validator, 'validator'), light: count(light, 'light'), archive: count(archive, 'archive') };
  const named = counts.mining + counts.validator + counts.light + counts.archive;
  if (counts.mining === 0) complain(['nodes', 'mining'], 'no node mines', 'give `nodes.mining` a count of at least 1');
  if (named > total) {
    complain(['nodes'], `mining ${counts.mining} + validator ${counts.validator} + light ${counts.light} + archive ${counts.archive} = ${named} nodes, but network.totalNodes is ${total}`, 'lower a count, or write shares such as `share: 10%`');
  }
  const rest = Math.max(0, total - named);
  if ((full?.count !== undefined || full?.share !== undefined) && count(full, 'full') !== rest && named <= total) {
    complain(['nodes', 'full'], `\`nodes.full\` is ${count(full, 'full')}, but ${rest} of ${total} nodes are left`, 'leave the count out: full nodes are the rest');
  }
  return {
    mining: { count: counts.mining, hashPower: distribution(mining.hashPower) },
    validator: { count: counts.validator, standby: validator?.standby ?? false },
    light: { count: counts.light },
    archive: { count: counts.archive },
    full: { count: rest, standby: full?.standby ?? false },
  };
}

/** Weights as parts per million that add up to exactly 1,000,000: the largest remainders get the rest, earlier entries first. */
function resolveMix(mix: NonNullable<WrittenScenario['workload']>['mix'], complain: Complain): MixEntry[] {
  const total = mix.reduce((sum, entry) => sum + BigInt(entry.weight), 0n);
  if (total === 0n) complain(['workload', 'mix'], 'all weights are 0', 'give at least one entry a weight');
  const exact = mix.map((entry) => (total === 0n ? 0n : BigInt(entry.weight) * 1_000_000n));
  const ppm = exact.map((e) => (total === 0n ? 0 : Number(e / total)));
  let left = total === 0n ? 0 : 1_000_000 - ppm.reduce((sum, p) => sum + p, 0);
  const order = mix.map((_, i) => i).sort((a, b) => (exact[a] % total === exact[b] % total ? a - b : exact[b] % total > exact[a] % total ? 1 : -1));
  for (const i of order) if (left-- > 0) ppm[i]++;
  return mix.map((entry, i): MixEntry => {
    if (entry.invalid) return { invalid: entry.invalid, weightPpm: ppm[i] };
    const kind = entry.kind!;
    if (kind === 'contract_deploy' || kind === 'contract_call') checkFunction(kind, entry, ['workload', 'mix', i], complain);
    return { kind, contract: entry.contract, function: entry.function, token: kind === 'transfer' ? (entry.token ?? 'STR') : undefined, weightPpm: ppm[i], amountMedian: entry.amount?.median.toString() };
  });
}

/** What is named must be a function of the contract that is named. */
function checkFunction(kind: 'contract_deploy' | 'contract_call', written: { readonly contract?: ContractName | undefined; readonly function?: string | undefined }, path: readonly PropertyKey[], complain: Complain): void {
  if (written.contract === undefined || written.function === undefined) return;
  const known = functionsOf(kind, written.contract);
  if (!known.includes(written.function)) complain([...path, 'function'], `no function \`${written.function}\` of \`${written.contract}\` in a \`${kind}\``, known.length === 0 ? 'remove `function`' : suggest(written.function, known));
}

/** Rates in thousandths of a transaction per second; a ramp starts where the stage before it ended, the first at 0. */
function resolveStages(rate: NonNullable<WrittenScenario['workload']>['rate']): Stage[] {
  const factor = rate.unit === 'tx/ms' ? 1_000 : 1;
  let level = 0;
  return rate.stages.map((stage): Stage => {
    const from = (stage.at ?? stage.from ?? level / factor) * factor;
    level = (stage.at ?? stage.to!) * factor;
    return { durationUs: stage.for, fromMilliTps: from, toMilliTps: level };
  });
}

function checkTime(written: WrittenScenario, { run, workload, params }: ResolvedScenario, complain: Complain): void {
  if ((run.durationUs === undefined) === (run.rounds === undefined)) {
    complain(['run'], run.rounds === undefined ? 'neither `run.duration` nor `run.rounds`' : 'both `run.duration` and `run.rounds`', 'give exactly one of the two');
  }
  if (params.roundIntervalSeconds === 0) complain(['consensus', 'roundInterval'], 'a round interval of 0', 'at least 1s');
  if (params.halfLifeSeconds === 0) complain(['consensus', 'halfLife'], 'a half-life of 0', 'at least 1s');
  if (params.finalityDepth === 0) complain(['consensus', 'finalityDepth'], 'a finality depth of 0', 'at least 1 round');
  if (params.txBytesMax > params.roundBytesMax) complain(['consensus', 'txBytesMax'], 'the largest transaction is larger than a round', 'raise `roundBytesMax`');
  const duration = run.durationUs;
  if (duration !== undefined && run.warmupUs + run.settleUs >= duration) {
    complain(['run'], `warmup ${formatDuration(run.warmupUs)} and settle ${formatDuration(run.settleUs)} leave nothing of ${formatDuration(duration)}`, 'lengthen `run.duration`');
  }
  const load = workload?.stages.reduce((sum, stage) => sum + stage.durationUs, 0) ?? 0;
  if (duration !== undefined && load > duration - run.settleUs) {
    complain(['workload', 'rate', 'stages'], `stages last ${formatDuration(load)}, but ${formatDuration(duration - run.settleUs)} are left before settling`, 'shorten a stage, or lengthen `run.duration`');
  }
  if (written.run.rounds !== undefined && written.run.settle !== undefined) complain(['run', 'settle'], '`settle` needs `duration`', 'remove it: a run of `rounds` ends when the last one has spread');
}

/** What one core with these costs checks and executes, thousandths of a TPMS; 0 without a profile, which is then complained about. */
const measuredCapacity = (cost: WrittenCosts | undefined): number => (cost === undefined ? 0 : Math.floor(1_000_000_000 / (cost.signature + cost.execute)));

function checkNetwork(written: WrittenScenario, { faults, network, nodes, workload }: ResolvedScenario, complain: Complain): void {
  const table = tableProblem(network.regions);
  if (table) complain(['network', 'regions'], table, 'mend the table');
  const simblock = network.relay === 'simblock';
  if (simblock !== (network.simblock !== undefined)) {
    complain(['network', simblock ? 'relay' : 'simblock'], simblock ? 'relay `simblock` needs `network.simblock`' : '`network.simblock` goes with `relay: simblock`', 'add `simblock: { blockBytes: 535kB, compactShare: 96.4% }`, or choose another relay');
  }
  if (simblock && workload) complain(['workload'], 'relay `simblock` carries rounds only', 'remove `workload`');
  if (simblock && (faults.scheduled.length > 0 || faults.random.crashPerNodeHourMilli > 0 || faults.random.packetDropPpm > 0)) {
    complain(['faults'], 'relay `simblock` knows no faults', 'remove `faults`');
  }
  if (simblock && nodes.mining.count !== network.totalNodes) complain(['nodes', 'mining'], 'with relay `simblock` every node mines', 'write `share: 100%`');
  if (!simblock && network.topology.kind === 'simblock') complain(['network', 'topology', 'kind'], 'topology `simblock` goes with `relay: simblock`', 'write `kind: random`');
  if (network.capacityMeasured && written.network.cost === undefined)
    complain(['network', 'baseNodeCapacity'], '`measured` needs a profile', 'add `cost: costs.json`, as `stratus bench node --emit-costs costs.json` writes it');
  else if (network.baseNodeCapacityMilliTpms === 0) complain(['network', 'baseNodeCapacity'], 'a capacity of 0', 'the document has 100');
  if (written.nodes.mining.hashPower?.distribution === 'zipf' && written.nodes.mining.hashPower.s === 0) complain(['nodes', 'mining', 'hashPower', 's'], 'an exponent of 0', 'write `distribution: uniform`');
}

function checkFaults(written: readonly WrittenFault[], scenario: ResolvedScenario, complain: Complain): void {
  const seen = new Set<string>();
  written.forEach((fault, i) => {
    const at = ['faults', 'scheduled', i];
    if (seen.has(fault.id)) complain([...at, 'id'], `fault id \`${fault.id}\` is used twice`, 'give each fault an id of its own');
    seen.add(fault.id);
    const { durationUs } = scenario.run;
    if (durationUs !== undefined && fault.at >= durationUs) complain([...at, 'at'], `starts at ${formatDuration(fault.at)}, after the run of ${formatDuration(durationUs)} has ended`, 'start it earlier');
    const select = fault['select'] as Selector | undefined;
    if (select) checkSelector(select, scenario, [...at, 'select'], complain);
    const wrong = FAULTS[fault.kind].problem?.(fault);
    if (wrong) complain(wrong.key === undefined ? at : [...at, wrong.key], wrong.problem, wrong.mend);
  });
}

function checkSelector(select: Selector, { network, nodes }: ResolvedScenario, path: readonly PropertyKey[], complain: Complain): void {
  const outside = select.nodes?.find((node) => node >= network.totalNodes);
  if (outside !== undefined) complain([...path, 'nodes'], `there is no node ${outside}`, `nodes are 0 to ${network.totalNodes - 1}`);
  const empty = select.kinds?.find((kind) => nodes[kind].count === 0);
  if (empty) complain([...path, 'kinds'], `there are no ${empty} nodes`, 'select a kind that the scenario has');
  if (select.shareNodesPpm === 0 || select.shareHashPowerPpm === 0) complain([...path, 'share'], 'a share of 0 selects nothing', 'remove the fault, or raise the share');
}

function checkNames(written: WrittenScenario, scenario: ResolvedScenario, complain: Complain): void {
  const faults = scenario.faults.scheduled.map((fault) => fault.id);
  const known = (ids: readonly string[], candidates: readonly string[], what: string, path: readonly PropertyKey[]): void =>
    ids.forEach((id, i) => {
      if (!candidates.includes(id)) complain([...path, i], `unknown ${what} \`${id}\``, candidates.length === 0 ? `the scenario has no ${what}` : suggest(id, candidates));
    });
  const { always, mustExercise, eventually, sometimes } = scenario.invariants;
  if (always !== 'all') known(always, INVARIANT_IDS, 'invariant', ['invariants', 'always']);
  known(mustExercise, INVARIANT_IDS, 'invariant', ['invariants', 'mustExercise']);
  known(sometimes, SOMETIMES_IDS, 'happening', ['invariants', 'sometimes']);
  if (always !== 'all') {
    const unwatched = mustExercise.findIndex((id) => !always.includes(id));
    if (unwatched >= 0) complain(['invariants', 'mustExercise', unwatched], `\`${mustExercise[unwatched]}\` must be exercised but is not watched`, 'add it to `invariants.always`');
  }
  eventually.forEach((e, i) => {
    if (!INVARIANT_IDS.includes(e.id as never)) complain(['invariants', 'eventually', i, 'id'], `unknown invariant \`${e.id}\``, suggest(e.id, INVARIANT_IDS));
    const fault = scenario.faults.scheduled.find((f) => f.id === e.after);
    if (!fault) complain(['invariants', 'eventually', i, 'after'], `unknown fault \`${e.after}\``, faults.length === 0 ? 'the scenario has no scheduled fault' : suggest(e.after, faults));
    else if (scenario.run.durationUs !== undefined && fault.atUs + fault.forUs + e.withinUs > scenario.run.durationUs) {
      complain(['invariants', 'eventually', i, 'within'], 'the bound lies after the end of the run', 'lengthen `run.duration`, or shorten the bound');
    }
  });
  scenario.thresholds.forEach((threshold, i) => {
    const path = typeof written.thresholds?.[i] === 'string' ? ['thresholds', i] : ['thresholds', i, 'expr'];
    const parsed = parseThreshold(threshold.expr);
    if (!parsed.ok) complain(path, parsed.error.problem, parsed.error.mend);
    known(threshold.exceptFaults, faults, 'fault', ['thresholds', i, 'except']);
  });
  const expected = /^violation:(.+)$/.exec(scenario.expect)?.[1];
  if (expected !== undefined && !INVARIANT_IDS.includes(expected as never)) complain(['expect'], `unknown invariant \`${expected}\``, suggest(expected, INVARIANT_IDS));
}

/** D7: more than a negligible chance of a finality conflict must be declared. */
function checkFinality(scenario: ResolvedScenario, complain: Complain): void {
  if (scenario.beyond || !exceedsFinality(scenario)) return;
  const risk = finalityRisk(scenario);
  const worst = risk.terms.reduce((a, b) => (b.probability > a.probability ? b : a));
  const index = scenario.faults.scheduled.findIndex((fault) => fault.id === worst.fault);
  complain(
    ['faults', 'scheduled', index],
    `a finality conflict has a chance of up to ${scientific(risk.probability)}, above 1e-6 (D7): the smaller side may find ${decimalText(Math.round(worst.mean * 100), 2)} rounds at finality depth ${risk.depth}`,
    'shorten the fault, raise `consensus.finalityDepth`, or declare `beyond: true`',
  );
}

/** `1.2e-7`, the same on every machine. */
export function scientific(value: number): string {
  if (value === 0) return '0';
  let exponent = 0;
  let mantissa = value;
  for (; mantissa < 0.995; exponent--) mantissa *= 10;
  for (; mantissa >= 9.95; exponent++) mantissa /= 10;
  return exponent === 0 ? mantissa.toFixed(1) : `${mantissa.toFixed(1)}e${exponent}`;
}
