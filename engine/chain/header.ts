/**
 * Bytes of round headers and ledger headers (docs/encoding-rounds.md), big-endian, fixed layouts:
 *
 * round header, 336 bytes:
 *   0 version u32 · 4 parent 32 · 36 number u64 · 44 time u64 · 52 bits u32 · 56 miner 20 · 76 six ledger hashes 192
 *   268 order root 32 · 300 transaction count u32 · 304 seal 32
 * ledger header, 145 bytes:
 *   0 ledger u8 · 1 number u64 · 9 previous 32 · 41 transactions root 32 · 73 transaction count u32 · 77 receipts root 32
 *   109 receipt count u32 · 113 state root 32
 */
import { fromHex, toHex } from '../primitives/bytes.ts';
import { CodecError, Reader, Writer } from '../primitives/codec.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { LEDGERS } from '../tx/kinds.ts';
import type { Hash } from '../tx/transaction.ts';
import type { LedgerHeader, RoundError, RoundHeader } from './types.ts';

export const HEADER_VERSION = 1;
export const SEAL_BYTES = 32;
export const HEADER_BYTES = 336;
export const LEDGER_HEADER_BYTES = 145;

/** Everything but the seal: what a sampled seal is a tag over. */
export function encodeUnsealed(header: Omit<RoundHeader, 'seal'>): Uint8Array {
  const out = new Writer(HEADER_BYTES);
  out.u32(header.version).bytes(fromHex(header.parent)).u64(header.number).u64(header.time).u32(header.bits);
  out.bytes(fromHex(header.miner));
  for (const hash of header.ledgerHashes) out.bytes(fromHex(hash));
  return out.bytes(fromHex(header.orderRoot)).u32(header.transactionCount).finish();
}

export function encodeHeader(header: RoundHeader): Uint8Array {
  return new Writer(HEADER_BYTES).bytes(encodeUnsealed(header)).bytes(header.seal).finish();
}

/** The round's hash: sha256 of its header with the seal. */
export const hashHeader = (header: RoundHeader, crypto: Crypto): Hash => toHex(crypto.sha256(encodeHeader(header)));

export function decodeHeader(bytes: Uint8Array): Result<RoundHeader, RoundError> {
  return decoding(bytes, (input) => ({
    version: input.u32(),
    parent: toHex(input.bytes(32)),
    number: input.u53(),
    time: input.u53(),
    bits: input.u32(),
    miner: toHex(input.bytes(20)),
    ledgerHashes: LEDGERS.map(() => toHex(input.bytes(32))),
    orderRoot: toHex(input.bytes(32)),
    transactionCount: input.u32(),
    seal: input.bytes(SEAL_BYTES).slice(),
  }));
}

export function encodeLedgerHeader(header: LedgerHeader): Uint8Array {
  const out = new Writer(LEDGER_HEADER_BYTES);
  out.u8(LEDGERS.indexOf(header.ledger)).u64(header.number).bytes(fromHex(header.previous));
  out.bytes(fromHex(header.transactionsRoot)).u32(header.transactionCount);
  out.bytes(fromHex(header.receiptsRoot)).u32(header.receiptCount);
  return out.bytes(fromHex(header.stateRoot)).finish();
}

/** A ledger block's hash: what the round header and the ledger's next block name it by. */
export const hashLedgerHeader = (header: LedgerHeader, crypto: Crypto): Hash => toHex(crypto.sha256(encodeLedgerHeader(header)));

export function decodeLedgerHeader(bytes: Uint8Array): Result<LedgerHeader, RoundError> {
  return decoding(bytes, (input) => {
    const index = input.u8();
    return {
      ledger: LEDGERS[index] ?? input.fail(`ledger ${index}`),
      number: input.u53(),
      previous: toHex(input.bytes(32)),
      transactionsRoot: toHex(input.bytes(32)),
      transactionCount: input.u32(),
      receiptsRoot: toHex(input.bytes(32)),
      receiptCount: input.u32(),
      stateRoot: toHex(input.bytes(32)),
    };
  });
}

function decoding<T>(bytes: Uint8Array, read: (input: Reader) => T): Result<T, RoundError> {
  try {
    const input = new Reader(bytes);
    const value = read(input);
    input.end();
    return ok(value);
  } catch (error) {
    if (error instanceof CodecError) return err({ code: 'encoding', detail: error.message });
    throw error;
  }
}
