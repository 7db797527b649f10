/** What can be told of a transaction without any state, in D11's order of precedence. */
import { CHAIN_ID, U64_MAX, type Params } from '../params/params.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { TransactionError } from '../chain/types.ts';
import { SIGNATURE_BYTES, signingDigest } from './encode.ts';
import { routeTransaction } from './route.ts';
import type { Hash, Transaction } from './transaction.ts';

export interface StatelessContext {
  readonly params: Params;
  readonly genesisHash: Hash;
  readonly crypto: Crypto;
}

/** The first rule that the transaction breaks, or undefined. Cost: one hash and one signature check. */
export function checkStateless(tx: Transaction, { params, genesisHash, crypto }: StatelessContext): TransactionError | undefined {
  const size = tx.bytes.length;
  if (size > params.txBytesMax) return { code: 'size', got: size, max: params.txBytesMax };
  if (tx.chainId !== CHAIN_ID) return { code: 'wrong-chain', got: tx.chainId };
  const home = routeTransaction(tx.payload);
  if (tx.ledger !== home) return { code: 'wrong-ledger', got: tx.ledger, expected: home };
  if (tx.gasPrice === 0n) return { code: 'price-zero' };
  if (tx.gasLimit < tx.intrinsicGas) return { code: 'gas-below-intrinsic', got: tx.gasLimit, intrinsic: tx.intrinsicGas };
  if (BigInt(tx.gasLimit) * tx.gasPrice > U64_MAX) return { code: 'fee-overflow' };
  if (isHighS(tx.signature)) return { code: 'high-s' };
  const digest = signingDigest(genesisHash, tx.bytes.subarray(0, size - SIGNATURE_BYTES), crypto);
  if (!crypto.verify(tx.signature, digest, tx.publicKey)) return { code: 'bad-signature' };
  return undefined;
}

/** floor(n / 2) of secp256k1's order n, big-endian. */
const HALF_ORDER = Uint8Array.from(
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    .concat([0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0]),
);
/** n itself: an s at or above it is not high but malformed. */
const ORDER = Uint8Array.from(
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]
    .concat([0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41]),
);

/** n / 2 < s < n: well-formed otherwise, but malleable (D4). */
function isHighS(signature: Uint8Array): boolean {
  return compareS(signature, HALF_ORDER) > 0 && compareS(signature, ORDER) < 0;
}

function compareS(signature: Uint8Array, bound: Uint8Array): number {
  for (let i = 0; i < 32; i++) if (signature[32 + i] !== bound[i]) return signature[32 + i] - bound[i];
  return 0;
}
