/**
 * What a contract may be made of. The surroundings' WebAssembly validates first; then types of bodies are checked once more by
 * ourselves (`body-types.ts` says why), and everything must be on closed lists: the integer instructions of WebAssembly 1.0, sign extension, `memory.copy` and `memory.fill`; the functions of
 * `star`; limits of `MODULE_LIMITS`. Nothing else passes, so that engines of any age and both of V8's compilers agree
 * about all that does (floats are out for their NaN bits, later extensions because engines differ in having them).
 */
import { MODULE_LIMITS, VM_LIMITS } from '../params/vm.ts';
import { err, ok, type Result } from '../primitives/result.ts';
import { BinaryReader, Malformed } from './binary.ts';
import { BodyTypes, Mistyped } from './body-types.ts';
import { HOST_FUNCTIONS, HOST_MODULE, type HostFunction } from './imports.ts';
import { decodeModule, TYPE, type Body, type Export, type FunctionType, type Import, type ModuleShape, type Segment } from './module.ts';
import { BULK, OP, type Family } from './opcodes.ts';
import { UnknownInstruction, Walker } from './walk.ts';

export type LimitName = Exclude<keyof typeof MODULE_LIMITS, 'growthFactor' | 'growthBytes' | 'joinsPerByte' | 'joinsFree' | 'joinsOfLoop'> | 'joins' | 'tables' | 'memories' | 'memoryPages' | 'results';

/** Why a module may not be deployed; `offset` is the byte at which the offence stands. */
export type Refusal =
  /** Not a WebAssembly module: malformed, or it does not validate. `detail` is for people and differs between engines. */
  | { readonly code: 'invalid'; readonly offset: number; readonly detail: string }
  /** Valid where later versions are known, but not a form that is known here: shared memory, tags, groups of types… */
  | { readonly code: 'unsupported'; readonly offset: number; readonly detail: string }
  | { readonly code: 'instruction'; readonly offset: number; readonly name: string; readonly family: Family }
  | { readonly code: 'value-type'; readonly offset: number; readonly type: number }
  | { readonly code: 'limit'; readonly offset: number; readonly limit: LimitName; readonly found: number; readonly max: number }
  /** Valid, but written in a way that older engines read differently. */
  | { readonly code: 'encoding'; readonly offset: number; readonly what: 'block type' | 'index' | 'segment' | 'constant' }
  | { readonly code: 'import'; readonly offset: number; readonly module: string; readonly name: string; readonly why: 'unknown' | 'kind' | 'signature' }
  | { readonly code: 'export'; readonly offset: number; readonly name: string; readonly why: 'reserved' | 'missing' | 'kind' | 'signature' }
  /** A segment that ends behind the memory or table as it is at first: it would trap before the contract starts. */
  | { readonly code: 'segment-range'; readonly offset: number; readonly end: number; readonly size: number }
  | { readonly code: 'start-function'; readonly offset: number }
  | { readonly code: 'growth'; readonly offset: number; readonly bytes: number; readonly max: number };

/** Names of exports that the metering appends begin so. */
export const RESERVED = 'star:';

const PAGE_BYTES = 65_536;

class Refused {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

const refuse = (refusal: Refusal): never => {
  throw new Refused(refusal);
};

/** Turns what this folder throws about a module into data. */
function caught<T>(judge: () => T): Result<T, Refusal> {
  try {
    return ok(judge());
  } catch (thrown) {
    if (thrown instanceof Refused) return err(thrown.refusal);
    if (thrown instanceof UnknownInstruction) return err({ code: 'instruction', offset: thrown.offset, name: thrown.name, family: thrown.family });
    if (thrown instanceof Mistyped) return err({ code: 'invalid', offset: thrown.offset, detail: thrown.detail });
    if (thrown instanceof Malformed) return err({ code: 'unsupported', offset: thrown.offset, detail: thrown.detail });
    throw thrown;
  }
}

/** Judges everything but entry points. Never throws; time is linear in the length. */
export const checkModule = (bytes: Uint8Array): Result<ModuleShape, Refusal> => caught(() => {
  limit('bytes', bytes.length, 0);
  if (!WebAssembly.validate(bytes)) return refuse(invalid(bytes));
  const shape = decodeModule(bytes);
  checkDeclarations(shape);
  for (let i = 0; i < shape.bodies.length; i++) checkBody(shape, shape.bodies[i], shape.types[shape.functions[shape.importedFunctions + i]]);
  return shape;
});

/** Also asks for what a contract needs: the memory as `memory`, `call` and perhaps `deploy`, without parameters or results. */
export function checkContract(bytes: Uint8Array): Result<ModuleShape, Refusal> {
  const checked = checkModule(bytes);
  return checked.ok ? caught(() => checkEntryPoints(checked.value)) : checked;
}

function invalid(bytes: Uint8Array): Refusal {
  try {
    decodeModule(bytes);
    new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof Malformed) return { code: 'invalid', offset: error.offset, detail: error.detail };
    // V8 says where, in its text; others do not.
    const text = error instanceof Error ? error.message : String(error);
    return { code: 'invalid', offset: Number(/@\+(\d+)/.exec(text)?.[1] ?? 0), detail: text };
  }
  return { code: 'invalid', offset: 0, detail: 'does not validate' };
}

function limit(name: LimitName, found: number, offset: number, max: number = (MODULE_LIMITS as Readonly<Record<string, number>>)[name]): void {
  if (found > max) refuse({ code: 'limit', limit: name, found, max, offset });
}

const isInteger = (type: number): boolean => type === TYPE.i32 || type === TYPE.i64;

function checkDeclarations(shape: ModuleShape): void {
  limit('types', shape.types.length, shape.types[MODULE_LIMITS.types]?.offset ?? 0);
  for (const { params, results, offset } of shape.types) {
    limit('parameters', params.length, offset);
    limit('results', results.length, offset, 1);
    for (const type of [...params, ...results]) if (!isInteger(type)) refuse({ code: 'value-type', type, offset });
  }
  limit('imports', shape.imports.length, shape.imports[MODULE_LIMITS.imports]?.offset ?? 0);
  for (const imported of shape.imports) checkImport(shape, imported);
  limit('functions', shape.bodies.length, shape.bodies[MODULE_LIMITS.functions]?.start ?? 0);
  limit('tables', shape.tables.length, shape.tables[1]?.offset ?? 0, 1);
  for (const { type, min, max, offset } of shape.tables) {
    if (type !== TYPE.funcref) refuse({ code: 'value-type', type, offset });
    limit('tableEntries', Math.max(min, max ?? 0), offset);
  }
  limit('memories', shape.memories.length, shape.memories[1]?.offset ?? 0, 1);
  for (const { min, offset } of shape.memories) limit('memoryPages', min, offset, VM_LIMITS.memoryPages);
  limit('globals', shape.globals.length, shape.globals[MODULE_LIMITS.globals]?.offset ?? 0);
  for (const { type, start, offset } of shape.globals) {
    if (!isInteger(type)) refuse({ code: 'value-type', type, offset });
    checkConstant(shape, start, type);
  }
  limit('exports', shape.exports.length, shape.exports[MODULE_LIMITS.exports]?.offset ?? 0);
  for (const { name, offset } of shape.exports) if (name.startsWith(RESERVED)) refuse({ code: 'export', name, offset, why: 'reserved' });
  if (shape.start !== undefined) refuse({ code: 'start-function', offset: shape.start.offset });
  limit('elementSegments', shape.elements.length, shape.elements[MODULE_LIMITS.elementSegments]?.offset ?? 0);
  limit('dataSegments', shape.data.length, shape.data[MODULE_LIMITS.dataSegments]?.offset ?? 0);
  for (const segment of shape.elements) checkSegment(shape, segment, shape.tables[0]?.min ?? 0);
  for (const segment of shape.data) checkSegment(shape, segment, (shape.memories[0]?.min ?? 0) * PAGE_BYTES);
}

/** Segments and globals start from plain integers of their type: later versions allow more. */
function checkConstant({ bytes }: ModuleShape, at: number, type: number): void {
  if (bytes[at] !== (type === TYPE.i64 ? OP.i64Const : OP.i32Const)) refuse({ code: 'encoding', what: 'constant', offset: at });
}

function checkSegment(shape: ModuleShape, { start, offset, count }: Segment, size: number): void {
  // The first version knows one form only, with a flag of one zero byte.
  if (shape.bytes[offset] !== 0) refuse({ code: 'encoding', what: 'segment', offset });
  checkConstant(shape, start, TYPE.i32);
  const end = (new BinaryReader(shape.bytes, start + 1).s32() >>> 0) + count;
  if (end > size) refuse({ code: 'segment-range', offset, end, size });
}

function checkImport(shape: ModuleShape, { module, name, kind, type, offset }: Import): void {
  if (kind !== 'function') refuse({ code: 'import', module, name, offset, why: 'kind' });
  if (module !== HOST_MODULE || !Object.hasOwn(HOST_FUNCTIONS, name)) refuse({ code: 'import', module, name, offset, why: 'unknown' });
  const [params, results] = HOST_FUNCTIONS[name as HostFunction];
  const declared = shape.types[type];
  if (!sameTypes(declared.params, params) || !sameTypes(declared.results, results)) refuse({ code: 'import', module, name, offset, why: 'signature' });
}

const sameTypes = (x: readonly number[], y: readonly number[]): boolean => x.length === y.length && x.every((type, i) => type === y[i]);

function checkBody(shape: ModuleShape, body: Body, type: FunctionType): void {
  limit('bodyBytes', body.end - body.start, body.start);
  limit('locals', body.locals, body.start);
  const types = new BodyTypes(shape, body, type, localTypes(shape.bytes, body));
  const walker = new Walker(shape.bytes, body.code, body.end);
  const onLabel = (label: number): void => void types.labels.push(label);
  let nesting = 0;
  while (walker.at < body.end) {
    types.labels.length = 0;
    const { name, family } = walker.next(onLabel);
    const { offset, opcode } = walker;
    if (family !== 'integer' && family !== 'bulk') refuse({ code: 'instruction', name, family, offset });
    switch (opcode) {
      case OP.block:
      case OP.loop:
      case OP.if:
        if (walker.blockType !== TYPE.empty && !isInteger(walker.blockType)) refuse({ code: 'encoding', what: 'block type', offset });
        limit('nesting', ++nesting, offset);
        break;
      case OP.end:
        nesting--;
        break;
      case OP.brTable:
        limit('labels', labelsAt(walker), offset);
        break;
      case OP.memorySize:
      case OP.memoryGrow:
        plainIndices(walker, 2);
        break;
      case OP.callIndirect:
        // The table's index: one byte, zero, with the type's last byte before it.
        if (walker.second !== 0 || walker.bytes[walker.at - 2] >= 0x80) refuse({ code: 'encoding', what: 'index', offset });
        break;
      case OP.prefix:
        plainIndices(walker, walker.number === BULK.memoryCopy ? 4 : 3);
        break;
    }
    types.step(walker);
  }
  types.finish();
}

/** Opcode and indices of zero in as few bytes as they need: the first version has zero bytes there, not integers. */
function plainIndices(walker: Walker, bytes: number): void {
  const { offset, at } = walker;
  if (at - offset !== bytes || walker.bytes[at - 1] !== 0 || (bytes === 4 && walker.bytes[at - 2] !== 0)) refuse({ code: 'encoding', what: 'index', offset });
}

function labelsAt(walker: Walker): number {
  return new Walker(walker.bytes, walker.offset + 1, walker.at).u32();
}

/** One for each of the body's own locals; all are integers. */
function localTypes(bytes: Uint8Array, { start, code }: Body): number[] {
  const reader = new Walker(bytes, start, code);
  const types: number[] = [];
  for (let groups = reader.u32(); groups > 0; groups--) {
    const count = reader.u32();
    const offset = reader.at;
    const type = reader.byte();
    if (!isInteger(type)) refuse({ code: 'value-type', type, offset });
    for (let i = 0; i < count; i++) types.push(type);
  }
  return types;
}

function checkEntryPoints(shape: ModuleShape): ModuleShape {
  const end = shape.bytes.length;
  const find = (name: string): Export | undefined => shape.exports.find((exported) => exported.name === name);
  const memory = find('memory') ?? refuse({ code: 'export', name: 'memory', offset: end, why: 'missing' });
  if (memory.kind !== 'memory') refuse({ code: 'export', name: 'memory', offset: memory.offset, why: 'kind' });
  for (const name of ['call', 'deploy']) {
    const entry = find(name);
    if (entry === undefined) {
      if (name === 'call') refuse({ code: 'export', name, offset: end, why: 'missing' });
      continue;
    }
    if (entry.kind !== 'function') refuse({ code: 'export', name, offset: entry.offset, why: 'kind' });
    const { params, results } = shape.types[shape.functions[entry.index]];
    if (params.length + results.length > 0) refuse({ code: 'export', name, offset: entry.offset, why: 'signature' });
  }
  return shape;
}
