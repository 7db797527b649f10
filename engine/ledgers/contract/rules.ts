/** CONTRACT LEDGER: routed and charged; every operation fails with `vm-not-built` until the VM executes it. */
import { defineLedger } from '../ledger.ts';

export const contractRules = defineLedger('contract', {
  contract_deploy: () => 'vm-not-built',
  contract_call: () => 'vm-not-built',
});
