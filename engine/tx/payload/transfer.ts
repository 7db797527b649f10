/** Payments: `transfer` of any token, and the rewarded `financial-public-transaction` of STR (D10, D13). */
import { TOKENS } from '../kinds.ts';
import type { PayloadCodecs } from './codec.ts';
import { readAccount, writeHex } from './fields.ts';

export const transferCodecs: PayloadCodecs<'transfer'> = {
  transfer: {
    write: ({ token, to, amount }, out) => void writeHex(to, out.u8(TOKENS.indexOf(token))).u64(amount),
    read: (input) => ({
      kind: 'transfer',
      token: input.oneOf(TOKENS, 'token'),
      to: readAccount(input),
      amount: input.u64(),
    }),
    fixed: { bytes: 29, holds: (data, at) => data[at] < TOKENS.length },
  },
};

export const rewardedCodecs: PayloadCodecs<'financial-public-transaction'> = {
  'financial-public-transaction': {
    write: ({ to, amount }, out) => void writeHex(to, out).u64(amount),
    read: (input) => ({ kind: 'financial-public-transaction', to: readAccount(input), amount: input.u64() }),
    fixed: { bytes: 28, holds: () => true },
  },
};
