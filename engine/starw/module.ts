/**
 * A module's sections as the gate, the metering and `stratus contract inspect` need them: what is declared where, by byte
 * offset. Bodies stay bytes; they are walked by `walk.ts`. Source: WebAssembly Core Specification, "Modules" (binary format).
 *
 * The decoder knows more than a contract may use (floats, several results, start functions), because metering is
 * tested on foreign modules; what a contract may use is the gate's matter.
 */
import { BinaryReader, Malformed } from './binary.ts';

/** Binary codes of the value types that are known here. */
export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, funcref: 0x70, function: 0x60, empty: 0x40 } as const;

export const SECTION = {
  custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, dataCount: 12,
} as const;
/** Ids in the order in which sections stand in a module. */
export const SECTION_ORDER: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

/** Kinds of imports and exports, by their binary code. */
export const EXTERNAL = ['function', 'table', 'memory', 'global'] as const;
export type External = (typeof EXTERNAL)[number];

export interface FunctionType {
  /** Binary codes of value types. */
  readonly params: readonly number[];
  readonly results: readonly number[];
  readonly offset: number;
}

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: External;
  /** Of a function: its type's index. */
  readonly type: number;
  readonly offset: number;
}

/** Of a table (entries) or a memory (pages of 64 KiB). */
export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
  /** The byte before the limits: bit 0 says that there is a maximum; others are shared, 64-bit. */
  readonly flags: number;
  /** Element type of a table; 0 of a memory. */
  readonly type: number;
  readonly offset: number;
}

export interface Global {
  readonly type: number;
  readonly mutable: boolean;
  /** Where its constant expression stands, `end` included. */
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

export interface Export {
  readonly name: string;
  readonly kind: External;
  readonly index: number;
  readonly offset: number;
}

/** The code of a function. */
export interface Body {
  /** First byte of the local declarations. */
  readonly start: number;
  /** First instruction. */
  readonly code: number;
  /** Behind the last `end`. */
  readonly end: number;
  /** Declared locals, without parameters. */
  readonly locals: number;
}

/** A segment of a table or of the memory. */
export interface Segment {
  readonly flags: number;
  /** Where the constant expression of its offset stands; empty if it has none. */
  readonly start: number;
  readonly end: number;
  /** Entries or bytes, and where they stand (entries: their number first). */
  readonly count: number;
  readonly contents: number;
  readonly offset: number;
}

export interface Section {
  readonly id: number;
  /** Where the id stands. */
  readonly offset: number;
  /** Its contents. */
  readonly start: number;
  readonly end: number;
}

export interface ModuleShape {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  /** Type index of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  readonly tables: readonly Limits[];
  readonly memories: readonly Limits[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start: { readonly function: number; readonly offset: number } | undefined;
  readonly elements: readonly Segment[];
  readonly data: readonly Segment[];
  readonly bodies: readonly Body[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws Malformed. What is left to V8: types of instructions, order and repetition of sections, indices in bodies. */
export function decodeModule(bytes: Uint8Array): ModuleShape {
  const reader = new BinaryReader(bytes);
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  for (const expected of header) if (reader.byte() !== expected) throw new Malformed(reader.at - 1, 'not the header of WebAssembly 1');
  const shape: Writable<ModuleShape> = {
    bytes, sections: [], types: [], imports: [], functions: [], importedFunctions: 0, importedGlobals: 0, tables: [], memories: [], globals: [], exports: [], start: undefined, elements: [], data: [], bodies: [],
  };
  const sections: Section[] = [];
  while (reader.at < bytes.length) {
    const offset = reader.at;
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.at;
    reader.skip(size);
    const section = { id, offset, start, end: reader.at };
    sections.push(section);
    readSection(section, shape);
  }
  if (shape.bodies.length !== shape.functions.length - shape.importedFunctions) throw new Malformed(bytes.length, 'functions and bodies differ in number');
  return { ...shape, sections };
}

function readSection({ id, start, end, offset }: Section, shape: Writable<ModuleShape>): void {
  const reader = new BinaryReader(shape.bytes, start, end);
  switch (id) {
    case SECTION.custom:
      return;
    case SECTION.type:
      shape.types = list(reader, 3, readType);
      break;
    case SECTION.import:
      shape.imports = list(reader, 4, readImport);
      shape.functions = shape.imports.filter(({ kind }) => kind === 'function').map(({ type }) => type);
      shape.importedFunctions = shape.functions.length;
      shape.importedGlobals = shape.imports.filter(({ kind }) => kind === 'global').length;
      break;
    case SECTION.function:
      shape.functions = [...shape.functions, ...list(reader, 1, () => reader.u32())];
      break;
    case SECTION.table:
      shape.tables = list(reader, 3, () => readLimits(reader, reader.byte()));
      break;
    case SECTION.memory:
      shape.memories = list(reader, 2, () => readLimits(reader, 0));
      break;
    case SECTION.global:
      shape.globals = list(reader, 4, readGlobal);
      break;
    case SECTION.export:
      shape.exports = list(reader, 3, readExport);
      break;
    case SECTION.start:
      shape.start = { function: reader.u32(), offset };
      break;
    case SECTION.element:
      shape.elements = list(reader, 2, readElements);
      break;
    case SECTION.code:
      shape.bodies = list(reader, 3, readBody);
      break;
    case SECTION.data:
      shape.data = list(reader, 2, readData);
      break;
    case SECTION.dataCount:
      reader.u32();
      break;
    default:
      throw new Malformed(offset, `section ${id}`);
  }
  if (reader.at !== end) throw new Malformed(reader.at, `${end - reader.at} bytes too many in section ${id}`);
}

function list<T>(reader: BinaryReader, bytesEach: number, read: (reader: BinaryReader) => T): T[] {
  const count = reader.count(bytesEach);
  const all: T[] = [];
  for (let i = 0; i < count; i++) all.push(read(reader));
  return all;
}

const readTypes = (reader: BinaryReader): number[] => list(reader, 1, () => reader.byte());

function readType(reader: BinaryReader): FunctionType {
  const offset = reader.at;
  const form = reader.byte();
  if (form !== TYPE.function) throw new Malformed(offset, `type of form 0x${form.toString(16)}`);
  return { offset, params: readTypes(reader), results: readTypes(reader) };
}

function readKind(reader: BinaryReader): External {
  const at = reader.at;
  const code = reader.byte();
  if (code >= EXTERNAL.length) throw new Malformed(at, `external kind ${code}`);
  return EXTERNAL[code];
}

function readImport(reader: BinaryReader): Import {
  const offset = reader.at;
  const [module, name, kind] = [reader.name(), reader.name(), readKind(reader)];
  let type = 0;
  if (kind === 'function') type = reader.u32();
  else if (kind === 'table') readLimits(reader, reader.byte());
  else if (kind === 'memory') readLimits(reader, 0);
  else reader.skip(2);
  return { module, name, kind, type, offset };
}

function readLimits(reader: BinaryReader, type: number): Limits {
  const offset = reader.at;
  const flags = reader.byte();
  if (flags > 1) throw new Malformed(offset, `limits of form ${flags}: shared, or of 64 bits`);
  return { type, flags, min: reader.u32(), max: flags === 1 ? reader.u32() : undefined, offset };
}

/** One constant, or a global's value, or a reference; then `end`. */
function skipConstant(reader: BinaryReader): void {
  const at = reader.at;
  const opcode = reader.byte();
  if (opcode === 0x41) reader.skipSigned(32);
  else if (opcode === 0x42) reader.skipSigned(64);
  else if (opcode === 0x43) reader.skip(4);
  else if (opcode === 0x44) reader.skip(8);
  else if (opcode === 0x23 || opcode === 0xd2) reader.u32();
  else if (opcode === 0xd0) reader.skip(1);
  else throw new Malformed(at, `constant expression with opcode 0x${opcode.toString(16)}`);
  if (reader.byte() !== 0x0b) throw new Malformed(reader.at - 1, 'constant expression of more than one instruction');
}

function readGlobal(reader: BinaryReader): Global {
  const offset = reader.at;
  const type = reader.byte();
  const mutable = reader.byte();
  if (mutable > 1) throw new Malformed(reader.at - 1, `mutability ${mutable}`);
  const start = reader.at;
  skipConstant(reader);
  return { type, mutable: mutable === 1, start, end: reader.at, offset };
}

function readExport(reader: BinaryReader): Export {
  const offset = reader.at;
  return { name: reader.name(), kind: readKind(reader), index: reader.u32(), offset };
}

/** Flags: bit 0 passive or declared, bit 1 explicit table (or declared), bit 2 expressions in place of indices. */
function readElements(reader: BinaryReader): Segment {
  const offset = reader.at;
  const flags = reader.u32();
  if (flags > 7) throw new Malformed(offset, `element segment of form ${flags}`);
  const active = (flags & 1) === 0;
  if (active && (flags & 2) !== 0) reader.u32();
  const start = reader.at;
  if (active) skipConstant(reader);
  const end = reader.at;
  if ((flags & 3) !== 0) reader.byte();
  const contents = reader.at;
  const entries = list(reader, 1, (flags & 4) !== 0 ? skipConstant : () => reader.u32());
  return { flags, start, end, count: entries.length, contents, offset };
}

function readData(reader: BinaryReader): Segment {
  const offset = reader.at;
  const flags = reader.u32();
  if (flags > 2) throw new Malformed(offset, `data segment of form ${flags}`);
  if (flags === 2) reader.u32();
  const start = reader.at;
  if (flags !== 1) skipConstant(reader);
  const end = reader.at;
  const count = reader.u32();
  const contents = reader.at;
  reader.skip(count);
  return { flags, start, end, count, contents, offset };
}

/** Most locals that V8 allows in a function; checked here, so that sums stay small integers. */
const LOCALS_MAX = 50_000;

function readBody(reader: BinaryReader): Body {
  const size = reader.u32();
  const start = reader.at;
  reader.skip(size);
  const end = reader.at;
  const inside = new BinaryReader(reader.bytes, start, end);
  let locals = 0;
  for (let groups = inside.count(2); groups > 0; groups--) {
    locals += inside.u32();
    if (locals > LOCALS_MAX) throw new Malformed(start, `more than ${LOCALS_MAX} locals`);
    inside.skip(1);
  }
  return { start, code: inside.at, end, locals };
}
