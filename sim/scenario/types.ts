/**
 * A resolved scenario: every default filled in, every quantity in one unit (named in the field), every reference read.
 * What a run is a function of: this, the seed in it, and the code. The file format is `schema.ts`; units are parsed there.
 *
 * Times are integer microseconds of virtual time (`…Us`), shares are parts per million (`…Ppm`), rates of transactions
 * are thousandths of a transaction per second (`…MilliTps`), amounts are base units as decimal strings.
 */
import type { Kind, Token } from '../../engine/tx/kinds.ts';
import type { Params, PoolPolicy } from '../../engine/params/params.ts';
import type { ContractName } from './contracts.ts';

export const REGIONS = ['NORTH_AMERICA', 'EUROPE', 'SOUTH_AMERICA', 'ASIA_PACIFIC', 'JAPAN', 'AUSTRALIA'] as const;
export type Region = (typeof REGIONS)[number];

export const NODE_KINDS = ['full', 'mining', 'validator', 'light', 'archive'] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Why an invalid transaction of the workload must be refused; each is sent from accounts of its own. */
export const INVALID_REASONS = ['bad-signature', 'nonce-gap', 'overdraft', 'wrong-chain', 'high-s', 'replay'] as const;
export type InvalidReason = (typeof INVALID_REASONS)[number];

export type Distribution =
  | { readonly distribution: 'uniform' }
  /** Weight of rank k is k^-s, s in thousandths. */
  | { readonly distribution: 'zipf'; readonly sMilli: number };

export interface RegionTable {
  /** e.g. `measured-2019`, or the CSV's path as written. */
  readonly name: string;
  readonly source: string;
  /** One-way latency, whole ms, [from][to], regions in `REGIONS` order. */
  readonly latencyMs: readonly (readonly number[])[];
  readonly downloadBps: readonly number[];
  readonly uploadBps: readonly number[];
  /** Share of nodes in each region, ppm; adds up to 1,000,000. */
  readonly nodeSharePpm: readonly number[];
}

export interface Stage {
  readonly durationUs: number;
  readonly fromMilliTps: number;
  readonly toMilliTps: number;
}

export type MixEntry =
  | {
      readonly kind: Kind;
      readonly token: Token | undefined;
      readonly weightPpm: number;
      readonly amountMedian: string | undefined;
      /** Contract kinds: which contract, and which of its functions; undefined: any template, any function. */
      readonly contract?: ContractName | undefined;
      readonly function?: string | undefined;
    }
  | { readonly invalid: readonly InvalidReason[]; readonly weightPpm: number };

/** Which nodes a fault picks: explicit ids, regions, kinds, a share of nodes or of hash power. Several must all hold. */
export interface Selector {
  readonly nodes?: readonly number[];
  readonly regions?: readonly Region[];
  readonly kinds?: readonly NodeKind[];
  readonly shareNodesPpm?: number;
  readonly shareHashPowerPpm?: number;
}

/** Most scheduled faults of a scenario, those that are added while it runs among them. */
export const SCHEDULED_FAULTS_MAX = 200;

/** A scheduled fault. `kind` names a file in sim/faults/; the rest is that fault's own options, already in units. */
export interface ScheduledFault {
  readonly id: string;
  readonly kind: string;
  readonly atUs: number;
  readonly forUs: number;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface ResolvedScenario {
  readonly schema: 'stratus/scenario/v1';
  readonly name: string;
  readonly question: string;
  readonly run: {
    readonly seed: string;
    /** Virtual length; `undefined` where `rounds` decides. */
    readonly durationUs: number | undefined;
    /** Stop when the best chain has this many rounds and all nodes that can have heard of the last one (10 s grace). */
    readonly rounds: number | undefined;
    /** Figures of metrics leave the first `warmupUs` out. */
    readonly warmupUs: number;
    /** Extra virtual time after the workload and the last fault, for healing. Included in durationUs. */
    readonly settleUs: number;
    readonly wallLimitMs: number | undefined;
    /** Every node executes for itself (else shared by content, with witnesses). */
    readonly isolated: boolean;
    /** Isolated witnesses in a shared run. */
    readonly witnesses: number;
  };
  readonly params: Params;
  readonly pool: PoolPolicy;
  readonly network: {
    readonly totalNodes: number;
    /** Delegates check at most this many transactions per ms; thousandths of a TPMS (document: 100 TPMS = 100000). */
    readonly baseNodeCapacityMilliTpms: number;
    /** Whether that follows from `cost`, instead of being declared. */
    readonly capacityMeasured: boolean;
    /** The document's claim for the whole network, TPMS; only reported against. */
    readonly targetTpms: number;
    readonly activationStrategy: 'gradual';
    readonly simulationMode: 'full';
    readonly regions: RegionTable;
    /** Latency jitter: none, or a Pareto table with the table value as mean (SimBlock's and Gervais' shape: mean/5). */
    readonly jitter: 'none' | 'pareto';
    readonly topology: {
      readonly kind: 'random' | 'simblock';
      readonly outbound: number;
      readonly inboundMax: number;
    };
    readonly relay: 'compact' | 'full' | 'simblock';
    /** Only with relay `simblock`: SimBlock's own message flow and constants (docs/validation.md). */
    readonly simblock: { readonly blockBytes: number; readonly compactSharePpm: number } | undefined;
    readonly txGossipBatchUs: number;
    /** Virtual CPU cost, ns: per signature check, per executed transaction, per message, per million gas in contracts, per verified proof, and per proof that a sender makes (cost profile). */
    readonly cost: { readonly signatureNs: number; readonly executeNs: number; readonly messageNs: number; readonly millionGasNs: number; readonly proofNs: number; readonly proveNs: number; readonly source: string };
  };
  readonly nodes: {
    readonly mining: { readonly count: number; readonly hashPower: Distribution };
    readonly validator: { readonly count: number; readonly standby: boolean };
    readonly light: { readonly count: number };
    readonly archive: { readonly count: number };
    /** The rest of `totalNodes`. */
    readonly full: { readonly count: number; readonly standby: boolean };
  };
  readonly workload:
    | {
        readonly model: 'open';
        readonly accounts: { readonly count: number; readonly popularity: Distribution };
        readonly mix: readonly MixEntry[];
        readonly stages: readonly Stage[];
      }
    | undefined;
  readonly faults: {
    readonly scheduled: readonly ScheduledFault[];
    readonly random: { readonly crashPerNodeHourMilli: number; readonly packetDropPpm: number };
  };
  readonly invariants: {
    /** `all`, or the ids that watch. */
    readonly always: 'all' | readonly string[];
    readonly mustExercise: readonly string[];
    readonly eventually: readonly { readonly id: string; readonly withinUs: number; readonly after: string }[];
    readonly sometimes: readonly string[];
  };
  readonly thresholds: readonly { readonly expr: string; readonly exceptFaults: readonly string[] }[];
  /** `pass`, or `violation:ID`: a canary passes only if that violation is found (else exit 13). */
  readonly expect: string;
  readonly beyond: boolean;
}
