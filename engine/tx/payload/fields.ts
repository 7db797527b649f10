/** Fields that several families share. Each has exactly one encoding. */
import { toHex, utf8Decode } from '../../primitives/bytes.ts';
import type { Reader, Writer } from '../../primitives/codec.ts';
import { accountAt } from '../accounts.ts';
import type { Account, Hash } from '../transaction.ts';

/** 20 bytes. */
export function readAccount(input: Reader): Account {
  const at = input.offset;
  input.skip(20);
  return accountAt(input.data, at);
}
/** 32 bytes. */
export const readHash = (input: Reader): Hash => toHex(input.bytes(32));

/** An account or a hash: the bytes that its hex stands for. */
export const writeHex = (text: Account | Hash, out: Writer): Writer => out.hex(text);

export const writeText = (text: string, out: Writer): Writer => out.text16(text);

/**
 * u16 length, then at most `max` bytes of well-formed UTF-8. Unicode is not normalised: other bytes are another text.
 */
export function readText(input: Reader, max: number): string {
  const start = input.offset;
  return utf8Decode(input.blob16(max)) ?? input.fail('malformed UTF-8', start);
}

/** A domain's name (D18). */
export const DOMAIN_NAME = /^[a-z0-9-]{1,63}$/;

export function readDomainName(input: Reader): string {
  const start = input.offset;
  const name = readText(input, 63);
  return DOMAIN_NAME.test(name) ? name : input.fail('not a domain name: [a-z0-9-]{1,63}', start);
}

/** A foreign asset's name: printable ASCII without spaces (D20; the bound is an assumption). */
const ASSET_NAME = /^[\x21-\x7e]{1,32}$/;

export function readAssetName(input: Reader): string {
  const start = input.offset;
  const name = readText(input, 32);
  return ASSET_NAME.test(name) ? name : input.fail('not an asset name: 1–32 printable ASCII characters', start);
}
