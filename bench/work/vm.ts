/** The STARW VM: kernels raw and metered, what it costs to admit code, and transfers of the token, with the ledger and without. */
import type {} from '../../engine/webassembly.d.ts';
import { VM_LIMITS } from '../../engine/params/vm.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import { assert } from '../../engine/primitives/result.ts';
import { encodeCall, encodeDeploy } from '../../engine/starw/abi-call.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkContract, checkModule } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { meterModule, METERED } from '../../engine/starw/meter.ts';
import { templateOf } from '../../engine/starw/templates.ts';
import { blockWork } from './block-work.ts';
import { compileKernels, KERNELS } from './kernels.ts';
import { PER_MS, type Part, type Unit, type Work } from './work.ts';

/** Executed instructions, in millions per second; of both forms alike, so that their quotient is the slowdown. */
const MILLIONS: Unit = { unit: 'Minstr/s', scale: 0.001 };
const KIB: Unit = { unit: 'KiB/ms', scale: 1 / 1_024 };
const BLOCK = { round: 1, time: 1 };

export const vm = (): Work[] => [
  ...KERNELS.map(([name, size]) => kernel(name, size)),
  admission(),
  tokenTransfers(1_024),
  { ...blockWork({ mix: 'contract_call', transactions: 4_096, senders: 1_024, accounts: 4_096 }, ['apply', 'exec'], { backends: ['wasm'] }), name: 'ledger/token-transfer-4096tx' },
];

type Kernel = (size: number) => number;

/** One kernel, raw and metered. */
function kernel(name: string, size: number): Work {
  return {
    name: `${name}-${size}`,
    parts: ['raw', 'metered'],
    prepare({ inputs }) {
      const bytes = Uint8Array.from(inputs.bytes('kernels', compileKernels));
      const metered = moduleOf(bytes);
      const raw = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports[name] as unknown as Kernel;
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(metered));
      const counted = exports[name] as unknown as Kernel;
      const gas = exports[METERED.gas] as unknown as { value: number };
      gas.value = VM_LIMITS.gas;
      const result = counted(size);
      const instructions = VM_LIMITS.gas - gas.value;
      const part = (part: string, run: () => number): Part => ({ name: part, unit: MILLIONS, items: instructions, run });
      const parts = [
        part('raw', () => raw(size)),
        part('metered', () => {
          gas.value = VM_LIMITS.gas;
          return counted(size);
        }),
      ];
      return { parts, exact: { instructions, result } };
    },
  };
}

function moduleOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const checked = checkModule(bytes);
  assert(checked.ok, 'the gate accepts the kernels');
  const metered = meterModule(checked.value);
  assert(metered.ok, 'the kernels can be metered');
  return metered.value;
}

/** The token through gate and metering, and entered for the first time. */
const admission = (): Work => ({
  name: `admission-${templateOf('token').module.length}bytes`,
  parts: ['gate', 'metering', 'first-entry'],
  prepare({ crypto }) {
    const { module } = templateOf('token');
    const checked = checkContract(module);
    assert(checked.ok, 'the gate accepts the token');
    const metered = moduleOf(module).length;
    const state = new MemoryState();
    const code = { hash: toHex(crypto.sha256(module)), bytes: module };
    const call = { contract: CONTRACT, caller: HOLDERS[0], value: 0n, input: Uint8Array.of(0xff), gas: 1_000_000 };
    return {
      parts: [
        { name: 'gate', unit: KIB, items: module.length, run: () => (checkContract(module).ok ? 1 : 0) },
        { name: 'metering', unit: KIB, items: module.length, run: () => moduleLength(meterModule(checked.value)) },
        // The engine may remember the compiled form of equal bytes, but not for whom nobody holds them.
        { name: 'first-entry', unit: PER_MS, items: 1, run: () => new Vm().run(state, BLOCK, call, code, 'call', []).gasUsed },
      ],
      exact: { bytes: module.length, metered },
    };
  },
});

const moduleLength = (metered: ReturnType<typeof meterModule>): number => (metered.ok ? metered.value.length : 0);

const CONTRACT = 'c'.repeat(40);
const HOLDERS: readonly string[] = ['a'.repeat(40), 'b'.repeat(40)];

/** Between two holders, back and forth, over a state in maps: warm cache, reset instances. */
const tokenTransfers = (count: number): Work => ({
  name: `token-transfer-${count}calls`,
  parts: [''],
  prepare({ crypto }) {
    const { module, abi } = templateOf('token');
    const state = new MemoryState();
    state.codes.set(CONTRACT, { hash: toHex(crypto.sha256(module)), bytes: module });
    const machine = new Vm();
    const encoded = (input: ReturnType<typeof encodeCall>): Uint8Array => {
      assert(input.ok, 'the token has it');
      return input.value;
    };
    const call = (from: number, input: Uint8Array) => ({ contract: CONTRACT, caller: HOLDERS[from], value: 0n, input, gas: 1_000_000 });
    const deployed = machine.execute(state, BLOCK, call(0, encoded(encodeDeploy(abi, [1_000n]))), 'deploy');
    assert(deployed.status === 'ok', 'the token is deployed');
    const calls = [0, 1].map((from) => call(from, encoded(encodeCall(abi, 'transfer', [HOLDERS[1 - from], 1n]))));
    const run = (): number => {
      let gas = 0;
      for (let i = 0; i < count; i++) gas += machine.execute(state, BLOCK, calls[i & 1]).gasUsed;
      state.settle();
      return gas;
    };
    run();
    return { parts: [{ name: '', unit: PER_MS, items: count, run }], exact: { gas: run() } };
  },
});
