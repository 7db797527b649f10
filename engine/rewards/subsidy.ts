/** The round subsidy (D12): no STR is created after genesis, so it leaves the treasury. */
import { SUBSIDY_SHIFT } from '../params/params.ts';

/** floor(STR.treasury / 2^22), base units. */
export const subsidyOf = (treasury: bigint): bigint => treasury >> SUBSIDY_SHIFT;
