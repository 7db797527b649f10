/** Intrinsic gas (D11; SMART CONTRACT PLATFORM › Gas model). */
import { GAS } from '../params/params.ts';
import type { Kind } from './kinds.ts';
import type { Payload } from './transaction.ts';
import { encodePayload } from './payload.ts';

const STORING: ReadonlySet<Kind> = new Set<Kind>([
  'domain_register',
  'domain_list',
  'nft_mint',
  'nft_list',
  'proposal',
  'vote',
  'bridge_lock',
  'bridge_unlock',
  'bridge_mint',
  'bridge_burn',
  'bridge_refund',
  'contract_deploy',
  'shielded_transfer',
]);

/**
 * 21,000 + 20,000 per started 256 payload bytes of a storing kind + 2,000,000 for a proof + 2,000 per leg of an atomic
 * operation, whose legs pay for their own storage. `payloadBytes` is the encoded length of this payload.
 */
export function intrinsicGas(payload: Payload, payloadBytes: number): number {
  if (payload.kind !== 'atomic') return plainGas(payload.kind, payloadBytes);
  let gas: number = GAS.base;
  for (const leg of payload.legs) gas += GAS.leg + (STORING.has(leg.kind) ? storageGas(encodePayload(leg).length) : 0);
  return gas;
}

/** `intrinsicGas` of any payload but an atomic one: its kind and its length are enough. */
export const plainGas = (kind: Exclude<Kind, 'atomic'>, payloadBytes: number): number =>
  GAS.base + (STORING.has(kind) ? storageGas(payloadBytes) : 0) + (kind === 'shielded_transfer' ? GAS.proof : 0);

const storageGas = (bytes: number): number => GAS.storage * Math.ceil(bytes / GAS.storageUnitBytes);
