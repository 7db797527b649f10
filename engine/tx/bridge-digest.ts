/**
 * What relayers sign (D20): sha256("stratus-bridge" ‖ genesis hash ‖ kind u8 ‖ message fields in `BridgeMessage`
 * order).
 */
import { utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { KINDS, type Kind } from './kinds.ts';
import { writeBridgeMessage } from './payload/bridge.ts';
import type { BridgeMessage, Hash } from './transaction.ts';

const DOMAIN = utf8('stratus-bridge');

/** The bytes that are hashed. */
export function writeBridgeDigest(genesisHash: Hash, kind: Kind, message: BridgeMessage, out: Writer): void {
  writeBridgeMessage(message, out.bytes(DOMAIN).hex(genesisHash).u8(KINDS.indexOf(kind)));
}

export function bridgeDigest(genesisHash: Hash, kind: Kind, message: BridgeMessage, crypto: Crypto): Uint8Array {
  const out = new Writer(256);
  writeBridgeDigest(genesisHash, kind, message, out);
  return crypto.sha256(out.written);
}
