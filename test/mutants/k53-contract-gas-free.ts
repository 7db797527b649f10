import type { Mutant } from './mutant.ts';

export const contractGasFree: Mutant = {
  id: 'K53',
  story: 'what a contract uses is not charged: only the intrinsic gas is',
  file: 'engine/ledgers/contract/rules.ts',
  find: 'operation.useGas(outcome.gasUsed)',
  replace: 'operation.useGas(0)',
  caughtBy: ['L9', 'L10'],
  seed: 2,
};
