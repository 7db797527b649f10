/**
 * SHA-256 in WebAssembly: four messages side by side where there is SIMD, else one after the other. A block of 64 bytes takes
 * some 90 ns in lanes and 215 alone (docs/decisions/P15-hash-lanes-and-four-ways.md), so this is for many messages at once: a
 * single one goes faster through `crypto.hash`, where that is. Sources: wasm-src/sha256.
 */
import type { Crypto } from './crypto.ts';
import { checkRange } from './many.ts';
import { hasSimd, hasWasm, instantiate } from './wasm/compile.ts';
import { SHA256_SCALAR } from './wasm/sha256-scalar.ts';
import { SHA256_SIMD } from './wasm/sha256-simd.ts';

export type Hasher = Pick<Crypto, 'sha256' | 'sha256Many'>;

/** What both modules export. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly INPUT: WebAssembly.Global;
  readonly OFFSETS: WebAssembly.Global;
  readonly OUTPUT: WebAssembly.Global;
  hashMany(count: number, prefix: number): void;
  reset(): void;
  absorb(blocks: number): void;
  finish(blocks: number): void;
}

/** Capacities of the module's memory (layout.as). */
const INPUT_BYTES = 0x40000;
const MESSAGES = 4096;

const NO_PREFIX = -1;

class WasmHasher implements Hasher {
  private readonly wasm: Exports;
  private readonly input: Uint8Array;
  private readonly offsets: Uint32Array;
  private readonly output: Uint8Array;

  constructor(wasm: Exports) {
    this.wasm = wasm;
    const { buffer } = wasm.memory;
    this.input = new Uint8Array(buffer, wasm.INPUT.value as number, INPUT_BYTES);
    this.offsets = new Uint32Array(buffer, wasm.OFFSETS.value as number, MESSAGES + 1);
    this.output = new Uint8Array(buffer, wasm.OUTPUT.value as number, 32 * MESSAGES);
  }

  sha256(data: Uint8Array): Uint8Array {
    if (data.length > INPUT_BYTES) this.long(data, NO_PREFIX);
    else {
      this.input.set(data);
      this.offsets[0] = 0;
      this.offsets[1] = data.length;
      this.wasm.hashMany(1, NO_PREFIX);
    }
    return this.output.slice(0, 32);
  }

  sha256Many(data: Uint8Array, offsets: Uint32Array, count: number, out: Uint8Array, prefix = NO_PREFIX): void {
    for (let first = 0; first < count; ) {
      const start = offsets[first];
      let next = first;
      // As many as memory holds. Typed arrays give undefined beyond their end, which no comparison is true for.
      for (let at = start; next < count && next - first < MESSAGES; next++) {
        const end = offsets[next + 1];
        checkRange(data, at, end, next);
        if (end - start > INPUT_BYTES) break;
        this.offsets[next - first] = at - start;
        at = end;
      }
      this.offsets[next - first] = offsets[next] - start;
      if (next === first) this.long(data.subarray(start, offsets[++next]), prefix);
      else {
        this.input.set(data.subarray(start, offsets[next]));
        this.wasm.hashMany(next - first, prefix);
      }
      out.set(this.output.subarray(0, 32 * (next - first)), 32 * first);
      first = next;
    }
  }

  /** A message longer than the input: block by block, padded here (FIPS 180-4, 5.1.1); the digest is first in the output. */
  private long(data: Uint8Array, prefix: number): void {
    const { input, wasm } = this;
    const before = prefix < 0 ? 0 : 1;
    wasm.reset();
    let at = 0;
    let held = before;
    input[0] = prefix;
    for (; held + data.length - at >= INPUT_BYTES; held = 0) {
      input.set(data.subarray(at, (at += INPUT_BYTES - held)), held);
      wasm.absorb(INPUT_BYTES / 64);
    }
    input.set(data.subarray(at), held);
    const rest = held + data.length - at;
    const blocks = (rest + 9 + 63) >>> 6;
    // Up to 72 bytes beyond the input's end, which is where offsets begin: they are written anew for every call.
    const memory = new DataView(wasm.memory.buffer, input.byteOffset, 64 * blocks);
    for (let i = rest; i < 64 * blocks; i++) memory.setUint8(i, 0);
    memory.setUint8(rest, 0x80);
    const bits = BigInt(before + data.length) * 8n;
    memory.setBigUint64(64 * blocks - 8, bits);
    wasm.finish(blocks);
  }
}

let best: { readonly name: string; readonly hasher: Hasher } | undefined;

/** The scalar and the SIMD module each in an instance of their own. Throws where the surroundings lack what they need. */
export const scalarHasher = (): Hasher => new WasmHasher(instantiate(SHA256_SCALAR) as unknown as Exports);
export const simdHasher = (): Hasher => new WasmHasher(instantiate(SHA256_SIMD) as unknown as Exports);

/** The best hasher here and its name in reports; undefined without WebAssembly. One instance, made at the first call. */
export function wasmHasher(): { readonly name: string; readonly hasher: Hasher } | undefined {
  if (best === undefined && hasWasm()) best = hasSimd() ? { name: 'wasm-simd', hasher: simdHasher() } : { name: 'wasm', hasher: scalarHasher() };
  return best;
}
