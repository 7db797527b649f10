/**
 * The canonical encoding of transactions (docs/encoding.md), big-endian:
 *
 *   0  chain id u32 · 4 kind u8 · 5 home ledger u8 · 6 nonce u64 · 14 gas limit u64 · 22 gas price u64
 *  30  public key 33
 *  63  reference flag u8 [ ledger u8, number u64, hash 32 ] · payload length u32, payload · signature 64
 *
 * Everything before the signature is what is signed (D3). The id is the hash of the whole (D4).
 */
import { fromHex, toHex, utf8, concat } from '../primitives/bytes.ts';
import { CodecError, Reader, Writer } from '../primitives/codec.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import { accountOf } from '../crypto/address.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { TransactionError } from '../chain/types.ts';
import { intrinsicGas } from './gas.ts';
import { KINDS, LEDGERS } from './kinds.ts';
import { readPayload, writePayload } from './payload.ts';
import type { Account, BlockReference, Hash, Transaction, UnsignedTransaction } from './transaction.ts';

export const SIGNATURE_BYTES = 64;

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

/** What the sender signs: sha256("stratus-tx" ‖ genesis hash ‖ unsigned bytes) (D3). */
export function signingDigest(genesisHash: Hash, unsigned: Uint8Array, crypto: Crypto): Uint8Array {
  return crypto.sha256(concat(DOMAIN, fromHex(genesisHash), unsigned));
}

/**
 * Reads canonical signed bytes; anything else is an `encoding` error with its offset. `bytes` is kept, not copied, and
 * the byte arrays of the result are views of it. Cost: one hash for the id, and one for the sender unless `accountFor`
 * knows it.
 */
export function decodeTransaction(
  bytes: Uint8Array,
  crypto: Crypto,
  accountFor: (publicKey: Uint8Array) => Account = (publicKey) => accountOf(publicKey, crypto),
): Result<Transaction, TransactionError> {
  try {
    return ok(read(bytes, crypto, accountFor));
  } catch (error) {
    if (error instanceof CodecError) return err({ code: 'encoding', detail: error.detail, offset: error.offset });
    throw error;
  }
}

function read(bytes: Uint8Array, crypto: Crypto, accountFor: (publicKey: Uint8Array) => Account): Transaction {
  const input = new Reader(bytes);
  const chainId = input.u32();
  const kind = input.oneOf(KINDS, 'kind');
  const ledger = input.oneOf(LEDGERS, 'ledger');
  const nonce = input.u53();
  const gasLimit = input.u53();
  const gasPrice = input.u64();
  const publicKey = readPublicKey(input);
  const reference = input.flag('reference flag') ? readReference(input) : undefined;
  const payloadAt = input.offset + 4;
  const payload = input.nested32((inner) => readPayload(kind, inner));
  const payloadBytes = input.offset - payloadAt;
  const signature = input.bytes(SIGNATURE_BYTES);
  input.end();
  const idBytes = crypto.sha256(bytes);
  return {
    chainId,
    kind,
    ledger,
    nonce,
    gasLimit,
    gasPrice,
    publicKey,
    reference,
    payload,
    signature,
    bytes,
    id: toHex(idBytes),
    idBytes,
    sender: accountFor(publicKey),
    intrinsicGas: intrinsicGas(payload, payloadBytes),
  };
}

/** Compressed form only; whether it is a point of the curve is the signature check's to say. */
function readPublicKey(input: Reader): Uint8Array {
  const publicKey = input.bytes(33);
  return publicKey[0] === 2 || publicKey[0] === 3
    ? publicKey
    : input.fail('public key not compressed', input.offset - 33);
}

function readReference(input: Reader): BlockReference {
  return { ledger: input.oneOf(LEDGERS, 'ledger of the reference'), number: input.u53(), hash: toHex(input.bytes(32)) };
}
