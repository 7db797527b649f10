/** Why the engine refuses what it was given, in words. */
import type { RoundError, TransactionError } from '../../engine/chain/types.ts';
import type { Refusal } from '../../engine/starw/gate.ts';
import { formatAmount } from '../scenario/units.ts';

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

/** Why a round is refused, in a few words. */
export function roundErrorText(error: RoundError): string {
  switch (error.code) {
    case 'encoding':
      return error.detail;
    case 'transaction':
      return `transaction ${error.index}: ${transactionErrorText(error.error)}`;
    case 'receipts-root':
    case 'state-root':
      return `${error.code === 'state-root' ? 'state' : 'receipts'} of the ${error.ledger} ledger come out as ${error.expected.slice(0, 12)}…, not ${error.got.slice(0, 12)}…`;
    case 'body-mismatch':
      return `its body (${error.part}) is not the one that its header commits to`;
    case 'seal':
      return 'its seal does not hold';
    default:
      return error.code;
  }
}

/** Why a transaction may not stand in a round, in a few words. */
export function transactionErrorText(error: TransactionError): string {
  switch (error.code) {
    case 'overdraft':
      return `the sender has ${formatAmount(error.available)}, and gas limit times price is ${formatAmount(error.needed)}`;
    case 'gas-below-intrinsic':
      return `gas limit ${error.got}, where the transaction takes at least ${error.intrinsic}`;
    case 'gas-above-ledger-limit':
      return `gas limit ${error.got}, where a round has ${error.left}`;
    case 'size':
      return `it has ${error.got} bytes, at most ${error.max}`;
    case 'encoding':
      return 'not the bytes of a transaction';
    default:
      return error.code;
  }
}
