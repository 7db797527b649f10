/** What can be told of a transaction without any state, in D11's order of precedence. */
import { CHAIN_ID, U64_MAX, type Params } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { isAboveHalf, isScalar } from '../crypto/scalar.ts';
import type { TransactionError } from '../chain/types.ts';
import { SIGNATURE_BYTES, signingDigest } from './encode.ts';
import { routeTransaction } from './route.ts';
import type { Hash, Transaction } from './transaction.ts';

export interface StatelessContext {
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
}

/**
 * The first rule that the transaction breaks, or undefined. Cost: one hash and one signature check. An r or s outside
 * 1…n − 1 is no signature at all, so it is `bad-signature` even where s is also above n / 2; `high-s` says that n − s
 * might have held.
 */
export function checkStateless(
  tx: Transaction,
  { params, genesisHash, crypto }: StatelessContext,
): TransactionError | undefined {
  const size = tx.bytes.length;
  if (size > params.txBytesMax) return { code: 'size', got: size, max: params.txBytesMax };
  if (tx.chainId !== CHAIN_ID) return { code: 'wrong-chain', got: tx.chainId };
  const home = routeTransaction(tx.payload);
  if (tx.ledger !== home) return { code: 'wrong-ledger', got: tx.ledger, expected: home };
  if (tx.gasPrice === 0n) return { code: 'price-zero' };
  if (tx.gasLimit < tx.intrinsicGas)
    return { code: 'gas-below-intrinsic', got: tx.gasLimit, intrinsic: tx.intrinsicGas };
  if (BigInt(tx.gasLimit) * tx.gasPrice > U64_MAX) return { code: 'fee-overflow' };
  if (!isScalar(tx.signature, 0) || !isScalar(tx.signature, 32)) return { code: 'bad-signature' };
  if (isAboveHalf(tx.signature, 32)) return { code: 'high-s' };
  const digest = signingDigest(genesisHash, tx.bytes.subarray(0, size - SIGNATURE_BYTES), crypto);
  if (!crypto.verify(tx.signature, digest, tx.publicKey)) return { code: 'bad-signature' };
  return undefined;
}
