/**
 * Metering of one body: each straight segment pays for its instructions before the first of them runs.
 *
 * One gas per executed plain instruction of the module as deployed; `end` and `else` are free, `loop` counts once per
 * iteration (D32). A segment ends behind a branch, a call, `unreachable`, `memory.grow` and bulk instructions, at `loop`,
 * `else`, and at the `end` of what can be reached in two ways. The `end` of a block that no branch leads to ends none.
 * So the gas that is left is exact at every call, and in code that cannot be reached nothing is paid.
 *
 * A loop that is only jumped back to without condition, from behind its first segment (as `while` is compiled), has that segment
 * paid ahead: by the segment that falls into the loop, and by each that jumps back. That is one charge per iteration in place of
 * two. Such bodies are walked twice.
 *
 * Whether the gas was enough is looked at where a function begins, in segments that branch back to a loop (measured: SHA-256
 * takes 1.19 times as long as raw; 1.42 with the look at the loop's header), and by the host when asked for what costs. In
 * between, a call that has less than nothing runs on for a few more instructions, no more than its functions are long; what it
 * does there is undone with the rest, so from outside it ended at the segment's start.
 *
 * Source bytes are copied as they are, segment by segment, behind a charge each; replaced are only `return` (a branch
 * to the block that metering puts around the body) and the instructions that pay by size (calls to helpers).
 */
import { MODULE_LIMITS, VM_LIMITS } from '../params/vm.ts';
import type { BinaryWriter } from './binary.ts';
import { TYPE, type Body, type FunctionType, type ModuleShape } from './module.ts';
import { BULK, OP } from './opcodes.ts';
import { Walker } from './walk.ts';

/** Indices of what metering appends to a module. */
export interface Appended {
  /** Globals. */
  readonly gas: number;
  readonly stack: number;
  /** Functions: pay by size, then do it. */
  readonly grow: number;
  readonly copy: number;
  readonly fill: number;
}

/** Kinds of what is open at a place of a body. */
const KIND = { body: 0, block: 1, loop: 2, if: 3, else: 4 } as const;

/** In place of a cost: may not be paid ahead. */
const NEVER = -1;

/** A block that is open. */
interface Open {
  kind: number;
  /** Operands below its own. */
  height: number;
  params: number;
  results: number;
  /** Whether a branch leads to its end (to its beginning: for loops it does not matter). */
  targeted: boolean;
  /** Of a loop: its number among the loops of the body that can be reached. */
  loop: number;
  /** Whether it was reached, and of an `if` with `else`: whether the first arm's end was. */
  entered: boolean;
  firstArm: boolean;
}

export class BodyMeter {
  private readonly shape: ModuleShape;
  private readonly out: BinaryWriter;
  private readonly appended: Appended;
  private readonly open: Open[] = [];
  private depth = 0;
  /** Source that is not yet copied starts here, and costs this much so far. */
  private from = 0;
  private cost = 0;
  /** Whether it ends in a branch back to a loop. */
  private backward = false;
  private live = true;
  private height = 0;
  /** Loops of the body that can be reached, in their order: what the first segment costs where it may be paid ahead, else 0 or `NEVER`. */
  private loops: number[] = [];
  /** The same, known from the first walk; empty in it. */
  private ahead: readonly number[] = [];
  private loopCount = 0;
  /** The loop whose first segment is under way, or −1. */
  private header = -1;
  private readonly onLabel = (label: number): void => {
    this.join(1);
    this.target(label);
    this.notAhead(label);
  };

  /** Of the body that was walked last. Charge of its first segment, which the caller pays on entry. */
  firstCost = 0;
  private first = true;
  /** Words of its frame: parameters, locals, most operands at once in code that can be reached, `frameWords`, and by `frameCodeBytes`. */
  words = 0;
  /** How much compilers have to join in it: see `MODULE_LIMITS.joinsPerByte`. */
  joins = 0;
  /** Parameters and locals. */
  private variables = 0;
  /** Whether it calls anything of the module or of the host. */
  calls = false;
  usesGrow = false;
  usesCopy = false;
  usesFill = false;

  constructor(shape: ModuleShape, out: BinaryWriter, appended: Appended) {
    this.shape = shape;
    this.out = out;
    this.appended = appended;
  }

  /** Writes the metered instructions of a body, without its last `end`, for a place one block deeper. */
  walk(body: Body, type: FunctionType): void {
    const start = this.out.at;
    this.ahead = [];
    this.pass(body, type);
    if (!this.loops.some((cost) => cost > 0)) return;
    this.ahead = this.loops.map((cost) => (cost === NEVER ? 0 : cost));
    this.out.at = start;
    this.pass(body, type);
  }

  private pass(body: Body, type: FunctionType): void {
    const { shape } = this;
    this.loops = [];
    this.loopCount = 0;
    this.header = -1;
    const variables = (this.variables = type.params.length + body.locals);
    this.joins = 0;
    this.depth = 0;
    this.from = body.code;
    this.cost = 0;
    this.backward = false;
    this.live = true;
    this.height = 0;
    this.firstCost = 0;
    this.first = true;
    this.calls = false;
    this.push(KIND.body, 0, type.results.length);
    let most = 0;
    const walker = new Walker(shape.bytes, body.code, body.end);
    while (walker.at < body.end) {
      this.step(walker);
      if (this.live && this.height > most) most = this.height;
    }
    this.flush(body.end - 1);
    this.words = variables + most + VM_LIMITS.frameWords + Math.floor((body.end - body.code) / VM_LIMITS.frameCodeBytes);
  }

  private step(walker: Walker): void {
    const instruction = walker.next(this.live ? this.onLabel : undefined);
    const { opcode } = walker;
    if (this.live && opcode >= OP.block && opcode <= OP.callIndirect && opcode !== OP.end) this.join(opcode === OP.loop ? MODULE_LIMITS.joinsOfLoop : 1);
    if (opcode === OP.end) return this.end(walker.at);
    if (opcode === OP.else) return this.else(walker.at);
    if (!this.live) {
      // Nothing here runs; blocks are counted to find where something does again.
      if (opcode === OP.block || opcode === OP.loop || opcode === OP.if) this.push(opcode - 1, 0, 0);
      return;
    }
    switch (opcode) {
      case OP.block:
        this.cost++;
        return this.block(walker, KIND.block);
      case OP.loop:
        return this.loop(walker);
      case OP.if:
        this.height--;
        this.cost++;
        this.block(walker, KIND.if);
        return this.flush(walker.at);
      case OP.br: {
        const open = this.target(walker.index);
        if (open.kind === KIND.loop) this.cost += this.ahead[open.loop] ?? 0;
        return this.leave(walker.at);
      }
      case OP.brIf:
        this.height--;
        this.target(walker.index);
        this.cost++;
        this.notAhead(walker.index);
        return this.flush(walker.at);
      case OP.brTable:
      case OP.unreachable:
        return this.leave(walker.at);
      case OP.return:
        this.cost++;
        this.header = -1;
        this.flush(walker.offset);
        this.out.byte(OP.br);
        this.out.u32(this.depth - 1);
        this.from = walker.at;
        this.live = false;
        return;
      case OP.call:
        return this.call(walker, this.shape.types[this.shape.functions[walker.index]], 0);
      case OP.callIndirect:
        return this.call(walker, this.shape.types[walker.index], 1);
      case OP.memoryGrow:
        this.usesGrow = true;
        return this.helper(walker, this.appended.grow);
      case OP.prefix:
        if (walker.number !== BULK.memoryCopy && walker.number !== BULK.memoryFill) break;
        this.height -= 3;
        if (walker.number === BULK.memoryCopy) {
          this.usesCopy = true;
          return this.helper(walker, this.appended.copy);
        }
        this.usesFill = true;
        return this.helper(walker, this.appended.fill);
    }
    this.cost++;
    this.height += instruction.leaves - instruction.takes;
  }

  private loop(walker: Walker): void {
    const number = this.loopCount++;
    const ahead = this.ahead[number] ?? 0;
    // One loop's first segment that ends in another is left as it is: who pays for what is then still seen from one place.
    this.header = -1;
    this.block(walker, KIND.loop);
    this.open[this.depth - 1].loop = number;
    this.cost += ahead;
    this.flush(walker.at);
    this.loops.push(0);
    this.header = number;
    // Every iteration pays for the loop; what is paid ahead comes to nothing at the end of the first segment.
    this.cost = 1 - ahead;
  }

  /** Someone may jump to this label or not: if it is a loop's, nobody knows who would pay ahead. */
  private notAhead(label: number): void {
    const open = this.open[this.depth - 1 - label];
    if (open.kind === KIND.loop) this.loops[open.loop] = NEVER;
  }

  /** A block begins: its parameters are among the operands. */
  private block(walker: Walker, kind: number): void {
    if (walker.blockType === TYPE.empty) return this.push(kind, 0, 0);
    if (walker.blockType >= 0) return this.push(kind, 0, 1);
    const { params, results } = this.shape.types[walker.index];
    this.push(kind, params.length, results.length);
  }

  private push(kind: number, params: number, results: number): void {
    const { depth } = this;
    if (depth === this.open.length) this.open.push({ kind, height: 0, params, results, targeted: false, loop: -1, entered: true, firstArm: false });
    const open = this.open[depth];
    open.kind = kind;
    open.height = this.height - params;
    open.params = params;
    open.results = results;
    open.targeted = false;
    open.entered = this.live;
    open.firstArm = false;
    this.depth = depth + 1;
  }

  private target(label: number): Open {
    const open = this.open[this.depth - 1 - label];
    open.targeted = true;
    if (open.kind === KIND.loop) this.backward = true;
    return open;
  }

  private join(weight: number): void {
    this.joins += weight * (this.variables + this.height);
  }

  private else(at: number): void {
    const open = this.open[this.depth - 1];
    this.flush(at);
    open.firstArm = this.live;
    open.kind = KIND.else;
    this.live = open.entered;
    this.height = open.height + open.params;
  }

  private end(at: number): void {
    const open = this.open[--this.depth];
    const { kind, entered, targeted } = open;
    // The body's own end is not copied: the block around it has one.
    if (this.depth === 0) return;
    // Reached from elsewhere too: from a branch, or past the arm that stands here.
    const joined = entered && (kind === KIND.if || (kind === KIND.else && open.firstArm) || (kind !== KIND.loop && targeted));
    if (joined) {
      this.flush(at);
      this.live = true;
    }
    this.height = open.height + open.results;
  }

  private leave(at: number): void {
    this.cost++;
    this.header = -1;
    this.flush(at);
    this.live = false;
  }

  private call(walker: Walker, { params, results }: FunctionType, indirect: number): void {
    this.calls = true;
    this.cost++;
    this.flush(walker.at);
    this.height += results.length - params.length - indirect;
  }

  /** In place of an instruction, a call of a function that pays by size and then does it. */
  private helper(walker: Walker, index: number): void {
    this.cost++;
    this.flush(walker.offset);
    this.out.byte(OP.call);
    this.out.u32(index);
    this.from = walker.at;
  }

  /** Copies the segment that ends here, behind its charge. */
  private flush(end: number): void {
    if (this.first) this.firstCost = this.cost;
    else if (this.cost > 0) this.charge();
    this.first = false;
    this.out.copy(this.shape.bytes, this.from, end);
    // A segment that branches back looks at the gas, so it keeps its charge.
    if (this.header >= 0 && this.loops[this.header] !== NEVER && !this.backward) this.loops[this.header] = this.cost;
    this.header = -1;
    this.from = end;
    this.cost = 0;
    this.backward = false;
  }

  private charge(): void {
    const { out } = this;
    // The first local behind the body's own is metering's.
    const scratch = this.variables;
    writeSubtract(out, this.appended.gas, this.cost, this.backward ? scratch : undefined);
    if (!this.backward) return;
    out.byte(OP.localGet);
    out.u32(scratch);
    out.all(TRAP_IF_NEGATIVE);
  }
}

/** global −= amount, and the difference also into a local. */
export function writeSubtract(out: BinaryWriter, global: number, amount: number, local?: number): void {
  out.byte(OP.globalGet);
  out.u32(global);
  out.byte(OP.i32Const);
  out.s32(amount);
  out.byte(OP.i32Sub);
  if (local !== undefined) {
    out.byte(OP.localTee);
    out.u32(local);
  }
  out.byte(OP.globalSet);
  out.u32(global);
}

/** Traps if the operand is negative. A counter below zero is how the host knows why. */
export const TRAP_IF_NEGATIVE: readonly number[] = [OP.i32Const, 0, OP.i32LtS, OP.if, TYPE.empty, OP.unreachable, OP.end];
