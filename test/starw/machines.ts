/** The same module run by the engine (gate, metering, V8) and by the interpreter, with all that can be seen of each. */
import { checkModule } from '../../engine/starw/gate.ts';
import { meterModule, METERED } from '../../engine/starw/meter.ts';
import { paidBehindTrap } from './behind-trap.ts';
import { Interpreter, Stop, type Prices } from './interpreter.ts';

/** Repeated here, not imported: a changed price must turn a test red. */
export const PRICES: Prices = { pageGas: 8_192, bytesPerGas: 8, pagesMax: 16, frameWords: 8, frameCodeBytes: 16 };
/** Less than a contract has: the interpreter recurses on the stack of the test. */
const STACK_WORDS = 4_096;

export interface Seen {
  /** The result as an unsigned integer, `nothing`, or why it stopped: `out-of-gas`, `stack`, `trap`. */
  readonly ended: string;
  readonly gas: number;
  /** Of a trap of the specification: what was paid up to the trapping instruction. */
  readonly paid: number | undefined;
  /** Gas left at each call of the host. */
  readonly atHost: readonly number[];
  readonly memory: string;
  readonly globals: readonly string[];
}

const digest = (bytes: Uint8Array): string => {
  let hash = 0;
  for (const byte of bytes) hash = (Math.imul(hash, 31) + byte) | 0;
  return `${bytes.length}:${hash}`;
};

const asUnsigned = (value: unknown): string => (typeof value === 'bigint' ? BigInt.asUintN(64, value) : BigInt((value as number) >>> 0)).toString();

export const STOPS: readonly string[] = ['out-of-gas', 'stack', 'trap'];

/** Calls an exported function of a fresh instance. */
export function runMetered(bytes: Uint8Array<ArrayBuffer>, name: string, args: readonly bigint[], gas: number): Seen {
  const checked = checkModule(bytes);
  if (!checked.ok) throw new Error(`refused: ${JSON.stringify(checked.error)}`);
  const { types, functions, exports: declared } = checked.value;
  const metered = meterModule(checked.value);
  if (!metered.ok) throw new Error(`refused: ${JSON.stringify(metered.error)}`);
  const atHost: number[] = [];
  const note = (result: number) => (): number => {
    // Below zero the call has ended already, as seen from outside.
    if ((left.value as number) >= 0) atHost.push(left.value as number);
    return result;
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(metered.value), { star: { gas_left: () => note(left.value as number)(), ret_len: note(7) } });
  const left = exports[METERED.gas] as WebAssembly.Global;
  const stack = exports[METERED.stack] as WebAssembly.Global;
  left.value = gas;
  stack.value = STACK_WORDS;
  const { params } = types[functions[declared.find((exported) => exported.name === name)!.index]];
  let ended: string;
  let paid: number | undefined;
  try {
    const given = params.map((type, i) => (type === 0x7e ? BigInt.asIntN(64, args[i]) : Number(BigInt.asIntN(32, args[i]))));
    const result = (exports[name] as (...args: unknown[]) => unknown)(...given);
    ended = (left.value as number) < 0 ? 'out-of-gas' : result === undefined ? 'nothing' : asUnsigned(result);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    ended = (left.value as number) < 0 ? 'out-of-gas' : (stack.value as number) < 0 ? 'stack' : 'trap';
    if (ended === 'trap') paid = gas - (left.value as number) - paidBehindTrap(error, metered.value, checked.value.globals.length);
  }
  const stopped = STOPS.includes(ended);
  return {
    ended,
    paid,
    gas: stopped ? gas : gas - (left.value as number),
    atHost,
    memory: digest(new Uint8Array((exports.memory as WebAssembly.Memory).buffer)),
    globals: Object.keys(exports).filter((key) => /^g\d+$/.test(key)).map((key) => asUnsigned((exports[key] as WebAssembly.Global).value)),
  };
}

/** The same by the interpreter. */
export function runInterpreted(bytes: Uint8Array<ArrayBuffer>, name: string, args: readonly bigint[], gas: number): Seen {
  const atHost: number[] = [];
  const machine = new Interpreter(bytes, {
    gas_left: (_, { gas: left }) => {
      atHost.push(left);
      return BigInt(left);
    },
    ret_len: (_, { gas: left }) => {
      atHost.push(left);
      return 7n;
    },
  }, PRICES);
  machine.gas = gas;
  machine.stackWords = STACK_WORDS;
  let ended: string;
  let paid: number | undefined;
  try {
    const result = machine.call(name, machine.parameters(name).map((type, i) => BigInt.asUintN(type === 0x7e ? 64 : 32, args[i])));
    ended = result === undefined ? 'nothing' : result.toString();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    ended = error.why === 'stack' || error.why === 'out-of-gas' ? error.why : 'trap';
    if (ended === 'trap') paid = gas - machine.gas;
  }
  const stopped = STOPS.includes(ended);
  return { ended, paid, gas: stopped ? gas : gas - machine.gas, atHost, memory: digest(machine.memory), globals: machine.globals.map(String) };
}
