/** Signing transactions (WALLET ARCHITECTURE › Transaction signing; D3, D4). */
import { Bug } from '../primitives/result.ts';
import { CHAIN_ID } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { decodeTransaction } from '../tx/decode.ts';
import { encodeSigned, encodeUnsigned, signingDigest } from '../tx/encode.ts';
import { routeTransaction } from '../tx/route.ts';
import type { BlockReference, Hash, Payload, Transaction, UnsignedTransaction } from '../tx/transaction.ts';

/** What a wallet chooses; the rest follows from the payload and the chain. */
export interface TransactionFields {
  readonly nonce: number;
  readonly gasLimit: number;
  /** STR base units per gas. */
  readonly gasPrice: bigint;
  readonly payload: Payload;
  readonly reference?: BlockReference | undefined;
}

export interface SigningKey {
  readonly secretKey: Uint8Array;
  /** Compressed. */
  readonly publicKey: Uint8Array;
}

export function unsignedTransaction(fields: TransactionFields, publicKey: Uint8Array): UnsignedTransaction {
  return {
    chainId: CHAIN_ID,
    kind: fields.payload.kind,
    ledger: routeTransaction(fields.payload),
    nonce: fields.nonce,
    gasLimit: fields.gasLimit,
    gasPrice: fields.gasPrice,
    publicKey,
    reference: fields.reference,
    payload: fields.payload,
  };
}

/** Signs for the chain with the given genesis. The result is what decoding its bytes gives. */
export function signTransaction(
  fields: TransactionFields,
  key: SigningKey,
  genesisHash: Hash,
  crypto: Crypto,
): Transaction {
  return signUnsigned(unsignedTransaction(fields, key.publicKey), key.secretKey, genesisHash, crypto);
}

/** Signs exactly these fields, whatever they are: also those that a node must refuse. */
export function signUnsigned(
  unsigned: UnsignedTransaction,
  secretKey: Uint8Array,
  genesisHash: Hash,
  crypto: Crypto,
): Transaction {
  const bytes = encodeUnsigned(unsigned);
  const digest = signingDigest(genesisHash, bytes, crypto);
  const { signature, hint } = crypto.signWithHint?.(digest, secretKey) ?? { signature: crypto.sign(digest, secretKey), hint: undefined };
  const decoded = decodeTransaction(encodeSigned(bytes, signature), crypto, undefined, hint);
  if (!decoded.ok) throw new Bug(`signed a transaction that does not decode: ${decoded.error.code}`);
  return decoded.value;
}
