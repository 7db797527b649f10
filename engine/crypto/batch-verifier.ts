/**
 * Many ECDSA signatures verified by linear combinations, in WebAssembly (wasm-src/ecdsa/batch.as says how). The verdict on
 * each is plain verification's, whatever the others are. The twin in test/crypto/batch-twin.ts is the specification in
 * plain words.
 */
import type { SignatureBatch } from './crypto.ts';
import { hasSimd, instantiate } from './wasm/compile.ts';
import { ECDSA_SCALAR } from './wasm/ecdsa-scalar.ts';
import { ECDSA_SIMD } from './wasm/ecdsa-simd.ts';

/** What was done, for benchmarks and for bounds on hostile batches. */
export interface BatchWork {
  /** Linear combinations asked, and signatures in them. */
  readonly parts: number;
  readonly members: number;
  /** Signatures verified alone. */
  readonly singles: number;
  /** Point additions of the combinations (5 products and a square each) and the inversions they shared. */
  readonly additions: number;
  readonly inversions: number;
  /** Keys decompressed. */
  readonly lifted: number;
}

export interface BatchVerifier {
  readonly simd: boolean;
  /** `Crypto.verifyMany`. */
  verifyMany(batch: SignatureBatch, verdicts: Uint8Array): void;
  /** `Crypto.verify`. */
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
  /** The y of a valid signature's R: its hint. Undefined where the signature is not valid; of no use where R's x is r + n. */
  hintOf(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** Since the last call. */
  work(): BatchWork;
}

interface Exports extends Readonly<Record<(typeof COUNTERS)[number] | 'CHUNK_MAX' | 'SIGNATURES' | 'DIGESTS' | 'PUBLIC_KEYS' | 'HINTS' | 'VERDICTS', WebAssembly.Global>> {
  readonly memory: WebAssembly.Memory;
  readonly verify: (count: number) => void;
  readonly writeHint: () => void;
}

const COUNTERS = ['parts', 'members', 'singles', 'additions', 'inversions', 'lifted'] as const;

const NO_HINT = new Uint8Array(32);

/** An instance: 24 MiB of memory, touched as far as it is used. `simd` for tests; where there is none, true throws. */
export function batchVerifier(simd = hasSimd()): BatchVerifier {
  const wasm = instantiate(simd ? ECDSA_SIMD : ECDSA_SCALAR) as unknown as Exports;
  const memory = new Uint8Array(wasm.memory.buffer);
  const address = (name: keyof Exports): number => (wasm[name] as WebAssembly.Global).value as number;
  const chunkMax = address('CHUNK_MAX');
  const [signatures, digests, publicKeys, hints, results] = (['SIGNATURES', 'DIGESTS', 'PUBLIC_KEYS', 'HINTS', 'VERDICTS'] as const).map(address);

  const chunk = (batch: SignatureBatch, from: number, count: number, verdicts: Uint8Array): void => {
    memory.set(batch.signatures.subarray(64 * from, 64 * (from + count)), signatures);
    memory.set(batch.digests.subarray(32 * from, 32 * (from + count)), digests);
    memory.set(batch.publicKeys.subarray(33 * from, 33 * (from + count)), publicKeys);
    memory.set(batch.hints.subarray(32 * from, 32 * (from + count)), hints);
    wasm.verify(count);
    verdicts.set(memory.subarray(results, results + count), from);
  };

  const verdict = new Uint8Array(1);

  return {
    simd,
    verifyMany(batch, verdicts) {
      const chunks = Math.ceil(batch.count / chunkMax);
      for (let i = 0; i < chunks; i++) {
        const from = Math.floor((batch.count * i) / chunks);
        chunk(batch, from, Math.floor((batch.count * (i + 1)) / chunks) - from, verdicts);
      }
    },
    verify(signature, digest, publicKey) {
      if (signature.length !== 64 || digest.length !== 32 || publicKey.length !== 33) return false;
      chunk({ count: 1, signatures: signature, digests: digest, publicKeys: publicKey, hints: NO_HINT }, 0, 1, verdict);
      return verdict[0] === 1;
    },
    hintOf(signature, digest, publicKey) {
      if (!this.verify(signature, digest, publicKey)) return undefined;
      wasm.writeHint();
      return memory.slice(hints, hints + 32);
    },
    work() {
      const done = COUNTERS.map((name) => [name, wasm[name].value as number] as const);
      for (const [name] of done) wasm[name].value = 0;
      return Object.fromEntries(done) as unknown as BatchWork;
    },
  };
}
