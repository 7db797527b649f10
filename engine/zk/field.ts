/** The scalar field of bn254, in which circuits compute (EIP-197's group order). */
import { FIELD_ORDER } from '../params/zk.ts';
import { toHex } from '../primitives/bytes.ts';

/** An element: 64 lower-case hex characters of an integer below `FIELD_ORDER`, big-endian. */
export type Field = string;

export const ZERO_FIELD: Field = '0'.repeat(64);

/** Texts of equal length compare as their numbers do. */
const ORDER_HEX = FIELD_ORDER.toString(16).padStart(64, '0');
const FIELD = /^[0-9a-f]{64}$/;

/** Whether it is written as the one way to write an element: a number that wraps around would be a second one. */
export const isField = (text: string): text is Field => FIELD.test(text) && text < ORDER_HEX;

/** Throws RangeError where it is no element. */
export function fieldOf(value: bigint): Field {
  if (value < 0n || value >= FIELD_ORDER) throw new RangeError(`${value} is not below the order of the field`);
  return value.toString(16).padStart(64, '0');
}

export const numberOf = (field: Field): bigint => BigInt(`0x${field}`);

/** A digest of 32 bytes without its first: 248 bits, which always fit. */
export const fieldOfDigest = (digest: Uint8Array): Field => `00${toHex(digest.subarray(1))}`;
