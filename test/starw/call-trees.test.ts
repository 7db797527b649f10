/**
 * Trees of calls, each contract with a script of its own, against a model that copies the whole state at every call: gas to the unit, statuses,
 * events, storage and balances, whatever returns, reverts, traps or runs out of gas in the midst of it.
 */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { utf8 } from '../../engine/primitives/bytes.ts';
import { contract, USER, world } from './world.ts';

type Step =
  | { readonly do: 'set'; readonly key: number; readonly length: number }
  | { readonly do: 'delete'; readonly key: number }
  | { readonly do: 'emit'; readonly length: number }
  | { readonly do: 'call'; readonly value: number; readonly gas: number; readonly node: Node };
interface Node {
  readonly steps: readonly Step[];
  readonly end: 'return' | 'revert' | 'trap' | 'spin' | 'bad pointer';
}

const { tree } = fc.letrec<{ tree: Node; step: Step }>((tie) => ({
  tree: fc.record({
    steps: fc.array(tie('step'), { minLength: 1, maxLength: 5, depthIdentifier: 'calls', size: 'max' }),
    end: fc.oneof({ weight: 5, arbitrary: fc.constant('return' as const) }, { weight: 2, arbitrary: fc.constant('revert' as const) }, { weight: 1, arbitrary: fc.constantFrom('trap' as const, 'spin' as const, 'bad pointer' as const) }),
  }),
  step: fc.oneof(
    { depthSize: 'large', depthIdentifier: 'calls', maxDepth: 4 },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('set' as const), key: fc.nat(2), length: fc.nat(600) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), key: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('emit' as const), length: fc.nat(40) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('call' as const), value: fc.nat(9), gas: fc.oneof(fc.nat(300_000), fc.constant(0xffff_ffff)), node: tie('tree') }) },
  ),
}));

/** A node's contract stands at an address of its own: its number in the order of a walk. */
const address = (i: number): string => (0xa00 + i).toString(16).padStart(40, '0');
/** Keys are the letters from here; statuses are collected at 900. */
const [KEYS, STATUSES] = [64, 900];

interface Placed {
  readonly address: string;
  readonly node: Node;
  readonly code: Uint8Array;
  readonly callees: readonly Placed[];
}

function place(node: Node, count = { next: 0 }): Placed {
  const own = address(count.next++);
  const callees: Placed[] = [];
  const body = node.steps.map((step) => {
    switch (step.do) {
      case 'set':
        return `(call $storage_set (i32.const ${KEYS + step.key}) (i32.const 1) (i32.const 0) (i32.const ${step.length}))`;
      case 'delete':
        return `(call $storage_delete (i32.const ${KEYS + step.key}) (i32.const 1))`;
      case 'emit':
        return `(call $emit (i32.const ${KEYS}) (i32.const 2) (i32.const 0) (i32.const ${step.length}))`;
      case 'call': {
        const at = 20 * callees.push(place(step.node, count));
        return `(i32.store8 (i32.const ${STATUSES + callees.length - 1}) (call $call (i32.const ${at + 80}) (i64.const ${step.value}) (i32.const 0) (i32.const 0) (i32.const ${step.gas | 0})))`;
      }
    }
  });
  const statuses = `(i32.const ${STATUSES}) (i32.const ${callees.length})`;
  const ends = { return: `(call $ret ${statuses})`, revert: `(call $revert ${statuses})`, trap: 'unreachable', spin: '(loop (br 0))', 'bad pointer': '(call $caller (i32.const -1))' };
  const data = `(data (i32.const ${KEYS}) "ABC")${callees.map((callee, i) => `(data (i32.const ${100 + 20 * i}) "${callee.address.replaceAll(/../g, '\\$&')}")`).join('')}`;
  return { address: own, node, code: contract(`${body.join('\n')} ${ends[node.end]}`, data), callees };
}

const all = (placed: Placed): Placed[] => [placed, ...placed.callees.flatMap(all)];

interface Model {
  storage: Map<string, number>;
  balances: Map<string, number>;
  events: string[];
}

class Stopped extends Error {}

/** Status, what is handed back, and what is left of `given` (of a transaction or of a cap). */
function run(model: Model, placed: Placed, from: string, value: number, given: number): { status: number; output: number[]; left: number } {
  const before: Model = { storage: new Map(model.storage), balances: new Map(model.balances), events: [...model.events] };
  const undo = (): void => void Object.assign(model, before);
  const balance = (of: string): number => model.balances.get(of) ?? 0;
  if (balance(from) < value) return { status: 3, output: [], left: given };
  if (value > 0) {
    model.balances.set(from, balance(from) - value);
    model.balances.set(placed.address, balance(placed.address) + value);
  }
  let gas = given;
  const pay = (amount: number): void => {
    gas -= amount;
    if (gas < 0) throw new Stopped();
  };
  const units = (length: number | undefined): number => (length === undefined ? 0 : Math.ceil((1 + length) / 256));
  const statuses: number[] = [];
  try {
    pay(8 * Math.max(placed.code.length, 2_048) + 256 + 1_024);
    let callee = 0;
    for (const step of placed.node.steps) {
      switch (step.do) {
        case 'set': {
          const entry = `${placed.address}/${step.key}`;
          pay(5 + 200 + Math.floor((1 + step.length) / 8) + 20_000 * Math.max(0, units(step.length) - units(model.storage.get(entry))));
          model.storage.set(entry, step.length);
          break;
        }
        case 'delete':
          pay(3 + 200);
          model.storage.delete(`${placed.address}/${step.key}`);
          break;
        case 'emit':
          pay(5 + 200 + 8 * (2 + step.length));
          model.events.push(`${placed.address} ${step.length}`);
          break;
        case 'call': {
          pay(1 + 6 + 2_000);
          const capped = Math.min(step.gas, gas);
          const { status, left } = run(model, placed.callees[callee++], placed.address, step.value, capped);
          gas -= capped - left;
          pay(1);
          statuses.push(status);
        }
      }
    }
    if (placed.node.end === 'trap' || placed.node.end === 'spin' || placed.node.end === 'bad pointer') throw new Stopped();
    pay(3 + Math.floor(statuses.length / 8));
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    undo();
    return { status: 2, output: [], left: 0 };
  }
  if (placed.node.end === 'revert') undo();
  return { status: placed.node.end === 'revert' ? 1 : 0, output: statuses, left: gas };
}

test.prop([tree, fc.constantFrom(40_000, 200_000, 800_000, 4_000_000), fc.nat(20)], { numRuns: 300 })('trees of calls', (root, gas, value) => {
  const placed = place(root);
  const { state, vm } = world({});
  for (const { address: at, code } of all(placed)) state.codes.set(at, { hash: at, bytes: code });
  const model: Model = { storage: new Map(), balances: new Map([[USER, 1_000]]), events: [] };
  // Twice: what the first left is there, and instances are used again.
  for (let turn = 0; turn < 2; turn++) {
    const outcome = vm.execute(state, { round: 1, time: 1 }, { contract: placed.address, caller: USER, value: BigInt(value), input: utf8(''), gas });
    model.events = [];
    const { status, output, left } = run(model, placed, USER, value, gas);
    const names = ['ok', 'reverted', 'trapped'];
    expect([outcome.status, outcome.gasUsed]).toEqual([names[status], gas - left]);
    if (outcome.status === 'ok') expect([[...outcome.output], outcome.events.map(({ contract: of, data }) => `${of} ${data.length}`)]).toEqual([output, model.events]);
    if (outcome.status === 'reverted') expect([...outcome.reason]).toEqual(output);
    expect([...state.storage].map(([key, { length }]) => `${key}=${length}`).sort()).toEqual([...model.storage].map(([key, length]) => `${key.replace(/\d$/, (digit) => `4${Number(digit) + 1}`)}=${length}`).sort());
    expect([...state.balances].filter(([, amount]) => amount > 0n).sort()).toEqual([...model.balances].filter(([, amount]) => amount > 0).map(([of, amount]) => [of, BigInt(amount)]).sort());
  }
});
