/**
 * What a random scenario is made of, as fast-check arbitraries: small numbers and flags, each of which shrinks towards
 * less (fewer nodes, fewer rounds, no fault, no limit). `compose.ts` turns them into a scenario file.
 *
 * Times of faults are shares of the loaded part of the run, so that a shorter run keeps its faults in place, and nodes are
 * taken modulo their number, so that a smaller network keeps them too.
 */
import fc from 'fast-check';
import { KINDS, type Kind } from '../../engine/tx/kinds.ts';
import { CONTRACT_NAMES, type ContractName } from '../scenario/contracts.ts';
import { INVALID_REASONS, NODE_KINDS, REGIONS, type InvalidReason, type NodeKind } from '../scenario/types.ts';

/** Which nodes a fault picks. */
export type Pick =
  | { readonly by: 'nodes'; readonly nodes: readonly number[] }
  | { readonly by: 'kind'; readonly kind: NodeKind }
  | { readonly by: 'nodes-share' | 'power-share'; readonly percent: number }
  /** Bit i picks `REGIONS[i]`. */
  | { readonly by: 'regions'; readonly mask: number };

export interface FaultChoice {
  readonly kind: 'partition' | 'crash' | 'pause';
  readonly atPermille: number;
  readonly forPermille: number;
  readonly pick: Pick;
}

export interface LoadChoice {
  /** Arrivals per round interval, at the start and at the end of the load. */
  readonly perRound: number;
  readonly perRoundAtEnd: number;
  readonly accounts: number;
  readonly zipf: boolean;
  /** `contract`: which, where the kind is one of contracts; undefined: any template. */
  readonly mix: readonly { readonly kind: Kind; readonly weight: number; readonly ccos: boolean; readonly contract: ContractName | undefined }[];
  readonly invalid: readonly InvalidReason[];
}

export interface Choices {
  readonly mining: number;
  readonly validator: number;
  readonly full: number;
  readonly light: number;
  readonly archive: number;
  readonly zipfPower: boolean;
  /** Rounds expected while there is load, and seconds between them. */
  readonly rounds: number;
  readonly intervalS: number;
  readonly halfLifeS: number;
  readonly finalityDepth: number;
  /** Terms of domains, votes and bridge, as a share of the run or in rounds; 0: the defaults, which outlast it. */
  readonly terms: { readonly domainPermille: number; readonly votingRounds: number; readonly delayRounds: number; readonly bridgePermille: number } | undefined;
  readonly gasLimit: number | undefined;
  readonly poolMax: number | undefined;
  readonly relay: 'compact' | 'full';
  readonly outbound: number;
  readonly inboundMax: number;
  readonly jitter: boolean;
  readonly old: boolean;
  readonly gossipMs: number;
  /** Validators or full nodes sleep until load wakes them, at this capacity (arrivals per round and node). */
  readonly standby: { readonly who: 'validator' | 'full'; readonly perRoundAndNode: number } | undefined;
  readonly load: LoadChoice | undefined;
  readonly faults: readonly FaultChoice[];
  readonly crashesPerNodeHour: number;
  readonly dropPercent: number;
}

/**
 * Finality that bad luck alone overtakes about once in 10^6 runs: a fork that deep needs as many stale rounds in a row, each with a
 * chance of the time a round takes to spread (0.3 s) by the interval. Anything shallower is `beyond`.
 */
export const safeDepth = (intervalS: number): number => (intervalS < 3 ? 14 : 6);

/** An empty list that fast-check knows again, so that it can go on shrinking from any choices. */
const EMPTY = fc.tuple();

/** The first alternative is the simplest one. */
const FIRST_WHEN_SHRUNK = { withCrossShrink: true };

const pick: fc.Arbitrary<Pick> = fc.oneof(
  { arbitrary: fc.record({ by: fc.constant('nodes' as const), nodes: fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 6 }) }), weight: 3 },
  { arbitrary: fc.record({ by: fc.constantFrom('power-share' as const, 'nodes-share' as const), percent: fc.integer({ min: 10, max: 90 }) }), weight: 4 },
  { arbitrary: fc.record({ by: fc.constant('kind' as const), kind: fc.constantFrom(...NODE_KINDS) }), weight: 1 },
  { arbitrary: fc.record({ by: fc.constant('regions' as const), mask: fc.integer({ min: 1, max: (1 << REGIONS.length) - 2 }) }), weight: 1 },
);

const fault: fc.Arbitrary<FaultChoice> = fc.record({
  kind: fc.oneof({ arbitrary: fc.constant('partition' as const), weight: 2 }, { arbitrary: fc.constantFrom('crash' as const, 'pause' as const), weight: 2 }),
  atPermille: fc.integer({ min: 0, max: 900 }),
  forPermille: fc.integer({ min: 10, max: 1_000 }),
  pick,
});

/** A contract must be there before it is called, and called before much comes of it: calls are a fifth, more than their share. */
const kind: fc.Arbitrary<Kind> = fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constantFrom(...KINDS), weight: 4 }, { arbitrary: fc.constant('contract_call'), weight: 1 });

const load: fc.Arbitrary<LoadChoice> = fc.record({
  perRound: fc.integer({ min: 1, max: 16 }),
  perRoundAtEnd: fc.integer({ min: 1, max: 16 }),
  accounts: fc.integer({ min: 2, max: 30 }),
  zipf: fc.boolean(),
  mix: fc.array(fc.record({ kind, weight: fc.integer({ min: 1, max: 9 }), ccos: fc.boolean(), contract: fc.constantFrom(undefined, ...CONTRACT_NAMES) }), { minLength: 1, maxLength: 12, size: 'max' }),
  invalid: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: EMPTY, weight: 1 }, { arbitrary: fc.uniqueArray(fc.constantFrom(...INVALID_REASONS), { minLength: 1 }), weight: 1 }),
});

/** Undefined in two of three, and always when shrunk. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constant(undefined), weight: 2 }, { arbitrary, weight: 1 });

/** What matters most for the size of a run comes first, since it shrinks in this order. */
export const choices: fc.Arbitrary<Choices> = fc.record({
  load: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constant(undefined), weight: 1 }, { arbitrary: load, weight: 12 }),
  faults: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: EMPTY, weight: 1 }, { arbitrary: fc.array(fault, { minLength: 1, maxLength: 4 }), weight: 3 }),
  crashesPerNodeHour: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.integer({ min: 1, max: 30 }), weight: 1 }),
  dropPercent: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 1 }),
  mining: fc.integer({ min: 1, max: 7 }),
  validator: fc.integer({ min: 0, max: 3 }),
  full: fc.integer({ min: 0, max: 3 }),
  light: fc.integer({ min: 0, max: 2 }),
  archive: fc.integer({ min: 0, max: 2 }),
  zipfPower: fc.boolean(),
  rounds: fc.integer({ min: 5, max: 25 }),
  intervalS: fc.integer({ min: 1, max: 30 }),
  halfLifeS: fc.oneof(FIRST_WHEN_SHRUNK, { arbitrary: fc.constant(3_600), weight: 2 }, { arbitrary: fc.integer({ min: 60, max: 600 }), weight: 1 }),
  finalityDepth: fc.oneof({ arbitrary: fc.integer({ min: 6, max: 48 }), weight: 6 }, { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 1 }),
  terms: fc.oneof(
    FIRST_WHEN_SHRUNK,
    { arbitrary: fc.constant(undefined), weight: 1 },
    { arbitrary: fc.record({ domainPermille: fc.integer({ min: 50, max: 500 }), votingRounds: fc.integer({ min: 2, max: 8 }), delayRounds: fc.integer({ min: 1, max: 4 }), bridgePermille: fc.integer({ min: 50, max: 500 }) }), weight: 3 },
  ),
  gasLimit: sometimes(fc.integer({ min: 500_000, max: 2_000_000 })),
  poolMax: sometimes(fc.integer({ min: 1, max: 40 })),
  relay: fc.constantFrom('compact' as const, 'full' as const),
  outbound: fc.integer({ min: 1, max: 8 }),
  inboundMax: fc.integer({ min: 1, max: 16 }),
  jitter: fc.boolean(),
  old: fc.boolean(),
  gossipMs: fc.integer({ min: 100, max: 3_000 }),
  standby: sometimes(fc.record({ who: fc.constantFrom('validator' as const, 'full' as const), perRoundAndNode: fc.integer({ min: 1, max: 8 }) })),
});
