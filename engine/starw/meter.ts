/**
 * Metering: a module that counts its own gas and stack, made in one pass over the bytes. What it computes is unchanged.
 *
 * Everything is appended at the end of its section, so that no index shifts: two globals (gas and stack words that are
 * left, i32, below zero when they ran out, which traps), helpers that pay by size, one that sets the mutable globals back, and
 * the exports `star:gas`, `star:stack`, `star:reset`, `star:memory`. Custom sections are dropped.
 *
 * Stack: entering a function takes its words (`BodyMeter.words`), leaving it gives them back. Functions that call nothing
 * only look whether the words are there. Both checks of an entry, gas and stack, share one branch.
 */
import { MODULE_LIMITS, VM_GAS, VM_LIMITS } from '../params/vm.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import { BinaryWriter } from './binary.ts';
import { RESERVED, type Refusal } from './gate.ts';
import { BodyMeter, TRAP_IF_NEGATIVE, writeSubtract, type Appended } from './meter-body.ts';
import { EXTERNAL, SECTION, SECTION_ORDER, TYPE, type Body, type FunctionType, type ModuleShape } from './module.ts';
import { BULK, OP } from './opcodes.ts';

/** Names under which a metered module gives its counters, its reset and its memory (if it has one) to the host. */
export const METERED = { gas: `${RESERVED}gas`, stack: `${RESERVED}stack`, reset: `${RESERVED}reset`, memory: `${RESERVED}memory` } as const;

/**
 * Metered bytes. Refused where they outgrow `growthFactor` and `growthBytes`, or where compilers would have more to join than
 * the module's length allows. The shape must be of a valid module.
 */
export function meterModule(shape: ModuleShape): Result<Uint8Array<ArrayBuffer>, Refusal> {
  const metering = new Metering(shape);
  const metered = metering.run();
  const max = growthMax(shape.bytes.length);
  if (metered.length > max) return err({ code: 'growth', offset: 0, bytes: metered.length, max });
  return metering.joins <= metering.joinsMax ? ok(metered) : err({ code: 'limit', limit: 'joins', found: metering.joins, max: metering.joinsMax, offset: metering.joinsOffset });
}

/** Largest size of the metered form of a module, bytes. */
export const growthMax = (bytes: number): number => MODULE_LIMITS.growthFactor * bytes + MODULE_LIMITS.growthBytes;

/** A function that metering appends: its type, and its body without size. */
interface Helper {
  readonly type: number;
  readonly body: Uint8Array;
}

class Metering {
  private readonly shape: ModuleShape;
  private readonly types: FunctionType[];
  private readonly appended: Appended;
  private readonly helpers: Helper[] = [];
  private readonly reset: number;
  /** Of all bodies, how much there may be, and the body in which it becomes too much. */
  joins = 0;
  readonly joinsMax: number;
  joinsOffset = 0;

  constructor(shape: ModuleShape) {
    this.shape = shape;
    this.joinsMax = MODULE_LIMITS.joinsPerByte * shape.bytes.length + MODULE_LIMITS.joinsFree;
    this.types = [...shape.types];
    const globals = shape.importedGlobals + shape.globals.length;
    const functions = shape.functions.length;
    // All helpers have an index; those that nothing calls are left out at the end, in reverse order of need.
    this.reset = functions;
    this.appended = { gas: globals, stack: globals + 1, grow: functions + 1, copy: functions + 2, fill: functions + 3 };
  }

  run(): Uint8Array<ArrayBuffer> {
    const code = this.code();
    const out = new BinaryWriter(code.length + this.shape.bytes.length + 256);
    out.all([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    for (const id of SECTION_ORDER) {
      const section = this.shape.sections.find((candidate) => candidate.id === id);
      const contents = id === SECTION.code ? code : this.rewritten(id, section?.start, section?.end);
      if (contents !== undefined) {
        out.byte(id);
        out.u32(contents.length);
        out.copy(contents, 0, contents.length);
      } else if (section !== undefined) out.copy(this.shape.bytes, section.offset, section.end);
    }
    return out.written().slice();
  }

  /** Contents of a section that metering adds to; undefined: as it was. */
  private rewritten(id: number, start = 0, end = 0): Uint8Array | undefined {
    const { shape, appended } = this;
    switch (id) {
      case SECTION.type: {
        const added = this.types.slice(shape.types.length);
        return extended(shape.bytes, start, end, shape.types.length, added.length, (out) => {
          for (const { params, results } of added) {
            out.byte(TYPE.function);
            out.u32(params.length);
            out.all(params);
            out.u32(results.length);
            out.all(results);
          }
        });
      }
      case SECTION.function:
        return extended(shape.bytes, start, end, shape.bodies.length, this.helpers.length, (out) => {
          for (const { type } of this.helpers) out.u32(type);
        });
      case SECTION.memory:
        return shape.memories.length === 1 ? this.memory() : undefined;
      case SECTION.global:
        return extended(shape.bytes, start, end, shape.globals.length, 2, (out) => {
          for (const initial of [VM_LIMITS.gas, VM_LIMITS.stackWords]) {
            out.all([TYPE.i32, 1, OP.i32Const]);
            out.s32(initial);
            out.byte(OP.end);
          }
        });
      case SECTION.export:
        return extended(shape.bytes, start, end, shape.exports.length, 3 + shape.memories.length, (out) => {
          for (const [name, kind, index] of [[METERED.gas, 'global', appended.gas], [METERED.stack, 'global', appended.stack], [METERED.reset, 'function', this.reset], [METERED.memory, 'memory', 0]] as const) {
            if (kind === 'memory' && shape.memories.length === 0) continue;
            out.name(name);
            out.byte(EXTERNAL.indexOf(kind));
            out.u32(index);
          }
        });
      default:
        return undefined;
    }
  }

  /** One memory that ends where ours must. */
  private memory(): Uint8Array {
    const [{ min, max }] = this.shape.memories;
    const out = new BinaryWriter(12);
    out.all([1, 1]);
    out.u32(min);
    out.u32(Math.max(min, Math.min(max ?? VM_LIMITS.memoryPages, VM_LIMITS.memoryPages)));
    return out.written();
  }

  private code(): Uint8Array {
    const { shape, appended } = this;
    const inside = new BinaryWriter(4096);
    const meter = new BodyMeter(shape, inside, appended);
    const out = new BinaryWriter(2 * shape.bytes.length + 256);
    const head = new BinaryWriter(256);
    const bodies = shape.bodies.length;
    const start = out.at;
    for (let i = 0; i < bodies; i++) {
      const type = shape.types[shape.functions[shape.importedFunctions + i]];
      inside.at = head.at = 0;
      meter.walk(shape.bodies[i], type);
      if (this.joins <= this.joinsMax) this.joinsOffset = shape.bodies[i].start;
      this.joins += meter.joins;
      this.enter(head, shape.bodies[i], type, meter);
      const tail = this.leave(meter);
      out.u32(head.at + inside.at + tail.length);
      out.copy(head.bytes, 0, head.at);
      out.copy(inside.bytes, 0, inside.at);
      out.all(tail);
    }
    this.addHelpers(meter);
    for (const { body } of this.helpers) {
      out.u32(body.length);
      out.all(body);
    }
    const whole = new BinaryWriter(out.at + 8);
    whole.u32(bodies + this.helpers.length);
    whole.copy(out.bytes, start, out.at);
    return whole.written();
  }

  /** Locals of the body and two more, the checks of an entry, and the block that `return` leaves. */
  private enter(out: BinaryWriter, body: Body, type: FunctionType, { firstCost, words, calls }: BodyMeter): void {
    const { gas, stack } = this.appended;
    const scratch = type.params.length + body.locals;
    const groups = new BinaryWriter(8);
    const { bytes } = this.shape;
    let at = body.start;
    let count = bytes[at] & 0x7f;
    for (let shift = 7; bytes[at++] >= 0x80; shift += 7) count |= (bytes[at] & 0x7f) << shift;
    groups.u32(count + 1);
    out.copy(groups.bytes, 0, groups.at);
    out.copy(bytes, at, body.code);
    out.all([2, TYPE.i32]);
    if (calls) writeSubtract(out, stack, words, scratch + 1);
    else {
      out.byte(OP.globalGet);
      out.u32(stack);
      out.byte(OP.i32Const);
      out.s32(words);
      out.byte(OP.i32Sub);
      out.byte(firstCost > 0 ? OP.localSet : OP.localTee);
      out.u32(scratch + 1);
    }
    if (firstCost > 0) {
      writeSubtract(out, gas, firstCost, scratch);
      for (const local of [scratch, scratch + 1]) {
        out.byte(OP.localGet);
        out.u32(local);
      }
      out.byte(OP.i32Or);
    } else if (calls) {
      out.byte(OP.localGet);
      out.u32(scratch + 1);
    }
    if (calls) out.all(TRAP_IF_NEGATIVE);
    else {
      // The words were not taken; the host must still see that they would have been too many.
      out.all([OP.i32Const, 0, OP.i32LtS, OP.if, TYPE.empty, OP.localGet]);
      out.u32(scratch + 1);
      out.byte(OP.globalSet);
      out.u32(stack);
      out.all([OP.unreachable, OP.end]);
    }
    out.byte(OP.block);
    if (type.results.length > 1) out.s32(this.typeOf([], type.results));
    else out.byte(type.results[0] ?? TYPE.empty);
  }

  private leave({ words, calls }: BodyMeter): readonly number[] {
    const out = new BinaryWriter(16);
    out.byte(OP.end);
    if (calls) {
      out.byte(OP.globalGet);
      out.u32(this.appended.stack);
      out.byte(OP.i32Const);
      out.s32(words);
      out.byte(OP.i32Add);
      out.byte(OP.globalSet);
      out.u32(this.appended.stack);
    }
    out.byte(OP.end);
    return Array.from(out.written());
  }

  /** Index of a function type, appended where there is none. */
  private typeOf(params: readonly number[], results: readonly number[]): number {
    const same = (x: readonly number[], y: readonly number[]): boolean => x.length === y.length && x.every((type, i) => type === y[i]);
    const known = this.types.findIndex((type) => same(type.params, params) && same(type.results, results));
    return known >= 0 ? known : this.types.push({ params, results, offset: 0 }) - 1;
  }

  /** In the order of their indices, as far as the last one that is called. */
  private addHelpers({ usesGrow, usesCopy, usesFill }: BodyMeter): void {
    const { i32 } = TYPE;
    this.helpers.push({ type: this.typeOf([], []), body: this.resetBody() });
    if (usesGrow || usesCopy || usesFill) this.helpers.push({ type: this.typeOf([i32], [i32]), body: this.growBody() });
    if (usesCopy || usesFill) this.helpers.push({ type: this.typeOf([i32, i32, i32], []), body: this.bulkBody([OP.prefix, BULK.memoryCopy, 0, 0]) });
    if (usesFill) this.helpers.push({ type: this.typeOf([i32, i32, i32], []), body: this.bulkBody([OP.prefix, BULK.memoryFill, 0]) });
  }

  /** Every mutable global gets its first value again. */
  private resetBody(): Uint8Array {
    const { shape } = this;
    const out = new BinaryWriter(64);
    out.byte(0);
    shape.globals.forEach(({ mutable, start, end }, i) => {
      if (!mutable) return;
      out.copy(shape.bytes, start, end - 1);
      out.byte(OP.globalSet);
      out.u32(shape.importedGlobals + i);
    });
    out.byte(OP.end);
    return out.written();
  }

  /** memory.grow: the pages asked for, or as many as there may be, are paid whether there are so many or not. */
  private growBody(): Uint8Array {
    const out = new BinaryWriter(64);
    out.all([1, 2, TYPE.i32]);
    for (const value of ['asked', 'most', 'asked', 'most']) {
      if (value === 'asked') out.all([OP.localGet, 0]);
      else {
        out.byte(OP.i32Const);
        out.s32(VM_LIMITS.memoryPages);
      }
    }
    out.all([OP.i32LtU, SELECT, OP.i32Const]);
    out.s32(VM_GAS.memoryPage);
    out.byte(I32_MUL);
    this.payBySize(out, 1, 2);
    out.all([OP.localGet, 0, OP.memoryGrow, 0, OP.end]);
    return out.written();
  }

  /** memory.copy, memory.fill: one gas for every `bytesPerGas` bytes. */
  private bulkBody(instruction: readonly number[]): Uint8Array {
    const out = new BinaryWriter(64);
    out.all([1, 2, TYPE.i32, OP.localGet, 2, OP.i32Const]);
    out.s32(31 - Math.clz32(VM_GAS.bytesPerGas));
    out.byte(OP.i32ShrU);
    this.payBySize(out, 3, 4);
    out.all([OP.localGet, 0, OP.localGet, 1, OP.localGet, 2, ...instruction, OP.end]);
    return out.written();
  }

  /** Takes the price on the operand stack from the gas. */
  private payBySize(out: BinaryWriter, price: number, scratch: number): void {
    const { gas } = this.appended;
    out.all([OP.localSet, price, OP.globalGet]);
    out.u32(gas);
    out.all([OP.localGet, price, OP.i32Sub, OP.localTee, scratch, OP.globalSet]);
    out.u32(gas);
    out.all([OP.localGet, scratch, ...TRAP_IF_NEGATIVE]);
  }
}

const SELECT = 0x1b;
const I32_MUL = 0x6c;

/** A section's contents with more entries: their number, the old ones as they are, what `add` writes. */
function extended(bytes: Uint8Array, start: number, end: number, count: number, added: number, add: (out: BinaryWriter) => void): Uint8Array | undefined {
  if (added === 0) return undefined;
  const out = new BinaryWriter(end - start + 64);
  out.u32(count + added);
  let at = start;
  if (end > start) while (bytes[at++] >= 0x80);
  out.copy(bytes, at, end);
  add(out);
  return out.written();
}
