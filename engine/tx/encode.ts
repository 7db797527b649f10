/**
 * The canonical encoding of transactions (docs/encoding.md), big-endian:
 *
 *   0  chain id u32 · 4 kind u8 · 5 home ledger u8 · 6 nonce u64 · 14 gas limit u64 · 22 gas price u64
 *  30  public key 33
 *  63  reference flag u8 [ ledger u8, number u64, hash 32 ] · payload length u32, payload · signature 64
 *
 * Everything before the signature is what is signed (D3). The id is the hash of the whole (D4).
 */
import { fromHex, utf8, concat } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { KINDS, LEDGERS } from './kinds.ts';
import { writePayload } from './payload.ts';
import type { Hash, UnsignedTransaction } from './transaction.ts';

export const SIGNATURE_BYTES = 64;
export const PUBLIC_KEY_AT = 30;
export const PUBLIC_KEY_BYTES = 33;

export function encodeUnsigned(tx: UnsignedTransaction): Uint8Array {
  const out = new Writer(256);
  out.u32(tx.chainId).u8(KINDS.indexOf(tx.kind)).u8(LEDGERS.indexOf(tx.ledger));
  out.u64(tx.nonce).u64(tx.gasLimit).u64(tx.gasPrice).bytes(tx.publicKey);
  if (tx.reference === undefined) out.u8(0);
  else out.u8(1).u8(LEDGERS.indexOf(tx.reference.ledger)).u64(tx.reference.number).bytes(fromHex(tx.reference.hash));
  return out.nested32((inner) => writePayload(tx.payload, inner)).finish();
}

/** The signed bytes. */
export const encodeSigned = (unsigned: Uint8Array, signature: Uint8Array): Uint8Array => concat(unsigned, signature);

const DOMAIN = utf8('stratus-tx');

/** What stands before the unsigned bytes in the digest: "stratus-tx" ‖ genesis hash (D3). */
export const digestPrefix = (genesisHash: Hash): Uint8Array => concat(DOMAIN, fromHex(genesisHash));

/** What the sender signs: sha256("stratus-tx" ‖ genesis hash ‖ unsigned bytes) (D3). */
export function signingDigest(genesisHash: Hash, unsigned: Uint8Array, crypto: Crypto): Uint8Array {
  return crypto.sha256(concat(digestPrefix(genesisHash), unsigned));
}
