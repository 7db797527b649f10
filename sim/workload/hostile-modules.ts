/**
 * Modules that cost work before anything runs: as large as a transaction may be, refused at their very end, or swelling under
 * metering. Assembled here, since each is a different one: what was compiled before must not help.
 */
import { concat, utf8 } from '../../engine/primitives/bytes.ts';

/** Magic number and version, then sections by id (WebAssembly core specification, 5.5). */
const HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 } as const;
const OP = { end: 0x0b, call: 0x10, drop: 0x1a, i32const: 0x41, f32const: 0x43 } as const;

/** Bytes of one function's body at most, well below what the gate allows. */
const BODY_BYTES = 4_096;
/** Bytes of a module around its bodies, at most. */
const AROUND = 256;

/** Unsigned LEB128. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return [...bytes, left];
    bytes.push((left & 0x7f) | 0x80);
  }
}
const section = (id: number, content: ArrayLike<number>): Uint8Array => concat(Uint8Array.of(id, ...leb(content.length)), Uint8Array.from(content));
const name = (text: string): number[] => [text.length, ...utf8(text)];

/** A module whose functions have these bodies (without their end); the first is `call`. */
function assemble(bodies: readonly Uint8Array[]): Uint8Array {
  const code = bodies.map((body) => concat(Uint8Array.of(...leb(body.length + 2), 0), body, Uint8Array.of(OP.end)));
  return concat(
    HEADER,
    section(SECTION.type, [1, 0x60, 0, 0]),
    section(SECTION.function, [...leb(bodies.length), ...bodies.map(() => 0)]),
    section(SECTION.memory, [1, 1, 1, 1]),
    section(SECTION.export, [2, ...name('memory'), 2, 0, ...name('call'), 0, 0]),
    section(SECTION.code, concat(Uint8Array.of(...leb(bodies.length)), ...code)),
  );
}

/** Bodies of `bytes` together that repeat a piece of code; the first begins with `nonce`. */
function repeated(piece: readonly number[], bytes: number, nonce: number): Uint8Array[] {
  const told = [0, 6, 12].flatMap((bits) => [OP.i32const, ...leb((nonce >>> bits) & 0x3f), OP.drop]);
  const bodies: Uint8Array[] = [Uint8Array.from(told)];
  for (let left = bytes - AROUND; left > 0; left -= BODY_BYTES) {
    const times = Math.floor(Math.min(left, BODY_BYTES) / piece.length);
    const body = new Uint8Array(times * piece.length);
    for (let at = 0; at < body.length; at++) body[at] = piece[at % piece.length];
    bodies.push(body);
  }
  return bodies;
}

const PLAIN = [OP.i32const, 1, OP.drop] as const;
const FLOAT = Uint8Array.of(OP.f32const, 0, 0, 0, 0, OP.drop);
const CALLS = [OP.call, 0] as const;

/** `bytes` of code that nothing is wrong with. 18 bits of `nonce` make it one that was not seen before. */
export const largeModule = (bytes: number, nonce: number): Uint8Array => assemble(repeated(PLAIN, bytes, nonce));

/** The same with a floating-point number in its last function: the gate has read all of it when it refuses. */
export const refusedModule = (bytes: number, nonce: number): Uint8Array => assemble([...repeated(PLAIN, bytes, nonce), FLOAT]);

/** Nothing but calls, each of which ends a piece of code that metering charges for: refused since it would grow too long. */
export const swellingModule = (bytes: number, nonce: number): Uint8Array => assemble(repeated(CALLS, bytes, nonce));
