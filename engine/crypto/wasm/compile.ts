/** WebAssembly modules that lie in sources as text: no IO, so every bundler and every browser takes them as they are. */

/** As wasm-src/build.mjs writes it. */
export interface WasmText {
  /** Length of the binary. */
  readonly bytes: number;
  /** Hex SHA-256 of the binary: what a test compares with. */
  readonly sha256: string;
  /** In lines. */
  readonly base64: string;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const VALUE = (() => {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) table[DIGITS.charCodeAt(i)] = i;
  return table;
})();

/** The binary. Line ends and padding are skipped. */
export function wasmBytes({ bytes, base64 }: WasmText): Uint8Array {
  const binary = new Uint8Array(bytes);
  let at = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < base64.length; i++) {
    const value = VALUE[base64.charCodeAt(i)];
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    binary[at++] = held >> bits;
  }
  return binary;
}

/** A fresh instance; what the module imports is up to the caller. Throws where the surroundings lack WebAssembly. */
export const instantiate = (text: WasmText, imports?: WebAssembly.Imports): WebAssembly.Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(wasmBytes(text)), imports).exports;

/**
 * A module whose one function adds up two i32x4 lanes: (module (func (result v128) (i32x4.add (v128.const …)
 * (v128.const …)))) in short, `i32.const 0; i8x16.splat; drop`.
 */
const SIMD_PROBE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 26, 11);

let simd: boolean | undefined;

/** Whether WebAssembly is here at all. */
export const hasWasm = (): boolean => typeof WebAssembly === 'object';

/** Whether WebAssembly here has instructions on 128 bits: asked by offering it a module that uses one. */
export const hasSimd = (): boolean => (simd ??= hasWasm() && WebAssembly.validate(SIMD_PROBE));
