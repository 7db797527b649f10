import type { Mutant } from './mutant.ts';

export const poolNotRestored: Mutant = {
  id: 'K34',
  story: 'transactions of an abandoned branch do not return to the pool',
  file: 'engine/pool/pool.ts',
  find: '    if (abandoned.length === 0) return;',
  replace: '    return;',
  caughtBy: ['M2'],
  seed: 1,
};
