/**
 * Parameters that governance may change (D19: a closed list), and the range that each may take (ranges: assumption).
 */
import { GAS, U64_MAX, type Params } from '../../params/params.ts';
import type { StateReader } from '../../state/state.ts';
import type { GovernedParameter } from '../../tx/transaction.ts';
import { parameters } from '../tables.ts';

/**
 * Smallest and largest value. The lowest gas limit still admits any transaction of 64 KiB, so no vote can end all
 * votes.
 */
export const PARAMETER_RANGE: Readonly<Record<GovernedParameter, readonly [min: bigint, max: bigint]>> = {
  domainFee: [0n, U64_MAX],
  quorumBps: [0n, 10_000n],
  majorityBps: [0n, 9_999n],
  gasLimitPerLedger: [BigInt(GAS.base + GAS.storage * 256 + GAS.leg * 16), 1_000_000_000_000n],
};

export function inRange(parameter: GovernedParameter, value: bigint): boolean {
  const [min, max] = PARAMETER_RANGE[parameter];
  return value >= min && value <= max;
}

/** The genesis parameters with all changes of governance up to this state. */
export function governedParams(state: StateReader, genesis: Params): Params {
  const value = (name: GovernedParameter): number => {
    const governed = state.get(parameters, name);
    return governed === undefined ? Number(genesis[name]) : Number(governed);
  };
  return {
    ...genesis,
    domainFee: state.get(parameters, 'domainFee') ?? genesis.domainFee,
    quorumBps: value('quorumBps'),
    majorityBps: value('majorityBps'),
    gasLimitPerLedger: value('gasLimitPerLedger'),
  };
}
