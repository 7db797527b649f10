/** What can be told of a transaction without any state, in D11's order of precedence. */
import { CHAIN_ID, U64_MAX, type Params } from '../params/params.ts';
import type { Crypto, SignatureBatch } from '../crypto/crypto.ts';
import { isAboveHalf, isScalar } from '../crypto/scalar.ts';
import type { TransactionError } from '../chain/types.ts';
import { Writer } from '../primitives/codec.ts';
import { digestPrefix, PUBLIC_KEY_AT, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, signingDigest } from './encode.ts';
import { routeTransaction } from './route.ts';
import type { Hash, Transaction } from './transaction.ts';

export interface StatelessContext {
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
}

/** The first rule that the transaction breaks, or undefined. Cost: one hash and one signature check. */
export function checkStateless(tx: Transaction, context: StatelessContext): TransactionError | undefined {
  const broken = checkFields(tx, context.params);
  if (broken !== undefined) return broken;
  const { crypto, genesisHash } = context;
  const digest = signingDigest(genesisHash, tx.bytes.subarray(0, tx.bytes.length - SIGNATURE_BYTES), crypto);
  return crypto.verify(tx.signature, digest, tx.publicKey) ? undefined : signatureError(tx.signature);
}

/**
 * `checkStateless` of each: digests hashed at once, signatures verified in one batch, with the hints that came along.
 */
export function checkManyStateless(transactions: readonly Transaction[], { params, genesisHash, crypto }: StatelessContext): (TransactionError | undefined)[] {
  const errors = transactions.map((tx) => checkFields(tx, params));
  const open: number[] = [];
  for (let i = 0; i < errors.length; i++) if (errors[i] === undefined) open.push(i);
  const batch = signaturesOf(open.map((i) => transactions[i]), genesisHash, crypto);
  const verdicts = new Uint8Array(open.length);
  crypto.verifyMany(batch, verdicts);
  open.forEach((i, k) => {
    if (verdicts[k] === 0) errors[i] = signatureError(transactions[i].signature);
  });
  return errors;
}

/** Everything but the signature. */
function checkFields(tx: Transaction, params: Params): TransactionError | undefined {
  const size = tx.bytes.length;
  if (size > params.txBytesMax) return { code: 'size', got: size, max: params.txBytesMax };
  if (tx.chainId !== CHAIN_ID) return { code: 'wrong-chain', got: tx.chainId };
  const home = routeTransaction(tx.payload);
  if (tx.ledger !== home) return { code: 'wrong-ledger', got: tx.ledger, expected: home };
  if (tx.gasPrice === 0n) return { code: 'price-zero' };
  if (tx.gasLimit < tx.intrinsicGas)
    return { code: 'gas-below-intrinsic', got: tx.gasLimit, intrinsic: tx.intrinsicGas };
  return BigInt(tx.gasLimit) * tx.gasPrice > U64_MAX ? { code: 'fee-overflow' } : undefined;
}

/**
 * Why a signature that does not hold does not. An r or s outside 1…n − 1 is no signature at all, so it is
 * `bad-signature` even where s is also above n / 2; `high-s` says that n − s might have held.
 */
function signatureError(signature: Uint8Array): TransactionError {
  const inRange = isScalar(signature, 0) && isScalar(signature, 32);
  return { code: inRange && isAboveHalf(signature, 32) ? 'high-s' : 'bad-signature' };
}

/** What is to be verified of the transactions. */
export function signaturesOf(transactions: readonly Transaction[], genesisHash: Hash, crypto: Crypto): SignatureBatch {
  const count = transactions.length;
  const prefix = digestPrefix(genesisHash);
  const signed = new Writer((prefix.length + 160) * count);
  const offsets = new Uint32Array(count + 1);
  const signatures = new Writer(SIGNATURE_BYTES * count);
  const publicKeys = new Writer(PUBLIC_KEY_BYTES * count);
  const hints = new Writer(32 * count);
  for (let i = 0; i < count; i++) {
    const { bytes, hints: known, idAt } = transactions[i];
    const end = bytes.length - SIGNATURE_BYTES;
    signed.part(prefix, 0, prefix.length).part(bytes, 0, end);
    offsets[i + 1] = signed.length;
    signatures.part(bytes, end, SIGNATURE_BYTES);
    publicKeys.part(bytes, PUBLIC_KEY_AT, PUBLIC_KEY_BYTES);
    hints.part(known ?? NO_HINT, known === undefined ? 0 : idAt, 32);
  }
  const digests = new Uint8Array(32 * count);
  crypto.sha256Many(signed.written, offsets, count, digests);
  return { count, signatures: signatures.written, digests, publicKeys: publicKeys.written, hints: hints.written };
}

const NO_HINT = new Uint8Array(32);
