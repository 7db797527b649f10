/** What the compiler tier must not change, printed: outcomes of seeded random modules, and how deep recursion goes. Started by tiers.test.ts. */
import { draws } from '../../bench/work/seeded-draws.ts';
import { contractOf, generateModule } from '../../bench/work/wasm-modules.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { decodeModule, TYPE } from '../../engine/starw/module.ts';

const CONTRACT = 'c'.repeat(40);
const vm = new Vm();
const CALL = { contract: CONTRACT, caller: CONTRACT, value: 0n, input: new Uint8Array(0), gas: 1_000_000 };
const run = (hash: string, bytes: Uint8Array, name: string, args: readonly (number | bigint)[]): string => {
  const outcome = vm.run(new MemoryState(), { round: 1, time: 2 }, { ...CALL, gas: 20_000 }, { hash, bytes }, name, args);
  return `${outcome.status} ${outcome.gasUsed} ${outcome.status === 'ok' ? String(outcome.result) : outcome.status === 'trapped' ? outcome.fault : ''}`;
};
const draw = draws(7);
for (let i = 0; i < 60; i++) {
  const bytes = generateModule((max) => draw() % (max + 1));
  const { exports, functions, types } = decodeModule(bytes);
  for (const { name, kind, index } of exports) {
    if (kind !== 'function') continue;
    console.log(run(String(i), bytes, name, types[functions[index]].params.map((type) => (type === TYPE.i64 ? BigInt(draw()) : draw() | 0))));
  }
}
// Deepest recursion that ends well, by bisection, in frames with few and with many locals; often, so that code gets hot.
const countDown = [0x20, 0x00, 0x04, 0x40, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x10, 0x00, 0x0b];
for (const locals of [0, 7, 300]) {
  const bytes = contractOf(countDown, 1, locals);
  const hash = `depth ${locals}`;
  let [deep, tooDeep] = [0, 40_000];
  while (tooDeep - deep > 1) {
    const middle = (deep + tooDeep) >> 1;
    const { status } = vm.run(new MemoryState(), { round: 1, time: 2 }, CALL, { hash, bytes }, 'call', [middle]);
    if (status === 'ok') deep = middle;
    else tooDeep = middle;
  }
  console.log(`${hash}: ${deep}`);
}
