/**
 * Many ECDSA signatures verified by linear combinations, in WebAssembly (wasm-src/ecdsa/). The verdict on each is plain
 * verification's, whatever the others are:
 *
 * - what is malformed (D4's ranges, no such key) is invalid;
 * - a signature whose hint is missing or wrong is verified alone;
 * - the others go into one combination. If it does not vanish, its parts are asked, and what stands in the smallest parts
 *   that do not vanish is verified one by one.
 *
 * The twin in test/crypto/batch-twin.ts is the specification in plain words.
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

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly prepare: (count: number) => number;
  readonly verifyPart: (from: number, to: number) => number;
  readonly verifySingle: (place: number) => number;
  readonly writeHint: (index: number) => void;
  readonly additions: WebAssembly.Global;
  readonly inversions: WebAssembly.Global;
  readonly lifted: WebAssembly.Global;
  readonly CHUNK_MAX: WebAssembly.Global;
  readonly SIGNATURES: WebAssembly.Global;
  readonly DIGESTS: WebAssembly.Global;
  readonly PUBLIC_KEYS: WebAssembly.Global;
  readonly HINTS: WebAssembly.Global;
  readonly STATUS: WebAssembly.Global;
  readonly SIGNATURE_AT: WebAssembly.Global;
}

const MALFORMED = 0;
const MEMBER = 1;

/** Sizes of the parts that a combination which does not vanish is divided into; below the last, signatures are verified one by one. */
const PART_SIZES = [512, 64] as const;

/** An instance: 24 MiB of memory, touched as far as it is used. `simd` for tests; where there is none, true throws. */
export function batchVerifier(simd = hasSimd()): BatchVerifier {
  const wasm = instantiate(simd ? ECDSA_SIMD : ECDSA_SCALAR) as unknown as Exports;
  const memory = new Uint8Array(wasm.memory.buffer);
  const at = (address: WebAssembly.Global): number => address.value as number;
  const [chunkMax, signatures, digests, publicKeys, hints] = [wasm.CHUNK_MAX, wasm.SIGNATURES, wasm.DIGESTS, wasm.PUBLIC_KEYS, wasm.HINTS].map(at);
  const status = memory.subarray(at(wasm.STATUS), at(wasm.STATUS) + chunkMax);
  /** Which signature stands at a place. */
  const signatureAt = new Uint32Array(wasm.memory.buffer, at(wasm.SIGNATURE_AT), chunkMax);
  const done = { parts: 0, members: 0, singles: 0 };

  const single = (place: number, verdicts: Uint8Array, from: number): void => {
    done.singles++;
    verdicts[from + signatureAt[place]] = wasm.verifySingle(place);
  };

  /** Whether the members among the places hold, all of them. */
  const holds = (first: number, last: number): boolean => {
    done.parts++;
    done.members += last - first;
    return wasm.verifyPart(first, last) !== 0;
  };

  /** Verdicts on the members among places that do not all hold. */
  const search = (first: number, last: number, depth: number, verdicts: Uint8Array, from: number): void => {
    const size = PART_SIZES.slice(depth).find((candidate) => candidate < last - first);
    if (size === undefined) {
      for (let place = first; place < last; place++) if (status[signatureAt[place]] === MEMBER) single(place, verdicts, from);
      return;
    }
    for (let place = first; place < last; place += size) {
      const end = Math.min(place + size, last);
      if (!holds(place, end)) search(place, end, depth + 1, verdicts, from);
    }
  };

  const chunk = (batch: SignatureBatch, from: number, count: number, verdicts: Uint8Array): void => {
    memory.set(batch.signatures.subarray(64 * from, 64 * (from + count)), signatures);
    memory.set(batch.digests.subarray(32 * from, 32 * (from + count)), digests);
    memory.set(batch.publicKeys.subarray(33 * from, 33 * (from + count)), publicKeys);
    memory.set(batch.hints.subarray(32 * from, 32 * (from + count)), hints);
    const places = wasm.prepare(count);
    for (let i = 0; i < count; i++) verdicts[from + i] = status[i] === MALFORMED ? 0 : 1;
    for (let place = 0; place < places; place++) if (status[signatureAt[place]] !== MEMBER) single(place, verdicts, from);
    if (!holds(0, places)) search(0, places, 0, verdicts, from);
  };

  const NO_HINT = new Uint8Array(32);
  const one = new Uint8Array(1);

  return {
    simd,
    verify(signature, digest, publicKey) {
      if (signature.length !== 64 || digest.length !== 32 || publicKey.length !== 33) return false;
      chunk({ count: 1, signatures: signature, digests: digest, publicKeys: publicKey, hints: NO_HINT }, 0, 1, one);
      return one[0] === 1;
    },
    verifyMany(batch, verdicts) {
      const chunks = Math.ceil(batch.count / chunkMax);
      for (let i = 0; i < chunks; i++) {
        const from = Math.floor((batch.count * i) / chunks);
        chunk(batch, from, Math.floor((batch.count * (i + 1)) / chunks) - from, verdicts);
      }
    },
    hintOf(signature, digest, publicKey) {
      if (!this.verify(signature, digest, publicKey)) return undefined;
      wasm.writeHint(0);
      return memory.slice(hints, hints + 32);
    },
    work() {
      const work = { ...done, additions: wasm.additions.value as number, inversions: wasm.inversions.value as number, lifted: wasm.lifted.value as number };
      Object.assign(done, { parts: 0, members: 0, singles: 0 });
      wasm.additions.value = wasm.inversions.value = wasm.lifted.value = 0;
      return work;
    },
  };
}
