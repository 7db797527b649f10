/**
 * An interpreter of what the gate accepts, written from the WebAssembly Core Specification and D32 and from nothing of
 * `engine/starw`: slow, and meant to be obviously right. All values are bigints without sign; blocks are trees; gas is paid one
 * instruction at a time, when it runs.
 */

type Value = bigint;

interface Instruction {
  readonly op: number;
  /** Behind the prefix 0xfc. */
  readonly sub?: number;
  readonly a?: number;
  readonly b?: number;
  readonly constant?: bigint;
  readonly labels?: readonly number[];
  readonly results?: number;
  readonly body?: readonly Instruction[];
  readonly otherwise?: readonly Instruction[];
}

interface Type {
  readonly params: number;
  readonly results: number;
  /** Binary codes of the parameters. */
  readonly codes: readonly number[];
  /** Equal for equal types. */
  readonly text: string;
}

interface Func {
  readonly params: number;
  readonly results: number;
  readonly locals: number;
  readonly code: readonly Instruction[];
  /** Stack words of a frame. */
  readonly words: number;
}

/** Why it stopped. `out-of-gas` and `stack` are ours, the rest are the specification's traps. */
export class Stop {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

/** What an imported function may do: see and change gas and memory. */
export type Import = (args: readonly Value[], machine: Interpreter) => Value | undefined;

export interface Prices {
  readonly pageGas: number;
  readonly bytesPerGas: number;
  readonly pagesMax: number;
  readonly frameWords: number;
  readonly frameCodeBytes: number;
}

const PAGE = 65_536;
const M32 = (1n << 32n) - 1n;
const M64 = (1n << 64n) - 1n;

export class Interpreter {
  /** Both are the caller's to set. */
  gas = 0;
  stackWords = 0;
  memory = new Uint8Array(0);
  readonly globals: Value[] = [];
  private readonly types: Type[] = [];
  private readonly imports: { name: string; type: number }[] = [];
  private readonly functionTypes: number[] = [];
  private readonly functions: Func[] = [];
  private readonly table: (number | undefined)[] = [];
  private readonly exported = new Map<string, number>();
  private pagesMax = 0;
  private readonly host: Readonly<Record<string, Import>>;
  private readonly prices: Prices;

  constructor(bytes: Uint8Array, host: Readonly<Record<string, Import>>, prices: Prices) {
    this.host = host;
    this.prices = prices;
    this.load(new Bytes(bytes, 8));
  }

  /** Binary codes of an exported function's parameters. */
  parameters(name: string): readonly number[] {
    return this.types[this.functionTypes[this.exported.get(name)!]].codes;
  }

  /** Stack words of each function's frame. */
  get words(): readonly number[] {
    return this.functions.map(({ words }) => words);
  }

  /** Calls an exported function; throws Stop, and whatever an import throws. */
  call(name: string, args: readonly Value[]): Value | undefined {
    return this.invoke(this.exported.get(name)!, args);
  }

  private invoke(index: number, args: readonly Value[]): Value | undefined {
    if (index < this.imports.length) return this.host[this.imports[index].name](args, this);
    const func = this.functions[index - this.imports.length];
    this.stackWords -= func.words;
    if (this.stackWords < 0) throw new Stop('stack');
    const frame = new Frame(this, [...args, ...Array.from({ length: func.locals }, () => 0n)]);
    frame.run(func.code);
    this.stackWords += func.words;
    return func.results === 1 ? frame.operands.pop() : undefined;
  }

  pay(gas: number): void {
    this.gas -= gas;
    if (this.gas < 0) throw new Stop('out-of-gas');
  }

  callDirect(index: number, operands: Value[]): void {
    const { params } = this.types[this.functionTypes[index]];
    const result = this.invoke(index, operands.splice(operands.length - params, params));
    if (result !== undefined) operands.push(result);
  }

  callIndirect(type: number, operands: Value[]): void {
    const at = Number(operands.pop());
    if (at >= this.table.length) throw new Stop('undefined element');
    const index = this.table[at];
    if (index === undefined) throw new Stop('uninitialized element');
    if (this.types[this.functionTypes[index]].text !== this.types[type].text) throw new Stop('indirect call type mismatch');
    this.callDirect(index, operands);
  }

  grow(pages: Value): Value {
    const asked = Number(pages);
    this.pay(Math.min(asked, this.prices.pagesMax) * this.prices.pageGas);
    const old = this.memory.length / PAGE;
    if (old + asked > this.pagesMax) return M32;
    const grown = new Uint8Array((old + asked) * PAGE);
    grown.set(this.memory);
    this.memory = grown;
    return BigInt(old);
  }

  bulk(sub: number, operands: Value[]): void {
    const [to, from, count] = operands.splice(-3).map(Number);
    this.pay(Math.floor(count / this.prices.bytesPerGas));
    const outside = (at: number): boolean => at + count > this.memory.length;
    if (outside(to) || (sub === 10 && outside(from))) throw new Stop('out of bounds memory access');
    if (sub === 10) this.memory.set(this.memory.slice(from, from + count), to);
    else this.memory.fill(from & 255, to, to + count);
  }

  address(base: Value, offset: number, bytes: number): number {
    const at = Number(base) + offset;
    if (at + bytes > this.memory.length) throw new Stop('out of bounds memory access');
    return at;
  }

  load64(at: number, bytes: number): Value {
    let value = 0n;
    for (let i = 0; i < bytes; i++) value |= BigInt(this.memory[at + i]) << BigInt(8 * i);
    return value;
  }

  store64(at: number, bytes: number, value: Value): void {
    for (let i = 0; i < bytes; i++) this.memory[at + i] = Number((value >> BigInt(8 * i)) & 255n);
  }

  private load(input: Bytes): void {
    const bodies: number[] = [];
    while (input.left > 0) {
      const id = input.byte();
      const size = input.unsigned();
      const end = input.at + size;
      if (id === 1) input.repeat(() => this.types.push(readType(input)));
      if (id === 2) input.repeat(() => {
        input.name();
        const name = input.name();
        input.byte();
        this.imports.push({ name, type: input.unsigned() });
        this.functionTypes.push(this.imports.at(-1)!.type);
      });
      if (id === 3) input.repeat(() => this.functionTypes.push(input.unsigned()));
      if (id === 4) input.repeat(() => {
        input.byte();
        const [min] = input.limits();
        for (let i = 0; i < min; i++) this.table.push(undefined);
      });
      if (id === 5) input.repeat(() => {
        const [min, max] = input.limits();
        this.memory = new Uint8Array(min * PAGE);
        this.pagesMax = Math.min(max ?? this.prices.pagesMax, this.prices.pagesMax);
      });
      if (id === 6) input.repeat(() => {
        input.byte();
        input.byte();
        this.globals.push(input.constant());
      });
      if (id === 7) input.repeat(() => {
        const name = input.name();
        const kind = input.byte();
        const index = input.unsigned();
        if (kind === 0) this.exported.set(name, index);
      });
      if (id === 9) input.repeat(() => {
        input.byte();
        let at = Number(input.constant());
        input.repeat(() => (this.table[at++] = input.unsigned()));
      });
      if (id === 10) input.repeat(() => {
        const bytes = input.unsigned();
        bodies.push(input.at);
        this.functions.push(this.readFunction(input, input.at + bytes));
        input.at = bodies.at(-1)! + bytes;
      });
      if (id === 11) input.repeat(() => {
        input.byte();
        const at = Number(input.constant());
        const count = input.unsigned();
        this.memory.set(input.take(count), at);
      });
      input.at = end;
    }
  }

  private readFunction(input: Bytes, end: number): Func {
    const { params, results } = this.types[this.functionTypes[this.imports.length + this.functions.length]];
    let locals = 0;
    input.repeat(() => {
      locals += input.unsigned();
      input.byte();
    });
    const length = end - input.at;
    const [code] = readBlock(input);
    return { params, results, locals, code, words: params + locals + this.mostOperands(code, 0) + this.prices.frameWords + Math.floor(length / this.prices.frameCodeBytes) };
  }

  /** Most operands at once, as validation sees them, in what can be reached; `height` of them at the beginning. */
  private mostOperands(code: readonly Instruction[], height: number): number {
    let most = height;
    let now = height;
    const see = (inside: number): void => {
      most = Math.max(most, inside);
    };
    for (const instruction of code) {
      const { op, sub, a, body, otherwise, results } = instruction;
      if (op === 0x04) now--;
      if (body !== undefined) {
        see(this.mostOperands(body, now));
        see(this.mostOperands(otherwise ?? [], now));
        if (completes(instruction)) now += results!;
      } else if (op === 0x10 || op === 0x11) {
        const type = this.types[op === 0x10 ? this.functionTypes[a!] : a!];
        now += type.results - type.params - (op === 0x11 ? 1 : 0);
      } else now += effect(op, sub);
      see(now);
      if (!completes(instruction)) break;
    }
    return most;
  }
}

/** br, br_table, return, unreachable: what stands behind does not run. */
const LEAVES: ReadonlySet<number> = new Set([0x00, 0x0c, 0x0e, 0x0f]);

const reachesEnd = (code: readonly Instruction[]): boolean => code.every(completes);

const known = new WeakMap<Instruction, boolean>();

/** Whether what stands behind an instruction can be reached. */
function completes(instruction: Instruction): boolean {
  if (!known.has(instruction)) known.set(instruction, judged(instruction));
  return known.get(instruction)!;
}

function judged({ op, body, otherwise }: Instruction): boolean {
  if (body === undefined) return !LEAVES.has(op);
  if (op === 0x03) return reachesEnd(body);
  const arms = op === 0x04 ? [body, otherwise ?? []] : [body];
  return arms.some((arm) => reachesEnd(arm) || branchesTo(arm, 0));
}

/** Whether code that can be reached branches to the label `depth` levels out. */
function branchesTo(code: readonly Instruction[], depth: number): boolean {
  for (const instruction of code) {
    const { op, a, labels, body, otherwise } = instruction;
    if ((op === 0x0c || op === 0x0d) && a === depth) return true;
    if (op === 0x0e && labels!.includes(depth)) return true;
    if ([body, otherwise].some((inner) => inner !== undefined && branchesTo(inner, depth + 1))) return true;
    if (!completes(instruction)) return false;
  }
  return false;
}

/** Operands left minus taken. */
function effect(op: number, sub?: number): number {
  if (op === 0xfc) return sub! < 8 ? 0 : -3;
  if (op === 0x01 || op === 0x00 || op === 0x22 || op === 0x40 || (op >= 0x28 && op <= 0x35)) return 0;
  if (op === 0x20 || op === 0x23 || op === 0x3f || op === 0x41 || op === 0x42) return 1;
  if (op === 0x1a || op === 0x21 || op === 0x24 || op === 0x0d || op === 0x0e) return -1;
  if (op === 0x1b || (op >= 0x36 && op <= 0x3e)) return -2;
  if (op === 0x0c || op === 0x0f) return 0;
  return UNARY.has(op) ? 0 : -1;
}

const UNARY: ReadonlySet<number> = new Set([0x45, 0x50, 0x67, 0x68, 0x69, 0x79, 0x7a, 0x7b, 0xa7, 0xac, 0xad, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4]);

/** A call under way. `run` gives the number of blocks still to be left by a branch, or −1. */
class Frame {
  readonly operands: Value[] = [];
  private readonly machine: Interpreter;
  private readonly locals: Value[];

  constructor(machine: Interpreter, locals: Value[]) {
    this.machine = machine;
    this.locals = locals;
  }

  run(code: readonly Instruction[]): number {
    for (const instruction of code) {
      const left = this.step(instruction);
      if (left >= 0) return left;
    }
    return -1;
  }

  /** A block or `if` arm: what it leaves lies on what was there before. */
  private block(code: readonly Instruction[], results: number): number {
    const height = this.operands.length;
    const left = this.run(code);
    if (left < 0) return -1;
    if (left > 0) return left - 1;
    const kept = results > 0 ? this.operands.splice(this.operands.length - results) : [];
    this.operands.length = height;
    this.operands.push(...kept);
    return -1;
  }

  private loop(code: readonly Instruction[]): number {
    const height = this.operands.length;
    for (;;) {
      this.machine.pay(1);
      const left = this.run(code);
      if (left !== 0) return left < 0 ? -1 : left - 1;
      this.operands.length = height;
    }
  }

  private step({ op, sub, a, b, constant, labels, results, body, otherwise }: Instruction): number {
    const { machine, operands, locals } = this;
    if (op === 0x03) return this.loop(body!);
    machine.pay(1);
    const pop = (): Value => operands.pop()!;
    switch (op) {
      case 0x00:
        throw new Stop('unreachable');
      case 0x01:
        return -1;
      case 0x02:
        return this.block(body!, results!);
      case 0x04:
        return this.block(pop() !== 0n ? body! : (otherwise ?? []), results!);
      case 0x0c:
        return a!;
      case 0x0d:
        return pop() !== 0n ? a! : -1;
      case 0x0e: {
        const at = Number(pop());
        return labels![Math.min(at, labels!.length - 1)];
      }
      case 0x0f:
        return Number.MAX_SAFE_INTEGER;
      case 0x10:
        machine.callDirect(a!, operands);
        return -1;
      case 0x11:
        machine.callIndirect(a!, operands);
        return -1;
      case 0x1a:
        pop();
        return -1;
      case 0x1b: {
        const [condition, second, first] = [pop(), pop(), pop()];
        operands.push(condition !== 0n ? first : second);
        return -1;
      }
      case 0x20:
        operands.push(locals[a!]);
        return -1;
      case 0x21:
        locals[a!] = pop();
        return -1;
      case 0x22:
        locals[a!] = operands.at(-1)!;
        return -1;
      case 0x23:
        operands.push(machine.globals[a!]);
        return -1;
      case 0x24:
        machine.globals[a!] = pop();
        return -1;
      case 0x3f:
        operands.push(BigInt(machine.memory.length / PAGE));
        return -1;
      case 0x40:
        operands.push(machine.grow(pop()));
        return -1;
      case 0x41:
      case 0x42:
        operands.push(constant!);
        return -1;
      case 0xfc:
        machine.bulk(sub!, operands);
        return -1;
    }
    if (op >= 0x28 && op <= 0x35) {
      const [bytes, signed, bits] = LOADS[op];
      const value = machine.load64(machine.address(pop(), b!, bytes), bytes);
      operands.push(signed ? BigInt.asUintN(bits, BigInt.asIntN(8 * bytes, value)) : value);
    } else if (op >= 0x36 && op <= 0x3e) {
      const value = pop();
      machine.store64(machine.address(pop(), b!, STORES[op]), STORES[op], value);
    } else if (UNARY.has(op)) operands.push(unary(op, pop()));
    else {
      const y = pop();
      operands.push(binary(op, pop(), y));
    }
    return -1;
  }
}

/** Bytes, whether with sign, bits of the result. */
const LOADS: Readonly<Record<number, readonly [number, boolean, number]>> = {
  0x28: [4, false, 32], 0x29: [8, false, 64], 0x2c: [1, true, 32], 0x2d: [1, false, 32], 0x2e: [2, true, 32], 0x2f: [2, false, 32],
  0x30: [1, true, 64], 0x31: [1, false, 64], 0x32: [2, true, 64], 0x33: [2, false, 64], 0x34: [4, true, 64], 0x35: [4, false, 64],
};
const STORES: Readonly<Record<number, number>> = { 0x36: 4, 0x37: 8, 0x3a: 1, 0x3b: 2, 0x3c: 1, 0x3d: 2, 0x3e: 4 };

function unary(op: number, x: Value): Value {
  const extend = (from: number, to: number): Value => BigInt.asUintN(to, BigInt.asIntN(from, x));
  switch (op) {
    case 0x45:
    case 0x50:
      return x === 0n ? 1n : 0n;
    case 0xa7:
      return x & M32;
    case 0xac:
      return extend(32, 64);
    case 0xad:
      return x;
    case 0xc0:
      return extend(8, 32);
    case 0xc1:
      return extend(16, 32);
    case 0xc2:
      return extend(8, 64);
    case 0xc3:
      return extend(16, 64);
    case 0xc4:
      return extend(32, 64);
  }
  const bits = op < 0x79 ? 32 : 64;
  const digits = x.toString(2).padStart(bits, '0');
  const which = (op - (bits === 32 ? 0x67 : 0x79)) as 0 | 1 | 2;
  if (which === 2) return BigInt([...digits].filter((digit) => digit === '1').length);
  const from = which === 0 ? digits.indexOf('1') : [...digits].reverse().indexOf('1');
  return BigInt(from < 0 ? bits : from);
}

function binary(op: number, x: Value, y: Value): Value {
  const compare32 = op >= 0x46 && op <= 0x4f;
  const bits = compare32 || (op >= 0x6a && op <= 0x78) ? 32 : 64;
  const mask = bits === 32 ? M32 : M64;
  const signed = (value: Value): bigint => BigInt.asIntN(bits, value);
  const truth = (condition: boolean): Value => (condition ? 1n : 0n);
  const [sx, sy] = [signed(x), signed(y)];
  if (compare32 || (op >= 0x51 && op <= 0x5a)) {
    switch (op - (compare32 ? 0x46 : 0x51)) {
      case 0: return truth(x === y);
      case 1: return truth(x !== y);
      case 2: return truth(sx < sy);
      case 3: return truth(x < y);
      case 4: return truth(sx > sy);
      case 5: return truth(x > y);
      case 6: return truth(sx <= sy);
      case 7: return truth(x <= y);
      case 8: return truth(sx >= sy);
      default: return truth(x >= y);
    }
  }
  const shift = y % BigInt(bits);
  const whole = (value: bigint): Value => value & mask;
  const divisor = (): void => {
    if (y === 0n) throw new Stop('integer divide by zero');
  };
  switch (op - (bits === 32 ? 0x6a : 0x7c)) {
    case 0: return whole(x + y);
    case 1: return whole(x - y);
    case 2: return whole(x * y);
    case 3:
      divisor();
      if (sx / sy === 1n << BigInt(bits - 1)) throw new Stop('integer overflow');
      return whole(sx / sy);
    case 4:
      divisor();
      return x / y;
    case 5:
      divisor();
      return whole(sx % sy);
    case 6:
      divisor();
      return x % y;
    case 7: return x & y;
    case 8: return x | y;
    case 9: return x ^ y;
    case 10: return whole(x << shift);
    case 11: return whole(sx >> shift);
    case 12: return x >> shift;
    case 13: return whole((x << shift) | (x >> (BigInt(bits) - shift)));
    case 14: return whole((x >> shift) | (x << (BigInt(bits) - shift)));
    default: throw new Error(`no instruction 0x${op.toString(16)}`);
  }
}

/** Instructions up to the `end` or `else` of their block, and which of the two it was. */
function readBlock(input: Bytes): [Instruction[], number] {
  const code: Instruction[] = [];
  for (;;) {
    const op = input.byte();
    if (op === 0x0b || op === 0x05) return [code, op];
    code.push(readInstruction(input, op));
  }
}

function readInstruction(input: Bytes, op: number): Instruction {
  if (op === 0x02 || op === 0x03 || op === 0x04) {
    const results = input.byte() === 0x40 ? 0 : 1;
    const [body, closing] = readBlock(input);
    return closing === 0x05 ? { op, results, body, otherwise: readBlock(input)[0] } : { op, results, body };
  }
  if (op === 0x0c || op === 0x0d || op === 0x10 || (op >= 0x20 && op <= 0x24) || op === 0x3f || op === 0x40) return { op, a: input.unsigned() };
  if (op === 0x11 || (op >= 0x28 && op <= 0x3e)) return { op, a: input.unsigned(), b: input.unsigned() };
  if (op === 0x0e) {
    const labels: number[] = [];
    input.repeat(() => labels.push(input.unsigned()));
    labels.push(input.unsigned());
    return { op, labels };
  }
  if (op === 0x41) return { op, constant: input.signed() & M32 };
  if (op === 0x42) return { op, constant: input.signed() & M64 };
  if (op === 0xfc) {
    const sub = input.unsigned();
    input.take(sub === 10 ? 2 : 1);
    return { op, sub };
  }
  return { op };
}

function readType(input: Bytes): Type {
  input.byte();
  const [params, results]: number[][] = [[], []];
  input.repeat(() => params.push(input.byte()));
  input.repeat(() => results.push(input.byte()));
  return { params: params.length, results: results.length, codes: params, text: `${params.join()}>${results.join()}` };
}

class Bytes {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    return this.bytes[this.at++];
  }

  take(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  unsigned(): number {
    return Number(this.leb()[0]);
  }

  signed(): bigint {
    const [value, bits] = this.leb();
    return BigInt.asIntN(bits, value);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }

  repeat(read: () => void): void {
    for (let count = this.unsigned(); count > 0; count--) read();
  }

  limits(): [number, number | undefined] {
    const bounded = this.byte() === 1;
    return [this.unsigned(), bounded ? this.unsigned() : undefined];
  }

  /** i32.const or i64.const, and `end`. */
  constant(): bigint {
    const mask = this.byte() === 0x41 ? M32 : M64;
    const value = this.signed() & mask;
    this.byte();
    return value;
  }

  private leb(): [bigint, number] {
    let value = 0n;
    let bits = 0;
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << BigInt(bits);
      bits += 7;
      if (byte < 128) return [value, bits];
    }
  }
}
