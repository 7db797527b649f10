/**
 * A resolved scenario as a flat file (`scenario.resolved.yaml`): every default written out, every reference inlined. Reading
 * it gives the same scenario and the same hash.
 */
import { stringify } from 'yaml';
import { writtenOptions } from './fault-options.ts';
import { canonical } from './hash.ts';
import { MEASURED } from './regions.ts';
import type { Distribution, MixEntry, RegionTable, ResolvedScenario, ScheduledFault } from './types.ts';
import { decimalText, formatAmount, formatBps, formatBytes, formatCost, formatDuration, formatShare } from './units.ts';

export function writeScenario(s: ResolvedScenario): string {
  return stringify(written(s), { version: '1.2', schema: 'core', lineWidth: 0, aliasDuplicateObjects: false, defaultKeyType: 'PLAIN' });
}

/** `undefined` keys do not reach the file. */
export function written(s: ResolvedScenario): Record<string, unknown> {
  const seconds = (n: number): string => formatDuration(n * 1_000_000);
  return clean({
    schema: s.schema,
    name: s.name,
    question: s.question,
    run: {
      seed: s.run.seed,
      duration: s.run.durationUs === undefined ? undefined : formatDuration(s.run.durationUs),
      rounds: s.run.rounds,
      warmup: formatDuration(s.run.warmupUs),
      settle: s.run.durationUs === undefined ? undefined : formatDuration(s.run.settleUs),
      wallLimit: s.run.wallLimitMs === undefined ? undefined : formatDuration(s.run.wallLimitMs * 1_000),
      isolated: s.run.isolated,
      witnesses: s.run.witnesses,
    },
    consensus: {
      roundInterval: seconds(s.params.roundIntervalSeconds),
      halfLife: seconds(s.params.halfLifeSeconds),
      finalityDepth: s.params.finalityDepth,
      gasLimitPerLedger: s.params.gasLimitPerLedger,
      txBytesMax: formatBytes(s.params.txBytesMax),
      roundBytesMax: formatBytes(s.params.roundBytesMax),
      domainTerm: seconds(s.params.domainTermSeconds),
      domainGrace: seconds(s.params.domainGraceSeconds),
      domainFee: formatAmount(s.params.domainFee),
      votingPeriod: `${s.params.votingPeriodRounds} rounds`,
      executionDelay: `${s.params.executionDelayRounds} rounds`,
      majority: formatShare(s.params.majorityBps * 100),
      quorum: formatShare(s.params.quorumBps * 100),
      bridgeTimeout: seconds(s.params.bridgeTimeoutSeconds),
      proofs: s.params.proofs,
    },
    pool: { txsMax: s.pool.txsMax, priceBump: `${s.pool.priceBumpPercent}%` },
    network: {
      totalNodes: s.network.totalNodes,
      baseNodeCapacity: s.network.capacityMeasured ? 'measured' : Number(decimalText(s.network.baseNodeCapacityMilliTpms, 3)),
      targetTPMS: s.network.targetTpms,
      activationStrategy: s.network.activationStrategy,
      simulationMode: s.network.simulationMode,
      regions: regions(s.network.regions),
      jitter: s.network.jitter,
      topology: { kind: s.network.topology.kind, outbound: Math.max(1, s.network.topology.outbound), inboundMax: s.network.topology.inboundMax },
      relay: s.network.relay,
      simblock: s.network.simblock && { blockBytes: formatBytes(s.network.simblock.blockBytes), compactShare: formatShare(s.network.simblock.compactSharePpm) },
      txGossip: { batch: formatDuration(s.network.txGossipBatchUs) },
      cost: { signature: formatCost(s.network.cost.signatureNs), execute: formatCost(s.network.cost.executeNs), message: formatCost(s.network.cost.messageNs), gas: formatCost(s.network.cost.millionGasNs), proof: formatCost(s.network.cost.proofNs), prove: formatCost(s.network.cost.proveNs), source: s.network.cost.source },
    },
    nodes: {
      mining: { count: s.nodes.mining.count, hashPower: distribution(s.nodes.mining.hashPower) },
      validator: s.nodes.validator,
      light: s.nodes.light,
      archive: s.nodes.archive,
      full: s.nodes.full,
    },
    workload: s.workload && {
      model: s.workload.model,
      accounts: { count: s.workload.accounts.count, popularity: distribution(s.workload.accounts.popularity) },
      mix: s.workload.mix.map(mixEntry),
      rate: {
        unit: 'tx/s',
        stages: s.workload.stages.map((stage) => {
          const tps = (milli: number): number => Number(decimalText(milli, 3));
          return stage.fromMilliTps === stage.toMilliTps
            ? { for: formatDuration(stage.durationUs), at: tps(stage.toMilliTps) }
            : { for: formatDuration(stage.durationUs), from: tps(stage.fromMilliTps), to: tps(stage.toMilliTps) };
        }),
      },
    },
    faults: {
      scheduled: s.faults.scheduled.map(fault),
      random: { crash: { perNodeHour: Number(decimalText(s.faults.random.crashPerNodeHourMilli, 3)) }, packet: { drop: formatShare(s.faults.random.packetDropPpm) } },
    },
    invariants: {
      always: s.invariants.always === 'all' ? 'all' : [...s.invariants.always],
      mustExercise: [...s.invariants.mustExercise],
      eventually: s.invariants.eventually.map((e) => ({ id: e.id, within: formatDuration(e.withinUs), after: e.after })),
      sometimes: [...s.invariants.sometimes],
    },
    thresholds: s.thresholds.map((t) => ({ expr: t.expr, except: [...t.exceptFaults] })),
    expect: s.expect,
    beyond: s.beyond,
  }) as Record<string, unknown>;
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => [k, clean(v)]));
}

const distribution = (d: Distribution): unknown => (d.distribution === 'zipf' ? { distribution: 'zipf', s: Number(decimalText(d.sMilli, 3)) } : { distribution: 'uniform' });

/** By its name where it is a measured table: by content, since a scenario may have come from another thread. */
const regions = (table: RegionTable): unknown =>
  MEASURED.some((measured) => canonical(measured) === canonical(table))
    ? table.name
    : {
        name: table.name,
        source: table.source,
        latency: table.latencyMs.map((row) => [...row]),
        download: table.downloadBps.map(formatBps),
        upload: table.uploadBps.map(formatBps),
        share: table.nodeSharePpm.map(formatShare),
      };

const mixEntry = (entry: MixEntry): unknown =>
  'invalid' in entry
    ? { invalid: [...entry.invalid], weight: entry.weightPpm }
    : {
        kind: entry.kind,
        token: entry.token,
        contract: entry.contract,
        function: entry.function,
        weight: entry.weightPpm,
        amount: entry.amountMedian === undefined ? undefined : { distribution: 'lognormal-table', median: formatAmount(BigInt(entry.amountMedian)) },
      };

function fault(f: ScheduledFault): unknown {
  return {
    id: f.id,
    at: formatDuration(f.atUs),
    for: formatDuration(f.forUs),
    kind: f.kind,
    ...writtenOptions(f),
  };
}
