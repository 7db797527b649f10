/**
 * What metering costs: the same kernels raw and metered, in turns in one process.
 *
 *     node bench/start.mjs starw [KERNEL]
 *
 * Process CPU time, the least of several turns. The rest about the VM is the suite `vm`.
 */
import { createHash } from 'node:crypto';
import type {} from '../engine/webassembly.d.ts';
import { VM_LIMITS } from '../engine/params/vm.ts';
import { checkModule } from '../engine/starw/gate.ts';
import { meterModule, METERED } from '../engine/starw/meter.ts';
import { compileKernels, KERNELS } from './work/kernels.ts';

const TURNS = 15;
const WARM_MS = 700;

type Kernel = (size: number) => number;

const bytes = compileKernels();
const checked = checkModule(bytes);
if (!checked.ok) throw new Error(JSON.stringify(checked.error));
const metered = meterModule(checked.value);
if (!metered.ok) throw new Error(JSON.stringify(metered.error));
const raw = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
const counting = new WebAssembly.Instance(new WebAssembly.Module(metered.value)).exports;
const gas = counting[METERED.gas] as unknown as { value: number };

const only = process.argv[2];
for (const [name, size, target] of KERNELS) {
  if (only !== undefined && only !== name) continue;
  const [plain, counted] = [raw[name] as unknown as Kernel, counting[name] as unknown as Kernel];
  const timed = (kernel: Kernel): number => {
    gas.value = VM_LIMITS.gas;
    const start = process.cpuUsage();
    kernel(size);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  gas.value = VM_LIMITS.gas;
  if (plain(size) !== counted(size)) throw new Error(`${name} computes something else when metered`);
  if (name === 'sha256' && plain(size) !== createHash('sha256').update(Buffer.alloc(64 * size, Uint8Array.from({ length: 64 }, (_, i) => i))).digest().readInt32BE(0)) throw new Error('not SHA-256');
  const instructions = VM_LIMITS.gas - gas.value;
  // Both compilers take their time: only warm code is compared.
  for (const until = performance.now() + WARM_MS; performance.now() < until; ) {
    timed(plain);
    timed(counted);
  }
  let [least, leastMetered] = [Infinity, Infinity];
  for (let turn = 0; turn < TURNS; turn++) {
    least = Math.min(least, timed(plain));
    leastMetered = Math.min(leastMetered, timed(counted));
  }
  console.log(`${name.padEnd(8)} ${(leastMetered / least).toFixed(2)} times raw (target ${target})   raw ${least.toFixed(2)} ms, metered ${leastMetered.toFixed(2)} ms, ${instructions} gas, ${((leastMetered * 1e6) / instructions).toFixed(2)} ns per gas`);
}
console.log(`metered ${(metered.value.length / bytes.length).toFixed(2)} times the size (${bytes.length} bytes)`);
