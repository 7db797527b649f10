/**
 * What relayers sign (D20): sha256("stratus-bridge" ‖ genesis hash ‖ kind u8 ‖ message fields in `BridgeMessage`
 * order).
 */
import { concat, fromHex, utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { KINDS, type Kind } from './kinds.ts';
import { writeBridgeMessage } from './payload/bridge.ts';
import type { BridgeMessage, Hash } from './transaction.ts';

const DOMAIN = utf8('stratus-bridge');

export function bridgeDigest(genesisHash: Hash, kind: Kind, message: BridgeMessage, crypto: Crypto): Uint8Array {
  const out = new Writer(160);
  out.u8(KINDS.indexOf(kind));
  writeBridgeMessage(message, out);
  return crypto.sha256(concat(DOMAIN, fromHex(genesisHash), out.finish()));
}
