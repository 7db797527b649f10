/** What contracts told, off the receipts of a branch. */
import type { Receipt } from '../../engine/chain/types.ts';
import { toHex } from '../../engine/primitives/bytes.ts';
import type { ContractEventRow } from '../trace/events.ts';

/** Rows that are kept: a report is no archive. */
const KEPT = 10_000;

/** Rounds in ascending order; the first `KEPT` events. */
export function contractEventRows(rounds: readonly { readonly round: number; readonly receipts: readonly Receipt[] }[]): ContractEventRow[] {
  const rows: ContractEventRow[] = [];
  for (const { round, receipts } of rounds) {
    for (const { transaction, events } of receipts) {
      for (const event of events) {
        if (event.type !== 'contract') continue;
        if (rows.length === KEPT) return rows;
        rows.push({ round, transaction, contract: event.contract, topic: topicText(event.topic), data: toHex(event.data) });
      }
    }
  }
  return rows;
}

const topicText = (topic: Uint8Array): string =>
  topic.length > 0 && topic.every((byte) => byte > 0x20 && byte < 0x7f) ? String.fromCharCode(...topic) : `0x${toHex(topic)}`;
