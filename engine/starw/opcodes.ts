/**
 * The instructions of WebAssembly that the decoder knows: name, what follows the opcode, operands taken and left, and
 * whether a contract may use it. Source: WebAssembly Core Specification 2.0, "Index of Instructions" and "Instructions"
 * (binary format). Opcodes that stand in no row (vectors, threads, exceptions, tail calls, garbage collection) are
 * unknown here, and `familyOf` names them for the refusal.
 */

/** What follows an opcode. */
export const IMMEDIATE = {
  none: 0,
  /** A block type: empty, one value type, or (from 2.0 on) a type index. */
  block: 1,
  /** One index: label, function, local, global, table, type, segment. */
  index: 2,
  /** Two indices: type and table of an indirect call, segment and table or memory. */
  twoIndices: 3,
  /** A vector of labels and one more. */
  labels: 4,
  /** Alignment and offset of a memory access. */
  memory: 5,
  i32: 6,
  i64: 7,
  f32: 8,
  f64: 9,
  /** A vector of value types. */
  types: 10,
  /** One byte: a reference type. */
  type: 11,
} as const;

/** Why a contract may use an instruction, or not. */
export type Family = 'integer' | 'bulk' | 'float' | 'reference' | 'vector' | 'atomic' | 'tail-call' | 'exception' | 'garbage-collection' | 'unknown';

export interface Instruction {
  readonly name: string;
  readonly immediate: number;
  /** Operands taken and left; those of control instructions and calls depend on types and are not here (0, 0). */
  readonly takes: number;
  readonly leaves: number;
  readonly family: Family;
}

/** By opcode. */
export const INSTRUCTIONS: (Instruction | undefined)[] = Array.from({ length: 256 }, () => undefined);
/** By the number behind the prefix 0xfc. */
export const PREFIXED: (Instruction | undefined)[] = Array.from({ length: 18 }, () => undefined);

/** Opcodes that the walkers name. */
export const OP = {
  unreachable: 0x00, nop: 0x01, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f,
  call: 0x10, callIndirect: 0x11, localGet: 0x20, localSet: 0x21, localTee: 0x22, globalGet: 0x23, globalSet: 0x24,
  memorySize: 0x3f, memoryGrow: 0x40, i32Const: 0x41, i64Const: 0x42, i32LtS: 0x48, i32LtU: 0x49, i32GtU: 0x4b, i32Add: 0x6a, i32Sub: 0x6b, i32Or: 0x72, i32ShrU: 0x76,
  refNull: 0xd0, refFunc: 0xd2, prefix: 0xfc,
} as const;
/** Behind the prefix 0xfc. */
export const BULK = { memoryCopy: 10, memoryFill: 11 } as const;

/** Fills consecutive opcodes from `first`. */
function rows(table: (Instruction | undefined)[], first: number, names: string, takes: number, leaves: number, immediate: number = IMMEDIATE.none, family?: Family): void {
  names.split(' ').forEach((name, i) => {
    table[first + i] = { name, immediate, takes, leaves, family: family ?? (/f32|f64/.test(name) ? 'float' : 'integer') };
  });
}

const I = IMMEDIATE;
const typed = (type: string, names: string): string => names.split(' ').map((name) => `${type}.${name}`).join(' ');
const INT_COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const INT_BINARY = 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const FLOAT_COMPARE = 'eq ne lt gt le ge';
const FLOAT_UNARY = 'abs neg ceil floor trunc nearest sqrt';
const FLOAT_BINARY = 'add sub mul div min max copysign';

rows(INSTRUCTIONS, 0x00, 'unreachable nop', 0, 0);
rows(INSTRUCTIONS, 0x02, 'block loop if', 0, 0, I.block);
rows(INSTRUCTIONS, 0x05, 'else', 0, 0);
rows(INSTRUCTIONS, 0x0b, 'end', 0, 0);
rows(INSTRUCTIONS, 0x0c, 'br br_if', 0, 0, I.index);
rows(INSTRUCTIONS, 0x0e, 'br_table', 0, 0, I.labels);
rows(INSTRUCTIONS, 0x0f, 'return', 0, 0);
rows(INSTRUCTIONS, 0x10, 'call', 0, 0, I.index);
rows(INSTRUCTIONS, 0x11, 'call_indirect', 0, 0, I.twoIndices);
rows(INSTRUCTIONS, 0x1a, 'drop', 1, 0);
rows(INSTRUCTIONS, 0x1b, 'select', 3, 1);
rows(INSTRUCTIONS, 0x1c, 'select_t', 3, 1, I.types, 'reference');
rows(INSTRUCTIONS, 0x20, 'local.get', 0, 1, I.index);
rows(INSTRUCTIONS, 0x21, 'local.set', 1, 0, I.index);
rows(INSTRUCTIONS, 0x22, 'local.tee', 1, 1, I.index);
rows(INSTRUCTIONS, 0x23, 'global.get', 0, 1, I.index);
rows(INSTRUCTIONS, 0x24, 'global.set', 1, 0, I.index);
rows(INSTRUCTIONS, 0x25, 'table.get', 1, 1, I.index, 'reference');
rows(INSTRUCTIONS, 0x26, 'table.set', 2, 0, I.index, 'reference');
rows(INSTRUCTIONS, 0x28, 'i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u', 1, 1, I.memory);
rows(INSTRUCTIONS, 0x36, 'i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32', 2, 0, I.memory);
rows(INSTRUCTIONS, 0x3f, 'memory.size', 0, 1, I.index);
rows(INSTRUCTIONS, 0x40, 'memory.grow', 1, 1, I.index);
rows(INSTRUCTIONS, 0x41, 'i32.const', 0, 1, I.i32);
rows(INSTRUCTIONS, 0x42, 'i64.const', 0, 1, I.i64);
rows(INSTRUCTIONS, 0x43, 'f32.const', 0, 1, I.f32);
rows(INSTRUCTIONS, 0x44, 'f64.const', 0, 1, I.f64);
rows(INSTRUCTIONS, 0x45, 'i32.eqz', 1, 1);
rows(INSTRUCTIONS, 0x46, typed('i32', INT_COMPARE), 2, 1);
rows(INSTRUCTIONS, 0x50, 'i64.eqz', 1, 1);
rows(INSTRUCTIONS, 0x51, typed('i64', INT_COMPARE), 2, 1);
rows(INSTRUCTIONS, 0x5b, `${typed('f32', FLOAT_COMPARE)} ${typed('f64', FLOAT_COMPARE)}`, 2, 1);
rows(INSTRUCTIONS, 0x67, typed('i32', 'clz ctz popcnt'), 1, 1);
rows(INSTRUCTIONS, 0x6a, typed('i32', INT_BINARY), 2, 1);
rows(INSTRUCTIONS, 0x79, typed('i64', 'clz ctz popcnt'), 1, 1);
rows(INSTRUCTIONS, 0x7c, typed('i64', INT_BINARY), 2, 1);
rows(INSTRUCTIONS, 0x8b, typed('f32', FLOAT_UNARY), 1, 1);
rows(INSTRUCTIONS, 0x92, typed('f32', FLOAT_BINARY), 2, 1);
rows(INSTRUCTIONS, 0x99, typed('f64', FLOAT_UNARY), 1, 1);
rows(INSTRUCTIONS, 0xa0, typed('f64', FLOAT_BINARY), 2, 1);
rows(INSTRUCTIONS, 0xa7, 'i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u', 1, 1);
rows(INSTRUCTIONS, 0xb2, 'f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32', 1, 1);
rows(INSTRUCTIONS, 0xbc, 'i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64', 1, 1);
rows(INSTRUCTIONS, 0xc0, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s', 1, 1);
rows(INSTRUCTIONS, 0xd0, 'ref.null', 0, 1, I.type, 'reference');
rows(INSTRUCTIONS, 0xd1, 'ref.is_null', 1, 1, I.none, 'reference');
rows(INSTRUCTIONS, 0xd2, 'ref.func', 0, 1, I.index, 'reference');

rows(PREFIXED, 0, 'i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u', 1, 1);
rows(PREFIXED, 8, 'memory.init', 3, 0, I.twoIndices, 'reference');
rows(PREFIXED, 9, 'data.drop', 0, 0, I.index, 'reference');
rows(PREFIXED, 10, 'memory.copy', 3, 0, I.twoIndices, 'bulk');
rows(PREFIXED, 11, 'memory.fill', 3, 0, I.index, 'bulk');
rows(PREFIXED, 12, 'table.init', 3, 0, I.twoIndices, 'reference');
rows(PREFIXED, 13, 'elem.drop', 0, 0, I.index, 'reference');
rows(PREFIXED, 14, 'table.copy', 3, 0, I.twoIndices, 'reference');
rows(PREFIXED, 15, 'table.grow', 2, 1, I.index, 'reference');
rows(PREFIXED, 16, 'table.size', 0, 1, I.index, 'reference');
rows(PREFIXED, 17, 'table.fill', 3, 0, I.index, 'reference');

/** What an opcode without a row belongs to. */
export function familyOf(opcode: number): Family {
  if (opcode === 0xfd) return 'vector';
  if (opcode === 0xfe) return 'atomic';
  if (opcode === 0x12 || opcode === 0x13) return 'tail-call';
  if ((opcode >= 0x06 && opcode <= 0x0a) || opcode === 0x18 || opcode === 0x19 || opcode === 0x1f) return 'exception';
  if (opcode === 0xfb || opcode === 0x14 || opcode === 0x15 || (opcode >= 0xd3 && opcode <= 0xd6)) return 'garbage-collection';
  return 'unknown';
}
