/** What can be told of a transaction without any state, in D11's order of precedence. */
import { CHAIN_ID, U64_MAX, type Params } from '../params/params.ts';
import type { Crypto, SignatureBatch } from '../crypto/crypto.ts';
import { isAboveHalf, isScalar } from '../crypto/scalar.ts';
import type { TransactionError } from '../chain/types.ts';
import { digestPrefix, PUBLIC_KEY_AT, SIGNATURE_BYTES, signingDigest } from './encode.ts';
import type { Kind } from './kinds.ts';
import { addRelayerRows, noteVerdict, openProofs } from './relayer-signatures.ts';
import { routeTransaction } from './route.ts';
import { nextRows, type SignatureRows } from './signature-rows.ts';
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
 * `checkStateless` of each: digests hashed at once, signatures verified in one batch, with the hints that came along; so
 * are the relayers' signatures under foreign messages (D20), whose verdicts the rule then finds.
 */
export function checkManyStateless(transactions: readonly Transaction[], context: StatelessContext): (TransactionError | undefined)[] {
  const { batch, settle } = openStateless(transactions, context);
  const verdicts = new Uint8Array(batch.count);
  context.crypto.verifyMany(batch, verdicts);
  return settle(verdicts);
}

/**
 * `checkManyStateless` in two parts, where the signatures are verified elsewhere: what `settle` is given is the batch's verdicts.
 * The batch must be read before the next one is opened.
 */
export interface OpenStateless {
  readonly batch: SignatureBatch;
  settle(verdicts: Uint8Array): (TransactionError | undefined)[];
}

export function openStateless(transactions: readonly Transaction[], context: StatelessContext): OpenStateless {
  const errors = transactions.map((tx) => checkFields(tx, context.params));
  const open: number[] = [];
  for (let i = 0; i < errors.length; i++) if (errors[i] === undefined) open.push(i);
  const prefix = digestPrefix(context.genesisHash);
  const rows = nextRows();
  for (const i of open) addRow(transactions[i], prefix, rows);
  const proofs = open.flatMap((i) => (PROVEN_KINDS.has(transactions[i].kind) ? openProofs(transactions[i].payload, context) : []));
  for (const proof of proofs) addRelayerRows(proof, context, rows);
  return {
    batch: rows.batch(context.crypto),
    settle(verdicts) {
      open.forEach((i, row) => {
        if (verdicts[row] === 0) errors[i] = signatureError(transactions[i].signature);
      });
      let row = open.length;
      for (const proof of proofs) {
        noteVerdict(proof, context, verdicts, row);
        row += proof.signatures.length;
      }
      return errors;
    },
  };
}

/** Kinds with a foreign message, or legs that may have one. */
const PROVEN_KINDS: ReadonlySet<Kind> = new Set<Kind>(['bridge_unlock', 'bridge_mint', 'bridge_refund', 'atomic']);

/** The sender's signature. */
function addRow({ data, at, size, hints, idAt }: Transaction, prefix: Uint8Array, rows: SignatureRows): void {
  const signed = size - SIGNATURE_BYTES;
  rows.signed.part(prefix, 0, prefix.length).part(data, at, signed);
  rows.add(data, at + signed, data, at + PUBLIC_KEY_AT, hints, idAt);
}

/** Everything but the signature. */
function checkFields(tx: Transaction, params: Params): TransactionError | undefined {
  const { size } = tx;
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
