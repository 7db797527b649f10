/** The memory of a contract as it starts: zeros, and its data segments. */
import { BinaryReader } from './binary.ts';
import type { ModuleShape } from './module.ts';

export interface InitialMemory {
  /** Of 64 KiB. */
  readonly pages: number;
  /** In the order in which they are written: later ones may lie over earlier ones. */
  readonly segments: readonly { readonly at: number; readonly data: Uint8Array }[];
}

/** Of a module that the gate accepted: every segment starts at a constant and lies inside. */
export function initialMemory({ bytes, memories, data }: ModuleShape): InitialMemory {
  return {
    pages: memories[0]?.min ?? 0,
    segments: data.map(({ start, contents, count }) => ({ at: new BinaryReader(bytes, start + 1).s32() >>> 0, data: bytes.slice(contents, contents + count) })),
  };
}
