/**
 * Types of a body, checked by ourselves: the validation algorithm of the WebAssembly Core Specification ("Validation Algorithm") for
 * what the gate lets through, code that cannot be reached included. The surroundings validate first, but not all of them look at
 * that code (JavaScriptCore does not), and on what may be deployed all must agree.
 */
import { Malformed } from './binary.ts';
import { TYPE, type Body, type FunctionType, type ModuleShape } from './module.ts';
import { OP } from './opcodes.ts';
import type { Walker } from './walk.ts';

const { i32, i64, empty } = TYPE;
/** An operand of code that cannot be reached, which may be of any type. */
const ANY = 0;

interface Signature {
  readonly takes: readonly number[];
  readonly leaves: readonly number[];
  /** Of a memory access: its bytes as a power of two, the largest alignment it may claim. */
  readonly align: number;
}

/** By opcode: instructions whose types do not depend on the module or the place. */
const SIGNATURES: (Signature | undefined)[] = [];
function rows(first: number, count: number, takes: readonly number[], leaves: readonly number[], align = -1): void {
  for (let i = 0; i < count; i++) SIGNATURES[first + i] = { takes, leaves, align };
}
rows(0x01, 1, [], []);
rows(0x41, 1, [], [i32]);
rows(0x42, 1, [], [i64]);
rows(0x45, 1, [i32], [i32]);
rows(0x46, 10, [i32, i32], [i32]);
rows(0x50, 1, [i64], [i32]);
rows(0x51, 10, [i64, i64], [i32]);
rows(0x67, 3, [i32], [i32]);
rows(0x6a, 15, [i32, i32], [i32]);
rows(0x79, 3, [i64], [i64]);
rows(0x7c, 15, [i64, i64], [i64]);
rows(0xa7, 1, [i64], [i32]);
rows(0xac, 2, [i32], [i64]);
rows(0xc0, 2, [i32], [i32]);
rows(0xc2, 3, [i64], [i64]);
for (const [type, loads, stores] of [
  [i32, [[0x28, 2], [0x2c, 0], [0x2d, 0], [0x2e, 1], [0x2f, 1]], [[0x36, 2], [0x3a, 0], [0x3b, 1]]],
  [i64, [[0x29, 3], [0x30, 0], [0x31, 0], [0x32, 1], [0x33, 1], [0x34, 2], [0x35, 2]], [[0x37, 3], [0x3c, 0], [0x3d, 1], [0x3e, 2]]],
] as const) {
  for (const [opcode, align] of loads) rows(opcode, 1, [i32], [type], align);
  for (const [opcode, align] of stores) rows(opcode, 1, [i32, type], [], align);
}

/** Types that do not fit, and where. */
export class Mistyped extends Malformed {}

/** A block that is open. */
interface Open {
  opcode: number;
  readonly height: number;
  /** A value type, or `empty`. */
  readonly result: number;
  unreachable: boolean;
}

export class BodyTypes {
  /** Labels of the `br_table` that is read, in order; the caller's walker fills it. */
  readonly labels: number[] = [];
  private readonly shape: ModuleShape;
  private readonly type: FunctionType;
  private readonly locals: readonly number[];
  private readonly end: number;
  private readonly stack: number[] = [];
  private readonly open: Open[] = [];
  private at = 0;

  /** `locals` are the types of the body's own. */
  constructor(shape: ModuleShape, { end }: Body, type: FunctionType, locals: readonly number[]) {
    this.shape = shape;
    this.type = type;
    this.locals = [...type.params, ...locals];
    this.end = end;
    this.enter(OP.block, type.results[0] ?? empty);
  }

  /** The instruction that was just read. Throws Mistyped. */
  step(walker: Walker): void {
    const { opcode, index } = walker;
    this.at = walker.offset;
    if (this.open.length === 0) this.fail('instruction behind the end');
    const known = SIGNATURES[opcode];
    if (known !== undefined) {
      if (known.align >= 0) {
        this.memory();
        if (index > known.align) this.fail('alignment above its natural one');
      }
      return this.apply(known.takes, known.leaves);
    }
    switch (opcode) {
      case OP.unreachable:
        return this.leave();
      case OP.if:
        this.pop(i32);
        return this.enter(opcode, walker.blockType);
      case OP.block: case OP.loop:
        return this.enter(opcode, walker.blockType);
      case OP.else: {
        if (this.top().opcode !== OP.if) this.fail('else without if');
        const { result } = this.close();
        return this.enter(opcode, result);
      }
      case OP.end: {
        const { opcode: opened, result } = this.close();
        if (opened === OP.if && result !== empty) this.fail('if without else leaves nothing');
        if (result !== empty) this.stack.push(result);
        if (this.open.length === 0 && walker.at !== this.end) this.fail('the body goes on behind its end');
        return;
      }
      case OP.br:
        this.popLabel(index);
        return this.leave();
      case OP.brIf: {
        this.pop(i32);
        const result = this.labelType(index);
        return result === empty ? undefined : this.apply([result], [result]);
      }
      case OP.brTable:
        return this.table();
      case OP.return:
        for (const result of this.type.results) this.pop(result);
        return this.leave();
      case OP.call:
        return this.call(this.shape.types[this.shape.functions[index] ?? -1]);
      case OP.callIndirect:
        if (this.shape.tables.length === 0) this.fail('no table');
        this.pop(i32);
        return this.call(this.shape.types[index]);
      case OP.localGet: case OP.localSet: case OP.localTee: {
        const type = this.locals[index] ?? this.fail('no such local');
        return this.apply(opcode === OP.localGet ? [] : [type], opcode === OP.localSet ? [] : [type]);
      }
      case OP.globalGet: case OP.globalSet: {
        const { type, mutable } = this.shape.globals[index] ?? this.fail('no such global');
        if (opcode === OP.globalSet && !mutable) this.fail('a global that does not change');
        return opcode === OP.globalGet ? this.apply([], [type]) : this.apply([type], []);
      }
      case DROP:
        return void this.pop(ANY);
      case SELECT: {
        this.pop(i32);
        const one = this.pop(ANY);
        const other = this.pop(one);
        return void this.stack.push(one === ANY ? other : one);
      }
      case OP.memorySize: case OP.memoryGrow:
        this.memory();
        return this.apply(opcode === OP.memorySize ? [] : [i32], [i32]);
      default:
        // Behind the prefix the gate lets two pass, of the same types.
        this.memory();
        return this.apply([i32, i32, i32], []);
    }
  }

  /** At the end of the bytes. Throws Mistyped. */
  finish(): void {
    if (this.open.length > 0) this.fail('the body has no end');
  }

  private fail(detail: string): never {
    throw new Mistyped(this.at, detail);
  }

  private memory(): void {
    if (this.shape.memories.length === 0) this.fail('no memory');
  }

  private top(): Open {
    return this.open[this.open.length - 1];
  }

  private pop(expected: number): number {
    const { height, unreachable } = this.top();
    if (this.stack.length === height) return unreachable ? expected : this.fail('nothing on the stack');
    const type = this.stack.pop()!;
    if (type !== expected && type !== ANY && expected !== ANY) this.fail('operand of another type');
    return type;
  }

  private apply(takes: readonly number[], leaves: readonly number[]): void {
    for (let i = takes.length - 1; i >= 0; i--) this.pop(takes[i]);
    for (const type of leaves) this.stack.push(type);
  }

  private enter(opcode: number, result: number): void {
    this.open.push({ opcode, height: this.stack.length, result, unreachable: false });
  }

  private close(): Open {
    const { result } = this.top();
    if (result !== empty) this.pop(result);
    if (this.stack.length !== this.top().height) this.fail('operands that nothing takes');
    return this.open.pop()!;
  }

  private leave(): void {
    const open = this.top();
    this.stack.length = open.height;
    open.unreachable = true;
  }

  /** What a branch to the label takes along. */
  private labelType(label: number): number {
    const open = this.open[this.open.length - 1 - label] ?? this.fail('no such label');
    return open.opcode === OP.loop ? empty : open.result;
  }

  private popLabel(label: number): void {
    const type = this.labelType(label);
    if (type !== empty) this.pop(type);
  }

  private table(): void {
    this.pop(i32);
    const last = this.labels.at(-1)!;
    for (const label of this.labels) {
      const type = this.labelType(label);
      if ((type === empty) !== (this.labelType(last) === empty)) this.fail('labels that take along different numbers');
      if (type !== empty) this.stack.push(this.pop(type));
    }
    this.popLabel(last);
    this.leave();
  }

  private call(type: FunctionType | undefined): void {
    if (type === undefined) this.fail('no such function');
    this.apply(type!.params, type!.results);
  }
}

const DROP = 0x1a;
const SELECT = 0x1b;
