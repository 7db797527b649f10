/** Hostile bytes for the gate: valid modules with some bytes changed, and what must hold of whatever it says about them. */
import type {} from '../../engine/webassembly.d.ts';
import { entryGas } from '../../engine/starw/cache.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract, checkModule } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { growthMax, meterModule } from '../../engine/starw/meter.ts';
import { TYPE, type ModuleShape } from '../../engine/starw/module.ts';
import { draws } from './seeded-draws.ts';
import { contractOf, generateModule, type Choose } from './wasm-modules.ts';

/** Bytes that mean something in many places: opcodes of every family, types, ends of LEB128, section ids. */
const TELLING = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26,
  0x28, 0x2a, 0x36, 0x3f, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x5b, 0x60, 0x6a, 0x6f, 0x70, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xc0, 0xd0, 0xd2, 0xfb, 0xfc, 0xfd, 0xfe, 0xff,
];

export interface FuzzCounts {
  modules: number;
  accepted: number;
  /** By code of the refusal. */
  readonly refused: Map<string, number>;
  /** Longest that one module took, milliseconds. */
  slowest: number;
}

/** Something that must not happen, with the bytes that make it happen. */
export interface FuzzFinding {
  readonly what: string;
  readonly bytes: string;
}

/** Changes modules and shows them to the gate until `goOn` says no; `now` gives milliseconds. */
export function fuzzGate(seed: number, goOn: (counts: FuzzCounts) => boolean, now: () => number): { counts: FuzzCounts; finding: FuzzFinding | undefined } {
  const draw = draws(seed);
  const choose: Choose = (max) => draw() % (max + 1);
  const counts: FuzzCounts = { modules: 0, accepted: 0, refused: new Map(), slowest: 0 };
  let base = contractOf([]);
  while (goOn(counts)) {
    if (counts.modules % 50 === 0) base = choose(3) === 0 ? contractOf([]) : generateModule(choose);
    const bytes = mutated(base, choose);
    const start = now();
    const what = wrong(bytes, counts);
    counts.modules++;
    counts.slowest = Math.max(counts.slowest, now() - start);
    if (what !== undefined) return { counts, finding: { what, bytes: Buffer.from(bytes).toString('hex') } };
    // What is accepted is often worth changing further.
    if (choose(9) === 0 && checkModule(bytes).ok) base = bytes;
  }
  return { counts, finding: undefined };
}

/** What is wrong about the gate's verdict; undefined: nothing. */
function wrong(bytes: Uint8Array<ArrayBuffer>, counts: FuzzCounts): string | undefined {
  try {
    const checked = checkModule(bytes);
    const contract = checkContract(bytes);
    if (contract.ok && !checked.ok) return 'a contract, but no module';
    if (!checked.ok) {
      const { code, offset } = checked.error;
      counts.refused.set(code, (counts.refused.get(code) ?? 0) + 1);
      return offset >= 0 && offset <= bytes.length ? undefined : `offset ${offset} of ${bytes.length} bytes`;
    }
    counts.accepted++;
    if (!WebAssembly.validate(bytes)) return 'accepted, but it does not validate';
    const metered = meterModule(checked.value);
    if (!metered.ok) return metered.error.code === 'growth' ? undefined : `metering says ${metered.error.code}`;
    if (metered.value.length > growthMax(bytes.length)) return 'metered beyond the bound';
    return wronglyRun(checked.value);
  } catch (error) {
    return `thrown: ${error instanceof Error ? error.stack : JSON.stringify(error)}`;
  }
}

/** What is wrong about running what was accepted: every exported function, with little gas. What does not end by itself is a hang. */
function wronglyRun(shape: ModuleShape): string | undefined {
  const { bytes, exports, functions, types } = shape;
  const gas = entryGas(shape) + 3_000;
  const [vm, code] = [new Vm(), { hash: '', bytes }];
  for (const { name, kind, index } of exports) {
    if (kind !== 'function') continue;
    const args = types[functions[index]].params.map((type) => (type === TYPE.i64 ? 7n : 7));
    const { status, gasUsed } = vm.run(new MemoryState(), { round: 1, time: 1 }, { contract: CONTRACT, caller: CONTRACT, value: 0n, input: bytes.subarray(0, 100), gas }, code, name, args);
    if (status === 'refused' || gasUsed > gas || (status === 'trapped' && gasUsed !== gas)) return `${name}: ${status}, ${gasUsed} gas of ${gas}`;
  }
  return undefined;
}

const CONTRACT = 'c'.repeat(40);

/** One to four changes. Lengths around them are mostly left alone: what fits inside them gets furthest. */
export function mutated(base: Uint8Array, choose: Choose): Uint8Array<ArrayBuffer> {
  let bytes = Array.from(base);
  for (let left = choose(3); left >= 0; left--) {
    const at = choose(bytes.length - 1);
    switch (choose(9)) {
      case 0:
        bytes[at] ^= 1 << choose(7);
        break;
      case 1:
        bytes[at] = choose(255);
        break;
      case 2: case 3: case 4: case 5:
        bytes[at] = TELLING[choose(TELLING.length - 1)];
        break;
      case 6: {
        const from = choose(bytes.length - 1);
        const count = Math.min(1 + choose(11), bytes.length - Math.max(at, from));
        bytes.splice(at, count, ...bytes.slice(from, from + count));
        break;
      }
      case 7:
        bytes.splice(at, choose(2), ...Array.from({ length: choose(3) }, () => TELLING[choose(TELLING.length - 1)]));
        break;
      case 8:
        bytes.splice(at, 1, 0xff, 0xff, 0xff, 0xff, choose(1) === 0 ? 0x0f : 0x7f);
        break;
      default:
        if (choose(9) === 0) bytes = bytes.slice(0, at + 1);
    }
  }
  return Uint8Array.from(bytes);
}
