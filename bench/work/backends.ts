/** The cryptography that a case runs with, by the name that the command knows. */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';

export const BACKENDS = ['noble', 'native'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Undefined where this machine has no such backend. */
export function backend(name: BackendName): Crypto | undefined {
  return name === 'noble' ? nobleCrypto : nativeCrypto();
}

/** The fastest one here. */
export const bestBackend = (): BackendName => (nativeCrypto() === undefined ? 'noble' : 'native');
