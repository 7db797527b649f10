/** What the six ledgers carried, in sentences. */
import { LEDGERS } from '../../../engine/tx/kinds.ts';
import type { Crossings, Lanes } from './ledger-lanes.ts';
import { counted, listed, percentText } from './words.ts';

export function lanesFinding(totals: Lanes['totals']): string {
  const all = totals.reduce((sum, { transactions }) => sum + transactions, 0);
  if (all === 0) return 'Six chains advanced together, without a transaction';
  const busiest = totals.reduce((most, one) => (one.transactions > most.transactions ? one : most));
  const idle = totals.filter(({ transactions }) => transactions === 0).map(({ ledger }) => ledger);
  return `The ${busiest.ledger} ledger carries most: ${percentText(busiest.transactions / all)} of ${counted(all, 'transaction')}${idle.length === 0 ? '' : `; nothing on ${listed(idle)}`}`;
}

export function crossingsFinding({ matrix, operations }: Crossings): string {
  if (operations === 0) return 'Nothing crossed between ledgers';
  const most = matrix.reduce((best, n, key) => (n > matrix[best] ? key : best), 0);
  const [from, to] = [LEDGERS[Math.floor(most / LEDGERS.length)], LEDGERS[most % LEDGERS.length]];
  return `${counted(operations, 'transaction')} changed another ledger than their own, most often from ${from} to ${to} (${counted(matrix[most], 'time')})`;
}
