/** Contracts: deploying a WebAssembly module, and calling one (SMART CONTRACT PLATFORM). */
import type { Reader } from '../../primitives/codec.ts';
import type { PayloadCodecs } from './codec.ts';
import { readAccount, writeHex } from './fields.ts';

/** Bounded by what is left of the transaction, which has a bound of its own. */
const readBlob = (input: Reader): Uint8Array => input.blob32(input.left);

export const contractCodecs: PayloadCodecs<'contract_deploy' | 'contract_call'> = {
  contract_deploy: {
    write: ({ module, value, input }, out) => void out.blob32(module).u64(value).blob32(input),
    read: (input) => ({ kind: 'contract_deploy', module: readBlob(input), value: input.u64(), input: readBlob(input) }),
  },
  contract_call: {
    write: ({ contract, value, input }, out) => void writeHex(contract, out).u64(value).blob32(input),
    read: (input) => ({
      kind: 'contract_call',
      contract: readAccount(input),
      value: input.u64(),
      input: readBlob(input),
    }),
  },
};
