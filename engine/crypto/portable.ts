/**
 * The backend in WebAssembly, wherever that is: Node, its workers, browsers. Signatures are verified in batches
 * (batch-verifier.ts), hashes made in lanes (wasm-sha256.ts); it signs as the reference backend does.
 */
import { batchVerifier, type BatchVerifier } from './batch-verifier.ts';
import type { Crypto } from './crypto.ts';
import { nobleCrypto } from './noble.ts';
import { signWithHint } from './sign-with-hint.ts';
import { wasmHasher } from './wasm-sha256.ts';

export interface PortableCrypto extends Crypto {
  readonly verifier: BatchVerifier;
}

/** A backend of its own memory: 24 MiB for signatures, touched as far as they are used. Throws without WebAssembly. */
export function portableCrypto(verifier = batchVerifier()): PortableCrypto {
  const { name, hasher } = wasmHasher() ?? { name: 'noble', hasher: nobleCrypto };
  return {
    backend: { signatures: 'wasm-batch', hashes: name },
    verifier,
    sha256: (data) => hasher.sha256(data),
    sha256Many: (data, offsets, count, out, prefix) => hasher.sha256Many(data, offsets, count, out, prefix),
    verify: (signature, digest, publicKey) => verifier.verify(signature, digest, publicKey),
    verifyMany: (batch, verdicts) => verifier.verifyMany(batch, verdicts),
    sign: nobleCrypto.sign,
    signWithHint,
    publicKey: nobleCrypto.publicKey,
  };
}
