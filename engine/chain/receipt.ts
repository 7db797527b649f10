/**
 * What stands under a ledger block's receipts root (D5, D6): leaves in the order in which things happened.
 *
 *     0x00  a receipt of a transaction whose home this ledger is
 *     0x01  the id of a transaction of another ledger that changed this one's state
 *     0x02  a settlement of the round itself: governance effect, CCOS reward, subsidy
 *
 * All integers big-endian; texts and lists carry their length. Byte by byte in docs/state.md.
 */
import { fromHex, utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import { KINDS, LEDGERS, TOKENS, type Ledger } from '../tx/kinds.ts';
import type { Hash } from '../tx/transaction.ts';
import { FAILURE_CODES, type Receipt, type ReceiptEvent } from './types.ts';

const OUTCOMES = ['scheduled', 'applied', 'failed'] as const;
const BRIDGE_STEPS = ['lock', 'unlock', 'mint', 'burn', 'refund'] as const;

/** Event types; the index is the wire number. */
const EVENT_TYPES = [
  'transfer',
  'domain',
  'nft',
  'sale',
  'listing',
  'proposal',
  'vote',
  'executed',
  'bridge',
  'subsidy',
  'ccos-reward',
] as const satisfies readonly ReceiptEvent['type'][];

function writeEvent(event: ReceiptEvent, out: Writer): void {
  out.u8(EVENT_TYPES.indexOf(event.type));
  switch (event.type) {
    case 'transfer':
      out.u8(TOKENS.indexOf(event.token)).bytes(fromHex(event.from)).bytes(fromHex(event.to)).u64(event.amount);
      break;
    case 'domain':
      out.blob16(utf8(event.name)).bytes(fromHex(event.owner)).u64(event.expiresAt);
      break;
    case 'nft':
      out.bytes(fromHex(event.nft)).bytes(fromHex(event.owner));
      break;
    case 'sale':
      out.blob16(utf8(event.asset)).bytes(fromHex(event.seller)).bytes(fromHex(event.buyer));
      out.u64(event.price).u64(event.royalty);
      break;
    case 'listing':
      out.blob16(utf8(event.asset)).u64(event.price);
      break;
    case 'proposal':
      out.bytes(fromHex(event.proposal)).u64(event.closes);
      break;
    case 'vote':
      out
        .bytes(fromHex(event.proposal))
        .bytes(fromHex(event.voter))
        .u64(event.weight)
        .u8(event.approve ? 1 : 0);
      break;
    case 'executed':
      out.bytes(fromHex(event.proposal)).u8(OUTCOMES.indexOf(event.outcome));
      break;
    case 'bridge':
      out.u8(BRIDGE_STEPS.indexOf(event.step)).blob16(utf8(event.asset));
      out.bytes(fromHex(event.account)).u64(event.amount);
      break;
    case 'subsidy':
      out.bytes(fromHex(event.miner)).u64(event.subsidy).u64(event.fees);
      break;
    case 'ccos-reward':
      out.bytes(fromHex(event.transaction)).bytes(fromHex(event.to)).u16(event.bps).u64(event.amount);
      break;
  }
}

/**
 * 0x00 ‖ id ‖ kind u8 ‖ sender ‖ status u8 (0 = success) ‖ gas used u64 ‖ fee u64 ‖ touched ledgers u8 (bit i = ledger
 * i) ‖ events.
 */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const out = new Writer(192);
  out.u8(0).bytes(fromHex(receipt.transaction)).u8(KINDS.indexOf(receipt.kind)).bytes(fromHex(receipt.sender));
  out.u8(receipt.status === 'success' ? 0 : 1 + FAILURE_CODES.indexOf(receipt.status));
  out.u64(receipt.gasUsed).u64(receipt.fee);
  out.u8(receipt.touched.reduce((bits, ledger) => bits | (1 << LEDGERS.indexOf(ledger)), 0)).u16(receipt.events.length);
  for (const event of receipt.events) writeEvent(event, out);
  return out.finish();
}

/** 0x01 ‖ id. */
export const encodeTouch = (id: Uint8Array): Uint8Array => new Writer(33).u8(1).bytes(id).finish();

/** 0x02 ‖ event. */
export function encodeSettlement(event: ReceiptEvent): Uint8Array {
  const out = new Writer(96).u8(2);
  writeEvent(event, out);
  return out.finish();
}

/** The ledger in whose receipts a settlement stands. */
export function settlementLedger(event: ReceiptEvent): Ledger {
  if (event.type === 'executed') return 'governance';
  return event.type === 'ccos-reward' ? 'ccos' : 'main';
}

/** The leaves of one ledger's receipts root, in order: what a proof of a receipt is made from. */
export function receiptLeaves(
  ledger: Ledger,
  { receipts, settlements }: { readonly receipts: readonly Receipt[]; readonly settlements: readonly ReceiptEvent[] },
  idBytes: (transaction: Hash) => Uint8Array = fromHex,
): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  const settle = (event: ReceiptEvent): void => {
    if (settlementLedger(event) === ledger) leaves.push(encodeSettlement(event));
  };
  // The subsidy is paid after the last transaction; all other settlements come before the first.
  for (const event of settlements) if (event.type !== 'subsidy') settle(event);
  for (const receipt of receipts) {
    if (receipt.ledger === ledger) leaves.push(encodeReceipt(receipt));
    else if (receipt.touched.includes(ledger)) leaves.push(encodeTouch(idBytes(receipt.transaction)));
  }
  for (const event of settlements) if (event.type === 'subsidy') settle(event);
  return leaves;
}
