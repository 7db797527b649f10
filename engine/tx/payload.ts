/**
 * Payloads and their bytes: one file per family of kinds in `payload/` (docs/encoding.md). Canonical: every payload has
 * exactly one encoding, and whatever is not exactly that is refused at the first byte that shows it.
 */
import { Writer, type Reader } from '../primitives/codec.ts';
import type { Kind } from './kinds.ts';
import { atomicCodecs, legCodecs } from './payload/atomic.ts';
import type { AnyPayloadCodec, PayloadCodecs } from './payload/codec.ts';
import { contractCodecs } from './payload/contract.ts';
import { shieldedCodecs } from './payload/shielded.ts';
import { rewardedCodecs } from './payload/transfer.ts';
import type { Payload } from './transaction.ts';

export { LEG_KINDS } from './payload/atomic.ts';

const CODECS: PayloadCodecs<Kind> = { ...legCodecs, ...rewardedCodecs, ...atomicCodecs, ...contractCodecs, ...shieldedCodecs };

/** Appends the payload without its kind. */
export function writePayload(payload: Payload, out: Writer): void {
  const codec: AnyPayloadCodec = CODECS[payload.kind];
  codec.write(payload as never, out);
}

/** Inverse of `writePayload`. Throws CodecError. Byte arrays of the result are views of the input. */
export function readPayload(kind: Kind, input: Reader): Payload {
  return CODECS[kind].read(input);
}

/**
 * Passes over a payload with its length before it, if a look at the bytes shows that it is one. False says nothing, and
 * leaves the input where it was: read it.
 */
export function isPayload(kind: Kind, input: Reader): boolean {
  const { fixed } = CODECS[kind] as AnyPayloadCodec;
  const { data, offset } = input;
  if (fixed === undefined || input.left < 4 + fixed.bytes) return false;
  if (data[offset] !== 0 || data[offset + 1] !== 0 || data[offset + 2] !== 0 || data[offset + 3] !== fixed.bytes) return false;
  if (!fixed.holds(data, offset + 4)) return false;
  input.skip(4 + fixed.bytes);
  return true;
}

/** Canonical bytes of a payload, without its kind. */
export function encodePayload(payload: Payload): Uint8Array {
  const out = new Writer(128);
  writePayload(payload, out);
  return out.finish();
}
