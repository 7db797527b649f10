/** Whether a foreign message carries its quorum (D20). */
import type { FailureCode } from '../../chain/types.ts';
import type { ProvenPayload } from '../../tx/payload/proven.ts';
import { isQuorum, relayersSigned } from '../../tx/relayer-signatures.ts';
import type { Operation } from '../ledger.ts';

/** The only relayer epoch there is: that of genesis. */
export const RELAYER_EPOCH = 0;

/** More than two thirds of the relayers' signatures, all valid. Counting them is cheap, so it comes first. */
export function checkProof(payload: ProvenPayload, operation: Operation): FailureCode | undefined {
  if (payload.message.epoch !== RELAYER_EPOCH) return 'bridge-epoch';
  return isQuorum(payload, operation.params.relayers) && relayersSigned(payload, operation) ? undefined : 'bridge-signatures';
}
