/** Kernels whose raw and metered forms are compared: recursion, a hash, a sort. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Each with a size, and how many times as long as raw it may take metered. */
export const KERNELS = [['fib', 27, 2.5], ['sha256', 6_000, 1.25], ['sort', 10_000, 1.25]] as const;

/** Each gives a number that both forms must agree on. */
const SOURCE = `
export function fib(n: i32): i32 { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

const K: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
function rotr(x: u32, n: u32): u32 { return (x >>> n) | (x << (32 - n)); }
/** First word of SHA-256 of as many blocks of the bytes 0 to 63 as asked for. */
export function sha256(blocks: i32): i32 {
  let h0: u32 = 0x6a09e667, h1: u32 = 0xbb67ae85, h2: u32 = 0x3c6ef372, h3: u32 = 0xa54ff53a, h4: u32 = 0x510e527f, h5: u32 = 0x9b05688c, h6: u32 = 0x1f83d9ab, h7: u32 = 0x5be0cd19;
  const message: usize = 4096, schedule: usize = 4224;
  for (let i = 0; i < 64; i++) store<u8>(message + i, <u8>i);
  for (let block = 0; block <= blocks; block++) {
    if (block == blocks) {
      memory.fill(message, 0, 64);
      store<u8>(message, 0x80);
      store<u64>(message + 56, bswap<u64>(<u64>blocks * 512));
    }
    for (let i = 0; i < 16; i++) store<u32>(schedule + i * 4, bswap<u32>(load<u32>(message + i * 4)));
    for (let i = 16; i < 64; i++) {
      const at = schedule + i * 4;
      const x = load<u32>(at - 60), y = load<u32>(at - 8);
      store<u32>(at, load<u32>(at - 64) + (rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)) + load<u32>(at - 28) + (rotr(y, 17) ^ rotr(y, 19) ^ (y >>> 10)));
    }
    let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    for (let i = 0; i < 64; i++) {
      const t1 = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + unchecked(K[i]) + load<u32>(schedule + i * 4);
      const t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
    }
    h0 += a; h1 += b; h2 += c; h3 += d; h4 += e; h5 += f; h6 += g; h7 += h;
  }
  return h0;
}

function at(i: i32): usize { return 8192 + (<usize>i << 2); }
function sift(root: i32, end: i32): void {
  const value = load<i32>(at(root));
  while (true) {
    let child = 2 * root + 1;
    if (child >= end) break;
    if (child + 1 < end && load<i32>(at(child)) < load<i32>(at(child + 1))) child++;
    if (load<i32>(at(child)) <= value) break;
    store<i32>(at(root), load<i32>(at(child)));
    root = child;
  }
  store<i32>(at(root), value);
}
export function sort(count: i32): i32 {
  let x: u32 = 1;
  for (let i = 0; i < count; i++) { x = x * 1664525 + 1013904223; store<i32>(at(i), x >>> 1); }
  for (let i = count / 2 - 1; i >= 0; i--) sift(i, count);
  for (let end = count - 1; end > 0; end--) {
    const top = load<i32>(at(0)); store<i32>(at(0), load<i32>(at(end))); store<i32>(at(end), top);
    sift(0, end);
  }
  return load<i32>(at(count >> 1));
}
`;

/** The kernels' module, by AssemblyScript's compiler, optimised for speed. */
export function compileKernels(): Uint8Array<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), 'stratus-kernels-'));
  try {
    const [source, module] = [join(folder, 'kernels.ts'), join(folder, 'kernels.wasm')];
    writeFileSync(source, SOURCE);
    const compiler = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));
    const flags = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--runtime', 'stub', '--noAssert', '--disable', 'bulk-memory', '--disable', 'nontrapping-f2i', '--initialMemory', '1', '--maximumMemory', '1'];
    execFileSync(process.execPath, [compiler, source, '--outFile', module, ...flags]);
    return Uint8Array.from(readFileSync(module));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
