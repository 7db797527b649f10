/** Why the gate refuses a module, in words. */
import type { Refusal } from '../../engine/starw/gate.ts';

/** One line; the byte offset stands at its end. */
export const refusalText = (refusal: Refusal): string => `${what(refusal)} (byte ${refusal.offset})`;

function what(refusal: Refusal): string {
  switch (refusal.code) {
    case 'invalid':
      return `not a valid module: ${refusal.detail}`;
    case 'unsupported':
      return `a form that contracts may not have: ${refusal.detail}`;
    case 'instruction':
      return `${refusal.name} is no instruction for contracts (${refusal.family})`;
    case 'value-type':
      return `value type 0x${refusal.type.toString(16)}: contracts have i32 and i64 only`;
    case 'limit':
      return `${refusal.limit}: ${refusal.found}, at most ${refusal.max}`;
    case 'encoding':
      return `${refusal.what} not as WebAssembly 1.0 writes it`;
    case 'import':
      return `import ${refusal.module}.${refusal.name}: ${{ unknown: 'the host has no such function', kind: 'only functions can be imported', signature: 'the host has it with another signature' }[refusal.why]}`;
    case 'export':
      return `export ${refusal.name}: ${{ reserved: 'names that begin with star: are the host\'s', missing: 'a contract must have it', kind: 'is of the wrong kind', signature: 'must have neither parameters nor results' }[refusal.why]}`;
    case 'segment-range':
      return `a segment that ends at ${refusal.end}, where there are ${refusal.size}`;
    case 'start-function':
      return 'a start function';
    case 'growth':
      return `metered it has ${refusal.bytes} bytes, at most ${refusal.max}`;
  }
}
