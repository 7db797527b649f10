/**
 * Values that pass between a contract and those who call it: their types, their bytes and how people write them.
 *
 * Bytes are those of the SDK (`contracts/sdk/contract.ts`): values side by side, integers little-endian, `bytes` and `text`
 * with their length before them as u16. So the same value has the same bytes wherever it stands, and a list of values has
 * one reading only.
 */
import { fromHex, isHex, toHex, utf8, utf8Decode } from '../primitives/bytes.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import type { Account } from '../tx/transaction.ts';

/**
 * A value as a program holds it: an account's 40 hex digits, bytes as lower-case hex, text as it is, an integer as bigint.
 */
export type AbiValue = string | bigint | boolean;

/** What is wrong with a value, and what to write instead. */
export interface ValueError {
  readonly code: 'value';
  readonly problem: string;
  readonly mend: string;
}

/** Knows accounts by what people call them: an address, a name. */
export type AccountNames = (text: string) => Result<Account, ValueError>;

/** Longest `bytes` or `text`: what their length can say. */
const BLOB_MAX = 0xffff;

interface TypeRule {
  /** Bytes of every value; undefined: a length comes first. */
  readonly size: number | undefined;
  /** Example for error texts. */
  readonly example: string;
  /** The bytes (of `bytes` and `text` without their length) of a value, if it is one of this type. */
  write(value: AbiValue): Uint8Array | undefined;
  /** Undefined: no value of this type has these bytes. */
  read(data: Uint8Array): AbiValue | undefined;
  /** A value as people write it. */
  parse(text: string, accounts: AccountNames): AbiValue | ValueError | undefined;
}

function integer(bits: number): TypeRule {
  const size = bits / 8;
  return {
    size,
    example: '1000',
    write(value) {
      if (typeof value !== 'bigint' || value < 0n || value >> BigInt(bits) !== 0n) return undefined;
      let rest = value;
      return Uint8Array.from({ length: size }, () => {
        const byte = Number(rest & 0xffn);
        rest >>= 8n;
        return byte;
      });
    },
    read: (data) => data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
    parse: (text) => (/^(\d+(_\d+)*|0x[0-9a-f]+)$/i.test(text) ? BigInt(text.replaceAll('_', '')) : undefined),
  };
}

/** Bytes written as hex, `size` of them. */
const hex = (size: number | undefined, example: string): Pick<TypeRule, 'size' | 'example' | 'write' | 'read'> => ({
  size,
  example,
  write: (value) => (typeof value === 'string' && isHex(value, size ?? value.length >>> 1) ? fromHex(value) : undefined),
  read: toHex,
});
const written = (text: string): string => text.replace(/^0x/, '').toLowerCase();

const RULES = {
  /** 20 bytes: what the 40 hex digits of a zk13str address stand for (D1). */
  address: {
    ...hex(20, 'zk13str_…, 40 hex digits, or a name'),
    parse(text, accounts) {
      const found = accounts(text);
      return found.ok ? found.value : found.error;
    },
  },
  /** One byte, 0 or 1. */
  bool: {
    size: 1,
    example: 'true',
    write: (value) => (typeof value === 'boolean' ? Uint8Array.of(value ? 1 : 0) : undefined),
    read: ([byte]) => (byte > 1 ? undefined : byte === 1),
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  },
  u8: integer(8),
  u16: integer(16),
  u32: integer(32),
  u64: integer(64),
  /** A hash mostly. */
  bytes32: { ...hex(32, '64 hex digits'), parse: written },
  /** At most 65,535. */
  bytes: { ...hex(undefined, '0xc0ffee'), parse: written },
  /** UTF-8, at most 65,535 bytes. */
  text: {
    size: undefined,
    example: 'hello',
    write: (value) => (typeof value === 'string' ? utf8(value) : undefined),
    read: utf8Decode,
    parse: (text) => text,
  },
} as const satisfies Readonly<Record<string, TypeRule>>;

export type AbiType = keyof typeof RULES;
export const ABI_TYPES = Object.keys(RULES) as readonly AbiType[];
const ruleOf = (type: AbiType): TypeRule => RULES[type];

/** Bytes that every value of a type has; undefined: they differ. */
export const sizeOf = (type: AbiType): number | undefined => ruleOf(type).size;

/** A value's bytes; undefined where it is none of this type. */
export function encodeValue(type: AbiType, value: AbiValue): Uint8Array | undefined {
  const { size, write } = ruleOf(type);
  const bytes = write(value);
  if (bytes === undefined || size !== undefined) return bytes;
  if (bytes.length > BLOB_MAX) return undefined;
  const whole = new Uint8Array(2 + bytes.length);
  whole[0] = bytes.length & 0xff;
  whole[1] = bytes.length >>> 8;
  whole.set(bytes, 2);
  return whole;
}

/** The value at `at`, and where it ends; undefined where there is none of this type. */
export function decodeValue(type: AbiType, data: Uint8Array, at: number): { readonly value: AbiValue; readonly end: number } | undefined {
  const { size, read } = ruleOf(type);
  const start = size === undefined ? at + 2 : at;
  if (start > data.length) return undefined;
  const end = start + (size ?? (data[at] | (data[at + 1] << 8)));
  if (end > data.length) return undefined;
  const value = read(data.subarray(start, end));
  return value === undefined ? undefined : { value, end };
}

/** A value as people write it: `zk13str_…` or a name for an address, `1_000` or `0x3e8` for an integer, `0x…` for bytes. */
export function parseValue(type: AbiType, text: string, accounts: AccountNames): Result<AbiValue, ValueError> {
  const { example, parse } = ruleOf(type);
  const value = parse(text, accounts);
  if (typeof value === 'object') return err(value);
  if (value === undefined || encodeValue(type, value) === undefined) {
    return err({ code: 'value', problem: `\`${text.length > 80 ? `${text.slice(0, 77)}…` : text}\` is no ${type}`, mend: `write one such as \`${example}\`` });
  }
  return ok(value);
}
