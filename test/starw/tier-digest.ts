/**
 * What neither compiler nor engine may change, one line each: outcomes of seeded random modules, how deep recursion goes, the gate's verdicts, every host
 * function, hostile contracts, and a token. Made into one script by bench/work/digest-bundle.ts; it prints where there is no page, and
 * leaves its lines in `tierDigest`.
 */
import { mutated } from '../../bench/work/gate-fuzz.ts';
import { draws } from '../../bench/work/seeded-draws.ts';
import { contractOf, generateModule } from '../../bench/work/wasm-modules.ts';
import { fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { Vm } from '../../engine/starw/execute.ts';
import { checkModule } from '../../engine/starw/gate.ts';
import { MemoryState } from '../../engine/starw/memory-state.ts';
import { decodeModule, TYPE } from '../../engine/starw/module.ts';
import type { Outcome } from '../../engine/starw/types.ts';

/** In hex; the bundle has it. */
declare const MODULES: { readonly contracts: Readonly<Record<string, string>>; readonly other: string; readonly token: string };

const lines: string[] = [];
const [CONTRACT, OTHER, USER] = ['cc', 'dd', 'ee'].map((byte) => byte.repeat(20));
const BLOCK = { round: 7, time: 1_000_000_000 };
const CALL = { contract: CONTRACT, caller: USER, value: 0n, input: new Uint8Array(0), gas: 1_000_000 };
const vm = new Vm();

/** All but the engine's own words. */
const shown = (outcome: Outcome): string => {
  const { status, gasUsed } = outcome;
  switch (outcome.status) {
    case 'ok':
      return `${status} ${gasUsed} ${String(outcome.result)} ${toHex(outcome.output)} ${outcome.events.map(({ contract, topic, data }) => `${contract}/${toHex(topic)}/${toHex(data)}`).join(' ')}`;
    case 'reverted':
      return `${status} ${gasUsed} ${toHex(outcome.reason)}`;
    case 'trapped':
      return `${status} ${gasUsed} ${outcome.fault}`;
    default:
      return `${status} ${gasUsed} ${outcome.why}`;
  }
};

const draw = draws(7);
for (let i = 0; i < 60; i++) {
  const bytes = generateModule((max) => draw() % (max + 1));
  const { exports, functions, types } = decodeModule(bytes);
  for (const { name, kind, index } of exports) {
    if (kind !== 'function') continue;
    const args = types[functions[index]].params.map((type) => (type === TYPE.i64 ? BigInt(draw()) : draw() | 0));
    lines.push(`module ${i} ${name}: ${shown(vm.run(new MemoryState(), BLOCK, { ...CALL, gas: 40_000 }, { hash: String(i), bytes }, name, args))}`);
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
    const { status } = vm.run(new MemoryState(), BLOCK, CALL, { hash, bytes }, 'call', [middle]);
    if (status === 'ok') deep = middle;
    else tooDeep = middle;
  }
  lines.push(`${hash}: ${deep}`);
}

// Each product is computed before the recursion and behind it: compilers that notice keep all 400 of them in every frame.
const products = (operation: number): number[] => Array.from({ length: 400 }, (_, k) => [0x20, 1, 0x20, 0, 0xad, 0x42, 0x81 | ((2 * k) & 0x7e), k >> 6, 0x7e, operation, 0x21, 1]).flat();
const KEEPS = contractOf([...products(0x85), ...countDown, ...products(0x7c), 0x41, 0, 0x20, 1, 0x37, 3, 0], 1, 1); // stored, or all of it would be dead
lines.push(`kept values: ${shown(vm.run(new MemoryState(), BLOCK, { ...CALL, gas: 9_000_000 }, { hash: 'kept', bytes: KEEPS }, 'call', [1_000]))}`);

const stateWith = (code: string): MemoryState => {
  const state = new MemoryState();
  state.balances.set(USER, 1_000n);
  for (const [account, hex] of [[CONTRACT, code], [OTHER, MODULES.other]]) state.codes.set(account, { hash: hex, bytes: fromHex(hex) });
  return state;
};

for (const [name, code] of Object.entries(MODULES.contracts)) {
  const state = stateWith(code);
  const outcomes = [1, 2].map(() => shown(vm.execute(state, BLOCK, { ...CALL, gas: 4_000_000, value: 5n, input: Uint8Array.from({ length: 40 }, (_, i) => i) })));
  lines.push(`${name}: ${outcomes.join(' | ')} | ${state.image().replaceAll('\n', ' ')}`);
}

// What may be deployed: the gate's verdict on changed modules, 100 to a line. Why something is refused may differ.
const change = draws(8);
const choose = (max: number): number => change() % (max + 1);
let base = generateModule(choose);
for (let i = 0, verdicts = ''; i < 3_000; i++) {
  if (i % 20 === 0) base = generateModule(choose);
  verdicts += checkModule(mutated(base, choose)).ok ? 'y' : '.';
  if (verdicts.length < 100) continue;
  lines.push(`gate: ${verdicts}`);
  verdicts = '';
}

// Deploy 1,000 of a token; then transfers until they no longer are covered, many enough to be compiled again.
const state = stateWith(MODULES.token);
const number = (value: number): number[] => Array.from({ length: 8 }, (_, i) => Math.floor(value / 256 ** i) % 256);
lines.push(`token deploy: ${shown(vm.execute(state, BLOCK, { ...CALL, input: Uint8Array.from(number(1_000)) }, 'deploy'))}`);
for (let i = 0; i < 1_010; i++) {
  const outcome = shown(vm.execute(state, BLOCK, { ...CALL, input: Uint8Array.from([2, ...fromHex(OTHER), ...number(1)]) }));
  if (i % 100 === 0) lines.push(`token transfer ${i}: ${outcome}`);
}
lines.push(`token: ${state.image().replaceAll('\n', ' ')}`);

const text = lines.join('\n');
const surroundings = globalThis as { document?: unknown; print?: (line: string) => void; console?: { log(line: string): void }; tierDigest?: string };
surroundings.tierDigest = text;
if (surroundings.document === undefined) (surroundings.print ?? surroundings.console!.log)(text);
