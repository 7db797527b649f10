/** Whether a foreign message carries its quorum (D20). */
import type { FailureCode } from '../../chain/types.ts';
import { fromHex } from '../../primitives/bytes.ts';
import { bridgeDigest } from '../../tx/bridge-digest.ts';
import type { Kind } from '../../tx/kinds.ts';
import type { BridgeProof } from '../../tx/transaction.ts';
import type { Operation } from '../ledger.ts';

/** The only relayer epoch there is: that of genesis. */
export const RELAYER_EPOCH = 0;

/**
 * More than two thirds of the relayers' signatures, ascending by relayer index, each once, all valid: one that is not
 * refuses the whole. Cost: one signature check each, so the quorum is counted first.
 */
export function checkProof(
  kind: Kind,
  { message, signatures }: BridgeProof,
  { params, genesisHash, crypto }: Operation,
): FailureCode | undefined {
  if (message.epoch !== RELAYER_EPOCH) return 'bridge-epoch';
  const { relayers } = params;
  if (signatures.length * 3 <= relayers.length * 2) return 'bridge-signatures';
  for (let i = 0; i < signatures.length; i++) {
    const { relayer } = signatures[i];
    if (relayer >= relayers.length || (i > 0 && relayer <= signatures[i - 1].relayer)) return 'bridge-signatures';
  }
  const digest = bridgeDigest(genesisHash, kind, message, crypto);
  for (const { relayer, signature } of signatures) {
    if (!crypto.verify(signature, digest, fromHex(relayers[relayer]))) return 'bridge-signatures';
  }
  return undefined;
}
