/** SHA-256 twice: word by word for every WebAssembly, and four messages at a time where it has instructions on 128 bits. */
import type { ModuleSource } from '../module-source.ts';
import { constants, rounds } from './rounds.ts';

/** Seven pages: tables and scratch, 256 KiB of messages, 16 KiB of offsets, 128 KiB of digests (layout.as). */
const PAGES = 7;

const words = Array.from({ length: 16 }, (_, i) => `  let w${i}: u32 = bswap<u32>(load<u32>(block, ${4 * i}));`);

const lanes = Array.from({ length: 4 }, (_, quarter) => {
  const at = [0, 1, 2, 3].map((i) => `w${4 * quarter + i}`);
  const big = (x: string): string => `v128.shuffle<u8>(${x}, ${x}, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)`;
  return [
    `  const x${quarter}: v128 = v128.load(block0, ${16 * quarter}), y${quarter}: v128 = v128.load(block1, ${16 * quarter});`,
    `  const z${quarter}: v128 = v128.load(block2, ${16 * quarter}), t${quarter}: v128 = v128.load(block3, ${16 * quarter});`,
    `  const xyLow${quarter}: v128 = v128.shuffle<u32>(x${quarter}, y${quarter}, 0, 4, 1, 5), xyHigh${quarter}: v128 = v128.shuffle<u32>(x${quarter}, y${quarter}, 2, 6, 3, 7);`,
    `  const ztLow${quarter}: v128 = v128.shuffle<u32>(z${quarter}, t${quarter}, 0, 4, 1, 5), ztHigh${quarter}: v128 = v128.shuffle<u32>(z${quarter}, t${quarter}, 2, 6, 3, 7);`,
    ...['Low', 'High'].flatMap((half, h) => [0, 1].map((i) => `  let ${at[2 * h + i]}: v128 = ${big(`v128.shuffle<u64>(xy${half}${quarter}, zt${half}${quarter}, ${i}, ${i + 2})`)};`)),
  ].join('\n');
});

const compress = `${constants()}

/** The block at \`block\` into the eight words at \`state\`. */
export function compress(state: usize, block: usize): void {
${words.join('\n')}
${rounds('i32')}
}
`;

/** The eight words of a state are eight times four lanes here. */
const compress4 = `
/** A block of each of four messages into the four states, side by side, at \`state\`. */
export function compress4(state: usize, block0: usize, block1: usize, block2: usize, block3: usize): void {
${lanes.join('\n')}
${rounds('i32x4')}
}
`;

const modules: readonly ModuleSource[] = [
  { name: 'sha256-scalar', entry: 'scalar.as', simd: false, pages: PAGES, sources: { 'compress.as': compress } },
  { name: 'sha256-simd', entry: 'simd.as', simd: true, pages: PAGES, sources: { 'compress.as': compress + compress4 } },
];
export default modules;
