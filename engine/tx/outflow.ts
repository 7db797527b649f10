/** STR that a payload may move out of its sender's account, beyond the fee: what a pool reserves (D11 › Admission). */
import type { Payload } from './transaction.ts';

export function maximalStrOutflow(payload: Payload, domainFee: bigint): bigint {
  switch (payload.kind) {
    case 'transfer':
      return payload.token === 'STR' ? payload.amount : 0n;
    case 'financial-public-transaction':
    case 'bridge_lock':
      return payload.amount;
    case 'domain_buy':
    case 'nft_buy':
      return payload.price;
    case 'domain_register':
    case 'domain_renew':
      return domainFee;
    case 'contract_call':
    case 'contract_deploy':
      return payload.value;
    case 'shielded_transfer':
      return payload.deposit;
    case 'atomic':
      return payload.legs.reduce((sum, leg) => sum + maximalStrOutflow(leg, domainFee), 0n);
    default:
      return 0n;
  }
}
