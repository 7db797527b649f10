/**
 * Reading transactions: bytes are checked to be canonical once, then stay what they are. A field that needs an object or a
 * text of its own (payload, id, reference) is made when somebody asks for it.
 */
import { toHex } from '../primitives/bytes.ts';
import { CodecError, Reader } from '../primitives/codec.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { TransactionError } from '../chain/types.ts';
import { hashedSenders, type SenderTable } from './accounts.ts';
import { PUBLIC_KEY_AT, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './encode.ts';
import { intrinsicGas, plainGas } from './gas.ts';
import { KINDS, LEDGERS, type Kind, type Ledger } from './kinds.ts';
import { isPayload, readPayload } from './payload.ts';
import type { Account, BlockReference, Hash, Payload, Transaction } from './transaction.ts';

const FLAG_AT = PUBLIC_KEY_AT + PUBLIC_KEY_BYTES;

/** A transaction as its bytes, which it checks as it is made; throws CodecError. */
class TransactionView implements Transaction {
  readonly data: Uint8Array;
  readonly at: number;
  readonly size: number;
  readonly chainId: number;
  readonly kind: Kind;
  readonly ledger: Ledger;
  readonly nonce: number;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  readonly intrinsicGas: number;
  readonly ids: Uint8Array;
  readonly idAt: number;
  readonly hints: Uint8Array | undefined;
  readonly #senders: SenderTable;
  readonly #payloadAt: number;
  #bytes: Uint8Array | undefined;
  #id: Hash | undefined;
  #idBytes: Uint8Array | undefined;
  #sender: Account | undefined;
  #payload: Payload | undefined;

  constructor(data: Uint8Array, at: number, end: number, senders: SenderTable, ids: Uint8Array, idAt: number, hints: Uint8Array | undefined) {
    const input = new Reader(data, at, end);
    this.data = input.data;
    this.at = at;
    this.size = end - at;
    this.chainId = input.u32();
    this.kind = input.oneOf(KINDS, 'kind');
    this.ledger = input.oneOf(LEDGERS, 'ledger');
    this.nonce = input.u53();
    this.gasLimit = input.u53();
    this.gasPrice = input.u64();
    const parity = input.u8();
    if (parity !== 2 && parity !== 3) input.fail('public key not compressed', at + PUBLIC_KEY_AT);
    input.skip(32); // whether it is a point of the curve is the signature check's to say
    if (input.flag('reference flag')) skipReference(input);
    this.#payloadAt = input.offset + 4;
    // Where a look is not enough to know that it is one, reading it is the way to check it.
    if (!isPayload(this.kind, input)) this.#payload = input.nested32((inner) => readPayload(this.kind, inner));
    const payloadBytes = input.offset - this.#payloadAt;
    this.intrinsicGas = this.kind === 'atomic' ? intrinsicGas(this.#payload!, payloadBytes) : plainGas(this.kind, payloadBytes);
    input.skip(SIGNATURE_BYTES);
    input.end();
    this.#senders = senders;
    this.ids = ids;
    this.idAt = idAt;
    this.hints = hints;
  }

  get bytes(): Uint8Array {
    return (this.#bytes ??= this.data.subarray(this.at, this.at + this.size));
  }
  get publicKey(): Uint8Array {
    return this.bytes.subarray(PUBLIC_KEY_AT, FLAG_AT);
  }
  get signature(): Uint8Array {
    return this.bytes.subarray(this.size - SIGNATURE_BYTES);
  }
  get reference(): BlockReference | undefined {
    const flagAt = this.at + FLAG_AT;
    return this.data[flagAt] === 0 ? undefined : readReference(new Reader(this.data, flagAt + 1));
  }
  get payload(): Payload {
    return (this.#payload ??= readPayload(this.kind, new Reader(this.data, this.#payloadAt)));
  }
  get idBytes(): Uint8Array {
    return (this.#idBytes ??= this.ids.subarray(this.idAt, this.idAt + 32));
  }
  get id(): Hash {
    return (this.#id ??= toHex(this.idBytes));
  }
  get sender(): Account {
    return (this.#sender ??= this.#senders.of(this.data, this.at + PUBLIC_KEY_AT));
  }
}

/**
 * Reads canonical signed bytes; anything else is an `encoding` error with its offset. `bytes` is kept, not copied, and
 * the byte arrays of the result are views of it. Cost: one hash for the id, and one for the sender, when it is asked for
 * and `senders` does not know the key. `hint` is R's y, 32 bytes, where it came along.
 */
export function decodeTransaction(
  bytes: Uint8Array,
  crypto: Crypto,
  senders = hashedSenders(crypto),
  hint?: Uint8Array,
): Result<Transaction, TransactionError> {
  return view(bytes, 0, bytes.length, senders, crypto.sha256(bytes), 0, hint);
}

/** Transactions one behind the other: entry i is `data[offsets[i] … offsets[i + 1])`. */
export interface PackedTransactions {
  readonly data: Uint8Array;
  /** `count` + 1 of them, ascending. */
  readonly offsets: Uint32Array;
  readonly count: number;
  /** 32 bytes each, zeros for none, where any came along. */
  readonly hints?: Uint8Array | undefined;
}

/** `decodeTransaction` of each, all ids hashed at once. `data` and `hints` are kept, not copied. */
export function decodeTransactions({ data, offsets, count, hints }: PackedTransactions, crypto: Crypto, senders: SenderTable): Result<Transaction, TransactionError>[] {
  const ids = new Uint8Array(32 * count);
  crypto.sha256Many(data, offsets, count, ids);
  const decoded = new Array<Result<Transaction, TransactionError>>(count);
  for (let i = 0; i < count; i++) decoded[i] = view(data, offsets[i], offsets[i + 1], senders, ids, 32 * i, hints);
  return decoded;
}

/** What lies from `at` to `end`; the offset of an error counts from `at`. */
function view(data: Uint8Array, at: number, end: number, senders: SenderTable, ids: Uint8Array, idAt: number, hints: Uint8Array | undefined): Result<Transaction, TransactionError> {
  try {
    return ok(new TransactionView(data, at, end, senders, ids, idAt, hints));
  } catch (error) {
    if (error instanceof CodecError) return err({ code: 'encoding', detail: error.detail, offset: error.offset - at });
    throw error;
  }
}

function skipReference(input: Reader): void {
  input.oneOf(LEDGERS, 'ledger of the reference');
  input.u53();
  input.skip(32);
}

function readReference(input: Reader): BlockReference {
  return { ledger: input.oneOf(LEDGERS, 'ledger of the reference'), number: input.u53(), hash: toHex(input.bytes(32)) };
}
