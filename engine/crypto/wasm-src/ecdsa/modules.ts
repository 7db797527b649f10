/** Batch verification of ECDSA twice: word by word for every WebAssembly, and four lanes at a time where it has instructions on 128 bits. */
import type { ModuleSource } from '../module-source.ts';
import { constants, rounds } from '../sha256/rounds.ts';
import { fieldModule } from './field.ts';

/** layout.as ends below 24 MiB; untouched pages cost nothing. */
const PAGES = 384;

const words = (text: (i: number) => string): string => Array.from({ length: 16 }, (_, i) => text(i)).join('\n');

/** SHA-256's compression function, of one block and of four. */
const compress = (simd: boolean): string => `${constants()}

export function compress(state: usize, block: usize): void {
${words((i) => `  let w${i}: u32 = bswap<u32>(load<u32>(block, ${4 * i}));`)}
${rounds('i32')}
}

export function compress4(state: usize, block0: usize, block1: usize, block2: usize, block3: usize): void {
${simd ? `${words((i) => `  let w${i}: v128 = big(v128.load_lane<u32>(block3, v128.load_lane<u32>(block2, v128.load_lane<u32>(block1, v128.load_zero<u32>(block0, ${4 * i}), 1, ${4 * i}), 2, ${4 * i}), 3, ${4 * i}));`)}
${rounds('i32x4')}` : `  lane(state, block0);
  lane(state + 4, block1);
  lane(state + 8, block2);
  lane(state + 12, block3);`}
}
${simd ? `
@inline function big(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}` : `
const LANE: usize = memory.data(32, 16);

function lane(state: usize, block: usize): void {
  for (let word: usize = 0; word < 8; word++) store<u32>(LANE + 4 * word, load<u32>(state + 16 * word));
  compress(LANE, block);
  for (let word: usize = 0; word < 8; word++) store<u32>(state + 16 * word, load<u32>(LANE + 4 * word));
}`}
`;

const sources = (simd: boolean): Readonly<Record<string, string>> => ({ 'field.as': fieldModule(simd), 'compress.as': compress(simd) });

const modules: readonly ModuleSource[] = [
  { name: 'ecdsa-scalar', entry: 'batch.as', simd: false, pages: PAGES, sources: sources(false) },
  { name: 'ecdsa-simd', entry: 'batch.as', simd: true, pages: PAGES, sources: sources(true) },
];
export default modules;
