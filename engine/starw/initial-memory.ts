/** What a contract's memory has at first: data segments among zeros. */
import { BinaryReader } from './binary.ts';
import type { ModuleShape } from './module.ts';

/** In the order in which they are written: later ones may lie over earlier ones. */
export type InitialMemory = readonly { readonly at: number; readonly data: Uint8Array }[];

/** Of a module that the gate accepted: every segment starts at a constant and lies inside. */
export const initialMemory = ({ bytes, data }: ModuleShape): InitialMemory =>
  data.map(({ start, contents, count }) => ({ at: new BinaryReader(bytes, start + 1).s32() >>> 0, data: bytes.slice(contents, contents + count) }));
