/**
 * Gas against a reference that is not ours: 60 random modules with the totals of the gas-counting interpreter of NEAR's
 * finite-wasm tests (test/vectors/starw/README.md). They use floats, imports and start functions, so the gate is left out.
 *
 * The reference also charges one per parameter and local of an entered function (here: as many `nop`s in front of the
 * body) and parameters plus results of an imported one (here: the stub counts). In a trap it has counted up to the
 * trapping instruction; a segment is paid as a whole, so what stands behind the trap is taken off again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { meterModule, METERED } from '../../engine/starw/meter.ts';
import { decodeModule, TYPE, type ModuleShape } from '../../engine/starw/module.ts';
import { paidBehindTrap } from './behind-trap.ts';
import { foreign, startExport } from './foreign.ts';

const MODULES = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/starw/random-modules.json'), 'utf8')) as { readonly wasm: string; readonly gas: string }[];
const PLENTY = 0x7fff_ffff;

it.each(MODULES.map(({ wasm, gas }, i) => ({ i, wasm, gas })))('module $i: $gas', ({ wasm, gas }) => {
  const prepared = decodeModule(foreign(Uint8Array.from(Buffer.from(wasm, 'base64'))));
  const metered = meterModule(prepared);
  if (!metered.ok) throw new Error(JSON.stringify(metered.error));
  const compiled = new WebAssembly.Module(metered.value);
  let total = 0;
  const { exports } = new WebAssembly.Instance(compiled, stubs(prepared, (cost) => (total += cost)));
  const left = exports[METERED.gas] as WebAssembly.Global;
  const stack = exports[METERED.stack] as WebAssembly.Global;
  const [full, names] = [stack.value, prepared.exports.filter(({ kind }) => kind === 'function').map(({ name }) => name)];
  for (const name of [...names.filter((name) => name === startExport), ...names.filter((name) => name !== startExport)]) {
    left.value = PLENTY;
    stack.value = full;
    const called = prepared.exports.find((exported) => exported.name === name)!.index;
    const zeros = prepared.types[prepared.functions[called]].params.map((type) => (type === TYPE.i64 ? 0n : 0));
    let behind = 0;
    try {
      (exports[name] as (...args: unknown[]) => unknown)(...zeros);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      behind = paidBehindTrap(error, metered.value, prepared.importedGlobals + prepared.globals.length);
    }
    total += PLENTY - (left.value as number) - behind;
  }
  expect(String(total)).toBe(gas);
});

/** Imported functions that return zeros and cost parameters plus results. */
function stubs({ imports, types }: ModuleShape, pay: (cost: number) => void): WebAssembly.Imports {
  const all: WebAssembly.Imports = {};
  for (const { module, name, type } of imports) {
    const { params, results } = types[type];
    const zeros = results.map((result) => (result === TYPE.i64 ? 0n : 0));
    (all[module] ??= {})[name] = () => {
      pay(params.length + results.length);
      return zeros.length > 1 ? zeros : zeros[0];
    };
  }
  return all;
}
