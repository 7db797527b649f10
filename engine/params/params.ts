/**
 * Every protocol constant, with its unit and its source: a section of the architecture document, a
 * decision id (D1…), or "assumption" where both are silent.
 *
 * `Params` holds what a genesis file may choose (a chain's identity includes them); `LIMITS` and the
 * other constants are the same on every chain.
 */

import type { ProverName } from './zk.ts';

/** Chain id of Sourceless Mainnet, and of every test network (document, title page; D3). */
export const CHAIN_ID = 1313;

/** Base units per whole token: 8 decimals (D2). */
export const UNIT = 100_000_000n;

/** Largest unsigned 64-bit integer: no amount may exceed it (D2). */
export const U64_MAX = (1n << 64n) - 1n;

/** STR minted at genesis, base units: 63,000,000,000 STR (TOKEN ECONOMICS › Token Overview). */
export const STR_SUPPLY = 63_000_000_000n * UNIT;

/** CCOS minted at genesis, base units: 63,000,000 CCOS (TOKEN ECONOMICS › Token Overview). */
export const CCOS_SUPPLY = 63_000_000n * UNIT;

/** Share of either supply held by the market account, percent (TOKEN ECONOMICS); the treasury has the rest. */
export const MARKET_PERCENT = 33n;

/** Gas (D11, D32; SMART CONTRACT PLATFORM › Gas model). */
export const GAS = {
  /** Base cost of any transaction. */
  base: 21_000,
  /** Per started `storageUnitBytes` of a storing kind's payload. */
  storage: 20_000,
  /** Bytes covered by one `storage` charge. */
  storageUnitBytes: 256,
  /** Per leg of an atomic operation (the document's "external call"). */
  leg: 2_000,
  /** For verifying a proof: 40 ms, so that a round's gas pays for 97 of them, 3.9 s (assumption). */
  proof: 2_000_000,
} as const;

/** Sizes and counts that bound what a node accepts (D11, D8, SECURITY › Rate Limiting). */
export const LIMITS = {
  /** Nonces ahead of the account's that may queue; pending transactions per address (document: 1000). */
  pendingPerAddress: 1_000,
  /** A round's time may be at most this far ahead of the node's clock, seconds (D8). */
  futureSeconds: 120,
  /** Rounds whose median time bounds the next (D8). */
  medianRounds: 11,
  /** Most legs in one atomic transaction (assumption: keeps worst-case execution linear in bytes). */
  atomicLegs: 16,
  /** Rounds below its head whose bodies a pruning node still serves (D22; the number as Bitcoin's pruned nodes, 288). */
  bodiesKept: 288,
  /** Longest NFT metadata reference, proposal title, or foreign recipient, bytes (assumption). */
  textBytes: 256,
} as const;

/** Seconds a lapsed domain can be renewed by its owner alone, and its term (D18). */
export const DOMAIN_GRACE_SECONDS = 30 * 24 * 3600;
export const DOMAIN_TERM_SECONDS = 31_536_000;

/** CCOS reward (D13; TOKEN ECONOMICS › CCOS Reward Mechanism). */
export const CCOS_REWARD = {
  /** Smallest rewarded amount, STR base units: 100 STR. */
  minAmount: 100n * UNIT,
  /** Lowest rate, basis points: 2.5 %. */
  minBps: 250,
  /** Rates in the range 250…1000 basis points, both included. */
  spanBps: 751,
} as const;

/** The treasury is divided by 2^22 for each round's subsidy (D12). */
export const SUBSIDY_SHIFT = 22n;

/** What one chain may choose; part of the genesis file and of its hash. */
export interface Params {
  /** Target seconds between rounds (D8: 30; document: 10–60). */
  readonly roundIntervalSeconds: number;
  /** ASERT half-life, seconds (D8: 3600). */
  readonly halfLifeSeconds: number;
  /** A round is final when the head is at least this many rounds above it (D7: 12). */
  readonly finalityDepth: number;
  /** Gas limit of one ledger's block in a round, per ledger (D11: 200,000,000 each). */
  readonly gasLimitPerLedger: number;
  /** Largest transaction, bytes (D11: 64 KiB). */
  readonly txBytesMax: number;
  /** Largest round body, bytes of its transactions (D11: 4 MiB). */
  readonly roundBytesMax: number;
  /** Domain term and grace, seconds (D18). */
  readonly domainTermSeconds: number;
  readonly domainGraceSeconds: number;
  /** Fee of registering or renewing a domain, STR base units, paid to STR.treasury (D18; amount: assumption, 10 STR). */
  readonly domainFee: bigint;
  /** Rounds a proposal is open to votes, starting with the round after its own (D19; default assumption: 24). */
  readonly votingPeriodRounds: number;
  /** Rounds between a vote's close and the earliest execution (D19: 12). */
  readonly executionDelayRounds: number;
  /** Votes for, of votes cast, needed to pass, basis points; strictly more than (D19; assumption: 5000). */
  readonly majorityBps: number;
  /** Votes cast, of all STR, needed for a valid vote, basis points (D19; assumption: 10, i.e. 0.1 %). */
  readonly quorumBps: number;
  /** Compressed public keys (hex) of the bridge relayers of epoch 0, ascending (D20). */
  readonly relayers: readonly string[];
  /** Seconds after which an undelivered lock may be refunded (D20; assumption: 3600). */
  readonly bridgeTimeoutSeconds: number;
  /** Whose proofs the chain takes (D33; default assumption: the stub, since every chain so far is a simulation's). */
  readonly proofs: ProverName;
}

export const DEFAULT_PARAMS: Params = {
  roundIntervalSeconds: 30,
  halfLifeSeconds: 3_600,
  finalityDepth: 12,
  gasLimitPerLedger: 200_000_000,
  txBytesMax: 64 * 1024,
  roundBytesMax: 4 * 1024 * 1024,
  domainTermSeconds: DOMAIN_TERM_SECONDS,
  domainGraceSeconds: DOMAIN_GRACE_SECONDS,
  domainFee: 10n * UNIT,
  votingPeriodRounds: 24,
  executionDelayRounds: 12,
  majorityBps: 5_000,
  quorumBps: 10,
  relayers: [],
  bridgeTimeoutSeconds: 3_600,
  proofs: 'stub',
};

/** The pool's policy: local to a node, never consensus (D16). */
export interface PoolPolicy {
  /** Most transactions in the pool (assumption). */
  readonly txsMax: number;
  /** A replacement must pay at least this much more per gas, percent (assumption; the document only says "gas price prioritization"). */
  readonly priceBumpPercent: number;
}

export const DEFAULT_POOL_POLICY: PoolPolicy = { txsMax: 200_000, priceBumpPercent: 10 };
