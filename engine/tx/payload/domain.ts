/** Domains: registering, renewing, giving, listing and buying a name (D18). */
import type { PayloadCodecs } from './codec.ts';
import { readAccount, readDomainName, writeHex, writeText } from './fields.ts';

type DomainKind = 'domain_register' | 'domain_renew' | 'domain_transfer' | 'domain_list' | 'domain_buy';

export const domainCodecs: PayloadCodecs<DomainKind> = {
  domain_register: {
    write: ({ name }, out) => void writeText(name, out),
    read: (input) => ({ kind: 'domain_register', name: readDomainName(input) }),
  },
  domain_renew: {
    write: ({ name }, out) => void writeText(name, out),
    read: (input) => ({ kind: 'domain_renew', name: readDomainName(input) }),
  },
  domain_transfer: {
    write: ({ name, to }, out) => void writeHex(to, writeText(name, out)),
    read: (input) => ({ kind: 'domain_transfer', name: readDomainName(input), to: readAccount(input) }),
  },
  domain_list: {
    write: ({ name, price }, out) => void writeText(name, out).u64(price),
    read: (input) => ({ kind: 'domain_list', name: readDomainName(input), price: input.u64() }),
  },
  domain_buy: {
    write: ({ name, seller, price }, out) => void writeHex(seller, writeText(name, out)).u64(price),
    read: (input) => ({
      kind: 'domain_buy',
      name: readDomainName(input),
      seller: readAccount(input),
      price: input.u64(),
    }),
  },
};
