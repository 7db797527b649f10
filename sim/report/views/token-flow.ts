/** What became of the treasuries: balances after each round of the final best chain, and what flowed to the miners. */
import { textAt, type Table } from '../../trace/columns.ts';
import { bestChain } from './contests.ts';

export interface TokenFlow {
  /** Of the best chain, genesis first. */
  readonly rounds: Int32Array;
  readonly atUs: Float64Array;
  /** Base units, exact. */
  readonly treasury: readonly bigint[];
  readonly rewardPool: readonly bigint[];
  /** Sums up to and including each round. */
  readonly subsidies: readonly bigint[];
  readonly fees: readonly bigint[];
}

/** Undefined where the run has no tokens: the relay model, or a run recorded before treasuries were. */
export function tokenFlow(table: Pick<Table<'rounds'>, 'count' | 'number' | 'canonical' | 'foundAtUs' | 'subsidy' | 'fees' | 'treasury' | 'rewardPool'>): TokenFlow | undefined {
  const rounds = bestChain(table).filter((round) => textAt(table.treasury, round) !== '');
  if (rounds.length === 0) return undefined;
  const chain = [...rounds];
  const sums = (column: BigUint64Array): bigint[] => {
    let sum = 0n;
    return chain.map((round) => (sum += column[round]));
  };
  return {
    rounds,
    atUs: Float64Array.from(rounds, (round) => table.foundAtUs[round]),
    treasury: chain.map((round) => BigInt(textAt(table.treasury, round))),
    rewardPool: chain.map((round) => BigInt(textAt(table.rewardPool, round))),
    subsidies: sums(table.subsidy),
    fees: sums(table.fees),
  };
}

/** Base units as whole tokens, for axes: differences of up to 90 million tokens are exact. */
export const wholeTokens = (base: bigint): number => Number(base) / 100_000_000;
