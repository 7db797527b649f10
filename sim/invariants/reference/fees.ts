/**
 * Which transactions may stand in a round, and what they cost (D11). Signatures and sizes are not looked at here: they
 * do not depend on state, and S8's isolated nodes check every one.
 */
import type { StateReader } from '../../../engine/state/state.ts';
import { KINDS, type Kind, type Ledger } from '../../../engine/tx/kinds.ts';
import type { Payload, Transaction } from '../../../engine/tx/transaction.ts';
import { accountOf } from './transfers.ts';

const U64_MAX = 18_446_744_073_709_551_615n;

/** Home ledger (D10). */
function home(payload: Payload): Ledger {
  const { kind } = payload;
  if (kind === 'transfer') return payload.token === 'CCOS' ? 'ccos' : payload.token === 'wSTR' ? 'ccoin' : 'main';
  if (kind === 'financial-public-transaction') return 'ccos';
  if (kind === 'atomic' || kind === 'shielded_transfer') return 'main';
  if (kind.startsWith('domain_') || kind.startsWith('nft_')) return 'asset';
  if (kind.startsWith('contract_')) return 'contract';
  if (kind.startsWith('bridge_')) return 'ccoin';
  return 'governance';
}

const storing = (kind: Kind): boolean =>
  ['domain_register', 'domain_list', 'nft_mint', 'nft_list', 'proposal', 'vote', 'contract_deploy', 'shielded_transfer'].includes(kind) ||
  kind.startsWith('bridge_');

/** 20,000 per started 256 payload bytes of a kind that stores. */
const storage = (kind: Kind, bytes: number): number => (storing(kind) ? 20_000 * Math.ceil(bytes / 256) : 0);

/** Intrinsic gas, from the lengths that stand in the canonical bytes (docs/encoding.md). */
export function intrinsicGas({ kind, bytes }: Transaction): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthAt = bytes[63] === 0 ? 64 : 64 + 41;
  const payloadAt = lengthAt + 4;
  if (kind !== 'atomic') return 21_000 + storage(kind, view.getUint32(lengthAt)) + (kind === 'shielded_transfer' ? 2_000_000 : 0);
  let gas = 21_000;
  let at = payloadAt + 1;
  for (let leg = 0; leg < bytes[payloadAt]; leg++) {
    const length = view.getUint32(at + 1);
    gas += 2_000 + storage(KINDS[bytes[at]], length);
    at += 5 + length;
  }
  return gas;
}

/** Why a transaction may not stand at its position, with the numbers. */
export interface Invalidity {
  readonly code:
    | 'wrong-ledger'
    | 'price-zero'
    | 'gas-below-intrinsic'
    | 'gas-above-ledger-limit'
    | 'fee-overflow'
    | 'nonce'
    | 'overdraft';
  readonly detail: string;
}

/** `gasLeft`: the home ledger's limit less the gas used there earlier in the round. */
export function invalidity(book: StateReader, tx: Transaction, gas: number, gasLeft: bigint): Invalidity | undefined {
  const { nonce, str } = accountOf(book, tx.sender);
  const fee = BigInt(tx.gasLimit) * tx.gasPrice;
  if (tx.ledger !== home(tx.payload))
    return { code: 'wrong-ledger', detail: `${tx.ledger}, home is ${home(tx.payload)}` };
  if (tx.gasPrice < 1n) return { code: 'price-zero', detail: 'gas price 0' };
  if (tx.gasLimit < gas) return { code: 'gas-below-intrinsic', detail: `limit ${tx.gasLimit}, intrinsic ${gas}` };
  if (BigInt(tx.gasLimit) > gasLeft)
    return { code: 'gas-above-ledger-limit', detail: `limit ${tx.gasLimit}, ${gasLeft} left` };
  if (fee > U64_MAX) return { code: 'fee-overflow', detail: `${tx.gasLimit} × ${tx.gasPrice}` };
  if (tx.nonce !== nonce) return { code: 'nonce', detail: `nonce ${tx.nonce}, the account's is ${nonce}` };
  if (fee > str) return { code: 'overdraft', detail: `fee up to ${fee}, balance ${str}` };
  return undefined;
}
