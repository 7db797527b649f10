/** The shape of one kind's encoding. A family of kinds is a file of such pairs. */
import type { Reader, Writer } from '../../primitives/codec.ts';
import type { Kind } from '../kinds.ts';
import type { Payload } from '../transaction.ts';

export type PayloadOf<K extends Kind> = Extract<Payload, { readonly kind: K }>;

export interface PayloadCodec<K extends Kind> {
  /** Appends the payload's fields, without its kind. */
  write(payload: PayloadOf<K>, out: Writer): void;
  /** Reads exactly what `write` writes. Throws CodecError on anything that no `write` could have written. */
  read(input: Reader): PayloadOf<K>;
  /** Length and a look at the bytes that are enough to know that `read` would succeed, where there are such. */
  readonly fixed?: FixedForm;
}

/** A payload of one length in which nearly all bytes are free. */
export interface FixedForm {
  readonly bytes: number;
  holds(data: Uint8Array, at: number): boolean;
}

/** A codec whose kind is known only while running. */
export interface AnyPayloadCodec {
  write(payload: never, out: Writer): void;
  read(input: Reader): Payload;
  readonly fixed?: FixedForm;
}

export type PayloadCodecs<K extends Kind> = { readonly [Each in K]: PayloadCodec<Each> };
