/**
 * Random valid modules of what the gate accepts: every instruction, nested blocks with operands below them, branches
 * out of expressions, dead code, recursion, indirect calls, loops that may not end (gas ends them). `choose` decides everything.
 */

/** An integer from 0 to `max`. */
export type Choose = (max: number) => number;

const I32 = 0x7f;
const I64 = 0x7e;
type Type = typeof I32 | typeof I64;
interface Signature {
  readonly params: readonly Type[];
  readonly result: Type | undefined;
}

const unsigned = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]);
const signed = (value: bigint): number[] => (value >= -64n && value < 64n ? [Number(value & 127n)] : [Number(value & 127n) | 128, ...signed(value >> 7n)]);
const text = (name: string): number[] => [...unsigned(name.length), ...Array.from(name, (letter) => letter.charCodeAt(0))];
const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly (readonly number[])[]): number[] => {
  const contents = vector(items);
  return items.length === 0 ? [] : [id, ...unsigned(contents.length), ...contents];
};

/** A module of one function `call` with these instructions, a memory, and perhaps i32 parameters and i64 locals. */
export const contractOf = (code: readonly number[], params = 0, locals = 0): Uint8Array<ArrayBuffer> => {
  const body = [1, ...unsigned(locals), I64, ...code, 0x0b];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, [[0x60, ...vector(Array.from({ length: params }, () => [I32])), 0]]),
    ...section(3, [[0]]),
    ...section(5, [[0, 1]]),
    ...section(7, [[...text('memory'), 2, 0], [...text('call'), 0, 0]]),
    ...section(10, [[...unsigned(body.length), ...body]]),
  ]);
};

const IMPORTS: readonly (readonly [string, Signature])[] = [['gas_left', { params: [], result: I32 }], ['ret_len', { params: [], result: I32 }]];

/** The functions are exported as `f0`, `f1`…, the memory as `memory`, all globals as `g0`, `g1`… */
export function generateModule(choose: Choose): Uint8Array<ArrayBuffer> {
  const pick = <T>(all: readonly T[]): T => all[choose(all.length - 1)];
  const several = <T>(min: number, max: number, make: () => T): T[] => Array.from({ length: min + choose(max - min) }, make);
  const anyType = (): Type => pick([I32, I64]);
  const functions: Signature[] = several(1, 5, () => ({ params: several(0, 3, anyType), result: pick([I32, I64, undefined]) }));
  const callable = [...IMPORTS.map(([, signature]) => signature), ...functions];
  const globals = several(1, 4, anyType);
  const table = several(0, 6, () => IMPORTS.length + choose(functions.length - 1));
  const pagesMax = pick([1, 2, 3, undefined]);

  const constant = (type: Type): number[] => {
    const bits = type === I32 ? 32 : 64;
    const small = BigInt(choose(200)) - 100n;
    const wide = BigInt.asIntN(bits, (BigInt(choose(0xffff_ffff)) << 32n) | BigInt(choose(0xffff_ffff)));
    return [type === I32 ? 0x41 : 0x42, ...signed(pick([small, small, small, wide, BigInt.asIntN(bits, 1n << BigInt(bits - 1))]))];
  };

  const body = ({ params, result }: Signature): number[] => {
    const locals = several(0, 4, anyType);
    const variables = [...params, ...locals];
    /** What each open block's label takes, outermost first. */
    const labels: (Type | undefined)[] = [result];
    let budget = 60;

    const variable = (type: Type): number | undefined => {
      const fitting = variables.flatMap((is, i) => (is === type ? [i] : []));
      return fitting.length > 0 ? pick(fitting) : undefined;
    };
    const global = (type: Type): number | undefined => {
      const fitting = globals.flatMap((is, i) => (is === type ? [i] : []));
      return fitting.length > 0 ? pick(fitting) : undefined;
    };
    /** Mostly inside the memory, sometimes anywhere. */
    const address = (): number[] => (choose(9) === 0 ? value(I32) : [0x41, ...signed(BigInt(choose(5_000)))]);
    const access = (bytes: number): number[] => [choose(Math.log2(bytes)), ...unsigned(choose(19) === 0 ? 65_530 + choose(9) : choose(300))];
    const inside = (label: Type | undefined, make: () => number[]): number[] => {
      labels.push(label);
      const code = make();
      labels.pop();
      return code;
    };
    const depthOf = (fits: (label: Type | undefined) => boolean): number | undefined => {
      const fitting = labels.flatMap((label, i) => (fits(label) ? [labels.length - 1 - i] : []));
      return fitting.length > 0 ? pick(fitting) : undefined;
    };
    const call = (fits: (signature: Signature) => boolean): number[] | undefined => {
      const fitting = callable.flatMap((signature, i) => (fits(signature) ? [i] : []));
      if (fitting.length === 0) return undefined;
      const index = pick(fitting);
      const args = callable[index].params.flatMap((type) => value(type));
      if (table.length > 0 && choose(2) === 0) return [...args, ...(choose(3) === 0 ? value(I32) : [0x41, choose(table.length)]), 0x11, ...unsigned(index), 0];
      return [...args, 0x10, ...unsigned(index)];
    };
    const statements = (): number[] => several(0, 4, statement).flat();

    const value = (type: Type): number[] => {
      const at = type === I32 ? 0 : 1;
      if (--budget < 0) return constant(type);
      switch (choose(17)) {
        case 0: case 1: {
          const local = variable(type);
          return local === undefined ? constant(type) : [0x20, local];
        }
        case 2: {
          const index = global(type);
          return index === undefined ? constant(type) : [0x23, index];
        }
        case 3: case 4: case 5:
          return [...value(type), ...value(type), [0x6a, 0x7c][at] + choose(14)];
        case 6:
          return [...value(type), pick(type === I32 ? [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1] : [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4])];
        case 7: {
          const of = anyType();
          if (type === I64) return [...value(I32), pick([0xac, 0xad])];
          return choose(3) === 0 ? [...value(I64), pick([0x50, 0xa7])] : [...value(of), ...value(of), (of === I32 ? 0x46 : 0x51) + choose(9)];
        }
        case 8: {
          const [op, bytes] = pick<readonly [number, number]>(type === I32 ? [[0x28, 4], [0x2c, 1], [0x2d, 1], [0x2e, 2], [0x2f, 2]] : [[0x29, 8], [0x30, 1], [0x31, 1], [0x32, 2], [0x33, 2], [0x34, 4], [0x35, 4]]);
          return [...address(), op, ...access(bytes)];
        }
        case 9:
          return [...value(type), ...value(type), ...value(I32), 0x1b];
        case 10:
          return [0x02, type, ...inside(type, () => [...statements(), ...value(type)]), 0x0b];
        case 11:
          return [...value(I32), 0x04, type, ...inside(type, () => [...statements(), ...value(type)]), 0x05, ...inside(type, () => [...statements(), ...value(type)]), 0x0b];
        case 12:
          return [0x03, type, ...inside(undefined, () => [...statements(), ...value(type)]), 0x0b];
        case 13: {
          const depth = depthOf((label) => label === type);
          return depth === undefined ? constant(type) : [...value(type), ...value(I32), 0x0d, ...unsigned(depth)];
        }
        case 14:
          return call((signature) => signature.result === type) ?? constant(type);
        case 15: {
          const local = variable(type);
          return local === undefined ? constant(type) : [...value(type), 0x22, local];
        }
        case 16:
          if (type === I64) return constant(type);
          return choose(2) > 0 ? [0x3f, 0] : [...(choose(3) === 0 ? value(I32) : [0x41, choose(2)]), 0x40, 0];
        default:
          return constant(type);
      }
    };

    const statement = (): number[] => {
      const type = anyType();
      if (--budget < 0) return [0x01];
      switch (choose(18)) {
        case 18:
          // As `while` is compiled.
          return [0x03, 0x40, ...inside(undefined, () => [...statements(), ...value(I32), 0x04, 0x40, ...inside(undefined, () => [...statements(), 0x0c, 1]), 0x0b]), 0x0b];
        case 0: case 1:
          return [...value(type), 0x1a];
        case 2: case 3: {
          const local = variable(type);
          return local === undefined ? [0x01] : [...value(type), 0x21, local];
        }
        case 4: case 5: {
          const index = global(type);
          return index === undefined ? [0x01] : [...value(type), 0x24, index];
        }
        case 6: case 7: {
          const [op, bytes] = pick<readonly [number, number]>(type === I32 ? [[0x36, 4], [0x3a, 1], [0x3b, 2]] : [[0x37, 8], [0x3c, 1], [0x3d, 2], [0x3e, 4]]);
          return [...address(), ...value(type), op, ...access(bytes)];
        }
        case 8:
          return [0x02, 0x40, ...inside(undefined, statements), 0x0b];
        case 9:
          return [0x03, 0x40, ...inside(undefined, () => [...statements(), ...(choose(1) === 0 ? [...value(I32), 0x0d, 0] : [])]), 0x0b];
        case 10:
          return [...value(I32), 0x04, 0x40, ...inside(undefined, statements), 0x0b];
        case 11:
          return [...value(I32), 0x04, 0x40, ...inside(undefined, statements), 0x05, ...inside(undefined, statements), 0x0b];
        case 12: {
          const depth = depthOf((label) => label === undefined);
          return depth === undefined ? [0x01] : [...value(I32), 0x0d, ...unsigned(depth)];
        }
        case 13: {
          if (choose(2) > 0) return [0x01];
          const depth = choose(labels.length - 1);
          const label = labels[labels.length - 1 - depth];
          return [...(label === undefined ? [] : value(label)), 0x0c, ...unsigned(depth)];
        }
        case 14: {
          const depths = labels.flatMap((label, i) => (label === undefined ? [labels.length - 1 - i] : []));
          if (depths.length === 0 || choose(1) > 0) return [0x01];
          return [...value(I32), 0x0e, ...vector(several(0, 3, () => unsigned(pick(depths)))), ...unsigned(pick(depths))];
        }
        case 15:
          if (choose(3) > 0) return call((signature) => signature.result === undefined) ?? [0x01];
          return choose(3) === 0 ? [0x00] : [...(result === undefined ? [] : value(result)), 0x0f];
        case 16:
          return [...address(), ...address(), ...(choose(3) === 0 ? value(I32) : [0x41, ...signed(BigInt(choose(400)))]), ...(choose(1) === 0 ? [0xfc, 10, 0, 0] : [0xfc, 11, 0])];
        default:
          return [0x01];
      }
    };

    const code = [...vector(locals.map((type) => [1, type])), ...statements(), ...statements(), ...(result === undefined ? [] : value(result)), 0x0b];
    return [...unsigned(code.length), ...code];
  };

  const types = callable.map(({ params, result }) => [0x60, ...vector(params.map((type) => [type])), ...(result === undefined ? [0] : [1, result])]);
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, types),
    ...section(2, IMPORTS.map(([name], i) => [...text('star'), ...text(name), 0, i])),
    ...section(3, functions.map((_, i) => [IMPORTS.length + i])),
    ...section(4, table.length > 0 ? [[0x70, 0, table.length + 1]] : []),
    ...section(5, [pagesMax === undefined ? [0, 1] : [1, 1, pagesMax]]),
    ...section(6, globals.map((type) => [type, 1, ...constant(type), 0x0b])),
    ...section(7, [
      [...text('memory'), 2, 0],
      ...functions.map((_, i) => [...text(`f${i}`), 0, IMPORTS.length + i]),
      ...globals.map((_, i) => [...text(`g${i}`), 3, i]),
    ]),
    ...section(9, table.length > 0 ? [[0, 0x41, 0, 0x0b, ...vector(table.map((index) => [index]))]] : []),
    ...section(10, functions.map(body)),
    ...section(11, [[0, 0x41, 3, 0x0b, ...vector([...text('some bytes of data')].map((byte) => [byte]))]]),
  ]);
}
