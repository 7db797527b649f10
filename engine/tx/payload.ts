/**
 * Payloads and their bytes: one file per family of kinds in `payload/` (docs/encoding.md). Canonical: every payload has
 * exactly one encoding, and whatever is not exactly that is refused at the first byte that shows it.
 */
import { Writer, type Reader } from '../primitives/codec.ts';
import type { Kind } from './kinds.ts';
import { atomicCodecs, legCodecs } from './payload/atomic.ts';
import type { AnyPayloadCodec, PayloadCodecs } from './payload/codec.ts';
import { contractCodecs } from './payload/contract.ts';
import { rewardedCodecs } from './payload/transfer.ts';
import type { Payload } from './transaction.ts';

export { LEG_KINDS } from './payload/atomic.ts';

const CODECS: PayloadCodecs<Kind> = { ...legCodecs, ...rewardedCodecs, ...atomicCodecs, ...contractCodecs };

/** Appends the payload without its kind. */
export function writePayload(payload: Payload, out: Writer): void {
  const codec: AnyPayloadCodec = CODECS[payload.kind];
  codec.write(payload as never, out);
}

/** Inverse of `writePayload`. Throws CodecError. Byte arrays of the result are views of the input. */
export function readPayload(kind: Kind, input: Reader): Payload {
  return CODECS[kind].read(input);
}

/** Canonical bytes of a payload, without its kind. */
export function encodePayload(payload: Payload): Uint8Array {
  const out = new Writer(128);
  writePayload(payload, out);
  return out.finish();
}
