import type { Mutant } from './mutant.ts';

export const expiredTransfer: Mutant = {
  id: 'K52',
  story: 'a domain can still be transferred and listed after it has expired',
  file: 'engine/ledgers/asset/domains.ts',
  find: "  if (domain === undefined) return 'not-found';\n  if (expired(domain, now)) return 'expired';\n  return domain.owner === sender",
  replace: "  if (domain === undefined || now < 0) return 'not-found';\n  return domain.owner === sender",
  caughtBy: ['L14'],
  seed: 63,
};
