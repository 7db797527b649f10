/**
 * What stands under a ledger block's receipts root (D5, D6): leaves in the order in which things happened.
 *
 *     0x00  a receipt of a transaction whose home this ledger is
 *     0x01  the id of a transaction of another ledger that changed this one's state
 *     0x02  a settlement of the round itself: governance effect, CCOS reward, subsidy
 *
 * All integers big-endian; texts and lists carry their length. Byte by byte in docs/state.md.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { PROVERS } from '../params/zk.ts';
import { fromHex, utf8 } from '../primitives/bytes.ts';
import { Writer } from '../primitives/codec.ts';
import { merkleRootOf } from '../primitives/merkle.ts';
import { KINDS, LEDGERS, TOKENS, type Ledger } from '../tx/kinds.ts';
import type { Transaction } from '../tx/transaction.ts';
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
  'deployed',
  'contract',
  'shielded',
] as const satisfies readonly ReceiptEvent['type'][];

function writeEvent(event: ReceiptEvent, out: Writer): void {
  out.u8(EVENT_TYPES.indexOf(event.type));
  switch (event.type) {
    case 'transfer':
      out.u8(TOKENS.indexOf(event.token)).hex(event.from).hex(event.to).u64(event.amount);
      break;
    case 'domain':
      out.blob16(utf8(event.name)).hex(event.owner).u64(event.expiresAt);
      break;
    case 'nft':
      out.hex(event.nft).hex(event.owner);
      break;
    case 'sale':
      out.blob16(utf8(event.asset)).hex(event.seller).hex(event.buyer);
      out.u64(event.price).u64(event.royalty);
      break;
    case 'listing':
      out.blob16(utf8(event.asset)).u64(event.price);
      break;
    case 'proposal':
      out.hex(event.proposal).u64(event.closes);
      break;
    case 'vote':
      out
        .hex(event.proposal)
        .hex(event.voter)
        .u64(event.weight)
        .u8(event.approve ? 1 : 0);
      break;
    case 'executed':
      out.hex(event.proposal).u8(OUTCOMES.indexOf(event.outcome));
      break;
    case 'bridge':
      out.u8(BRIDGE_STEPS.indexOf(event.step)).blob16(utf8(event.asset));
      out.hex(event.account).u64(event.amount);
      break;
    case 'subsidy':
      out.hex(event.miner).u64(event.subsidy).u64(event.fees);
      break;
    case 'ccos-reward':
      out.hex(event.transaction).hex(event.to).u16(event.bps).u64(event.amount);
      break;
    case 'deployed':
      out.hex(event.contract).hex(event.code);
      break;
    case 'contract':
      out.hex(event.contract).blob16(event.topic).blob16(event.data);
      break;
    case 'shielded':
      out.hex(event.nullifier).hex(event.account).u64(event.deposit).u64(event.withdrawal);
      break;
  }
}

type IdAt = Pick<Transaction, 'ids' | 'idAt'>;

/**
 * 0x00 ‖ id ‖ kind u8 ‖ sender ‖ status u8 (0 = success) ‖ gas used u64 ‖ fee u64 ‖ touched ledgers u8 (bit i = ledger
 * i) ‖ events; of the contract ledger's kinds then what the contract handed back, with its length as u16; of
 * shielded transfers then who judged the proof, u8 (0 = nobody, 1 = stub, 2 = groth16).
 */
function writeReceipt({ kind, sender, ledger, status, gasUsed, fee, touched, events, output, prover }: Receipt, { ids, idAt }: IdAt, out: Writer): void {
  out.u8(0).part(ids, idAt, 32).u8(KINDS.indexOf(kind)).hex(sender);
  out.u8(status === 'success' ? 0 : 1 + FAILURE_CODES.indexOf(status)).u64(gasUsed).u64(fee);
  let bits = 0;
  for (const ledger of touched) bits |= 1 << LEDGERS.indexOf(ledger);
  out.u8(bits).u16(events.length);
  for (const event of events) writeEvent(event, out);
  if (ledger === 'contract') out.blob16(output);
  if (kind === 'shielded_transfer') out.u8(prover === undefined ? 0 : 1 + PROVERS.indexOf(prover));
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const out = new Writer(192);
  writeReceipt(receipt, { ids: fromHex(receipt.transaction), idAt: 0 }, out);
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
function settlementLedger(event: ReceiptEvent): Ledger {
  if (event.type === 'executed') return 'governance';
  return event.type === 'ccos-reward' ? 'ccos' : 'main';
}

/** The leaves of the six receipts roots, one behind the other as things happened. */
export class ReceiptLeaves {
  private readonly ledgers: readonly Leaves[] = LEDGERS.map(() => new Leaves());

  receipt(receipt: Receipt, id: IdAt): void {
    writeReceipt(receipt, id, this.next(receipt.ledger));
    for (const ledger of receipt.touched) this.next(ledger).u8(1).part(id.ids, id.idAt, 32);
  }

  settlement(event: ReceiptEvent): void {
    writeEvent(event, this.next(settlementLedger(event)).u8(2));
  }

  /** Of the ledger with this index. */
  count(ledger: number): number {
    return this.ledgers[ledger].count;
  }

  root(ledger: number, crypto: Crypto): Uint8Array {
    const { out, starts, count } = this.ledgers[ledger];
    return merkleRootOf(out.written, Uint32Array.from([...starts, out.length]), count, crypto);
  }

  private next(ledger: Ledger): Writer {
    const { out, starts } = this.ledgers[LEDGERS.indexOf(ledger)];
    starts.push(out.length);
    return out;
  }
}

class Leaves {
  readonly out = new Writer(256);
  readonly starts: number[] = [];

  get count(): number {
    return this.starts.length;
  }
}
