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

/** A transaction as its bytes. Made by `decodeTransaction`, so the bytes are canonical. */
class TransactionView implements Transaction {
  readonly bytes: Uint8Array;
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
  #id: Hash | undefined;
  #idBytes: Uint8Array | undefined;
  #sender: Account | undefined;
  #payload: Payload | undefined;

  constructor(layout: Layout, senders: SenderTable, ids: Uint8Array, idAt: number, hints: Uint8Array | undefined) {
    this.bytes = layout.bytes;
    this.chainId = layout.chainId;
    this.kind = layout.kind;
    this.ledger = layout.ledger;
    this.nonce = layout.nonce;
    this.gasLimit = layout.gasLimit;
    this.gasPrice = layout.gasPrice;
    this.#payloadAt = layout.payloadAt;
    this.#payload = layout.payload;
    this.#senders = senders;
    this.ids = ids;
    this.idAt = idAt;
    this.hints = hints;
    const payloadBytes = layout.bytes.length - SIGNATURE_BYTES - layout.payloadAt;
    this.intrinsicGas = layout.kind === 'atomic' ? intrinsicGas(layout.payload!, payloadBytes) : plainGas(layout.kind, payloadBytes);
  }

  get publicKey(): Uint8Array {
    return this.bytes.subarray(PUBLIC_KEY_AT, FLAG_AT);
  }
  get signature(): Uint8Array {
    return this.bytes.subarray(this.bytes.length - SIGNATURE_BYTES);
  }
  get reference(): BlockReference | undefined {
    return this.bytes[FLAG_AT] === 0 ? undefined : readReference(new Reader(this.bytes.subarray(FLAG_AT + 1)));
  }
  get payload(): Payload {
    return (this.#payload ??= readPayload(this.kind, new Reader(this.bytes.subarray(this.#payloadAt))));
  }
  get idBytes(): Uint8Array {
    return (this.#idBytes ??= this.ids.subarray(this.idAt, this.idAt + 32));
  }
  get id(): Hash {
    return (this.#id ??= toHex(this.idBytes));
  }
  get sender(): Account {
    return (this.#sender ??= this.#senders.of(this.bytes, PUBLIC_KEY_AT));
  }
}

/** What reading the bytes once yields. */
interface Layout {
  readonly bytes: Uint8Array;
  readonly chainId: number;
  readonly kind: Kind;
  readonly ledger: Ledger;
  readonly nonce: number;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  readonly payloadAt: number;
  /** Where reading it was the way to check it. */
  readonly payload: Payload | undefined;
}

/**
 * Reads canonical signed bytes; anything else is an `encoding` error with its offset. `bytes` is kept, not copied, and
 * the byte arrays of the result are views of it. Cost: one hash for the id, and one for the sender, when it is asked for
 * and `senders` does not know the key. `hint` is R's y, 32 bytes, where it came along.
 */
export function decodeTransaction(bytes: Uint8Array, crypto: Crypto, senders = hashedSenders(crypto), hint?: Uint8Array): Result<Transaction, TransactionError> {
  const layout = layoutOf(bytes);
  return 'code' in layout ? err(layout) : ok(new TransactionView(layout, senders, crypto.sha256(bytes), 0, hint));
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

/** `decodeTransaction` of each, all ids hashed at once. `data` is kept, not copied. */
export function decodeTransactions({ data, offsets, count, hints }: PackedTransactions, crypto: Crypto, senders: SenderTable): Result<Transaction, TransactionError>[] {
  const ids = new Uint8Array(32 * count);
  crypto.sha256Many(data, offsets, count, ids);
  const decoded = new Array<Result<Transaction, TransactionError>>(count);
  for (let i = 0; i < count; i++) {
    const layout = layoutOf(data.subarray(offsets[i], offsets[i + 1]));
    decoded[i] = 'code' in layout ? err(layout) : ok(new TransactionView(layout, senders, ids, 32 * i, hints));
  }
  return decoded;
}

function layoutOf(given: Uint8Array): Layout | TransactionError {
  try {
    return read(given);
  } catch (error) {
    if (error instanceof CodecError) return { code: 'encoding', detail: error.detail, offset: error.offset };
    throw error;
  }
}

function read(given: Uint8Array): Layout {
  const input = new Reader(given);
  const chainId = input.u32();
  const kind = input.oneOf(KINDS, 'kind');
  const ledger = input.oneOf(LEDGERS, 'ledger');
  const nonce = input.u53();
  const gasLimit = input.u53();
  const gasPrice = input.u64();
  const parity = input.u8();
  if (parity !== 2 && parity !== 3) input.fail('public key not compressed', PUBLIC_KEY_AT);
  input.skip(32); // whether it is a point of the curve is the signature check's to say
  if (input.flag('reference flag')) skipReference(input);
  const payloadAt = input.offset + 4;
  const payload = isPayload(kind, input) ? undefined : input.nested32((inner) => readPayload(kind, inner));
  input.skip(SIGNATURE_BYTES);
  input.end();
  return { bytes: input.data, chainId, kind, ledger, nonce, gasLimit, gasPrice, payloadAt, payload };
}

const skipReference = (input: Reader): void => {
  input.oneOf(LEDGERS, 'ledger of the reference');
  input.u53();
  input.skip(32);
};

function readReference(input: Reader): BlockReference {
  return { ledger: input.oneOf(LEDGERS, 'ledger of the reference'), number: input.u53(), hash: toHex(input.bytes(32)) };
}
