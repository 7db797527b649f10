/** WebAssembly text to bytes, with every extension that the assembler knows: what the gate must refuse has to be written first. */
import loadWabt from 'wabt';

const wabt = await loadWabt();

const EVERYTHING = {
  exceptions: true, mutable_globals: true, sat_float_to_int: true, sign_extension: true, simd: true, threads: true, multi_value: true,
  tail_call: true, bulk_memory: true, reference_types: true, memory64: true, extended_const: true, multi_memory: true,
} as const;

/** Bytes of a module, valid or not. Throws what the assembler says of the text. */
export function wat(text: string): Uint8Array<ArrayBuffer> {
  const parsed = wabt.parseWat('test.wat', text, EVERYTHING);
  try {
    return Uint8Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}
