/**
 * Many ECDSA signatures verified by linear combinations, in WebAssembly (wasm-src/ecdsa/batch.as says how). The verdict on
 * each is plain verification's, whatever the others are. The twin in test/crypto/batch-twin.ts is the specification in
 * plain words.
 */
import { fromHex } from '../primitives/bytes.ts';
import { gatherRows, orderByKey, partsOf } from './batch-order.ts';
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
  /** Point additions (5 products and a square each; a doubling has one square more) and the inversions they shared. */
  readonly additions: number;
  readonly inversions: number;
  /** Additions looked at one by one, for an x that both points have or a point at infinity. */
  readonly exceptions: number;
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
  /**
   * A third of a second of work, after which WebAssembly runs as fast as it will: the first batch costs several times as
   * much per signature as the tenth.
   */
  warmUp(): void;
  /** Since the last call. */
  work(): BatchWork;
}

interface Exports extends Readonly<Record<(typeof COUNTERS)[number] | 'CHUNK_MAX' | 'SIGNATURES' | 'DIGESTS' | 'PUBLIC_KEYS' | 'HINTS' | 'VERDICTS', WebAssembly.Global>> {
  readonly memory: WebAssembly.Memory;
  readonly verify: (count: number) => void;
  readonly writeHint: () => void;
}

const COUNTERS = ['parts', 'members', 'singles', 'additions', 'inversions', 'exceptions', 'lifted'] as const;

const NO_HINT = new Uint8Array(32);

/** What `warmUp` verifies: the generator for every key and every R. None is valid, so that single checks warm up as well. */
export function warmUpBatch(count: number): SignatureBatch {
  const batch = { count, signatures: new Uint8Array(64 * count), digests: new Uint8Array(32 * count), publicKeys: new Uint8Array(33 * count), hints: new Uint8Array(32 * count) };
  const [x, y] = ['79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798', '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'].map(fromHex);
  for (let i = 0; i < count; i++) {
    batch.signatures.set(x, 64 * i);
    batch.signatures.fill(1 + (i & 127), 64 * i + 33, 64 * i + 64);
    batch.digests.fill(i, 32 * i, 32 * i + 32);
    batch.publicKeys[33 * i] = 2;
    batch.publicKeys.set(x, 33 * i + 1);
    batch.hints.set(y, 32 * i);
  }
  return batch;
}

/** An instance: 24 MiB of memory, touched as far as it is used. `simd` for tests; where there is none, true throws. */
export function batchVerifier(simd = hasSimd()): BatchVerifier {
  const wasm = instantiate(simd ? ECDSA_SIMD : ECDSA_SCALAR) as unknown as Exports;
  const memory = new Uint8Array(wasm.memory.buffer);
  const address = (name: keyof Exports): number => (wasm[name] as WebAssembly.Global).value as number;
  const chunkMax = address('CHUNK_MAX');
  const [signatures, digests, publicKeys, hints, results] = (['SIGNATURES', 'DIGESTS', 'PUBLIC_KEYS', 'HINTS', 'VERDICTS'] as const).map(address);

  const chunk = (batch: SignatureBatch, verdicts: Uint8Array): void => {
    const { count } = batch;
    memory.set(batch.signatures.subarray(0, 64 * count), signatures);
    memory.set(batch.digests.subarray(0, 32 * count), digests);
    memory.set(batch.publicKeys.subarray(0, 33 * count), publicKeys);
    memory.set(batch.hints.subarray(0, 32 * count), hints);
    wasm.verify(count);
    verdicts.set(memory.subarray(results, results + count));
  };

  /** Of a batch in another order, verdicts put back in the batch's. */
  const orderedChunk = (batch: SignatureBatch, order: Uint32Array, from: number, count: number, verdicts: Uint8Array): void => {
    gatherRows(memory.subarray(signatures), batch.signatures, 64, order, from, count);
    gatherRows(memory.subarray(digests), batch.digests, 32, order, from, count);
    gatherRows(memory.subarray(publicKeys), batch.publicKeys, 33, order, from, count);
    gatherRows(memory.subarray(hints), batch.hints, 32, order, from, count);
    wasm.verify(count);
    for (let i = 0; i < count; i++) verdicts[order[from + i]] = memory[results + i];
  };

  const verdict = new Uint8Array(1);

  return {
    simd,
    verifyMany(batch, verdicts) {
      if (batch.count <= chunkMax) return chunk(batch, verdicts);
      const order = orderByKey(batch);
      for (const { from, count } of partsOf(batch.count, chunkMax)) orderedChunk(batch, order, from, count, verdicts);
    },
    verify(signature, digest, publicKey) {
      if (signature.length !== 64 || digest.length !== 32 || publicKey.length !== 33) return false;
      chunk({ count: 1, signatures: signature, digests: digest, publicKeys: publicKey, hints: NO_HINT }, verdict);
      return verdict[0] === 1;
    },
    hintOf(signature, digest, publicKey) {
      if (!this.verify(signature, digest, publicKey)) return undefined;
      wasm.writeHint();
      return memory.slice(hints, hints + 32);
    },
    warmUp() {
      const batch = warmUpBatch(512);
      const verdicts = new Uint8Array(batch.count);
      for (let round = 0; round < 12; round++) this.verifyMany(batch, verdicts);
    },
    work() {
      const done = COUNTERS.map((name) => [name, wasm[name].value as number] as const);
      for (const [name] of done) wasm[name].value = 0;
      return Object.fromEntries(done) as unknown as BatchWork;
    },
  };
}
