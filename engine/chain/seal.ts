/**
 * Seals (D24): one check, two schemes. `real`: the header's SHA-256 is at or below its target. `sampled` (simulation): the
 * finding time was drawn, and the seal is a tag over the header that only the holder of the run's secret can make; the
 * simulator's mining oracle makes it for a find that it drew, and for nothing else. Difficulty and work are real in both.
 */
import { concat, equalBytes, utf8 } from '../primitives/bytes.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { targetOf } from './difficulty.ts';
import { encodeHeader, encodeUnsealed } from './header.ts';
import type { RoundHeader } from './types.ts';

export interface SealScheme {
  readonly kind: 'real' | 'sampled';
  verify(header: RoundHeader): boolean;
}

/** A scheme that can also seal. */
export interface Sealer extends SealScheme {
  /** The seal of a header; undefined where a bounded search found none. */
  seal(header: Omit<RoundHeader, 'seal'>): Uint8Array | undefined;
}

const DOMAIN = utf8('stratus-sampled-seal');

/** `secret`: 32 bytes. */
export function sampledSeal(secret: Uint8Array, crypto: Crypto): Sealer {
  const tag = (header: Omit<RoundHeader, 'seal'>): Uint8Array => crypto.sha256(concat(DOMAIN, secret, encodeUnsealed(header)));
  return { kind: 'sampled', seal: tag, verify: (header) => equalBytes(tag(header), header.seal) };
}

/** Proof of work. `seal` tries nonces 0 … `attempts` − 1, right-aligned in the 32 bytes. */
export function realSeal(crypto: Crypto, attempts = 0): Sealer {
  const meets = (header: RoundHeader): boolean => {
    let value = 0n;
    for (const byte of crypto.sha256(encodeHeader(header))) value = (value << 8n) | BigInt(byte);
    return value <= targetOf(header.bits);
  };
  return {
    kind: 'real',
    verify: meets,
    seal(header) {
      for (let nonce = 0; nonce < attempts; nonce++) {
        const seal = new Uint8Array(32);
        new DataView(seal.buffer).setUint32(28, nonce);
        if (meets({ ...header, seal })) return seal;
      }
      return undefined;
    },
  };
}
