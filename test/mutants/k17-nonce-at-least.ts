import type { Mutant } from './mutant.ts';

export const nonceAtLeast: Mutant = {
  id: 'K17',
  story: 'a transaction with a nonce ahead of its account may stand in a round',
  file: 'engine/chain/execute.ts',
  find: "    if (nonce > expected) return { code: 'nonce-gap', got: nonce, expected };\n    if (needed",
  replace: '    if (needed',
  caughtBy: ['L3'],
  seed: 5,
};
