/**
 * L13 width: no amount outside an unsigned 64-bit integer, and no number outside the integers that a double holds
 * exactly.
 *
 * Once per distinct round, over everything that it stored and told: each value of its delta, each receipt and
 * settlement, and its headers. Headroom: the largest amount. Not checked: intermediate results of a computation, unless
 * they are stored.
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';

const U64_MAX = 18_446_744_073_709_551_615n;

export const width: InvariantFactory = () => ({
  id: 'L13',
  title: 'amounts within 64 bits, numbers within 2^53',
  roundExecuted(round, result, _parent, report) {
    let largest = 0n;
    const where = { round: round.index };
    const look = (value: unknown, place: string): void => {
      if (typeof value === 'bigint') {
        if (value > largest) largest = value;
        if (value < 0n || value > U64_MAX)
          report.violation(`${place} within 64 bits in ${roundText(round)}`, String(value), where);
      } else if (typeof value === 'number') {
        if (!Number.isSafeInteger(value) || value < 0)
          report.violation(`${place} an integer within 2^53 in ${roundText(round)}`, String(value), where);
      } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
        for (const [name, part] of Object.entries(value)) look(part, `${place}.${name}`);
      }
    };
    report.evaluated();
    for (const { table, key, after } of result.delta.values()) look(after, `${table.name}:${key}`);
    for (const receipt of result.receipts) look(receipt, `receipt of ${receipt.transaction}`);
    look(result.settlements, 'settlements');
    look(round.round.header, 'header');
    look(round.round.ledgers, 'ledgers');
    look([result.gasUsed, result.fees, result.subsidy], 'sums');
    report.headroom(1 - Number(largest) / Number(U64_MAX));
  },
});
