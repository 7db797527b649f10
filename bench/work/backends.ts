/** The cryptography that a case runs with, by the name that the command knows. */
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { portableCrypto } from '../../engine/crypto/portable.ts';
import { nativeCrypto } from '../../engine/host/native-crypto.ts';

export type BackendName = 'noble' | 'native' | 'wasm';

/** Undefined where this machine has no such backend. */
export function backend(name: BackendName): Crypto | undefined {
  switch (name) {
    case 'noble':
      return nobleCrypto;
    case 'native':
      return nativeCrypto();
    case 'wasm':
      return withoutThrowing(portableCrypto);
  }
}

function withoutThrowing<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
